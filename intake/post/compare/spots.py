"""What to make of a place where the text that was read differs from the frozen text: noise, a deviation, or not to be decided.

Evidence is independent of one another: ink that is missing or new, a second engine's reading of the place, a second pass of the
first engine. A reading that supports the frozen text makes it noise; ink that is missing without one, a deviation.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz.distance import Levenshtein

from intake.model import Verdict
from intake.post.compare.ink import NOTHING, Ink
from intake.post.compare.readings import Context, letters, lookalike, part
from intake.post.compare.tokens import has_digit
from intake.post.comparison import Evidence

_CLEAN = Ink(0.02, 0.05, 0.15, 0.12)  # at most this of each: the picture is that of the frozen text
_OTHER, _OTHER_LETTER = 0.05, 0.09  # missing ink from which another text stands there, where no reading says otherwise
_GONE = 0.35  # missing ink that no reading can explain away
_SOME, _SOME_LETTER, _SOME_EXTRA = 0.01, 0.02, 0.05  # any difference at all
_ABOVE = 1.5  # times what most words of the scan lack
_LONG_WORD, _GARBLED, _GARBLED_INK = 5, 0.6, 0.25  # letters; likeness of a noisy reading; missing ink that is no noise
_SOME_WORDS = 2  # missing together
_MOVED = 4.0  # pixels by which the words after a place moved against those before it
_SOME_NEW = 0.12  # of the ink in a word's box: less is the edge of a letter or a speck
_NEW = 0.5  # of the ink in a word's box that is new: it does not stand on the frozen page


class Outcome(StrEnum):
    """What became of a spot."""

    NOISE = "noise"
    DEVIATION = "deviation"
    ADDED_INK = "added_ink"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Spot:
    """A place with its evidence. `ink` None: no ink could be measured; `added` is the share of new ink in the scanned words.

    `moved` is by how many pixels the words behind it moved against those before it. `readings` are (engine, text), the first
    engine's reading of the whole page left out. `printed`: the scanned words stand in line with the text. `long`: too many
    words for a slip of an engine; they are not read again. `region` is what the second engine read in the whole region;
    `stamped`: a stamp stands on it, though nothing tells where the words under it should be. `rivals` are digits that might stand
    there as well, "?" when nobody can tell; `noise` is what most words of
    this scan stay under that were read as they should be.
    """

    context: Context
    ink: Ink | None
    added: float = 0.0
    moved: float = 0.0
    readings: tuple[tuple[str, str], ...] = ()
    registered: bool = True
    printed: bool = False
    long: bool = False
    region: str | None = None
    stamped: bool = False
    rivals: str = ""
    noise: Ink = NOTHING

    @property
    def doubtful(self) -> bool:
        """Whether reading the whole region may tell more: words are missing or unread, and nothing tells their place."""
        missing = len(self.context.words) - len(self.context.others) >= _SOME_WORDS
        return self.outcome is Outcome.UNREADABLE or (missing and self.outcome is Outcome.DEVIATION)

    @property
    def settled(self) -> Outcome | None:
        """What the ink alone says; None where somebody has to read."""
        if not self.registered:
            return None
        if not self.context.frozen:
            return Outcome.NOISE if self.added < _NEW and self.moved < _MOVED else None
        if self.ink is None or self.moved >= _MOVED:
            return None
        if self._numbers:
            return None
        if not self.context.scan:  # no word was read here, and all its ink is there: an engine left it out
            return (
                Outcome.NOISE
                if self.ink.missing <= _CLEAN.missing and self.ink.worst_missing <= _CLEAN.worst_missing
                else None
            )
        return Outcome.NOISE if _within(self.ink, _CLEAN) and self.added <= _SOME_NEW else None

    @property
    def outcome(self) -> Outcome:
        """What all the evidence says together."""
        if (settled := self.settled) is not None:
            return settled
        texts = [text for _, text in self.readings]
        if any(self.context.supports_frozen(text) for text in texts) and not self.gone:
            return Outcome.NOISE
        agree = any(self.context.supports_scan(text) for text in texts)
        if not self.registered:
            return self._by_reading(agree=agree)
        if not self.context.frozen:
            return Outcome.DEVIATION if (agree or self.long) and self.printed else Outcome.ADDED_INK
        return self._by_ink(agree=agree)

    @property
    def _numbers(self) -> bool:
        """Whether one number may stand for another: digits differ by less ink than noise."""
        here, there = (re.sub(r"\D", "", text) for text in (self.context.frozen, self.context.scan))
        return bool(here) and bool(there) and here != there

    @property
    def otherwise(self) -> bool:
        """Whether the second engine read it, and nothing like the frozen text."""
        return bool(self.readings) and not any(self.context.supports_frozen(text) for _, text in self.readings)

    @property
    def gone(self) -> bool:
        """Whether so much ink is missing that no reading explains it away."""
        return self.registered and self.ink is not None and self.ink.missing >= _GONE

    def _by_ink(self, *, agree: bool) -> Outcome:
        ink, context = self.ink or NOTHING, self.context
        lacks = self._lacks(ink)
        if self.moved >= _MOVED and (agree or lacks):
            return Outcome.DEVIATION
        if lacks:
            return Outcome.NOISE if self._garbled and not agree else Outcome.DEVIATION
        if agree and has_digit(context.frozen + context.scan):
            return Outcome.DEVIATION
        if self._complete and not agree:
            if has_digit(context.frozen) and self.rivals:
                return Outcome.UNREADABLE
            return Outcome.ADDED_INK if self.added > _SOME_NEW else Outcome.NOISE
        if agree and not lookalike(context.frozen, context.scan):
            some = ink.missing > _SOME or ink.worst_missing > _SOME_LETTER or ink.worst_extra > _SOME_EXTRA
            return Outcome.DEVIATION if some or self.added > _SOME_NEW else Outcome.NOISE
        return Outcome.NOISE if self._garbled else Outcome.UNREADABLE

    def _lacks(self, ink: Ink) -> bool:
        """Whether more ink is missing than on the rest of this scan."""
        word, letter = max(_OTHER, _ABOVE * self.noise.missing), max(_OTHER_LETTER, _ABOVE * self.noise.worst_missing)
        return ink.missing > word or ink.worst_missing > letter

    @property
    def _complete(self) -> bool:
        """Whether all ink of the frozen words is there, whatever was put on or beside it."""
        ink = self.ink
        return (
            ink is not None
            and self.moved < _MOVED
            and ink.missing <= max(_CLEAN.missing, self.noise.missing)
            and ink.worst_missing <= max(_CLEAN.worst_missing, self.noise.worst_missing)
        )

    @property
    def _garbled(self) -> bool:
        """Whether all readings are the frozen word with some letters wrong, each others: what noise does to a long word."""
        context, ink = self.context, self.ink or NOTHING
        if has_digit(context.frozen + context.scan) or len(context.frozen) < _LONG_WORD or ink.missing > _GARBLED_INK:
            return False
        near = Levenshtein.normalized_similarity(context.frozen, context.scan) >= _GARBLED
        texts = [part(context, letters(text)) for _, text in self.readings]
        return near and all(Levenshtein.normalized_similarity(context.frozen, text) >= _GARBLED for text in texts)

    def _by_reading(self, *, agree: bool) -> Outcome:
        if self.region is not None and self.context.found_in(self.region):
            return Outcome.NOISE
        if not self.context.frozen and not self.printed:
            return Outcome.ADDED_INK
        if lookalike(self.context.frozen, self.context.scan):
            return Outcome.NOISE
        if self.stamped and (not agree or (not self.context.scan and len(self.context.words) > 1)):
            return Outcome.UNREADABLE
        if not self.context.scan and self.region is not None:  # two readings of the place, and neither has the words
            return Outcome.DEVIATION
        return Outcome.DEVIATION if agree or self.long else Outcome.UNREADABLE

    @property
    def confidence(self) -> float:
        """How sure a deviation is: every independent sign takes away half of the doubt."""
        texts = [text for _, text in self.readings]
        signs = sum(self.context.supports_scan(text) for text in texts) + (self.moved >= _MOVED)
        if self.ink is not None:
            signs += (
                (self.ink.missing > _OTHER) + (self.ink.missing > 3 * _OTHER) + (self.ink.worst_missing > _OTHER_LETTER)
            )
        return round(1 - 0.5 ** (1 + signs), 3)

    def evidence(self, first: str) -> tuple[Evidence, ...]:
        """Each sign in words, for a person; `first` names the engine that read the page."""
        found = [Evidence(first, self.context.scan, Verdict.FAIL)]
        for engine, text in self.readings:
            says = Verdict.PASS if self.context.supports_frozen(text) else Verdict.UNDETERMINED
            found.append(Evidence(engine, text, Verdict.FAIL if self.context.supports_scan(text) else says))
        if self.ink is not None:
            lacks = self.ink.missing > _OTHER or self.ink.worst_missing > _OTHER_LETTER
            clean = Verdict.PASS if _within(self.ink, _CLEAN) else Verdict.UNDETERMINED
            share = max(self.ink.missing, self.ink.worst_missing)
            found.append(Evidence("missing_ink", f"{share:.0%}", Verdict.FAIL if lacks else clean))
            found.append(Evidence("added_ink", f"{self.ink.worst_extra:.0%}", Verdict.UNDETERMINED))
        if self.moved >= _MOVED:
            found.append(Evidence("words_moved", f"{self.moved:.0f} px", Verdict.FAIL))
        return tuple(found)


def _within(ink: Ink, most: Ink) -> bool:
    return (
        ink.missing <= most.missing
        and ink.worst_missing <= most.worst_missing
        and ink.extra <= most.extra
        and ink.worst_extra <= most.worst_extra
    )


def readings_wanted(spots: Sequence[Spot]) -> list[int]:
    """The spots that ink alone does not settle."""
    return [n for n, spot in enumerate(spots) if spot.settled is None]
