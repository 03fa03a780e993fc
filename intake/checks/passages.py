"""A document as a reader takes it in: fields of its letterhead, passages of running text, and the headings each stands under."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest

from intake.checks.koppen import Kop, bare, is_heading, is_instruction, read_heading, split_run_in
from intake.checks.regels import FIELD, Line, read_lines
from intake.documents.text import is_contents_line
from intake.formats.signaal import load_format
from intake.model import Document, Role
from intake.text import fold, sentences

_INLINE_FIELD = re.compile(
    rf"^\s*(?:\d{{1,2}}[.)]\s+)?(?P<label>{FIELD.pattern})\s*:\s*(?P<value>\S.*)$", re.IGNORECASE | re.DOTALL
)
_COLUMNS = 3
_SALUTATION = re.compile(r"(?i)\s*(geachte?|dear|beste)\b[^.\n]{0,60},?\s*$")


@dataclass(frozen=True, slots=True)
class Field:
    """A label of a letterhead or memo and what stands behind it."""

    label: str
    value: str
    index: int
    page: int | None


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph, list item or cell that says something, and what stands above it.

    `section` is what its heading says ("" = unknown) and `firm` whether a heading says so itself instead of one further up.
    `named` are the items its nearest heading names; `lead` the words of its row or list that it belongs to (a minister's name).
    """

    text: str
    index: int
    page: int | None = None
    headings: tuple[str, ...] = ()
    section: str = ""
    firm: bool = False
    named: frozenset[str] = frozenset()
    lead: str = ""
    small: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """All that a document says, in reading order."""

    fields: tuple[Field, ...]
    passages: tuple[Passage, ...]


@dataclass
class _Above:
    """The headings in force while reading on."""

    section: str = ""
    firm: bool = False
    chapter: str = ""
    kop: Kop | None = None
    fresh: bool = False

    def enter(self, kop: Kop, level: int) -> None:
        """A heading: one right after another adds to it, as column heads do; one alone takes its place."""
        if self.fresh and self.kop is not None and kop.items and self.kop.items and level != 1:
            self.kop = Kop(kop.text, kop.section, kop.items | self.kop.items)
        else:
            self.kop = kop
        if kop.section:
            self.section, self.firm = kop.section, True
        elif level == 1:
            self.section, self.firm = "", False
        else:
            self.firm = False
        if level == 1 or kop.section:
            self.chapter = kop.text
        self.fresh = True


def read_passages(document: Document) -> Reading:
    """The fields and passages of a document; template text, tables of contents, promises and empty answers are no passages."""
    fields, rest = _split_fields(read_lines(document))
    return Reading(tuple(fields), tuple(_passages(rest)))


def _split_fields(lines: list[Line]) -> tuple[list[Field], list[Line]]:
    fields, rest, skip = [], [], False
    for line, after in zip_longest(lines, lines[1:]):
        if skip:
            skip = False
            continue
        label = bare(line.text).lower()
        inline = _INLINE_FIELD.match(line.text)
        if FIELD.fullmatch(label) and after is not None and _is_value(line, after):
            fields.append(Field(label, after.text, line.index, line.block.page))
            skip = True
        elif inline and not line.block.cell:
            fields.append(Field(inline["label"].lower(), inline["value"].strip(), line.index, line.block.page))
        else:
            rest.append(line)
    return fields, rest


def _is_value(label: Line, value: Line) -> bool:
    if label.block.cell:
        return value.block.cell is not None and value.block.cell[:2] == label.block.cell[:2]
    return not is_heading(value.block, value.text) or value.block.role is Role.PARAGRAPH


def _passages(lines: list[Line]) -> Iterator[Passage]:
    above = _Above()
    tables = {line.block.cell[0] for line in lines if line.block.cell}
    shapes = {t: _Shape.of([line for line in lines if line.block.cell and line.block.cell[0] == t]) for t in tables}
    for line in lines:
        if line.block.cell:
            yield from _cell(line, shapes[line.block.cell[0]], above)
        elif is_contents_line(line.text):
            continue
        elif _SALUTATION.match(line.text):
            above = _Above()
        elif is_heading(line.block, line.text):
            above.enter(read_heading(line.text), line.block.level)
        else:
            yield from _paragraph(line, above)


def _paragraph(line: Line, above: _Above) -> Iterator[Passage]:
    kop, text = split_run_in(line.text)
    above.fresh = False
    content = said(text)
    if content:
        own = kop or above.kop
        yield Passage(
            text=content,
            index=line.index,
            page=line.block.page,
            headings=tuple(h for h in (above.chapter, own.text if own else "") if h),
            section=(kop.section if kop and kop.section else above.section),
            firm=bool(kop and kop.section) or above.firm,
            named=own.items if own else frozenset(),
            small=line.block.role is Role.FOOTNOTE,
        )


@dataclass(frozen=True, slots=True)
class _Shape:
    """A table: how many columns, what its columns are called, what stands first in each row."""

    columns: int
    heads: dict[int, Kop]
    rows: dict[int, str]
    widths: dict[int, int]

    @staticmethod
    def of(cells: list[Line]) -> _Shape:
        places = [(line.block.cell or (0, 0, 0), line.text) for line in cells]
        columns = 1 + max(c for (_, _, c), _ in places)
        first = min(r for (_, r, _), _ in places)
        top = {c: read_heading(text) for (_, r, c), text in places if r == first}
        named = (
            len(top) > 1
            and sum(bool(k.items or k.section) for k in top.values()) > 0
            and all(len(k.text.split()) <= _MAX_HEAD for k in top.values())
        )
        rows = {r: text for (_, r, c), text in places if c == 0}
        widths = {r: sum(1 for (_, q, _), _ in places if q == r) for (_, r, _), _ in places}
        return _Shape(columns, top if named and columns >= _COLUMNS else {}, rows, widths)


_MAX_HEAD = 8


def _cell(line: Line, shape: _Shape, above: _Above) -> Iterator[Passage]:
    _, row, column = line.block.cell or (0, 0, 0)
    if shape.heads and line.text == shape.heads.get(column, Kop("")).text:
        return
    label = shape.rows.get(row, "")
    if column == 0 and (shape.widths[row] == 1 or shape.columns < _COLUMNS) and is_heading(line.block, line.text):
        above.enter(read_heading(line.text), 1 if shape.widths[row] == 1 else 0)
        return
    if column == 0 and shape.columns > 1 and not shape.heads and _is_label(line.text):
        above.enter(read_heading(line.text), 0)
        return
    kop = shape.heads.get(column)
    for passage in _paragraph(line, above):
        own = replace(passage, lead=label if column else "")
        yield own if kop is None else replace(own, named=kop.items or own.named, headings=(*own.headings, kop.text))


def _is_label(text: str) -> bool:
    return len(text.split()) <= 2 * _MAX_HEAD and text[-1] not in ".;"


def said(text: str) -> str:
    """What of a text is content: without promises, guides to the document, empty answers and lines of the template."""
    form = load_format()
    kept: list[str] = []
    template = False
    for sentence in sentences(text):
        words = fold(sentence)
        template = is_instruction(sentence) or (template and form.hint.match(words) is not None)
        if form.empty.match(words) or not re.search(r"\w{2}", words):
            continue
        if form.guide.search(words) or form.promise.search(words) or template:
            continue
        kept.append(sentence)
    return " ".join(kept)
