"""What a channel shows, by the channel's own names; where it is; and who acted, by name, in the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.channel import thread
from storage.dossiers import Records
from storage.errors import StatusConflict
from storage.rebuild import rebuild
from tests.unit.storage.house import NOW, opened, submit

LATER = NOW + dt.timedelta(minutes=1)


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    with opened(tmp_path) as fresh:
        yield fresh


def test_a_key_has_one_card_whatever_the_channel_calls_it(records: Records) -> None:
    """Posted anew under another reference: the old one is past."""
    records.channel.keep("BS-1", "BS-1", "teams:1", {"v": 1}, NOW)
    records.channel.keep("BS-1", "BS-1", "teams:2", {"v": 2}, LATER)
    (post,) = records.channel.posts()
    assert (post.reference, dict(post.card), post.updated_at > post.posted_at) == ("teams:2", {"v": 2}, True)
    assert records.channel.posted(reference="teams:1") is None
    assert records.channel.posted(key="BS-1") == post
    assert records.channel.posted(key="BS-2") is None


def test_what_stands_in_a_thread_is_no_card_of_its_own(records: Records) -> None:
    """Replies are found by their card, in their order."""
    records.channel.post("BS-1", "BS-1", {"v": 1}, NOW)
    for n in (1, 2):
        records.channel.post(f"news:{n}", thread("BS-1"), {"n": n}, NOW + dt.timedelta(minutes=n))
    assert [p.key for p in records.channel.posts()] == ["BS-1"]
    assert [p.key for p in records.channel.replies("BS-1")] == ["news:1", "news:2"]
    assert records.channel.replies("BS-2") == ()


def test_where_a_channel_is_is_kept(records: Records) -> None:
    """The last that was told holds."""
    assert records.channel.place("teams") is None
    for conversation in ("a", "b"):
        records.channel.set_place("teams", {"conversation": conversation})
    assert records.channel.place("teams") == {"conversation": "b"}


def test_tracks_that_moved_on_are_not_overwritten(records: Records) -> None:
    """What the person saw is compared under the lock; an absent track is as empty text."""
    number = submit(records, b"mail").dossier
    assert number is not None
    with pytest.raises(StatusConflict):
        records.set_tracks(number, {"x": "1"}, actor="a", at=NOW, expected={"post": "ontvangen"})
    assert "x" not in records.dossier(number).tracks
    records.set_tracks(number, {"x": "1"}, actor="a", at=NOW, expected={"post": "nog_niet", "x": ""})
    with pytest.raises(StatusConflict):
        records.set_tracks(number, {"x": "2"}, actor="a", at=NOW, expected={"x": ""})


def test_who_acted_stands_in_the_event_by_account_and_name(records: Records) -> None:
    """The software's own events bear no name; the tables can be made again from all of them."""
    number = submit(records, b"mail").dossier
    assert number is not None
    records.set_status(number, "in_beoordeling", actor="3333", actor_name="Anna de Vries", at=NOW)
    told = records.timeline(number)
    assert [e.details.get("actor_name") for e in told][-1] == "Anna de Vries"
    assert all("actor_name" not in e.details for e in told[:-1])
    assert rebuild(records.engine, records.vault).differences == ()
