"""Which pages of a document are pictures that must be read, and the document with what was read on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from intake.model import Block, Box, Defect, Document, Threat
from intake.post.pages import OcrLimits, OcrPage

_FEW = 25  # characters on a page that is a picture: the line that a fax or scanner adds
_NOT_SHOWN = frozenset({"page_unpacks_too_large", "damaged_page", "page_too_large", "too_much_text"})
_HARD = 0.75  # of the letters read surely: less is a page that a person must read
_ANYWHERE = Box(0, 0, 0, 0)


def pages_to_read(document: Document) -> tuple[int, ...]:
    """The pages without text of their own, from 1; none of a document that has no pages, or that is a danger to show."""
    if not document.readable or document.threat is Threat.PDF_BOMB or document.format not in {"pdf", "image"}:
        return ()
    if any(p.code == "reader_died" for p in document.problems) or any(b.page is None for b in document.blocks):
        return ()
    pictured = {p.page for p in document.pictures if p.looks == "page"}
    if document.format == "image":
        return tuple(sorted(n for n in pictured if n is not None))
    closed = {p.where for p in document.problems if p.code in _NOT_SHOWN}
    letters = dict.fromkeys(range(1, document.pages + 1), 0)
    for block in document.blocks:
        letters[block.page or 0] = letters.get(block.page or 0, 0) + len(block.text)
    return tuple(
        n
        for n in range(1, document.pages + 1)
        if str(n) not in closed and (not letters[n] or (letters[n] < _FEW and n in pictured))
    )


def with_text(document: Document, pages: Mapping[int, OcrPage | Defect], limits: OcrLimits) -> Document:
    """The document with the text, pen strokes and defects of the pages that were read or should have been.

    `text_layer` stays as it was: whether the file itself has text.
    """
    if not pages:
        return document
    from intake.documents.pdf_pictures import ON_PAGE, Sighting, after_blocks
    from intake.post.layout import blocks_of_pages

    read = [p for _, p in sorted(pages.items()) if isinstance(p, OcrPage)]
    numbers = {p.page for p in read if p.words}
    own = [b for b in document.blocks if b.page not in numbers]
    blocks = sorted([*own, *blocks_of_pages(read)], key=_page_of)
    kept = [p for p in document.pictures if not (p.looks == "ink" and p.detail == ON_PAGE and p.page in numbers)]
    seen = [Sighting(p.page or 0, p.box or _ANYWHERE, p.looks, p.width, p.height, p.detail, p.cell) for p in kept]
    seen += [
        Sighting(page.page, page.box(ink.box), ink.looks, ink.box.width, ink.box.height, ON_PAGE)
        for page in read
        for ink in page.looks.ink
    ]
    return replace(
        document,
        blocks=tuple(blocks),
        pictures=after_blocks(seen, blocks),
        problems=(*document.problems, *_told(read, limits), *(d for d in pages.values() if isinstance(d, Defect))),
    )


def _page_of(block: Block) -> int:
    return block.page or 0


def _told(read: Sequence[OcrPage], limits: OcrLimits) -> Iterator[Defect]:
    """What a person must know of how the text came about."""
    engines: dict[str, list[int]] = {}
    for page in read:
        if page.words:
            engines.setdefault(page.engine, []).append(page.page)
    for engine, numbers in engines.items():
        yield Defect("read_by_ocr", where=_span(numbers), detail=engine)
    for page in read:
        if page.words and page.scanned_dpi < limits.least_dpi:
            yield Defect("scan_too_coarse", where=str(page.page), detail=f"{page.scanned_dpi} dpi")
        if page.engine and page.share_read < _HARD:
            yield Defect("scan_hard_to_read", where=str(page.page), detail=f"{page.share_read:.0%}")


def _span(numbers: Sequence[int]) -> str:
    """Page numbers in short: "1-3, 5"."""
    spans: list[list[int]] = []
    for n in sorted(numbers):
        if spans and n == spans[-1][-1] + 1:
            spans[-1].append(n)
        else:
            spans.append([n])
    return ", ".join(str(s[0]) if len(s) == 1 else f"{s[0]}-{s[-1]}" for s in spans)
