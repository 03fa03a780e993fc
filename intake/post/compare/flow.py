"""A frozen document without pages (DOCX, ODT where nothing can lay it out): its words beside those of the sheets. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median

from rapidfuzz.distance import Levenshtein

from intake.model import Document, Role
from intake.post.compare.align import Placed
from intake.post.compare.pairs import FrozenPage, Pair, read_tokens, scaled
from intake.post.compare.stamped import stamp_words
from intake.post.compare.tokens import DPI, Token, key, tokens
from intake.post.comparison import Deviation, DeviationKind
from intake.post.pages import OcrPage, Rect

_NOWHERE = Rect(0, 0, 0, 0)
_MARGIN = 0.11  # of a sheet's height at either end: where headers and footers run
_NUMBER = re.compile(r"\d+")
_RUNNING = {Role.HEADER, Role.FOOTER}
_PAGE_WORDS = frozenset({"pagina", "pag", "p", "blad", "blz", "van", "of", "#", "#/#"})
_PAGE = 120  # words missing between two sheets: a page


def flowing(document: Document) -> tuple[Token, ...]:
    """The words of a document that print once, block by block."""
    return tokens(
        (word, _NOWHERE, number, 1.0)
        for number, block in enumerate(document.blocks)
        if block.change != "deleted" and not block.hidden and block.role not in {*_RUNNING, Role.COMMENT}
        for word in block.text.split()
    )


def running_words(document: Document) -> frozenset[str]:
    """The words of its headers and footers, numbers as one."""
    return frozenset(
        _NUMBER.sub("#", key(word)) for b in document.blocks if b.role in _RUNNING for word in b.text.split()
    )


def without_running(sheets: Sequence[OcrPage], known: frozenset[str]) -> list[tuple[Token, ...]]:
    """The words of each sheet, in pixels of the frame, without headers, footers, page numbers and stamps of a post room."""
    lines = [_edge_lines(sheet) for sheet in sheets]
    often = Counter(text for found in lines for text in set(found.values()))
    kept = []
    for sheet, found in zip(sheets, lines, strict=True):
        stamped = stamp_words(sheet)
        gone = {
            line
            for line, text in found.items()
            if often[text] > 1 or all(w in known or w in _PAGE_WORDS for w in text.split())
        }
        words = [t for n, t in enumerate(read_tokens(sheet)) if t.run not in gone and t.box not in stamped]
        kept.append(tuple(scaled(token, DPI / sheet.dpi) for token in words))
    return kept


def _edge_lines(sheet: OcrPage) -> dict[int, str]:
    lines: dict[int, list[str]] = {}
    for word in sheet.words:
        if word.box.y1 < _MARGIN * sheet.height or word.box.y0 > (1 - _MARGIN) * sheet.height:
            lines.setdefault(word.line, []).append(_NUMBER.sub("#", key(word.text)))
    return {line: " ".join(w for w in words if w) for line, words in lines.items()}


def beside(words: Sequence[Token], pairs: Sequence[Pair]) -> tuple[list[Placed], list[Placed], list[int]]:
    """Both sequences, the sheets in the order of the text, with the sheets in that order.

    A frozen word counts as standing on the page (from 1) of the sheet where its neighbours are.
    """
    places = [_places(words, pair.tokens) for pair in pairs]
    order = sorted(range(len(pairs)), key=lambda n: median(places[n]) if places[n] else 0)
    begins = [min(places[n][len(places[n]) // 20 :]) if places[n] else 0 for n in order]
    page_of, page = [], 1
    for number in range(len(words)):
        while page < len(order) and number >= begins[page]:
            page += 1
        page_of.append(page)
    frozen = [Placed(token, page_of[n], 0) for n, token in enumerate(words)]
    scan = [Placed(t, page + 1, pairs[n].sheet.page) for page, n in enumerate(order) for t in pairs[n].tokens]
    return frozen, scan, [pairs[n].sheet.page for n in order]


def _places(words: Sequence[Token], own: Sequence[Token]) -> list[int]:
    """Where in the text the words of a sheet stand."""
    found: list[int] = []
    for code in Levenshtein.opcodes([t.key for t in words], [t.key for t in own]):
        if code.tag == "equal" and code.src_end - code.src_start >= 3:  # noqa: PLR2004 - words: fewer are met by chance
            found += range(code.src_start, code.src_end)
    return found


def swapped(order: Sequence[int]) -> Iterator[Deviation]:
    """Sheets that do not stand in the order of the text."""
    wrong = [n for n, (sheet, right) in enumerate(zip(order, sorted(order), strict=True), 1) if sheet != right]
    if wrong:
        paper = [order.index(sheet) + 1 for sheet in sorted(order) if order.index(sheet) + 1 in wrong]
        right, there = (",".join(map(str, pages)) for pages in (wrong, paper))
        yield Deviation(DeviationKind.PAGES_SWAPPED, wrong[0], order[wrong[0] - 1], right, there)


def page_of(pair: Pair, number: int) -> Pair:
    """The pair with the number its page has in the order of the text."""
    return replace(pair, frozen=FrozenPage(number, pair.frozen.size, ()))


def is_page(deviation: Deviation, words: int) -> bool:
    """Whether so much is missing that a whole page must be."""
    return deviation.kind is DeviationKind.PARAGRAPH_MISSING and words >= _PAGE and not deviation.scan
