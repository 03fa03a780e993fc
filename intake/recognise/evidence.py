"""What was found and where: evidence is an id (of a cue or a fact) with the place a person can check."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from intake.formats.recognition import Cue, Rule, recognition_rules
from intake.model import Place
from intake.text import excerpt, fold, sentences

_READ, _LONGEST = 40_000, 1200

Evidence = dict[str, Place | None]
"""Evidence id -> where it was first seen; None for facts of the envelope."""


@cache
def cues_of(scope: str) -> tuple[Cue, ...]:
    """The cues that are sought in one scope (subject, body, file name, …)."""
    return tuple(c for c in recognition_rules().cues if scope in c.scopes)


def search(scope: str, units: Iterable[tuple[str, Place]], found: Evidence) -> None:
    """Add to `found` the cues of a scope, with the first unit that holds each."""
    open_cues = [c for c in cues_of(scope) if c.id not in found]
    for text, place in units:
        folded = fold(text)
        for cue in [c for c in open_cues if c.found_in(folded)]:
            found[cue.id] = Place(place.file, place.page, excerpt(text))
            open_cues.remove(cue)
        if not open_cues:
            return


def spoken(text: str, file: str) -> Iterator[tuple[str, Place]]:
    """The sentences of a text as units to search, the first `_READ` characters of it, none longer than `_LONGEST`."""
    for sentence in sentences(text[:_READ]):
        for start in range(0, len(sentence), _LONGEST):
            yield sentence[start : start + _LONGEST], Place(file)


def weigh(rules: Iterable[Rule], evidence: Mapping[str, object]) -> tuple[dict[str, float], list[Rule]]:
    """The sum of weights per outcome, and the rules that held."""
    held = [rule for rule in rules if rule.holds(evidence)]
    totals: dict[str, float] = {}
    for rule in held:
        for outcome, weight in rule.weights.items():
            totals[outcome] = totals.get(outcome, 0.0) + weight
    return totals, held
