"""The local desk: one card per key, edited in place, never lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.desk import LocalDesk
from bot.teams.cards import dossier_card
from storage.dossiers import Records
from tests.simulators.archive import NOW, ROWS, facts
from tests.unit.storage.house import opened

FIRST, SECOND = (dict(dossier_card(facts(row))) for row in ROWS[:2])


class Ticking:
    """A clock that moves a minute at each look."""

    def __init__(self) -> None:
        self._now = NOW

    def now(self) -> dt.datetime:
        self._now += dt.timedelta(minutes=1)
        return self._now


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    with opened(tmp_path) as fresh:
        yield fresh


def test_the_same_key_shows_one_card(records: Records) -> None:
    """A post repeated after a crash adds nothing."""
    desk = LocalDesk(records, Ticking())
    assert desk.post("BS-2026-0007", FIRST) == desk.post("BS-2026-0007", FIRST)
    assert [dict(p.card) for p in records.channel.posts()] == [FIRST]


def test_an_update_changes_the_card_in_place(records: Records) -> None:
    """The channel keeps one card per dossier, at the time it was first posted."""
    desk = LocalDesk(records, Ticking())
    reference = desk.post("BS-2026-0007", FIRST)
    assert desk.update(reference, SECOND) == reference
    (post,) = records.channel.posts()
    assert dict(post.card) == SECOND
    assert post.posted_at < post.updated_at


def test_a_card_that_is_gone_is_posted_again(records: Records) -> None:
    """The channel is no evidence and may be emptied; the news still arrives, once, under a new reference."""
    desk = LocalDesk(records, Ticking())
    found = desk.update("local-gone", FIRST)
    assert found != "local-gone"
    assert desk.update("local-gone", FIRST) == found
    assert len(records.channel.posts()) == 1
