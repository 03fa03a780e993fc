"""What the records tell: views made of the tables, each in one consistent reading."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Connection, Engine, Row, Select, Table, func, or_, select

from storage import ledger
from storage._tables import (
    ATTENTION,
    DOCUMENT,
    DOSSIER,
    ENTRY,
    EVENT,
    JOB,
    LETTER,
    MAILBOX,
    MESSAGE,
    PLACE,
    THREAD,
    TRACK,
)
from storage.canonical import instant, sha256
from storage.database import reading
from storage.errors import NotKnown
from storage.jobs import JobState
from storage.ledger import Event, EventType
from storage.values import AttentionItem, DossierView, KnownDocument, KnownItem, MessageView, TimelineEntry
from storage.vault import MAIL, PACKAGES, RAW, FrozenCopy, key_for

Group = dict[str, list[Row[Any]]]


class Reader:
    """Reads the records; usable alone where nothing may be written."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def close(self) -> None:
        """Give the database's connections back; safe to call twice."""
        self.engine.dispose()

    def dossiers(self, status: str | None = None) -> tuple[DossierView, ...]:
        """Every dossier (of one status, when given), the newest first."""
        query = select(DOSSIER).order_by(DOSSIER.c.opened_at.desc(), DOSSIER.c.number.desc())
        with reading(self.engine) as conn:
            return _dossiers(conn, query.where(DOSSIER.c.status == status) if status else query)

    def dossier(self, number: str) -> DossierView:
        """One dossier. Raises `NotKnown`."""
        with reading(self.engine) as conn:
            found = _dossiers(conn, select(DOSSIER).where(DOSSIER.c.number == number))
        if not found:
            raise NotKnown(f"there is no dossier {number}")
        return found[0]

    def messages(self, dossier: str | None = None) -> tuple[MessageView, ...]:
        """Every message (of one dossier, when given), in the order of arrival here."""
        query = select(MESSAGE).order_by(MESSAGE.c.recorded_at, MESSAGE.c.record)
        with reading(self.engine) as conn:
            return _messages(conn, query.where(_within(dossier)) if dossier else query)

    def message(self, record: str) -> MessageView:
        """One message. Raises `NotKnown`."""
        with reading(self.engine) as conn:
            found = _messages(conn, select(MESSAGE).where(MESSAGE.c.record == record))
        if not found:
            raise NotKnown(f"there is no record {record}")
        return found[0]

    def timeline(self, reference: str) -> tuple[TimelineEntry, ...]:
        """The events of a dossier and all its messages, or of one message, in the order of the ledger.

        What happened to a message in another dossier, as to another letter of the same scan, is no part of this one's.
        """
        members = ENTRY.c.record.in_(select(MESSAGE.c.record).where(_within(reference))) & ENTRY.c.dossier.is_(None)
        told = or_(ENTRY.c.dossier == reference, ENTRY.c.record == reference, members)
        query = select(EVENT.c.seq, EVENT.c.body).join(ENTRY, ENTRY.c.seq == EVENT.c.seq).where(told)
        with reading(self.engine) as conn:
            events = [(row.seq, ledger.parse(row.body)) for row in conn.execute(query.order_by(EVENT.c.seq))]
        return tuple(_told(seq, e) for seq, e in events)

    def history(self) -> tuple[TimelineEntry, ...]:
        """Every event of the ledger, in its order. Raises `LedgerBroken`."""
        with reading(self.engine) as conn:
            return tuple(_told(seq, event) for seq, event in ledger.events(conn))

    def sent(self, reference: str, channel: str) -> str | None:
        """What `channel` last called the thing sent about this record or dossier; None when nothing was sent."""
        told = [
            e for e in self.timeline(reference) if e.type == EventType.VERZENDING and e.details["channel"] == channel
        ]
        return str(told[-1].details["reference"]) if told else None

    def members(self) -> Mapping[str, tuple[str, ...]]:
        """The messages of every dossier, the one that opened it first."""
        opener = (MESSAGE.c.record != DOSSIER.c.opened_with).label("later")
        query = select(MESSAGE.c.dossier, MESSAGE.c.record).join(DOSSIER, DOSSIER.c.number == MESSAGE.c.dossier)
        found: dict[str, list[str]] = defaultdict(list)
        with reading(self.engine) as conn:
            for row in conn.execute(query.order_by(MESSAGE.c.dossier, opener, MESSAGE.c.record)):
                found[row.dossier].append(row.record)
        return {number: tuple(records) for number, records in found.items()}

    def known_items(self, record: str | None = None) -> tuple[KnownItem, ...]:
        """Every registered message, or one, as later ones are compared with it, in the order of arrival here."""
        query = select(MESSAGE).where(MESSAGE.c.kind.is_not(None)).order_by(MESSAGE.c.recorded_at, MESSAGE.c.record)
        query = query.where(MESSAGE.c.record == record) if record else query
        with reading(self.engine) as conn:
            rows = conn.execute(query).all()
            among = _column(query, "record")
            threads, documents = (_grouped(conn, table, "record", "position", among) for table in (THREAD, DOCUMENT))
        return tuple(
            KnownItem(
                record=row.record,
                dossier=row.dossier,
                kind=row.kind,
                received_at=row.received_at,
                sender=row.sender,
                raw_sha256=row.raw_sha256,
                threads=tuple(t.id for t in threads[row.record]),
                documents=tuple(KnownDocument(d.sha256, d.text_sha256, d.sketch) for d in documents[row.record]),
                package_key=_package_key(row),
            )
            for row in rows
        )

    def index_sha256(self, record: str) -> str | None:
        """The digest of a message's index entry in the vault; None before it was registered. Raises `NotKnown`."""
        with reading(self.engine) as conn:
            row = conn.execute(select(MESSAGE.c.index_sha256).where(MESSAGE.c.record == record)).first()
        if row is None:
            raise NotKnown(f"there is no record {record}")
        digest: str | None = row.index_sha256
        return digest

    def registrations(self) -> int:
        """How often something was registered or put into a dossier; an equal number means an unchanged view."""
        with reading(self.engine) as conn:
            return registrations(conn)

    def attention(self) -> tuple[AttentionItem, ...]:
        """Everything that waits for a person, the longest waiting first: open points of messages, and dead jobs."""
        points = select(ATTENTION, MESSAGE.c.dossier).join(MESSAGE, MESSAGE.c.record == ATTENTION.c.record)
        dead = select(JOB).where(JOB.c.state == JobState.DEAD.value)
        with reading(self.engine) as conn:
            items = [
                AttentionItem(row.record, row.dossier, row.code, row.since)
                for row in conn.execute(points.where(ATTENTION.c.settled_at.is_(None)))
            ]
            for row in conn.execute(dead):
                record, dossier = str(row.payload.get("record", "")), row.payload.get("dossier")
                items.append(AttentionItem(record, dossier, "job_dead", row.run_at, row.id, row.reason))
        return tuple(sorted(items, key=lambda item: (item.since, item.record, item.code)))

    def bookmark(self, mailbox: str) -> str | None:
        """Where listing this mailbox goes on; None when it was never listed."""
        with reading(self.engine) as conn:
            return conn.execute(select(MAILBOX.c.bookmark).where(MAILBOX.c.name == mailbox)).scalar()

    def known_digests(self, mailbox: str) -> frozenset[str]:
        """SHA-256 of every message that was received from this mailbox."""
        with reading(self.engine) as conn:
            return frozenset(conn.execute(select(MESSAGE.c.raw_sha256).where(MESSAGE.c.mailbox == mailbox)).scalars())

    def known_keys(self, mailbox: str) -> frozenset[str]:
        """The places of this mailbox that have a record."""
        query = (
            select(PLACE.c.key).join(MESSAGE, MESSAGE.c.record == PLACE.c.record).where(MESSAGE.c.mailbox == mailbox)
        )
        with reading(self.engine) as conn:
            return frozenset(conn.execute(query).scalars())

    def is_known(self, mailbox: str, key: str) -> bool:
        """Whether this place of this mailbox has a record, so that its bytes need not be fetched again."""
        here = (MESSAGE.c.mailbox == mailbox) & (MESSAGE.c.mailbox_key_sha256 == sha256(key.encode()))
        with reading(self.engine) as conn:
            return conn.execute(select(MESSAGE.c.record).where(here)).first() is not None


def _told(seq: int, event: Event) -> TimelineEntry:
    return TimelineEntry(seq, instant(event.at), event.type.value, event.record, event.actor, dict(event.details))


def registrations(conn: Connection) -> int:
    """How often something was registered or put into a dossier, within the caller's transaction."""
    kinds = [kind.value for kind in (EventType.REGISTRATIE, EventType.CREATIE, EventType.OPNAME)]
    return int(conn.execute(select(func.count()).select_from(ENTRY).where(ENTRY.c.type.in_(kinds))).scalar_one())


def _dossiers(conn: Connection, query: Select[Any]) -> tuple[DossierView, ...]:
    among = _column(query, "number")
    tracks, messages, letters = (
        _grouped(conn, table, "dossier", then, among)
        for table, then in ((TRACK, "name"), (MESSAGE, "record"), (LETTER, "record"))
    )
    members = {
        number: sorted({row.record for row in (*messages[number], *letters[number])})
        for number in (*messages, *letters)
    }
    of_letters = select(LETTER.c.record).where(LETTER.c.dossier.in_(among))
    points = _open_points(conn, select(MESSAGE.c.record).where(MESSAGE.c.dossier.in_(among)).union(of_letters))
    return tuple(
        DossierView(
            number=row.number,
            status=row.status,
            status_since=row.status_since,
            opened_at=row.opened_at,
            opened_with=row.opened_with,
            changed_at=row.changed_at,
            title=row.title,
            organisations=tuple(row.organisations),
            ministers=tuple(row.ministers),
            tracks={track.name: track.value for track in tracks[row.number]},
            messages=tuple(members[row.number]),
            attention=tuple(dict.fromkeys(p.code for record in members[row.number] for p in points[record])),
        )
        for row in conn.execute(query)
    )


def _messages(conn: Connection, query: Select[Any]) -> tuple[MessageView, ...]:
    among = _column(query, "record")
    points = _open_points(conn, among)
    places = {row.record: row.key for row in conn.execute(select(PLACE).where(PLACE.c.record.in_(among)))}
    return tuple(
        MessageView(
            record=row.record,
            mailbox=row.mailbox,
            key=places.get(row.record),
            received_at=row.received_at,
            recorded_at=row.recorded_at,
            raw=FrozenCopy(key_for(RAW, row.raw_sha256, row.raw_suffix or MAIL), row.raw_sha256, row.raw_size),
            registered_at=row.registered_at,
            kind=row.kind,
            possibly_formal=row.possibly_formal,
            sender=row.sender,
            package_key=_package_key(row),
            package_sha256=row.package_sha256,
            dossier=row.dossier,
            relation=row.relation,
            attention=tuple(point.code for point in points[row.record]),
        )
        for row in conn.execute(query)
    )


def _within(number: str) -> ColumnElement[bool]:
    """Messages that lie in a dossier, or a letter of which does."""
    letters = select(LETTER.c.record).where(LETTER.c.dossier == number)
    return or_(MESSAGE.c.dossier == number, MESSAGE.c.record.in_(letters))


def _column(query: Select[Any], name: str) -> Select[Any]:
    """One column of what a query finds, to look up no more than what belongs to it."""
    return select(query.order_by(None).subquery().c[name])


def _open_points(conn: Connection, among: Select[Any] | CompoundSelect[Any]) -> Group:
    grouped = _grouped(conn, ATTENTION, "record", "code", among)
    return defaultdict(list, {name: [p for p in points if p.settled_at is None] for name, points in grouped.items()})


def _grouped(conn: Connection, table: Table, by: str, then: str, among: Select[Any] | CompoundSelect[Any]) -> Group:
    groups: Group = defaultdict(list)
    for row in conn.execute(select(table).where(table.c[by].in_(among)).order_by(table.c[by], table.c[then])):
        groups[row._mapping[by]].append(row)  # noqa: SLF001 - SQLAlchemy's public name
    return groups


def _package_key(row: Row[Any]) -> str | None:
    return key_for(PACKAGES, row.package_sha256, "tar") if row.package_sha256 else None
