"""`python -m tests.evaluation.train`: fit the models of sentences on our own texts and write them into the package.

Softmax regression with an L2 penalty, fitted by Adam in full batches: no randomness, so that everybody gets the same weights.
`--check` fits without each text, and without each author, in turn and tells how often the sentences left out are recognised.
"""

from __future__ import annotations

import argparse
import json
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from intake.checks.alineas import ORDER
from intake.formats import alinea_model, kind_model, mail_model
from intake.formats.linear import HUNDREDTHS, Floats, LinearModel
from tests.paths import ROOT

FORMATS, TEXTS = ROOT / "intake" / "formats", ROOT / "tests" / "evaluation" / "training"
_ROUNDS, _RATE, _SEEN = 150, 0.05, 2


@dataclass(frozen=True, slots=True)
class Piece:
    """A labelled text: who wrote it, the signal it comes from ("" = written by itself), its classes, its words."""

    author: str
    base: str
    classes: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Task:
    """One model: its file, its classes, what it sees of a text, the labelled texts, and how it is fitted.

    `penalty` is that on large weights (L2). `balance` says how much more a text of a rare class counts: 0 not, 1 until every
    class weighs the same.
    """

    name: str
    classes: tuple[str, ...]
    features: Callable[[str], frozenset[str]]
    pieces: tuple[Piece, ...]
    penalty: float
    balance: float

    def fit(self, pieces: Sequence[Piece] | None = None) -> LinearModel:
        """The model fitted on these texts, or on all; features seen once are left out."""
        pieces = self.pieces if pieces is None else pieces
        seen = [self.features(p.text) for p in pieces]
        counts = Counter(f for found in seen for f in found)
        rows = {name: n for n, name in enumerate(sorted(f for f, c in counts.items() if c >= _SEEN))}
        words = _Words([[rows[f] for f in sorted(found) if f in rows] for found in seen], len(rows))
        y = np.zeros((len(pieces), len(self.classes)))
        for n, piece in enumerate(pieces):
            y[n, [self.classes.index(i) for i in piece.classes]] = 1.0 / len(piece.classes)
        counted = y @ np.maximum(y.sum(axis=0), 1.0) ** -self.balance
        weights, bias = _adam(words, y, counted / counted.mean(), self.penalty)
        return LinearModel(
            self.classes, rows, np.round(weights * HUNDREDTHS) / HUNDREDTHS, np.round(bias * HUNDREDTHS) / HUNDREDTHS
        )

    def accuracy(self, model: LinearModel, pieces: Sequence[Piece]) -> float:
        """The share of texts whose likeliest class is one of their own."""
        best = (model.classes[int(model.log_chances(self.features(p.text)).argmax())] for p in pieces)
        return float(np.mean([found in p.classes for p, found in zip(pieces, best, strict=True)]))

    def left_out(self, key: Callable[[Piece], str]) -> float:
        """The accuracy on each group of texts by a model that was fitted without that group."""
        right = total = 0.0
        for group in sorted({key(p) for p in self.pieces if key(p)}):
            rest, own = [p for p in self.pieces if key(p) != group], [p for p in self.pieces if key(p) == group]
            right += self.accuracy(self.fit(rest), own) * len(own)
            total += len(own)
        return right / total


def alineas() -> Task:
    """Sentences and paragraphs of signals, by the items that they argue."""
    found = (
        Piece(path.stem, a.get("base", ""), tuple(a["items"]), a["text"])
        for path in sorted(TEXTS.glob("signalen_*.toml"))
        for a in tomllib.loads(path.read_text(encoding="utf-8"))["alinea"]
    )
    return Task(alinea_model.NAME, ORDER, alinea_model.features, tuple(p for p in found if p.classes), 1.0, 0.0)


def kinds() -> Task:
    """Whole mails, by their kind; a piece's words are the JSON of subject, sentences and file names."""
    found = (
        Piece(author, base, (mail["kind"],), json.dumps([mail["subject"], [t for _, t in mail["says"]], mail["files"]]))
        for author, base, mail in _mails()
    )
    classes = tuple(kind.value for kind in kind_model.KINDS)
    return Task(kind_model.NAME, classes, lambda text: kind_model.features(*json.loads(text)), tuple(found), 2.0, 0.5)


def mails() -> Task:
    """Sentences of mails, by what they do."""
    return Task(mail_model.NAME, mail_model.ACTS, mail_model.features, tuple(_said()), 0.5, 0.5)


def _said() -> Iterator[Piece]:
    for author, base, mail in _mails():
        yield from (Piece(author, base, (act,), text) for act, text in mail["says"])


def _mails() -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for path in sorted(TEXTS.glob("mails_*.toml")):
        for n, mail in enumerate(tomllib.loads(path.read_text(encoding="utf-8"))["mail"]):
            yield path.stem, f"{path.stem} {n}", mail


class _Words:
    """Which features each text has: a matrix of zeros and ones that is nearly empty, with its products by both sides."""

    def __init__(self, texts: Sequence[Sequence[int]], features: int) -> None:
        self.features = features
        self._features = np.array([f for text in texts for f in text], dtype=np.intp)
        self._texts = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
        self._by_feature = np.argsort(self._features, kind="stable")
        self._text_starts = np.flatnonzero(np.diff(self._texts, prepend=-1))
        self._feature_starts = np.flatnonzero(np.diff(self._features[self._by_feature], prepend=-1))
        self._texts_with_any = self._texts[self._text_starts]

    def scores(self, weights: Floats, count: int) -> Floats:
        """The sum of the weights of each text's features, shape (count, classes)."""
        sums = np.zeros((count, weights.shape[1]))
        sums[self._texts_with_any] = np.add.reduceat(weights[self._features], self._text_starts)
        return sums

    def slopes(self, wrong: Floats) -> Floats:
        """The sum over the texts that have a feature, shape (features, classes); every feature is in some text."""
        return np.asarray(np.add.reduceat(wrong[self._texts[self._by_feature]], self._feature_starts))


def _adam(words: _Words, y: Floats, counted: Floats, penalty: float) -> tuple[Floats, Floats]:
    """Weights (features, classes) and bias that make the labels likely (Kingma & Ba 2015); row n counts `counted[n]` times."""
    weights = np.zeros((words.features, y.shape[1]))
    bias = np.log((y * counted[:, None]).mean(axis=0) + 1e-3)
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    for t in range(1, _ROUNDS + 1):
        scores = words.scores(weights, len(y)) + bias
        wrong = (np.exp(scores - np.logaddexp.reduce(scores, axis=1)[:, None]) - y) * counted[:, None]
        slope = (words.slopes(wrong) + penalty * weights) / len(y)
        first, second = 0.9 * first + 0.1 * slope, 0.999 * second + 0.001 * slope**2
        weights -= _RATE * (first / (1 - 0.9**t)) / (np.sqrt(second / (1 - 0.999**t)) + 1e-8)
        bias -= 0.5 * wrong.mean(axis=0)
    return weights, bias


def to_json(model: LinearModel) -> str:
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
    parser.add_argument("--check", action="store_true", help="also fit without each text and each author in turn")
    arguments = parser.parse_args()
    for task in (alineas(), mails(), kinds()):
        model = task.fit()
        print(
            f"{task.name}: {len(task.pieces)} texts, {len(model.rows)} features, fitted to {task.accuracy(model, task.pieces):.3f}"
        )
        if arguments.check:
            print(f"  without the author himself: {task.left_out(lambda p: p.author):.3f}")
            print(f"  without the text itself: {task.left_out(lambda p: p.base):.3f}")
        (FORMATS / task.name).write_text(to_json(model), encoding="utf-8")


if __name__ == "__main__":
    main()
