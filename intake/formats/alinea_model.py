"""What a paragraph is about, by its words: a linear model (softmax regression) over word stems and cue groups.

The weights (`alinea_model.json`) are fitted by `tests/evaluation/train.py` on the paragraphs of `alinea_voorbeelden.toml`, all
written for this project. Every weight belongs to a word or a cue, so that a verdict can be taken apart.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from intake.formats.signaal import load_format
from intake.text import fold, words

Floats = NDArray[np.float64]
STEM = 6
"""Letters of a word that are kept: Dutch inflects at the end."""
HUNDREDTHS = 100.0


@dataclass(frozen=True)
class AlineaModel:
    """`classes` are item ids with "proces" for the submitters; `weights` has a row for each feature in `rows`."""

    classes: tuple[str, ...]
    rows: dict[str, int]
    weights: Floats
    bias: Floats

    def log_chances(self, text: str) -> Floats:
        """The natural log of the chance of each class for a paragraph, shape (classes,)."""
        known = [self.rows[f] for f in features(text) if f in self.rows]
        scores = self.bias + self.weights[known].sum(axis=0)
        low = scores - scores.max()
        return np.asarray(low - np.log(np.exp(low).sum()), dtype=np.float64)


@lru_cache(maxsize=4096)
def features(text: str) -> frozenset[str]:
    """The features of a paragraph: word stems ("#" for numbers), and the cue groups of the format that it matches."""
    stems = ["#" if any(c.isdigit() for c in w) else w[:STEM] for w in words(text)]
    return frozenset({f"w:{s}" for s in stems if len(s) > 1}) | _cue_features(fold(text))


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


@cache
def load_model() -> AlineaModel:
    """The model as packaged; read once."""
    data = json.loads(resources.files(__package__).joinpath("alinea_model.json").read_text("utf-8"))
    names = sorted(data["weights"])
    return AlineaModel(
        classes=tuple(data["classes"]),
        rows={name: row for row, name in enumerate(names)},
        weights=np.array([data["weights"][n] for n in names], dtype=np.float64) / HUNDREDTHS,
        bias=np.array(data["bias"], dtype=np.float64) / HUNDREDTHS,
    )
