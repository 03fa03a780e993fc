"""Names of persons in running text: by title, role, birth, what somebody does, initials, or a first name we know.

No language model: measured on CoNLL-2002, lists and models both find about 60 % of Dutch names (reference: documents.md §11), so
what this finds is shown as possible, and that it finds nothing is no clearance.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from intake.checks.herkenners import data
from intake.checks.naamdelen import Token, lists, parts, surname_first, tokens_of
from intake.text import fold

_REACH = 40
_YEAR_BEHIND = re.compile(
    r"(?:\s(?:e\.a\.|et al\.))?(?:,?\s(?:en|&)\s(?:[A-Z]\.\s?)*(?:[a-z]{2,4}\s){0,2}\w[\w-]*)?,?\s?\(?(?:19|20)\d{2}(?!\d|[-/.]\d)"
)
_AGE_BEFORE = re.compile(r"\b[1-9]\d-?\s?jarige\s$")
_FOREIGN = re.compile("[ğşıİčćžšłńąęășțđőůřżźśýĞŞČĆŽŠŁĄĘȘȚĐŐŮŘŻŹŚÝ]")
_JOINED = re.compile(r"\s?(?:,|(?:,\s?)?(?:en|&))\s?")
_BEGINS = re.compile(r"(?:^|[.:;•–-]\s?)$")
_LEGAL_FORMS = frozenset({"n.v.", "b.v.", "v.o.f.", "c.v.", "u.s.", "e.u.", "o.m.", "h.o.d.n."})
_NO_NAME, _PUBLIC, _WEAK, _STRONG = 0, -1, 1, 2
_COMPOUND = 6  # letters
_SHORTEST = 3  # letters of a surname behind a lone initial


@dataclass(frozen=True, slots=True)
class Name:
    """A possible name; `strong` when its surroundings say that a subject is meant, so that no office near it excuses it."""

    text: str
    start: int
    end: int
    strong: bool


def names(text: str, labels: Sequence[str] = ()) -> list[Name]:
    """Possible names of persons in a text, in order, none overlapping. `labels` may stand before it (a table's row head)."""
    tokens = tokens_of(text)
    found: list[tuple[_Candidate, int]] = []
    position = 0
    while position < len(tokens):
        capital = tokens[position].capital
        candidate = _Candidate.read(text, labels, tokens, position) if capital else None
        strength = candidate.strength() if candidate else _NO_NAME
        if candidate and not strength and found and found[-1][1] == _STRONG and candidate.one_of_several(found[-1][0]):
            strength = _STRONG
        if candidate and strength:
            found.append((candidate, strength))
        position = candidate.behind(position) if candidate and strength else position + 1
    return [Name(text[c.start : c.end], c.start, c.end, s > _WEAK) for c, s in _not_public(found) if s != _PUBLIC]


def _not_public(found: Sequence[tuple[_Candidate, int]]) -> Sequence[tuple[_Candidate, int]]:
    """The names with their strength; a weak one is public where "en" or a comma joins it to one that is."""
    told = list(found)
    forward = range(1, len(told))
    for here, there in (*((i, i - 1) for i in forward), *((i - 1, i) for i in reversed(forward))):
        (candidate, strength), (neighbour, public) = told[here], told[there]
        if strength == _WEAK and public == _PUBLIC and candidate.joined(neighbour):
            told[here] = (candidate, _PUBLIC)
    return told


@dataclass(frozen=True, slots=True)
class _Candidate:
    """Words that may be a name, and what stands around them."""

    text: str
    before: str
    parts: Sequence[Token]
    tokens: Sequence[Token]
    end: int
    reversed: bool

    @classmethod
    def read(cls, text: str, labels: Sequence[str], tokens: Sequence[Token], at: int) -> _Candidate | None:
        """What starts at a token, if it can be a name at all."""
        taken = parts(text, tokens, at)
        if not taken:
            return None
        words = lists()
        label = "" if at else next((x for x in labels if _ends_with(f"{x}:", words.labels, ":")), "")
        before = text[max(0, tokens[at].start - 2 * _REACH) : tokens[at].start]
        before = f"{label}: {before}" if label else before
        form = _ends_with(before, words.labels, ":") or _ends_with(before, words.roles, "")
        more = surname_first(text, tokens, at + len(taken)) if form else 0
        if more and not before.rstrip().endswith(":") and not words.is_first_name(tokens[at + len(taken) + 1].text):
            more = 0
        last = tokens[at + len(taken) + more - 1]
        stop = last.text.endswith(".") and not last.initials
        return cls(text, before, taken, tokens, last.end - stop, bool(more))

    @property
    def start(self) -> int:
        return self.parts[0].start

    def joined(self, other: _Candidate) -> bool:
        """Whether only "en" or a comma stands between this name and another."""
        first, second = sorted((self, other), key=lambda c: c.start)
        return _JOINED.fullmatch(self.text[first.end : second.start]) is not None

    def one_of_several(self, previous: _Candidate) -> bool:
        """Whether this is the second of "de heren Jansen en Pietersen"."""
        return (
            self.joined(previous) and _ends_with(previous.before, lists().plural, "") and len(self.parts[-1].text) > 1
        )

    def behind(self, at: int) -> int:
        """The first token behind the name."""
        return next((i for i in range(at, len(self.tokens)) if self.tokens[i].start >= self.end), len(self.tokens))

    def strength(self) -> int:
        """0 no name, 1 a name, 2 the name of a subject, -1 one that may stand in public."""
        words, follows = lists(), self.text[self.end : self.end + _REACH]
        surnames = [p for p in self.parts if p.capital and not p.initials]
        if not surnames or (_YEAR_BEHIND.match(follows) and not self._spoken_of()):
            return _PUBLIC if surnames and self._known() else _NO_NAME
        full = len(self.parts) > 1 or self.reversed
        if full and (_behind(words.behind).match(follows) or _AGE_BEFORE.search(self.before)):
            return _STRONG
        if _ends_with(self.before, words.titles, ""):
            return _PUBLIC if self._public(follows) else _STRONG
        stated = self.reversed or _ends_with(self.before, words.labels, ":") or _ends_with(self.before, words.roles, "")
        if full and stated:
            return _STRONG
        likely = full and (self._known() or (self._plain_words() and _doing(words.doings).match(follows) is not None))
        if not likely or _institution(self.parts[-1].text, self.text[self.end :]) or _named(self.before):
            return _NO_NAME
        return _PUBLIC if self._public(follows) or self._cited() else _WEAK

    def _cited(self) -> bool:
        """Whether the name is that of the author of a source."""
        words = lists()
        behind = self.text[self.end : self.end + 3 * _REACH]
        return bool(words.cited_before.search(self.before) or words.cited_behind.match(behind))

    def _known(self) -> bool:
        """By its form: a first name we know, initials before a surname, or a surname shortened to its letter."""
        first, last = self.parts[0], self.parts[-1]
        if len(self.parts) < 2:  # noqa: PLR2004 - a first name alone is nobody in particular
            return False
        if first.letter:
            return self._initialled()
        shortened = last.letter and self.text[self.end : self.end + 2].strip()[:1].islower() and not self._begins()
        return lists().is_first_name(first.text) or (
            (shortened or self._surname_like() or self._without_article()) and self._plain_words()
        )

    def _without_article(self) -> bool:
        """Whether it stands, in two words or more, where anything but a person or a place would have its article."""
        words, first = lists(), fold(self.parts[0].text)
        capitals = [p.text for p in self.parts if p.capital and p.text.lower() not in words.particles]
        written = len(capitals) > 1 and all(
            len(c) >= _SHORTEST and c[1:].rstrip(".").replace("-", "").isalpha() and not c[1:].isupper()
            for c in capitals
        )
        elsewhere = first in words.bare_not or first.endswith(words.bare_not_endings)
        return written and not elsewhere and self.before.endswith(" ") and _ends_with(self.before, words.bare, "")

    def _surname_like(self) -> bool:
        """Whether the form of the surname makes a name of it, though its first name is none we know."""
        words, last = lists(), self.parts[-1].text.rstrip(".")
        whole = self.text[self.start : self.end]
        telling = len(self.parts) > 2 and _telling(words.telling).search(whole)  # noqa: PLR2004 - first name, particle, surname
        like = len(last) > _COMPOUND - 1 and last.lower().endswith(words.surnames)
        return (
            bool(telling or like or _FOREIGN.search(whole)) and not self._begins() and self.parts[0].text[1:].islower()
        )

    def _initialled(self) -> bool:
        """Initials and a surname; a lone initial at the start of a line or clause may be a letter of a list."""
        letters = [p for p in self.parts if p.letter]
        surname = self.parts[-1].text
        written = "".join(p.text for p in letters).lower()
        listed = len(letters) == 1 and len(self.parts) == 2 and "-" not in surname and self._begins()  # noqa: PLR2004
        return (
            written not in _LEGAL_FORMS
            and not listed
            and len(surname) >= _SHORTEST
            and surname[1:].islower() | ("-" in surname or not surname.isupper())
        )

    def _begins(self) -> bool:
        return _BEGINS.search(self.before.rstrip()) is not None

    def _plain_words(self) -> bool:
        """No word of it that stands for a body or a thing, or a sentence's first word."""
        bare = {fold(p.text.rstrip(".")) for p in self.parts}
        if not bare.isdisjoint(lists().named) or fold(self.parts[0].text) in lists().offices:
            return False
        return bare.isdisjoint(lists().institutions) and not _ends_with(self.before, lists().named, "")

    def _spoken_of(self) -> bool:
        return re.search(data()["contact"]["subject"], self.before) is not None

    def _public(self, follows: str) -> bool:
        """Whether an office, a citation, or a public body stands right before or right behind the name."""
        return bool(_office_before().search(self.before) or _office_behind().match(follows))


@cache
def _behind(cues: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"[\s,;(]{{0,3}}(?:\*\s?\d|(?<=\()[1-9]\d(?:\sjaar)?\)|(?:{_any(cues)})(?!\w))", re.IGNORECASE)


@cache
def _telling(particles: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\s(?:{_any(particles)})\s(?=\w)")


@cache
def _doing(cues: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\s(?:{_any(cues)})(?!\w)")


@cache
def _office_before() -> re.Pattern[str]:
    words = lists()
    office = rf"{_compound(words.offices)}|{_any(words.sayings)}"
    of = r"(?:\s(?:van|voor|bij)\s[^,;.]{2,60},)?"
    return re.compile(rf"(?:^|[^\w])(?:{office}){of}[\s,:]*(?:[^\W\d_]\.?\s?){{0,3}}$", re.IGNORECASE)


@cache
def _office_behind() -> re.Pattern[str]:
    words = lists()
    office = rf"(?:[^\W\d_-]+\s){{0,2}}{_compound(words.offices)}(?!\w)"
    body = rf"(?:(?:namens|van|bij|werkzaam bij)\s)?(?:de\s|het\s)?{_compound(words.bodies)}(?!\w)"
    works = rf"\svan\s(?:de\s|het\s)?(?:{_any(words.bodies)})(?!\w)"
    return re.compile(rf"\s?(?:[,(–-]\s?|(?:als|is|was)\s)?{office}|\s?[,(]\s?{body}|{works}|,\s?[‘“\"]", re.IGNORECASE)


def _compound(words: Sequence[str]) -> str:
    """Any of these words, the long ones also as the last part of a compound."""
    long = [w for w in words if len(w) >= _COMPOUND and w.isalpha()]
    return rf"(?:[^\W\d_]*(?:{_any(long)})|(?:{_any(words)}))"


@cache
def _ending(cues: tuple[str, ...], colon: str) -> re.Pattern[str]:
    tail = r"(?:\s?\d{1,2})?\s?:$" if colon else r"(?:\s?\d{1,2})?[,:]?(?:\s(?:werd|is|was|toen))?(?:\stoen)?$"
    return re.compile(rf"(?:^|\W)(?:{_any(cues)}){tail}", re.IGNORECASE)


def _ends_with(before: str, cues: tuple[str, ...], colon: str) -> bool:
    """Whether one of the cues stands right before the name; a label needs its colon, a role may have a number or a comma."""
    return _ending(cues, colon).search(before[-_REACH:].rstrip(" \n('‘\"*")) is not None


@cache
def _named_before() -> re.Pattern[str]:
    return re.compile(rf"[^\W\d_]*(?:{_any(lists().named)})(?:\s(?:de|het))?$", re.IGNORECASE)


def _named(before: str) -> bool:
    """Whether the name is that of a project, an operation, a law: words that stand right before it."""
    return _named_before().search(before[-_REACH:].rstrip(" ‘'\"“(")) is not None


def _any(cues: Sequence[str]) -> str:
    return "|".join(map(re.escape, cues))


def _institution(last: str, behind: str) -> bool:
    word = fold(last)
    follower = fold(behind[:24].strip(" -").split(" ")[0].split(",")[0]) if behind.startswith((" ", "-")) else ""
    return word.endswith(lists().endings) or not {word, follower}.isdisjoint(lists().institutions)
