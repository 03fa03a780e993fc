"""The shell: every side effect of a mail's way through the house, in the order in which they happen.

`take` brings a mail in, `process` judges and registers it, `perform` does what was decided. Each may be killed anywhere and done
again: frozen copies are addressed by content, records are written in one transaction, and actions carry keys of their own.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from intake.apart import packed, unpacked
from intake.assess import Context, Reader, assess_mail
from intake.decide import WAITS, Decision, decide, joins_later
from intake.known import KnownDossiers
from intake.model import Assessment, Kind
from intake.ports import Clock, Envelope, GivesApart, Mailbox, MalwareScanner
from intake.relate import Item, item_of, relate, to_plain
from intake.report import about, to_findings, unopened
from intake.states import Status
from intake.text import sketch, text_sha256
from storage.dossiers import Records
from storage.errors import Outdated
from storage.packages import PackageFile, PackageInfo
from storage.values import (
    SOFTWARE,
    Arrival,
    Claim,
    Join,
    KnownDocument,
    MessageView,
    NewJob,
    Receipt,
    Registered,
    Registration,
)
from storage.vault import FrozenCopy

log = logging.getLogger(__name__)

PROCESS = "process"
RELATE = "relate"
CARD = "card"
NEWS = "news"
VERIFY = "verify"
TOO_LARGE = "too_large"
UNREADABLE = "unreadable"

Performer = Callable[[Claim], None]
"""Does one action of the outbox and records it; raises when it must be tried again."""


@dataclass(frozen=True)
class Service:
    """The stages of one mail with their tools; holds no state but its memory of the known dossiers."""

    records: Records
    reader: Reader
    context: Context
    scanner: MalwareScanner
    clock: Clock
    performers: Mapping[str, Performer]

    def take(self, mailbox: Mailbox, envelope: Envelope, *, relisted: bool = False) -> Receipt:
        """Fetch ● → freeze raw and what came beside it ● → receive ●: after this the mail cannot be lost any more."""
        raw = mailbox.fetch(envelope.key)
        beside = packed(mailbox.fetch_apart(envelope.key)) if isinstance(mailbox, GivesApart) else {}
        arrival = Arrival(
            mailbox.name,
            envelope.key,
            envelope.received,
            frozen := self.records.freeze_raw(raw),
            at=self.clock.now(),
            retrieval=envelope.retrieval,
            apart=self.records.freeze_apart(beside) if beside else None,
        )
        receipt = self.records.receive(arrival, relisted=relisted)
        if receipt.other_bytes:
            log.error("a known key has other bytes", extra={"action": "other_bytes", "record": receipt.record})
        if not receipt.known:
            log.info("received", extra={"action": "Ontvangst", "record": receipt.record, "size": frozen.size})
        return receipt

    def process(self, job: Claim) -> None:
        """Scan ● → read → unpack → extract → recognise → check → relate → decide → freeze package ● → register ●."""
        message = self.records.message(str(job.payload["record"]))
        raw = self.records.raw(message.record)
        assessment = self._assess(raw, message)
        item = item_of(assessment)
        registered = None
        while registered is None:
            seen = self.records.registrations()
            decision = decide(assessment, relate(item, self._known.without(message.record)))
            package = self._freeze(raw, assessment, message) if decision.freeze else None
            registered = self._register(job, _registration(message, assessment, item, decision, package, seen=seen))
        kind = assessment.recognition.kind.value
        told = {"action": "Registratie", "record": message.record, "kind": kind, "dossier": registered.dossier}
        log.info("registered", extra=told)

    def relate_waiting(self, job: Claim) -> None:
        """A dossier was opened: mails and scans that came before it and found none are tried again ●."""
        for point in self.records.attention():
            if point.code in WAITS and point.dossier is None:
                self._join(point.record, point.code)
        self.records.work.finish(job)

    def _join(self, record: str, code: str) -> None:
        kind = Kind(self.records.message(record).kind or Kind.OTHER)
        number = joins_later(kind, relate(self._known.item(record), self._known.without(record)))
        if number is None:
            return
        at = self.clock.now()
        follow = (NewJob(CARD), NewJob(NEWS, {"relation": kind.value}))
        self.records.join(record, number, kind.value, actor=SOFTWARE, at=at, settles=(code,), jobs=follow)

    def handle(self, job: Claim) -> None:
        """Whatever this job asks: judge a mail, seek a dossier again, or do an action of the outbox ●."""
        own: dict[str, Performer] = {PROCESS: self.process, RELATE: self.relate_waiting}
        (own | dict(self.performers))[job.kind](job)

    def _assess(self, raw: bytes, message: MessageView) -> Assessment:
        found = self.scanner.scan([raw, *self.records.apart(message.record).values()])
        if found.scanned and not found.clean:
            return unopened(raw, found.name)
        received = dt.datetime.fromisoformat(message.received_at)
        context = replace(self.context, trust=replace(self.context.trust, moment=received))
        return assess_mail(raw, self.reader, context, apart=unpacked(self.records.apart(message.record)))

    @cached_property
    def _known(self) -> KnownDossiers:
        return KnownDossiers(self.records)

    def _freeze(self, raw: bytes, assessment: Assessment, message: MessageView) -> FrozenCopy:
        """One package: the raw mail, every file in it, and the findings; the same input gives the same package."""
        files = [PackageFile("bericht.eml", raw)]
        if assessment.mail:
            files += [PackageFile(a.name, a.content) for a in assessment.mail.attachments]
        received, frozen = (dt.datetime.fromisoformat(t) for t in (message.received_at, message.recorded_at))
        return self.records.freeze_package(
            files, PackageInfo(message.record, received, frozen, to_findings(assessment))
        )

    def _register(self, job: Claim, registration: Registration) -> Registered | None:
        """None when another mail was registered meanwhile: what this one belongs to must be sought again."""
        try:
            return self.records.register(job, replace(registration, at=self.clock.now()))
        except Outdated:
            return None


def _registration(
    message: MessageView,
    assessment: Assessment,
    item: Item,
    decision: Decision,
    package: FrozenCopy | None,
    *,
    seen: int,
) -> Registration:
    return Registration(
        record=message.record,
        at=dt.datetime.fromisoformat(message.recorded_at),
        kind=assessment.recognition.kind.value,
        possibly_formal=assessment.recognition.possibly_formal,
        package=package,
        opens_dossier=decision.opens_dossier,
        joins=Join(decision.joins, decision.relation) if decision.joins else None,
        statuses=(Status.ONTVANGEN.value,) if decision.opens_dossier else (),
        tracks=decision.tracks,
        counters={"findings": len(assessment.findings), "defects": len(assessment.defects)},
        documents=tuple(KnownDocument(d.sha256, text_sha256(d.text), sketch(d.text)) for d in assessment.documents),
        threads=tuple(filter(None, (item.message_id, *sorted(item.thread)))),
        sender=item.sender,
        about={**about(assessment), "item": to_plain(item if decision.freeze else Item(sha256=item.sha256))},
        attention=decision.attention,
        jobs=_follow_up(decision),
        seen=seen,
    )


def _follow_up(decision: Decision) -> tuple[NewJob, ...]:
    shown = decision.opens_dossier or decision.joins or decision.attention
    card = [NewJob(CARD)] if shown else []
    news = [NewJob(NEWS, {"relation": decision.relation})] if decision.joins else []
    return (*card, *news, *([NewJob(RELATE)] if decision.opens_dossier else []))
