"""ODT → blocks: content.xml and the headers and footers of styles.xml, walked with lxml (OASIS ODF 1.3 part 3)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from lxml import etree

from intake.documents.content import Content
from intake.documents.limits import DocumentLimits, Refused
from intake.documents.odt_styles import OFFICE, STYLE, TABLE, TEXT, Styles
from intake.documents.package import Package
from intake.documents.pictures import Frame, picture_of
from intake.documents.text import clean, could_be_heading, heading_level, squeeze
from intake.model import Block, Defect, Picture, Role, Threat

_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_MANIFEST = "{urn:oasis:names:tc:opendocument:xmlns:manifest:1.0}"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_SVG = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
_LENGTH = re.compile(r"(\d{1,5}(?:\.\d+)?)(mm|cm|in|pt)")
_MM = {"mm": 1.0, "cm": 10.0, "in": 25.4, "pt": 25.4 / 72}
_GAPS = {TEXT + "tab": "\t", TEXT + "line-break": "\n"}
_SILENT = {
    TEXT + "tracked-changes",
    TEXT + "sequence-decls",
    TEXT + "variable-decls",
    OFFICE + "forms",
    TEXT + "note-citation",
    TEXT + "ruby-text",
}
_DEEPEST = 60
_WIDEST = 200  # repeated columns that count; a sheet may repeat a thousand empty ones


@dataclass(slots=True)
class _Pile:
    """The words of one paragraph: what prints, what is hidden, how much of it is bold or inserted, what hangs on it."""

    shown: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    letters: int = 0
    bold: int = 0
    inserted: int = 0
    size: float = 0.0
    hung: list[tuple[etree._Element, Role]] = field(default_factory=list)


@dataclass(slots=True)
class _Place:
    """Where the walk stands: the role text has here, the cell, whether it is hidden or deleted."""

    role: Role = Role.PARAGRAPH
    cell: tuple[int, int, int] | None = None
    hidden: bool = False
    change: str | None = None
    depth: int = 0


@dataclass(slots=True)
class _Walk:
    """One walk; collects blocks in reading order."""

    styles: Styles
    limits: DocumentLimits
    regions: dict[str, str]
    blocks: list[Block] = field(default_factory=list)
    frames: list[tuple[etree._Element, Frame]] = field(default_factory=list)
    open_insertions: set[str] = field(default_factory=set)
    tables: int = 0
    changes: int = 0
    odd: bool = False

    def children(self, parent: etree._Element, place: _Place) -> None:
        if place.depth > _DEEPEST:
            raise Refused(Defect("nested_too_deep"), Threat.CORRUPT)
        below = replace(place, depth=place.depth + 1)
        for child in parent:
            tag = child.tag
            if tag in (TEXT + "p", TEXT + "h"):
                self.paragraph(child, below)
            elif tag == TABLE + "table":
                self.table(child, below)
            elif tag == TEXT + "list":
                self.children(
                    child, replace(below, role=Role.LIST_ITEM if place.role is Role.PARAGRAPH else place.role)
                )
            elif tag == TEXT + "section":
                self.children(child, replace(below, hidden=place.hidden or child.get(TEXT + "display") == "none"))
            elif tag in (TEXT + "change-start", TEXT + "change-end", TEXT + "change"):
                self.mark(child)
            elif tag == _DRAW + "frame":
                self.frame(child, below)
            elif tag not in _SILENT:
                self.children(child, below)

    def mark(self, element: etree._Element) -> None:
        """Follow the milestones of tracked changes (§5.5.7): between start and end of an insertion all is inserted."""
        region = element.get(TEXT + "change-id", "")
        if element.tag == TEXT + "change-start" and self.regions.get(region) == "insertion":
            self.open_insertions.add(region)
            self.changes += 1
        elif element.tag == TEXT + "change-end":
            self.open_insertions.discard(region)

    def table(self, table: etree._Element, place: _Place) -> None:
        number, self.tables = self.tables, self.tables + 1
        role = Role.CELL if place.role in (Role.PARAGRAPH, Role.LIST_ITEM) else place.role
        for row, line in enumerate(r for r in table.iter(TABLE + "table-row") if _owner(r) is table):
            column = 0
            for cell in line:
                if cell.tag == TABLE + "table-cell":
                    self.children(cell, replace(place, role=role, cell=(number, row, column)))
                repeated = cell.get(TABLE + "number-columns-repeated", "1")
                column += min(int(repeated), _WIDEST) if repeated.isdigit() and len(repeated) <= 5 else 1  # noqa: PLR2004

    def frame(self, frame: etree._Element, place: _Place) -> None:
        self.frames.append((frame, Frame(len(self.blocks) - 1, place.cell, _area(frame))))
        role = Role.TEXT_BOX if place.role in (Role.PARAGRAPH, Role.LIST_ITEM) else place.role
        for box in frame.iterfind(_DRAW + "text-box"):
            self.children(box, replace(place, role=role, depth=place.depth + 1))

    def paragraph(self, paragraph: etree._Element, place: _Place) -> None:
        style = self.styles.look(paragraph.get(TEXT + "style-name", ""))
        pile = _Pile(size=style.size)
        self.words(paragraph, pile, style.bold, hidden=place.hidden or style.hidden, depth=place.depth)
        level = paragraph.get(TEXT + "outline-level", "1") if paragraph.tag == TEXT + "h" else ""
        self.add(pile, place, int(level) if level.isdigit() else style.level)
        for hung, role in pile.hung:
            if hung.tag == _DRAW + "frame":
                self.frame(hung, place)
            else:
                self.children(hung, replace(place, role=role, depth=place.depth + 1))

    def words(self, parent: etree._Element, pile: _Pile, bold: bool, *, hidden: bool, depth: int) -> None:
        """Collect text below `parent`; notes, comments and frames are hung on the paragraph and follow it."""
        if depth > _DEEPEST:
            raise Refused(Defect("nested_too_deep"), Threat.CORRUPT)
        self.take(pile, parent.text or "", bold, hidden=hidden)
        for child in parent:
            self.word(child, pile, bold, hidden=hidden, depth=depth)
            self.take(pile, child.tail or "", bold, hidden=hidden)

    def word(self, child: etree._Element, pile: _Pile, bold: bool, *, hidden: bool, depth: int) -> None:
        tag = child.tag
        if tag == TEXT + "s":
            self.take(pile, " ", bold, hidden=hidden)
        elif tag in _GAPS:
            self.take(pile, _GAPS[tag], bold, hidden=hidden)
        elif tag == TEXT + "note":
            pile.hung += [(body, Role.FOOTNOTE) for body in child.iterfind(TEXT + "note-body")]
        elif tag == OFFICE + "annotation":
            pile.hung.append((child, Role.COMMENT))
        elif tag == _DRAW + "frame":
            pile.hung.append((child, Role.TEXT_BOX))
        elif tag in (TEXT + "change-start", TEXT + "change-end", TEXT + "change"):
            self.mark(child)
        elif tag in (TEXT + "hidden-text", TEXT + "hidden-paragraph"):
            self.take(pile, child.get(TEXT + "string-value") or "".join(map(str, child.itertext())), bold, hidden=True)
        elif tag not in _SILENT:
            look = self.styles.look(child.get(TEXT + "style-name", "")) if tag == TEXT + "span" else None
            weight = bold if look is None or look.weight is None else look.weight
            self.words(child, pile, weight, hidden=hidden or bool(look and look.hidden), depth=depth + 1)

    def take(self, pile: _Pile, text: str, bold: bool, *, hidden: bool) -> None:
        (pile.hidden if hidden else pile.shown).append(
            text if text in ("\t", "\n") else text.replace("\n", " ").replace("\t", " ")
        )
        if not hidden and (letters := sum(not c.isspace() for c in text)):
            pile.letters += letters
            pile.bold += letters if bold else 0
            pile.inserted += letters if self.open_insertions else 0

    def add(self, pile: _Pile, place: _Place, level: int) -> None:
        text, bold = self.tidy(pile.shown), pile.letters > 0 and pile.bold >= pile.letters
        role = place.role
        if level and role in (Role.PARAGRAPH, Role.CELL, Role.LIST_ITEM):
            role = Role.HEADING
        elif role is Role.PARAGRAPH and bold and could_be_heading(text):
            role, level = Role.HEADING, heading_level(text)
        change = place.change or ("inserted" if pile.letters and pile.inserted >= pile.letters else None)
        block = Block(
            text,
            role,
            level=level if role is Role.HEADING else 0,
            cell=place.cell,
            bold=bold,
            size=pile.size,
            change=change,
        )
        unseen = self.tidy(pile.hidden)
        for found in ([block] if text else []) + ([replace(block, text=unseen, hidden=True)] if unseen else []):
            if len(self.blocks) >= self.limits.blocks:
                raise Refused(Defect("too_many_blocks"), Threat.ZIP_BOMB)
            self.blocks.append(found)

    def tidy(self, pieces: list[str]) -> str:
        text, odd = clean("".join(pieces))
        self.odd = self.odd or odd
        return "\t".join(squeeze(piece) for piece in text.split("\t")).strip()


def _owner(row: etree._Element) -> etree._Element | None:
    """The table a row belongs to; rows may stand in header rows and row groups."""
    return next((a for a in row.iterancestors(TABLE + "table")), None)


def read_odt(data: bytes, limits: DocumentLimits) -> Content:
    """Read an ODT. Raises `Refused` when the package cannot be opened safely or needs a password."""
    with Package(data, limits) as package:
        if "META-INF/manifest.xml" in package and _encrypted(package):
            raise Refused(Defect("password_needed"), Threat.ENCRYPTED)
        content = package.xml("content.xml")
        sheet = package.xml("styles.xml") if "styles.xml" in package else None
        walk = _Walk(Styles([r for r in (sheet, content) if r is not None]), limits, _regions(content))
        _margins(walk, sheet, "header", Role.HEADER)
        for body in content.iterfind(f"{OFFICE}body/{OFFICE}text"):
            _deleted(walk, body)
            walk.children(body, _Place())
        _margins(walk, sheet, "footer", Role.FOOTER)
        macros = _macros(package, content)
        pictures, damaged = _pictures(package, walk, limits)
        problems = (*macros, *damaged, *_reports(walk))
        return Content(
            "odt",
            tuple(walk.blocks),
            pictures,
            problems,
            title=_title(package),
            threat=Threat.MACRO if macros else None,
        )


def _encrypted(package: Package) -> bool:
    return next(package.xml("META-INF/manifest.xml").iter(_MANIFEST + "encryption-data"), None) is not None


def _regions(content: etree._Element) -> dict[str, str]:
    """Tracked regions by id: "insertion", "deletion" or "format-change"."""
    found = {}
    for region in content.iter(TEXT + "changed-region"):
        name = region.get(TEXT + "id") or region.get("{http://www.w3.org/XML/1998/namespace}id") or ""
        found[name] = next((etree.QName(c).localname for c in region), "")
    return found


def _deleted(walk: _Walk, body: etree._Element) -> None:
    """Deleted paragraphs, which ODF keeps in front of the text."""
    for deletion in body.iterfind(f"{TEXT}tracked-changes/{TEXT}changed-region/{TEXT}deletion"):
        walk.changes += 1
        for child in deletion:
            if child.tag in (TEXT + "p", TEXT + "h"):
                walk.paragraph(child, _Place(change="deleted"))


def _margins(walk: _Walk, sheet: etree._Element | None, kind: str, role: Role) -> None:
    """Headers or footers of all master pages, first-page and left ones too."""
    if sheet is None:
        return
    for tag in (f"{STYLE}{kind}", f"{STYLE}{kind}-first", f"{STYLE}{kind}-left"):
        for margin in sheet.iter(tag):
            if margin.get(STYLE + "display") != "false":
                walk.children(margin, _Place(role=role))


def _pictures(package: Package, walk: _Walk, limits: DocumentLimits) -> tuple[tuple[Picture, ...], list[Defect]]:
    """The pictures in frames, looked at, and what is wrong with them; linked pictures are elsewhere and stay there."""
    seen: list[Picture] = []
    problems: list[Defect] = []
    for element, frame in walk.frames[: limits.pictures]:
        for image in element.iterfind(_DRAW + "image"):
            target = image.get("{http://www.w3.org/1999/xlink}href", "").removeprefix("./")
            if target not in package:
                problems.append(Defect("external_part" if target else "damaged_picture", where=target[:200]))
                continue
            picture, problem = picture_of(package.read(target), frame, limits)
            seen.append(picture)
            problems += [Defect(problem.code, target, problem.detail)] if problem else []
    if len(walk.frames) > limits.pictures:
        problems.append(Defect("too_many_pictures"))
    return tuple(seen), problems


def _area(frame: etree._Element) -> float:
    """Square millimetres of a frame, 0 where it does not say."""
    sides = [_LENGTH.fullmatch(frame.get(_SVG + side, "")) for side in ("width", "height")]
    millimetres = [float(s[1]) * _MM[s[2]] for s in sides if s]
    return millimetres[0] * millimetres[1] if len(millimetres) == 2 else 0.0  # noqa: PLR2004 - two sides


def _macros(package: Package, content: etree._Element) -> tuple[Defect, ...]:
    folders = tuple(
        Defect("macro", where=n)
        for n in package.names
        if n.startswith(("Basic/", "Scripts/")) and not n.endswith(("/", "-lc.xml", "-lb.xml"))
    )
    listening = next(content.iter("{urn:oasis:names:tc:opendocument:xmlns:office:1.0}event-listeners"), None)
    return folders if folders or listening is None else (Defect("macro", where="content.xml"),)


def _title(package: Package) -> str:
    if "meta.xml" not in package:
        return ""
    try:
        return next((t.text or "" for t in package.xml("meta.xml").iter(_TITLE)), "").strip()
    except Refused:
        return ""


def _reports(walk: _Walk) -> list[Defect]:
    comments = sum(b.role is Role.COMMENT for b in walk.blocks)
    hidden = sum(b.hidden for b in walk.blocks)
    counted = (
        ("tracked_changes", walk.changes),
        ("comments", comments),
        ("hidden_text", hidden),
        ("odd_characters", int(walk.odd)),
    )
    return [Defect(code, detail=str(count)) for code, count in counted if count]
