"""Counting: precision, recall and F1 from true positives, false positives and false negatives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Tally:
    """Hits and misses of one yes-or-no question."""

    hit: int = 0
    false: int = 0
    missed: int = 0
    quiet: int = 0

    def judge(self, *, expected: bool, found: bool) -> bool:
        """Count one answer; returns whether it was right."""
        if expected:
            self.hit, self.missed = self.hit + found, self.missed + (not found)
        else:
            self.false, self.quiet = self.false + found, self.quiet + (not found)
        return expected == found

    def compare(self, expected: Collection[Hashable], found: Collection[Hashable]) -> bool:
        """Count two multisets; returns whether they were equal."""
        left, right = Counter(expected), Counter(found)
        self.hit += (left & right).total()
        self.missed += (left - right).total()
        self.false += (right - left).total()
        return left == right

    @property
    def precision(self) -> float:
        return self.hit / (self.hit + self.false) if self.hit + self.false else 1.0

    @property
    def recall(self) -> float:
        return self.hit / (self.hit + self.missed) if self.hit + self.missed else 1.0

    @property
    def f1(self) -> float:
        return 2 * self.hit / (2 * self.hit + self.false + self.missed) if self.hit + self.false + self.missed else 1.0

    @property
    def rate(self) -> float:
        """The share of answers that were right."""
        total = self.hit + self.false + self.missed + self.quiet
        return (self.hit + self.quiet) / total if total else 1.0

    def to_json(self) -> dict[str, Any]:
        counts = {"hit": self.hit, "false": self.false, "missed": self.missed, "quiet": self.quiet}
        return counts | {k: round(getattr(self, k), 4) for k in ("precision", "recall", "f1", "rate")}


@dataclass
class Score:
    """How often something was exactly right, with what was wrong."""

    right: int = 0
    wrong: list[str] = field(default_factory=list)

    def judge(self, name: str, expected: object, found: object, why: str = "") -> bool:
        """Count one comparison; a miss is kept as a line, with the reason that the software gives."""
        if expected == found:
            self.right += 1
            return True
        self.wrong.append(f"{name}: expected {_short(expected)}, found {_short(found)}{f' ({why})' if why else ''}")
        return False

    @property
    def total(self) -> int:
        return self.right + len(self.wrong)

    @property
    def rate(self) -> float:
        return self.right / self.total if self.total else 1.0

    def to_json(self) -> dict[str, Any]:
        return {"right": self.right, "total": self.total, "rate": round(self.rate, 4), "wrong": self.wrong}


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) < 160 else text[:157] + "…"
