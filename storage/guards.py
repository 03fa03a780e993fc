"""The triggers that keep the ledger append-only. A guard rail: who has the file can drop them, so their presence is asserted.

A batch migration drops triggers without a word; they are made again after every migration.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

TRIGGERS = {
    "event_no_update": "CREATE TRIGGER event_no_update BEFORE UPDATE ON event"
    " BEGIN SELECT RAISE(ABORT, 'event is append-only'); END",
    "event_no_delete": "CREATE TRIGGER event_no_delete BEFORE DELETE ON event"
    " BEGIN SELECT RAISE(ABORT, 'event is append-only'); END",
    "event_next": "CREATE TRIGGER event_next BEFORE INSERT ON event"
    " WHEN NEW.seq IS NOT (SELECT COALESCE(MAX(seq), -1) + 1 FROM event)"
    " BEGIN SELECT RAISE(ABORT, 'seq must be next'); END",
}
"""The last one also stops INSERT OR REPLACE, which passes a delete trigger while recursive_triggers is off."""


def install(conn: Connection) -> None:
    """Make the triggers that are not there as they must be."""
    for name in missing(conn):
        conn.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
        conn.execute(text(TRIGGERS[name]))


def missing(conn: Connection) -> tuple[str, ...]:
    """Names of triggers that are gone or altered."""
    found = conn.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    present = {row.name: row.sql for row in found}
    return tuple(name for name, sql in TRIGGERS.items() if present.get(name) != sql)
