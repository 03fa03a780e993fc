"""The contract of the port `Desk`: one card per key, edited where the channel can, events with their card, nothing lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.teams.cards import Card, dossier_card
from tests.contract.desk_places import PLACES, Far
from tests.simulators.archive import ROWS, facts

FIRST, SECOND, THIRD = (dict(dossier_card(facts(row))) for row in ROWS[:3])
KEY = "BS-2026-0007"


@pytest.fixture(params=PLACES)
def far(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Far]:
    with PLACES[request.param](tmp_path) as place:
        yield place


def newest(far: Far) -> Card:
    """The card that a reader takes for the state of now."""
    return far.shown()[-1]


def test_a_card_appears_and_its_reference_is_lasting(far: Far) -> None:
    """What was posted is there; its reference is text that may stand in an event."""
    reference = far.desk.post(KEY, FIRST)
    assert far.shown() == [FIRST]
    assert isinstance(reference, str)
    assert reference


def test_the_same_key_twice_shows_one_card(far: Far) -> None:
    """A post repeated after a crash adds nothing."""
    assert far.desk.post(KEY, FIRST) == far.desk.post(KEY, FIRST)
    assert far.shown() == [FIRST]


def test_an_update_shows_the_new_state(far: Far) -> None:
    """In place where the channel can edit; as a message of its own where it cannot."""
    reference = far.desk.post(KEY, FIRST)
    after = far.desk.update(reference, SECOND)
    assert newest(far) == SECOND
    assert len(far.shown()) == (1 if far.edits else 2)
    assert (after == reference) is far.edits


def test_an_update_repeated_after_a_crash_shows_nothing_twice(far: Far) -> None:
    """The outbox may do a job again: with the old reference, as it stands in the ledger."""
    reference = far.desk.post(KEY, FIRST)
    far.desk.update(reference, SECOND)
    shown = len(far.shown())
    far.desk.update(far.desk.post(KEY, SECOND), SECOND)
    assert len(far.shown()) == shown
    assert newest(far) == SECOND


def test_a_card_of_another_channel_is_posted_here(far: Far) -> None:
    """The setting was changed: a reference of the channel of before is no card of this one, and the state still appears."""
    reference = far.desk.update("elders-1", FIRST)
    assert newest(far) == FIRST
    far.desk.update(reference, SECOND)
    assert newest(far) == SECOND


def test_two_keys_are_two_cards(far: Far) -> None:
    """Dossiers do not mix."""
    one, other = far.desk.post(KEY, FIRST), far.desk.post("BS-2026-0006", SECOND)
    assert one != other
    far.desk.update(one, THIRD)
    assert SECOND in far.shown()
    assert THIRD in far.shown()


def test_an_event_is_told_once_with_its_card(far: Far) -> None:
    """In the card's thread where the channel has threads; repeated, it tells nothing more."""
    reference = far.desk.post(KEY, FIRST)
    assert far.desk.reply("news:1", reference, SECOND) == far.desk.reply("news:1", reference, SECOND)
    assert far.told().count(SECOND) == 1
    if far.edits:
        assert far.shown() == [FIRST]
