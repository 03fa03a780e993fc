"""The loops that never stop: one brings mail in, one does the work. The one broad `except` of the house stands here.

Three answers to trouble (after Home Assistant's IMAP coordinator): a refused login or a missing folder waits for a person in a
clear state; a lost line is tried again with growing pauses; a piece of work that fails is tried again later and, after the last
attempt, waits where a person sees it. No single mail stops the others.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial

from intake.errors import (
    DeskBusy,
    FolderMissing,
    LoginRefused,
    MailboxError,
    MessageGone,
    MessageTooLarge,
    MessageUnreadable,
    PersonNeeded,
)
from intake.outgoing.tidying import EVERYTHING, PLACE, TIDY
from intake.ports import Envelope, Listing, Mailbox, Tidies
from intake.service import TOO_LARGE, UNREADABLE, VERIFY, Service
from storage.canonical import sha256
from storage.errors import LostClaim, StorageError
from storage.jobs import LEASE, JobState
from storage.values import Claim

log = logging.getLogger(__name__)

LONGEST_PAUSE = 300.0  # seconds
WORK_SECONDS = 5.0
MOST_CHANGED = 200
"""Known mails that one listing may tell of as changed."""
NEEDS_A_PERSON = frozenset({"login_refused", "untrusted_server"})
"""States in which trying on would only lock the account or trust the wrong server; a restart begins anew."""


@dataclass(frozen=True, slots=True)
class Drained:
    """What one sweep did: new mails, pieces of work tried, pieces that wait for a later try or a person."""

    received: int
    processed: int
    waiting: int


@dataclass
class Watch:
    """Watches one mailbox for a service. `stop` ends every loop; set it from a signal handler, then `close` the mailbox."""

    service: Service
    mailbox: Mailbox | None
    worker: str
    lease: dt.timedelta = LEASE
    wait: float = 30.0
    kinds: tuple[str, ...] = ()
    """The kinds of work that it does; () = all."""
    scans: bool = False
    """Whether what lies in the mailbox are scans."""
    wakes: Watch | None = None
    """Who does the work that this one brings in; None = itself."""
    chores: tuple[Callable[[], object], ...] = ()
    """Looked at between two pieces of work, and so cheap: each puts what fell due by the clock, or notes how things are."""

    def __post_init__(self) -> None:
        self.stop = threading.Event()
        self._new_work = threading.Event()
        self.state = "starting"
        self.read_at: dt.datetime | None = None
        self.lost_since: dt.datetime | None = None
        self._day: dt.date | None = None
        self._doubles: set[str] = set()

    def drain(self) -> Drained:
        """One sweep: take everything new, then do all work that is due. Raises MailboxError when the mailbox cannot be read."""
        received = self.sweep() if self.mailbox else 0
        self._do_chores()
        processed = 0
        while self.step():
            processed += 1
        return Drained(received, processed, self.waiting())

    def waiting(self) -> int:
        """How many pieces of work are not done: due, resting after a failure, held by a worker, or waiting for a person."""
        return sum(n for state, n in self.service.records.work.count().items() if state != JobState.DONE)

    def step(self) -> bool:
        """Do one piece of work that is due; False when there is none. A failing one counts: it is due again later."""
        if self.stop.is_set():
            return False
        job = self.service.records.work.claim(self.worker, self.service.clock.now(), self.kinds, self.lease)
        if job is None:
            return False
        with self._lease_kept(job):
            self._survive(partial(self.service.handle, job), partial(self._put_off, job))
        return True

    @contextmanager
    def _lease_kept(self, job: Claim) -> Iterator[None]:
        """Hold on to a job that takes long (a thick scan), so that no other worker begins it anew."""
        done = threading.Event()
        beating = threading.Thread(target=self._beat, args=(job, done), name="lease", daemon=True)
        beating.start()
        try:
            yield
        finally:
            done.set()
            beating.join()

    def _beat(self, job: Claim, done: threading.Event) -> None:
        while not done.wait(self.lease.total_seconds() / 3):
            with suppress(StorageError):  # a lease that is lost shows when the job is finished
                self.service.records.work.heartbeat(job, self.service.clock.now(), self.lease)

    def _put_off(self, job: Claim, error: Exception) -> None:
        log.warning("tried again later", extra={"action": "put_off", "job": job.kind, "attempt": job.attempts})
        with suppress(LostClaim):  # another worker has it, or did it
            now, work = self.service.clock.now(), self.service.records.work
            if isinstance(error, DeskBusy):
                work.postpone(job, now + dt.timedelta(seconds=error.rest), type(error).__name__)
            else:
                work.fail(job, type(error).__name__, now)

    def sweep(self) -> int:
        """Take every mail that is new since the bookmark, oldest first; the bookmark moves when all are recorded."""
        assert self.mailbox is not None
        records, name = self.service.records, self.mailbox.name
        listing = self.mailbox.list_new(records.bookmark(name))
        known, taken, complete = records.known_keys(name) | self._doubles, 0, True
        for envelope in listing.envelopes:
            if self.stop.is_set():
                return taken
            if envelope.key in known:
                self._tell_changed(envelope, listing)
                continue
            try:
                taken += self._take(envelope, relisted=listing.relisted)
            except MessageGone:
                log.warning("a listed message was gone", extra={"action": "gone", "mailbox": name})
            except (MessageTooLarge, MessageUnreadable) as error:
                self._tell_left(TOO_LARGE if isinstance(error, MessageTooLarge) else UNREADABLE, envelope)
                complete = False
        if complete:  # else the same is listed again: what was left is not forgotten
            records.set_bookmark(name, listing.bookmark)
        self.read_at, self.lost_since = self.service.clock.now(), None
        return taken

    def _take(self, envelope: Envelope, *, relisted: bool) -> bool:
        """Whether it was new. A scan that lies there twice is one record; its second place is not looked at again."""
        assert self.mailbox is not None
        if not self.scans:
            return not self.service.take(self.mailbox, envelope, relisted=relisted).known
        known = self.service.take_scan(self.mailbox, envelope).known
        if known:
            self._doubles.add(envelope.key)
        return not known

    def _tell_changed(self, envelope: Envelope, listing: Listing) -> None:
        """A known mail that is listed again was changed, where the mailbox tells of that: what it shows is put right."""
        few = len(listing.envelopes) <= MOST_CHANGED  # else it forgot where we were, and tells of all
        if few and TIDY in self.service.performers and isinstance(self.mailbox, Tidies) and self.mailbox.tells_changes:
            digest = sha256(f"{envelope.key} {listing.bookmark}".encode())
            self.service.records.work.put(TIDY, f"{TIDY}:{digest}", {PLACE: envelope.key}, self.service.clock.now())

    def _tell_left(self, why: str, envelope: Envelope) -> None:
        """The mail stays in the mailbox; a person is told once, in the channel."""
        assert self.mailbox is not None
        now, place = self.service.clock.now(), sha256(f"{self.mailbox.name} {envelope.key}".encode())
        self.service.records.work.put(why, f"{why}:{place}", {}, now)
        log.error("a mail cannot be fetched", extra={"action": why, "size": envelope.size})

    def receive(self) -> None:
        """Bring mail in until stopped, or until a person must mend login or server; never raises."""
        while not self.stop.is_set() and self.state not in NEEDS_A_PERSON:
            self._survive(self._receive_once, self._pause)

    def _receive_once(self) -> None:
        assert self.mailbox is not None
        try:
            if self.sweep():
                (self.wakes or self).wake()
            self._say("watching")
            self.mailbox.wait(self.wait)
        except FolderMissing as error:
            self._say("folder_missing", error)
            self.stop.wait(LONGEST_PAUSE)
        except PersonNeeded as error:
            self._say("login_refused" if isinstance(error, LoginRefused) else "untrusted_server", error)
        except MailboxError as error:
            self._say("unreachable", error)
            self.mailbox.wait(self.wait)  # the adapter leaves a lost server alone for longer and longer

    def work(self) -> None:
        """Do work as it falls due until stopped; never raises."""
        while not self.stop.is_set():
            self._survive(self._work_once, self._pause)

    def _work_once(self) -> None:
        self._daily()
        self._do_chores()
        if not self.step():
            self._new_work.wait(WORK_SECONDS)
            self._new_work.clear()

    def _do_chores(self) -> None:
        for chore in self.chores:
            chore()

    def _daily(self) -> None:
        """Once a day the archive is verified; the job's key keeps several workers from doing it twice."""
        now = self.service.clock.now()
        if now.date() != self._day:
            self.service.records.work.put(VERIFY, f"{VERIFY}:{now.date()}", {}, now)
            if TIDY in self.service.performers:
                self.service.records.work.put(TIDY, f"{TIDY}:{now.date()}", {EVERYTHING: True}, now)
            self._day = now.date()

    def _pause(self, _error: Exception) -> None:
        self.stop.wait(WORK_SECONDS)

    def wake(self) -> None:
        """There is new work: do not wait for the next look."""
        self._new_work.set()

    def end(self) -> None:
        """Stop every loop soon; the mailbox's wait is broken off."""
        self.stop.set()
        self._new_work.set()
        if self.mailbox:
            self.mailbox.close()

    def threads(self) -> tuple[threading.Thread, ...]:
        """The loops as threads, not yet started."""
        loops: list[Callable[[], None]] = [self.work, *([self.receive] if self.mailbox else [])]
        return tuple(threading.Thread(target=loop, name=loop.__name__, daemon=True) for loop in loops)

    def _survive(self, action: Callable[[], object], otherwise: Callable[[Exception], object]) -> None:
        """Do something; whatever it raises, say so, do `otherwise`, and go on."""
        try:
            action()
        except Exception as error:
            log.exception("failed", extra={"action": "failed"})
            otherwise(error)

    def _say(self, state: str, error: Exception | None = None) -> None:
        if state != self.state:
            level = logging.ERROR if error else logging.INFO
            told = {"error": type(error).__name__} if error else {}
            if error:
                self.lost_since = self.lost_since or self.service.clock.now()
            log.log(level, "mailbox: %s", error or state, extra={"action": "mailbox", "state": state, **told})
        self.state = state
