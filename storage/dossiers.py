"""The records: what arrived, what it was judged to be, the dossiers, and what was done with them.

Every method is one transaction: the events, the rows that follow from them, the work that follows and the finished job stand
together or not at all. The vault is written before, so that an event never names what is not there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.dialects.sqlite import insert

from storage import jobs as queue
from storage._tables import MAILBOX
from storage.arrivals import at_place, from_earlier_life, record_new, remember_place, same_file
from storage.bag import read_bag, write_bag
from storage.canonical import sha256
from storage.channel import Channel
from storage.database import writing
from storage.errors import CopyAltered, NotKnown, Outdated, StatusConflict
from storage.held import Held
from storage.jobs import Work
from storage.ledger import EventType
from storage.outgoing import Outgoing
from storage.packages import PackageFile, PackageInfo, freeze_package
from storage.pen import Pen, assert_free, create, dossier_row, message_row, track_details, track_values
from storage.reading import Reader, registrations
from storage.shelf import IndexEntry, Shelf
from storage.signs import Signs
from storage.values import SOFTWARE, Arrival, Claim, NewJob, Receipt, Registered, Registration
from storage.vault import APART, MAIL, RAW, FrozenCopy, Vault, key_for, put_checked, read


class Records(Reader):
    """The records of one database and one vault. `work` is the job table, `channel` the desk's cards, `held` the texts of files,
    `outgoing` the mail that was written, `signs` what went well lately.
    """

    def __init__(self, engine: Engine, vault: Vault) -> None:
        super().__init__(engine)
        self.vault = vault
        self.work = Work(engine)
        self.channel = Channel(engine)
        self.held = Held(engine)
        self.signs = Signs(engine)
        self.outgoing = Outgoing(engine, vault)

    def raw(self, record: str) -> bytes:
        """A message as received. Raises `NotKnown`, `CopyMissing`, `CopyAltered`."""
        copy = self.message(record).raw
        data = read(self.vault, copy.key)
        if sha256(data) != copy.sha256:
            raise CopyAltered(f"{copy.key} holds other bytes than were frozen; run `loketbs verify`")
        return data

    def about(self, record: str) -> Mapping[str, Any]:
        """What the caller kept about a registered message; empty before it was registered. Raises `NotKnown`, `CopyMissing`."""
        digest = self.index_sha256(record)
        return Shelf(self.vault).entry(digest).about if digest else {}

    def freeze_raw(self, raw: bytes, suffix: str = MAIL) -> FrozenCopy:
        """Keep a message as received, before anything parses it; the same bytes again give the same copy. Raises `CopyAltered`.

        `suffix` is one of `RAW_SUFFIXES`: a mail, or what a scan's bytes are.
        """
        digest = sha256(raw)
        key = key_for(RAW, digest, suffix)
        put_checked(self.vault, key, raw)
        return FrozenCopy(key, digest, len(raw))

    def freeze_apart(self, files: Mapping[str, bytes]) -> FrozenCopy:
        """Keep what a mailbox handed over beside a message, as one bag; names are the caller's: letters, digits, dots."""
        tar = write_bag(files, {})
        digest = sha256(tar)
        key = key_for(RAW, digest, APART)
        put_checked(self.vault, key, tar)
        return FrozenCopy(key, digest, len(tar))

    def apart(self, record: str) -> Mapping[str, bytes]:
        """What was kept beside a message, by name; empty where nothing was. Raises `CopyMissing`, `CopyAltered`."""
        digests = (entry.details.get("apart_sha256") for entry in self.timeline(record))
        digest = next(filter(None, digests), None)
        if digest is None:
            return {}
        key = key_for(RAW, str(digest), APART)
        tar = read(self.vault, key)
        if sha256(tar) != digest:
            raise CopyAltered(f"{key} holds other bytes than were frozen; run `loketbs verify`")
        members = read_bag(tar)
        return {name.removeprefix("data/"): data for name, data in members.items() if name.startswith("data/")}

    def freeze_package(self, files: Sequence[PackageFile], info: PackageInfo) -> FrozenCopy:
        """Write a package once and read it back; see `packages.freeze_package`."""
        return freeze_package(self.vault, files, info)

    def receive(self, arrival: Arrival, *, relisted: bool = False, once: bool = False) -> Receipt:
        """Give a message its record, its event and the job that will judge it; a known place in a mailbox adds nothing.

        `relisted`: the mailbox began a new life (UIDVALIDITY) and lists everything again. Equal bytes whose record still has
        a key of an earlier life are then the same message at a new place; an event tells that it moved, so that `rebuild`
        knows the place as well. `once`: a file that is no mail and has a record already, from wherever it came, gets no second.
        """
        for copy in filter(None, (arrival.raw, arrival.apart)):
            self._present(copy)
        with writing(self.engine) as conn:
            pen = Pen(conn, Shelf(self.vault), SOFTWARE, arrival.at)
            if known := at_place(conn, arrival):
                remember_place(conn, known.record, arrival.key)
                return Receipt(known.record, known=True, other_bytes=known.raw_sha256 != arrival.raw.sha256)
            if once and (record := same_file(conn, arrival)):
                return Receipt(record, known=True)
            if relisted and (record := from_earlier_life(conn, arrival)):
                pen.tell(EventType.WIJZIGING, record, mailbox_key_sha256=sha256(arrival.key.encode()))
                remember_place(conn, record, arrival.key)
                return Receipt(record, known=True)
            return record_new(pen, arrival)

    def register(self, claim: Claim, registration: Registration) -> Registered:
        """Record what a message was judged to be and all that follows from it, and finish the claimed job.

        Raises `LostClaim` when another worker took over, `NotKnown` for an unknown record or dossier, `StatusConflict` when
        the message lies in a dossier already, `Outdated` for an old view, `CopyMissing` or `CopyAltered` when the package does
        not lie in the vault.
        """
        _check(registration)
        shelf, index_sha256 = self._prepared(registration)
        with writing(self.engine) as conn:
            if registration.seen is not None and registration.seen != registrations(conn):
                raise Outdated(
                    f"another message was registered before {registration.record}; look again and decide again"
                )
            queue.finish(conn, claim)
            pen = Pen(conn, shelf, registration.actor, registration.at)
            return _registered(pen, registration, index_sha256)

    def open_dossier(
        self,
        record: str,
        status: str,
        *,
        actor: str,
        at: dt.datetime,
        actor_name: str = "",
        tracks: Mapping[str, str] | None = None,
        settles: Sequence[str] = (),
        jobs: Sequence[NewJob] = (),
    ) -> str:
        """A person opens a dossier for a registered message that has none; returns its number. NotKnown, StatusConflict.

        `settles` are points of attention that this answers, where they stand open.
        """
        with writing(self.engine) as conn:
            pen = Pen(conn, Shelf(self.vault), actor, at, actor_name)
            assert_free(conn, record)
            number, seq = create(pen, record, status, tracks or {})
            pen.settle(record, number, settles)
            pen.follow_up(jobs, seq, record, number)
            return number

    def join(
        self,
        record: str,
        number: str,
        relation: str,
        *,
        actor: str,
        at: dt.datetime,
        tracks: Mapping[str, str] | None = None,
        settles: Sequence[str] = (),
        jobs: Sequence[NewJob] = (),
    ) -> None:
        """Put a registered message that has no dossier into one, such as a scan whose mail came later. NotKnown, StatusConflict.

        `settles` are points of attention that this answers, where they stand open.
        """
        with writing(self.engine) as conn:
            pen = Pen(conn, Shelf(self.vault), actor, at)
            assert_free(conn, record)
            dossier_row(conn, number)
            seq = pen.tell(EventType.OPNAME, record, dossier=number, relation=relation)
            if tracks:
                pen.tell(EventType.WIJZIGING, record, dossier=number, **track_details(tracks))
            pen.settle(record, number, settles)
            pen.follow_up(jobs, seq, record, number)

    def set_status(
        self,
        number: str,
        status: str,
        *,
        actor: str,
        at: dt.datetime,
        actor_name: str = "",
        expected: str | None = None,
        jobs: Sequence[NewJob] = (),
    ) -> None:
        """Set the main status; which may follow which is the caller's table. StatusConflict when it is not `expected` any more."""
        with writing(self.engine) as conn:
            current = dossier_row(conn, number).status
            if expected is not None and current != expected:
                raise StatusConflict(f"{number} is {current!r}, no longer {expected!r}; look again and decide again")
            pen = Pen(conn, Shelf(self.vault), actor, at, actor_name)
            seq = pen.tell(EventType.WIJZIGING, number, dossier=number, status=status, before=current)
            pen.follow_up(jobs, seq, number, number)

    def set_tracks(
        self,
        number: str,
        tracks: Mapping[str, str],
        *,
        actor: str,
        at: dt.datetime,
        actor_name: str = "",
        expected: Mapping[str, str] | None = None,
        jobs: Sequence[NewJob] = (),
    ) -> None:
        """Set side tracks of a dossier. NotKnown; StatusConflict when a track is not as `expected` any more."""
        with writing(self.engine) as conn:
            dossier_row(conn, number)
            current = track_values(conn, number)
            if any(current.get(name, "") != value for name, value in (expected or {}).items()):
                raise StatusConflict(f"the tracks of {number} have changed; look again and decide again")
            pen = Pen(conn, Shelf(self.vault), actor, at, actor_name)
            seq = pen.tell(EventType.WIJZIGING, number, dossier=number, **track_details(tracks))
            pen.follow_up(jobs, seq, number, number)

    def settle(self, record: str, code: str, *, actor: str, at: dt.datetime) -> None:
        """A person dealt with a point of attention. Raises `NotKnown` when it does not stand open."""
        with writing(self.engine) as conn:
            dossier = message_row(conn, record).dossier
            if not Pen(conn, Shelf(self.vault), actor, at).settle(record, dossier, [code]):
                raise NotKnown(f"{record} has no open point {code}")

    def record_sent(
        self,
        reference: str,
        channel: str,
        sent_as: str,
        *,
        at: dt.datetime,
        actor: str = SOFTWARE,
        claim: Claim | None = None,
    ) -> None:
        """Record that something about a message or dossier went out, and finish the job that sent it. NotKnown, LostClaim.

        `reference` is the dossier or record; `sent_as` the channel's name for what was sent (a Message-ID, an activity id),
        never its content.
        """
        with writing(self.engine) as conn:
            if claim:
                queue.finish(conn, claim)
            of_dossier = reference.startswith("BS-")
            dossier = dossier_row(conn, reference).number if of_dossier else message_row(conn, reference).dossier
            pen = Pen(conn, Shelf(self.vault), actor, at)
            pen.tell(EventType.VERZENDING, reference, dossier=dossier, channel=channel, reference=sent_as)

    def moved(self, record: str, key: str, *, at: dt.datetime) -> None:
        """We moved a message within its mailbox: it has another key there. Raises `NotKnown`."""
        with writing(self.engine) as conn:
            message_row(conn, record)
            digest = sha256(key.encode())
            Pen(conn, Shelf(self.vault), SOFTWARE, at).tell(EventType.WIJZIGING, record, mailbox_key_sha256=digest)
            remember_place(conn, record, key)

    def set_bookmark(self, mailbox: str, value: str) -> None:
        """Remember where listing this mailbox goes on; only when everything listed before it has its record."""
        row = insert(MAILBOX).values(name=mailbox, bookmark=value)
        with writing(self.engine) as conn:
            conn.execute(row.on_conflict_do_update(index_elements=["name"], set_={"bookmark": value}))

    def _prepared(self, registration: Registration) -> tuple[Shelf, str]:
        """Everything slow, done before the database's lock is taken."""
        shelf = Shelf(self.vault)
        index_sha256 = shelf.place(_index(registration))
        if registration.package:
            self._present(registration.package)
            shelf.description(registration.package.name)
        return shelf, index_sha256

    def _present(self, copy: FrozenCopy) -> None:
        if self.vault.head(copy.key).size != copy.size:
            raise CopyAltered(f"{copy.key} has another size than was frozen; run `loketbs verify`")


def _check(registration: Registration) -> None:
    if registration.opens_dossier and registration.joins:
        raise ValueError("a message opens a dossier or joins one, not both")
    if registration.opens_dossier and not registration.statuses:
        raise ValueError("a dossier opens with a status")
    if (registration.statuses or registration.tracks) and not (registration.opens_dossier or registration.joins):
        raise ValueError("statuses and tracks are of a dossier, and this message has none")
    if any(" " in code or not code for code in registration.attention):
        raise ValueError("a reason code is one word")


def _index(registration: Registration) -> IndexEntry:
    found = registration
    return IndexEntry(found.record, found.sender, found.threads, found.documents, found.about)


def _registered(pen: Pen, wanted: Registration, index_sha256: str) -> Registered:
    record, message = wanted.record, message_row(pen.conn, wanted.record)
    seq = pen.tell(
        EventType.REGISTRATIE,
        record,
        kind=wanted.kind,
        possibly_formal=wanted.possibly_formal,
        index_sha256=index_sha256,
        attention=" ".join(dict.fromkeys(wanted.attention)) or None,
        **{f"count.{name}": number for name, number in wanted.counters.items()},
    )
    if package := wanted.package:
        digests = {"package_sha256": package.name, "package_file_sha256": package.sha256}
        pen.tell(EventType.BEVRIEZING, record, **digests, package_file_size=package.size)
    number = _into_dossier(pen, wanted) or message.dossier
    pen.follow_up(wanted.jobs, seq, record, number)
    return Registered(record, number, wanted.opens_dossier)


def _into_dossier(pen: Pen, wanted: Registration) -> str | None:
    if not (wanted.opens_dossier or wanted.joins):
        return None
    assert_free(pen.conn, wanted.record)
    if wanted.joins:
        number, current = wanted.joins.number, dossier_row(pen.conn, wanted.joins.number).status
        pen.tell(EventType.OPNAME, wanted.record, dossier=number, relation=wanted.joins.relation)
        if wanted.tracks:
            pen.tell(EventType.WIJZIGING, wanted.record, dossier=number, **track_details(wanted.tracks))
        following = wanted.statuses
    else:
        current, following = wanted.statuses[0], wanted.statuses[1:]
        number, _ = create(pen, wanted.record, current, wanted.tracks)
    for status in following:
        pen.tell(EventType.WIJZIGING, wanted.record, dossier=number, status=status, before=current)
        current = status
    return number
