"""The pen that writes the records: an event and its rows in one stroke, and the look-ups that an act needs before it.

Everything here works within the caller's write transaction, whose lock makes "the next number" gap-free.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Integer, Row, cast, func, select

from storage import jobs as queue
from storage import ledger
from storage._tables import ATTENTION, DOSSIER, MESSAGE, TRACK
from storage.errors import NotKnown, StatusConflict
from storage.ledger import Detail, Event, EventType
from storage.projection import project
from storage.shelf import Shelf
from storage.values import NewJob

AnyRow = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Pen:
    """Writes events and their rows within one transaction, for one actor at one time."""

    conn: Connection
    shelf: Shelf
    actor: str
    at: dt.datetime
    name: str = ""
    """How the person is called whose account `actor` is; it stands in the event beside the account."""

    def tell(self, kind: EventType, record: str, /, **details: Detail | None) -> int:
        """Append an event and project it; a detail that is None is left out."""
        given = {name: value for name, value in details.items() if value is not None}
        if self.name:
            given["actor_name"] = self.name
        event = Event(self.at, kind, record, self.actor, given)
        seq = ledger.append(self.conn, event)
        project(self.conn, seq, event, self.shelf)
        return seq

    def settle(self, record: str, dossier: str | None, codes: Sequence[str]) -> int:
        """Points of attention that are dealt with; returns how many of them stood open."""
        of_record = (ATTENTION.c.record == record) & ATTENTION.c.settled_at.is_(None)
        standing = set(self.conn.execute(select(ATTENTION.c.code).where(of_record)).scalars())
        for code in sorted(standing.intersection(codes)):
            self.tell(EventType.WIJZIGING, record, dossier=dossier, settled=code)
        return len(standing.intersection(codes))

    def stands_open(self, record: str, code: str) -> bool:
        """Whether a point of attention waits for a person."""
        of_record = (ATTENTION.c.record == record) & (ATTENTION.c.code == code) & ATTENTION.c.settled_at.is_(None)
        return self.conn.execute(select(ATTENTION.c.code).where(of_record)).first() is not None

    def follow_up(self, work: Sequence[NewJob], seq: int, record: str, dossier: str | None) -> None:
        """Put the work that follows from event `seq`; its key says so, hence the same work is never put twice."""
        about = {"record": record} | ({"dossier": dossier} if dossier else {})
        for n, job in enumerate(work):
            queue.put(self.conn, job.kind, f"{job.kind}:{record}:{seq}:{n}", {**job.payload, **about}, self.at)


def create(pen: Pen, record: str, status: str, tracks: Mapping[str, str]) -> tuple[str, int]:
    """Open a dossier with its first message; returns its number and the event's `seq`."""
    number = next_number(pen.conn, DOSSIER.c.number, f"BS-{pen.at.year}-", 4)
    return number, pen.tell(EventType.CREATIE, record, dossier=number, status=status, **track_details(tracks))


def track_details(tracks: Mapping[str, str]) -> dict[str, str]:
    """Side tracks as details of an event."""
    return {f"track.{name}": value for name, value in tracks.items()}


def track_values(conn: Connection, number: str) -> dict[str, str]:
    """The side tracks of a dossier as they stand."""
    rows = conn.execute(select(TRACK.c.name, TRACK.c.value).where(TRACK.c.dossier == number))
    return {row.name: row.value for row in rows}


def next_number(conn: Connection, column: Column[str], prefix: str, width: int) -> str:
    """The next number of a year: one more than the last, under the lock of the write transaction, so without gaps."""
    last = func.max(cast(func.substr(column, len(prefix) + 1), Integer))
    used = conn.execute(select(last).where(column.startswith(prefix, autoescape=True))).scalar() or 0
    return f"{prefix}{used + 1:0{width}}"


def assert_free(conn: Connection, record: str) -> None:
    """Raises `StatusConflict` when a message lies in a dossier already or was not judged yet, `NotKnown` when there is none."""
    message = message_row(conn, record)
    if message.dossier:
        raise StatusConflict(f"{record} lies in dossier {message.dossier} already; look again and decide again")
    if message.kind is None:
        raise StatusConflict(f"{record} was not judged yet; wait until it is")


def message_row(conn: Connection, record: str) -> AnyRow:
    """Record, kind and dossier of a message. Raises `NotKnown`."""
    row = conn.execute(
        select(MESSAGE.c.record, MESSAGE.c.kind, MESSAGE.c.dossier).where(MESSAGE.c.record == record)
    ).first()
    if row is None:
        raise NotKnown(f"there is no record {record}")
    return row


def dossier_row(conn: Connection, number: str) -> AnyRow:
    """Number and status of a dossier. Raises `NotKnown`."""
    row = conn.execute(select(DOSSIER.c.number, DOSSIER.c.status).where(DOSSIER.c.number == number)).first()
    if row is None:
        raise NotKnown(f"there is no dossier {number}")
    return row
