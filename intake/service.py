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
from intake.assess import Context, assess_document, assess_mail
from intake.decide import WAITS, Decision, decide, joins_later
from intake.known import KnownDossiers
from intake.model import Assessment, Kind
from intake.outgoing.receipts import RECEIPT_JOB, answering, reported
from intake.outgoing.returns import RETURNED
from intake.outgoing.tidying import TIDY
from intake.paper.comparing import Comparing, Report
from intake.paper.door import PaperDoor
from intake.paper.forms import as_scan, form_of, is_file
from intake.paper.known import KnownTexts
from intake.paper.laying import NO_SCAN, WAITING, for_paper
from intake.paper.post import COMPARE, LAY, PostRoom
from intake.paper.texts import TEXTS_OF
from intake.ports import Clock, Envelope, GivesApart, Mailbox, MalwareScanner
from intake.relate import Item, item_of, relate, to_plain
from intake.report import about, to_findings, unopened
from intake.states import Status
from intake.text import sketch, text_sha256
from storage.dossiers import Records
from storage.errors import Outdated
from storage.held import HeldText
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
    reader: PaperDoor
    context: Context
    scanner: MalwareScanner
    clock: Clock
    performers: Mapping[str, Performer]
    report: Report | None = None
    """Makes the report of a comparison that people read."""

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
        return self._received(self.records.receive(arrival, relisted=relisted), frozen.size)

    def take_scan(self, mailbox: Mailbox, envelope: Envelope) -> Receipt:
        """Fetch a file from where scans lie ● → freeze ● → receive ●."""
        return self.receive_scan(mailbox.fetch(envelope.key), mailbox.name, envelope.key, envelope.received)

    def receive_scan(self, data: bytes, way: str, key: str, received: dt.datetime) -> Receipt:
        """Freeze a file as a scan ● → receive it ●, once whatever the way by which it comes; `key` names its place there."""
        frozen = self.records.freeze_raw(data, form_of(data))
        arrival = Arrival(way, key, received, frozen, at=self.clock.now())
        return self._received(self.records.receive(arrival, once=True), frozen.size)

    @staticmethod
    def _received(receipt: Receipt, size: int) -> Receipt:
        if receipt.other_bytes:
            log.error("a known key has other bytes", extra={"action": "other_bytes", "record": receipt.record})
        if not receipt.known:
            log.info("received", extra={"action": "Ontvangst", "record": receipt.record, "size": size})
        return receipt

    def process(self, job: Claim) -> None:
        """Scan ● → read → unpack → extract → recognise → check → relate → decide → freeze package ● → register ●."""
        message = self.records.message(str(job.payload["record"]))
        raw = self.records.raw(message.record)
        assessment = self._assess(raw, message)
        item, paper = item_of(assessment), assessment.recognition.kind is Kind.POSTAL_SCAN
        texts = self.post.texts(assessment, raw)
        if texts:
            self.records.held.put(message.record, texts)
        registered = None
        while registered is None:
            seen = self.records.registrations()
            known = () if paper else self._known.without(message.record)
            decision = (
                for_paper(decide(assessment, ()), raw if is_file(message.raw.key) else None)
                if paper
                else decide(assessment, relate(item, known))
            )
            package = self._freeze(raw, assessment, message) if decision.freeze else None
            registration = _registration(message, assessment, item, decision, package, seen=seen)
            registered = self._register(job, self._with_mail(registration, assessment, decision))
        kind = assessment.recognition.kind.value
        told = {"action": "Registratie", "record": message.record, "kind": kind, "dossier": registered.dossier}
        log.info("registered", extra=told)

    def relate_waiting(self, job: Claim) -> None:
        """A dossier was opened or got a document: mails and scans that came before it and found none are tried again ●."""
        for point in self.records.attention():
            if point.code in WAITS and point.dossier is None and point.code not in WAITING:
                self._join(point.record, point.code)
        self.post.lay_waiting(str(job.payload["dossier"]))
        self.records.work.finish(job)

    def _join(self, record: str, code: str) -> None:
        kind = Kind(self.records.message(record).kind or Kind.OTHER)
        number = joins_later(kind, relate(self._known.item(record), self._known.without(record)))
        if number is None:
            return
        at = self.clock.now()
        follow = (NewJob(CARD), NewJob(NEWS, {"relation": kind.value}), *self._done_here(NewJob(RECEIPT_JOB)))
        self.records.join(record, number, kind.value, actor=SOFTWARE, at=at, settles=(code,), jobs=follow)

    def _with_mail(self, registration: Registration, assessment: Assessment, decision: Decision) -> Registration:
        """What there is to send about this mail, what it reports of one of ours, and what its mailbox is to show of it."""
        jobs = [NewJob(RECEIPT_JOB)] if decision.opens_dossier or decision.joins else []
        report = reported(assessment)
        if report and (ours := self.records.outgoing.find(*report.message_ids)):
            known = {mail.message_id for mail in ours}
            ids = [i for i in report.message_ids if i in known]
            jobs.append(NewJob(RETURNED, {"says": report.says.value, "status": report.status, "ids": ids}))
        answer = answering(assessment, self.context.register).plain()
        more = self._done_here(*jobs, NewJob(TIDY))
        return replace(registration, about={**registration.about, "answer": answer}, jobs=(*registration.jobs, *more))

    def _done_here(self, *jobs: NewJob) -> tuple[NewJob, ...]:
        """Those for which this house has a performer: mail is sent and tidied only where that is set."""
        return tuple(job for job in jobs if job.kind in self.performers)

    def handle(self, job: Claim) -> None:
        """Whatever this job asks: judge a mail, seek a dossier again, or do an action of the outbox ●."""
        self._handlers[job.kind](job)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of jobs that this service can do."""
        return tuple(self._handlers)

    @cached_property
    def post(self) -> PostRoom:
        """What happens to scans."""
        return PostRoom(self.records, self.reader, self.clock, KnownTexts(self.records, self._texts_again))

    @cached_property
    def _handlers(self) -> dict[str, Performer]:
        post: dict[str, Performer] = {LAY: self.post.lay, COMPARE: Comparing(self.post, self.report)}
        return {PROCESS: self.process, RELATE: self.relate_waiting, **post, **self.performers}

    def _texts_again(self, record: str) -> tuple[HeldText, ...]:
        raw = self.records.raw(record)
        return self.post.texts(self._assess(raw, self.records.message(record)), raw)

    def _assess(self, raw: bytes, message: MessageView) -> Assessment:
        beside = self.records.apart(message.record)
        for data in (raw, *beside.values()):  # each by itself: a scanner takes what it gets for one message or file
            found = self.scanner.scan([data])
            if found.scanned and not found.clean:
                return unopened(raw, found.name)
        received = dt.datetime.fromisoformat(message.received_at)
        context = replace(self.context, trust=replace(self.context.trust, moment=received))
        if is_file(message.raw.key):
            name = f"scan.{message.raw.key.rpartition('.')[2]}"
            return as_scan(assess_document(raw, name, self.reader, context))
        return assess_mail(raw, self.reader, context, apart=unpacked(beside))

    @cached_property
    def _known(self) -> KnownDossiers:
        return KnownDossiers(self.records)

    def _freeze(self, raw: bytes, assessment: Assessment, message: MessageView) -> FrozenCopy:
        """One package: the raw mail, every file in it, and the findings; the same input gives the same package."""
        name = f"scan.{message.raw.key.rpartition('.')[2]}" if is_file(message.raw.key) else "bericht.eml"
        files = [PackageFile(name, raw)]
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
        about={**about(assessment), "item": to_plain(_kept(item, assessment, decision))},
        attention=decision.attention,
        jobs=_follow_up(decision, assessment.recognition.kind),
        seen=seen,
    )


def _kept(item: Item, assessment: Assessment, decision: Decision) -> Item:
    """What later mails are compared with: of a scan, whose letters may be of several dossiers, nothing of its text."""
    if assessment.recognition.kind is Kind.POSTAL_SCAN:
        return Item(sha256=item.sha256, message_id=item.message_id, thread=item.thread, numbers=item.numbers)
    return item if decision.freeze else Item(sha256=item.sha256)


def _follow_up(decision: Decision, kind: Kind) -> tuple[NewJob, ...]:
    if kind is Kind.POSTAL_SCAN and NO_SCAN not in decision.attention:
        return (NewJob(LAY),)
    shown = decision.opens_dossier or decision.joins or decision.attention
    card = [NewJob(CARD)] if shown else []
    adds = bool(decision.joins) and kind in TEXTS_OF
    news = [NewJob(NEWS, {"relation": decision.relation})] if decision.joins else []
    return (*card, *news, *([NewJob(RELATE)] if decision.opens_dossier or adds else []))
