"""The pictures of a PDF page: images, and signatures drawn as curves. What they look like is decided here, pixels go no further."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pypdfium2.raw as pdfium
from pypdfium2 import PdfImage, PdfiumError, PdfPage

from intake.documents.limits import DocumentLimits
from intake.documents.pdf_columns import Cell
from intake.documents.pdf_lines import Box4
from intake.documents.pdf_marks import Curve, Marks
from intake.documents.pdf_tables import Grid
from intake.model import Block, Box, Defect, Picture

if TYPE_CHECKING:
    from intake.documents.ink import Mask, Pixels

_PAGE_SHARE = 0.5  # of the page: a larger picture is a scanned page or its background
_SMALLEST = 6.0  # points on either side; less is a bullet or a dot
_NEAR = 12.0  # points between strokes of one drawing
_DRAWN = (25.0, 8.0, 400.0, 200.0)  # points: least width and height, most width and height of a drawn signature
_DPI = 144
ON_PAGE = "on a scanned page"
_BENDS = 12  # points of all strokes together; fewer are a flourish of the lay-out


@dataclass(frozen=True, slots=True)
class Sighting:
    """A picture seen on a page, before it is known which block it follows."""

    page: int
    box: Box
    looks: str
    width: int
    height: int
    detail: str
    cell: Cell | None = None


def sightings(
    page: PdfPage, number: int, marks: Marks, limits: DocumentLimits, problems: list[Defect]
) -> list[Sighting]:
    """The pictures of one page, classified; pictures over a limit are named in `problems` and stay unknown."""
    seen = [*_images(page, number, marks, limits, problems), *_drawn(number, marks.curves)]
    if len(seen) > limits.pictures:
        problems.append(Defect("too_many_pictures", where=str(number)))
    return seen[: limits.pictures]


def _images(
    page: PdfPage, number: int, marks: Marks, limits: DocumentLimits, problems: list[Defect]
) -> Iterator[Sighting]:
    width, height = page.get_size()
    for handle, box in marks.images[: limits.pictures]:
        image = PdfImage(handle, page=page, pdf=page.pdf)
        wide, high = image.get_px_size()
        shown = Box(*box)
        if (box[2] - box[0]) * (box[3] - box[1]) >= _PAGE_SHARE * width * height:
            yield Sighting(number, shown, "page", wide, high, "")
            if wide * high <= limits.pixels:
                yield from _on_sheet(image, number, shown)
        elif wide * high > limits.pixels:
            problems.append(Defect("picture_too_large", where=str(number), detail=f"{wide}x{high}"))
            yield Sighting(number, shown, "unknown", wide, high, "too large")
        elif min(box[2] - box[0], box[3] - box[1]) >= _SMALLEST:
            looks, detail = _looks(image)
            yield Sighting(number, shown, looks, wide, high, detail)


def _on_sheet(image: PdfImage, number: int, sheet: Box) -> Iterator[Sighting]:
    """Pen strokes on a scanned page, placed on the page as the picture is."""
    from intake.documents.page_ink import grey_of, pen_strokes

    try:
        pixels = _pixels(image)
    except (PdfiumError, ValueError):
        return
    high, wide = pixels.shape[:2]
    across, down = (sheet.x1 - sheet.x0) / wide, (sheet.y1 - sheet.y0) / high
    for x, y, w, h in pen_strokes(grey_of(pixels)):
        left, top = sheet.x0 + x * across, sheet.y1 - y * down
        yield Sighting(number, Box(left, top - h * down, left + w * across, top), "ink", w, h, ON_PAGE)


def _looks(image: PdfImage) -> tuple[str, str]:
    from intake.documents.ink import looks_of

    try:
        return looks_of(_pixels(image))
    except (PdfiumError, ValueError):
        return "unknown", "undecodable"


def _pixels(image: PdfImage) -> Pixels:
    """The picture as it is shown, masks applied: RGB, RGBA or grey."""
    bitmap = image.get_bitmap(render=True)
    pixels: Pixels = bitmap.to_numpy()
    if pixels.ndim != 3 or pixels.shape[2] == 1:  # noqa: PLR2004 - rows, columns, channels
        return pixels.reshape(pixels.shape[:2])
    turned: Pixels = pixels[:, :, [2, 1, 0, *range(3, pixels.shape[2])]]  # pdfium gives blue first
    return turned if bitmap.format == pdfium.FPDFBitmap_BGRA and turned[:, :, 3].any() else turned[:, :, :3]


def _drawn(number: int, curves: Sequence[Curve]) -> Iterator[Sighting]:
    """Groups of curves of the size of a signature, drawn on a sheet of our own and looked at like a picture."""
    least_wide, least_high, most_wide, most_high = _DRAWN
    for group in _groups(curves):
        x0, y0 = min(c.box[0] for c in group), min(c.box[1] for c in group)
        x1, y1 = max(c.box[2] for c in group), max(c.box[3] for c in group)
        bends = sum(len(stroke) for curve in group for stroke in curve.points)
        if not (least_wide <= x1 - x0 <= most_wide and least_high <= y1 - y0 <= most_high) or bends < _BENDS:
            continue
        from intake.documents.ink import looks_of

        sheet = _sheet(group, (x0, y0, x1, y1))
        looks, detail = looks_of(255 - 255 * sheet)
        yield Sighting(number, Box(x0, y0, x1, y1), looks, sheet.shape[1], sheet.shape[0], f"drawn, {detail}")


def _groups(curves: Sequence[Curve]) -> list[list[Curve]]:
    """Curves that lie near each other, directly or through others; a drawn map may have twenty thousand of them."""
    import numpy as np

    left, bottom, right, top = np.array([curve.box for curve in curves], float).reshape(-1, 4).T
    waiting = np.arange(len(curves))
    groups = []
    while waiting.size:
        group: list[Curve] = []
        edge, waiting = [int(waiting[0])], waiting[1:]
        while edge:
            at = edge.pop()
            group.append(curves[at])
            near = (left[waiting] - _NEAR <= right[at]) & (left[at] - _NEAR <= right[waiting])
            near &= (bottom[waiting] - _NEAR <= top[at]) & (bottom[at] - _NEAR <= top[waiting])
            edge += waiting[near].tolist()
            waiting = waiting[~near]
        groups.append(group)
    return groups


def _sheet(group: Sequence[Curve], box: Box4) -> Mask:
    """The curves in black on a sheet at fixed dpi."""
    import cv2
    import numpy as np

    scale, margin = _DPI / 72, 8
    wide, high = (round((box[2] - box[0]) * scale) + 2 * margin, round((box[3] - box[1]) * scale) + 2 * margin)
    sheet = np.zeros((high, wide), np.uint8)
    for curve in group:
        strokes = [
            np.array([((x - box[0]) * scale + margin, (box[3] - y) * scale + margin) for x, y in s], np.int32)
            for s in curve.points
        ]
        if curve.filled:
            cv2.fillPoly(sheet, strokes, 1)
        else:
            cv2.polylines(sheet, strokes, False, 1, max(1, round(curve.width * scale)))
    return sheet


def in_cells(seen: Sequence[Sighting], grids: Sequence[Grid], first_table: int) -> list[Sighting]:
    """The same sightings with the cell of a ruled table that the middle of each stands in."""
    placed = []
    for sighting in seen:
        x, y = (sighting.box.x0 + sighting.box.x1) / 2, (sighting.box.y0 + sighting.box.y1) / 2
        cells = ((first_table + n, *cell) for n, grid in enumerate(grids) if (cell := grid.cell(x, y)))
        placed.append(replace(sighting, cell=next(cells, None)))
    return placed


def after_blocks(seen: Sequence[Sighting], blocks: Sequence[Block]) -> tuple[Picture, ...]:
    """Pictures with the block each follows: the last one on its page that stands above it, else the last of a page before."""
    return tuple(
        Picture(s.looks, s.width, s.height, _before(s, blocks), page=s.page, box=s.box, detail=s.detail, cell=s.cell)
        for s in seen
    )


def _before(sighting: Sighting, blocks: Sequence[Block]) -> int:
    middle = (sighting.box.y0 + sighting.box.y1) / 2
    last = -1
    for index, block in enumerate(blocks):
        if block.page is None or block.box is None:
            continue
        above = block.page == sighting.page and block.box.y0 >= middle and block.box.x0 < sighting.box.x1
        if block.page < sighting.page or above:
            last = index
    return last
