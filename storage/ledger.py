"""The ledger: every event is one entry of one hash tree, appended in the transaction of the change it tells of.

An event is canonical JSON, flat, without a name, subject or word of content; its nonce keeps others from guessing it by its hash.
`seq` is its place in the tree, counted from 0, without gaps.
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import Connection, func, insert, select

from storage import canonical
from storage._tables import EVENT
from storage.errors import LedgerBroken
from storage.merkle import Tree

Detail = str | int | bool
_OWN = ("at", "type", "record", "actor", "nonce")


class EventType(StrEnum):
    """What happened, after MDTO's *Begrippenlijst EventType*; only REGISTRATIE is our own, where none of the list fits."""

    ONTVANGST = "Ontvangst"
    REGISTRATIE = "Registratie"
    BEVRIEZING = "Bevriezing"
    CREATIE = "Creatie"
    OPNAME = "Opname"
    WIJZIGING = "Wijziging"
    VERZENDING = "Verzending"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a record (`M-…`) or a dossier (`BS-…`). `actor` is an account id, "loketbs" for the software."""

    at: dt.datetime
    type: EventType
    record: str
    actor: str
    details: Mapping[str, Detail] = field(default_factory=dict)
    nonce: str = field(default_factory=lambda: secrets.token_hex(16))

    def body(self) -> bytes:
        """The canonical bytes: the entry of the tree. ValueError for a detail that is not flat or bears one of our names."""
        for name, value in self.details.items():
            if name in _OWN or not isinstance(value, Detail):
                raise ValueError(f"detail {name} cannot stand in an event")
        own = (canonical.instant(self.at), self.type.value, self.record, self.actor, self.nonce)
        return canonical.encode(dict(self.details) | dict(zip(_OWN, own, strict=True)))

    def text(self, name: str) -> str:
        """A detail as text; "" where the event has none."""
        return str(self.details.get(name, ""))

    def group(self, prefix: str) -> dict[str, str]:
        """The details named `prefix.…`, without the prefix."""
        start = prefix + "."
        return {name.removeprefix(start): str(value) for name, value in self.details.items() if name.startswith(start)}


def append(conn: Connection, event: Event) -> int:
    """Append within the caller's write transaction; returns `seq`. The lock of the transaction makes max + 1 gap-free."""
    seq = size(conn)
    conn.execute(insert(EVENT).values(seq=seq, at=canonical.instant(event.at), body=event.body()))
    return seq


def size(conn: Connection) -> int:
    """How many entries the ledger has, by its last `seq`."""
    return int(conn.execute(select(func.coalesce(func.max(EVENT.c.seq), -1))).scalar_one()) + 1


def parse(body: bytes) -> Event:
    """The event of an entry. Raises `LedgerBroken` when the bytes are not what `Event.body` writes."""
    try:
        values = json.loads(body)
        at, kind, record, actor, nonce = (values.pop(name) for name in _OWN)
        event = Event(canonical.moment(at), EventType(kind), record, actor, values, nonce)
        genuine = event.body() == body
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LedgerBroken(f"an event cannot be read ({type(error).__name__}); run `loketbs verify`") from error
    if not genuine:
        raise LedgerBroken("an event is not in canonical form; run `loketbs verify`")
    return event


def bodies(conn: Connection) -> Iterator[tuple[int, bytes]]:
    """Every entry with its `seq`, in order."""
    for row in conn.execute(select(EVENT.c.seq, EVENT.c.body).order_by(EVENT.c.seq)):
        yield row.seq, row.body


def times(conn: Connection) -> list[str]:
    """The time column of every entry, in order; it repeats what the body says."""
    return list(conn.execute(select(EVENT.c.at).order_by(EVENT.c.seq)).scalars())


def events(conn: Connection) -> Iterator[tuple[int, Event]]:
    """Every event with its `seq`, in order. Raises `LedgerBroken` at one that cannot be read."""
    return ((seq, parse(body)) for seq, body in bodies(conn))


def tree(conn: Connection) -> Tree:
    """The hash tree over all entries; some 0.5 s for 100,000."""
    return Tree(body for _, body in bodies(conn))
