"""How long to leave a server alone after it failed: a value, no clock and no sleep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Backoff:
    """Exponential back-off with jitter; times in seconds. Starts rested: no failure, no delay.

    The jitter takes away at most half, so that many clients of a server that came back do not knock in step, and one client
    never knocks at once.
    """

    first: float = 1.0
    cap: float = 300.0
    failures: int = 0

    def failed(self) -> Backoff:
        """The value after one more failure in a row."""
        return replace(self, failures=self.failures + 1)

    def reset(self) -> Backoff:
        """The value after a success."""
        return replace(self, failures=0)

    def delay(self, random: Callable[[], float]) -> float:
        """Seconds to wait now; `random` gives a number in [0, 1)."""
        if self.failures == 0:
            return 0.0
        doublings = min(self.failures - 1, 62)  # beyond that a float overflows long before the cap is in doubt
        return min(self.cap, self.first * 2.0**doublings) * (0.5 + random() / 2)
