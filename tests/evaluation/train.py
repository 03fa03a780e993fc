"""`python -m tests.evaluation.train`: fit the paragraph model on our own paragraphs and write it into the package.

Softmax regression with an L2 penalty, fitted by Adam in full batches: no randomness, so that everybody gets the same weights.
`--check` fits without each text in turn and tells how often the paragraphs of the text left out are recognised.
"""

from __future__ import annotations

import argparse
import json
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from intake.checks.alineas import ORDER
from intake.formats.alinea_model import HUNDREDTHS, AlineaModel, Floats, features
from tests.paths import ROOT

FORMATS = ROOT / "intake" / "formats"
_PENALTY, _ROUNDS, _RATE, _SEEN = 2.0, 150, 0.05, 2


@dataclass(frozen=True, slots=True)
class Alinea:
    """A labelled paragraph: the text it comes from ("" = written by itself), its items, its words."""

    base: str
    items: tuple[str, ...]
    text: str


def read_paragraphs() -> tuple[Alinea, ...]:
    """The labelled paragraphs of `alinea_voorbeelden.toml`."""
    data = tomllib.loads((FORMATS / "alinea_voorbeelden.toml").read_text(encoding="utf-8"))
    return tuple(Alinea(a.get("base", ""), tuple(a["items"]), a["text"]) for a in data["alinea"])


def fit(paragraphs: Sequence[Alinea]) -> AlineaModel:
    """Fit the model; features seen once are left out."""
    seen = [features(p.text) for p in paragraphs]
    counts = Counter(f for found in seen for f in found)
    rows = {name: n for n, name in enumerate(sorted(f for f, c in counts.items() if c >= _SEEN))}
    x = np.zeros((len(paragraphs), len(rows)))
    y = np.zeros((len(paragraphs), len(ORDER)))
    for n, (paragraph, found) in enumerate(zip(paragraphs, seen, strict=True)):
        x[n, [rows[f] for f in found if f in rows]] = 1.0
        y[n, [ORDER.index(i) for i in paragraph.items]] = 1.0 / len(paragraph.items)
    weights, bias = _adam(x, y)
    return AlineaModel(
        ORDER, rows, np.round(weights * HUNDREDTHS) / HUNDREDTHS, np.round(bias * HUNDREDTHS) / HUNDREDTHS
    )


def _adam(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Weights (features, classes) and bias that make the labels likely (Kingma & Ba 2015)."""
    weights = np.zeros((x.shape[1], y.shape[1]))
    bias = np.log(y.mean(axis=0) + 1e-3)
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    for t in range(1, _ROUNDS + 1):
        scores = x @ weights + bias
        chances = np.exp(scores - np.logaddexp.reduce(scores, axis=1)[:, None])
        slope = (x.T @ (chances - y) + _PENALTY * weights) / len(x)
        first, second = 0.9 * first + 0.1 * slope, 0.999 * second + 0.001 * slope**2
        weights -= _RATE * (first / (1 - 0.9**t)) / (np.sqrt(second / (1 - 0.999**t)) + 1e-8)
        bias -= 0.5 * (chances - y).mean(axis=0)
    return weights, bias


def accuracy(model: AlineaModel, paragraphs: Sequence[Alinea]) -> float:
    """The share of paragraphs whose likeliest class is one of their items."""
    return float(np.mean([model.classes[int(model.log_chances(p.text).argmax())] in p.items for p in paragraphs]))


def left_out(paragraphs: Sequence[Alinea]) -> float:
    """The accuracy on each text by a model that was fitted without that text."""
    right = total = 0.0
    for base in sorted({p.base for p in paragraphs if p.base}):
        rest, own = [p for p in paragraphs if p.base != base], [p for p in paragraphs if p.base == base]
        right += accuracy(fit(rest), own) * len(own)
        total += len(own)
    return right / total


def to_json(model: AlineaModel) -> str:
    """The model as text: weights as whole hundredths, one line a feature."""
    lines = ",\n".join(
        f"  {json.dumps(name, ensure_ascii=False)}: {_whole(model.weights[row])}" for name, row in model.rows.items()
    )
    return f'{{\n "classes": {json.dumps(model.classes)},\n "bias": {_whole(model.bias)},\n "weights": {{\n{lines}\n }}\n}}\n'


def _whole(values: Floats) -> str:
    return json.dumps([round(v * HUNDREDTHS) for v in values.tolist()], separators=(",", ":"))


def main() -> None:
    """Fit, tell, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="also fit without each text in turn (a minute)")
    arguments = parser.parse_args()
    paragraphs = read_paragraphs()
    model = fit(paragraphs)
    print(f"{len(paragraphs)} paragraphs, {len(model.rows)} features, fitted to {accuracy(model, paragraphs):.3f}")
    if arguments.check:
        print(f"by models without the text itself: {left_out(paragraphs):.3f}")
    (FORMATS / "alinea_model.json").write_text(to_json(model), encoding="utf-8")


if __name__ == "__main__":
    main()
