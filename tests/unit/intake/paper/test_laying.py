"""Which letter goes to which dossier, what a person must say, and what follows for a dossier's track."""

from __future__ import annotations

import pytest

from intake.paper.forms import form_of
from intake.paper.laying import TO_CONFIRM, TO_LINK, UNLINKED, WAITS, lot_of, numbered, roles_kept
from intake.paper.track import STATE_OF, post_track
from intake.post.comparison import PostVerdict
from intake.post.letters import Letter
from intake.post.match import Candidate, Match
from storage.letters import LetterView, SheetView, Slip, Why

FOUND = Match("BS-2026-0001", 0.97, "text_alike", Candidate("BS-2026-0002", 0.4), (1,))


def letter(part: int, pages: tuple[int, ...], dossier: str | None = None, verdict: str = "") -> LetterView:
    return LetterView("M-2026-000001", part, 0, pages, dossier, Why(""), verdict=verdict)


@pytest.mark.parametrize(
    ("match", "named", "refused", "number", "point"),
    [
        (FOUND, (), (), "BS-2026-0001", ""),
        (FOUND, (), ("BS-2026-0001",), None, UNLINKED),
        (FOUND, (), ("BS-2026-0002",), "BS-2026-0001", ""),
        (Match("BS-2026-0001", 0.0, "code_alone"), (), (), "BS-2026-0001", TO_CONFIRM),
        (Match("BS-2026-0001", 0.9, "code_unfit"), (), (), None, TO_LINK),
        (Match("BS-2026-0001", 0.9, "runner_up_as_like"), (), (), None, TO_LINK),
        (Match(None, 0.2, "unknown_document"), (), (), None, WAITS),
        (Match(None, 0.2, "unknown_document"), (), ("BS-2026-0001",), None, UNLINKED),
        (Match(None, 0.2, "unknown_document"), ("BS-2026-0003",), (), "BS-2026-0003", TO_CONFIRM),
        (Match(None, 0.2, "unknown_document"), ("BS-2026-0003", "BS-2026-0004"), (), None, WAITS),
        (FOUND, ("BS-2026-0003",), (), "BS-2026-0001", ""),
    ],
)
def test_only_what_is_certain_is_linked(
    match: Match, named: tuple[str, ...], refused: tuple[str, ...], number: str | None, point: str
) -> None:
    """The text decides over what a mail names, a person over both."""
    lot = lot_of(match, named, refused)
    assert (lot.number, lot.point) == (number, point)


def test_the_runner_up_is_told() -> None:
    """Score and second best go with the lot."""
    assert lot_of(FOUND, (), ()).why == Why("text_alike", 0.97, "BS-2026-0002", 0.4)


def test_a_letter_keeps_its_number() -> None:
    """What lies in a dossier is fixed; what begins on the same page is the same letter; the rest gets new numbers."""
    fixed, standing = letter(1, (1, 2), "BS-2026-0001"), letter(2, (3, 4, 5))
    found = {0: (Letter((3, 4), FOUND), Letter((5,), FOUND))}
    slips, matches = numbered((fixed, standing), (fixed,), found)
    assert slips == (Slip(1, 0, (1, 2)), Slip(2, 0, (3, 4)), Slip(3, 0, (5,)))
    assert sorted(matches) == [2, 3]


def test_roles_of_fixed_letters_are_kept() -> None:
    """Others are as they were found now."""
    before = (SheetView(0, 1, "cover_sheet"), SheetView(0, 5, "foreign"))
    assert roles_kept(before, {(0, 6): "blank"}, {(0, 1), (0, 2)}) == (
        SheetView(0, 1, "cover_sheet"),
        SheetView(0, 6, "blank"),
    )


def test_the_gravest_letter_tells() -> None:
    """One copy that deviates is not made good by another; a scan that is not compared yet is not called equal."""
    same, other = (letter(n, (n,), "BS-2026-0001", v) for n, v in ((1, "identical"), (2, "deviates")))
    assert post_track(()) == {"post": "nog_niet"}
    assert post_track((same,)) == {"post": "komt_overeen"}
    assert post_track((same, other)) == {"post": "wijkt_af"}
    assert post_track((same, letter(3, (3,), "BS-2026-0001"))) == {"post": "scan_toegevoegd"}
    assert set(STATE_OF) == {v.value for v in PostVerdict} | {""}


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (b"%PDF-1.7", "pdf"),
        (b"\xef\xbb\xbf\n%PDF-1.4", "pdf"),
        (b"MM\x00*", "tif"),
        (b"\xff\xd8\xff\xe0", "jpg"),
        (b"\x89PNG\r\n\x1a\n", "png"),
        (b"PK\x03\x04", "bin"),
        (b"", "bin"),
    ],
)
def test_a_file_is_what_its_bytes_are(data: bytes, form: str) -> None:
    """Names play no part."""
    assert form_of(data) == form
