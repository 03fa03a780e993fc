"""The marked places of a comparison: numbered as they stand on the pages, put forward by what they can change.

Pixels are those of the pair's faces. Nothing here opens a picture: a crop is a window on one that the browser has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.texts import comparison as words
from intake.post.comparison import Comparison, Deviation, DeviationKind, Faces, Region

_NEGATIONS = {"niet", "niets", "geen", "nooit", "noch", "zonder", "nimmer", "niemand", "nergens", "evenmin", "tenzij"}
_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(r"(?<!\w)\d+(?!\w)")
_LETTERS = re.compile(r"[^\W\d_]+")
_WHOLE_PAGES = frozenset(
    {
        DeviationKind.PAGE_MISSING,
        DeviationKind.ANNEX_MISSING,
        DeviationKind.PAGE_ADDED,
        DeviationKind.PAGES_SWAPPED,
    }
)

_ROOM = 0.005  # of the page's height kept free above and below a word; half of it beside, where the next word stands
_CONTEXT = 0.026  # of the page's height shown above and below: a line and a half
_WIDTH = 0.7  # of the page's width that a crop shows at least: most of a line of text
_FLAG = 40  # figures of a flag are so much smaller than the page is wide
_MARGIN = 0.09  # of the page's width: the margin where flags stand
_TALL = 0.5  # height to width from which two crops stand better beside each other


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle on a face, in its pixels."""

    x: int
    y: int
    width: int
    height: int

    @property
    def view_box(self) -> str:
        """As an SVG's `viewBox`."""
        return f"{self.x} {self.y} {self.width} {self.height}"

    @property
    def tall(self) -> bool:
        """Whether two of these fit better beside each other than below each other."""
        return self.height > _TALL * self.width


@dataclass(frozen=True, slots=True)
class Spot:
    """A deviation or an unreadable place as it is shown. `row` is the index of its pair in `Comparison.pages`, if there is one.

    `label` stands on the box and in the lists; `box` is where it is and `window` what a crop shows, both None without a face.
    """

    label: str
    doubtful: bool
    deviation: Deviation
    row: int | None
    box: Rect | None = None
    window: Rect | None = None

    @property
    def anchor(self) -> str:
        """The id of the place in the page."""
        return f"plek-{self.label.strip('?')}{'-twijfel' if self.doubtful else ''}"

    @property
    def around(self) -> tuple[str, str]:
        """The words before and after it; a whole page stands between pages."""
        found = self.deviation
        return ("", "") if found.kind in _WHOLE_PAGES else (found.before, found.after)

    @property
    def sentence(self) -> str:
        """What is the matter, as a sentence without its full stop."""
        told = words.doubt(self.deviation) if self.doubtful else words.difference(self.deviation)
        return told[:1].upper() + told[1:]


def spots_of(comparison: Comparison) -> tuple[Spot, ...]:
    """Every deviation ("1", "2" …) and unreadable place ("?1" …), in the order of the pages."""
    rank = {row: place for place, row in enumerate(ordered_rows(comparison))}

    def order(found: Deviation) -> tuple[float, ...]:
        row = _row(comparison, found)
        region = found.region or Region(0, 0, 0, 0)
        return rank[row] if row is not None else len(rank), found.page or 0, region.y0, region.x0

    groups = ((False, comparison.deviations), (True, comparison.unreadable))
    numbered = [
        _spot(comparison, found, f"{'?' if doubtful else ''}{number}", doubtful=doubtful)
        for doubtful, group in groups
        for number, found in enumerate(sorted(group, key=order), 1)
    ]
    return tuple(sorted(numbered, key=lambda spot: order(spot.deviation)))


def gravest_first(spots: Sequence[Spot]) -> tuple[Spot, ...]:
    """What can turn the meaning around first: negations, numbers, whole pages, then the other words; else as they stand."""
    return tuple(sorted(spots, key=lambda spot: gravity(spot.deviation)))


def gravity(found: Deviation) -> int:
    """0 is gravest."""
    said = f"{found.frozen} {found.scan}"
    short = found.kind is not DeviationKind.PARAGRAPH_MISSING and found.kind not in _WHOLE_PAGES
    if short and _NEGATIONS & {word.casefold() for word in _LETTERS.findall(said)}:
        return 0
    counts = _DIGIT.search(found.frozen) or _NUMBER.search(found.scan)  # "w00rd" is a word misread
    if short and counts:
        return 1
    return 2 if not short else 3


def box_of(region: Region | None, faces: Faces | None) -> Rect | None:
    """A region with some room around it, so that a box leaves the letters free."""
    if region is None or faces is None:
        return None
    room = max(2, round(_ROOM * faces.height))
    left, top = round(region.x0 * faces.width) - room // 2, round(region.y0 * faces.height) - room
    right, bottom = round(region.x1 * faces.width) + room // 2, round(region.y1 * faces.height) + room
    left, top = max(0, min(left, faces.width - 1)), max(0, min(top, faces.height - 1))
    return Rect(left, top, max(1, min(right, faces.width) - left), max(1, min(bottom, faces.height) - top))


@dataclass(frozen=True, slots=True)
class Flag:
    """The label of a box, in the margin: its text's size, its place, and the line that leads to the box (x1, x2, y)."""

    rect: Rect
    size: int
    line: tuple[int, int, int]


def flags_of(boxes: Sequence[tuple[str, Rect]], page: tuple[int, int]) -> list[Flag]:
    """A flag for each label and box on a page of that width and height, in the margins so that it covers no word or other flag."""
    size, found = max(8, page[0] // _FLAG), list[Flag]()
    height, count = size * 6 // 5, len(boxes)
    for label, box in boxes:
        width = size * (len(label) + 1) * 2 // 3
        columns = list(_margins(width, page[0], left=box.x >= _MARGIN * page[0]))
        rows = [
            y for n in sorted(range(-count, count + 1), key=abs) if 0 <= (y := box.y + n * height) <= page[1] - height
        ]
        tried = (Rect(x, y, width, height) for y in rows for x in columns)
        free = (rect for rect in tried if not any(_touch(rect, flag.rect) for flag in found))
        rect = next(free, Rect(columns[0], box.y, width, height))
        ends = (rect.x + width, box.x) if rect.x < box.x else (box.x + box.width, rect.x)
        found.append(Flag(rect, size, (*ends, box.y + box.height)))
    return found


def _margins(width: int, page_width: int, *, left: bool) -> Iterator[int]:
    """Where flags of a width may begin: side by side from the edges inward, as many as the margins hold, and always one."""
    room = max(1, int(_MARGIN * page_width) // (width + 2))
    if left:
        yield from (place * (width + 2) for place in range(room))
    yield from (page_width - width - place * (width + 2) for place in range(room))


def _touch(a: Rect, b: Rect) -> bool:
    return a.x < b.x + b.width and b.x < a.x + a.width and a.y < b.y + b.height and b.y < a.y + a.height


def window_of(box: Rect | None, faces: Faces) -> Rect:
    """What a crop shows: the box with the line around it; the whole page where no box says where."""
    if box is None:
        return Rect(0, 0, faces.width, faces.height)
    margin = round(_CONTEXT * faces.height)
    width = min(faces.width, max(round(_WIDTH * faces.width), box.width + 2 * margin))
    left, right = _within(box.x + (box.width - width) // 2, box.x + (box.width + width) // 2, faces.width)
    top, bottom = _within(box.y - margin, box.y + box.height + margin, faces.height)
    return Rect(left, top, right - left, bottom - top)


def faces_of(comparison: Comparison, row: int | None) -> Faces | None:
    """The pictures of a pair, None where there are none."""
    return comparison.faces[row] if row is not None and row < len(comparison.faces) else None


def _within(low: int, high: int, size: int) -> tuple[int, int]:
    """The same stretch moved, and where it is too long cut, to lie between 0 and `size`; never empty."""
    if low < 0:
        low, high = 0, high - low
    if high > size:
        low, high = low - (high - size), size
    low = max(0, min(low, size - 1))
    return low, max(low + 1, high)


def _spot(comparison: Comparison, found: Deviation, label: str, *, doubtful: bool) -> Spot:
    row = _row(comparison, found)
    faces = faces_of(comparison, row)
    box = box_of(found.region, faces)
    shown = faces if found.kind is not DeviationKind.PAGES_SWAPPED else None  # the page itself is as it was
    return Spot(label, doubtful, found, row, box, window_of(box, shown) if shown else None)


def _row(comparison: Comparison, found: Deviation) -> int | None:
    """The pair a deviation stands on: that of its page and sheet, else of its page, else of its sheet."""
    pairs = list(enumerate(comparison.pages))
    for same in (
        lambda p: (p.page, p.sheet) == (found.page, found.sheet),
        lambda p: found.page is not None and p.page == found.page,
        lambda p: found.sheet is not None and p.sheet == found.sheet,
    ):
        rows = [row for row, pair in pairs if same(pair)]
        if rows:
            return rows[0]
    return None


def ordered_rows(comparison: Comparison) -> list[int]:
    """The pairs in the order of the frozen pages; a sheet of no page stands behind the one it lay behind."""
    pages = comparison.pages
    page_of_sheet = sorted((p.sheet, p.page) for p in pages if p.sheet is not None and p.page is not None)

    def place(row: int) -> tuple[int, int, int]:
        pair = pages[row]
        if pair.page is not None:
            return pair.page, 0, pair.sheet or 0
        before = [page for sheet, page in page_of_sheet if sheet < (pair.sheet or 0)]
        return before[-1] if before else 0, 1, pair.sheet or 0

    return sorted(range(len(pages)), key=place)
