"""Which frozen document a scan belongs to: retrieval by rare words over all of them, then letter by letter among the likeliest.

Rare words find the family among tens of thousands of texts, letters the right revision (documents.md §5). A revision may differ
in one digit, so nothing but the letters of the pages that could be read decides between near-identical texts.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import nlargest
from math import log
from zlib import compress, decompress

from intake.post.likeness import Laid, Reading, lay
from intake.text import words

ALIKE = 0.7
"""Likeness from which a page is a page of a text: OCR noise costs at most 0.1, a changed page seldom more than as much again."""
SURELY = 0.93
"""Likeness from which a text needs no other evidence: below it another signal of the same authors may share whole paragraphs."""
_RARE_WORDS = 40  # of a scan, the rarest known ones: what retrieval looks for
_LOOKED_UP = 30_000  # texts holding those words, all told: what is met everywhere tells nothing and costs time
_CANDIDATES, _MOST_CANDIDATES = 10, 30
_AS_LIKELY = 0.9  # of the best candidate's weight: revisions that share all rare words are all looked at
_FEW_LETTERS = 60  # on a page: a stray line, the back of a sheet
_EVIDENCE = 150  # letters that must be alike before a scan is said to belong
_BELONGS = (
    0.35  # of the letters that were read, on pages that belong: the rest may be a covering letter or a second one
)


@dataclass(frozen=True, slots=True)
class Frozen:
    """A text that was frozen, as it prints. `ref` is the dossier or file that has it; several texts may have the same.

    `text` is empty where the document cannot be opened. `marks` are the sender's references that the document or its mail bears,
    in one spelling (`relate.reference_codes`).
    """

    ref: str
    text: str
    marks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A dossier that a scan may belong to, with how alike they are (0 to 1)."""

    ref: str
    score: float


@dataclass(frozen=True, slots=True)
class Match:
    """Where a scan belongs. `ref` is None when nothing frozen is like it; `score` is then that of the likeliest.

    `score` is the likeness of the texts (0 to 1), 0 where a mark or code decided without them. `reason` is a stable code with a
    Dutch sentence in `bot/texts`; `pages` are the scan's pages (from 1) that belong.
    """

    ref: str | None
    score: float
    reason: str
    runner_up: Candidate | None = None
    pages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Judged:
    """A dossier with every page of the scan laid on the text of it that the page is most like."""

    ref: str
    since: int
    laid: tuple[Laid, ...]

    @property
    def belonging(self) -> tuple[int, ...]:
        return tuple(n for n, page in enumerate(self.laid) if page.likeness >= ALIKE)

    @property
    def alike(self) -> int:
        """Letters of the scan that are those of the dossier, on pages that belong."""
        return sum(self.laid[n].letters - self.laid[n].differing for n in self.belonging)

    @property
    def rank(self) -> tuple[int, int]:
        """Most letters alike first, over all pages among equals."""
        return self.alike, -sum(page.differing for page in self.laid)

    def score(self, pages: Sequence[int]) -> float:
        """Likeness on these pages, or on all when none are given."""
        chosen = [self.laid[n] for n in pages] or self.laid
        letters = sum(page.letters for page in chosen)
        return round(1 - sum(page.differing for page in chosen) / letters, 4) if letters else 0.0


class Index:
    """All frozen texts, by their words. Texts are added as they are frozen; nothing is ever taken out."""

    def __init__(self, frozen: Iterable[Frozen] = ()) -> None:
        self._refs: list[str] = []
        self._texts: list[bytes] = []  # packed: a text is looked at for few scans, and there may be many
        self._holding: dict[str, array[int]] = {}
        self._marked: defaultdict[str, set[str]] = defaultdict(set)
        self._opened: defaultdict[str, list[int]] = defaultdict(list)
        for one in frozen:
            self.add(one)

    def __len__(self) -> int:
        return len(self._refs)

    def add(self, frozen: Frozen) -> None:
        """Take over one text."""
        for mark in frozen.marks:
            self._marked[mark].add(frozen.ref)
        number, found = len(self._refs), words(frozen.text)
        self._refs.append(frozen.ref)
        self._texts.append(compress(" ".join(found).encode()))
        if found:
            self._opened[frozen.ref].append(number)
        for word in set(found):
            holding = self._holding.get(word)
            if holding is None:
                holding = self._holding[word] = array("I")
            holding.append(number)

    def match(
        self, pages: Sequence[str], marks: Iterable[str] = (), coded: str | None = None, *, whole: bool = True
    ) -> Match:
        """Where a scan belongs: the text of each page, empty where nothing could be read, and the marks it bears. Pure.

        `coded` is the dossier that the code on its cover sheet names; it decides when the content fits. Without `whole` the pages
        may be of several letters, and the likeliest dossier is told however small its share of them is.
        """
        readings = [Reading(words(page)) for page in pages]
        read = any(r.letters for r in readings)
        if coded is not None and (not read or coded not in self._opened):
            return Match(coded, 0.0, "code_alone")
        if not self._refs or not read:
            return Match(None, 0.0, "nothing_read" if self._refs else "nothing_frozen")
        judged = sorted(self._judged(readings, coded), key=_rank)
        if coded is not None:
            named = _concluded(sorted(judged, key=lambda j: j.ref != coded), whole=whole)
            fits = named.ref is not None
            others = named if fits else _concluded(judged, whole=whole)
            return replace(others, reason="code_and_text" if fits else "code_unfit")
        found = _concluded(judged, whole=whole) if judged else Match(None, 0.0, "unknown_document")
        closed = self._closed(marks)
        if closed is None or (found.ref is not None and found.score >= SURELY):
            return found
        likeliest = Candidate(judged[0].ref, found.score) if judged else None
        return Match(closed, 0.0, "mark_of_closed_document", likeliest)

    def _closed(self, marks: Iterable[str]) -> str | None:
        """The one dossier that bears a mark of the scan and whose document cannot be opened."""
        bearing = {ref for mark in marks if len(refs := self._marked.get(mark, set())) == 1 for ref in refs}
        return next(iter(bearing)) if len(bearing) == 1 and not bearing & self._opened.keys() else None

    def _judged(self, pages: Sequence[Reading], coded: str | None) -> Iterator[_Judged]:
        """The likeliest dossiers, and the one of the code, with the pages laid on their texts."""
        laid: dict[str, list[tuple[Laid, ...]]] = {}
        since: dict[str, int] = {}
        likeliest = self._candidates({w for page in pages for w in page.words})
        for number in dict.fromkeys((*likeliest, *(self._opened[coded] if coded else ()))):
            ref, text = self._refs[number], Reading(tuple(decompress(self._texts[number]).decode().split(" ")))
            laid.setdefault(ref, []).append(tuple(lay(page, text) for page in pages))
            since[ref] = min(number, since.get(ref, number))
        for ref, texts in laid.items():
            yield _Judged(ref, since[ref], tuple(min(page, key=_differing) for page in zip(*texts, strict=True)))

    def _candidates(self, said: Iterable[str]) -> list[int]:
        """The texts that hold most of the rarest known words of a scan; what OCR made up is not known."""
        known = [w for w in said if w in self._holding and len(w) > 1]
        weights: defaultdict[int, float] = defaultdict(float)
        looked_up = 0
        for word in sorted(known, key=self._rarity)[:_RARE_WORDS]:
            holding = self._holding[word]
            if looked_up > _LOOKED_UP:
                break
            looked_up += len(holding)
            weight = log(1 + len(self._refs) / len(holding))
            for number in holding:
                weights[number] += weight
        best = nlargest(_MOST_CANDIDATES, weights.items(), key=_weight)
        enough = _AS_LIKELY * best[0][1] if best else 0.0
        return [n for place, (n, weight) in enumerate(best) if place < _CANDIDATES or weight >= enough]

    def _rarity(self, word: str) -> tuple[int, str]:
        return len(self._holding[word]), word


def _differing(laid: Laid) -> int:
    return laid.differing


def _rank(judged: _Judged) -> tuple[int, int, int]:
    """Best first; of two that are equally like, the one frozen first."""
    alike, right = judged.rank
    return -alike, -right, judged.since


def _weight(pair: tuple[int, float]) -> tuple[float, int]:
    """Heaviest first; of equals the text frozen first, so that the same scan always gives the same answer."""
    return pair[1], -pair[0]


def _concluded(judged: Sequence[_Judged], *, whole: bool) -> Match:
    """What follows from the dossiers, the likeliest first."""
    best, second = judged[0], judged[1] if len(judged) > 1 else None
    on = best.belonging
    read = sum(page.letters for page in best.laid)
    covered = sum(best.laid[n].letters for n in on)
    runner_up = Candidate(second.ref, second.score(on)) if second else None
    score, pages = best.score(on), tuple(n + 1 for n in on)
    if best.alike < _EVIDENCE or (whole and covered < _BELONGS * read):
        return Match(None, score, "unknown_document", runner_up, pages)
    if second is not None and second.rank == best.rank:
        return Match(best.ref, score, "runner_up_as_like", runner_up, pages)
    every = all(n in on for n, page in enumerate(best.laid) if page.letters >= _FEW_LETTERS)
    return Match(best.ref, score, "text_alike" if every else "some_pages_alike", runner_up, pages)
