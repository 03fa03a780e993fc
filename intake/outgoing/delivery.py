"""Handing a written mail over, exactly once as far as the other side lets one know; what stays unknown is shown to a person.

Order: prepare on the other side → remember that it begins → hand over → tell. A crash or a lost line after "begins" is followed by
the question what became of it; only a certain "not sent" leads to another attempt.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass

from intake.errors import MailRefused, SenderAway
from intake.outgoing.receipts import RECEIPTS
from intake.ports import Clock, Fate, OutgoingMail, Sender
from storage.dossiers import Records
from storage.letters import Hand
from storage.outgoing import PREPARED, News, OutgoingView
from storage.values import SOFTWARE, Claim, NewJob

log = logging.getLogger(__name__)

CARD = "card"
DRAFT = "draft"
"""The way of a mail that a person sends."""
REFUSED, UNSURE = "refused", "unsure"
GIVE_UP = dt.timedelta(days=2)
"""How long a server may put a mail off (RFC 5321 §4.5.4.1 asks for days) before a person is told."""


def failed_code(form: str) -> str:
    """The point of attention of a mail that did not arrive."""
    return "receipt_failed" if form in RECEIPTS else "mail_failed"


@dataclass(frozen=True)
class Delivery:
    """Hands mail over for the desk, whose own address is `address`. `sender` makes the way out when it is first needed."""

    records: Records
    sender: Callable[[], Sender]
    clock: Clock
    address: str

    def deliver(self, mail: OutgoingView, *, claim: Claim | None = None, hand: Hand | None = None) -> None:
        """Send the mail or lay it among the drafts, tell what came of it, and finish the job; one that is done stays done.

        Raises `SenderAway` when it must be tried again, `MailUnsure` when it must be looked for first.
        """
        outgoing = self.records.outgoing
        if mail.state != PREPARED:
            if claim:
                self.records.work.finish(claim)
            return
        try:
            answer = self._drafted(mail) if mail.way == DRAFT else self._sent(mail)
        except MailRefused as error:
            self._failed(mail, REFUSED, error.code, claim)
        except SenderAway as error:
            if self.clock.now() - dt.datetime.fromisoformat(mail.prepared_at) < GIVE_UP:
                raise
            self._failed(mail, REFUSED, "too_long", claim, str(error))
        else:
            if answer is None:
                self._failed(mail, UNSURE, "line_lost", claim)
                return
            who = hand or Hand(self.clock.now())
            outgoing.handed_over(mail, answer, who, claim=claim)
            log.info("mail", extra={"action": "Verzending", "record": mail.record, "form": mail.form, "way": mail.way})

    def _drafted(self, mail: OutgoingView) -> str:
        return f"draft {self.sender().draft(self._ready(mail))}"

    def _sent(self, mail: OutgoingView) -> str | None:
        """The server's answer; None when nobody can tell whether an earlier attempt sent it."""
        outgoing, ready, sender = self.records.outgoing, self._ready(mail), self.sender()
        reference, begun = outgoing.under_way(mail.message_id) or ("", False)
        if begun:
            fate = sender.fate(ready, reference)
            if fate is Fate.SENT:
                return "found among what was sent"
            if fate is Fate.UNKNOWN:
                return None
        reference = sender.prepare(ready)
        outgoing.set_under_way(mail.message_id, reference, begun=True)
        try:
            return sender.send(ready, reference)
        except (SenderAway, MailRefused):
            outgoing.set_under_way(mail.message_id, reference, begun=False)
            raise

    def _ready(self, mail: OutgoingView) -> OutgoingMail:
        answers = self.records.message(mail.record).key or ""
        return OutgoingMail(mail.message_id, self.address, (mail.recipient,), self.records.outgoing.raw(mail), answers)

    def _failed(self, mail: OutgoingView, state: str, code: str, claim: Claim | None, note: str = "") -> None:
        raises = "mail_unsure" if state == UNSURE else failed_code(mail.form)
        news = News(state, code, raises=raises, jobs=(NewJob(CARD),))
        self.records.outgoing.tell(mail, news, Hand(self.clock.now(), SOFTWARE, note=note), claim=claim)
        log.error("a mail did not go", extra={"action": state, "record": mail.record, "form": mail.form})
