"""The port `Mailbox` over Microsoft Graph (msgraph-sdk): the changes of one folder are the truth, notifications only wake it.

Key: the immutable id, which stays when a person moves the mail to another folder. Bookmark: the deltaLink. Exchange keeps no MIME:
`fetch` gives what it exports at that moment, so every attachment is fetched by itself as well (`fetch_apart`).
"""

from __future__ import annotations

import logging
import random
import re
import threading
import time
from collections.abc import Callable, Collection, Coroutine
from typing import Any, TypeVar

from intake.errors import LoginRefused, MailboxError, MessageGone, MessageTooLarge, MessageUnreadable, PersonNeeded
from intake.mailboxes.graph_calls import Change, GraphCalls, is_ours
from intake.mailboxes.graph_errors import Refusal
from intake.mailboxes.graph_line import GraphLine, GraphServer
from intake.mailboxes.graph_tidy import move, relabel
from intake.ports import Apart, Envelope, Listing

RETRIEVAL = "graph"
_ID = re.compile(r"[A-Za-z0-9_=+-]{16,512}")
_NOBODY = "AAMkAGI0loketbsDoctorAsksWhetherItMayWrite="
"""An id that names no message."""
_Result = TypeVar("_Result")
_log = logging.getLogger(__name__)


class GraphMailbox:
    """One folder of one mailbox in Exchange Online.

    The SDK is loaded in a thread of its own, from the moment this is made. Calls may come from several threads. After a failure
    `wait` leaves the server alone for as long as it asked (Retry-After) or with growing pauses. After a `PersonNeeded` the caller
    stops. `close` is for any thread and for a signal handler.
    """

    tells_changes = True

    def __init__(
        self, server: GraphServer, *, name: str = "", poll_seconds: float = 30.0, max_bytes: int = 512 << 20
    ) -> None:
        """`poll_seconds` is the time between two looks while `wait` lasts, `max_bytes` the largest message and attachment."""
        self.name = name or f"graph:{server.mailbox}/{server.folder}"
        self.line = GraphLine(server, self.name)
        self.calls = GraphCalls(self.line)
        self._poll_seconds = poll_seconds
        self._max_bytes = max_bytes
        self._folder: str | None = None
        self._link: str | None = None
        self._too_large: set[str] = set()
        self._failures = server.backoff
        self._woken = threading.Event()
        self._closed = False

    def list_new(self, bookmark: str | None) -> Listing:
        """Every message that came or changed since `bookmark`; all when Graph forgot the bookmark (410) or it is not ours."""
        self._woken.clear()
        return self._try(lambda: self._list(bookmark))

    def fetch(self, key: str) -> bytes:
        """The message as Exchange exports it now, wherever in the mailbox it lies. `MessageGone`, `MessageTooLarge`."""
        self._check(key)
        try:
            return self._try(lambda: _of_one_message(self.calls.mime(key, self._max_bytes)))
        except MessageTooLarge:
            self._too_large.add(key)  # it does not shrink; not to be fetched half at every listing
            raise

    def fetch_apart(self, key: str) -> Apart:
        """Every attachment by itself; a link has no bytes. An attachment past the limit is a `MessageTooLarge`."""
        self._check(key)
        return self._try(lambda: _of_one_message(self.calls.apart(key, self._max_bytes)))

    def wait(self, seconds: float) -> None:
        """Until a notification came, a look every `poll_seconds` shows a change, or `seconds` passed; after a failure a pause."""
        end = time.monotonic() + min(seconds, max(self.line.resting(), self._pause()) or seconds)
        while not self._closed and (left := end - time.monotonic()) > 0:
            if self._woken.wait(min(left, self._poll_seconds)) or self._has_news(end):
                return

    def mark(self, key: str, label: str) -> bool:
        """Add `label` to the categories; False where the application may only read."""
        self._check(key)

        async def add() -> bool:
            now = await self.calls.categories(key)
            if label not in now:
                await self.calls.set_categories(key, [*now, label])
            return True

        try:
            return self._try(add)
        except LoginRefused:
            _log.warning("%s: the application may not mark mail", self.name)
            return False

    def relabel(self, key: str, add: Collection[str], remove: Collection[str]) -> bool | None:
        """Change categories; None where the application may only read."""
        self._check(key)
        try:
            return self._try(lambda: relabel(self.calls, key, add, remove))
        except LoginRefused:
            _log.warning("%s: the application may not mark mail", self.name)
            return None

    def move(self, key: str, folder: str) -> str:
        """Move to a folder at the top of the mailbox; the key stays."""
        self._check(key)

        async def moved() -> str:
            user = self.line.sdk.users.by_user_id(self.line.server.mailbox)
            await move(self.calls, user, key, folder)
            return key

        try:
            return self._try(moved)
        except LoginRefused:
            _log.warning("%s: the application may not move mail", self.name)
            return key

    def may_mark(self) -> bool:
        """Whether the application may change messages, asked of one that is not there. Changes nothing."""

        async def change() -> bool:
            try:
                await self.calls.set_categories(_NOBODY, [])
            except Refusal as refusal:
                if refusal.status not in {400, 403, 404}:
                    raise
                return refusal.status != 403  # noqa: PLR2004 - HTTP Forbidden
            return True

        return self._try(change)

    def wake(self) -> None:
        """Something was told of the mailbox: end `wait`, in any thread."""
        self._woken.set()

    def close(self) -> None:
        """Break off what is busy and end `wait`. The mailbox cannot be used afterwards."""
        self._closed = True
        self._woken.set()
        self.line.close()

    async def folder(self) -> str:
        """The id of the folder, asked once. Runs in the line's loop."""
        self._folder = self._folder or await self.calls.folder()
        return self._folder

    async def _list(self, bookmark: str | None) -> Listing:
        folder = await self.folder()
        known = bookmark if bookmark and is_ours(bookmark, self.line.server.url) else None
        try:
            return await self._listing(folder, known)
        except Refusal as refusal:
            if known is None or not refusal.lost_state:
                raise
        _log.warning("%s: Graph forgot how far the folder was read; all of it is listed again", self.name)
        return await self._listing(folder, None)

    async def _listing(self, folder: str, link: str | None) -> Listing:
        """A message may stand on several pages, and one without a time changed only; what is known by key the caller skips."""
        found: dict[str, Envelope] = {}
        latest = None
        async for changes, link_after in self.calls.changes(folder, link):
            for change in changes:
                envelope = await self._envelope(change)
                if envelope and envelope.key not in found:
                    found[envelope.key] = envelope
            latest = link_after
        if latest is None:
            raise MailboxError(f"{self.name}: Graph ended a listing without saying where to go on; it is tried again")
        self._link = latest
        # Graph's times are whole seconds: within one, its own order stays.
        return Listing(tuple(sorted(found.values(), key=lambda e: e.received)), latest)

    async def _envelope(self, change: Change) -> Envelope | None:
        received = change.received or await self.calls.received(change.id)
        return Envelope(change.id, received, retrieval=RETRIEVAL) if received else None

    def _has_news(self, end: float) -> bool:
        """Look whether anything changed since the last listing; not in the last moment, when the caller lists anyhow."""
        link = self._link
        if self._closed or link is None or self.line.resting() or time.monotonic() + self._poll_seconds / 2 > end:
            return False

        async def look() -> bool:
            async for changes, _ in self.calls.changes(await self.folder(), link):
                if changes:
                    return True
            return False

        try:
            return self.line.run(look)
        except PersonNeeded:
            raise
        except MailboxError:
            return True  # the listing that follows tells what is wrong

    def _try(self, work: Callable[[], Coroutine[Any, Any, _Result]]) -> _Result:
        try:
            answer = self.line.run(work)
        except (MessageGone, MessageTooLarge, MessageUnreadable):
            raise
        except MailboxError:
            self._failures = self._failures.failed()
            raise
        self._failures = self._failures.reset()
        return answer

    def _pause(self) -> float:
        return self._failures.delay(random.random)

    def _check(self, key: str) -> None:
        if not _ID.fullmatch(key):
            raise MessageGone(f"{key!r} names no message of Exchange")
        if key in self._too_large:
            raise MessageTooLarge(f"a message has more than {self._max_bytes} bytes; it stays in the mailbox")


async def _of_one_message(asked: Coroutine[Any, Any, _Result]) -> _Result:
    """An inner error (500) that stays is of the message: it is left to a person, and the others go on."""
    try:
        return await asked
    except Refusal as refusal:
        if refusal.status != 500:  # noqa: PLR2004 - HTTP
            raise
        raise MessageUnreadable("Exchange fails on a message; it stays in the mailbox, look at it there") from refusal
