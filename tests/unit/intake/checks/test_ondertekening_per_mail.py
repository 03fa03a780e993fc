"""Signatures that come another way or later: by mail, on a sheet of their own, from another address, on somebody's behalf."""

from __future__ import annotations

from dataclasses import replace

import pytest

from intake.checks.ondertekening import signs_by_mail
from intake.model import Address, Block, Document
from tests.unit.intake.building import mail
from tests.unit.intake.checks.test_ondertekening import (
    KUSTLAND,
    REPRESENTATIVE,
    WOLFSDAL,
    judge,
    paper,
    picture,
    reasons,
    scan,
)


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("Beschouw dit bericht als mijn ondertekening van de brief over de loodsen.", True),
        ("Bij dezen onderteken ik namens de gemeente het signaal.", True),
        ("Ik ga akkoord met de tekst die ons bureau u stuurde.", True),
        ("Wij staan geheel achter het stuk.", True),
        ("I hereby sign the letter on cash in crates.", True),
        ("De ondertekening volgt zodra de burgemeester terug is.", False),
        ("Wie moet het signaal ondertekenen?", False),
        ("Het wachtwoord van de bijlage is bekend bij de receptie.", False),
    ],
)
def test_a_mail_that_says_it_signs_is_told_from_one_that_speaks_of_signing(text: str, signs: bool) -> None:
    """Only then can a supplement without a file be a signature."""
    assert signs_by_mail(mail(text)) is signs


def test_the_representatives_own_mail_signs_without_a_file() -> None:
    """Authenticated: valid. The same words from a colleague's address, or from the representative's private one: absent."""
    text = "Beschouw deze mail als mijn ondertekening."
    assert judge(None, sender=mail(text, sender=REPRESENTATIVE)).verdict == "valid"
    for other in ("kabinet@wolfsdal.example", "ilse.brandenburg@home.example", "ilse.brandenburg@wolfsdal.example"):
        assert judge(None, sender=mail(text, sender=other, name="Ilse Brandenburg")).verdict == "absent"


@pytest.mark.parametrize("first", [True, False])
def test_a_representative_among_several_senders_is_not_known_to_have_sent_it(first: bool) -> None:
    """RFC 5322 allows several From addresses; nobody can say who wrote it, so it is unclear, never valid and never nothing."""
    message = mail("Zie bijlage.", sender=REPRESENTATIVE)
    other = Address("", "noreply@bulk.example")
    senders = (*message.senders, other) if first else (other, *message.senders)
    found = judge(paper(), sender=replace(message, senders=senders))
    assert (found.verdict, found.means) == ("unclear", ())
    assert "sender_not_verified" in reasons(found)


def test_the_sheet_of_a_co_submitter_that_comes_later_signs_for_him_alone() -> None:
    """A supplement of one page, of the second submitter."""
    sheet = scan(1, "tekenblad politie.pdf", pages=1)
    assert judge(None, [KUSTLAND], others=[sheet]).verdict == "valid"
    assert judge(None, [WOLFSDAL, KUSTLAND], others=[sheet]).verdict == "unclear"


def test_of_two_sheets_each_signs_for_whom_it_names() -> None:
    """Two pages in one mail, both read."""
    sheets = [
        replace(scan(1, f"blad {n}.pdf", pages=1), blocks=(Block("Ondertekening", page=1), Block(words, page=1)))
        for n, words in enumerate(("De burgemeester van Wolfsdal", "De politiechef van de eenheid Kustland"))
    ]
    assert judge(None, [WOLFSDAL, KUSTLAND], others=sheets).verdict == "valid"


def _block(*lines: str, ink: bool) -> Document:
    body = [Block(f"Alinea {n} van het stuk, met enige tekst.") for n in range(6)]
    pictures = [picture("ink", len(body) + len(lines) - 2)] if ink else []
    return paper([*body, *(Block(line) for line in lines)], pictures)


@pytest.mark.parametrize(
    "lines",
    [
        ("De burgemeester van Wolfsdal,", "b.a. K. de Groot, gemeentesecretaris"),
        ("De burgemeester van Wolfsdal,", "i.o. drs. P. van Veen"),
        ("Burgemeester en wethouders van Wolfsdal,", "namens deze, hoofd Veiligheid P. van Veen"),
        ("De burgemeester van Wolfsdal,", "voor deze, loco-burgemeester A. Smit"),
    ],
)
def test_a_mandate_signs_with_ink_and_not_without(lines: tuple[str, ...]) -> None:
    """Whoever signs for another signs; his typed name does not."""
    signed = judge(_block(*lines, ink=True))
    assert signed.verdict == "valid"
    assert "signed_in_ink_by_mandate" in reasons(signed)
    assert judge(_block(*lines, ink=False)).verdict == "absent"
