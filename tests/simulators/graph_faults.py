"""What goes wrong on demand at the Graph stand-in: once, on the next request of a sort, or by chance at a rate."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

THROTTLED = "throttled"  # 429 with Retry-After
UNAVAILABLE = "unavailable"  # 503
TIMED_OUT = "timed_out"  # 504, after the request was carried out
FORGOTTEN = "forgotten"  # 410 on a delta link
EXPIRED = "expired"  # 401: the token ended before its time
SLOW = "slow"
TRUNCATED = "truncated"  # the line breaks half-way through the body
INTERNAL = "internal"  # 500, of which Graph says no more
ALL = (THROTTLED, UNAVAILABLE, TIMED_OUT, FORGOTTEN, EXPIRED, SLOW, TRUNCATED)


@dataclass
class Faults:
    """`rates` by fault; `retry_after` in whole seconds. `struck` counts what happened."""

    rates: Mapping[str, float] = field(default_factory=dict)
    seed: int = 20261124
    retry_after: int = 1
    slow_seconds: float = 0.1

    def __post_init__(self) -> None:
        self.struck: Counter[str] = Counter()
        self._chance = random.Random(self.seed)
        self._planned: list[tuple[str, str]] = []
        self._lock = threading.Lock()

    def plan(self, *faults: str, at: str = "") -> None:
        """The next requests whose target contains `at` get these, one each."""
        with self._lock:
            self._planned += [(fault, at) for fault in faults]

    def strike(self, target: str, possible: frozenset[str]) -> str | None:
        """The fault of this request, of those that are possible here."""
        with self._lock:
            fault = self._from_plan(target) or self._by_chance(possible)
            if fault:
                self.struck[fault] += 1
            return fault

    def happens(self, name: str) -> bool:
        """By chance, for what is no answer: a notification that comes twice or late."""
        with self._lock:
            hit = self._chance.random() < self.rates.get(name, 0)
            self.struck[name] += hit
            return hit

    def _from_plan(self, target: str) -> str | None:
        for place, (fault, at) in enumerate(self._planned):
            if at in target:
                del self._planned[place]
                return fault
        return None

    def _by_chance(self, possible: frozenset[str]) -> str | None:
        left = self._chance.random()
        for fault, rate in self.rates.items():
            if fault in ALL:
                left -= rate
                if left < 0:
                    return fault if fault in possible else None
        return None
