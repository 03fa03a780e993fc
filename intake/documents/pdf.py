"""PDF → blocks and pictures by pdfium: text with page, box, size and weight, roles guessed from the layout (documents.md §2)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

from pypdfium2 import PdfDocument, PdfiumError, PdfPage

from intake.documents.content import Content
from intake.documents.limits import DocumentLimits, Refused
from intake.documents.pdf_columns import place
from intake.documents.pdf_layout import Paragraph, block_of, body_size, paragraphs
from intake.documents.pdf_lines import PageText
from intake.documents.pdf_marks import flatten, marks_of
from intake.documents.pdf_pictures import Sighting, after_blocks, in_cells, sightings
from intake.documents.pdf_structure import Structure, structure_of
from intake.documents.pdf_tables import grids_of
from intake.documents.running import mark_running
from intake.documents.text import clean
from intake.model import Block, Defect, Threat

_REFUSED_KEY = "password"  # the word in pdfium's message; its error code is not passed on
_POINTS_PER_MM = 72 / 25.4


def read_pdf(data: bytes, limits: DocumentLimits, *, engine: str = "pdfium") -> Content:
    """Read a PDF by pdfium, or by pypdf as second reader. Raises `Refused` when nothing of it can be opened.

    A hostile file may end the whole process: run it in the sandbox.
    """
    if engine == "pypdf":
        from intake.documents.pdf_plain import read_plainly

        return read_plainly(data, limits)
    structure = structure_of(data, limits)
    try:
        with opened(data) as document:
            return _Reading(document, limits, structure).content()
    except Refused as refused:
        if refused.threat is Threat.CORRUPT and structure.pages:
            return read_pdf(data, limits, engine="pypdf")
        raise


@contextmanager
def opened(data: bytes) -> Iterator[PdfDocument]:
    """A PDF opened by pdfium with the empty password. Raises `Refused` when it needs another or cannot be read."""
    try:
        document = PdfDocument(data)
    except PdfiumError as error:
        if _REFUSED_KEY in str(error).lower():
            raise Refused(Defect("password_needed"), Threat.ENCRYPTED) from error
        raise Refused(Defect("damaged_pdf", detail=str(error)), Threat.CORRUPT) from error
    with closing(document):
        yield document


@dataclass(slots=True)
class _Reading:
    """One PDF being read, page by page."""

    document: PdfDocument
    limits: DocumentLimits
    structure: Structure
    problems: list[Defect] = field(default_factory=list)
    found: list[Paragraph] = field(default_factory=list)
    seen: list[Sighting] = field(default_factory=list)
    heights: dict[int, float] = field(default_factory=dict)
    tables: int = 0

    def content(self) -> Content:
        count = len(self.document)
        if count > self.limits.pages:
            self.problems.append(Defect("too_many_pages", detail=str(count)))
        for number in range(1, min(count, self.limits.pages) + 1):
            if number in self.structure.bombs:
                self.problems.append(Defect("page_unpacks_too_large", where=str(number)))
                continue
            try:
                self.page(number)
            except PdfiumError as error:
                self.problems.append(Defect("damaged_page", where=str(number), detail=str(error)))
        blocks, odd = blocks_of(self.found, self.heights)
        blocks += _unshown(self.structure.fields, blocks)
        if odd:
            self.problems.append(Defect("odd_characters"))
        title, _ = clean(self.document.get_metadata_dict().get("Title", "").strip())
        return Content(
            "pdf",
            tuple(blocks),
            after_blocks(self.seen, blocks),
            (*self.structure.problems, *self.problems),
            pages=count,
            title=title,
            text_layer=bool(blocks),
            threat=self.structure.threat,
        )

    def page(self, number: int) -> None:
        with closing(self.document[number - 1]) as page:
            drawn = flatten(page)
            if not drawn:
                self.read(page, number)
        if drawn:
            with closing(self.document[number - 1]) as page:
                self.read(page, number)

    def read(self, page: PdfPage, number: int) -> None:
        width, height = page.get_size()
        self.heights[number] = height
        if max(width, height) > self.limits.page_mm * _POINTS_PER_MM:
            self.problems.append(Defect("page_too_large", where=str(number), detail=f"{width:.0f}x{height:.0f} pt"))
        marks = marks_of(page, self.limits)
        if not marks.complete:
            self.problems.append(Defect("too_many_objects", where=str(number)))
        with closing(page.get_textpage()) as text_page:
            if text_page.count_chars() > self.limits.chars_per_page:
                self.problems.append(Defect("too_much_text", where=str(number)))
                return
            grids = grids_of(marks.rules)
            walls = [(rule.x0, rule.y0, rule.y1) for grid in grids for rule in grid.uprights]
            placed, tables = place(list(PageText(page, text_page, walls).lines()), grids, self.tables)
        self.found += paragraphs(placed, number)
        self.seen += in_cells(sightings(page, number, marks, self.limits, self.problems), grids, self.tables)
        self.tables += tables


def blocks_of(found: list[Paragraph], heights: dict[int, float]) -> tuple[list[Block], bool]:
    """Blocks of all paragraphs with roles that need the whole document: headings by size, running headers, footnotes."""
    body = body_size(found)
    pairs = [block_of(paragraph, body, bottom=paragraph.box.y1 < heights[paragraph.page] / 2) for paragraph in found]
    return mark_running([block for block, _ in pairs if block.text], heights), any(odd for _, odd in pairs)


def _unshown(values: tuple[str, ...], blocks: list[Block]) -> list[Block]:
    """Values of form fields that no page shows, as a form filled in by a program may have them."""
    shown = " ".join(block.text for block in blocks)
    return [Block(value) for value in dict.fromkeys(values) if value not in shown]
