"""Outgoing mail: what was written, handed over, refused or came back. Each act is one transaction; the bytes lie in the vault.

A mail is told as *prepared* before anything of it leaves the house, and what is under way stands in a table of its own, so that
after a crash nobody has to guess whether it was tried.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, func, or_, select
from sqlalchemy.dialects.sqlite import insert

from storage import jobs as queue
from storage._tables import OUTGOING, SENDING
from storage.canonical import instant, sha256
from storage.database import reading, writing
from storage.errors import CopyAltered
from storage.ledger import EventType
from storage.letters import Hand
from storage.pen import Pen, dossier_row, message_row
from storage.shelf import IndexEntry, Shelf
from storage.values import Claim, NewJob
from storage.vault import MAIL, RAW, FrozenCopy, Vault, key_for, put_checked, read

CHANNEL = "mail"
PREPARED, SENT, DRAFTED = "prepared", "sent", "drafted"
"""States that are set here; further ones (refused, bounced, …) are the caller's words."""


@dataclass(frozen=True, slots=True)
class Writing:
    """A mail that is to go out. `record` is the message it answers; `form` and `way` are the caller's words.

    `again_of` is the Message-ID of the mail that it repeats.
    """

    message_id: str
    record: str
    dossier: str | None
    form: str
    way: str
    recipient: str
    raw: bytes
    again_of: str = ""


@dataclass(frozen=True, slots=True)
class OutgoingView:
    """An outgoing mail as it stands; times are RFC 3339 text. `reason` is a code or a status such as 5.1.1."""

    message_id: str
    record: str
    dossier: str | None
    form: str
    way: str
    recipient: str
    state: str
    reason: str
    again_of: str
    copy: FrozenCopy
    prepared_at: str
    changed_at: str


@dataclass(frozen=True, slots=True)
class News:
    """What became of a mail: the new state, why, which message told of it, and the point of attention that follows."""

    state: str
    reason: str = ""
    by: str = ""
    raises: str = ""
    jobs: tuple[NewJob, ...] = ()


@dataclass(frozen=True)
class Outgoing:
    """The outgoing mail of one database and one vault."""

    engine: Engine
    vault: Vault

    def find(self, *message_ids: str) -> tuple[OutgoingView, ...]:
        """Those of these Message-IDs that are ours."""
        return self._found(OUTGOING.c.message_id.in_(message_ids))

    def of(self, reference: str) -> tuple[OutgoingView, ...]:
        """What went out about a dossier or a message, in its order."""
        return self._found(or_(OUTGOING.c.dossier == reference, OUTGOING.c.record == reference))

    def ids(self) -> Mapping[str, tuple[str, ...]]:
        """The Message-IDs that went out under each dossier."""
        query = select(OUTGOING.c.dossier, OUTGOING.c.message_id).where(OUTGOING.c.dossier.is_not(None))
        found: dict[str, list[str]] = defaultdict(list)
        with reading(self.engine) as conn:
            for row in conn.execute(query.order_by(OUTGOING.c.dossier, OUTGOING.c.message_id)):
                found[row.dossier].append(row.message_id)
        return {number: tuple(ids) for number, ids in found.items()}

    def written_to(self, recipient: str, form: Collection[str], since: dt.datetime) -> int:
        """How many mails of these forms were written to an address since a moment."""
        lately = (OUTGOING.c.prepared_at >= instant(since)) & OUTGOING.c.form.in_(form)
        query = select(func.count()).select_from(OUTGOING).where(lately, OUTGOING.c.recipient == recipient)
        with reading(self.engine) as conn:
            return int(conn.execute(query).scalar_one())

    def raw(self, view: OutgoingView) -> bytes:
        """The mail as it was written. Raises `CopyMissing`, `CopyAltered`."""
        data = read(self.vault, view.copy.key)
        if sha256(data) != view.copy.sha256:
            raise CopyAltered(f"{view.copy.key} holds other bytes than were frozen; run `loketbs verify`")
        return data

    def prepare(self, mail: Writing, hand: Hand, *, claim: Claim | None = None) -> OutgoingView:
        """Freeze a mail and tell that it is ready; one that is known by its Message-ID stays as it was. NotKnown, LostClaim."""
        if known := self.find(mail.message_id):
            return known[0]
        digest = sha256(mail.raw)
        put_checked(self.vault, key_for(RAW, digest, MAIL), mail.raw)
        shelf = Shelf(self.vault)
        note = shelf.place(IndexEntry(mail.record, sender=mail.recipient, about={"note": hand.note}))
        with writing(self.engine) as conn:
            if claim:
                queue.heartbeat(conn, claim, hand.at)
            if not _views(conn, OUTGOING.c.message_id == mail.message_id):
                message_row(conn, mail.record)
                if mail.dossier:
                    dossier_row(conn, mail.dossier)
                Pen(conn, shelf, hand.actor, hand.at, hand.name).tell(
                    EventType.WIJZIGING,
                    mail.record,
                    dossier=mail.dossier,
                    mail=PREPARED,
                    message_id=mail.message_id,
                    form=mail.form,
                    way=mail.way,
                    again_of=mail.again_of or None,
                    copy_sha256=digest,
                    copy_size=len(mail.raw),
                    note_sha256=note,
                )
        return self.find(mail.message_id)[0]

    def under_way(self, message_id: str) -> tuple[str, bool] | None:
        """The sender's reference of a prepared mail, and whether handing it over was begun; None before that."""
        with reading(self.engine) as conn:
            row = conn.execute(select(SENDING).where(SENDING.c.message_id == message_id)).first()
        return (row.reference, bool(row.begun)) if row else None

    def set_under_way(self, message_id: str, reference: str, *, begun: bool) -> None:
        """Remember, before a mail is handed over, that it is; and afterwards that it was not, where that is certain."""
        values = {"reference": reference, "begun": begun}
        row = insert(SENDING).values(message_id=message_id, **values)
        with writing(self.engine) as conn:
            conn.execute(row.on_conflict_do_update(index_elements=["message_id"], set_=values))

    def forget_under_way(self, message_id: str) -> None:
        """A mail that is about no record is settled; of others `handed_over` sees to it."""
        with writing(self.engine) as conn:
            conn.execute(delete(SENDING).where(SENDING.c.message_id == message_id))

    def handed_over(
        self, mail: OutgoingView, answer: str, hand: Hand, *, claim: Claim | None = None, jobs: Sequence[NewJob] = ()
    ) -> None:
        """Tell that a mail was sent, or laid among the drafts, with the server's answer, and finish the job. LostClaim."""
        shelf = Shelf(self.vault)
        note = shelf.place(IndexEntry(mail.record, about={"note": answer}))
        state = DRAFTED if mail.way == "draft" else SENT
        with writing(self.engine) as conn:
            if claim:
                queue.finish(conn, claim)
            pen = Pen(conn, shelf, hand.actor, hand.at, hand.name)
            told = {"channel": CHANNEL, "reference": mail.message_id, "mail": state, "note_sha256": note}
            seq = pen.tell(EventType.VERZENDING, mail.record, dossier=mail.dossier, form=mail.form, **told)
            conn.execute(delete(SENDING).where(SENDING.c.message_id == mail.message_id))
            pen.follow_up(jobs, seq, mail.record, mail.dossier)

    def tell(self, mail: OutgoingView, news: News, hand: Hand, *, claim: Claim | None = None) -> None:
        """Tell what became of a mail, let a point of attention stand open where one follows, and finish the job. LostClaim.

        The same message telling the same again tells nothing.
        """
        shelf = Shelf(self.vault)
        note = shelf.place(IndexEntry(mail.record, about={"note": hand.note})) if hand.note else None
        with writing(self.engine) as conn:
            if claim:
                queue.finish(conn, claim)
            (now,) = _views(conn, OUTGOING.c.message_id == mail.message_id)
            if (now.state, now.reason) == (news.state, news.reason):
                return
            pen = Pen(conn, shelf, hand.actor, hand.at, hand.name)
            told = {"mail": news.state, "reference": mail.message_id, "form": mail.form, "note_sha256": note}
            more = {"reason": news.reason or None, "by": news.by or None}
            seq = pen.tell(EventType.WIJZIGING, mail.record, dossier=mail.dossier, **told, **more)
            if news.raises and not pen.stands_open(mail.record, news.raises):
                pen.tell(EventType.WIJZIGING, mail.record, raised=news.raises)
            pen.follow_up(news.jobs, seq, mail.record, mail.dossier)

    def withheld(self, record: str, form: str, reason: str, hand: Hand, *, claim: Claim | None = None) -> None:
        """Tell that no mail was written though one is usual, and why. NotKnown, LostClaim."""
        with writing(self.engine) as conn:
            if claim:
                queue.finish(conn, claim)
            number = message_row(conn, record).dossier
            pen = Pen(conn, Shelf(self.vault), hand.actor, hand.at, hand.name)
            pen.tell(EventType.WIJZIGING, record, dossier=number, mail="withheld", form=form, reason=reason)

    def answer(self, digest: str) -> str:
        """What a server answered, or a person said, by the digest in its event. Raises `CopyMissing`, `CopyAltered`."""
        return str(Shelf(self.vault).entry(digest).about.get("note", ""))

    def _found(self, where: Any) -> tuple[OutgoingView, ...]:
        with reading(self.engine) as conn:
            return _views(conn, where)


def _views(conn: Connection, where: Any) -> tuple[OutgoingView, ...]:
    query = select(OUTGOING).where(where).order_by(OUTGOING.c.prepared_at, OUTGOING.c.message_id)
    return tuple(_view(row) for row in conn.execute(query))


def _view(row: Row[Any]) -> OutgoingView:
    named = ("message_id", "record", "dossier", "form", "way", "recipient", "state", "reason", "again_of")
    values = {name: row._mapping[name] for name in named}  # noqa: SLF001 - SQLAlchemy's public name
    copy = FrozenCopy(key_for(RAW, row.copy_sha256, MAIL), row.copy_sha256, row.copy_size)
    return OutgoingView(**values, copy=copy, prepared_at=row.prepared_at, changed_at=row.changed_at)
