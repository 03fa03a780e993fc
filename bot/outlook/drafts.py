"""Draft replies T2 to T5 for staff: written from what the records know, laid among the drafts, sent by a person or not at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from bot import kept, texts
from bot.dossier.post.stored import StoredPaper
from bot.outlook.writing import Desk, receipt, written
from bot.texts import letters
from bot.texts.letters import Letter
from intake.errors import IntakeError
from intake.model import Kind
from intake.outgoing.delivery import DRAFT, Delivery
from intake.outgoing.receipts import Form
from storage.letters import Hand
from storage.outgoing import OutgoingView
from storage.values import DossierView, MessageView

FORMS = (Form.SUPPLEMENT_REQUEST, Form.POST_DEVIATES, Form.LATER_VERSION, Form.CANNOT_OPEN)
WEEKS = dt.timedelta(weeks=2)
"""The time that a submitter gets for a supplement."""


class NoDraft(IntakeError):  # noqa: N818 - states the fact
    """This letter cannot be written about this dossier; nothing was changed."""


@dataclass(frozen=True)
class Drafts:
    """Writes drafts about dossiers."""

    delivery: Delivery
    desk: Desk

    def lay(self, number: str, form: Form, hand: Hand, pages: Sequence[int] = ()) -> OutgoingView:
        """Write a letter about a dossier and lay it among the drafts. Raises `NoDraft`, `NotKnown`, and what a sender raises.

        `pages` are those on which the post differs, for T3. A letter that was prepared and not delivered is taken up again.
        """
        records = self.delivery.records
        dossier = records.dossier(number)
        message = self._answered(dossier, form)
        waiting = (m for m in records.outgoing.of(message.record) if m.form == form.value and m.state == "prepared")
        mail = next((m for m in waiting if m.way == DRAFT), None)
        if mail is None:
            if not self.desk.address:
                raise NoDraft(
                    "the desk's own address is not set; set loket.mailbox in the register, or outgoing.sender"
                )
            letter = self._letter(dossier, message, form, hand.at, pages)
            try:
                writing = written(records, message, form, letter, way=DRAFT, desk=self.desk, at=hand.at)
            except ValueError as error:
                raise NoDraft(f"{message.record}: {error}; write to them by hand") from error
            mail = records.outgoing.prepare(writing, hand)
        self.delivery.deliver(mail, hand=hand)
        (mail,) = records.outgoing.find(mail.message_id)
        return mail

    def _answered(self, dossier: DossierView, form: Form) -> MessageView:
        """The mail that is answered: the later version for T4, else the one that opened the dossier."""
        members = [self.delivery.records.message(record) for record in dossier.messages]
        later = [m for m in members if m.kind == Kind.CORRECTION or m.relation == "same_text_other_file"]
        if form is Form.LATER_VERSION:
            if not later:
                raise NoDraft(f"{dossier.number} holds no later version")
            return later[-1]
        opened = next(m for m in members if m.record == dossier.opened_with)
        mails = [m for m in members if m.kind != Kind.POSTAL_SCAN]
        if opened.kind != Kind.POSTAL_SCAN:
            return opened
        if not mails:
            raise NoDraft(f"{dossier.number} holds no mail that could be answered")
        return mails[0]

    def _letter(
        self, dossier: DossierView, message: MessageView, form: Form, at: dt.datetime, pages: Sequence[int]
    ) -> Letter:
        number, received = dossier.number, dt.datetime.fromisoformat(message.received_at)
        if form is Form.SUPPLEMENT_REQUEST:
            return letters.supplement_request(number, self._missing(dossier), at + WEEKS)
        if form is Form.POST_DEVIATES:
            return letters.post_deviates(number, received, pages or self._deviating(number))
        if form is Form.LATER_VERSION:
            return letters.later_version(number, received)
        return receipt(self.delivery.records, message, form)

    def _missing(self, dossier: DossierView) -> list[tuple[str, str]]:
        """Every item that was not found, with the sentence of its finding."""
        about = kept.about(self.delivery.records, dossier.opened_with)
        elements = about.get("elements", {})
        whys = {f.rule: texts.why(f) for f in reversed(kept.findings(about)) if f.verdict != "pass"}
        wanted = [name for name, there in elements.items() if not there and name != "eerdere_signalen"]
        if not wanted:
            raise NoDraft(f"{dossier.number}: no item is missing; there is nothing to ask")
        return [(texts.rule(name), whys.get(name, letters.NOT_FOUND)) for name in wanted]

    def _deviating(self, number: str) -> list[int]:
        """The pages as the frozen document counts them; of an added page the number that the scan gives it."""
        found = StoredPaper(self.delivery.records).comparison(number)
        pages = {d.page or d.sheet for d in found.deviations} if found else set()
        if not pages:
            raise NoDraft(f"{number}: no post that differs was compared; name the pages with --page")
        return sorted(page for page in pages if page)
