"""The stack: missing pages and annexes, wrong order, and what the sheets are that are no page of the document."""

from __future__ import annotations

import pytest

from intake.post.compare.stack import Stack, sort_out
from intake.post.comparison import DeviationKind
from intake.post.pagematch import ScannedPage, pair_pages
from intake.post.pages import OcrPage
from tests.unit.intake.post.compare.making import sheet
from tests.unit.intake.post.near_duplicates import pages_of, texts

PAGES = tuple(page for made in texts(1, seed=3, revised=0.0) for page in pages_of(made.text, 4))
ANNEX = "Bijlage B Barrièremodel\n" + PAGES[3]
LETTER = (
    "Geachte heer of mevrouw,\nHierbij bieden wij u het bestuurlijk signaal aan.\nWij stellen prijs op een bericht van ontvangst.\n"
    "Met vriendelijke groet,"
)
OTHER = (
    "Beste collega,\nOp donderdag organiseert het netwerk een themadag in het congrescentrum.\n"
    "Aanmelden kan via het formulier; deelname is gratis.\nGraag tot ziens!"
)
MORE = (
    "Nadere toelichting\nDe ondernemers zonder vergunning betalen geen belastingdienst, en gemeenten onderbouwing noch\n"
    "samenwerkingsverbanden. Criminele bedrijven gebruiken identificatieplicht, toezicht en herkomst."
)


def sorted_out(*scan: str, frozen: tuple[str, ...] = (*PAGES[:3], ANNEX)) -> Stack:
    sheets = [sheet(text, n) if text else blank(n) for n, text in enumerate(scan, 1)]
    return sort_out(pair_pages(frozen, [ScannedPage(s.text) for s in sheets]), frozen, sheets)


def blank(number: int) -> OcrPage:
    return OcrPage(number, 1654, 2339, 200, 200, 0, 0.0, "", ())


def test_a_whole_stack_is_silent() -> None:
    """Nothing deviates, nothing to name."""
    found = sorted_out(*PAGES[:3], ANNEX)
    assert (found.deviations, found.roles) == ((), {})


def test_a_missing_page_and_a_missing_annex_are_told_apart() -> None:
    """An annex goes by its heading."""
    assert [(d.kind, d.page) for d in sorted_out(PAGES[0], PAGES[2], ANNEX).deviations] == [
        (DeviationKind.PAGE_MISSING, 2)
    ]
    (gone,) = sorted_out(*PAGES[:3]).deviations
    assert (gone.kind, gone.page, gone.frozen) == (DeviationKind.ANNEX_MISSING, 4, "Bijlage B Barrièremodel")


def test_swapped_pages_are_one_deviation() -> None:
    """Their right order, and that on paper."""
    (found,) = sorted_out(PAGES[0], PAGES[2], PAGES[1], ANNEX).deviations
    assert (found.kind, found.page, found.frozen, found.scan) == (DeviationKind.PAGES_SWAPPED, 2, "2,3", "3,2")


@pytest.mark.parametrize(
    ("place", "text", "role"),
    [
        (0, LETTER, "cover_letter"),
        (4, OTHER, "foreign"),
        (2, "", "blank"),
        (0, "Nazending bij dossier BS-2026-0007", "cover_sheet"),
    ],
)
def test_sheets_that_do_no_harm_are_named(place: int, text: str, role: str) -> None:
    """A letter on top, another letter behind, a blank back, our cover sheet."""
    stack = [*PAGES[:3], ANNEX]
    stack.insert(place, text)
    found = sorted_out(*stack)
    assert found.roles == {place + 1: role}
    assert found.deviations == ()
    assert len(found.benign) == 1


def test_a_sheet_on_the_same_subject_was_added() -> None:
    """Also when it begins like no letter."""
    found = sorted_out(PAGES[0], MORE, *PAGES[1:3], ANNEX)
    assert [d.kind for d in found.deviations] == [DeviationKind.PAGE_ADDED]
    assert found.deviations[0].before == "1"


def test_a_page_that_turns_out_to_stand_elsewhere_is_not_missing() -> None:
    """Its words were found on other sheets."""
    found = sorted_out(PAGES[0], PAGES[2], ANNEX).without({2})
    assert found.deviations == ()
