"""The offices of state (`ambten.toml`), and how to find them in running text whatever way they are written."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from intake.model import Register
from intake.text import fold

_OFFICE = (
    r"(?P<office>minister(?:ie)?s?|min\.|staatssecretaris(?:sen)?|staatssecr\.|bewindsperso(?:on|nen)|bewindslieden"
    r"|state secretar(?:y|ies))"
)
_LINK = r"(?: (?:van|voor|of|for)(?: (?:het|de|the))?)?"
_TITLED = r"(?P<joint> (?:van|voor|of|for)) (?P<unknown>[A-Z][\w&-]+(?:(?:,| en| and)? [A-Z][\w-]+){0,5})"
_ALSO = re.compile(r"(?i)\b(?P<office>minister|staatssecretaris) (?:en|of|and|or|alsmede|dan wel) (?:de |the )?$")
_LABEL = re.compile(r"\W*(?:[Mm]in)?(?P<short>[A-Z][A-Za-z&]{1,5})\s*(?:\([^)]{0,60}\)\s*)?[:→]\s")
_NAMED_LABEL = re.compile(
    r"\W*(?P<name>[A-Z][^:→]{5,80}?)\s*[:→]\s+(?!(?:de|het|een|er|dit|dat|the|a)\b)", re.IGNORECASE
)
_SHORT = 5  # letters: the longest abbreviation of a ministry
_PLURAL = {"ministers", "staatssecretarissen", "bewindspersonen", "bewindslieden", "state secretaries"}


@dataclass(frozen=True, slots=True)
class Ambten:
    """Finds offices in text; `written` gives a folded spelling its portfolio's full name."""

    known: re.Pattern[str]
    written: dict[str, str]
    unknown: re.Pattern[str]

    def find(self, text: str) -> Iterator[tuple[str, int]]:
        """Each office in a text (line ends as spaces): "minister van Justitie en Veiligheid", and where it starts."""
        taken: list[tuple[int, int]] = []
        for match in self.known.finditer(text):
            if match["office"].lower().startswith("ministerie"):
                continue
            taken.append(match.span())
            also = _ALSO.search(text[: match.start()])
            if also:
                yield self._name(also["office"], match["link"], match["portfolio"]), match.start()
            yield self._name(match["office"], match["link"], match["portfolio"]), match.start()
            yield from self._others(text, match)
        for match in self.unknown.finditer(text):
            if not any(a <= match.start() < b for a, b in taken) and not match["office"].lower().startswith(
                "ministerie"
            ):
                yield f"{_singular(match['office'])}{match['joint']} {self._whole(match['unknown'])}", match.start()

    def leading(self, text: str) -> str | None:
        """The minister whose ministry's abbreviation opens a line as its label: "JenV: regel dat …"."""
        short, named = _LABEL.match(text), _NAMED_LABEL.match(text)
        portfolio = self.written.get(fold(short["short"])) if short else None
        if portfolio is None and named:
            portfolio = self.written.get(fold(named["name"]))
        return f"minister van {portfolio}" if portfolio else None

    def alone(self, text: str) -> str | None:
        """The minister whose portfolio, or its abbreviation in capitals, is all that a cell or heading says: "BZK"."""
        name = text.strip(" :.")
        portfolio = self.written.get(fold(name)) if sum(c.isupper() for c in name) > 1 or len(name) > _SHORT else None
        return f"minister van {portfolio}" if portfolio else None

    def _whole(self, portfolio: str) -> str:
        """A portfolio cut off by a line or cell end, where only one begins like it; else as written."""
        begun = {full for folded, full in self.written.items() if folded.startswith(fold(portfolio) + " ")}
        return begun.pop() if len(begun) == 1 else portfolio

    def _others(self, text: str, first: re.Match[str]) -> Iterator[tuple[str, int]]:
        """The second and third of "de ministers van Financiën en van Economische Zaken", or "de minister van … en die van …"."""
        end, plural = first.end(), first["office"].lower() in _PLURAL
        while (more := self._next(text, end)) and (plural or more["link"].strip()):
            yield self._name(first["office"], more["link"] or first["link"], more["portfolio"]), first.start()
            end = more.end()

    def _next(self, text: str, start: int) -> re.Match[str] | None:
        portfolios = "|".join(sorted(map(_loose, self.written), key=len, reverse=True))
        return re.compile(
            rf"(?:,| en|, en| and| alsmede)(?: die| the one)?(?P<link>{_LINK}) (?P<portfolio>{portfolios})(?!\w)",
            re.IGNORECASE,
        ).match(text, start)

    def _name(self, office: str, link: str, portfolio: str) -> str:
        word = "voor" if link.split()[:1] == ["voor"] else "van"
        full = self.written[fold(portfolio)]
        joint = f" {word} " if link.strip() or fold(full) != fold(portfolio) else " "
        return f"{_singular(office)}{joint}{full}"


def _singular(office: str) -> str:
    word = office.lower()
    if word.startswith(("staatssecr", "state")):
        return "staatssecretaris"
    return "bewindspersoon" if word.startswith("bewinds") else "minister"


def load_ambten(register: Register) -> Ambten:
    """The finder for the packaged offices and the ministries of the register."""
    return _build(tuple(m.name for m in register.ministries))


@lru_cache(maxsize=8)
def _build(ministries: tuple[str, ...]) -> Ambten:
    data = tomllib.loads(resources.files(__package__).joinpath("ambten.toml").read_text("utf-8"))
    written: dict[str, str] = {}
    for name in ministries:
        portfolio = re.sub(r"(?i)^ministerie (van|voor) ", "", name)
        written[fold(portfolio)] = portfolio
    for entry in data["portfolio"]:
        for spelling in (entry["name"], *entry.get("short", ()), *entry.get("english", ())):
            written.setdefault(fold(spelling), entry["name"])
            written.setdefault(fold(spelling.replace(" en ", " & ")), entry["name"])
    portfolios = "|".join(sorted(map(_loose, written), key=len, reverse=True))
    known = re.compile(rf"\b{_OFFICE}(?P<link>{_LINK}) (?P<portfolio>{portfolios})(?!\w)", re.IGNORECASE)
    return Ambten(known, written, re.compile(rf"\b(?i:{_OFFICE}){_TITLED}"))


def _loose(spelling: str) -> str:
    """A folded spelling as it may stand in text: accents back as any letter, blanks as any blank."""
    return re.sub(r"(?<=\w)ie(?=n\b)", "i[eë]", re.escape(spelling).replace(r"\ ", r"\s+"))
