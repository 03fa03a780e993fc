"""What the styles of a DOCX say of a paragraph: heading level, list, weight, size (ECMA-376 part 1, §17.7)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_HEADING_NAME = re.compile(r"^(?:heading|kop|titre|überschrift)\s*(\d)$", re.IGNORECASE)
_LIST_NAME = re.compile(r"^(?:list|lijst|opsomming)", re.IGNORECASE)
_DEEPEST = 20  # styles based on styles; Word itself stops long before
_BODY_LEVEL = 9  # w:outlineLvl 9 means body text


@dataclass(frozen=True, slots=True)
class Look:
    """How a style makes text look: heading `level` (0 = none), list item, bold, hidden, size in points (0 = not said)."""

    level: int = 0
    list_item: bool = False
    bold: bool = False
    hidden: bool = False
    size: float = 0.0


def val(element: etree._Element | None, default: str = "") -> str:
    """The `w:val` of an element, or the default where the element or the value is absent."""
    return default if element is None else element.get(W + "val", default)


def switch(properties: etree._Element | None, name: str) -> bool | None:
    """An on/off property such as w:b: True, False, or None where it is not said (§17.17.4)."""
    element = None if properties is None else properties.find(W + name)
    return None if element is None else val(element, "1").lower() not in {"0", "false", "off", "none"}


def points(properties: etree._Element | None) -> float:
    """The font size of run properties in points, 0 where it is not said; w:sz counts half points."""
    value = val(None if properties is None else properties.find(W + "sz"))
    return int(value) / 2 if value.isdigit() and len(value) <= 4 else 0.0  # noqa: PLR2004 - 4 digits is 4999 points


class Styles:
    """The styles part, asked by style id; an unknown id looks like plain text."""

    def __init__(self, root: etree._Element | None) -> None:
        self._styles: dict[str, etree._Element] = {}
        self._looks: dict[str, Look] = {}
        self.size = 0.0
        self.default = ""
        if root is not None:
            self._styles = {s.get(W + "styleId", ""): s for s in root.iter(W + "style")}
            self.size = points(root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr"))
            self.default = next((i for i, s in self._styles.items() if _is_default_paragraph(s)), "")

    def look(self, style_id: str, depth: int = 0) -> Look:
        """The look of a style with all it is based on."""
        if style_id not in self._styles or depth > _DEEPEST:
            return Look(size=self.size)
        if style_id not in self._looks:
            style = self._styles[style_id]
            base = val(style.find(W + "basedOn"))
            below = self.look(base, depth + 1) if base else Look(size=self.size)
            self._looks[style_id] = _over(below, style)
        return self._looks[style_id]


def _is_default_paragraph(style: etree._Element) -> bool:
    return style.get(W + "type") == "paragraph" and style.get(W + "default") in {"1", "true", "on"}


def _over(below: Look, style: etree._Element) -> Look:
    """The look of a style on top of the one it is based on."""
    run, paragraph = style.find(W + "rPr"), style.find(W + "pPr")
    name = val(style.find(W + "name"))
    bold, hidden = switch(run, "b"), switch(run, "vanish")
    look = replace(
        below,
        bold=below.bold if bold is None else bold,
        hidden=below.hidden if hidden is None else hidden,
        size=points(run) or below.size,
        list_item=below.list_item or bool(_LIST_NAME.match(name)) or numbered(paragraph),
    )
    outline = outline_level(paragraph)
    if found := _HEADING_NAME.match(name):
        return replace(look, level=int(found[1]), list_item=False)
    if name.lower() in {"title", "titel"}:
        return replace(look, level=1, list_item=False)
    return look if outline is None else replace(look, level=outline, list_item=False)


def outline_level(paragraph: etree._Element | None) -> int | None:
    """Heading level from w:outlineLvl (0 in the file is level 1), 0 for body text, None where it is not said."""
    value = val(None if paragraph is None else paragraph.find(W + "outlineLvl"))
    return (int(value) + 1 if int(value) < _BODY_LEVEL else 0) if value.isdigit() else None


def numbered(paragraph: etree._Element | None) -> bool:
    """Whether paragraph properties put it in a list (w:numId 0 takes it out again)."""
    number = None if paragraph is None else paragraph.find(f"{W}numPr/{W}numId")
    return number is not None and val(number) not in {"", "0"}
