"""The words of a possible name: initials, first names, particles and surnames, taken from a text from left to right."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from intake.text import fold

_TOKEN = re.compile(r"['’]t(?!\w)|[^\W\d_](?:[^\W\d_]|['’](?=[^\W\d_])|-(?=[^\W\d_]))*\.?|\S")
_INITIALS = re.compile(r"(?:[^\W\d_]{1,2}\.)+$")
_LETTERS = re.compile(r"(?:[A-ZÀ-ÖØ-Þ]|Th|Ch|Ph|IJ|Ij|Tj|Sj|Fr)\.$")
_LONGEST = 7


@dataclass(frozen=True, slots=True)
class Token:
    """A word, with its full stop, or a sign; and where it stands."""

    text: str
    start: int
    end: int

    @property
    def capital(self) -> bool:
        """Whether it begins with a capital."""
        return self.text[0].isupper()

    @property
    def initials(self) -> bool:
        """Whether it may be somebody's initial: one or two letters and a full stop."""
        return _INITIALS.match(self.text) is not None

    @property
    def letter(self) -> bool:
        """Whether it is an initial for certain, and no "Dr." or "St."."""
        return _LETTERS.match(self.text) is not None


@dataclass(frozen=True, slots=True)
class Words:
    """The lists of `formats/namen.toml`, the longest cue first."""

    titles: tuple[str, ...]
    plural: tuple[str, ...]
    roles: tuple[str, ...]
    labels: tuple[str, ...]
    behind: tuple[str, ...]
    doings: tuple[str, ...]
    particles: frozenset[str]
    places: frozenset[str]
    offices: tuple[str, ...]
    sayings: tuple[str, ...]
    bodies: tuple[str, ...]
    named: tuple[str, ...]
    cited_before: re.Pattern[str]
    cited_behind: re.Pattern[str]
    telling: tuple[str, ...]
    surnames: tuple[str, ...]
    bare: tuple[str, ...]
    bare_not: frozenset[str]
    bare_not_endings: tuple[str, ...]
    institutions: frozenset[str]
    endings: tuple[str, ...]
    strange: frozenset[str]
    first_names: frozenset[str]

    def is_first_name(self, word: str) -> bool:
        """Whether a word is a first name, or begins with one and a dash."""
        return not {fold(word), fold(word).partition("-")[0]}.isdisjoint(self.first_names)


@cache
def lists() -> Words:
    """The lists, read once."""
    data = tomllib.loads(files("intake.formats").joinpath("namen.toml").read_text(encoding="utf-8"))

    def longest_first(*keys: str) -> tuple[str, ...]:
        return tuple(sorted((w for k in keys for w in data[k]), key=len, reverse=True))

    return Words(
        titles=longest_first("titles"),
        plural=longest_first("plural"),
        roles=longest_first("roles", "kin"),
        labels=longest_first("labels", "roles"),
        behind=longest_first("born", "lives"),
        doings=longest_first("doings"),
        particles=frozenset(data["particles"]),
        places=frozenset(data["places"]),
        offices=longest_first("offices"),
        sayings=longest_first("sayings"),
        bodies=longest_first("bodies"),
        named=longest_first("named"),
        cited_before=re.compile(data["cited_before"]),
        cited_behind=re.compile(data["cited_behind"]),
        telling=longest_first("telling"),
        surnames=longest_first("surnames"),
        bare=longest_first("bare"),
        bare_not=frozenset(data["bare_not"]),
        bare_not_endings=tuple(data["bare_not_endings"]),
        institutions=frozenset(data["institutions"]),
        endings=tuple(data["endings"]),
        strange=frozenset((*data["strange"], *data["starts"], *data["bodies"], *data["roles"], *data["labels"])),
        first_names=frozenset(fold(n) for n in data["voornamen"].split()),
    )


def tokens_of(text: str) -> list[Token]:
    """The words and signs of a text."""
    return [Token(m.group().replace("\n", " "), *m.span()) for m in _TOKEN.finditer(text)]


def parts(text: str, tokens: Sequence[Token], at: int) -> list[Token]:
    """The tokens of a name from `at` on: initials and capitalised words, particles in between, ending on a capitalised word."""
    taken: list[Token] = []
    for token in _adjacent(text, tokens, at):
        usable = token.capital and (token.initials or _plain(token.text))
        if not usable and not (_particle(token, taken) and (taken or token.capital)):
            break
        taken.append(token)
        if token.text.endswith(".") and not token.initials:
            break
    while taken and (not taken[-1].capital or taken[-1].text.lower() in lists().particles):
        taken.pop()
    return taken


def surname_first(text: str, tokens: Sequence[Token], at: int) -> int:
    """How many tokens of ", First Second" follow a surname in a form; 0 when none do."""
    if at >= len(tokens) or tokens[at].text != ",":
        return 0
    given = parts(text, tokens, at + 1)
    return 1 + len(given) if given and text[tokens[at].end : tokens[at + 1].start] == " " else 0


def _particle(token: Token, taken: Sequence[Token]) -> bool:
    word = token.text
    if word in lists().places and any(
        t.capital and not t.initials and not lists().is_first_name(t.text) for t in taken
    ):
        return False
    return word.lower() in lists().particles and (not token.capital or not taken or _title_case(word))


def _adjacent(text: str, tokens: Sequence[Token], at: int) -> Iterator[Token]:
    """Tokens from `at` on as long as only one space (or nothing, after initials) separates them."""
    for index in range(at, min(at + _LONGEST, len(tokens))):
        between = text[tokens[index - 1].end : tokens[index].start] if index > at else " "
        if between not in ("", " ") or (not between and not tokens[index - 1].text.endswith(".")):
            return
        yield tokens[index]


def _plain(word: str) -> bool:
    """A capitalised word that can be part of a name: no abbreviation in capitals, no word that never is one."""
    bare = word.rstrip(".")
    shouted = len(bare) > 1 and bare.isupper() and not lists().is_first_name(bare)
    return bare[0].isalpha() and not shouted and bare.lower() not in lists().strange


def _title_case(word: str) -> bool:
    return word[:1].isupper() and word[1:].islower()
