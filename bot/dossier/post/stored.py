"""The ports of the post pages over the records: the last comparison of a dossier, the scans, and the acts of persons."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass

from pydantic import ValidationError

from bot.dossier.post.desk import ScanView
from intake.model import Kind
from intake.paper.comparing import COMPARISON, JSON
from intake.paper.forms import is_file
from intake.paper.post import PostRoom
from intake.post.comparison import Comparison
from intake.service import Service
from storage.bag import read_bag
from storage.canonical import sha256
from storage.dossiers import Records
from storage.errors import StorageError
from storage.letters import Hand, Letters
from storage.values import MessageView
from storage.vault import read

log = logging.getLogger(__name__)

WAY = "scan-upload"
"""The name under which the records know that a scan came by the page."""


class StoredPaper:
    """The port `Paper`: the frozen comparison of a dossier's post, the last one read remembered."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._letters = Letters(records.engine, records.vault)
        self._last: tuple[str, Comparison] | None = None

    def comparison(self, number: str) -> Comparison | None:
        """The comparison of the letter that was compared last; None without any, or when it cannot be read."""
        compared = [letter for letter in self._letters.within(number) if letter.package_key]
        newest = max(compared, key=lambda letter: letter.compared_at or "", default=None)
        if newest is None or newest.package_key is None:
            return None
        key, last = newest.package_key, self._last
        if last is None or last[0] != key:
            found = self._read(key)
            if found is None:
                return None
            last = self._last = (key, found)
        return last[1]

    def _read(self, key: str) -> Comparison | None:
        """Told by what it holds: names in a package are generated."""
        try:
            members = read_bag(read(self._records.vault, key))
            return JSON.validate_json(members[f"data/002.{COMPARISON.rpartition('.')[2]}"])
        except (StorageError, OSError, KeyError, ValidationError):
            log.exception("a comparison cannot be read", extra={"action": "comparison"})
            return None


@dataclass(frozen=True)
class StoredPost:
    """The port `PostDesk`. `wake` tells whoever does the work that there is some."""

    service: Service
    most_bytes: int
    wake: Callable[[], object] = lambda: None

    @property
    def _room(self) -> PostRoom:
        return self.service.post

    def scans(self) -> tuple[ScanView, ...]:
        """Every scan, newest first; also files that were not read yet."""
        messages = self.service.records.messages()
        found = [m for m in messages if m.kind == Kind.POSTAL_SCAN or (m.kind is None and is_file(m.raw.key))]
        return tuple(self._scan(message) for message in reversed(found))

    def receive(self, data: bytes) -> str:
        """Freeze and receive a scan; the work on it is for another thread."""
        receipt = self.service.receive_scan(data, WAY, sha256(data), self.service.clock.now())
        self.wake()
        return receipt.record

    def link(self, record: str, part: int, number: str, name: str, reason: str) -> None:
        """A person puts a letter into a dossier."""
        self._room.link(record, part, number, Hand(self.service.clock.now(), name, name, reason))
        self.wake()

    def unlink(self, record: str, part: int, name: str, reason: str) -> None:
        """A person takes a letter out of its dossier."""
        self._room.unlink(record, part, Hand(self.service.clock.now(), name, name, reason))
        self.wake()

    def _scan(self, message: MessageView) -> ScanView:
        letters = self._room.letters
        return ScanView(
            record=message.record,
            received=dt.datetime.fromisoformat(message.received_at),
            sha256=message.raw.sha256,
            judged=message.kind is not None,
            letters=letters.of(message.record),
            sheets=letters.sheets(message.record),
            attention=message.attention,
        )
