"""What a sentence of a signal argues, by its words: a linear model over word stems and cue groups (`alinea_model.json`)."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

from intake.formats.linear import Floats, LinearModel, load_model, stems
from intake.formats.signaal import load_format
from intake.text import fold

NAME = "alinea_model.json"


def alinea_model() -> LinearModel:
    """The model as packaged; its classes are item ids, "proces" for the submitters and "niets" for what argues nothing."""
    return load_model(NAME)


def log_chances(text: str) -> Floats:
    """The natural log of the chance of each class for a sentence or paragraph, shape (classes,)."""
    return alinea_model().log_chances(features(text))


@lru_cache(maxsize=4096)
def features(text: str) -> frozenset[str]:
    """The features of a paragraph: short and long stems, pairs of neighbours, and the cue groups that it matches."""
    short, long = stems(text, 4), stems(text, 7)
    pairs = {f"p:{a} {b}" for a, b in pairwise(stems(text, 5))}
    return frozenset({f"w:{s}" for s in (*short, *long)} | pairs) | _cue_features(fold(text))


def _cue_features(folded: str) -> frozenset[str]:
    found = set()
    for item in load_format().items:
        for group in item.cues:
            earned = group.earned(folded)
            if earned:
                found.add(f"c:{item.id}:{group.name}")
            if group.each and earned >= 2 * group.weight:
                found.add(f"c:{item.id}:{group.name} (2)")
    return frozenset(found)
