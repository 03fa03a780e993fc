"""Softmax regression over words: which class a piece of text belongs to, with a weight for every word that can be looked up.

The weights are JSON files of this package, fitted by `tests/evaluation/train.py` on texts that were written for this project.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from intake.text import words

Floats = NDArray[np.float64]
HUNDREDTHS = 100.0


@dataclass(frozen=True)
class LinearModel:
    """`weights` has a row for each feature in `rows` and a column for each of `classes`, as `bias` has."""

    classes: tuple[str, ...]
    rows: dict[str, int]
    weights: Floats
    bias: Floats

    def log_chances(self, features: Iterable[str]) -> Floats:
        """The natural log of the chance of each class, shape (classes,); features never seen count for nothing."""
        known = [self.rows[f] for f in features if f in self.rows]
        scores = self.bias + self.weights[known].sum(axis=0)
        low = scores - scores.max()
        return np.asarray(low - np.log(np.exp(low).sum()), dtype=np.float64)


def stems(text: str, letters: int = 6) -> list[str]:
    """The words of a text cut to so many letters (Dutch inflects at the end), in order; "#" is anything with a digit."""
    return ["#" if any(c.isdigit() for c in w) else w[:letters] for w in words(text)]


@cache
def load_model(name: str) -> LinearModel:
    """A model of this package by its file name; read once."""
    data = json.loads(resources.files(__package__).joinpath(name).read_text("utf-8"))
    names = sorted(data["weights"])
    return LinearModel(
        classes=tuple(data["classes"]),
        rows={name: row for row, name in enumerate(names)},
        weights=np.array([data["weights"][n] for n in names], dtype=np.float64) / HUNDREDTHS,
        bias=np.array(data["bias"], dtype=np.float64) / HUNDREDTHS,
    )
