"""Letters and forms as people write them: to a minister in person, with questions for headings, with short titles."""

from __future__ import annotations

import pytest

from intake.checks.onderdelen import judge_parts
from intake.checks.titel import title_in_mail, title_in_subject
from intake.model import Block, Document, Organisation, Register, Role

REGISTER = Register(organisations=(Organisation("p", "Politie-eenheid Westkust", domains=("westkust.example",)),))


def document(*lines: str, head: str = "") -> Document:
    """A letter of these paragraphs, `head` as its first heading."""
    blocks = [Block(head, Role.HEADING, page=1, level=1)] if head else []
    return Document(
        "brief.pdf", "", "pdf", readable=True, pages=1, blocks=(*blocks, *(Block(t, page=1) for t in lines))
    )


@pytest.mark.parametrize(
    "asks",
    [
        "Wij verzoeken u in de Huisvestingswet een meldplicht voor verhuur per week op te nemen.",
        "Ik vraag u daarom het register open te stellen voor iedere gemeente in het land.",
        "We urge you to require proof of identity before a mooring permit is granted.",
    ],
)
def test_a_letter_to_a_minister_asks_it_of_him(asks: str) -> None:
    """Nobody writes "de minister zou" to the minister himself."""
    found = judge_parts(document("Aan de minister van Financiën", "Excellentie,", asks), Register())
    assert found.ministers == ("minister van Financiën",)


@pytest.mark.parametrize(
    ("heading", "section"),
    [("Wie kan dit oplossen?", "conclusie_aanbevelingen"), ("Hoe begon het?", "aanleiding"), ("Aanbieder", "proces")],
)
def test_a_question_is_a_heading(heading: str, section: str) -> None:
    """What a plain writer asks above a paragraph says which part it is."""
    from intake.checks.koppen import read_heading

    assert read_heading(heading).section == section


def test_a_numbered_heading_may_run_into_its_paragraph() -> None:
    """ "I. AANBIEDER. Het parket …" names who submits."""
    found = judge_parts(document("I. AANBIEDER. Het arrondissementsparket Zuiderdelta, afdeling Beleid."), Register())
    assert found.organisations == ("Arrondissementsparket Zuiderdelta",)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Namens het gemeentebestuur van Sint-Job dienen wij dit signaal in.", "Gemeente Sint-Job"),
        ("Het college van Zwanendam biedt u hierbij het signaal aan.", "Gemeente Zwanendam"),
        ("De Eenheid Westkust dient dit bestuurlijk signaal in.", "Politie-eenheid Westkust"),
    ],
)
def test_a_board_stands_for_its_organisation(said: str, name: str) -> None:
    """Labels name the organisation, not the board or the unit's short name."""
    assert judge_parts(document(said), REGISTER).organisations == (name,)


def test_a_title_of_one_word_is_a_title() -> None:
    """A form headed "Dakdozen" is called that."""
    assert judge_parts(document("Formulier, ingevuld", head="Dakdozen"), Register()).title == "Dakdozen"


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("dakdozen, bestuurlijk signaal zoals besproken", "Dakdozen"),
        ("Bestuurlijk signaal over varende opslag", "Varende opslag"),
        ("Stukken", None),
        ("brief college", None),
    ],
)
def test_a_subject_gives_a_title_where_it_names_one(subject: str, title: str | None) -> None:
    """A bare word is a title only where "bestuurlijk signaal" stands beside it."""
    assert title_in_subject(subject) == title


def test_a_letter_says_how_its_signal_is_called() -> None:
    """Also in other words than "getiteld"."""
    assert title_in_mail("Hierbij ons signaal, door ons gedoopt 'De lege schuur'.") == "De lege schuur"
