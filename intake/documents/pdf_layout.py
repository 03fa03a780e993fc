"""Lines of a PDF page → blocks: paragraphs, headings, list items and cells in reading order.

The content stream of what word processors write is already in reading order, column after column and cell after cell; it is
kept unless it jumps about. Cells come from the ruled lines of the page (`pdf_tables`).
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from intake.documents.pdf_columns import Cell, Placed
from intake.documents.pdf_lines import Line
from intake.documents.text import clean, could_be_heading, heading_level, is_contents_line, is_list_item, squeeze
from intake.model import Block, Box, Role

_LEADING = 1.22  # a step wider than the page's usual one by this factor starts a paragraph
_LOOSEST = 2.2  # font sizes from baseline to baseline; wider is a break on any page
_HEADING_SIZE = 1.15  # times the size of the body text
_FOOTNOTE_SIZE = 0.92
_SHORT = 0.8  # of the column's width: a line that ends this early and ends a sentence ends its paragraph
_KEEPS_HYPHEN = re.compile(r"(?:en|of|dan|noch)\b", re.IGNORECASE)
_FOOTNOTE = re.compile(r"^(?:\[?\d{1,3}\]?|\*{1,3})[\s.)]?\s*\S")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that belong together, and the cell they stand in."""

    lines: tuple[Line, ...]
    page: int
    cell: Cell | None = None

    @property
    def box(self) -> Box:
        return Box(
            min(x.x0 for x in self.lines),
            min(x.y0 for x in self.lines),
            max(x.x1 for x in self.lines),
            max(x.y1 for x in self.lines),
        )


def paragraphs(placed: Sequence[Placed], page: int) -> list[Paragraph]:
    """Group the lines of one page, given in reading order with their cells."""
    step = _usual_step([line for line, _ in placed])
    right = max((line.x1 for line, _ in placed), default=0.0)
    found: list[Paragraph] = []
    open_lines: list[Line] = []
    open_cell: Cell | None = None
    for line, cell in placed:
        if open_lines and (cell != open_cell or _breaks(open_lines, line, step, right if cell is None else 0)):
            found.append(Paragraph(tuple(open_lines), page, open_cell))
            open_lines = []
        open_lines.append(line)
        open_cell = cell
    if open_lines:
        found.append(Paragraph(tuple(open_lines), page, open_cell))
    return found


def _usual_step(lines: Sequence[Line]) -> float:
    """The commonest distance between baselines in font sizes; 1.2 where a page has too few lines to tell."""
    steps = Counter(
        round((a.base - b.base) / a.size, 1)
        for a, b in itertools.pairwise(lines)
        if a.size and 0.5 < (a.base - b.base) / a.size < _LOOSEST and abs(a.size - b.size) < 1  # noqa: PLR2004 - see Line
    )
    return steps.most_common(1)[0][0] if steps else 1.2


def _breaks(before: Sequence[Line], line: Line, step: float, right: float) -> bool:
    """Whether a line starts a new paragraph after the ones before it; `right` is where lines end, 0 in a cell."""
    last = before[-1]
    down = (last.base - line.base) / (last.size or 1)
    if down < 0.5 or down > min(step * _LEADING, _LOOSEST):  # noqa: PLR2004 - half a font size down is no new line
        return True
    if abs(last.size - line.size) > 0.6 or last.bold != line.bold:  # noqa: PLR2004 - points
        return True
    if line.x0 > last.x1 or line.x1 < last.x0 or is_list_item(line.text) or is_contents_line(last.text):
        return True
    left = min(x.x0 for x in before)
    if len(before) > 1 and line.x0 - left > line.size and last.x0 - left < line.size:
        return True  # the indent of a first line
    return last.text[-1:] in ".:;?!" and last.x1 - left < _SHORT * (right - left)


def join_lines(lines: Iterable[Line]) -> str:
    """One text of several lines: words broken at a line end are made whole, "in- en uitvoer" keeps its hyphen."""
    text = ""
    for line in lines:
        if text.endswith("\u00ad"):
            keep = not line.text[:1].islower() or _KEEPS_HYPHEN.match(line.text) or not text[-2:-1].islower()
            glue = "" if not keep else "- " if _KEEPS_HYPHEN.match(line.text) else "-"
            text = text[:-1] + glue + line.text
        else:
            text = f"{text} {line.text}" if text else line.text
    return text[:-1] + "-" if text.endswith("\u00ad") else text


def body_size(paragraphs: Iterable[Paragraph]) -> float:
    """The font size most letters of the document have, in points."""
    sizes: Counter[float] = Counter()
    for paragraph in paragraphs:
        for line in paragraph.lines:
            sizes[round(line.size, 1)] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def block_of(paragraph: Paragraph, body: float, *, bottom: bool) -> tuple[Block, bool]:
    """The block of a paragraph and whether odd characters were replaced; `bottom` = nothing but notes follow on the page."""
    text, odd = clean(squeeze(join_lines(paragraph.lines).replace("\u00ad", "")))
    first = paragraph.lines[0]
    bold = all(x.bold for x in paragraph.lines)
    role, level = _role(paragraph, text, first.size, body, bold=bold, bottom=bottom)
    return Block(text, role, paragraph.page, level, paragraph.cell, bold, round(first.size, 1), paragraph.box), odd


def _role(paragraph: Paragraph, text: str, size: float, body: float, *, bold: bool, bottom: bool) -> tuple[Role, int]:
    if paragraph.cell is not None:
        return Role.CELL, 0
    if bottom and size < _FOOTNOTE_SIZE * body and _FOOTNOTE.match(text):
        return Role.FOOTNOTE, 0
    if (bold or size > _HEADING_SIZE * body) and could_be_heading(text) and not is_contents_line(text):
        return Role.HEADING, heading_level(text)
    return (Role.LIST_ITEM if is_list_item(text) else Role.PARAGRAPH), 0
