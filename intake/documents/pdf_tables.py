"""The tables of a PDF page from its ruled lines: which cell a line of text stands in."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from intake.documents.pdf_lines import Box4

_MOST_RULES = 1_500  # of one page; drawings have more, tables do not
_NEAR = 3.0  # points; rules closer than this meet
_THIN = 3.0  # points; a filled path thinner than this is a rule


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line on the page; upright when x0 == x1, else level."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def upright(self) -> bool:
        return self.x0 == self.x1


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its upright rules by x, from left, and its level rules by y, from the top."""

    levels: tuple[Rule, ...]
    uprights: tuple[Rule, ...]
    rows: tuple[float, ...]
    columns: tuple[float, ...]

    def cell(self, x: float, y: float) -> tuple[int, int] | None:
        """(row, column) of the cell around a point, or None outside; merged cells count by their first row and column."""
        above = [r.y0 for r in self.levels if r.y0 >= y and r.x0 - _NEAR <= x <= r.x1 + _NEAR]
        below = any(r.y0 < y and r.x0 - _NEAR <= x <= r.x1 + _NEAR for r in self.levels)
        left = [r.x0 for r in self.uprights if r.x0 <= x and r.y0 - _NEAR <= y <= r.y1 + _NEAR]
        right = any(r.x0 > x and r.y0 - _NEAR <= y <= r.y1 + _NEAR for r in self.uprights)
        if not (above and below and left and right):
            return None
        return _nearest(self.rows, min(above)), _nearest(self.columns, max(left))


def rules_of(box: Box4) -> list[Rule]:
    """The rules a straight path with this box draws: one when it is thin, four when it is a frame or a tinted cell."""
    x0, y0, x1, y1 = box
    if x1 - x0 <= _THIN and y1 - y0 <= _THIN:
        return []
    if x1 - x0 <= _THIN:
        middle = (x0 + x1) / 2
        return [Rule(middle, y0, middle, y1)]
    if y1 - y0 <= _THIN:
        middle = (y0 + y1) / 2
        return [Rule(x0, middle, x1, middle)]
    return [Rule(x0, y0, x1, y0), Rule(x0, y1, x1, y1), Rule(x0, y0, x0, y1), Rule(x1, y0, x1, y1)]


def grids_of(rules: Iterable[Rule]) -> list[Grid]:
    """Tables: rules that meet, with at least two cells between them; a single frame is no table."""
    grids = []
    for group in _meeting(list(itertools.islice(dict.fromkeys(rules), _MOST_RULES))):
        levels = tuple(r for r in group if not r.upright)
        uprights = tuple(r for r in group if r.upright)
        rows = _merged(sorted((r.y0 for r in levels), reverse=True))
        columns = _merged(sorted(r.x0 for r in uprights))
        if len(rows) >= 2 and len(columns) >= 2 and len(rows) + len(columns) > 4:  # noqa: PLR2004 - a frame has two and two
            grids.append(Grid(levels, uprights, rows, columns))
    return sorted(grids, key=lambda g: -g.rows[0])


def _meeting(rules: list[Rule]) -> list[list[Rule]]:
    """Groups of rules that touch each other, directly or through others."""
    if not rules:
        return []
    x0, y0, x1, y1 = np.array([(r.x0, r.y0, r.x1, r.y1) for r in rules]).T
    touch = (
        (x0[:, None] - _NEAR <= x1)
        & (x0 <= x1[:, None] + _NEAR)
        & (y0[:, None] - _NEAR <= y1)
        & (y0 <= y1[:, None] + _NEAR)
    )
    left = np.ones(len(rules), bool)
    groups = []
    while left.any():
        group = np.zeros(len(rules), bool)
        reached = np.zeros(len(rules), bool)
        reached[left.argmax()] = True
        while reached.any():
            group |= reached
            reached = touch[reached].any(axis=0) & ~group
        left &= ~group
        groups.append([rules[i] for i in np.flatnonzero(group)])
    return groups


def _merged(places: list[float]) -> tuple[float, ...]:
    merged: list[float] = []
    for place in places:
        if not merged or abs(merged[-1] - place) > _NEAR:
            merged.append(place)
    return tuple(merged)


def _nearest(places: Sequence[float], place: float) -> int:
    return min(range(len(places)), key=lambda i: abs(places[i] - place))
