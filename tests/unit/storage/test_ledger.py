"""Events: one spelling, no gaps, no way to change them that goes unseen."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from storage import ledger
from storage.database import reading, writing
from storage.dossiers import Records
from storage.errors import LedgerBroken
from storage.ledger import Event, EventType
from storage.merkle import Tree
from tests.unit.storage.house import NOW, submit

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
details = st.dictionaries(
    words.filter(lambda w: w not in ledger._OWN), words | st.integers(-(2**53), 2**53) | st.booleans(), max_size=5
)


@given(st.sampled_from(EventType), words, words, details, st.datetimes(timezones=st.just(dt.UTC)))
def test_an_event_is_read_as_it_was_written(
    kind: EventType, record: str, actor: str, given_details: dict[str, str | int | bool], at: dt.datetime
) -> None:
    """Body and event give each other, and the body is sorted JSON without spaces."""
    event = Event(at, kind, record, actor, given_details)
    body = event.body()
    assert ledger.parse(body) == event
    assert json.dumps(json.loads(body), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() == body


def test_two_equal_events_have_different_leaves() -> None:
    """128 random bits keep anybody from guessing an event by its hash."""
    first, second = (Event(NOW, EventType.OPNAME, "M-2026-000001", "loketbs") for _ in range(2))
    assert len(bytes.fromhex(first.nonce)) == 16
    assert first.body() != second.body()


@pytest.mark.parametrize("value", [None, 1.5, ["a"], {"a": 1}])
def test_details_are_flat(value: object) -> None:
    """What is not text, a whole number or yes/no has no place in an event."""
    with pytest.raises(ValueError, match="cannot stand in an event"):
        Event(NOW, EventType.OPNAME, "M-2026-000001", "loketbs", {"x": value}).body()  # type: ignore[dict-item]


@pytest.mark.parametrize("name", ["at", "type", "record", "actor", "nonce"])
def test_a_detail_cannot_replace_what_the_event_says_itself(name: str) -> None:
    """Otherwise a detail could rename the record."""
    with pytest.raises(ValueError, match="cannot stand in an event"):
        Event(NOW, EventType.OPNAME, "M-2026-000001", "loketbs", {name: "x"}).body()


def test_a_time_without_zone_is_refused() -> None:
    """Nobody could say later when it was."""
    with pytest.raises(ValueError, match="zone"):
        Event(NOW.replace(tzinfo=None), EventType.OPNAME, "M-2026-000001", "loketbs").body()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"actor":"a","at":"2026-11-23T09:30:00.000000Z","nonce":"00","record":"r","type":"Feest"}',
        b'{"at":"2026-11-23T09:30:00.000000Z","actor":"a","nonce":"00","record":"r","type":"Opname"}',
        b'{"actor":"a","at":"2026-11-23T09:30:00.000000Z","nonce":"00","record":"r","type":"Opname"} ',
        b'{"actor":"a","at":"2026-11-23T10:30:00.000000+01:00","nonce":"00","record":"r","type":"Opname"}',
    ],
)
def test_other_spellings_are_refused(body: bytes) -> None:
    """An event has one spelling: unsorted, spaced, or in another zone it is not ours."""
    with pytest.raises(LedgerBroken):
        ledger.parse(body)


def test_seq_is_the_place_in_the_tree(records: Records) -> None:
    """Events are numbered from 0 without gaps, and the root is the one over their bytes."""
    for n in range(3):
        submit(records, f"mail {n}".encode(), f"1:{n}")
    with reading(records.engine) as conn:
        bodies = list(ledger.bodies(conn))
        assert [seq for seq, _ in bodies] == list(range(ledger.size(conn)))
        assert ledger.tree(conn).root() == Tree(body for _, body in bodies).root()


def test_an_aborted_transaction_leaves_no_gap(records: Records) -> None:
    """A number given in a transaction that rolled back is given again."""
    event = Event(NOW, EventType.OPNAME, "M-2026-000001", "loketbs")
    with records.engine.connect() as conn, conn.begin() as transaction:
        assert ledger.append(conn, event) == 0
        transaction.rollback()
    with writing(records.engine) as conn:
        assert ledger.append(conn, event) == 0


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE event SET at = 'x'",
        "DELETE FROM event",
        "DELETE FROM event WHERE seq = (SELECT MAX(seq) FROM event)",
        "INSERT OR REPLACE INTO event SELECT 0, at, body FROM event WHERE seq = 1",
        "INSERT INTO event SELECT 99, at, body FROM event WHERE seq = 1",
        "INSERT INTO event SELECT -1, at, body FROM event WHERE seq = 1",
        "INSERT INTO event SELECT seq + 3, at, 'text' FROM event WHERE seq = 1",
    ],
)
@pytest.mark.parametrize("pragma", ["recursive_triggers=ON", "recursive_triggers=OFF"])
def test_the_database_itself_refuses(records: Records, tmp_path: Path, attack: str, pragma: str) -> None:
    """Update, delete, replace and out-of-turn inserts are refused, also on a connection with SQLite's own settings."""
    submit(records, b"mail")
    raw = sqlite3.connect(tmp_path / "loketbs.sqlite")
    raw.execute(f"PRAGMA {pragma}")
    with pytest.raises(sqlite3.IntegrityError):
        raw.execute(attack)
    raw.close()


def test_a_text_body_is_refused(records: Records) -> None:
    """The entry is bytes; a text that only looks the same would hash otherwise."""
    with pytest.raises(IntegrityError), writing(records.engine) as conn:
        conn.execute(text("INSERT INTO event VALUES (0, 'x', 'not a blob')"))
