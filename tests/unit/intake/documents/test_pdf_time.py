"""Pages that hold too much of one thing: looking at them takes no more than a moment."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import pytest

from tests.unit.intake.documents.papers import pages_pdf, text_at
from tests.unit.intake.documents.reading import read

SECONDS = 3.0  # of processor time


def map_of_curves(chance: random.Random) -> bytes:
    """A drawn map."""
    shape = b"%d %d m %d %d %d %d %d %d c S\n"
    return b"".join(shape % tuple(chance.randrange(800) for _ in range(8)) for _ in range(19_000))


def scattered_words(chance: random.Random) -> bytes:
    return b"".join(text_at(chance.random() * 590, chance.random() * 840, "woord") for _ in range(5_000))


def ruled_sheet(_: random.Random) -> bytes:
    """Ninety thousand cells, a tenth of them filled."""
    across = b"".join(b"0 %d m 590 %d l S\n" % (2 * n, 2 * n) for n in range(300))
    down = b"".join(b"%d 0 m %d 840 l S\n" % (2 * n, 2 * n) for n in range(295))
    return across + down + b"".join(text_at(6 * i, 6 * j, "a", size=1) for i in range(90) for j in range(100))


@pytest.mark.parametrize("made", [map_of_curves, scattered_words, ruled_sheet], ids=lambda made: made.__name__)
def test_a_crowded_page(made: Callable[[random.Random], bytes]) -> None:
    """Comparing all pairs of curves took five seconds, and a file may have two hundred such pages."""
    data = pages_pdf([made(random.Random(1))])
    began = time.process_time()
    assert read(data).readable
    assert time.process_time() - began < SECONDS
