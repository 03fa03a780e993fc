"""Readings of a place held against the two texts it may have: which of them a reading supports, letter by letter. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from intake.post.compare.tokens import has_digit, key

_SEVERAL, _NEARLY = 3, 0.8  # words; likeness of a reading of so many
_UNIQUE = 3  # letters or digits of a text that is not met by chance


@dataclass(frozen=True, slots=True)
class Context:
    """The two texts of a spot as keys without spaces, and those of the equal words around it; `words` are the
    frozen ones one by one, `others` the scanned ones.
    """

    before: str
    frozen: str
    scan: str
    after: str
    words: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    def supports_frozen(self, text: str) -> bool:
        """Whether a reading of the place has the frozen text there: word for word, by letters, or nearly and with all numbers."""
        reading, said = letters(text), [key(word) for word in text.split()]
        mine, other = set(self.words), set(self.others)
        if self.words and mine <= set(said) and not (other - mine) & set(said):
            return True
        if len(self.frozen) >= _UNIQUE and self.frozen in reading and (not self.scan or self.scan not in reading):
            return True
        return self._supports(self.frozen, reading) or self._nearly(reading)

    def _nearly(self, reading: str) -> bool:
        """Whether many words are there with a letter or two wrong, and every number right."""
        if len(self.words) < _SEVERAL:
            return False
        there, numbers = part(self, reading), re.findall(r"\d+", self.frozen)
        return re.findall(r"\d+", there) == numbers and Levenshtein.normalized_similarity(self.frozen, there) >= _NEARLY

    def found_in(self, reading: str) -> bool:
        """Whether every frozen word stands somewhere in a reading of the whole region, in whatever order it was read."""
        there = letters(reading)
        return bool(self.words) and all(joined([word]) in there for word in self.words)

    def supports_scan(self, text: str) -> bool:
        """Whether it has what the first engine read there, and is nearer to that than to the frozen text."""
        reading = letters(text)
        frozen, scan = (self.before + middle + self.after for middle in (self.frozen, self.scan))
        if Levenshtein.distance(frozen, reading) < Levenshtein.distance(scan, reading):
            return False
        return self._supports(self.scan, reading)

    def _supports(self, middle: str, reading: str) -> bool:
        if has_digit(self.frozen + self.scan):
            return _holds(self.before, middle, self.after, reading)
        return _holds(*(_light(text) for text in (self.before, middle, self.after, reading)))


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


def part(context: Context, reading: str) -> str:
    """The part of a reading that stands where the frozen text should."""
    whole = context.before + context.frozen + context.after
    begin, end = len(context.before), len(context.before) + len(context.frozen)
    found = ""
    for code in Levenshtein.opcodes(whole, reading):
        for step in range(max(code.src_end - code.src_start, code.dest_end - code.dest_start)):
            here = min(code.src_start + step, code.src_end)
            if begin <= here < end and code.dest_start + step < code.dest_end:
                found += reading[code.dest_start + step]
    return found


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
    if len(middle) < _UNIQUE and not (before and after):
        return False
    return before[-2:] + middle + after[:2] in reading
