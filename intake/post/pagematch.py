"""Which scanned page is which frozen page: missing, added, doubled, swapped and turned pages, and two on one sheet. Pure.

A frozen page is sought by its word pairs, weighted by how few pages of the document have them (documents.md §6), so that headers
and repeated sentences count for little. Where noise broke most words, letters decide instead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log

from intake.post.likeness import Reading, lay
from intake.post.match import ALIKE
from intake.text import words

FOUND = 0.5
"""Share of a frozen page's weighted word pairs from which it is on a scanned page; of the scanned page's: it is a part of one."""
_PART = 0.12  # of the frozen page that a part must hold: less is a footer
_BESIDE = 0.85  # of the best page's share: another page held as fully shares the sheet
_MOVED = 0.85  # of a page that is on no sheet, but all of which stands on others: below it sentences that pages share might do
_FEW_LETTERS = 20  # a page with fewer is blank, or bears a speck and a page number

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ScannedPage:
    """A page of a scan: its text as read, and by how many degrees it had to be turned (`OcrPage.turned`)."""

    text: str
    turned: int = 0


@dataclass(frozen=True, slots=True)
class Placed:
    """A scanned page (from 1) and the frozen pages on it: none for a foreign or blank page, two for two on one sheet.

    `score` (0 to 1) is how surely; `part` tells that the sheet holds only a part of its page, as of a folded annex.
    """

    scan: int
    frozen: tuple[int, ...]
    score: float
    turned: int = 0
    part: bool = False
    blank: bool = False


@dataclass(frozen=True, slots=True)
class Pairing:
    """The pages of a scan in their order, and the frozen pages (from 1) that are missing."""

    placed: tuple[Placed, ...]
    missing: tuple[int, ...]

    @property
    def foreign(self) -> tuple[int, ...]:
        """Scanned pages with text that is on no frozen page: covering letter, added page, another letter."""
        return tuple(p.scan for p in self.placed if not p.frozen and not p.blank)

    @property
    def doubled(self) -> tuple[int, ...]:
        """Frozen pages that were scanned whole more than once."""
        counts = Counter(n for p in self.placed if not p.part for n in p.frozen)
        return tuple(sorted(n for n, count in counts.items() if count > 1))

    @property
    def displaced(self) -> tuple[int, ...]:
        """Frozen pages that do not stand where their number puts them among those that were scanned."""
        order = list(dict.fromkeys(n for p in self.placed for n in p.frozen))
        return tuple(sorted({n for n, right in zip(order, sorted(order), strict=True) if n != right}))

    @property
    def turned(self) -> tuple[int, ...]:
        """Scanned pages that lay sideways or upside down."""
        return tuple(p.scan for p in self.placed if p.turned and not p.blank)


class _Pages:
    """The pages of the frozen document, with the weight of each word pair."""

    def __init__(self, pages: Sequence[str]) -> None:
        self.readings = [Reading(words(page)) for page in pages]
        self.pairs = [frozenset(pairwise(reading.words)) for reading in self.readings]
        on = Counter(pair for pairs in self.pairs for pair in pairs)
        self._weights = {pair: log(1 + len(pages) / count) for pair, count in on.items()}
        self._unknown = log(1 + len(pages))

    @property
    def with_text(self) -> tuple[int, ...]:
        """The pages (from 1) on which something stands."""
        return tuple(n for n, reading in enumerate(self.readings, 1) if len(reading.letters) >= _FEW_LETTERS)

    def held(self, number: int, said: frozenset[Pair]) -> float:
        """The share of a page's weighted word pairs that are said."""
        own = self.pairs[number - 1]
        return _share(self.weight(own & said), self.weight(own))

    def weight(self, pairs: Iterable[Pair]) -> float:
        """What these word pairs weigh together; one that no page has weighs as much as one that a single page has."""
        return sum(self._weights.get(pair, self._unknown) for pair in pairs)


def pair_pages(frozen: Sequence[str], scan: Sequence[ScannedPage]) -> Pairing:
    """Place every scanned page; `frozen` are the texts of the frozen document's pages.

    A frozen page without text is neither found nor missed; one whose text moved to other sheets, as after printing with another
    font, is not missing.
    """
    pages = _Pages(frozen)
    placed = tuple(_placed(pages, number, page) for number, page in enumerate(scan, 1))
    there = {n for p in placed for n in p.frozen}
    said = frozenset(pair for page in scan for pair in pairwise(words(page.text)))
    return Pairing(placed, tuple(n for n in pages.with_text if n not in there and pages.held(n, said) < _MOVED))


def _placed(pages: _Pages, number: int, scanned: ScannedPage) -> Placed:
    reading = Reading(words(scanned.text))
    if len(reading.letters) < _FEW_LETTERS:
        return Placed(number, (), 0.0, scanned.turned, blank=True)
    pairs = frozenset(pairwise(reading.words))
    held = [pages.held(n, pairs) for n in range(1, len(pages.pairs) + 1)]
    best = max(held, default=0.0)
    if best >= FOUND:
        least = max(FOUND, _BESIDE * best)
        on_it = tuple(n for n, share in enumerate(held, 1) if share >= least)
        return Placed(number, on_it, round(best, 3), scanned.turned)
    weight = pages.weight(pairs)
    own, whole = max(
        ((_share(pages.weight(pairs & p), weight), -n) for n, p in enumerate(pages.pairs)), default=(0.0, 0)
    )
    if own >= FOUND and held[-whole] >= _PART:
        return Placed(number, (1 - whole,), round(own, 3), scanned.turned, part=True)
    return _by_letters(pages, number, reading, scanned.turned)


def _by_letters(pages: _Pages, number: int, reading: Reading, turned: int) -> Placed:
    """Noise breaks words long before letters."""
    likest, page = max(((lay(reading, own).likeness, -n) for n, own in enumerate(pages.readings)), default=(0.0, 0))
    return Placed(number, (1 - page,) if likest >= ALIKE else (), round(likest, 3), turned)


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
