"""When overviews fall due, and how each goes out once: two jobs per ISO week, one for the card and one for the mail.

The key of a job is its week, so that nothing (a restart, another worker, a clock set back) makes a second one. A week counts as
told as soon as its job stands in the queue. The weeks before the house was there are settled and never told.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from bot import kept
from bot.digest.card import digest_card
from bot.digest.counting import Digest, House, count
from bot.digest.mail import Envelope, digest_mail, page_address
from bot.digest.weeks import MOST_OWED, Rhythm, Week, owed
from intake.errors import MailRefused, MailUnsure, SenderAway
from intake.ports import Clock, Desk, Fate, OutgoingMail, Sender
from intake.watch import Watch
from storage.dossiers import Records
from storage.signs import DEVIATES, MAILBOX_LOST, MAILBOX_READ, VERIFIED, Signs
from storage.values import Claim

log = logging.getLogger(__name__)

DIGEST = "digest"
DIGEST_MAIL = "digest_mail"
_DEAD = "job_dead"
_OFTEN = dt.timedelta(minutes=1)


def key(week: Week, kind: str = DIGEST) -> str:
    """The key of the job that tells a week."""
    return f"{kind}:{week}"


@dataclass
class Schedule:
    """Puts the jobs of the weeks that are due. `mails`: whether there is a mail beside the card."""

    records: Records
    clock: Clock
    rhythm: Rhythm
    mails: bool
    _latest: Week | None = field(default=None, init=False)

    def __call__(self) -> None:
        """Put what is due; cheap where nothing fell due since the last call."""
        latest = self.rhythm.latest(self.clock.now())
        if latest == self._latest:
            return
        for week in self._owed(latest):
            self.put(week)
        self._latest = latest

    def told(self) -> frozenset[Week]:
        """The weeks that were told, or settled."""
        return frozenset(Week.parse(k.partition(":")[2]) for k in self.records.work.keys(DIGEST))

    def put(self, week: Week, at: dt.datetime | None = None) -> None:
        """Put the jobs of one week, due at `at` or when the rhythm says; a week that has them gets no others."""
        payload, at = {"week": str(week)}, at or self.rhythm.due(week)
        if self.mails:  # the card's job is what says that a week was told, so it comes last
            self.records.work.put(DIGEST_MAIL, key(week, DIGEST_MAIL), payload, at)
        self.records.work.put(DIGEST, key(week), payload, at)
        log.info("weekly overview", extra={"action": "digest", "week": str(week)})

    def _owed(self, latest: Week) -> tuple[Week, ...]:
        told = self.told()
        if told and min(told) <= latest:
            if min(told) <= latest.moved(-MOST_OWED) and latest.moved(-MOST_OWED) not in told:
                log.warning("older weekly overviews are not caught up with", extra={"action": "digest"})
            return owed(latest, told)
        settled = latest if told or not self._was_here_in(latest) else latest.moved(-1)
        self._settle(settled)
        return () if settled == latest else (latest,)

    def _settle(self, week: Week) -> None:
        self.records.work.settle(DIGEST, key(week), self.rhythm.due(week))

    def _was_here_in(self, week: Week) -> bool:
        """Whether this house, which never told of a week, already worked then."""
        return any(dt.datetime.fromisoformat(event.at) < week.end for event in self.records.history()[:1])


@dataclass(frozen=True)
class Overview:
    """Makes the overview of a week from the records; `pages` is where staff reach the pages."""

    records: Records
    clock: Clock
    pages: str = ""

    def of(self, week: Week) -> Digest:
        """The overview as counted now. Raises `LedgerBroken`."""
        return count(self.records.history(), week, self.house(), self._why)

    def now(self) -> dt.datetime:
        """The present moment."""
        return self.clock.now()

    def house(self) -> House:
        """Whether mailbox and archive are in order, as the records know."""
        signs = self.records.signs.all()
        dead = sum(1 for item in self.records.attention() if item.code == _DEAD)
        read, lost, verified, deviates = map(signs.get, (MAILBOX_READ, MAILBOX_LOST, VERIFIED, DEVIATES))
        return House(self.clock.now(), read, lost, verified, deviates, dead)

    def _why(self, record: str) -> frozenset[str]:
        findings = kept.findings(kept.about(self.records, record))
        return frozenset(finding.reason for finding in findings if finding.rule == kept.RECOGNITION)


@dataclass(frozen=True)
class DigestPerformer:
    """Does `digest` jobs: the card in the channel."""

    overview: Overview
    desk: Desk

    def __call__(self, job: Claim) -> None:
        """Post the card of a week, unless a worker that died afterwards did. Raises what a desk raises, and `LostClaim`."""
        records, week = self.overview.records, Week.parse(str(job.payload["week"]))
        if records.channel.posted(key=job.key) is None:
            card = digest_card(self.overview.of(week), page_address(week, self.overview.pages))
            self.desk.post(job.key, card)
        records.work.finish(job)


@dataclass(frozen=True)
class DigestMailPerformer:
    """Does `digest_mail` jobs: the mail, handed over once as far as the other side lets one know."""

    overview: Overview
    way: Callable[[], Sender]
    """Gives the way out, made when it is first needed."""
    envelope: Envelope

    def __call__(self, job: Claim) -> None:
        """Send the mail of a week. Raises what a sender raises; `MailUnsure` while nobody can tell whether it was sent."""
        records, week = self.overview.records, Week.parse(str(job.payload["week"]))
        if not self.envelope.recipients:  # the setting was emptied while the job waited
            records.work.finish(job)
            return
        mail = digest_mail(self.overview.of(week), self.envelope, self.overview.pages)
        if not self._was_sent(mail):
            self._send(mail)
        records.work.finish(job)
        records.outgoing.forget_under_way(mail.message_id)

    def _was_sent(self, mail: OutgoingMail) -> bool:
        """Whether an attempt that broke off sent it."""
        reference, begun = self.overview.records.outgoing.under_way(mail.message_id) or ("", False)
        fate = self.way().fate(mail, reference) if begun else Fate.NOT_SENT
        if fate is Fate.UNKNOWN:
            raise MailUnsure("nobody can tell whether the weekly overview was sent; look among what was sent")
        return fate is Fate.SENT

    def _send(self, mail: OutgoingMail) -> None:
        outgoing, sender = self.overview.records.outgoing, self.way()
        reference = sender.prepare(mail)
        outgoing.set_under_way(mail.message_id, reference, begun=True)
        try:
            sender.send(mail, reference)
        except (SenderAway, MailRefused):  # certainly not sent
            outgoing.set_under_way(mail.message_id, reference, begun=False)
            raise


@dataclass
class MailboxSign:
    """Notes in the records how the mailbox is doing, so that an overview made by another worker or after a restart can tell it."""

    signs: Signs
    watch: Watch
    _read: dt.datetime | None = field(default=None, init=False)
    _lost: dt.datetime | None = field(default=None, init=False)

    def __call__(self) -> None:
        """Note what changed since the last call; that the mailbox is read, once a minute."""
        read, lost = self.watch.read_at, self.watch.lost_since
        if lost and lost != self._lost:
            self.signs.note(MAILBOX_LOST, lost)
        elif read and not lost and (self._lost or self._read is None or abs(read - self._read) >= _OFTEN):
            self.signs.note(MAILBOX_READ, read, ends=MAILBOX_LOST)
            self._read = read
        self._lost = lost
