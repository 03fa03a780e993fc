"""PDF → text by pypdf: the second reader, for files that pdfium refuses or dies on. Text by page, without places or looks."""

from __future__ import annotations

import io

from pypdf import PdfReader
from pypdf.errors import FileNotDecryptedError

from intake.documents.content import Content
from intake.documents.limits import DocumentLimits, Refused
from intake.documents.pdf_structure import PARSER_FAULTS, structure_of
from intake.documents.text import clean, could_be_heading, heading_level, is_contents_line, is_list_item, squeeze
from intake.model import Block, Defect, Role, Threat


def read_plainly(data: bytes, limits: DocumentLimits) -> Content:
    """Read the text of each page. Raises `Refused` when the file cannot be opened by this reader either."""
    structure = structure_of(data, limits)
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Refused(Defect("password_needed"), Threat.ENCRYPTED)
        count = len(reader.pages)
        title = clean((reader.metadata.title if reader.metadata else "") or "")[0].strip()
    except FileNotDecryptedError as error:
        raise Refused(Defect("password_needed"), Threat.ENCRYPTED) from error
    except PARSER_FAULTS as error:
        raise Refused(Defect("damaged_pdf", detail=type(error).__name__), Threat.CORRUPT) from error
    blocks: list[Block] = []
    problems: list[Defect] = [Defect("read_without_layout")]
    for number in range(1, min(count, limits.pages) + 1):
        try:
            text = reader.pages[number - 1].extract_text()[: limits.chars_per_page]
        except PARSER_FAULTS as error:
            problems.append(Defect("damaged_page", where=str(number), detail=type(error).__name__))
            continue
        blocks += _blocks(text, number)
    if count > limits.pages:
        problems.append(Defect("too_many_pages", detail=str(count)))
    return Content(
        "pdf",
        tuple(blocks),
        (),
        (*structure.problems, *problems),
        pages=count,
        title=title,
        text_layer=bool(blocks),
        threat=structure.threat,
    )


def _blocks(text: str, page: int) -> list[Block]:
    """Lines joined to paragraphs: a line that could head a passage stands alone, one that ends a sentence ends a paragraph."""
    blocks: list[Block] = []
    pending = ""
    for line in (squeeze(x) for x in clean(text)[0].split("\n")):
        if not line:
            continue
        starts = heading_level(line) > 0 and could_be_heading(line)
        if pending and (starts or is_list_item(line) or is_contents_line(line)):
            blocks.append(_block(pending, page))
            pending = ""
        pending = f"{pending} {line}".strip()
        if starts or line[-1] in ".:;?!" or is_contents_line(line):
            blocks.append(_block(pending, page))
            pending = ""
    return [*blocks, _block(pending, page)] if pending else blocks


def _block(text: str, page: int) -> Block:
    level = heading_level(text)
    if level and could_be_heading(text) and not is_contents_line(text):
        return Block(text, Role.HEADING, page, level)
    return Block(text, Role.LIST_ITEM if is_list_item(text) else Role.PARAGRAPH, page)
