"""Scanned pages find their frozen ones, whatever happened to the stack on its way through the post and the scanner."""

from __future__ import annotations

import random

import pytest

from intake.post.pagematch import Pairing, Placed, ScannedPage, pair_pages
from tests.unit.intake.post.near_duplicates import as_read, pages_of, texts

HEADER = "VERTROUWELIJK Bestuurlijk signaal van de gemeente Oosterwaard\n"
SIGNED = "Hoogachtend, de burgemeester van Oosterwaard, namens deze M. de Vries"
FROZEN = tuple(HEADER + page for made in texts(2, seed=21, revised=0.0) for page in pages_of(made.text, 3))
LETTER = (
    HEADER
    + "Geachte heer of mevrouw, hierbij stuur ik u het toegezegde stuk met twee bijlagen. Met vriendelijke groet."
)
BLANK = " . 1"


def paired(*scan: str, rate: float = 0.0, seed: int = 1) -> Pairing:
    draw = random.Random(seed)
    return pair_pages(FROZEN, [ScannedPage(as_read(page, rate, draw) if rate else page) for page in scan])


def frozen_of(pairing: Pairing) -> list[tuple[int, ...]]:
    return [p.frozen for p in pairing.placed]


@pytest.mark.parametrize("rate", [0.0, 0.02, 0.05, 0.1])
@pytest.mark.parametrize("seed", range(5))
def test_an_equal_stack_is_paired_page_by_page(rate: float, seed: int) -> None:
    """Noise and a stamp on every page change nothing about which page it is."""
    found = paired(*FROZEN, rate=rate, seed=seed)
    assert frozen_of(found) == [(n,) for n in range(1, 7)]
    assert (found.missing, found.foreign, found.doubled, found.displaced) == ((), (), (), ())


@pytest.mark.parametrize("gone", range(6))
def test_a_missing_page_is_missed(gone: int) -> None:
    """Any of them, also under noise; the others stay in place."""
    found = paired(*(page for n, page in enumerate(FROZEN) if n != gone), rate=0.05)
    assert (found.missing, found.displaced, found.foreign) == ((gone + 1,), (), ())


@pytest.mark.parametrize(("one", "other"), [(0, 1), (1, 2), (0, 5), (2, 4)])
def test_swapped_pages_are_both_named(one: int, other: int) -> None:
    """Nothing is missing, nothing foreign."""
    stack = list(FROZEN)
    stack[one], stack[other] = stack[other], stack[one]
    found = paired(*stack, rate=0.05)
    assert (found.displaced, found.missing, found.foreign) == ((one + 1, other + 1), (), ())


def test_covering_letter_added_page_and_blank_backs_are_told_apart() -> None:
    """The same header on a foreign page does not make it one of ours."""
    found = paired(LETTER, FROZEN[0], BLANK, FROZEN[1], "", FROZEN[2], LETTER, *FROZEN[3:])
    assert found.foreign == (1, 7)
    assert [p.scan for p in found.placed if p.blank] == [3, 5]
    assert (found.missing, found.displaced) == ((), ())


def test_a_page_scanned_twice_is_told() -> None:
    """Both are the same frozen page."""
    found = paired(*FROZEN[:2], FROZEN[1], *FROZEN[2:])
    assert (found.doubled, found.missing, found.displaced) == ((2,), (), ())


def test_two_pages_on_one_sheet() -> None:
    """Both are found, in whatever order they were read."""
    found = paired(FROZEN[0] + "\n" + FROZEN[1], FROZEN[3] + "\n" + FROZEN[2], FROZEN[4] + "\n" + FROZEN[5], rate=0.02)
    assert frozen_of(found) == [(1, 2), (3, 4), (5, 6)]
    assert (found.missing, found.doubled, found.displaced) == ((), (), ())


def test_a_folded_sheet_on_two_scans_is_one_page_in_two_parts() -> None:
    """An annex on A3, scanned as two halves, is neither doubled nor missing."""
    lines = FROZEN[5].split("\n")
    halves = ["\n".join(lines[: len(lines) // 2]), "\n".join(lines[len(lines) // 2 :])]
    found = paired(*FROZEN[:5], *halves)
    assert frozen_of(found)[5:] == [(6,), (6,)]
    assert any(p.part for p in found.placed)
    assert (found.missing, found.doubled, found.foreign) == ((), (), ())


def test_text_that_moved_to_the_sheet_before_is_not_a_missing_page() -> None:
    """Printed with another font, the signature no longer needs a page of its own."""
    found = pair_pages([*FROZEN[:2], SIGNED], [ScannedPage(FROZEN[0]), ScannedPage(FROZEN[1] + "\n" + SIGNED)])
    assert found.missing == ()
    assert pair_pages([*FROZEN[:2], SIGNED], [ScannedPage(page) for page in FROZEN[:2]]).missing == (3,)


def test_turned_pages_are_told_and_blank_ones_not() -> None:
    """Which way up an empty sheet lies means nothing."""
    scan = [ScannedPage(FROZEN[0]), ScannedPage(FROZEN[1], 180), ScannedPage(BLANK, 180), ScannedPage(FROZEN[2], 90)]
    found = pair_pages(FROZEN[:3], scan)
    assert found.turned == (2, 4)
    assert found.placed[1] == Placed(2, (2,), 1.0, turned=180)


def test_a_changed_paragraph_leaves_the_page_its_place() -> None:
    """Half of it rewritten is a deviation, not another page."""
    lines = FROZEN[1].split("\n")
    changed = "\n".join([*lines[:-2], "Deze alinea is geheel anders en gaat over het zwembad van de gemeente."])
    found = paired(FROZEN[0], changed, *FROZEN[2:])
    assert (frozen_of(found)[1], found.missing, found.foreign) == ((2,), (), ())


@pytest.mark.parametrize(("frozen", "scan"), [((), (LETTER,)), (FROZEN, ()), ((), ())])
def test_nothing_on_either_side(frozen: tuple[str, ...], scan: tuple[str, ...]) -> None:
    """All foreign, all missing, or nothing at all; never an error."""
    found = pair_pages(frozen, [ScannedPage(page) for page in scan])
    assert found.foreign == tuple(range(1, len(scan) + 1))
    assert found.missing == tuple(range(1, len(frozen) + 1))
