"""The receipt for what came in: judges nothing, goes once, and only where a machine may answer."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass

from bot.outlook.writing import Desk, answer_of, receipt, written
from intake.model import Kind
from intake.outgoing.delivery import DRAFT, Delivery
from intake.outgoing.receipts import RECEIPTS, Answering, Form, form_of
from storage.letters import Hand
from storage.outgoing import OutgoingView
from storage.values import Claim, MessageView

log = logging.getLogger(__name__)

OFF, SEND = "off", "send"
_FORMS = frozenset(form.value for form in RECEIPTS)
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class ReceiptPerformer:
    """Does `receipt` jobs. `way` is off, draft or send; `most` the receipts to one address within a day."""

    delivery: Delivery
    desk: Desk
    way: str = OFF
    most: int = 10

    def __call__(self, job: Claim) -> None:
        """Write the receipt of one message, once, and deliver it; or tell why there is none."""
        records, record = self.delivery.records, str(job.payload["record"])
        message = records.message(record)
        answer = answer_of(records, record)
        form = form_of(Kind(message.kind or Kind.OTHER), message.relation or "", answer)
        if self.way == OFF or form is None or message.dossier is None:
            records.work.finish(job)
            return
        mail = next((m for m in records.outgoing.of(record) if m.form in _FORMS and not m.again_of), None)
        if mail is None:
            now = self.delivery.clock.now()
            if reason := self._why_not(answer, now):
                records.outgoing.withheld(record, form.value, reason, Hand(now), claim=job)
                log.info("no receipt", extra={"action": "withheld", "record": record, "reason": reason})
                return
            mail = self._written(message, form, DRAFT if answer.check else self.way, job, now)
        self.delivery.deliver(mail, claim=job)

    def _why_not(self, answer: Answering, now: dt.datetime) -> str:
        if answer.silent:
            return answer.silent
        if not self.desk.address:
            return "no_own_address"
        if not answer.to.isascii() or "@" not in answer.to:
            return "no_sender"
        if self.delivery.records.outgoing.written_to(answer.to, _FORMS, now - _DAY) >= self.most:
            return "too_many"
        return ""

    def _written(self, message: MessageView, form: Form, way: str, job: Claim, now: dt.datetime) -> OutgoingView:
        records = self.delivery.records
        letter = receipt(records, message, form)
        writing = written(records, message, form, letter, way=way, desk=self.desk, at=now)
        return records.outgoing.prepare(writing, Hand(now), claim=job)
