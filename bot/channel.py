"""From a recorded decision to a card in the channel: the performer of the outbox's `card` jobs."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass

from bot import kept
from bot.teams.cards import Arrival, Card, CardFacts, Notice, NoticeFacts, dossier_card, notice_card
from intake.model import Kind
from intake.ports import Clock, Desk
from intake.states import Status
from storage.dossiers import Records
from storage.values import Claim, DossierView, MessageView
from storage.verify import Check, verify

log = logging.getLogger(__name__)

CHANNEL = "channel"

_UNREADABLE = frozenset(
    {"defects", "document_not_found", "threat_encrypted", "threat_corrupt", "threat_link_instead_of_attachment"}
)


@dataclass(frozen=True)
class CardPerformer:
    """Posts the card of a dossier, or edits it in place; a mail without a dossier that needs a person gives a notice."""

    records: Records
    desk: Desk
    clock: Clock
    pages: str

    def __call__(self, job: Claim) -> None:
        """Do one `card` job; posting twice after a crash shows one card, because the key is the dossier's own."""
        message = self.records.message(str(job.payload["record"]))
        reference = message.dossier or message.record
        posted = self._post(message, reference)
        self.records.record_sent(reference, CHANNEL, posted, at=self.clock.now(), claim=job)

    def _post(self, message: MessageView, reference: str) -> str:
        card = self._card(message)
        if (posted := self.records.sent(reference, CHANNEL)) is not None:
            return self.desk.update(posted, card)
        return self.desk.post(reference, card)

    def _card(self, message: MessageView) -> Card:
        if message.dossier is None:
            return notice_card(self._notice(message))
        dossier = self.records.dossier(message.dossier)
        return dossier_card(facts(dossier, self.records.message(dossier.opened_with), self.pages))

    def _notice(self, message: MessageView) -> NoticeFacts:
        threats = [code for code in message.attention if code.startswith("threat_")]
        notice = Notice.DANGEROUS if threats else Notice.UNDECIDED
        if _UNREADABLE & set(message.attention):
            notice = Notice.UNREADABLE
        return NoticeFacts(notice, self.clock.now(), link=f"{self.pages}/berichten")


@dataclass(frozen=True)
class NoticePerformer:
    """Tells one thing in the channel that belongs to no record."""

    records: Records
    desk: Desk
    clock: Clock
    pages: str
    notice: Notice

    def __call__(self, job: Claim) -> None:
        """Do one job; its key is the notice's, so that doing it again after a crash shows it once."""
        self.desk.post(job.key, notice_card(NoticeFacts(self.notice, self.clock.now(), link=f"{self.pages}/berichten")))
        self.records.work.finish(job)


@dataclass
class VerifyPerformer:
    """Verifies the archive; what deviates is told in the channel and the log. `agreed_at` is when everything last agreed."""

    records: Records
    desk: Desk
    clock: Clock
    pages: str
    agreed_at: dt.datetime | None = None

    def __call__(self, job: Claim) -> None:
        """Do one `verify` job."""
        self.verify(job.key)
        self.records.work.finish(job)

    def verify(self, key: str) -> tuple[Check, ...]:
        """Check everything that was frozen; `key` names the notice, so that one deviation is told once a day."""
        checks = verify(self.records)
        failed = [check for check in checks if check.verdict == "fail"]
        if failed:
            log.error("the archive deviates", extra={"action": "verify", "count": len(failed)})
            notice = NoticeFacts(Notice.FREEZE_DEVIATES, self.clock.now(), link=f"{self.pages}/berichten")
            self.desk.post(key, notice_card(notice))
        else:
            self.agreed_at = self.clock.now()
        return checks


def facts(dossier: DossierView, opened: MessageView, pages: str) -> CardFacts:
    """What the card of a dossier says: numbers, states, counts and times, nothing of its content."""
    tracks = dossier.tracks
    found, _, total = tracks.get("onderdelen", "0/0").partition("/")
    return CardFacts(
        number=dossier.number,
        status=Status(dossier.status),
        kind=Kind(opened.kind or Kind.OTHER),
        arrival=Arrival.POST if opened.kind == Kind.POSTAL_SCAN else Arrival.MAIL,
        received=dt.datetime.fromisoformat(opened.received_at),
        updated=dt.datetime.fromisoformat(dossier.changed_at),
        organisations=int(tracks.get("organisaties", 0)),
        ministers=int(tracks.get("bewindspersonen", 0)),
        signature=tracks.get("ondertekening", "niet_te_beoordelen"),
        post=tracks.get("post", "nog_niet"),
        freeze=tracks.get("vastlegging", "vastgelegd"),
        items_found=int(found),
        items_total=int(total),
        attention=kept.attention(dossier),
        link=f"{pages}/dossier/{dossier.number}",
    )
