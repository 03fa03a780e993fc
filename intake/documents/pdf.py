"""PDF → blocks by pdfium: text with page, box, size and weight, roles guessed from the layout (documents.md §2)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from pypdfium2 import PdfDocument, PdfiumError, PdfPage

from intake.documents.content import Content
from intake.documents.limits import DocumentLimits, Refused
from intake.documents.pdf_layout import Paragraph, block_of, body_size, paragraphs
from intake.documents.pdf_lines import PageText
from intake.documents.running import mark_running
from intake.model import Block, Defect, Threat

_REFUSED_KEY = "password"  # the word in pdfium's message; its error code is not passed on


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


def read_pdf(data: bytes, limits: DocumentLimits, *, engine: str = "pdfium") -> Content:
    """Read a PDF by pdfium. Raises `Refused`; a hostile file may end the whole process, so run it in the sandbox."""
    del engine
    problems: list[Defect] = []
    found: list[Paragraph] = []
    heights: dict[int, float] = {}
    with opened(data) as document:
        count = len(document)
        if count > limits.pages:
            problems.append(Defect("too_many_pages", detail=str(count)))
        for number in range(1, min(count, limits.pages) + 1):
            try:
                page = document[number - 1]
            except PdfiumError as error:
                problems.append(Defect("damaged_page", where=str(number), detail=str(error)))
                continue
            heights[number] = page.get_height()
            found += _page(page, number, limits, problems)
        title = document.get_metadata_dict().get("Title", "").strip()
    blocks, odd = blocks_of(found, heights)
    if odd:
        problems.append(Defect("odd_characters"))
    return Content("pdf", tuple(blocks), (), tuple(problems), pages=count, title=title, text_layer=bool(blocks))


def _page(page: PdfPage, number: int, limits: DocumentLimits, problems: list[Defect]) -> list[Paragraph]:
    with closing(page), closing(page.get_textpage()) as text_page:
        if text_page.count_chars() > limits.chars_per_page:
            problems.append(Defect("too_much_text", where=str(number)))
            return []
        lines = list(PageText(page, text_page).lines())
        return paragraphs(lines, number, [], 0)


def blocks_of(found: list[Paragraph], heights: dict[int, float]) -> tuple[list[Block], bool]:
    """Blocks of all paragraphs with roles that need the whole document: headings by size, running headers, footnotes."""
    body = body_size(found)
    pairs = [block_of(paragraph, body, bottom=paragraph.box.y1 < heights[paragraph.page] / 2) for paragraph in found]
    return mark_running([block for block, _ in pairs if block.text], heights), any(odd for _, odd in pairs)
