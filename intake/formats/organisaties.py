"""Finds the names of organisations in running text: those of the register, and those that are named as public bodies are."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from intake.model import Register
from intake.text import fold

_LABELS = (
    "Aan|Afschrift|Behandeld|Bestemd|Betreft|Bijlagen?|Contactpersoon|Datum|Kenmerk|Onderwerp|Ondertekend|Ons|Opgesteld|Postbus"
    "|Status|Telefoon|Titel|Uw|Van|Versie|Vertrouwelijk"
)  # the next line of a letterhead that lost its line ends: never part of a name
_WORD = rf"(?!(?:{_LABELS})\b)[A-ZÀ-Þ][\w'’&-]*"
_NAME = rf"{_WORD}(?: {_WORD}| (?:aan|op|bij|in) (?:de|den|het|'t) {_WORD})*"
_MORE = re.compile(rf"(?:, (?:de |het )?(?:gemeente )?| (?:en|alsmede|&) (?:de |het )?(?:gemeente )?)(?P<name>{_NAME})")
_DO = re.compile(  # what two municipalities do together: then "gemeente X en Y" are two
    r"\s+(?:dienen|bieden|vragen|leggen|brengen|zenden|sturen|wenden|doen|hebben|zijn|verzoeken|tekenen|treden|stellen"
    r"|richten|signaleren|zien|constateren)\b"
)
_MANY = re.compile(r"(?i)(?:gemeenten|burgemeesters van.*|colleges van.*|(?P<region>veiligheidsregio's))$")
_ENGLISH = re.compile(r"(?i)^municipality of ")
_ACRONYM = re.compile(r"^\s*\((?P<short>[A-Z][\w-]{1,9})\)")
_MAYOR = re.compile(
    r"(?i)(?:burgemeester(?: en wethouders)?|college(?: van burgemeester en wethouders)?|gemeentebestuur|gemeenteraad) van"
    r"(?: de gemeente)? "
)
_UNIT, _POLICE = (
    re.compile(r"(?i)^(?:politie[-, ]*)?eenheid "),
    ("politie-eenheid ", "politie eenheid ", "politie, eenheid "),
)
_PARKET = re.compile(r"(?i)^parket ")
_NOBODY = re.compile(r"(?i)(landelijk loket|liec\b|landelijk informatie|bestuurlijke? signa)")


@dataclass(frozen=True, slots=True)
class Named:
    """An organisation in a text: its name as in the register or as written, and where it starts and ends."""

    name: str
    start: int
    end: int


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("organisaties.toml").read_text("utf-8"))


@cache
def _grammar() -> re.Pattern[str]:
    data = _data()
    whole = "|".join(sorted((re.escape(w) for w in data["whole"]), key=len, reverse=True))
    named = "|".join(sorted(data["named"], key=len, reverse=True))
    return re.compile(
        rf"(?<![\w-])(?:(?P<whole>{whole})(?:(?P<unit>,? {data['unit']} {_NAME}))?(?![\w-])(?! [A-Z]|, [Ee]enheid)|"
        rf"(?P<kind>{named}) (?P<name>{_NAME}))(?!\w)"
    )


def find_organisations(text: str, register: Register) -> Iterator[Named]:
    """The organisations named in a text, in order; a name that is part of a longer one is not found by itself."""
    known = list(_registered(text, register))
    guessed = (g for g in _by_grammar(text, register) if sum(g.start <= k.start and k.end <= g.end for k in known) < 2)  # noqa: PLR2004
    found = sorted([*known, *guessed], key=lambda n: (n.start, -n.end))
    end = -1
    for named in found:
        if named.start >= end and not _NOBODY.search(named.name):
            yield named
            end = named.end


def _matches(text: str) -> Iterator[re.Match[str]]:
    """What the grammar finds; a name ends where the next organisation starts, as in lists that lost their line breaks."""
    start = 0
    while match := _grammar().search(text, start):
        after = match.start("name") if match["kind"] else match.end()
        following = _grammar().search(text, after + 1, match.end()) if after + 1 < match.end() else None
        if following and text[after : following.start()].strip(" ,"):
            match = _grammar().match(text[: following.start()].rstrip(" ,"), match.start()) or match
        yield match
        start = match.end()


def _by_grammar(text: str, register: Register) -> Iterator[Named]:
    for match in _matches(text):
        if match["whole"]:
            yield Named(canonical(match["whole"] + (match["unit"] or ""), register), *match.span())
            continue
        kind, name, end = match["kind"], match["name"].rstrip(" ,"), match.end()
        yield Named(canonical(f"{_singular(kind)} {name}", register), *match.span())
        if _MANY.match(kind):
            while (more := _MORE.match(text, end)) and not _grammar().match(text, more.start("name")):
                yield Named(canonical(f"{_singular(kind)} {more['name']}", register), more.start("name"), more.end())
                end = more.end()
        elif kind.lower() == "gemeente":
            yield from _second(text, end, register)


def _second(text: str, end: int, register: Register) -> Iterator[Named]:
    """The second of "de gemeente X en Y dienen …": one word for two, as the verb gives away."""
    more = _MORE.match(text, end)
    if more and _DO.match(text, more.end()) and not _grammar().match(text, more.start("name")):
        yield Named(canonical(f"gemeente {more['name']}", register), more.start("name"), more.end())


def _singular(kind: str) -> str:
    many = _MANY.match(kind)
    return kind if many is None else "veiligheidsregio" if many["region"] else "gemeente"


def _registered(text: str, register: Register) -> Iterator[Named]:
    for spelling, name in _spellings(register):
        for match in re.finditer(rf"(?<![\w-]){spelling}(?![\w-])", text):
            yield Named(name, *match.span())


@lru_cache(maxsize=8)
def _spellings(register: Register) -> tuple[tuple[str, str], ...]:
    """Every way the register's organisations are written, as patterns: a name's comma and its abbreviation may be left out."""
    out = []
    for org in register.organisations:
        for name in (org.name, *org.aliases):
            bare, _, short = name.partition(" (")
            pattern = re.escape(bare).replace(r",\ ", r",?\s+").replace(r"\ ", r"\s+")
            out.append(
                (
                    f"(?i:{pattern})(?:\\s+\\({re.escape(short.rstrip(')'))}\\))?" if short else f"(?i:{pattern})",
                    org.name,
                )
            )
            if short:
                out.append((re.escape(short.rstrip(")")), org.name))
    return tuple(out)


def canonical(name: str, register: Register) -> str:
    """A name as the register has it; else as written, with a capital, and a mayor's or college's as his municipality."""
    written = _MAYOR.sub("gemeente ", " ".join(name.split())).strip(" ,.")
    same = _data()["same"]
    spelled = (
        written,
        same.get(written, written),
        _ENGLISH.sub("gemeente ", written),
        _PARKET.sub("arrondissementsparket ", written),
    )
    keys = {_key(n) for n in (*spelled, *(_UNIT.sub(police, written) for police in _POLICE))}
    for org in register.organisations:
        if keys & {_key(n) for n in (org.name, org.name.partition(" (")[0], *org.aliases)}:
            return org.name
    return written[:1].upper() + written[1:]


def _key(name: str) -> str:
    return re.sub(r"[\s,]+", " ", fold(name))


def acronyms(text: str, register: Register) -> dict[str, str]:
    """The abbreviations that a text itself introduces: "Fiscale Inlichtingen- en Opsporingsdienst (FIOD)"."""
    found = {}
    for named in find_organisations(text, register):
        short = _ACRONYM.match(text[named.end :])
        if short:
            found[short["short"]] = named.name
    return found
