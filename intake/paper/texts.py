"""The texts that post is held against, and those of a scan itself, page by page, ready to be kept. Pure but for reading codes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

from intake.model import Assessment, Document, Kind
from intake.post.codes import Code
from intake.relate import item_of, reference_codes
from intake.text import words
from storage.held import HeldText

TEXTS_OF = frozenset({Kind.SUBMISSION, Kind.SUPPLEMENT, Kind.CORRECTION, Kind.DRAFT})
"""Kinds of mail whose documents are what a partner sent in: post is held against those, not against answers or other scans."""
ENOUGH_WORDS = 40
"""Of a document: a picture of a logo and a sheet with a signature match everything."""
_HEAD = 1500  # letters at the top of a letter, where its sender writes his reference
_PAPER = frozenset({"pdf", "image"})
_NOT_READ = frozenset({"page_not_read", "page_too_large", "page_unpacks_too_large", "damaged_page", "too_much_text"})
_AT_A_TIME = 2  # pages looked at for codes


def texts_of(assessment: Assessment) -> tuple[HeldText, ...]:
    """The texts of the documents of a mail, or of a bare document; at least one, if only to hold the sender's references."""
    marks = tuple(sorted(item_of(assessment).references))
    held = [
        HeldText(n, document.sha256, tuple(page_texts(document)) if _tells(document.text) else (), marks)
        for n, document in enumerate(assessment.documents)
    ]
    if assessment.document == "body" and assessment.mail and _tells(assessment.mail.text):
        held.append(HeldText(len(held), "", (assessment.mail.text,), marks))
    return tuple(held) or (HeldText(0, "", (), marks),)


def page_texts(document: Document) -> list[str]:
    """The text of each page as it prints; all of it as one page where the format has none."""
    count = max([document.pages, 1, *(b.page or 1 for b in document.blocks)])
    texts: list[list[str]] = [[] for _ in range(count)]
    for block in document.blocks:
        if block.change != "deleted" and not block.hidden:
            texts[(block.page or 1) - 1].append(block.text)
    return ["\n".join(text) for text in texts]


def _read_pages(document: Document) -> Iterator[str | None]:
    """The text of each page of a scan, None for one that could not be read; of a file that does not open, one such page."""
    unread = {p.where for p in document.problems if p.code in _NOT_READ}
    for n, text in enumerate(page_texts(document), 1):
        yield None if not document.readable or (str(n) in unread and not text) else text


def is_paper(document: Document) -> bool:
    """Whether a file of a scan-to-mail can be a scan."""
    return document.format in _PAPER


def scan_texts(
    scans: Iterable[tuple[Document, bytes]], codes: Callable[[bytes, int], tuple[Code, ...]]
) -> Iterator[HeldText]:
    """The texts of scans with the codes on their pages, which `codes` reads from the bytes of a file and a page (from 1)."""
    for position, (document, data) in enumerate(scans):
        pages = tuple(_read_pages(document))
        marks = reference_marks(page or "" for page in pages)
        with ThreadPoolExecutor(_AT_A_TIME) as pool:
            found = list(pool.map(codes, [data] * len(pages), range(1, len(pages) + 1)))
        said = tuple(tuple(code.payload for code in each) for each in found)
        yield HeldText(position, document.sha256, pages, tuple(sorted(marks)), said)


def reference_marks(pages: Iterable[str]) -> frozenset[str]:
    """The sender's references at the top of pages."""
    return frozenset[str]().union(*(reference_codes(page[:_HEAD]) for page in pages))


def _tells(text: str) -> bool:
    return len(words(text)) >= ENOUGH_WORDS
