"""What to make of a place where the text that was read differs from the frozen text: noise, a deviation, or not to be decided.

Evidence is independent of one another: ink that is missing or new, a second engine's reading of the place, a second pass of the
first engine. A reading that supports the frozen text makes it noise; ink that is missing without one, a deviation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz.distance import Levenshtein

from intake.model import Verdict
from intake.post.compare.ink import Ink
from intake.post.compare.tokens import has_digit, key
from intake.post.comparison import Evidence

_CLEAN = Ink(0.02, 0.05, 0.15, 0.12)  # at most this of each: the picture is that of the frozen text
_OTHER, _OTHER_LETTER = 0.05, 0.09  # missing ink from which another text stands there, where no reading says otherwise
_GONE = 0.35  # missing ink that no reading can explain away
_SOME, _SOME_LETTER, _SOME_EXTRA = 0.01, 0.02, 0.05  # any difference at all
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
class Context:
    """The two texts of a spot as keys without spaces, and those of the equal words around it; `words` are the frozen ones."""

    before: str
    frozen: str
    scan: str
    after: str
    words: tuple[str, ...] = ()

    def supports_frozen(self, reading: str) -> bool:
        """Whether a reading of the place has the frozen text there, letter by letter."""
        return self._supports(self.frozen, reading)

    def found_in(self, reading: str) -> bool:
        """Whether every frozen word stands somewhere in a reading of the whole region, in whatever order it was read."""
        there = letters(reading)
        return bool(self.words) and all(joined([word]) in there for word in self.words)

    def supports_scan(self, reading: str) -> bool:
        """Whether it has what the first engine read there."""
        return self._supports(self.scan, reading)

    def _supports(self, middle: str, reading: str) -> bool:
        if has_digit(self.frozen + self.scan):
            return _holds(self.before, middle, self.after, reading)
        return _holds(*(_light(text) for text in (self.before, middle, self.after, reading)))


@dataclass(frozen=True, slots=True)
class Spot:
    """A place with its evidence. `ink` None: no ink could be measured; `added` is the share of new ink in the scanned words.

    `moved` is by how many pixels the words behind it moved against those before it. `readings` are (engine, text), the first
    engine's reading of the whole page left out. `printed`: the scanned words stand in line with the text. `long`: too many
    words for a slip of an engine; they are not read again. `region` is what the second engine read in the whole region;
    `stamped`: a stamp stands on it, though nothing tells where the words under it should be.
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

    @property
    def doubtful(self) -> bool:
        """Whether reading the whole region may tell more: words are missing or unread, and nothing tells their place."""
        missing = not self.context.scan and len(self.context.words) > 1
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
        texts = [letters(text) for _, text in self.readings]
        if any(self.context.supports_frozen(text) for text in texts) and not self._gone:
            return Outcome.NOISE
        agree = any(self.context.supports_scan(text) for text in texts)
        if not self.registered:
            return self._by_reading(agree=agree)
        if not self.context.frozen:
            return (
                Outcome.DEVIATION
                if (agree or self.long) and (self.moved >= _MOVED or self.printed)
                else Outcome.ADDED_INK
            )
        return self._by_ink(agree=agree)

    @property
    def _numbers(self) -> bool:
        """Whether one number may stand for another: digits differ by less ink than noise."""
        here, there = (re.sub(r"\D", "", text) for text in (self.context.frozen, self.context.scan))
        return bool(here) and bool(there) and here != there

    @property
    def _intact(self) -> bool:
        """Whether all ink of the frozen words is there and nothing was written into them: what is new stands beside them."""
        ink = self.ink
        return (
            ink is not None
            and self.moved < _MOVED
            and (
                ink.missing <= _CLEAN.missing
                and ink.worst_missing <= _CLEAN.worst_missing
                and ink.worst_extra <= _CLEAN.worst_extra
            )
        )

    @property
    def _gone(self) -> bool:
        return self.registered and self.ink is not None and self.ink.missing >= _GONE

    def _by_ink(self, *, agree: bool) -> Outcome:
        ink = self.ink or Ink(0, 0, 0, 0)
        if self.moved >= _MOVED or ink.missing > _OTHER or ink.worst_missing > _OTHER_LETTER:
            return Outcome.DEVIATION
        if agree and has_digit(self.context.frozen + self.context.scan):
            return Outcome.DEVIATION
        if self._intact and not agree:
            same = len(self.context.frozen) == len(self.context.scan) and self._numbers
            return Outcome.UNREADABLE if same else Outcome.ADDED_INK if self.added > _SOME_NEW else Outcome.NOISE
        if agree and not lookalike(self.context.frozen, self.context.scan):
            some = ink.missing > _SOME or ink.worst_missing > _SOME_LETTER or ink.worst_extra > _SOME_EXTRA
            some = some or self.added > _SOME_NEW
            return Outcome.DEVIATION if some else Outcome.NOISE
        return Outcome.UNREADABLE

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
        texts = [letters(text) for _, text in self.readings]
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
            read = letters(text)
            says = Verdict.PASS if self.context.supports_frozen(read) else Verdict.UNDETERMINED
            found.append(Evidence(engine, text, Verdict.FAIL if self.context.supports_scan(read) else says))
        if self.ink is not None:
            lacks = self.ink.missing > _OTHER or self.ink.worst_missing > _OTHER_LETTER
            clean = Verdict.PASS if _within(self.ink, _CLEAN) else Verdict.UNDETERMINED
            share = max(self.ink.missing, self.ink.worst_missing)
            found.append(Evidence("missing_ink", f"{share:.0%}", Verdict.FAIL if lacks else clean))
            found.append(Evidence("added_ink", f"{self.ink.worst_extra:.0%}", Verdict.UNDETERMINED))
        if self.moved >= _MOVED:
            found.append(Evidence("words_moved", f"{self.moved:.0f} px", Verdict.FAIL))
        return tuple(found)


def letters(text: str) -> str:
    """A reading as keys without spaces and without the punctuation that engines glue between words."""
    return joined(key(word) for word in text.split())


def joined(keys: Iterable[str]) -> str:
    """Keys without spaces and punctuation; a point between digits stays."""
    return _GLUED.sub("", "".join(keys))


_LIGHT = str.maketrans("/i1!0", "llllo")  # what no engine can tell apart in every font
_GLUED = re.compile(r"(?<!\d)[^\w€%/]+|[^\w€%/]+(?!\d)")
_ALIKE = str.maketrans("/i1!0cfhyj", "lllloetnvl")


def lookalike(a: str, b: str) -> bool:
    """Whether two readings differ in letters that engines confuse only. Never with a digit in the frozen text."""
    return not has_digit(a) and bool(_plain(a)) and _plain(a) == _plain(b)


def _light(text: str) -> str:
    return text.replace("rn", "m").translate(_LIGHT)


def _plain(text: str) -> str:
    return re.sub(r"[^\w/]", "", text.lower()).replace("rn", "m").translate(_ALIKE)


def _holds(before: str, middle: str, after: str, reading: str) -> bool:
    """Whether the reading, laid on the three parts, leaves the middle one as it is. The context may be noisy or cut off."""
    if not reading:
        return False
    if middle and middle in reading and _around(before, middle, after, reading):
        return True
    whole = before + middle + after
    begin, end = len(before), len(before) + len(middle)
    for edit in Levenshtein.editops(whole, reading):
        if edit.tag == "insert" and begin <= edit.src_pos <= end:
            return False
        if edit.tag != "insert" and begin <= edit.src_pos < end:
            return False
    return bool(middle) or Levenshtein.normalized_similarity(whole, reading) > 0.8  # noqa: PLR2004 - it is a reading of this place


def _around(before: str, middle: str, after: str, reading: str) -> bool:
    """Whether the middle stands in the reading with the last letters before it and the first behind it."""
    return before[-2:] + middle + after[:2] in reading


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
