"""Cards that can be pressed, and answers to commands: valid, small enough, and without a word of a signal."""

from __future__ import annotations

import dataclasses
import itertools
import json
from pathlib import Path
from typing import Any

import pytest

from bot.app import SystemClock
from bot.channel import CardPerformer
from bot.desk import LocalDesk
from bot.dossier.render import render
from bot.teams.buttons import without_buttons
from bot.teams.cards import MAX_BYTES, Card, Notice, NoticeFacts, answer_card, dossier_card, notice_card, small_card
from bot.teams.commands import answer
from bot.teams.mention import mentioning
from bot.texts import cards as text
from bot.texts.teams import COMMANDS
from intake.acts import Act
from intake.states import Status
from tests.simulators.archive import NOW
from tests.simulators.teams import words
from tests.unit.bot.test_cards import LARGEST, microsofts_schema
from tests.unit.storage.house import FINDINGS, opened, submit


def pressable() -> dict[str, Card]:
    """Every status with and without post, mentioned, refused; the notice with its button."""
    mention = mentioning(
        "33333333-3333-4333-8333-333333333333", "Wilhelmina-Alexandra van den Bergh-van Oldenbarneveld"
    )
    made = {}
    for status, post, linked in itertools.product(Status, ("nog_niet", "alleen_handtekening"), ("", "verworpen")):
        facts = dataclasses.replace(LARGEST, status=status, post=post, linked=linked)
        card = dossier_card(facts, pressable=True)
        made[f"{status}-{post}-{linked}"] = mention(answer_card(card, text.REFUSED["moved_on"]))
    made["notice"] = notice_card(NoticeFacts(Notice.UNDECIDED, NOW, record="M-2026-000012"))
    return made


CARDS = pressable()


@pytest.mark.parametrize("name", CARDS)
def test_the_largest_card_is_small_enough_for_every_channel(name: str) -> None:
    """With every point of attention, all buttons, a mention and a refusal: under 25 KB."""
    assert len(json.dumps(CARDS[name]).encode()) < MAX_BYTES


@pytest.mark.shared
@pytest.mark.parametrize("name", CARDS)
def test_a_card_with_buttons_is_an_adaptive_card_1_5(name: str) -> None:
    """Microsoft's schema knows every element and property, but for Teams' own `msteams`."""
    card = {key: value for key, value in CARDS[name].items() if key != "msteams"}
    assert [e.message for e in microsofts_schema().iter_errors(card)] == []
    assert list(microsofts_schema().iter_errors({**card, "actions": [{"type": "Action.Druk"}]})) != []


@pytest.mark.parametrize("name", CARDS)
def test_teams_shows_every_button(name: str) -> None:
    """Six at most; each has a title and a state, and the page is always one of them where there is a link."""
    actions = CARDS[name]["actions"]
    assert 0 < len(actions) <= 6
    assert all(a["title"] for a in actions)
    assert all(a["data"].get("seen") or name == "notice" for a in actions if a["type"] == "Action.Execute")


def test_withdrawing_is_no_button() -> None:
    """A slip of the thumb ends no procedure."""
    verbs = {a.get("verb") for card in CARDS.values() for a in card["actions"]}
    assert verbs - {None} == {act.value for act in Act} - {"withdraw"}


def test_a_card_without_buttons_keeps_its_link() -> None:
    """For a Workflows address and for the local page."""
    assert [a["type"] for a in without_buttons(CARDS["ontvangen-nog_niet-"])["actions"]] == ["Action.OpenUrl"]


def test_what_remains_of_a_card_that_is_too_large_says_number_and_status() -> None:
    """And leads to the page."""
    small = small_card(dossier_card(LARGEST))
    assert LARGEST.number in words(small)
    assert small["actions"]


@pytest.fixture
def answers(tmp_path: Path) -> Any:
    with opened(tmp_path) as records:
        submit(records, b"mail")
        clock = SystemClock()
        yield CardPerformer(records, LocalDesk(records, clock), clock, "https://loket.example", pressable=True)


@pytest.mark.parametrize(
    "said", [*COMMANDS, "dossier bs-2026-0001", "bs-2026-0001", "dossier bs-2026-9999", "onzin", ""]
)
def test_every_command_has_its_answer(answers: CardPerformer, said: str) -> None:
    """Dutch, valid, and without title, organisation or minister of the dossier."""
    card = answer(said, answers)
    shown = words(card) + card["fallbackText"]
    canaries = [FINDINGS["title"], *FINDINGS["organisations"], *FINDINGS["ministers"], "jan@politie.example"]
    assert not [c for c in canaries if str(c) in shown]
    assert "Onbekende kaart" not in str(render(without_buttons(card)))
    assert card["body"]


def test_what_is_not_understood_gets_the_list_of_commands(answers: CardPerformer) -> None:
    """And what was typed is not repeated."""
    shown = words(answer("vertel eens iets", answers))
    assert "vertel" not in shown
    assert all(command in shown for command in COMMANDS)


def test_the_overview_counts_by_status(answers: CardPerformer) -> None:
    """Running, each status that has dossiers, and what calls for a person."""
    assert "Lopend\n1" in words(answer("overzicht", answers))
    assert "Ontvangen\n1" in words(answer("overzicht", answers))
    assert "Vraagt aandacht\n1" in words(answer("overzicht", answers))


def test_what_waits_for_post_stands_longest_first(answers: CardPerformer) -> None:
    """Number, status and days."""
    assert "BS-2026-0001\nOntvangen" in words(answer("wacht op post", answers))
