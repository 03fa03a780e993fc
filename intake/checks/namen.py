"""Names of persons in running text: by title, by role, by birth, by a first name we know. Finds possible names; recall is limited.

No language model: measured on CoNLL-2002, lists and models both find about 60 % of Dutch names (reference: documents.md §11), so
what this finds is shown as possible, and that it finds nothing is no clearance.
"""

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
_REACH = 40
_LONGEST = 7
_YEAR_BEHIND = re.compile(r"^(?:\s(?:e\.a\.|et al\.|en\s\w+|&\s\w+))?\s?\(?(?:19|20)\d{2}")
_OFFICE_BEHIND = 40


@dataclass(frozen=True, slots=True)
class Name:
    """A possible name; `strong` when its surroundings say that a subject is meant, so that no office near it excuses it."""

    text: str
    start: int
    end: int
    strong: bool


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    start: int
    end: int

    @property
    def capital(self) -> bool:
        return self.text[0].isupper()


@dataclass(frozen=True, slots=True)
class _Words:
    """The lists of the data file, folded for comparison."""

    titles: tuple[str, ...]
    roles: tuple[str, ...]
    labels: tuple[str, ...]
    born: tuple[str, ...]
    particles: frozenset[str]
    offices: tuple[str, ...]
    institutions: frozenset[str]
    endings: tuple[str, ...]
    strange: frozenset[str]
    first_names: frozenset[str]


@cache
def _words() -> _Words:
    data = tomllib.loads(files("intake.formats").joinpath("namen.toml").read_text(encoding="utf-8"))

    def longest_first(key: str) -> tuple[str, ...]:
        return tuple(sorted(data[key], key=len, reverse=True))

    return _Words(
        titles=longest_first("titles"),
        roles=longest_first("roles"),
        labels=longest_first("labels"),
        born=longest_first("born"),
        particles=frozenset(data["particles"]),
        offices=longest_first("offices"),
        institutions=frozenset(data["institutions"]),
        endings=tuple(data["endings"]),
        strange=frozenset((*data["strange"], *data["roles"], *data["labels"])),
        first_names=frozenset(data["voornamen"].split()),
    )


def names(text: str, labels: Sequence[str] = ()) -> list[Name]:
    """Possible names of persons in a text, in order, none overlapping. `labels` may stand before it (a table's row head)."""
    tokens = [_Token(m.group().replace("\n", " "), *m.span()) for m in _TOKEN.finditer(text)]
    found: list[Name] = []
    position = 0
    while position < len(tokens):
        name = _name_from(text, labels, tokens, position)
        if name is None:
            position += 1
            continue
        found.append(name)
        position = next((i for i in range(position, len(tokens)) if tokens[i].start >= name.end), len(tokens))
    return found


def _name_from(text: str, labels: Sequence[str], tokens: Sequence[_Token], at: int) -> Name | None:
    """The name that starts at a token, if its surroundings make it one."""
    parts = _parts(text, tokens, at)
    if not parts:
        return None
    label = next((x for x in labels if _ends_with(f"{x}:", _words().labels, ":")), "") if not at else ""
    before = f"{label}: {text[: tokens[at].start]}" if label else text[: tokens[at].start]
    last = parts[-1]
    reversed_to = _surname_first(text, tokens, at + len(parts)) if _ends_with(before, _words().labels, ":") else 0
    end = tokens[at + len(parts) + reversed_to - 1].end if reversed_to else last.end
    end -= last.text.endswith(".") and not reversed_to and not _INITIALS.match(last.text)
    name = text[tokens[at].start : end]
    strength = _strength(text, before, parts, bool(reversed_to), end)
    return Name(name, tokens[at].start, end, strength > 1) if strength else None


def _strength(text: str, before: str, parts: Sequence[_Token], reversed_name: bool, end: int) -> int:
    """0 no name, 1 a name, 2 the name of a subject."""
    words = _words()
    surnames = [p for p in parts if p.capital and not _INITIALS.match(p.text)]
    if not surnames or _YEAR_BEHIND.match(text[end:]):
        return 0
    full = len(surnames) + any(_INITIALS.match(p.text) for p in parts) > 1 or len(parts) > 1
    behind = text[end : end + _REACH]
    if full and re.match(rf"[\s,;(]{{0,3}}(?:{_any(words.born)})(?!\w)", behind, re.IGNORECASE):
        return 2
    if _ends_with(before, words.titles, ""):
        return 1 if _public(before, behind) else 2
    if full and (reversed_name or _ends_with(before, words.labels, ":") or _ends_with(before, words.roles, "")):
        return 2
    known = full and parts[0].text in words.first_names and not _institution(parts[-1].text, text[end:])
    return int(known and not _public(before, behind))


def _public(before: str, behind: str) -> bool:
    """Whether an office stands right before or right behind the name."""
    offices = "|".join(re.escape(o) for o in _words().offices)
    near = re.search(rf"(?:^|[^\w])(?:{offices})[\s,:]*(?:[^\W\d_]\.?\s?){{0,3}}$", before[-_REACH:], re.IGNORECASE)
    role = re.match(
        rf"\s?[,(]\s?(?:[^\W\d_-]+\s){{0,2}}(?:{offices}|universiteit|hogeschool)(?!\w)", behind, re.IGNORECASE
    )
    return bool(near or role)


def _ends_with(before: str, cues: Sequence[str], colon: str) -> bool:
    """Whether one of the cues stands right before the name; a label needs its colon, a role may have a number or a comma."""
    tail = before[-_REACH:].rstrip(" \n('‘\"")
    if colon:
        return re.search(rf"(?:^|\W)(?:{_any(cues)})(?:\s?\d{{1,2}})?\s?:$", tail, re.IGNORECASE) is not None
    return (
        re.search(
            rf"(?:^|\W)(?:{_any(cues)})(?:\s?\d{{1,2}})?[,:]?(?:\s(?:werd|is|was|toen))?(?:\stoen)?$",
            tail,
            re.IGNORECASE,
        )
        is not None
    )


def _any(cues: Sequence[str]) -> str:
    return "|".join(map(re.escape, cues))


def _institution(last: str, behind: str) -> bool:
    word = fold(last)
    follower = fold(behind[:24].strip(" -").split(" ")[0].split(",")[0]) if behind.startswith((" ", "-")) else ""
    return word.endswith(_words().endings) or not {word, follower}.isdisjoint(_words().institutions)


def _parts(text: str, tokens: Sequence[_Token], at: int) -> list[_Token]:
    """The tokens of a name from `at` on: initials and capitalised words, particles in between, ending on a capitalised word."""
    words = _words()
    taken: list[_Token] = []
    for token in _adjacent(text, tokens, at):
        initials = bool(_INITIALS.match(token.text))
        usable = token.capital and (initials or _plain(token.text))
        particle = token.text.lower() in words.particles and (not token.capital or not taken or _title_case(token.text))
        if not usable and not (particle and (taken or token.capital)):
            break
        taken.append(token)
        if token.text.endswith(".") and not initials:
            break
    while taken and (not taken[-1].capital or taken[-1].text.lower() in words.particles):
        taken.pop()
    return taken


def _adjacent(text: str, tokens: Sequence[_Token], at: int) -> Iterator[_Token]:
    """Tokens from `at` on as long as only one space (or nothing, after initials) separates them."""
    for index in range(at, min(at + _LONGEST, len(tokens))):
        if index > at and text[tokens[index - 1].end : tokens[index].start] not in ("", " "):
            return
        if (
            index > at
            and not text[tokens[index - 1].end : tokens[index].start]
            and not tokens[index - 1].text.endswith(".")
        ):
            return
        yield tokens[index]


def _plain(word: str) -> bool:
    """A capitalised word that can be part of a name: no abbreviation in capitals, no word that never is one."""
    bare = word.rstrip(".")
    shouted = len(bare) > 1 and bare.isupper() and bare not in _words().first_names
    return bare[0].isalpha() and not shouted and bare.lower() not in _words().strange


def _title_case(word: str) -> bool:
    return word[:1].isupper() and word[1:].islower()


def _surname_first(text: str, tokens: Sequence[_Token], at: int) -> int:
    """How many tokens of ", First Second" follow a surname in a form; 0 when none do."""
    if at >= len(tokens) or tokens[at].text != ",":
        return 0
    given = _parts(text, tokens, at + 1)
    return 1 + len(given) if given and text[tokens[at].end : tokens[at + 1].start] == " " else 0
