"""Teams' limits on how often a bot may write in one thread, kept on our side with some room."""

from __future__ import annotations

import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable

LIMITS = ((1.0, 6), (30.0, 50), (3600.0, 1700))
"""Seconds and messages in them; Teams itself allows 7, 60 and 1800 a thread."""


class Pace:
    """Counts the calls of each conversation; usable from several threads."""

    def __init__(
        self, limits: tuple[tuple[float, int], ...] = LIMITS, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._limits = limits
        self._now = now
        self._calls: dict[str, deque[float]] = defaultdict(deque)
        self._turn = threading.Lock()

    def take(self, conversation: str) -> float:
        """0 when a call may be made now, which counts it; else the seconds to wait before asking again."""
        with self._turn:
            now, calls = self._now(), self._calls[conversation]
            while calls and now - calls[0] >= self._limits[-1][0]:
                calls.popleft()
            waits = [calls[-most] + span - now for span, most in self._limits if len(calls) >= most]
            wait = max(waits, default=0.0)
            if wait <= 0:
                calls.append(now)
            return max(wait, 0.0)
