"""Outgoing mail as rows: what an event about one changes. Called by the projection only."""

from __future__ import annotations

from sqlalchemy import Connection, insert, update

from storage._tables import OUTGOING
from storage.canonical import instant
from storage.ledger import Event
from storage.shelf import Shelf


def told(conn: Connection, event: Event, shelf: Shelf) -> None:
    """A mail was prepared, or something became of it. Its recipient stands in the vault, not in the event."""
    at, state = instant(event.at), event.text("mail")
    if "message_id" in event.details:
        names = ("message_id", "form", "way", "again_of", "copy_sha256")
        values = {name: event.text(name) for name in names}
        recipient = shelf.entry(event.text("note_sha256")).sender
        kept = {"record": event.record, "dossier": event.text("dossier") or None, "recipient": recipient}
        size = event.details["copy_size"]
        times = {"prepared_at": at, "changed_at": at}
        conn.execute(insert(OUTGOING).values(**values, **kept, **times, copy_size=size, state=state, reason=""))
    elif "reference" in event.details:
        row = update(OUTGOING).where(OUTGOING.c.message_id == event.text("reference"))
        conn.execute(row.values(state=state, reason=event.text("reason"), changed_at=at))
