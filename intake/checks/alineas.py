"""What each paragraph is about, read in the order in which signals are written.

One sentence says little; a row of them says much: after the occasion comes why it matters, then what is wrong, why it keeps
coming back, why nobody but the minister can mend it, what is asked and what for. A hidden Markov chain over the items in that
order joins the paragraph model, the headings and the order (forward-backward, Rabiner 1989); an item may be skipped or come
early, at a price. The result is the chance that an item is argued anywhere, and the paragraph that does.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from intake.checks.bewindspersonen import asks_minister
from intake.checks.passages import Passage
from intake.formats.alinea_model import alinea_model, log_chances
from intake.formats.linear import Floats
from intake.formats.signaal import load_format
from intake.model import Register
from intake.text import sentences

PROCESS, ACTION, SOURCES, EARLIER = "proces", "bewindspersoon_actie", "bronnen", "eerdere_signalen"
ORDER = (
    PROCESS, "aanleiding", "maatschappelijke_relevantie", EARLIER, "knelpunt", "misbruik_legaal_proces", "structureel",
    "landelijk", ACTION, "onderbouwing", "proportionaliteit_haalbaarheid", "beoogd_effect", SOURCES,
)  # fmt: skip
"""The items in the brochure's order, sources last."""
_ANYWHERE = frozenset({PROCESS, SOURCES})
_STAY, _SKIP, _BACK, _ASIDE, _LATE = 0.3, 0.8, 2.5, 1.5, 0.3
_ASKS, _NAMED_ALONE, _NAMED_AMONG = 1.5, 2.5, 1.2
_OTHER_HEADING, _OTHER_CHAPTER = 3.0, 1.0
_FEW_WORDS, _ANSWER_WORDS, _UNIT_WORDS = 4, 6, 8
_PLAINLY = 0.8


@dataclass(frozen=True, slots=True)
class Placed:
    """The chance (0 to 1) that an item is argued in a document, and the sentences most likely to do so."""

    chance: float
    passage: Passage


def place_items(passages: Sequence[Passage], register: Register) -> Mapping[str, Placed]:
    """For each id in `ORDER` the chance that it is argued, and where; empty without passages of some length."""
    passages = [unit for p in passages for unit in _units(p) if len(unit.text.split()) >= _FEW_WORDS]
    if not passages:
        return {}
    shares = _shares(np.array([_emission(p, register) for p in passages]))
    found = {
        name: Placed(float(shares[:, n].max()), passages[int(shares[:, n].argmax())]) for n, name in enumerate(ORDER)
    }
    return found | {SOURCES: _sources(passages)}


def _sources(passages: Sequence[Passage]) -> Placed:
    """Sources stand within passages on other items, so the order says nothing of them and only plain ones count."""
    column = alinea_model().classes.index(SOURCES)
    chances = [math.exp(log_chances(p.text)[column]) for p in passages]
    best = max(range(len(passages)), key=chances.__getitem__)
    return Placed(chances[best] if chances[best] >= _PLAINLY else 0.0, passages[best])


def _units(passage: Passage) -> Iterator[Passage]:
    """The sentences of a passage, short ones with the one before: a paragraph may argue several items one after another."""
    held = ""
    for sentence in sentences(passage.text):
        if held and len(sentence.split()) >= _UNIT_WORDS and len(held.split()) >= _UNIT_WORDS:
            yield replace(passage, text=held)
            held = sentence
        else:
            held = f"{held} {sentence}".strip()
    if held:
        yield replace(passage, text=held)


def _emission(passage: Passage, register: Register) -> Floats:
    """How well a passage fits each state: by its words, its heading, and whether it asks something of a minister."""
    homes, classes = {i.id: i.section for i in load_format().items}, alinea_model().classes
    chances = log_chances(passage.text)
    fit = np.array([chances[classes.index(name)] for name in ORDER])
    answers = len(passage.text.split()) >= _ANSWER_WORDS
    for n, name in enumerate(ORDER):
        item = "indieners" if name == PROCESS else name
        if item in passage.named and answers:
            fit[n] += _NAMED_ALONE if len(passage.named) == 1 else _NAMED_AMONG
        if passage.section and homes[item] != passage.section and name != SOURCES:
            fit[n] -= _OTHER_HEADING if passage.firm else _OTHER_CHAPTER
    if (not passage.named or ACTION in passage.named) and asks_minister(passage, register):
        fit[ORDER.index(ACTION)] += _ASKS
    return fit


def _shares(fit: Floats) -> Floats:
    """The chance of each state at each passage, shape (passages, states)."""
    steps = np.array([[-_step(a, b) for b in range(len(ORDER))] for a in range(len(ORDER))])
    start = -np.array([_LATE * (n > 1) + _skipped(0, n) for n in range(len(ORDER))])
    ahead, behind = np.zeros_like(fit), np.zeros_like(fit)
    ahead[0] = start + fit[0]
    for t in range(1, len(fit)):
        ahead[t] = fit[t] + np.logaddexp.reduce(ahead[t - 1][:, None] + steps, axis=0)
    for t in range(len(fit) - 2, -1, -1):
        behind[t] = np.logaddexp.reduce(steps + (fit[t + 1] + behind[t + 1])[None, :], axis=1)
    joint = ahead + behind
    return np.asarray(np.exp(joint - np.logaddexp.reduce(joint, axis=1)[:, None]))


def _step(before: int, after: int) -> float:
    if before == after:
        return _STAY
    if ORDER[after] in _ANYWHERE or ORDER[before] == SOURCES:
        return _ASIDE
    return _skipped(before, after) if after > before else _BACK


def _skipped(before: int, after: int) -> float:
    """The price of leaving out what stands between; the optional item and what may stand anywhere cost nothing."""
    return _SKIP * sum(name not in {*_ANYWHERE, EARLIER} for name in ORDER[before + 1 : after])
