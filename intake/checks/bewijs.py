"""The best passage for each item: what it says, where it stands, and how strongly that argues the item.

Every passage is weighed for every item. A passage that is plainly about something else counts for less: what argues that a
problem keeps coming back is not, for the same words, the problem itself. That competition is what tells an item that is
missing from one that is only short.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from intake.checks.passages import Passage
from intake.formats.signaal import Item
from intake.text import fold, sentences

_NAMED_ALONE, _NAMED_AMONG, _LISTED = 0.6, 0.35, 1.0
_OTHER_PART, _OTHER_HEADING = -0.5, -0.8
_FIRST, _SECOND = 0.2, -0.3
_LEAD = 0.1
_WINDOW = 3
_FEW_WORDS = 6
_ENTRY_WORDS = 3
_SPREAD = 0.25


@dataclass(frozen=True, slots=True)
class Evidence:
    """A passage that speaks for an item. `strength` 1 carries it; `quote` is the sentence that weighs most."""

    item: Item
    passage: Passage
    strength: float
    quote: str

    @property
    def carries(self) -> bool:
        return self.strength >= 1.0

    @property
    def confidence(self) -> float:
        """How sure the verdict is, from 0.5 where it hangs in the balance towards 1 on either side."""
        return 1 / (1 + math.exp(-abs(self.strength - 1.0) / _SPREAD))


def weigh(items: Sequence[Item], passages: Sequence[Passage], parts: Sequence[str]) -> Mapping[str, Evidence]:
    """The best evidence for each item, by its id; empty without passages. `parts` are the sections of the passages."""
    if not passages:
        return {}
    table = {i.id: [_weigh(i, p, part) for p, part in zip(passages, parts, strict=True)] for i in items}
    best = {i: max(range(len(passages)), key=lambda n: row[n].strength) for i, row in table.items()}
    return {
        i.id: max((_contested(table, best, i.id, n) for n in range(len(passages))), key=lambda e: e.strength)
        for i in items
    }


def _contested(table: Mapping[str, Sequence[Evidence]], best: Mapping[str, int], item: str, place: int) -> Evidence:
    """The evidence at a place, set against what else the place argues."""
    own = table[item][place]
    if own.item.shared:
        return own
    rivals = {other: row[place] for other, row in table.items() if other != item and not row[place].item.shared}
    others = [e.strength for e in rivals.values()]
    stronger = [e.strength for other, e in rivals.items() if best[other] == place]
    change = 0.0
    if max(stronger, default=0.0) > own.strength + _LEAD:
        change = _SECOND
    elif own.strength >= max(others, default=0.0):
        change = _FIRST
    return Evidence(own.item, own.passage, own.strength + change, own.quote)


def _weigh(item: Item, passage: Passage, part: str) -> Evidence:
    said, score = max(((w, item.score(fold(w))) for w in _windows(passage.text)), key=lambda pair: pair[1])
    quote = max(sentences(said), key=lambda s: item.score(fold(s)), default=said)
    return Evidence(item, passage, score / item.threshold + _standing(item, passage, part), quote)


def _standing(item: Item, passage: Passage, part: str) -> float:
    """What the place of a passage adds or takes away."""
    words = len(passage.text.split())
    if item.shared and passage.named == {item.id} and words >= _ENTRY_WORDS:
        return _LISTED
    if item.id in passage.named and words >= _FEW_WORDS:
        return _NAMED_ALONE if len(passage.named) == 1 else _NAMED_AMONG
    if part == item.section or item.shared:
        return 0.0
    return _OTHER_HEADING if passage.firm else _OTHER_PART


def _windows(text: str) -> Iterator[str]:
    parts = sentences(text)
    if len(parts) <= _WINDOW + 1:
        yield text
        return
    for start in range(len(parts) - _WINDOW + 1):
        yield " ".join(parts[start : start + _WINDOW])
