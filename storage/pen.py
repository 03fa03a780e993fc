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
from storage._tables import DOSSIER, MESSAGE
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

    def tell(self, kind: EventType, record: str, /, **details: Detail | None) -> int:
        """Append an event and project it; a detail that is None is left out."""
        given = {name: value for name, value in details.items() if value is not None}
        event = Event(self.at, kind, record, self.actor, given)
        seq = ledger.append(self.conn, event)
        project(self.conn, seq, event, self.shelf)
        return seq

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


def next_number(conn: Connection, column: Column[str], prefix: str, width: int) -> str:
    """The next number of a year: one more than the last, under the lock of the write transaction, so without gaps."""
    last = func.max(cast(func.substr(column, len(prefix) + 1), Integer))
    used = conn.execute(select(last).where(column.startswith(prefix, autoescape=True))).scalar() or 0
    return f"{prefix}{used + 1:0{width}}"


def assert_free(conn: Connection, record: str) -> None:
    """Raises `StatusConflict` when the message lies in a dossier already, `NotKnown` when there is no such message."""
    if present := message_row(conn, record).dossier:
        raise StatusConflict(f"{record} lies in dossier {present} already; look again and decide again")


def message_row(conn: Connection, record: str) -> AnyRow:
    """Record and dossier of a message. Raises `NotKnown`."""
    row = conn.execute(select(MESSAGE.c.record, MESSAGE.c.dossier).where(MESSAGE.c.record == record)).first()
    if row is None:
        raise NotKnown(f"there is no record {record}")
    return row


def dossier_row(conn: Connection, number: str) -> AnyRow:
    """Number and status of a dossier. Raises `NotKnown`."""
    row = conn.execute(select(DOSSIER.c.number, DOSSIER.c.status).where(DOSSIER.c.number == number)).first()
    if row is None:
        raise NotKnown(f"there is no dossier {number}")
    return row
