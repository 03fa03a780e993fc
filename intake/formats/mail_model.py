"""What a sentence of a mail does (hands in, asks, takes back, …), by its words: a linear model (`mail_model.json`)."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

from intake.formats.linear import Floats, LinearModel, load_model, stems
from intake.formats.recognition import recognition_rules
from intake.text import fold

NAME = "mail_model.json"
ACTS = (
    "submits", "sends", "drafts", "asks", "supplements", "corrects", "withdraws", "reports_case", "minister_responds",
    "automatic", "other", "neutral",
)  # fmt: skip
"""The acts of a sentence; "sends" passes a paper on without saying what for, "neutral" does nothing."""


def mail_model() -> LinearModel:
    """The model as packaged; its classes are `ACTS`."""
    return load_model(NAME)


def log_chances(sentence: str) -> Floats:
    """The natural log of the chance of each act, shape (acts,)."""
    return mail_model().log_chances(features(sentence))


@lru_cache(maxsize=4096)
def features(sentence: str) -> frozenset[str]:
    """The features of a sentence: its stems, pairs of neighbours, how it begins, whether it asks or is short, its cues."""
    found = stems(sentence)
    folded = fold(sentence)
    cues = {f"c:{c.id}" for c in recognition_rules().cues if "own" in c.scopes and c.found_in(folded)}
    pairs = {f"p:{a} {b}" for a, b in pairwise(found)}
    shape = {"s:asks"} if sentence.rstrip().endswith("?") else set()
    if len(found) <= _FEW:
        shape.add("s:few")
    return frozenset({f"w:{s}" for s in found} | pairs | shape | cues | {f"b:{s}" for s in found[:1]})


_FEW = 4
