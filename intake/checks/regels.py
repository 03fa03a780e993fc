"""The lines of a document as its author meant them: cut paragraphs and cells joined, tables that go on over a page made one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from intake.checks.koppen import is_heading, is_instruction
from intake.model import Block, Box, Document, Role

FIELD = re.compile(
    r"((werk)?titel( (van het )?signaal)?|naam (van het )?signaal|onderwerp( van het signaal)?|over|inzake|betreft|betr\.?|"
    r"aan|van|afzender|datum|(ons |uw )?kenmerk|"
    r"behandeld door|bijlagen?|versie|status|rubricering|subject|title|from|to|date|re|contactpersoon|telefoon|e-mail)",
)
_NOT_TEXT = frozenset({Role.HEADER, Role.FOOTER, Role.COMMENT})
_UNFINISHED = 40
_OPEN = re.compile(
    r"(?:,|-|\b(?:de|het|een|en|of|van|voor|met|in|op|te|bij|door|aan|om|dat|die|is|zijn|the|of|and|to|in|a))$"
)
_CLOSED = ".!?:;…)\"'”’"
_ALIGNED, _NEXT_LINE = 3.0, 9.0


@dataclass(frozen=True, slots=True)
class Line:
    """A block, or what is left of it or joined to it; `index` is that of the block in its document."""

    block: Block
    text: str
    index: int

    @property
    def cell(self) -> tuple[int, int, int]:
        """(table, row, column); only for lines of a table."""
        return self.block.cell or (0, 0, 0)


def read_lines(document: Document) -> list[Line]:
    """The printed lines, in reading order."""
    return _tables_joined(_joined(_lines(document)))


def _lines(document: Document) -> Iterator[Line]:
    for index, block in enumerate(document.blocks):
        if block.role in _NOT_TEXT or block.hidden or block.change == "deleted":
            continue
        for text in _own_lines(block):
            if any(c.isalnum() for c in text):
                yield Line(block, text, index)


def _own_lines(block: Block) -> list[str]:
    """A heading typed on the first line of its paragraph stands alone; other line ends are only where the line was full."""
    head, _, tail = block.text.strip().partition("\n")
    if tail and is_heading(block, head) and not FIELD.fullmatch(head.strip(" :").lower()):
        return [head, " ".join(tail.split())]
    if block.cell and tail:
        return (
            [line.strip() for line in block.text.split("\n")]
            if is_instruction(head)
            else [" ".join(block.text.split())]
        )
    return [" ".join(block.text.split())]


def _joined(lines: Iterator[Line]) -> list[Line]:
    """Paragraphs that a page or line end cut in two are one again."""
    out: list[Line] = []
    for line in lines:
        if out and _goes_on(out[-1], line):
            out[-1] = _with(out[-1], line)
        else:
            out.append(line)
    return out


def _goes_on(before: Line, after: Line) -> bool:
    if before.block.cell and not after.block.cell:
        return before.cell[2] > 0 and _beneath(before.block.box, after.block.box)
    if before.block.cell or after.block.cell or after.block.role not in {Role.PARAGRAPH, Role.LIST_ITEM}:
        return False
    if before.text[-1] in _CLOSED or is_heading(before.block, before.text) or is_heading(after.block, after.text):
        return False
    if FIELD.fullmatch(before.text.lower().strip(" :")) or after.block.role is Role.LIST_ITEM:
        return False
    if FIELD.fullmatch(after.text.lower().strip(" :")):
        return False
    return after.text[0].islower() or (len(before.text) > _UNFINISHED and _OPEN.search(before.text) is not None)


def _with(line: Line, more: Line) -> Line:
    box = more.block.box or line.block.box
    return replace(
        line, text=f"{line.text} {more.text}", block=replace(line.block, box=box) if line.block.cell else line.block
    )


def _beneath(above: Box | None, below: Box | None) -> bool:
    """Whether a line stands right under another and begins where that does: the next line of the same cell."""
    if above is None or below is None:
        return False
    return abs(above.x0 - below.x0) < _ALIGNED and 0 <= above.y0 - below.y1 < _NEXT_LINE


def _tables_joined(lines: Iterable[Line]) -> list[Line]:
    """A table that begins right after another with as many columns goes on with it; a row cut in two by the page is one."""
    groups: list[list[Line]] = []
    for line in lines:
        same = groups and line.block.cell and groups[-1][-1].block.cell and groups[-1][-1].cell[0] == line.cell[0]
        if same:
            groups[-1].append(line)
        else:
            groups.append([line])
    out: list[list[Line]] = []
    for group in groups:
        if out and group[0].block.cell and out[-1][0].block.cell and _columns(out[-1]) == _columns(group):
            out[-1] = _continued(out[-1], group)
        else:
            out.append(group)
    return [line for group in out for line in group]


def _columns(table: list[Line]) -> int:
    return 1 + max(line.cell[2] for line in table)


def _continued(table: list[Line], rest: list[Line]) -> list[Line]:
    number, last = table[0].cell[0], max(line.cell[1] for line in table)
    first = min(line.cell[1] for line in rest)
    cut = any(line.cell[1] == first and line.text[0].islower() for line in rest)
    whole = {line.cell: line for line in table}
    for line in rest:
        row = line.cell[1] - first + last + (0 if cut else 1)
        place = (number, row, line.cell[2])
        moved = replace(line, block=replace(line.block, cell=place))
        whole[place] = _with(whole[place], moved) if place in whole else moved
    return list(whole.values())
