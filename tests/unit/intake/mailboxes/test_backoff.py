"""The pauses after failures."""

from __future__ import annotations

import functools

from hypothesis import given
from hypothesis import strategies as st

from intake.mailboxes.backoff import Backoff


def after(failures: int, start: Backoff = Backoff()) -> Backoff:  # noqa: B008 - a frozen value
    """The value after so many failures in a row."""
    return functools.reduce(lambda backoff, _: backoff.failed(), range(failures), start)


def test_no_failure_no_pause() -> None:
    """A server that answers is never left alone."""
    assert Backoff().delay(lambda: 0.9) == 0


def test_pauses_double_up_to_the_cap() -> None:
    """1, 2, 4 … 300 seconds, without jitter."""
    longest = [after(n).delay(lambda: 1.0) for n in range(1, 12)]
    assert longest == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]


def test_success_starts_anew() -> None:
    """One answer, and the next failure costs a second again."""
    assert after(9).reset().failed().delay(lambda: 1.0) == 1


@given(st.integers(1, 100_000), st.floats(0, 1, exclude_max=True))
def test_jitter_takes_at_most_half(failures: int, number: float) -> None:
    """Never at once, never beyond the cap, however long the server is away."""
    backoff = Backoff(failures=failures)
    assert backoff.delay(lambda: 1.0) / 2 <= backoff.delay(lambda: number) <= 300
