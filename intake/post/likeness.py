"""How alike a scanned page and a frozen text are, letter by letter, wherever in the text the page stands. Pure.

A scan has pages too many (a covering letter) or too few, so each page is laid on its own stretch of the frozen text: word pairs
that stand once in that text say where. Letters decide, not words, since engines glue and split words.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from statistics import median

from rapidfuzz.distance import Levenshtein

_STRAY, _STRAY_SHARE = 120, 0.3
"""Letters, or share of a page's letters: a word pair that stands so much farther than the others was met by chance."""


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


def lay(page: Reading, text: Reading) -> Laid:
    """Lay a page on its stretch of a text. Where that begins and ends is taken as it fits; with no word pair shared all differs."""
    size = len(page.letters)
    places = accumulate(map(len, page.words), initial=0)
    anchors = [
        (place, text.once[pair]) for pair, place in zip(pairwise(page.words), places, strict=False) if pair in text.once
    ]
    if not anchors:
        return Laid(size, size)
    middle = median(there - here for here, there in anchors)
    near = [(here, there) for here, there in anchors if abs(there - here - middle) <= max(_STRAY, _STRAY_SHARE * size)]
    if not near:
        return Laid(size, size)
    (first, begin), (last, end) = near[0], near[-1]
    before, after = page.letters[:first], page.letters[last:]
    between = Levenshtein.distance(page.letters[first:last], text.letters[begin:end])
    around = _least(before[::-1], text.letters[:begin][: -_reach(before) - 1 : -1]) + _least(after, text.letters[end:])
    return Laid(size, min(size, between + around))


def _reach(piece: str) -> int:
    """How many letters of a text may correspond to a piece of a page, at most."""
    return len(piece) + _slack(piece)


def _slack(piece: str) -> int:
    """How many letters an engine may have dropped from or added to a piece; bounded, since each one costs a comparison."""
    return min(12, 3 + len(piece) // 8)


def _least(piece: str, text: str) -> int:
    """The least distance of a piece of a page to the beginning of a text, wherever that beginning is taken to end."""
    furthest = min(len(text), _reach(piece))
    nearest = min(furthest, max(0, len(piece) - _slack(piece)))
    return min(Levenshtein.distance(piece, text[:end]) for end in range(nearest, furthest + 1))
