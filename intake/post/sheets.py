"""A page of an untrusted file → `Sheet`: rendered or decoded, made upright and straight, coloured ink and specks taken off.

A hostile file may end the process: run it in the sandbox.
"""

from __future__ import annotations

import io
import math
import warnings
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from intake.documents.kinds import kind_of
from intake.documents.limits import DocumentLimits, Refused
from intake.model import Defect
from intake.post.pages import POINTS_PER_INCH, Sheet
from intake.post.upright import direction, straighten, turn

if TYPE_CHECKING:
    from PIL import Image
    from pypdfium2 import PdfPage

    from intake.documents.ink import Pixels

MOST_DPI, LEAST_DPI, USUAL_DPI = 300, 200, 200
"""A scan is read at its own resolution within these bounds; the last is for a page that is no scan."""
_PLAUSIBLE = (50.0, 1200.0)  # dots per inch that a picture file may say of itself
_PAPER = (3.0, 24.0)  # inches: least and most of a side of a sheet, else the file's dpi is nonsense
_A4 = 11.69  # inches of the longer side
_SHEET_SHARE = 0.5  # of the page: a picture this large is the scan
_BLANK = 0.0004  # of the sheet: less ink than this is an empty page
_SPECK = 110.0  # dots per inch for which one pixel is a speck
_GREYS = 0.04  # of the pixels between black and white: fewer is a bitonal scan


@dataclass(frozen=True, slots=True)
class Picture:
    """The pixels (RGB or grey) of a page as displayed, their dpi, and that of the scan inside."""

    pixels: Pixels
    dpi: float
    scanned_dpi: float


def sheet_of(data: bytes, page: int, *, turned: int | None = None, limits: DocumentLimits | None = None) -> Sheet:
    """Page `page` (from 1) of a PDF or picture file as a sheet; `turned` overrules the guess which way it lies.

    Raises `Refused` when the page cannot be shown within the limits.
    """
    picture, turned, skew = prepared(data, page, turned=turned, limits=limits)
    grey = ready(picture.pixels, picture.dpi)
    height, width = grey.shape
    return Sheet(
        page=page,
        png=_png(grey, picture.dpi),
        width=width,
        height=height,
        dpi=round(picture.dpi),
        scanned_dpi=round(picture.scanned_dpi),
        turned=turned,
        skew=round(skew, 2),
        blank=_is_blank(grey),
    )


def prepared(
    data: bytes,
    page: int,
    *,
    turned: int | None = None,
    skew: float | None = None,
    limits: DocumentLimits | None = None,
) -> tuple[Picture, int, float]:
    """The page upright and straight with all its colours, and by how much it was turned and hung. Raises `Refused`."""
    limits = limits or DocumentLimits()
    found = _rendered(data, page, limits) if kind_of(data) == "pdf" else _decoded(data, page, limits)
    if turned is None:
        turned, guessed = direction(_grey(found.pixels))
        skew = guessed if skew is None else skew
    upright = turn(found.pixels, turned)
    if skew is None:
        skew = direction(_grey(upright))[1]
    return Picture(straighten(upright, skew), found.dpi, found.scanned_dpi), turned, skew


def ready(pixels: Pixels, dpi: float) -> Pixels:
    """Grey for reading: coloured stamps and blue ink fade, since black is dark in every channel; specks of a fax are wiped."""
    grey: Pixels = pixels if pixels.ndim == 2 else brightest(pixels)  # noqa: PLR2004 - rows and columns only: grey already
    middle = ((grey > 60) & (grey < 200)).mean()  # noqa: PLR2004 - grey levels
    return grey if middle > _GREYS else _without_specks(grey, max(1, round((dpi / _SPECK) ** 2)))


def brightest(pixels: Pixels) -> Pixels:
    """The brightest of the three colours of each pixel; numpy's own takes ten times as long over so short an axis."""
    red, green, blue = cv2.split(pixels)
    found: Pixels = cv2.max(cv2.max(red, green), blue)
    return found


def darkest(pixels: Pixels) -> Pixels:
    """The darkest of the three colours of each pixel."""
    red, green, blue = cv2.split(pixels)
    found: Pixels = cv2.min(cv2.min(red, green), blue)
    return found


def _without_specks(grey: Pixels, largest: int) -> Pixels:
    """White where loose dark spots of at most so many pixels stand."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats((grey < 160).astype(np.uint8), connectivity=8)  # noqa: PLR2004
    small = stats[:, cv2.CC_STAT_AREA] <= largest
    small[0] = False
    clean = grey.copy()
    clean[small[labels]] = 255
    return clean


def _rendered(data: bytes, number: int, limits: DocumentLimits) -> Picture:
    from pypdfium2 import PdfiumError

    from intake.documents.pdf import opened

    try:
        with opened(data) as document, closing(document[number - 1]) as page:
            width, height = page.get_size()
            scanned = scan_dpi(page, limits)
            dpi = min(MOST_DPI, max(LEAST_DPI, scanned or USUAL_DPI))
            if (
                max(width, height) / POINTS_PER_INCH > limits.page_mm / 25.4
                or width * height * (dpi / 72) ** 2 > limits.pixels
            ):
                raise Refused(Defect("page_too_large", where=str(number), detail=f"{width:.0f}x{height:.0f} pt"))
            bitmap = page.render(scale=dpi / POINTS_PER_INCH, rev_byteorder=True)
            pixels: Pixels = bitmap.to_numpy()[:, :, :3].copy()
    except (PdfiumError, IndexError) as error:
        raise Refused(Defect("damaged_page", where=str(number), detail=str(error))) from error
    return Picture(pixels, dpi, scanned or dpi)


def scan_dpi(page: PdfPage, limits: DocumentLimits) -> float:
    """The resolution of the picture that fills the page; 0 when none does."""
    from pypdfium2 import PdfImage

    from intake.documents.pdf_marks import marks_of

    width, height = page.get_size()
    best = 0.0
    for handle, (x0, y0, x1, y1) in marks_of(page, limits).images:
        if (x1 - x0) * (y1 - y0) >= _SHEET_SHARE * width * height:
            wide, high = PdfImage(handle, page=page, pdf=page.pdf).get_px_size()
            best = max(best, math.sqrt(wide * high / ((x1 - x0) * (y1 - y0))) * POINTS_PER_INCH)
    return best


def _decoded(data: bytes, number: int, limits: DocumentLimits) -> Picture:
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with warnings.catch_warnings(action="ignore"), Image.open(io.BytesIO(data)) as image:
            image.seek(number - 1)
            if image.width * image.height > limits.pixels:
                raise Refused(Defect("picture_too_large", where=str(number), detail=f"{image.width}x{image.height}"))
            across, down = _own_dpi(image)
            upright = ImageOps.exif_transpose(image).convert("RGB")
            pixels: Pixels = np.asarray(upright)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise Refused(Defect("damaged_picture", where=str(number), detail=type(error).__name__)) from error
    return _scaled(pixels, across, down)


def _own_dpi(image: Image.Image) -> tuple[float, float]:
    """Dots per inch across and down as the file says, or of A4 where it says nothing that can be true of paper."""
    said = image.info.get("dpi", (0, 0))
    across, down = float(said[0]), float(said[1])
    plausible = _PLAUSIBLE[0] <= across <= _PLAUSIBLE[1] and _PLAUSIBLE[0] <= down <= _PLAUSIBLE[1]
    true = plausible and all(_PAPER[0] <= s <= _PAPER[1] for s in (image.width / across, image.height / down))
    guess = max(image.width, image.height) / _A4
    return (across, down) if true else (guess, guess)


def _scaled(pixels: Pixels, across: float, down: float) -> Picture:
    """Square pixels (a fax has 204 × 98 dots per inch) at a resolution fit for reading."""
    scanned = min(across, down)
    dpi = min(MOST_DPI, max(LEAST_DPI, across, down))
    height, width = pixels.shape[:2]
    size = (max(1, round(width * dpi / across)), max(1, round(height * dpi / down)))
    if size != (width, height):
        shrinks = size[0] < width
        pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)
    return Picture(pixels, dpi, scanned)


def _grey(pixels: Pixels) -> Pixels:
    grey: Pixels = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)  # noqa: PLR2004
    return grey


def _is_blank(grey: Pixels) -> bool:
    """Whether nothing is printed; the edges, where the scanner leaves shadows, do not count."""
    height, width = grey.shape
    inner = grey[height // 25 : -height // 25, width // 25 : -width // 25]
    return bool((inner < np.percentile(inner, 90) - 90).mean() < _BLANK)


def _png(grey: Pixels, dpi: float) -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.fromarray(grey).save(out, "png", compress_level=1, dpi=(dpi, dpi))
    return out.getvalue()
