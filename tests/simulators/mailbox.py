"""A mailbox in memory that can lose its line, refuse the login, or lose a message between listing and fetching."""

from __future__ import annotations

import datetime as dt
import threading

from intake.errors import MailboxError, MessageGone
from intake.ports import Envelope, Listing

BEGIN = dt.datetime(2026, 11, 2, 8, 0, tzinfo=dt.UTC)


class MemoryMailbox:
    """Messages by key, in order of arrival; `failure` is raised by the next call, once, or for ever with `failing`."""

    name = "memory"

    def __init__(self) -> None:
        self.messages: dict[str, bytes] = {}
        self.left: dict[str, MailboxError] = {}
        """What `fetch` raises for a key."""
        self.life = 1
        self.failure: MailboxError | None = None
        self.failing: MailboxError | None = None
        self.lists = 0
        self._woken = threading.Event()

    def deliver(self, raw: bytes) -> str:
        """Put a message in; returns its key."""
        key = f"{self.life}:{len(self.messages) + 1}"
        self.messages[key] = raw
        self._woken.set()
        return key

    def restore_from_backup(self) -> None:
        """Begin a new life: the same messages under new keys, as after a restore (UIDVALIDITY changes)."""
        self.life += 1
        self.messages = {f"{self.life}:{n}": raw for n, raw in enumerate(self.messages.values(), 1)}

    def list_new(self, bookmark: str | None) -> Listing:
        """Everything after the bookmark of this life, or everything."""
        self._fail()
        self.lists += 1
        life, _, last = (bookmark or "0:0").partition(":")
        same = life == str(self.life)
        after = int(last) if same else 0
        envelopes = [
            Envelope(key, BEGIN + dt.timedelta(minutes=n), len(raw))
            for n, (key, raw) in enumerate(self.messages.items())
            if int(key.partition(":")[2]) > after
        ]
        last_key = envelopes[-1].key if envelopes else f"{self.life}:{after}"
        return Listing(tuple(envelopes), last_key, relisted=bookmark is not None and not same)

    def fetch(self, key: str) -> bytes:
        """The message; MessageGone when it was deleted."""
        self._fail()
        if key in self.left:
            raise self.left[key]
        if key not in self.messages:
            raise MessageGone(f"{key} is gone")
        return self.messages[key]

    def wait(self, seconds: float) -> None:
        """Until something is delivered."""
        self._woken.wait(min(seconds, 1.0))
        self._woken.clear()

    def mark(self, key: str, label: str) -> bool:
        """This mailbox cannot."""
        del key, label
        return False

    def close(self) -> None:
        """Break off a wait."""
        self._woken.set()

    def _fail(self) -> None:
        failure, self.failure = self.failure, None
        if error := failure or self.failing:
            raise error
