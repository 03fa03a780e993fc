"""The order of a page's lines: cells of ruled tables, columns of text, and tables made of nothing but blanks."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median

from intake.documents.pdf_lines import Line
from intake.documents.pdf_tables import Grid
from intake.documents.text import is_bare_bullet

Cell = tuple[int, int, int]
Placed = tuple[Line, Cell | None]

_JUMPS = 3  # times the stream may jump back up before its order is distrusted
_LOOK_BACK = 3  # lines
_SAME_ROW = 0.35  # font sizes between baselines of one row
_WORD_GAP = 0.6  # font sizes; nearer than this is the next word
_BULLET_GAP = 5.0  # font sizes between a bullet and its words
_FEW_ROWS = 3  # rows with a second column, fewer are a coincidence
_PROSE_ROWS = 5
_PROSE_WIDTH = 0.3  # of the text's width: both columns of running text are wider
_ALIGNED = 6.0  # points between left edges of one column


def place(lines: Sequence[Line], grids: Sequence[Grid], first_table: int) -> tuple[list[Placed], int]:
    """The lines in reading order with the cell each stands in; and how many tables the page has.

    Tables are numbered from `first_table`: ruled ones first, then those made of blanks.
    """
    free: list[Line] = []
    placed: list[Placed] = []
    for line in _trusted(_whole(lines)):
        cell = _cell_of(line, grids, first_table)
        if cell is None:
            free.append(line)
            continue
        placed += [(x, None) for x in free]
        free = []
        placed.append((line, cell))
    placed += [(x, None) for x in free]
    placed = _cells_in_order(placed)
    ordered: list[Placed] = []
    tables = first_table + len(grids)
    for in_cell, stretch in itertools.groupby(placed, key=lambda p: p[1] is not None):
        if in_cell:
            ordered += stretch
            continue
        found, tables = _untangled([line for line, _ in stretch], tables)
        ordered += found
    return ordered, tables - first_table


def _whole(lines: Iterable[Line]) -> list[Line]:
    """Lines that pdfium broke although they run on, as behind the raised number of a note; bullets without words are left out."""
    whole: list[Line] = []
    for line in lines:
        last = whole[-1] if whole else None
        if last is not None and _runs_on(last, line):
            whole[-1] = replace(
                last,
                text=f"{last.text} {line.text}",
                x1=line.x1,
                y0=min(last.y0, line.y0),
                y1=max(last.y1, line.y1),
                size=line.size if is_bare_bullet(last.text) else last.size,
                bold=(last.bold or is_bare_bullet(last.text)) and line.bold,
            )
        else:
            whole.append(line)
    return [line for line in whole if not is_bare_bullet(line.text)]


def _runs_on(last: Line, line: Line) -> bool:
    """Whether a line goes on behind the one before it: the next word, or the words behind a bullet."""
    gap = line.x0 - last.x1
    most = _BULLET_GAP if is_bare_bullet(last.text) else _WORD_GAP
    return abs(last.base - line.base) < 1 and -1 < gap < most * line.size


def _trusted(lines: Sequence[Line]) -> list[Line]:
    """The lines as the stream gives them, or from top to bottom where the stream jumps about."""
    jumps = sum(_jumps_back(lines[max(0, i - _LOOK_BACK) : i], line) for i, line in enumerate(lines))
    if jumps <= max(_JUMPS, len(lines) // 10):
        return list(lines)
    return [line for row in _rows(sorted(lines, key=lambda x: -x.base)) for line in row]


def _jumps_back(before: Sequence[Line], line: Line) -> bool:
    """Whether a line stands above the latest one before it that it shares a column with."""
    for earlier in reversed(before):
        if line.x0 < earlier.x1 and earlier.x0 < line.x1:
            return line.base > earlier.base + line.size
    return False


def _rows(lines: Iterable[Line]) -> list[list[Line]]:
    """Lines on one baseline, from left to right; rows in the order given."""
    rows: list[list[Line]] = []
    for line in lines:
        last = rows[-1][-1] if rows else None
        if last is not None and abs(last.base - line.base) <= _SAME_ROW * max(last.size, line.size, 1):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda x: x.x0) for row in rows]


def _cell_of(line: Line, grids: Sequence[Grid], first_table: int) -> Cell | None:
    x, y = line.x0 + min(1.0, (line.x1 - line.x0) / 2), (line.y0 + line.y1) / 2
    for number, grid in enumerate(grids):
        if found := grid.cell(x, y):
            return (first_table + number, *found)
    return None


def _cells_in_order(placed: list[Placed]) -> list[Placed]:
    """Each run of cells row by row, however the stream drew them; the lines of a cell keep their order."""
    ordered: list[Placed] = []
    for table, stretch in itertools.groupby(placed, key=lambda p: None if p[1] is None else p[1][0]):
        run = list(stretch)
        ordered += run if table is None else sorted(run, key=lambda p: p[1] or (0, 0, 0))
    return ordered


@dataclass(frozen=True, slots=True)
class _Split:
    """Where a second column starts: its left edge, and the rows it shares with the first."""

    edge: float
    rows: tuple[tuple[Line, Line], ...]

    def is_prose(self, width: float) -> bool:
        """Whether both sides are running text: wide, over many rows."""
        return len(self.rows) >= _PROSE_ROWS and all(
            median(side.x1 - side.x0 for side in sides) > _PROSE_WIDTH * width for sides in zip(*self.rows, strict=True)
        )


def _untangled(lines: list[Line], table: int) -> tuple[list[Placed], int]:
    """Lines outside ruled tables: columns read one after the other, rows of a blank table as cells."""
    split = _split(lines)
    if split is None:
        return [(line, None) for line in lines], table
    width = max(x.x1 for x in lines) - min(x.x0 for x in lines)
    top = max(a.base for a, _ in split.rows)
    low = min(a.base for a, _ in split.rows)
    if split.is_prose(width):
        return _columns(lines, split.edge, top, low), table
    return _blank_table(lines, split, top, low, table), table + 1


def _split(lines: Sequence[Line]) -> _Split | None:
    """The commonest second column among lines whose neighbour in the stream stands on the same baseline."""
    pairs = [
        (a, b)
        for a, b in itertools.pairwise(lines)
        if abs(a.base - b.base) <= _SAME_ROW * max(a.size, b.size, 1) and b.x0 >= a.x1
    ]
    best: list[tuple[Line, Line]] = []
    for _, seed in pairs:
        same = [(a, b) for a, b in pairs if abs(b.x0 - seed.x0) <= _ALIGNED]
        best = max(best, same, key=len)
    return _Split(min(b.x0 for _, b in best), tuple(best)) if len(best) >= _FEW_ROWS else None


def _columns(lines: Sequence[Line], edge: float, top: float, low: float) -> list[Placed]:
    """Two columns of text; a line across both parts what is above it from what is below."""
    ordered: list[Line] = []
    left: list[Line] = []
    right: list[Line] = []
    for line in lines:
        across = line.x0 < edge - _ALIGNED and line.x1 > edge
        if across or not low - line.size <= line.base <= top + line.size:
            ordered += [*left, *right, line]
            left, right = [], []
        else:
            (right if line.x0 >= edge - _ALIGNED else left).append(line)
    return [(line, None) for line in (*ordered, *left, *right)]


def _blank_table(lines: Sequence[Line], split: _Split, top: float, low: float, table: int) -> list[Placed]:
    """Rows of a table without rules: a row starts with a line in the first column, others continue their cell."""
    placed: list[Placed] = []
    starts = {id(a) for a, _ in split.rows}
    row = -1
    for line in lines:
        second = line.x0 >= split.edge - _ALIGNED
        inside = low - line.size <= line.base <= top + line.size / 2 and (second or line.x1 < split.edge)
        if id(line) in starts:
            row += 1
        placed.append((line, (table, max(row, 0), int(second)) if inside else None))
    return placed
