"""What came back of our mail: told where it belongs; sent once more after a passing failure, a task after a lasting one."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass

from intake.outgoing.compose import message_id, under_new_id
from intake.outgoing.delivery import CARD, Delivery, failed_code
from intake.outgoing.reports import Returned
from storage.letters import Hand
from storage.outgoing import News, OutgoingView, Writing
from storage.values import Claim, NewJob

log = logging.getLogger(__name__)

RETURNED, RESEND = "returned", "resend"
"""Kinds of jobs."""
RESEND_AFTER = dt.timedelta(minutes=30)
_FAILED = frozenset({Returned.BOUNCED, Returned.BOUNCED_FOR_NOW})
_FINAL = frozenset({Returned.BOUNCED, Returned.READ})
"""Of these an out-of-office reply or a delay, which may arrive later, takes nothing away."""


@dataclass(frozen=True)
class Returns:
    """The performer of `returned` jobs: ties a report to the mail it is about."""

    delivery: Delivery

    def __call__(self, job: Claim) -> None:
        """Tell it of every mail of ours that the report names first."""
        says, status = Returned(str(job.payload["says"])), str(job.payload.get("status", ""))
        outgoing = self.delivery.records.outgoing
        found = {mail.message_id: mail for mail in outgoing.find(*job.payload["ids"])}
        mail = next((found[i] for i in job.payload["ids"] if i in found), None)
        if mail is None or (mail.state in _FINAL and says not in _FAILED):
            self.delivery.records.work.finish(job)
            return
        self._tell(mail, says, status, job)

    def _tell(self, mail: OutgoingView, says: Returned, status: str, job: Claim) -> None:
        now, work = self.delivery.clock.now(), self.delivery.records.work
        again = says is Returned.BOUNCED_FOR_NOW and not mail.again_of and mail.way != "draft"
        if again:  # put first: its key lets it be put once, whatever dies
            payload = {"record": mail.record, "message_id": mail.message_id}
            work.put(RESEND, f"{RESEND}:{mail.message_id}", payload, now + RESEND_AFTER)
        raises = failed_code(mail.form) if says in _FAILED and not again else ""
        jobs = (NewJob(CARD),) if raises else ()
        news = News(says.value, status, by=str(job.payload["record"]), raises=raises, jobs=jobs)
        self.delivery.records.outgoing.tell(mail, news, Hand(now), claim=job)
        log.info("a mail came back", extra={"action": says.value, "record": mail.record, "status": status})


@dataclass(frozen=True)
class Resend:
    """The performer of `resend` jobs: the same mail once more, under a Message-ID of its own so that its reports are told apart."""

    delivery: Delivery

    def __call__(self, job: Claim) -> None:
        """Write it once, then hand it over."""
        outgoing, first = self.delivery.records.outgoing, str(job.payload["message_id"])
        (mail,) = outgoing.find(first)
        again = next((m for m in outgoing.of(mail.record) if m.again_of == first), None)
        if again is None:
            new = message_id(self.delivery.address)
            raw = under_new_id(outgoing.raw(mail), first, new)
            told = (mail.record, mail.dossier, mail.form, mail.way, mail.recipient)
            writing = Writing(new, *told, raw, again_of=first)
            again = outgoing.prepare(writing, Hand(self.delivery.clock.now()), claim=job)
        self.delivery.deliver(again, claim=job)
