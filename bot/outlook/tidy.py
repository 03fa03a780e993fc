"""What became of a mail, shown in the mailbox itself: labels and, where set, a folder. Written after the record, never before.

The records are the truth and the mailbox a display: whatever a person changed there is put right again, at once where the mailbox
tells of changes, once a day in any case. Labels of persons are never touched.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.texts import outgoing as words
from intake.acts import HAS_POST, POST
from intake.errors import DeskBusy, MailboxError, MessageGone
from intake.model import Kind
from intake.outgoing.tidying import EVERYTHING, PLACE, TIDY
from intake.ports import Clock, Mailbox, Tidies
from intake.service import Performer
from intake.states import FINAL, Status
from storage.dossiers import Records
from storage.values import Claim, DossierView, MessageView

log = logging.getLogger(__name__)

_REST = 300.0  # seconds
_FORMAL = frozenset({Status.FORMEEL_INGEDIEND, Status.AANGEBODEN, Status.REACTIE_ONTVANGEN, Status.TERUGGEKOPPELD})
_HIDDEN = frozenset({Kind.CASE_REPORT})
"""Of these the mailbox says no more than that somebody must look."""


def labels_of(message: MessageView, dossier: DossierView | None) -> frozenset[str]:
    """The labels that a judged message bears. Pure."""
    kind = Kind(message.kind or Kind.OTHER)
    found = {words.NEEDS_ATTENTION} if message.attention else set()
    if kind in _HIDDEN:
        return frozenset({words.NEEDS_ATTENTION})
    if dossier is None or message.record != dossier.opened_with:
        return frozenset(found | {words.LABELS_OF_KIND.get(kind, words.MAYBE_FORMAL)})
    return frozenset(found | set(_of_dossier(dossier)))


def _of_dossier(dossier: DossierView) -> Iterator[str]:
    status = Status(dossier.status)
    if status is Status.GEEN_SIGNAAL:
        yield words.NO_SIGNAL
    elif status in FINAL:
        yield words.CLOSED
    elif status in _FORMAL:
        yield words.FORMAL
    else:
        yield words.MAYBE_FORMAL
    if status is Status.ONVOLLEDIG:
        yield words.WAITS_FOR_SUPPLEMENT
    if status not in FINAL and dossier.tracks.get(POST) not in HAS_POST:
        yield words.WAITS_FOR_POST


@dataclass(frozen=True)
class TidyPerformer:
    """Does `tidy` jobs: of one message, of all in a dossier, of whatever lies at a place, or of every dossier that is open.

    `folder` is where mail of a dossier is moved to; "" leaves all where it is.
    """

    records: Records
    opened: Callable[[], Mailbox]
    clock: Clock
    labels: bool = True
    folder: str = ""

    def __call__(self, job: Claim) -> None:
        """Do one job. Raises `DeskBusy` when the mailbox cannot be had now."""
        mailbox = self.opened()
        if isinstance(mailbox, Tidies):
            try:
                for message in self._messages(job):
                    if message.mailbox == mailbox.name and message.kind is not None:
                        self._tidy(mailbox, message)
            except MailboxError as error:
                raise DeskBusy(f"the mailbox cannot be tidied now: {error}", _REST) from error
        self.records.work.finish(job)

    def _messages(self, job: Claim) -> Iterator[MessageView]:
        payload = job.payload
        if EVERYTHING in payload:
            for dossier in self.records.dossiers():
                if Status(dossier.status) not in FINAL:
                    yield from self.records.messages(dossier.number)
        elif PLACE in payload:
            yield from (m for m in self.records.messages() if m.key == payload[PLACE])
        elif "dossier" in payload:
            yield from self.records.messages(str(payload["dossier"]))
        else:
            yield self.records.message(str(payload["record"]))

    def _tidy(self, mailbox: Tidies, message: MessageView) -> None:
        if message.key is None:
            return
        dossier = self.records.dossier(message.dossier) if message.dossier else None
        wanted = labels_of(message, dossier)
        try:
            if self.labels:
                mailbox.relabel(message.key, wanted, words.LABELS - wanted)
            if self.folder and dossier and (new := mailbox.move(message.key, self.folder)) != message.key:
                self.records.moved(message.record, new, at=self.clock.now())
        except MessageGone:
            log.info("a mail is no longer where it was", extra={"action": "tidy", "record": message.record})


@dataclass(frozen=True)
class ThenTidy:
    """A performer after whose work the mailbox shows the state anew; were that forgotten in a crash, the daily round finds it."""

    first: Performer
    records: Records
    clock: Clock

    def __call__(self, job: Claim) -> None:
        """Do the job, then put the tidying."""
        self.first(job)
        about = {name: job.payload[name] for name in ("dossier", "record") if name in job.payload}
        self.records.work.put(TIDY, f"{TIDY}:{job.key}", about, self.clock.now())
