"""What the styles of an ODT say of text: weight, size, hidden, heading level (OASIS ODF 1.3 part 3, §16)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
_POINTS = re.compile(r"(\d{1,3}(?:\.\d+)?)pt")
_HEAVY = {"bold", "600", "700", "800", "900"}
_DEEPEST = 20  # styles based on styles


@dataclass(frozen=True, slots=True)
class Look:
    """How a style makes text look. `weight` is True for bold, False for plain said so, None where it says nothing."""

    weight: bool | None = None
    size: float = 0.0
    hidden: bool = False
    level: int = 0

    @property
    def bold(self) -> bool:
        return bool(self.weight)


class Styles:
    """Named and automatic styles of the parts given; a later part wins."""

    def __init__(self, parts: Iterable[etree._Element]) -> None:
        self._styles = {s.get(STYLE + "name", ""): s for part in parts for s in part.iter(STYLE + "style")}
        self._looks: dict[str, Look] = {}

    def look(self, name: str, depth: int = 0) -> Look:
        """The look of a style with its parents; an unknown name looks plain."""
        style = self._styles.get(name)
        if style is None or depth > _DEEPEST:
            return Look()
        if name not in self._looks:
            parent = style.get(STYLE + "parent-style-name", "")
            self._looks[name] = _over(self.look(parent, depth + 1), style)
        return self._looks[name]


def _over(below: Look, style: etree._Element) -> Look:
    properties = style.find(STYLE + "text-properties")
    said = {} if properties is None else {str(key): str(value) for key, value in properties.attrib.items()}
    weight, size = said.get(_FO + "font-weight"), _POINTS.fullmatch(said.get(_FO + "font-size", ""))
    level = style.get(STYLE + "default-outline-level", "")
    return Look(
        weight=below.weight if weight is None else weight in _HEAVY,
        size=float(size[1]) if size else below.size,
        hidden=below.hidden if TEXT + "display" not in said else said[TEXT + "display"] == "none",
        level=int(level) if level.isdigit() else below.level,
    )
