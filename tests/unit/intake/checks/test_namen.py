"""Titles, organisations and ministers, whatever way they are written."""

from __future__ import annotations

import pytest

from intake.checks.titel import tidy, title_in_mail
from intake.formats.ambten import load_ambten
from intake.formats.organisaties import find_organisations
from intake.model import Organisation, Register

REGISTER = Register(
    organisations=(
        Organisation("ilt", "Inspectie Leefomgeving en Transport (ILT)"),
        Organisation("p", "Politie, Eenheid Rijnoord"),
    )
)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("de ministers van Financiën en van Economische Zaken", ["minister van Financiën", "minister van Economische Zaken"]),
        ("aan de staatssecretaris Jeugd, Preventie en Sport", ["staatssecretaris Jeugd, Preventie en Sport"]),
        ("De minister van JenV kan", ["minister van Justitie en Veiligheid"]),
        ("the Minister of Justice and Security", ["minister van Justitie en Veiligheid"]),
        ("minister voor Rechtsbescherming", ["minister voor Rechtsbescherming"]),
        ("het ministerie van Financiën heeft", []),
        ("een minister van formaat", []),
    ],
)  # fmt: skip
def test_ministers_are_found_as_written(text: str, names: list[str]) -> None:
    """Plurals, abbreviations, English; a ministry is no minister."""
    assert [name for name, _ in load_ambten(Register()).find(text)] == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("de gemeenten Oosterwolde, Lage Vaart en Sint-Jan", ["Gemeente Oosterwolde", "Gemeente Lage Vaart", "Gemeente Sint-Jan"]),
        ("de gemeenten Kaag en Polder en het RIEC Westkust", ["Gemeente Kaag", "Gemeente Polder", "RIEC Westkust"]),
        ("de politie Eenheid Rijnoord", ["Politie, Eenheid Rijnoord"]),
        ("De ILT is penvoerder", ["Inspectie Leefomgeving en Transport (ILT)"]),
        ("de burgemeester van Berghem aan de Kil", ["Gemeente Berghem aan de Kil"]),
        ("Douane, regio Grens, en de Koninklijke Marechaussee", ["Douane, regio Grens", "Koninklijke Marechaussee"]),
        ("aan het Landelijk Loket Bestuurlijke Signalen", []),
    ],
)  # fmt: skip
def test_organisations_are_found_as_written(text: str, names: list[str]) -> None:
    """Lists of municipalities, units behind a comma, abbreviations of the register; never the desk itself."""
    assert [n.name for n in find_organisations(text, REGISTER)] == names


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("bestuurlijk signaal ‘Lege panden’", "Lege panden"),
        ("Bestuurlijk signaal: Lege panden (vertrouwelijk)", "Lege panden"),
        ("indiening bestuurlijk signaal over lege panden", "Lege panden"),
        ("Aanvulling bij ‘Lege panden’", "Aanvulling bij ‘Lege panden’"),
    ],
)
def test_a_title_is_freed_of_what_is_said_about_it(text: str, title: str) -> None:
    """What kind of document it is, quotes and versions are no part of the title."""
    assert tidy(text) == title


def test_a_mail_may_name_the_title() -> None:
    """The title between quotes behind "signaal"; nothing where it is not quoted."""
    assert title_in_mail("Bijgaand het bestuurlijk signaal ‘Lege panden’ van onze gemeente.") == "Lege panden"
    assert title_in_mail("Bijgaand het bestuurlijk signaal over panden.") is None
