"""Personal data: held-out sentences, what may stand in a signal, masking, and the corpus."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from intake.checks.persoonsgegevens import find_personal_data, mask
from intake.model import Block, Document, PersonalDatum, Role
from tests.unit.intake.building import REGISTER

CASES: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "persoonsgegevens.toml").read_text(encoding="utf-8")
)["case"]
BEFORE = ("Dit signaal wordt door de partners samen ingediend.", "Hieronder beschrijven wij wat is vastgesteld.")


def document(*blocks: Block | str) -> Document:
    """A document of these blocks, behind two sentences of text."""
    made = tuple(b if isinstance(b, Block) else Block(b) for b in (*BEFORE, *blocks))
    return Document("signaal.pdf", "0", "pdf", readable=True, blocks=made)


def found(*blocks: Block | str) -> set[tuple[str, str]]:
    return {(d.type, d.text) for d in find_personal_data(document(*blocks), REGISTER)}


@pytest.mark.parametrize("case", CASES, ids=[c["text"][:40] for c in CASES])
def test_a_held_out_sentence_gives_exactly_its_data(case: dict[str, Any]) -> None:
    """Each sentence with what must be found in it, or nothing."""
    assert found(case["text"]) == {(kind, text) for kind, text in case["found"]}


def test_a_table_is_read_with_its_heads() -> None:
    """A form: the label stands in the cell to the left; a list: in the row above."""
    form = [Block("Geboortedatum", Role.CELL, cell=(0, 1, 0)), Block("09-07-1988", Role.CELL, cell=(0, 1, 1))]
    table = [
        Block("BSN", Role.CELL, cell=(1, 0, 0)),
        Block("Kenteken", Role.CELL, cell=(1, 0, 1)),
        Block("111222333", Role.CELL, cell=(1, 1, 0)),
        Block("K482TB", Role.CELL, cell=(1, 1, 1)),
    ]
    assert found(*form, *table) == {("date_of_birth", "09-07-1988"), ("bsn", "111222333"), ("licence_plate", "K482TB")}


def test_letterhead_header_and_signature_block_are_the_submitters_own() -> None:
    """Address, phone and names of who submits may stand where such things stand."""
    blocks = (
        Block("Gemeente Wolfsdal, Stadhuisplein 1, 8911 AB Wolfsdal, 058-2345678", Role.HEADER),
        Block("Havenstraat 12, 8911 AB Wolfsdal"),
        Block("Behandeld door: Sander de Boer, 058-2345678"),
        Block("Geachte heer, mevrouw,"),
        Block("De gemeente dient hierbij een bestuurlijk signaal in over verhuur."),
        Block("Het aantal meldingen steeg in drie jaar van tien naar tachtig."),
        Block("Hoogachtend,"),
        Block("Pieter Tamminga"),
        Block("burgemeester van Wolfsdal"),
    )
    made = Document("b.pdf", "0", "pdf", readable=True, blocks=blocks)
    assert find_personal_data(made, REGISTER) == ()


def test_a_registered_representative_is_no_subject() -> None:
    """Also in the middle of the text, and by surname."""
    assert found("Dit is besproken met mevrouw Ilse Brandenburg; mevrouw Brandenburg steunt het.") == set()


def test_a_subject_stays_one_near_a_contact_cue() -> None:
    """'Bereikbaar via' does not excuse the number of a suspect."""
    assert ("phone", "06-12345678") in found("De verdachte is bereikbaar via 06-12345678.")


def test_a_datum_is_reported_once_with_its_page_and_masked() -> None:
    """Twice in the text, one finding; the quote shows no more than the mask."""
    sentence = "Op naam van Kevin Braakhuis staan drie loodsen."
    (datum,) = find_personal_data(document(Block(sentence, page=3), Block(sentence, page=4)), REGISTER)
    assert isinstance(datum, PersonalDatum)
    assert (datum.place.page, datum.place.quote) == (3, "K• B•")


@pytest.mark.parametrize(
    ("kind", "text", "shown"),
    [
        ("bsn", "111222333", "•••••••33"),
        ("iban", "NL91 ABNA 0417 1643 00", "•••• •••• •••• •••• 00"),
        ("email", "k.dewit@huis.nl", "k.d••••@h•••.n•"),
        ("address", "Lindenlaan 14-2, 3311 KD Dordrecht", "L• •-•, • K• D•"),
        ("licence_plate", "7-VBH-21", "•-•••-21"),
        ("person", "A.B. van den Oever", "A•.B•. • • O•"),
    ],
)
def test_a_mask_gives_nothing_away(kind: str, text: str, shown: str) -> None:
    """Enough to recognise it beside the document, not enough to know it."""
    assert mask(kind, text) == shown


def test_the_held_out_set_is_large_and_mixed() -> None:
    """At least sixty sentences, a third of them traps, every type among them."""
    traps = sum(not c["found"] for c in CASES)
    types = Counter(kind for c in CASES for kind, _ in c["found"])
    assert len(CASES) >= 60
    assert traps * 3 >= len(CASES)
    assert len(types) == 12
