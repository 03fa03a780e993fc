"""Pairs of a frozen page and a sheet, laid on one another, and the sequences of words that follow from them. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from intake.post.compare.align import Placed
from intake.post.compare.laying import Side
from intake.post.compare.ordering import in_order
from intake.post.compare.printed import PrintedPage, within
from intake.post.compare.register import Plane, plane_of
from intake.post.compare.stamped import stamp_words
from intake.post.compare.tokens import DPI, Token, tokens
from intake.post.pagematch import Pairing
from intake.post.pages import OcrPage, Rect, Word

_EDGE = 0.25 * DPI  # pixels outside the frame where words may still belong to the page
_ON_ONE_PLACE = 0.6  # of the smaller of two words under the other
_SURE = 0.4  # confidence: what was read less surely on a frozen picture is no text that paper could lack
_MARGIN = 0.11  # of the page's height at either end: where headers and footers run
_NUMBER = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(r"^(?:pagina|pag|p|blad|blz)?\W*#(?:\W*(?:van|of|/)?\W*#)?$")
_SAME_PLACE = 0.06 * DPI  # pixels: a word scanned twice, on both halves of a fold


@dataclass(frozen=True, slots=True)
class FrozenPage:
    """A frozen page in its frame: its words in order, and how its picture comes to lie in the frame (None: drawn from a PDF)."""

    page: int
    size: tuple[int, int]
    tokens: tuple[Token, ...]
    side: Side | None = None
    seals: tuple[Rect, ...] = ()

    @property
    def text(self) -> str:
        """Its words, a line for each of its lines."""
        lines: dict[int, list[str]] = {}
        for token in self.tokens:
            lines.setdefault(token.run, []).append(token.text)
        return "\n".join(" ".join(line) for line in lines.values())


@dataclass(frozen=True, slots=True)
class Pair:
    """A sheet on its frozen page. Without `registered` the plane only scales: they could not be laid on one another.

    `sealed` tells that something stands where the frozen page has the face of a digital signature.
    """

    frozen: FrozenPage
    sheet: OcrPage
    score: float
    plane: Plane
    registered: bool
    tokens: tuple[Token, ...]
    sealed: bool = False

    @property
    def side(self) -> Side:
        """How the sheet comes to lie in the frame."""
        return Side(self.sheet.page, self.sheet.turned, self.sheet.skew, self.plane.rows)


def drawn(page: PrintedPage) -> FrozenPage:
    """A page of a PDF with text."""
    found = tokens((w.text, w.box, w.line, 1.0) for w in page.words)
    return FrozenPage(page.page, (page.width, page.height), found, seals=page.seals)


def photographed(page: int, read: OcrPage) -> FrozenPage:
    """A page that is a picture, by what OCR read on it."""
    scale = DPI / read.dpi
    rows = (scale, 0.0, 0.0, 0.0, scale, 0.0, 0.0, 0.0, 1.0)
    drawings = [ink.box for ink in read.looks.ink]
    sure = [t for t in read_tokens(read) if t.confidence >= _SURE and not any(within(t.box, ink) for ink in drawings)]
    found = tuple(_through(Plane(rows), token) for token in sure)
    size = round(read.width * scale), round(read.height * scale)
    return FrozenPage(page, size, found, Side(page, read.turned, read.skew, rows))


def read_tokens(read: OcrPage) -> tuple[Token, ...]:
    """The words of a sheet in its own pixels, each once: on noisy sheets an engine reads lines twice."""
    return tokens((w.text, w.box, w.line, w.confidence) for w in _once(read.words))


def _once(words: Sequence[Word]) -> list[Word]:
    """Of words on one place the one that was read more surely."""
    kept: list[Word] = []
    for word in sorted(words, key=_confidence, reverse=True):
        if not any(_overlap(word.box, other.box) > _ON_ONE_PLACE for other in kept):
            kept.append(word)
    order = {id(word): n for n, word in enumerate(words)}
    return sorted(kept, key=lambda w: order[id(w)])


def _confidence(word: Word) -> float:
    return word.confidence


def _overlap(a: Rect, b: Rect) -> float:
    """The area two boxes share, as share of the smaller one."""
    wide, high = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)
    return wide * high / max(1, min(a.width * a.height, b.width * b.height)) if wide > 0 and high > 0 else 0.0


def laid(pairing: Pairing, frozen: Sequence[FrozenPage], sheets: Sequence[OcrPage]) -> list[Pair]:
    """Every sheet on every frozen page that it holds."""
    return [
        _pair(
            frozen[number - 1], sheets[placed.scan - 1], placed.score, alone=len(placed.frozen) == 1 and not placed.part
        )
        for placed in pairing.placed
        for number in placed.frozen
    ]


def _pair(frozen: FrozenPage, sheet: OcrPage, score: float, *, alone: bool) -> Pair:
    words, scale = read_tokens(sheet), DPI / sheet.dpi
    plane = plane_of(frozen.tokens, words, scale)
    if plane is None:
        loose = Plane((scale, 0.0, 0.0, 0.0, scale, 0.0, 0.0, 0.0, 1.0))
        return Pair(frozen, sheet, score, loose, registered=False, tokens=tuple(_through(loose, t) for t in words))
    stamped = stamp_words(sheet)
    moved = [
        there
        for token in words
        if not _of_stamp(there := _through(plane, token), frozen.tokens, stamped=token.box in stamped)
    ]
    on_page = [
        t for t in moved if (alone or _inside(t.box, frozen.size)) and not any(within(t.box, s) for s in frozen.seals)
    ]
    sealed = any(within(t.box, seal) for t in moved for seal in frozen.seals)
    ordered = tuple(in_order(frozen.tokens, on_page))
    return Pair(frozen, sheet, score, plane, registered=True, tokens=ordered, sealed=sealed)


def _of_stamp(token: Token, frozen: Sequence[Token], *, stamped: bool) -> bool:
    """Whether a word is a post room stamp's, and not one that stands there on the frozen page."""
    return stamped and not any(_same(token, other) for other in frozen)


def _through(plane: Plane, token: Token) -> Token:
    return replace(token, rects=tuple(plane.moved(rect) for rect in token.rects))


def scaled(token: Token, scale: float) -> Token:
    """A word of a sheet in the frame when nothing but the resolution is known."""
    return _through(Plane((scale, 0.0, 0.0, 0.0, scale, 0.0, 0.0, 0.0, 1.0)), token)


def loose(sheet: OcrPage, score: float, words: tuple[Token, ...]) -> Pair:
    """A sheet by itself, laid on nothing; `words` are in the frame."""
    scale = DPI / sheet.dpi
    size = round(sheet.width * scale), round(sheet.height * scale)
    plane = Plane((scale, 0.0, 0.0, 0.0, scale, 0.0, 0.0, 0.0, 1.0))
    return Pair(FrozenPage(0, size, ()), sheet, score, plane, registered=False, tokens=words)


def _inside(box: Rect, size: tuple[int, int]) -> bool:
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    return -_EDGE <= x <= size[0] + _EDGE and -_EDGE <= y <= size[1] + _EDGE


def sequences(
    pairs: Sequence[Pair], pages: Sequence[FrozenPage], parts: Collection[int]
) -> Iterator[tuple[list[Placed], list[Placed]]]:
    """The words of both sides in the order of the frozen pages; once more for pages that were scanned more than once.

    Several sheets hold one of `parts` each a part; those are put together. Running headers and footers come last, so that text
    that moved to the next page meets nothing in between. The first time frozen pages without a sheet take part as well.
    """
    running = running_lines(pages)
    there = {pair.frozen.page for pair in pairs}
    missing = [page for page in pages if page.page not in there]
    left = sorted(pairs, key=_page)
    while left:
        layer: list[list[Pair]] = []
        rest = []
        for pair in left:
            number = pair.frozen.page
            if not layer or layer[-1][0].frozen.page != number:
                layer.append([pair])
            elif number in parts:
                layer[-1].append(pair)
            else:
                rest.append(pair)
        yield _layer(layer, missing, running)
        left, missing = rest, []


def _page(pair: Pair) -> int:
    return pair.frozen.page


def _layer(
    groups: Sequence[Sequence[Pair]], missing: Sequence[FrozenPage], running: Collection[tuple[int, int]]
) -> tuple[list[Placed], list[Placed]]:
    frozen = [Placed(t, p.page, 0) for p in (*(g[0].frozen for g in groups), *missing) for t in p.tokens]
    scan = [placed for group in groups for placed in _together(group)]
    return _marked(frozen, running), _marked(scan, running)


def _marked(placed: list[Placed], running: Collection[tuple[int, int]]) -> list[Placed]:
    """Running lines marked and put last, page by page."""
    marked = [replace(p, running=(p.page, p.token.run) in running) for p in placed]
    return sorted(marked, key=_running_page)


def _running_page(placed: Placed) -> tuple[bool, int]:
    return placed.running, placed.page if placed.running else 0


def _together(group: Sequence[Pair]) -> list[Placed]:
    """The words of all sheets of one page, each once."""
    page = group[0].frozen
    if len(group) == 1:
        return [Placed(token, page.page, group[0].sheet.page) for token in group[0].tokens]
    sheet_of: dict[Token, int] = {}
    for pair in group:
        for token in pair.tokens:
            if not any(_same(token, other) for other in sheet_of):
                sheet_of[token] = pair.sheet.page
    sheets = {token.rects: sheet for token, sheet in sheet_of.items()}
    return [Placed(t, page.page, sheets[t.rects]) for t in in_order(page.tokens, list(sheet_of))]


def running_lines(pages: Sequence[FrozenPage]) -> frozenset[tuple[int, int]]:
    """The running headers and footers as (page, line): what stands at the edge of several pages alike, and page numbers."""
    edges: dict[str, set[tuple[int, int]]] = {}
    for page in pages:
        for run, line in _edge_lines(page):
            edges.setdefault(_NUMBER.sub("#", line), set()).add((page.page, run))
    return frozenset(
        place
        for line, places in edges.items()
        if len({page for page, _ in places}) > 1 or _PAGE_NUMBER.match(line)
        for place in places
    )


def _edge_lines(page: FrozenPage) -> Iterator[tuple[int, str]]:
    height = page.size[1]
    lines: dict[int, list[Token]] = {}
    for token in page.tokens:
        if token.box.y1 < _MARGIN * height or token.box.y0 > (1 - _MARGIN) * height:
            lines.setdefault(token.run, []).append(token)
    for run, some in lines.items():
        yield run, " ".join(t.key for t in some)


def _same(a: Token, b: Token) -> bool:
    (ax, ay), (bx, by) = a.middle, b.middle
    return a.key == b.key and abs(ax - bx) < _SAME_PLACE and abs(ay - by) < _SAME_PLACE
