"""Noise, deviation or not to be decided: the rule over the evidence, sign by sign."""

from __future__ import annotations

from dataclasses import replace

import pytest

from intake.model import Verdict
from intake.post.compare.ink import Ink
from intake.post.compare.readings import Context, lookalike
from intake.post.compare.spots import Outcome, Spot

CLEAN, LACKS, SOME = Ink(0.0, 0.0, 0.0, 0.0), Ink(0.2, 0.4, 0.1, 0.1), Ink(0.03, 0.06, 0.1, 0.2)
WORD = Context("zijnin", "wolfsdal", "havendal", "bezocht", ("wolfsdal",), ("havendal",))
NUMBER = Context("waarvaner", "31", "37", "nietin", ("31",), ("37",))
GONE = Context("stondener", "niet", "", "inhetregister", ("niet",))
ADDED = Context("gemeentekan", "", "niet", "opgrond", (), ("niet",))


def spot(context: Context, ink: Ink | None, reading: str | None = None, **given: object) -> Spot:
    readings = () if reading is None else (("second", reading),)
    return replace(Spot(context, ink, readings=readings), **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "outcome"),
    [
        (spot(WORD, CLEAN), Outcome.NOISE),
        (spot(WORD, SOME, "zijn in Wolfsdal bezocht"), Outcome.NOISE),
        (spot(WORD, LACKS, "zijn in Havendal bezocht"), Outcome.DEVIATION),
        (spot(WORD, LACKS, "zijn in *** bezocht"), Outcome.DEVIATION),
        (spot(WORD, SOME, "zijn in Havendal bezocht"), Outcome.DEVIATION),
        (spot(NUMBER, CLEAN, "waarvan er 31 niet in"), Outcome.NOISE),
        (spot(NUMBER, CLEAN, "waarvan er 37 niet in"), Outcome.DEVIATION),
        (spot(NUMBER, SOME, "waarvan er 3? niet in"), Outcome.UNREADABLE),
        (spot(GONE, CLEAN), Outcome.NOISE),
        (spot(GONE, LACKS, "stonden er in het register"), Outcome.DEVIATION),
        (spot(ADDED, None, added=0.1), Outcome.NOISE),
        (spot(ADDED, None, "gemeente kan niet op grond", added=0.9, moved=50.0, printed=True), Outcome.DEVIATION),
        (spot(ADDED, None, "gemeente kan INGEKOMEN op", added=0.9), Outcome.ADDED_INK),
    ],
)
def test_the_evidence_decides(found: Spot, outcome: Outcome) -> None:
    """Clean ink or a supporting reading is noise; missing ink, or two readings that agree, a deviation; else a person looks."""
    assert found.outcome is outcome


def test_on_a_noisy_scan_more_ink_must_be_missing() -> None:
    """What most words of the sheet lack says nothing about one of them."""
    garbled = spot(replace(WORD, scan="wolfsdaf"), Ink(0.08, 0.12, 0.0, 0.0), "zijn in Walfsdal bezocht")
    assert replace(garbled, context=replace(garbled.context, frozen="wet", scan="vvet")).outcome is Outcome.DEVIATION
    assert replace(garbled, noise=Ink(0.08, 0.12, 0, 0)).outcome is not Outcome.DEVIATION


def test_a_digit_that_new_ink_may_have_made_cannot_be_decided() -> None:
    """Under a stamp a 3 may be an 8; where no other digit fits, the ink tells."""
    doubt = spot(NUMBER, Ink(0.0, 0.0, 0.3, 0.3), "waarvan er %% niet")
    assert replace(doubt, rivals="8", added=0.5).outcome is Outcome.UNREADABLE
    assert replace(doubt, rivals="", added=0.5).outcome is Outcome.ADDED_INK


def test_without_a_picture_two_readings_must_agree() -> None:
    """Reflow: nothing but text to go by."""
    assert spot(WORD, None, "zijn in Havendal bezocht", registered=False).outcome is Outcome.DEVIATION
    assert spot(WORD, None, "zijn in Hovendol bezocht", registered=False).outcome is Outcome.UNREADABLE
    assert spot(WORD, None, "zijn in Wolfsdal bezocht", registered=False).outcome is Outcome.NOISE


def test_letters_that_engines_confuse_are_lookalikes_and_digits_never() -> None:
    """An n read as h is noise; 1 read as l in a number is not."""
    assert lookalike("niet", "hiet")
    assert not lookalike("148", "14B")
    assert not lookalike("niet", "wel")


def test_every_sign_is_told_with_what_it_says() -> None:
    """A person sees who says what."""
    told = spot(WORD, LACKS, "zijn in Havendal bezocht").evidence("first")
    assert [(e.source, e.verdict) for e in told] == [
        ("first", Verdict.FAIL),
        ("second", Verdict.FAIL),
        ("missing_ink", Verdict.FAIL),
        ("added_ink", Verdict.UNDETERMINED),
    ]
