"""How alike a scanned page and a frozen text are, letter by letter, wherever in the text the page's passages stand. Pure.

A scan has pages too many (a covering letter) or too few, and engines read the cells of a table in another order than its author
wrote them. So each passage of some words is laid on its own stretch of the frozen text: word pairs that stand once in that text
say where. Letters decide, not words, since engines glue and split words.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from statistics import median

from rapidfuzz.distance import Levenshtein

_PASSAGE = 40  # words: short enough for a cell or a moved paragraph, long enough to hold words read well
_STRAY = 120  # letters: a pair that stands so much farther from the others was met by chance


@dataclass(frozen=True, slots=True)
class Laid:
    """A page laid on a text: how many letters it has, and how many of them differ from the text."""

    letters: int
    differing: int

    @property
    def likeness(self) -> float:
        """1 for the same letters in the same order, 0 for nothing in common."""
        return 1 - self.differing / self.letters if self.letters else 0.0


@dataclass(frozen=True)
class Reading:
    """The folded words of a page or a document (`intake.text.words`)."""

    words: tuple[str, ...]

    @cached_property
    def letters(self) -> str:
        """All words without spaces."""
        return "".join(self.words)

    @cached_property
    def once(self) -> dict[tuple[str, str], int]:
        """The word pairs that stand once, with the letter at which each begins."""
        places: dict[tuple[str, str], int] = {}
        for pair, place in zip(pairwise(self.words), accumulate(map(len, self.words), initial=0), strict=False):
            places[pair] = -1 if pair in places else place
        return {pair: place for pair, place in places.items() if place >= 0}

    @cached_property
    def passages(self) -> tuple[Reading, ...]:
        """The words in passages of bounded length."""
        return tuple(Reading(self.words[n : n + _PASSAGE]) for n in range(0, len(self.words), _PASSAGE))


def lay(page: Reading, text: Reading) -> Laid:
    """Lay a page on a text, passage by passage. All of a passage differs that shares no word pair with the text."""
    differing = sum(_differing(passage, text) for passage in page.passages)
    return Laid(len(page.letters), differing)


def _differing(passage: Reading, text: Reading) -> int:
    """How many letters of a passage are not those of its stretch of the text."""
    size = len(passage.letters)
    places = accumulate(map(len, passage.words), initial=0)
    shifts = [
        text.once[pair] - place
        for pair, place in zip(pairwise(passage.words), places, strict=False)
        if pair in text.once
    ]
    if not shifts:
        return size
    middle = median(shifts)
    near = [shift for shift in shifts if abs(shift - middle) <= _STRAY]
    if not near:
        return size
    stretch = text.letters[max(0, near[0]) : max(0, near[-1] + size)]
    return min(size, Levenshtein.distance(passage.letters, stretch))
