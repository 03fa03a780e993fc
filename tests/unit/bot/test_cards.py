"""The channel's cards: their exact JSON, their limits, and that they cannot carry a word of a signal.

Golden files are written anew by `GOLDEN=write pytest tests/unit/bot/test_cards.py`; read the difference before committing.
"""

from __future__ import annotations

import dataclasses
import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.teams.cards import MAX_BYTES, Arrival, Card, CardFacts, Notice, NoticeFacts, dossier_card, notice_card
from bot.texts.attention import ATTENTION
from bot.texts.states import TRACKS
from intake.model import Kind
from intake.states import Status
from tests.golden import assert_golden
from tests.paths import shared
from tests.simulators.archive import BASE, NOW, ROWS, TITLE, facts, notices

GOLDEN = Path(__file__).parent / "golden"
LARGEST = CardFacts(
    number="BS-2026-0007",
    status=Status.ONVOLLEDIG,
    kind=Kind.MINISTER_RESPONSE,
    arrival=Arrival.POST,
    received=NOW,
    updated=NOW,
    organisations=40,
    signature="verzonden_door",
    post="alleen_handtekening",
    freeze="afwijking",
    items_found=13,
    items_total=13,
    ministers=12,
    offered=12,
    responses=11,
    attention=tuple(ATTENTION),
    decided_by="A.B.C.",
    link=f"{BASE}/dossier/BS-2026-0007",
)


def every_card() -> Iterator[tuple[str, Card]]:
    """A card of every status and track state, the largest one, and every notice."""
    for row in ROWS:
        yield f"dossier_{row.status.value}", dossier_card(facts(row))
    for status, signature, post in itertools.zip_longest(Status, TRACKS["ondertekening"][1], TRACKS["post"][1]):
        varied = dataclasses.replace(
            LARGEST, status=status or Status.AFGEROND, signature=signature or "aanwezig", post=post or "ontvangen"
        )
        yield f"state_{status}", dossier_card(varied)
    yield "largest", dossier_card(LARGEST)
    for notice in notices():
        yield f"notice_{notice.notice.value}", notice_card(notice)


CARDS = dict(every_card())


def microsofts_schema() -> Any:
    """A validator for Adaptive Card 1.5; skips where the schema or the library is absent."""
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")
    return jsonschema.Draft6Validator(
        json.loads(shared("reference", "data", "adaptive-card-1.5.0.json").read_text(encoding="utf-8"))
    )


def texts_of(value: Any) -> Iterator[str]:
    """Every string a reader can see or hear."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in {"text", "title", "value", "speak", "fallbackText"} and isinstance(inner, str):
                yield inner
            else:
                yield from texts_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_of(inner)


@pytest.mark.parametrize(
    "name", ["dossier_ontvangen", "dossier_aangeboden", "largest", "notice_mailbox_lost", "notice_offered"]
)
def test_the_json_of_a_card_is_what_was_agreed(name: str) -> None:
    """A change of a card is seen and meant: the whole JSON is compared."""
    assert_golden(GOLDEN / f"{name}.json", json.dumps(CARDS[name], ensure_ascii=False, indent=2) + "\n")


@pytest.mark.parametrize("name", CARDS)
def test_a_card_fits_in_every_channel(name: str) -> None:
    """Under 25 KB as sent, so that the Workflows fallback takes it too."""
    assert len(json.dumps(CARDS[name]).encode()) < MAX_BYTES


@pytest.mark.shared
@pytest.mark.parametrize("name", CARDS)
def test_a_card_is_an_adaptive_card_1_5(name: str) -> None:
    """Microsoft's published schema accepts every card; it knows no element or property of our own making."""
    assert list(microsofts_schema().iter_errors(CARDS[name])) == []


@pytest.mark.shared
def test_the_schema_would_catch_an_element_of_our_own() -> None:
    """The check above can fail: an invented element and an invented property are both refused."""
    card = CARDS["largest"]
    for body in ([{"type": "Stamp", "text": "x"}], [{"type": "TextBlock", "text": "x", "colour": "red"}]):
        assert list(microsofts_schema().iter_errors({**card, "body": body})) != []


@pytest.mark.parametrize("name", CARDS)
def test_a_card_is_accessible(name: str) -> None:
    """Dutch is declared, there is text for screen readers, a heading, wrapping everywhere, and a name on every button."""
    card = CARDS[name]
    blocks = [b for b in elements(card) if b.get("type") == "TextBlock"]
    assert card["lang"] == "nl"
    assert card["speak"] == card["fallbackText"] != ""
    assert any(block.get("style") == "heading" for block in blocks)
    assert all(block["wrap"] is True for block in blocks)
    assert all(action["title"] for action in card["actions"])


def elements(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in a card."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from elements(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from elements(inner)


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": TITLE},
        {"number": f"BS-2026-0007 {TITLE}"},
        {"decided_by": "Anna de Vries"},
        {"signature": TITLE},
        {"post": "Post van gemeente"},
        {"freeze": "vastgelegd: loods"},
        {"organisations": TITLE},
        {"organisations": -1},
        {"items_found": True},
        {"link": f"{BASE}/dossier/BS-2026-0007?titel=loodsen"},
        {"link": f"{BASE}/dossier/loodsen"},
        {"link": "javascript:alert(1)"},
        {"link": "http://loodsen@127.0.0.1/dossier/BS-2026-0007"},
    ],
)
def test_content_cannot_be_put_on_a_card(wrong: dict[str, Any]) -> None:
    """Whatever is no number, code, count, time or link is refused, so no title slips through another field."""
    with pytest.raises(ValueError, match="only numbers, codes, counts, times and links"):
        dataclasses.replace(LARGEST, **wrong)


def test_an_attention_code_never_reaches_the_card_itself() -> None:
    """A code is looked up; one that holds a title shows our general sentence instead."""
    card = dossier_card(dataclasses.replace(LARGEST, attention=(TITLE, "defects")))
    assert TITLE not in json.dumps(card, ensure_ascii=False)
    assert "Een medewerker moet dit dossier bekijken" in set(texts_of(card))


def test_card_facts_have_no_field_for_content() -> None:
    """The permitted facts are these; a new field is a decision about confidentiality, not a convenience."""
    assert {field.name for field in dataclasses.fields(CardFacts)} == {
        *("number", "status", "kind", "arrival", "received", "updated", "organisations", "signature", "post", "freeze"),
        *(
            "items_found",
            "items_total",
            "ministers",
            "offered",
            "responses",
            "attention",
            "decided_by",
            "link",
            "linked",
        ),
    }
    assert {field.name for field in dataclasses.fields(NoticeFacts)} == {
        *("notice", "at", "number", "done", "total", "initials", "link", "relation", "record"),
    }


@pytest.mark.parametrize("notice", list(Notice))
def test_a_notice_says_its_level_in_words(notice: Notice) -> None:
    """Colour is never alone: the level stands as a word in the same box."""
    container = notice_card(NoticeFacts(notice, NOW))["body"][0]
    word = {"emphasis": "Melding", "warning": "Vraagt aandacht", "attention": "Let op"}[container["style"]]
    assert word in container["items"][0]["text"]
