"""The stamp of a post room ("INGEKOMEN 5 NOV 2026 LIEC / POSTKAMER"): read like any words, but no words of the letter."""

from __future__ import annotations

import re
from collections.abc import Sequence

from intake.documents.pdf_lines import Line

_SAYS = re.compile(
    r"^\W*(?:ingekomen|ontvangen|binnengekomen|geregistreerd|ingeboekt|geboekt|gescand|received)\b.{0,24}$"
    r"|^.{0,24}\b(?:postkamer|postregistratie|archiefexemplaar)\W*$",
    re.IGNORECASE,
)
_BESIDE = re.compile(
    r"^\W*(?:\d{1,2}[\s./-]{0,3}(?:[A-Z]{3,9}|\d{1,2})[\s./-]{0,3}\d{2,4}|[A-Z0-9\W]{2,24}|(?:nr|datum|behandelaar|kenmerk)\b.{0,20})\W*$"
)
"""What else stands in such a stamp: a date, capitals, a number."""
_NEAR = 1.6  # heights of the stamp's letters between its lines
_LONGEST = 40  # characters


def stamped(lines: Sequence[Line]) -> set[int]:
    """The indexes of the lines of a page that are a stamp's."""
    found = {i for i, line in enumerate(lines) if _SAYS.match(line.text)}
    growing = bool(found)
    while growing:
        more = {
            i
            for i, line in enumerate(lines)
            if i not in found
            and len(line.text) <= _LONGEST
            and _BESIDE.match(line.text)
            and any(_touch(line, lines[j]) for j in found)
        }
        found |= more
        growing = bool(more)
    return found


def _touch(a: Line, b: Line) -> bool:
    """Whether two lines stand close below or beside one another."""
    reach = _NEAR * max(a.size, b.size)
    return a.x0 < b.x1 + reach and b.x0 < a.x1 + reach and a.y0 < b.y1 + reach / 2 and b.y0 < a.y1 + reach / 2
