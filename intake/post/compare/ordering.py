"""The words of a sheet, laid in the frame, in the order of the frozen page's lines, by where they stand. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from intake.post.compare.tokens import Token, union
from intake.post.pages import Rect

_ON_LINE = 0.75  # of a line's height: a word whose middle is farther from the line stands between lines
_OUTSIDE = 0.25  # how much a step sideways counts against one up or down
BETWEEN = -1
"""The `run` of a scanned word that stands on no frozen line."""


def in_order(frozen: Sequence[Token], scanned: Sequence[Token]) -> list[Token]:
    """The words of a sheet, laid in the frame, in the order of the frozen page's lines, each with the `run` it stands on."""
    if not frozen or not scanned:
        return list(scanned)
    runs = _runs(frozen)
    boxes = np.array([(r.x0, r.y0, r.x1, r.y1) for _, r in runs], float)
    keyed = sorted(((*_place(token, boxes), n), token) for n, token in enumerate(scanned))
    return [
        replace(token, run=runs[int(line)][0] if line == int(line) and line >= 0 else BETWEEN)
        for (line, _, _), token in _by_line(keyed)
    ]


def _runs(frozen: Sequence[Token]) -> list[tuple[int, Rect]]:
    """The frozen lines and cells with their boxes, in the page's own order."""
    groups: list[list[Rect]] = []
    runs: list[int] = []
    last = None
    for token in frozen:
        if token.run != last:
            groups.append([])
            last = token.run
            runs.append(token.run)
        groups[-1].append(token.box)
    return [(run, union(group)) for run, group in zip(runs, groups, strict=True)]


def _place(token: Token, runs: NDArray[np.float64]) -> tuple[float, float]:
    """The frozen line a word stands on, or half a line after the one above it; and its height on the page."""
    x, y = token.middle
    middles = (runs[:, 1] + runs[:, 3]) / 2
    heights = np.maximum(runs[:, 3] - runs[:, 1], 12)
    aside = np.maximum(np.maximum(runs[:, 0] - x, x - runs[:, 2]), 0)
    up = np.abs(middles - y)
    near = int(np.argmin(up + _OUTSIDE * aside))
    if up[near] <= _ON_LINE * heights[near]:
        return float(near), y
    above = np.where(middles < y, (y - middles) + _OUTSIDE * aside, np.inf)
    return (float(np.argmin(above)) + 0.5, y) if np.isfinite(above).any() else (-0.5, y)


def _by_line(keyed: list[tuple[tuple[float, float, int], Token]]) -> Iterator[tuple[tuple[float, float, int], Token]]:
    """Words on one line from left to right, though their middles differ a little; lines that fell together one by one."""
    start = 0
    while start < len(keyed):
        (line, y, _), token = keyed[start]
        end = start + 1
        reach = max(8, 0.6 * token.box.height)
        while end < len(keyed) and keyed[end][0][0] == line and keyed[end][0][1] - y <= reach:
            y = keyed[end][0][1]
            end += 1
        yield from sorted(keyed[start:end], key=_left)
        start = end


def _left(keyed: tuple[tuple[float, float, int], Token]) -> int:
    return keyed[1].box.x0
