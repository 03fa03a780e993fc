"""Text lines of a PDF page with box, size and weight, by pdfium.

pdfium gives a page's text in one call, and answers about single characters at a microsecond each; so a page is read as
lines, and each line is asked a handful of questions about its first and last letter instead of one per character. Boxes are
points on the page as displayed (crop box and rotation applied), origin bottom left.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import pypdfium2.raw as pdfium
from pypdfium2 import PdfPage, PdfTextPage

_GAP_EMS = 1.3
"""A wider gap inside a line than this many font sizes parts two cells or columns; justified text stays below 1."""
_BOLD = re.compile(rb"bold|black|heavy|semibold|demi(?!an)|-bd\b", re.IGNORECASE)
_FORCE_BOLD = 1 << 18  # font descriptor flag, ISO 32000-2 table 121
_NAME_BYTES = 128
_LINE = re.compile("[^\n\x02\ufffe]*[\n\x02\ufffe]?")
"""A line ends at a line feed, or at pdfium's mark for a hyphen, behind which it writes none."""
_SIGNS = str.maketrans({"\x02": "\u00ad", "\ufffe": "\u00ad", "\uf0b7": "•", "\uf0a7": "▪", "\uf02d": "-"})
"""pdfium's marks for a hyphen at a line end, kept as soft hyphens until lines are joined; bullets of the Symbol font."""

_SAME = 1.0  # points; two places closer than this are one

Box4 = tuple[float, float, float, float]
Wall = tuple[float, float, float]
"""An upright rule: x, and from which y to which."""
Turn = Callable[[float, float, float, float], Box4]


@dataclass(frozen=True, slots=True)
class Line:
    """A run of text on one baseline: `size` in points, `base` its baseline, `bold` when all of it looks bold."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    base: float
    size: float
    bold: bool


def turn_of(page: PdfPage) -> Turn:
    """How boxes of this page's user space map to the page as displayed."""
    left, bottom, right, top = page.get_bbox()
    wide, high = right - left, top - bottom
    quarter = page.get_rotation() // 90
    if quarter == 1:
        return lambda x0, y0, x1, y1: (y0 - bottom, wide - (x1 - left), y1 - bottom, wide - (x0 - left))
    if quarter == 2:  # noqa: PLR2004 - half a turn
        return lambda x0, y0, x1, y1: (
            wide - (x1 - left),
            high - (y1 - bottom),
            wide - (x0 - left),
            high - (y0 - bottom),
        )
    if quarter == 3:  # noqa: PLR2004 - three quarters
        return lambda x0, y0, x1, y1: (high - (y1 - bottom), x0 - left, high - (y0 - bottom), x1 - left)
    if not left and not bottom:
        return lambda x0, y0, x1, y1: (x0, y0, x1, y1)
    return lambda x0, y0, x1, y1: (x0 - left, y0 - bottom, x1 - left, y1 - bottom)


class PageText:
    """The text of one page, asked line by line; `walls` are the upright rules of its tables, which part what they stand between."""

    def __init__(self, page: PdfPage, text_page: PdfTextPage, walls: Sequence[Wall] = ()) -> None:
        self._walls = walls
        self._raw = text_page.raw
        self._turn = turn_of(page)
        self._upright = page.get_rotation() == 0
        self._matrix = pdfium.FS_MATRIX()
        self._edges = tuple(ctypes.c_double() for _ in range(4))
        self._name = ctypes.create_string_buffer(_NAME_BYTES)
        self._flags = ctypes.c_int()
        self._heavy: dict[bytes, bool] = {}
        self._bottom = page.get_bbox()[1]
        self.count = text_page.count_chars()
        self.text = self._text(text_page)

    def _text(self, text_page: PdfTextPage) -> str:
        """The page's text with one character per pdfium character, so that positions are indices."""
        text = str(text_page.get_text_range())
        if len(text) == self.count:
            return text
        return "".join(_letter(pdfium.FPDFText_GetUnicode(self._raw, i)) for i in range(self.count))

    def lines(self) -> Iterator[Line]:
        """The lines in the order of the content stream, parted where a wide gap parts cells or columns."""
        for found in _LINE.finditer(self.text):
            words = found[0].strip()
            if words:
                first = found.start() + found[0].index(words[0])
                yield from self._parted(first, first + len(words))

    def _parted(self, first: int, last: int) -> Iterator[Line]:
        boxes = self._boxes(first, last - first)
        if not boxes:
            return
        size, base = self._size_and_base(first, boxes[0])
        run: list[Box4] = [boxes[0]]
        for box in boxes[1:]:
            if _apart(run[-1], box, size) or (self._walls and self._walled(run[-1], box)):
                cut = self._index_at(first, last, box)
                if cut > first:
                    yield self._line(first, cut, run, size, base)
                    first, run = cut, []
                    size, base = self._size_and_base(first, box)
            run.append(box)
        yield self._line(first, last, run, size, base)

    def _walled(self, before: Box4, after: Box4) -> bool:
        """Whether an upright rule of a table stands between two runs, however near they are."""
        middle = (after[1] + after[3]) / 2
        return any(before[2] - _SAME < x < after[0] + _SAME and low <= middle <= high for x, low, high in self._walls)

    def _boxes(self, first: int, count: int) -> list[Box4]:
        """The boxes of the runs in a stretch of text; letters without ink (blanks) have none."""
        left, top, right, bottom = self._edges
        boxes = []
        for index in range(pdfium.FPDFText_CountRects(self._raw, first, count)):
            pdfium.FPDFText_GetRect(self._raw, index, left, top, right, bottom)
            boxes.append(self._turn(left.value, bottom.value, right.value, top.value))
        return boxes

    def _size_and_base(self, index: int, box: Box4) -> tuple[float, float]:
        """Font size in points as displayed, and the baseline; a turned or odd matrix falls back on the box."""
        size = float(pdfium.FPDFText_GetFontSize(self._raw, index))
        matrix = self._matrix
        if not pdfium.FPDFText_GetMatrix(self._raw, index, matrix):
            return size, box[1]
        size *= math.hypot(matrix.c, matrix.d)
        base = matrix.f - self._bottom
        return size, base if self._upright and box[1] - size <= base <= box[3] else box[1]

    def _index_at(self, first: int, last: int, box: Box4) -> int:
        """The first letter of a run, looked for behind the blanks of a line; `first` when it is not found."""
        left, top, right, bottom = self._edges
        for index in range(first + 1, last):
            if self.text[index - 1].isspace() and not self.text[index].isspace():
                pdfium.FPDFText_GetCharBox(self._raw, index, left, right, bottom, top)
                if abs(self._turn(left.value, bottom.value, right.value, top.value)[0] - box[0]) < _SAME:
                    return index
        return first

    def _line(self, first: int, last: int, boxes: list[Box4], size: float, base: float) -> Line:
        text = self.text[first:last].strip().translate(_SIGNS)
        x0, y0, x1, y1 = boxes[0]
        for box in boxes[1:]:
            x0, y0, x1, y1 = min(x0, box[0]), min(y0, box[1]), max(x1, box[2]), max(y1, box[3])
        bold = self._is_bold(first) and self._is_bold(first + len(text) - 1)
        if bold and len(boxes) > 1:
            bold = self._is_bold((2 * first + len(text)) // 2)
        return Line(text, x0, y0, x1, y1, base, size, bold)

    def _is_bold(self, index: int) -> bool:
        """Whether the font of a letter calls itself bold; pdfium's own weight is a guess from stem widths."""
        pdfium.FPDFText_GetFontInfo(self._raw, index, self._name, _NAME_BYTES, self._flags)
        name = self._name.value
        if name not in self._heavy:
            self._heavy[name] = bool(_BOLD.search(name)) or bool(self._flags.value & _FORCE_BOLD)
        return self._heavy[name]


def _letter(code: int) -> str:
    return "\ufffd" if not code or 0xD800 <= code <= 0xDFFF or code > 0x10FFFF else chr(code)  # noqa: PLR2004 - Unicode's own bounds


def _apart(before: Box4, after: Box4, size: float) -> bool:
    """Whether two runs on one line belong to different cells or columns: far apart, or the second one to the left."""
    gap = after[0] - before[2]
    return gap > _GAP_EMS * size or (gap < -size and after[2] < before[0])
