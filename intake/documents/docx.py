"""DOCX → blocks: every text part walked with lxml, so that nothing python-docx steps over is lost (documents.md §3).

Body, headers, footers, footnotes, endnotes and comments; tables and nested tables, text boxes, content controls, tracked changes
and hidden text. Deleted and hidden words become blocks of their own beside the paragraph that prints.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace

from lxml import etree

from intake.documents.content import Content
from intake.documents.docx_parts import dangers, document_part, external_targets, related, title_of
from intake.documents.docx_pictures import Drawing, pictures_of
from intake.documents.docx_styles import STRICT, Look, Styles, W, numbered, outline_level, points, switch, val
from intake.documents.limits import DocumentLimits, Refused
from intake.documents.package import Package, parse_xml
from intake.documents.text import clean, could_be_heading, heading_level, squeeze
from intake.model import Block, Defect, Role, Threat

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_CONTENT_PART = "{http://schemas.microsoft.com/office/word/2010/wordprocessingInk}contentPart"
_GAPS = {
    W + "tab": "\t",
    W + "br": "\n",
    W + "cr": "\n",
    W + "noBreakHyphen": "-",
    W + "softHyphen": "",
    W + "ptab": "\t",
}
_INSERTED, _DELETED = {W + "ins", W + "moveTo"}, {W + "del", W + "moveFrom"}
_SKIPPED = {
    W + "pPr",
    W + "rPr",
    W + "sdtPr",
    W + "sectPr",
    W + "tblPr",
    W + "tblGrid",
    W + "trPr",
    W + "tcPr",
    W + "instrText",
    _MC + "Fallback",
}
_DEEPEST = 60  # nested tables, boxes and controls; deeper is no letter


@dataclass(slots=True)
class _Words:
    """The text of one paragraph, parted by what becomes of it, with the looks of its letters counted."""

    cell: tuple[int, int, int] | None = None
    shown: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    inserted: int = 0
    letters: int = 0
    bold: int = 0
    sizes: Counter[float] = field(default_factory=Counter)
    boxes: list[etree._Element] = field(default_factory=list)


@dataclass(slots=True)
class _Walk:
    """One walk over the parts; collects blocks in reading order."""

    styles: Styles
    limits: DocumentLimits
    blocks: list[Block] = field(default_factory=list)
    drawn: list[Drawing] = field(default_factory=list)
    part: str = ""
    tables: int = 0
    odd: bool = False
    changes: int = 0

    def children(
        self,
        parent: etree._Element,
        role: Role,
        cell: tuple[int, int, int] | None = None,
        *,
        change: str | None = None,
        depth: int = 0,
    ) -> None:
        if depth > _DEEPEST:
            raise Refused(Defect("nested_too_deep"), Threat.CORRUPT)
        for child in parent:
            tag = child.tag
            if tag == W + "p":
                self.paragraph(child, role, cell, change, depth)
            elif tag == W + "tbl":
                self.table(child, role, change, depth)
            elif tag not in _SKIPPED:
                now = "inserted" if tag in _INSERTED else "deleted" if tag in _DELETED else change
                self.children(child, role, cell, change=now, depth=depth + 1)

    def table(self, table: etree._Element, role: Role, change: str | None, depth: int) -> None:
        number, self.tables = self.tables, self.tables + 1
        inside = Role.CELL if role is Role.PARAGRAPH else role
        for row, line in enumerate(_through(table, W + "tr")):
            column = 0
            for cell in _through(line, W + "tc"):
                self.children(cell, inside, (number, row, column), change=_row_change(line) or change, depth=depth + 1)
                span = val(cell.find(f"{W}tcPr/{W}gridSpan"), "1")
                column += int(span) if span.isdigit() and len(span) <= 3 else 1  # noqa: PLR2004 - columns, not a number from outside

    def paragraph(
        self, paragraph: etree._Element, role: Role, cell: tuple[int, int, int] | None, change: str | None, depth: int
    ) -> None:
        properties = paragraph.find(W + "pPr")
        style = val(None if properties is None else properties.find(W + "pStyle"), self.styles.default)
        look = self.styles.look(style)
        words = _Words(cell)
        self.run(paragraph, words, look, change, hidden=look.hidden, depth=depth)
        self.add(words, look, properties, role, cell)
        for box in words.boxes:
            self.children(box, Role.TEXT_BOX if role is Role.PARAGRAPH else role, cell, change=change, depth=depth + 1)

    def run(
        self, parent: etree._Element, words: _Words, look: Look, change: str | None, *, hidden: bool, depth: int
    ) -> None:
        """Collect the words of runs below `parent`; runs may stand in links, fields, controls and tracked changes."""
        if depth > _DEEPEST:
            raise Refused(Defect("nested_too_deep"), Threat.CORRUPT)
        for child in parent:
            tag = child.tag
            if tag in (W + "t", W + "delText", _MATH + "t"):
                _take(words, child.text or "", look, change, hidden=hidden)
            elif tag in _GAPS:
                _take(words, _GAPS[tag], look, change, hidden=hidden)
            elif tag == W + "txbxContent":
                words.boxes.append(child)
            elif tag == W + "r":
                mine, vanish = _run_look(child, look, self.styles)
                self.run(child, words, mine, change, hidden=hidden if vanish is None else vanish, depth=depth + 1)
            elif tag == _MC + "AlternateContent" and child.find(f"{_MC}Choice//{_CONTENT_PART}") is not None:
                self.drawn.append(
                    Drawing(self.part, child, len(self.blocks) - 1, words.cell)
                )  # its fallback is a picture
            elif tag not in _SKIPPED:
                if tag in (W + "drawing", W + "pict", W + "object"):
                    self.drawn.append(Drawing(self.part, child, len(self.blocks) - 1, words.cell))
                now = "inserted" if tag in _INSERTED else "deleted" if tag in _DELETED else change
                self.run(child, words, look, now, hidden=hidden, depth=depth + 1)

    def add(
        self,
        words: _Words,
        look: Look,
        properties: etree._Element | None,
        role: Role,
        cell: tuple[int, int, int] | None,
    ) -> None:
        text = self.tidy(words.shown)
        self.changes += bool(words.inserted) + bool(words.deleted)
        bold = words.letters > 0 and words.bold >= words.letters
        size = words.sizes.most_common(1)[0][0] if words.sizes else look.size
        role, level = _role(role, look, properties, text, bold=bold)
        changed = "inserted" if words.letters and words.inserted >= words.letters else None
        block = Block(text, role, level=level, cell=cell, bold=bold, size=size, change=changed)
        if text:
            self.put(block)
        if gone := self.tidy(words.deleted):
            self.put(replace(block, text=gone, change="deleted"))
        if unseen := self.tidy(words.hidden):
            self.put(replace(block, text=unseen, hidden=True, change=None))

    def put(self, block: Block) -> None:
        if len(self.blocks) >= self.limits.blocks:
            raise Refused(Defect("too_many_blocks"), Threat.ZIP_BOMB)
        self.blocks.append(block)

    def tidy(self, pieces: list[str]) -> str:
        text, odd = clean("".join(pieces))
        self.odd = self.odd or odd
        return squeeze(text.replace("\t", " \t")) if "\t" not in text else _tabbed(text)


def _tabbed(text: str) -> str:
    """Blanks squeezed, tabs kept: they tell a line of a table of contents and the columns of a signature block."""
    return "\t".join(squeeze(piece) for piece in text.split("\t")).strip()


def _take(words: _Words, text: str, look: Look, change: str | None, *, hidden: bool) -> None:
    pile = words.deleted if change == "deleted" else words.hidden if hidden else words.shown
    pile.append(text)
    if pile is words.shown and (letters := sum(not c.isspace() for c in text)):
        words.letters += letters
        words.bold += letters if look.bold else 0
        words.inserted += letters if change == "inserted" else 0
        words.sizes[look.size] += letters


def _run_look(run: etree._Element, look: Look, styles: Styles) -> tuple[Look, bool | None]:
    properties = run.find(W + "rPr")
    if properties is None:
        return look, None
    style = val(properties.find(W + "rStyle"))
    named = styles.look(style) if style else Look()
    bold, vanish = switch(properties, "b"), switch(properties, "vanish")
    if vanish is None and named.hidden:
        vanish = True
    return replace(
        look, bold=(look.bold or named.bold) if bold is None else bold, size=points(properties) or look.size
    ), vanish


def _role(role: Role, look: Look, properties: etree._Element | None, text: str, *, bold: bool) -> tuple[Role, int]:
    """Heading by style or outline level, else by weight; a list item by its numbering."""
    if role not in (Role.PARAGRAPH, Role.CELL):
        return role, 0
    outline = outline_level(properties)
    level = look.level if outline is None else outline
    if level:
        return Role.HEADING, level
    if role is Role.CELL:
        return role, 0
    if bold and could_be_heading(text):
        return Role.HEADING, heading_level(text)
    return (Role.LIST_ITEM, 0) if numbered(properties) or look.list_item else (role, 0)


def _row_change(row: etree._Element) -> str | None:
    properties = row.find(W + "trPr")
    if properties is None:
        return None
    return (
        "deleted"
        if properties.find(W + "del") is not None
        else "inserted"
        if properties.find(W + "ins") is not None
        else None
    )


def _through(parent: etree._Element, tag: str) -> list[etree._Element]:
    """Rows of a table or cells of a row, also those inside content controls and tracked changes."""
    found: list[etree._Element] = []
    for child in parent:
        if child.tag == tag:
            found.append(child)
        elif child.tag in (W + "sdt", W + "sdtContent", W + "ins", W + "customXml"):
            found.extend(_through(child, tag))
    return found


def read_docx(data: bytes, limits: DocumentLimits) -> Content:
    """Read a DOCX (or DOCM, DOTX). Raises `Refused` when the package cannot be opened safely."""
    with Package(data, limits) as package:
        main = document_part(package)
        threat, problems = dangers(package)
        style_part = related(package, main, "styles")
        styles = Styles(_modern(package, style_part, problems) if style_part else None)
        walk = _Walk(styles, limits)
        for role, part in _parts(package, main):
            root = _modern(package, part, problems if part != main else None)
            if root is not None:
                walk.part = part
                _walk_part(walk, root, role)
        pictures = pictures_of(package, walk.drawn, limits, problems)
        problems += [*external_targets(package), *_reports(walk)]
        return Content(
            "docx",
            tuple(walk.blocks),
            pictures,
            tuple(problems),
            title=title_of(package),
            text_layer=bool(walk.blocks) or not pictures,
            threat=threat,
        )


def _parts(package: Package, main: str) -> list[tuple[Role, str]]:
    """Text parts in the order a reader meets them: headers, body, notes, footers, comments."""
    folder = re.escape(main.rpartition("/")[0])
    order = (
        ("header", Role.HEADER),
        ("", Role.PARAGRAPH),
        ("footnotes", Role.FOOTNOTE),
        ("endnotes", Role.FOOTNOTE),
        ("footer", Role.FOOTER),
        ("comments", Role.COMMENT),
    )
    parts: list[tuple[Role, str]] = []
    for stem, role in order:
        pattern = re.compile(rf"{folder}/?{stem}\d*\.xml", re.IGNORECASE)
        parts += [(role, n) for n in package.names if pattern.fullmatch(n)] if stem else [(role, main)]
    return parts


def _walk_part(walk: _Walk, root: etree._Element, role: Role) -> None:
    if role is Role.PARAGRAPH:
        body = root.find(W + "body")
        walk.children(root if body is None else body, role)
        return
    for entry in [e for tag in (W + "footnote", W + "endnote", W + "comment") for e in root.iter(tag)] or [root]:
        if entry.get(W + "type") not in {"separator", "continuationSeparator", "continuationNotice"}:
            walk.children(entry, role)


def _modern(package: Package, part: str, problems: list[Defect] | None) -> etree._Element | None:
    """The root of a part in the transitional namespace, also where the file is written in the strict one.

    A damaged part is named in `problems` and gives None; without such a list it raises `Refused`.
    """
    try:
        data = package.read(part)
        return parse_xml(data.replace(STRICT.encode(), W[1:-1].encode()), part)
    except Refused as refused:
        if problems is None or refused.threat is not Threat.CORRUPT or refused.problem.code == "dtd_in_part":
            raise
        problems.append(refused.problem)
        return None


def _reports(walk: _Walk) -> list[Defect]:
    """What a formally submitted text may not carry (documents.md §3), and what could not be written down as it stood."""
    comments = sum(b.role is Role.COMMENT for b in walk.blocks)
    hidden = sum(b.hidden for b in walk.blocks)
    counted = (
        ("tracked_changes", walk.changes),
        ("comments", comments),
        ("hidden_text", hidden),
        ("odd_characters", int(walk.odd)),
    )
    return [Defect(code, detail=str(count)) for code, count in counted if count]
