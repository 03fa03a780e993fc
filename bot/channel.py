"""From a recorded decision to a card in the channel: the performer of the outbox's `card` jobs."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass

from bot import kept
from bot.teams.cards import OF_ACT, Arrival, Card, CardFacts, Notice, NoticeFacts, dossier_card, notice_card
from intake.acts import LINK, Act, initials
from intake.errors import DeskBusy
from intake.model import Kind
from intake.ports import Clock, Desk
from intake.states import Status
from storage.dossiers import Records
from storage.signs import DEVIATES, VERIFIED
from storage.values import Claim, DossierView, MessageView, TimelineEntry
from storage.verify import Check, verify

log = logging.getLogger(__name__)

CHANNEL = "channel"
_CARD_FIRST = 30.0  # seconds until news looks again for its card

_UNREADABLE = frozenset(
    {"defects", "document_not_found", "threat_encrypted", "threat_corrupt", "threat_link_instead_of_attachment"}
)


@dataclass(frozen=True)
class CardPerformer:
    """Posts the card of a dossier, or edits it in place; a mail without a dossier that needs a person gives a notice.

    `pressable`: presses of buttons come back to us from this channel.
    """

    records: Records
    desk: Desk
    clock: Clock
    pages: str
    pressable: bool = False

    def __call__(self, job: Claim) -> None:
        """Do one `card` job; posting twice after a crash shows one card, because the key is the dossier's own."""
        reference = str(job.payload.get("dossier") or "") or self._subject(str(job.payload["record"]))
        posted = self._post(reference)
        self.records.record_sent(reference, CHANNEL, posted, at=self.clock.now(), claim=job)

    def _subject(self, record: str) -> str:
        return self.records.message(record).dossier or record

    def _post(self, reference: str) -> str:
        """Show the state of now, and again when it moved on meanwhile: another worker may have shown the newer one before us."""
        posted, shown = self.records.sent(reference, CHANNEL), None
        while (card := self.card(reference)) != shown:
            posted = self.desk.update(posted, card) if posted is not None else self.desk.post(reference, card)
            shown = card
        assert posted is not None
        return posted

    def card(self, reference: str) -> Card:
        """The card of a dossier, or of a mail that has none, as it is now. Raises `NotKnown`."""
        if reference.startswith("M-"):
            return notice_card(self._notice(self.records.message(reference)))
        dossier = self.records.dossier(reference)
        opened, told = self.records.message(dossier.opened_with), self.records.timeline(reference)
        return dossier_card(facts(dossier, opened, self.pages, decided_by(told)), pressable=self.pressable)

    def _notice(self, message: MessageView) -> NoticeFacts:
        threats = [code for code in message.attention if code.startswith("threat_")]
        notice = Notice.DANGEROUS if threats else Notice.UNDECIDED
        if _UNREADABLE & set(message.attention):
            notice = Notice.UNREADABLE
        record = message.record if self.pressable and not threats else ""
        return NoticeFacts(
            notice, dt.datetime.fromisoformat(message.recorded_at), record=record, link=f"{self.pages}/berichten"
        )


@dataclass(frozen=True)
class NewsPerformer:
    """Tells in the thread of a dossier's card what happened: an act of a person, a message that came to it."""

    records: Records
    desk: Desk
    clock: Clock
    pages: str

    def __call__(self, job: Claim) -> None:
        """Do one `news` job. Raises `DeskBusy` while the card itself is not there: it may be the channel that is away."""
        number, payload = str(job.payload["dossier"]), job.payload
        if (card := self.records.sent(number, CHANNEL)) is None:
            raise DeskBusy(f"{number} has no card in the channel yet; its news waits for it", _CARD_FIRST)
        what = OF_ACT[Act(payload["act"])] if "act" in payload else Notice.JOINED
        told = NoticeFacts(
            what,
            self.clock.now(),
            number,
            initials=str(payload.get("initials", "")),
            relation=str(payload.get("relation", "")),
            link=f"{self.pages}/dossier/{number}",
        )
        self.desk.reply(job.key, card, notice_card(told))
        self.records.work.finish(job)


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
            self.records.signs.note(DEVIATES, self.clock.now())
            self.desk.post(key, notice_card(notice))
        else:
            self.agreed_at = self.clock.now()
            self.records.signs.note(VERIFIED, self.agreed_at, ends=DEVIATES)
        return checks


def decided_by(timeline: tuple[TimelineEntry, ...]) -> str:
    """The initials of the person who set the status that a dossier has now; "" for the software."""
    names = [str(e.details.get("actor_name", "")) for e in timeline if "status" in e.details]
    return initials(names[-1]) if names else ""


def facts(dossier: DossierView, opened: MessageView, pages: str, by: str = "") -> CardFacts:
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
        linked=tracks.get(LINK, ""),
        freeze=tracks.get("vastlegging", "vastgelegd"),
        items_found=int(found),
        items_total=int(total),
        attention=kept.attention(dossier),
        decided_by=by,
        link=f"{pages}/dossier/{dossier.number}",
    )
