"""The port `Mailbox` over IMAP4rev1 (RFC 3501) with IDLE (RFC 2177), on what Exchange Online offers: no CONDSTORE, no QRESYNC.

Key "UIDVALIDITY:UID", bookmark "UIDVALIDITY:last UID". The folder is opened with EXAMINE and read with BODY.PEEK, so that nothing
changes in it; only `mark`, `relabel` and `move` open it for writing, for one command.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import random
import re
import threading
import time
from collections.abc import Callable, Collection, Iterator
from typing import Any, TypeVar

from intake.errors import MailboxError, MessageGone, MessageTooLarge
from intake.mailboxes.backoff import Backoff
from intake.mailboxes.imap_commands import add_keyword, describe, has_news, idle, keyword_of, new_uids, read_message
from intake.mailboxes.imap_line import LINE_LOST, ImapServer, Line, examine, hang_up, log_out, open_line, said, wake
from intake.mailboxes.imap_tidy import change_keywords, move_message, place_of
from intake.ports import Envelope, Listing

LONGEST_IDLE = 60.0
"""Seconds. A dead line is noticed at the end of an IDLE at the latest; Exchange cuts the line after about 30 minutes."""

_PAIR = re.compile(r"([1-9][0-9]*):([0-9]+)", re.ASCII)
_Result = TypeVar("_Result")


class ImapMailbox:
    """One IMAP folder. Connects at the first call and again whenever the line was lost.

    A call on a line that died meanwhile is tried once more on a new one; then `MailboxError`, after which `wait` leaves the server
    alone with growing pauses, so that the loop "list, then wait" is right in every state. After a `PersonNeeded` (`LoginRefused`,
    `FolderMissing`, `UntrustedServer`) the caller stops: trying on only locks the account.

    Calls from several threads take turns. `close` is for any thread and for a signal handler: it waits for nobody and cuts the
    line under a call that is busy, whose `wait` then returns at once and whose other calls raise `MailboxError`. Only a connection
    that is just being made ends at its own time-out.
    """

    tells_changes = False

    def __init__(
        self,
        server: ImapServer,
        *,
        name: str = "",
        idle_seconds: float = 50.0,
        poll_seconds: float = 30.0,
        max_bytes: int = 512 << 20,
        backoff: Backoff = Backoff(),  # noqa: B008 - a frozen value
        random: Callable[[], float] = random.random,
    ) -> None:
        """`idle_seconds` (at most 60) bounds one IDLE, `poll_seconds` the time between two NOOPs, `max_bytes` one message."""
        self.name = name or f"imap:{server.credentials.user}/{server.folder}"
        self._server = server
        self._idle_seconds = min(idle_seconds, LONGEST_IDLE)
        self._poll_seconds = poll_seconds
        self._max_bytes = max_bytes
        self._backoff = backoff
        self._random = random
        self._line: Line | None = None
        self._turn = threading.Lock()
        self._closed = threading.Event()

    def list_new(self, bookmark: str | None) -> Listing:
        """What came since `bookmark`. A bookmark of another UIDVALIDITY, or one that is not ours, lists all."""
        return self._on_line(lambda line: _list(line, bookmark))

    def fetch(self, key: str) -> bytes:
        """The raw message. Raises `MessageGone`, also for a key of an earlier UIDVALIDITY, and `MessageTooLarge`."""
        uidvalidity, uid = _key(key)

        def read(line: Line) -> bytes:
            if line.uidvalidity != uidvalidity:
                raise MessageGone(f"message {key} is of an earlier life of the folder (UIDVALIDITY)")
            return read_message(line.client, uid, self._max_bytes)

        return self._on_line(read)

    def wait(self, seconds: float) -> None:
        """One IDLE, at most `seconds` and `idle_seconds` long; where there is none, a NOOP now and then.

        After a failure the back-off's pause, at most `seconds`; before the first listing nothing.
        """
        with self._turn:
            if self._line is None:
                self._closed.wait(min(seconds, self._backoff.delay(self._random)))
                return
            try:
                with self._losing_the_line_on_failure():
                    self._wait_on(self._line, seconds)
            except LINE_LOST as error:
                if not self._closed.is_set():
                    raise self._error(error) from error

    def mark(self, key: str, label: str) -> bool:
        """Set `label` as a keyword; False where the server keeps no keywords, as Exchange Online."""
        uidvalidity, uid = _key(key)
        keyword = keyword_of(label)
        return self._writing(lambda c: add_keyword(c, self._server.folder, uidvalidity, uid, keyword))

    def relabel(self, key: str, add: Collection[str], remove: Collection[str]) -> bool | None:
        """Change keywords, also of a message that `move` took elsewhere; None where the server keeps none."""
        place = place_of(key, self._server.folder)
        wanted, unwanted = (frozenset(map(keyword_of, labels)) for labels in (add, remove))
        return self._writing(lambda c: change_keywords(c, place, wanted, unwanted))

    def move(self, key: str, folder: str) -> str:
        """Move with UID MOVE (RFC 6851); the key there names the folder. Without MOVE or UIDPLUS nothing is moved."""
        place = place_of(key, self._server.folder)
        return key if place.folder == folder else self._writing(lambda c: move_message(c, place, folder) or key)

    def close(self) -> None:
        """Log out, or cut the line under a call that is busy. The mailbox cannot be used afterwards."""
        self._closed.set()
        line = self._line
        if self._turn.acquire(blocking=False):
            try:
                if self._line is not None:
                    log_out(self._line.client)
                    self._line = None
            finally:
                self._turn.release()
        elif line is not None:
            wake(line.client)

    def _on_line(self, work: Callable[[Line], _Result]) -> _Result:
        """Do `work` on the line there is, once more on a new one when that was lost; the edge where foreign errors end."""
        with self._turn:
            had_line = self._line is not None
            try:
                return self._try(work)
            except LINE_LOST as error:
                if not had_line or self._closed.is_set():
                    raise self._error(error) from error
            try:
                return self._try(work)
            except LINE_LOST as error:
                raise self._error(error) from error

    def _try(self, work: Callable[[Line], _Result]) -> _Result:
        with self._losing_the_line_on_failure():
            if self._line is None and not self._closed.is_set():
                self._line = open_line(self._server)
            if self._line is None or self._closed.is_set():
                raise MailboxError(f"{self.name}: the mailbox was closed")
            return work(self._line)

    @contextlib.contextmanager
    def _losing_the_line_on_failure(self) -> Iterator[None]:
        """Whatever breaks off a conversation half-way leaves a line that answers the wrong question: throw it away."""
        well = False
        try:
            yield
            well = True
        except (MessageGone, MessageTooLarge):
            well = True
            raise
        finally:
            self._backoff = self._backoff.reset() if well else self._backoff.failed()
            if not well and self._line is not None:
                hang_up(self._line.client)
                self._line = None

    def _wait_on(self, line: Line, seconds: float) -> None:
        if line.client.has_capability("IDLE"):
            idle(line.client, max(0.0, min(seconds, self._idle_seconds)))
            return
        end = time.monotonic() + seconds
        while not has_news(line.client) and (left := end - time.monotonic()) > 0:
            if self._closed.wait(min(left, self._poll_seconds)):
                return

    def _writing(self, work: Callable[[Any], _Result]) -> _Result:
        """Do `work`, which opens a folder for writing, and open ours for reading again."""

        def then_reopen(line: Line) -> _Result:
            try:
                done = work(line.client)
            except MessageGone:
                self._reopen(line)
                raise
            self._reopen(line)
            return done

        return self._on_line(then_reopen)

    def _reopen(self, line: Line) -> None:
        self._line = Line(line.client, examine(line.client, self._server.folder))

    def _error(self, error: BaseException) -> MailboxError:
        return MailboxError(f"{self.name}: the line was lost ({said(error)}); it is tried again")


def _list(line: Line, bookmark: str | None) -> Listing:
    known = _PAIR.fullmatch(bookmark or "")
    relisted = known is not None and int(known[1]) != line.uidvalidity
    last = int(known[2]) if known and not relisted else 0
    uids = new_uids(line.client, last)
    envelopes = tuple(
        Envelope(key=f"{line.uidvalidity}:{uid}", received=received.astimezone(dt.UTC), size=size, retrieval="imap")
        for uid, received, size in describe(line.client, uids)
    )
    return Listing(envelopes, f"{line.uidvalidity}:{max([last, *uids])}", relisted=relisted)


def _key(key: str) -> tuple[int, int]:
    pair = _PAIR.fullmatch(key)
    if pair is None:
        raise MessageGone(f"{key!r} names no message of an IMAP folder")
    return int(pair[1]), int(pair[2])
