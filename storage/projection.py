"""Event → rows: the one function used when something happens and when the tables are made again from the ledger.

Nothing here looks at a clock, makes a number or asks what the tables should be: an event and the vault say it all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select, update

from storage import letter_rows, outgoing_rows
from storage._tables import ATTENTION, DOCUMENT, DOSSIER, ENTRY, MESSAGE, THREAD, TRACK
from storage.canonical import instant
from storage.ledger import Event, EventType
from storage.packages import Description
from storage.shelf import Shelf


def project(conn: Connection, seq: int, event: Event, shelf: Shelf) -> None:
    """Write what an event changes, within the caller's transaction. Raises what `Shelf` raises."""
    row = {"seq": seq, "type": event.type.value, "record": event.record, "dossier": event.text("dossier") or None}
    conn.execute(insert(ENTRY).values(row))
    _PROJECTORS[event.type](conn, event, shelf)


def _ontvangst(conn: Connection, event: Event, _: Shelf) -> None:
    details = event.details
    conn.execute(
        insert(MESSAGE).values(
            record=event.record,
            mailbox=details["mailbox"],
            mailbox_key_sha256=details["mailbox_key_sha256"],
            received_at=details["received_at"],
            recorded_at=instant(event.at),
            raw_sha256=details["raw_sha256"],
            raw_size=details["raw_size"],
            raw_suffix=details.get("raw_suffix"),
            message_id_sha256=details.get("message_id_sha256"),
            sender="",
        )
    )


def _registratie(conn: Connection, event: Event, shelf: Shelf) -> None:
    """Judging again replaces what the last judgement said."""
    digest = event.text("index_sha256")
    entry = shelf.entry(digest)
    _update(
        conn,
        MESSAGE,
        event.record,
        registered_at=instant(event.at),
        kind=event.text("kind"),
        possibly_formal=bool(event.details["possibly_formal"]),
        index_sha256=digest,
        sender=entry.sender,
    )
    for table in (DOCUMENT, THREAD, ATTENTION):
        conn.execute(delete(table).where(table.c.record == event.record))
    documents = [{"sha256": d.sha256, "text_sha256": d.text_sha256, "sketch": d.sketch} for d in entry.documents]
    _insert_many(conn, DOCUMENT, [{"record": event.record, "position": i} | d for i, d in enumerate(documents)])
    threads = [{"record": event.record, "position": i, "id": thread} for i, thread in enumerate(entry.threads)]
    _insert_many(conn, THREAD, threads)
    codes = event.text("attention").split()
    _insert_many(conn, ATTENTION, [{"record": event.record, "code": c, "since": instant(event.at)} for c in codes])


def _bevriezing(conn: Connection, event: Event, _: Shelf) -> None:
    """Of a message as it came; or, of a letter of it, how that was compared."""
    if "part" in event.details:
        letter_rows.frozen(conn, event)
        return
    _update(conn, MESSAGE, event.record, package_sha256=event.text("package_sha256"))


def _creatie(conn: Connection, event: Event, shelf: Shelf) -> None:
    at, number = instant(event.at), event.text("dossier")
    package = conn.execute(select(MESSAGE.c.package_sha256).where(MESSAGE.c.record == event.record)).scalar_one()
    described = shelf.description(package) if package else Description()
    conn.execute(
        insert(DOSSIER).values(
            number=number,
            opened_at=at,
            opened_with=event.record,
            status=event.text("status"),
            status_since=at,
            changed_at=at,
            title=described.title,
            organisations=list(described.organisations),
            ministers=list(described.ministers),
        )
    )
    _update(conn, MESSAGE, event.record, dossier=number, relation="opened")
    _set_tracks(conn, number, event)


def _opname(conn: Connection, event: Event, _: Shelf) -> None:
    if "part" in event.details:
        letter_rows.linked(conn, event)
    else:
        _update(conn, MESSAGE, event.record, dossier=event.text("dossier"), relation=event.text("relation"))
    _touch(conn, event)


def _wijziging(conn: Connection, event: Event, shelf: Shelf) -> None:
    """A new status, side tracks, a point settled or raised, a message at a new place, what became of letters or of our mail."""
    if "mail" in event.details:
        outgoing_rows.told(conn, event, shelf)
    for detail, change in _OF_LETTERS.items():
        if detail in event.details:
            change(conn, event)
    if "mailbox_key_sha256" in event.details:
        _update(conn, MESSAGE, event.record, mailbox_key_sha256=event.text("mailbox_key_sha256"))
    if "settled" in event.details:
        settled = (ATTENTION.c.record == event.record) & (ATTENTION.c.code == event.text("settled"))
        conn.execute(update(ATTENTION).where(settled).values(settled_at=instant(event.at), settled_by=event.actor))
    if "status" in event.details:
        changed = update(DOSSIER).where(DOSSIER.c.number == event.text("dossier"))
        conn.execute(changed.values(status=event.text("status"), status_since=instant(event.at)))
    _set_tracks(conn, event.text("dossier"), event)
    _touch(conn, event)


def _verzending(conn: Connection, event: Event, shelf: Shelf) -> None:
    if "mail" in event.details:
        outgoing_rows.told(conn, event, shelf)
    _touch(conn, event)


def _set_tracks(conn: Connection, number: str, event: Event) -> None:
    for name, value in event.group("track").items():
        conn.execute(delete(TRACK).where(TRACK.c.dossier == number, TRACK.c.name == name))
        conn.execute(insert(TRACK).values(dossier=number, name=name, value=value, since=instant(event.at)))


def _touch(conn: Connection, event: Event) -> None:
    if number := event.text("dossier"):
        conn.execute(update(DOSSIER).where(DOSSIER.c.number == number).values(changed_at=instant(event.at)))


def _update(conn: Connection, table: Table, record: str, **values: Any) -> None:
    conn.execute(update(table).where(table.c.record == record).values(**values))


def _insert_many(conn: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        conn.execute(insert(table), rows)


_OF_LETTERS: dict[str, Callable[[Connection, Event], None]] = {
    "letters": letter_rows.sorted_out,
    "tried": letter_rows.tried,
    "unlinked": letter_rows.unlinked,
    "compared": letter_rows.compared,
    "raised": letter_rows.raised,
}
"""By the detail that tells of it."""

_PROJECTORS: dict[EventType, Callable[[Connection, Event, Shelf], None]] = {
    EventType.ONTVANGST: _ontvangst,
    EventType.REGISTRATIE: _registratie,
    EventType.BEVRIEZING: _bevriezing,
    EventType.CREATIE: _creatie,
    EventType.OPNAME: _opname,
    EventType.WIJZIGING: _wijziging,
    EventType.VERZENDING: _verzending,
}
