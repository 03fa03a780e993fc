"""Which part of the format each passage belongs to: its heading where that says so, else what it argues and what stands around it.

Without headings the parts of a letter follow each other: submitters, occasion, findings, recommendations. The cheapest path
through that order (Viterbi over four states) settles what a single passage leaves open.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from intake.checks.passages import Passage
from intake.formats.signaal import load_format
from intake.text import fold

_FIRM, _INHERITED = 5.0, 1.5
_AHEAD, _BACK, _START = 0.15, 1.5, 0.4
_CAP = 1.6
_OFFICE = re.compile(r"\b(minister|staatssecretaris|bewindspers)")


def settle(passages: Sequence[Passage]) -> tuple[str, ...]:
    """The section id of each passage, in order; every passage gets one."""
    sections = tuple(s.id for s in load_format().sections)
    if not passages:
        return ()
    gains = [[_gain(p, s) for s in sections] for p in passages]
    best, back = [[g - _START * n for n, g in enumerate(gains[0])]], []
    for gain in gains[1:]:
        steps = [
            max((best[-1][a] - _step(a, b), -abs(a - b), a) for a in range(len(sections))) for b in range(len(sections))
        ]
        best.append([steps[b][0] + gain[b] for b in range(len(sections))])
        back.append([step[2] for step in steps])
    state = max(range(len(sections)), key=lambda i: best[-1][i])
    path = [state]
    for pointers in reversed(back):
        state = pointers[state]
        path.append(state)
    return tuple(sections[i] for i in reversed(path))


def _step(before: int, after: int) -> float:
    return 0.0 if before == after else _AHEAD * (after - before) if after > before else _BACK


def _gain(passage: Passage, section: str) -> float:
    heading = (_FIRM if passage.firm else _INHERITED) if passage.section == section else 0.0
    return heading + likeness(passage.text, section)


@lru_cache(maxsize=4096)
def likeness(text: str, section: str) -> float:
    """How much a text sounds like a section: its best item there, in units of what carries an item, at most 1.6."""
    words, form = fold(text), load_format()
    if section == form.sections[0].id:
        return _CAP if form.phrases["part_of_process"].search(words) or form.furniture.match(words) else 0.0
    if section == form.sections[-1].id and _OFFICE.search(words) and form.phrases["asks"].search(words):
        return _CAP
    return min(_CAP, max(i.score(words) / i.threshold for i in form.of_section(section) if i.cues))
