"""Arrivals: which message is new, which lies at a known place, which only moved within its mailbox."""

from __future__ import annotations

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from storage import jobs as queue
from storage._tables import MESSAGE, PLACE
from storage.canonical import instant, sha256
from storage.ledger import EventType
from storage.pen import AnyRow, Pen, next_number
from storage.values import Arrival, Receipt
from storage.vault import MAIL

PROCESS = "process"
"""The job that every new message gets."""


def record_new(pen: Pen, arrival: Arrival) -> Receipt:
    """Give a message its record, its event and its job; equal bytes and equal Message-IDs are told, never dropped."""
    conn, message_id = pen.conn, sha256(arrival.message_id.encode()) if arrival.message_id else None
    in_order = select(MESSAGE.c.record).order_by(MESSAGE.c.recorded_at, MESSAGE.c.record)
    same_bytes = conn.execute(in_order.where(MESSAGE.c.raw_sha256 == arrival.raw.sha256)).scalars().first()
    same_id = (
        conn.execute(in_order.where(MESSAGE.c.message_id_sha256 == message_id)).scalars().all() if message_id else ()
    )
    record = next_number(conn, MESSAGE.c.record, f"M-{arrival.at.year}-", 6)
    pen.tell(
        EventType.ONTVANGST,
        record,
        mailbox=arrival.mailbox,
        mailbox_key_sha256=sha256(arrival.key.encode()),
        received_at=instant(arrival.received_at),
        raw_sha256=arrival.raw.sha256,
        raw_size=arrival.raw.size,
        message_id_sha256=message_id,
        **_how(arrival),
    )
    remember_place(conn, record, arrival.key)
    queue.put(conn, PROCESS, f"{PROCESS}:{record}", {"record": record}, arrival.at)
    return Receipt(record, known=False, same_bytes_as=same_bytes, same_message_id_as=tuple(same_id))


def _how(arrival: Arrival) -> dict[str, str | int]:
    """The way by which it came, and what came beside it; nothing where nobody said."""
    apart, suffix = arrival.apart, arrival.raw.key.rpartition(".")[2]
    form = {} if suffix == MAIL else {"raw_suffix": suffix}
    beside: dict[str, str | int] = {"apart_sha256": apart.sha256, "apart_size": apart.size} if apart else {}
    return beside | form | ({"retrieval": arrival.retrieval} if arrival.retrieval else {})


def at_place(conn: Connection, arrival: Arrival) -> AnyRow | None:
    """Record and digest of what is known at this place of this mailbox."""
    place = (MESSAGE.c.mailbox == arrival.mailbox) & (MESSAGE.c.mailbox_key_sha256 == sha256(arrival.key.encode()))
    return conn.execute(select(MESSAGE.c.record, MESSAGE.c.raw_sha256).where(place)).first()


def same_file(conn: Connection, arrival: Arrival) -> str | None:
    """The record of the same bytes that came as a file and not as a mail."""
    same = (MESSAGE.c.raw_sha256 == arrival.raw.sha256) & MESSAGE.c.raw_suffix.is_not(None)
    return conn.execute(select(MESSAGE.c.record).where(same).order_by(MESSAGE.c.record)).scalars().first()


def from_earlier_life(conn: Connection, arrival: Arrival) -> str | None:
    """The first record with these bytes whose key is not of the life that the new key belongs to ("UIDVALIDITY:UID")."""
    life, colon, _ = arrival.key.rpartition(":")
    if not colon:
        return None  # a mailbox whose keys know no lives: a new record, which tells of the equal bytes
    same = (MESSAGE.c.mailbox == arrival.mailbox) & (MESSAGE.c.raw_sha256 == arrival.raw.sha256)
    rows = select(MESSAGE.c.record, PLACE.c.key).outerjoin(PLACE, PLACE.c.record == MESSAGE.c.record).where(same)
    earlier = (
        row.record
        for row in conn.execute(rows.order_by(MESSAGE.c.record))
        if not (row.key or "").startswith(f"{life}:")
    )
    return next(earlier, None)


def remember_place(conn: Connection, record: str, key: str) -> None:
    """Keep the mailbox's own key of a record; plumbing, since an event holds its digest only."""
    row = insert(PLACE).values(record=record, key=key)
    conn.execute(row.on_conflict_do_update(index_elements=["record"], set_={"key": key}))
