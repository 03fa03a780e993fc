"""The format "bestuurlijk signaal" (brochure §3.1) from `bestuurlijk_signaal.toml`: what is asked, what shows it is there."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

_DEFAULT_THRESHOLD = 4.0


@dataclass(frozen=True, slots=True)
class CueGroup:
    """Turns of phrase that show the same thing. One match earns `weight`; with `each`, every different match does, up to `most`."""

    name: str
    weight: float
    pattern: re.Pattern[str]
    each: bool
    most: float

    def earned(self, folded: str) -> float:
        """What folded text earns from this group."""
        if not self.each:
            return self.weight if self.pattern.search(folded) else 0.0
        return min(self.most, self.weight * len({m.group()[:5] for m in self.pattern.finditer(folded)}))


@dataclass(frozen=True, slots=True)
class Item:
    """One thing the brochure asks for. `section` is the id of its section, `threshold` the score at which a passage carries it.

    `shared`: it stands within passages on other items (a source between brackets) and does not compete with them.
    """

    id: str
    section: str
    paragraph: str
    question: str
    optional: bool
    shared: bool
    threshold: float
    headings: re.Pattern[str]
    cues: tuple[CueGroup, ...]
    against: tuple[CueGroup, ...]

    def score(self, folded: str) -> float:
        """How strongly folded text argues this item: the sum over its groups, less what speaks against it."""
        return sum(g.earned(folded) for g in self.cues) - sum(g.earned(folded) for g in self.against)

    def reasons(self, folded: str) -> tuple[str, ...]:
        """The names of the groups that a folded text matched, for people."""
        return tuple(g.name for g in self.cues if g.earned(folded))


@dataclass(frozen=True, slots=True)
class Section:
    """One of the four parts of the format."""

    id: str
    paragraph: str
    headings: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Format:
    """Sections and items in the brochure's order, what stands in a document without being content, and phrases by name."""

    sections: tuple[Section, ...]
    items: tuple[Item, ...]
    promise: re.Pattern[str]
    empty: re.Pattern[str]
    instruction: re.Pattern[str]
    hint: re.Pattern[str]
    guide: re.Pattern[str]
    furniture: re.Pattern[str]
    conditions: re.Pattern[str]
    phrases: Mapping[str, re.Pattern[str]]

    def item(self, item_id: str) -> Item:
        """The item of that id; KeyError when the format has none."""
        return {i.id: i for i in self.items}[item_id]

    def of_section(self, section_id: str) -> tuple[Item, ...]:
        """The items of a section, in order."""
        return tuple(i for i in self.items if i.section == section_id)


@cache
def load_format() -> Format:
    """The format as packaged; read once."""
    text = resources.files(__package__).joinpath("bestuurlijk_signaal.toml").read_text("utf-8")
    return parse_format(tomllib.loads(text))


def parse_format(data: Mapping[str, Any]) -> Format:
    """A `Format` from parsed TOML; KeyError or re.error when the data is not as it should be."""
    content = data["content"]
    return Format(
        sections=tuple(Section(s["id"], s["paragraph"], _any(s["headings"])) for s in data["section"]),
        items=tuple(_item(i) for i in data["item"]),
        promise=_any(content["promise"]),
        empty=re.compile(rf"\W*(?:{'|'.join(content['empty'])})\W*$"),
        instruction=_any(content["instruction"]),
        hint=_any(content["hint"]),
        guide=_any(content["guide"]),
        furniture=_any(content["furniture"]),
        conditions=_any(content["conditions"]),
        phrases={name: _any(patterns) for name, patterns in data["phrases"].items()},
    )


def _item(data: Mapping[str, Any]) -> Item:
    return Item(
        id=data["id"],
        section=data["section"],
        paragraph=data["paragraph"],
        question=data["question"],
        optional=data.get("optional", False),
        shared=data.get("shared", False),
        threshold=data.get("threshold", _DEFAULT_THRESHOLD),
        headings=_any(data["headings"]),
        cues=tuple(_group(g) for g in data.get("cue", ())),
        against=tuple(_group(g) for g in data.get("against", ())),
    )


def _group(data: Mapping[str, Any]) -> CueGroup:
    each = data.get("each", False)
    return CueGroup(data["group"], data["weight"], _any(data["patterns"]), each, data.get("most", data["weight"]))


def _any(patterns: list[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})")
