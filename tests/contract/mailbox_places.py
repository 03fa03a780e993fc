"""Mailboxes in which a test can put and remove mail from the other side, one for each adapter and server."""

from __future__ import annotations

import itertools
import os
import time
from pathlib import Path
from typing import Protocol

from intake.mailboxes.folder import FolderMailbox
from intake.mailboxes.imap import ImapMailbox
from intake.mailboxes.maildir import MaildirMailbox
from intake.mailboxes.scans import ScanFolder
from intake.ports import Mailbox
from tests.simulators.graph_house import Microsoft
from tests.simulators.graph_store import Stored
from tests.simulators.imap_server import ImapServerUnderTest

_numbers = itertools.count(1)


class Place(Protocol):
    """The far side of a mailbox, empty at first."""

    def open(self) -> Mailbox:
        """A new adapter on this place, as after a restart of the service."""
        ...

    def open_missing(self) -> Mailbox:
        """An adapter on a folder that does not exist."""
        ...

    def deliver(self, raw: bytes) -> None:
        """Put a mail there, as whoever sends mail there does."""
        ...

    def remove_all(self) -> None:
        """Delete every mail."""
        ...

    def state(self) -> object:
        """Everything an owner could see changed: names, flags, times."""
        ...


class FolderPlace:
    """A directory; files are renamed into it when complete."""

    def __init__(self, path: Path) -> None:
        self.path = path / "postvak"
        self.path.mkdir()

    def open(self) -> Mailbox:
        return FolderMailbox(self.path, settle_seconds=0.05)

    def open_missing(self) -> Mailbox:
        return FolderMailbox(self.path / "weg")

    def deliver(self, raw: bytes) -> None:
        part = self.path / ".part"
        part.write_bytes(raw)
        part.rename(self.path / f"mail {next(_numbers)}.eml")

    def remove_all(self) -> None:
        for path in self.path.iterdir():
            path.unlink()

    def state(self) -> object:
        return {p.name: (p.stat().st_mtime_ns, p.stat().st_mode, p.stat().st_size) for p in self.path.iterdir()}


class ScanPlace(FolderPlace):
    """A directory of scans; what is in a file is not looked at before it is frozen."""

    def open(self) -> Mailbox:
        return ScanFolder(self.path, settle_seconds=0.05)

    def open_missing(self) -> Mailbox:
        return ScanFolder(self.path / "weg")

    def deliver(self, raw: bytes) -> None:
        part = self.path / f"scan {next(_numbers)}.pdf.part"
        part.write_bytes(raw)
        part.rename(part.with_suffix(""))


class MaildirPlace:
    """A Maildir."""

    def __init__(self, path: Path) -> None:
        self.path = path / "Maildir"
        for name in ("tmp", "new", "cur"):
            (self.path / name).mkdir(parents=True)

    def open(self) -> Mailbox:
        return MaildirMailbox(self.path)

    def open_missing(self) -> Mailbox:
        return MaildirMailbox(self.path / "weg")

    def deliver(self, raw: bytes) -> None:
        path = self.path / "tmp" / f"{time.time_ns()}.P{os.getpid()}Q{next(_numbers)}.test"
        path.write_bytes(raw)
        path.rename(self.path / "new" / path.name)

    def remove_all(self) -> None:
        for path in self.path.glob("*/*"):
            path.unlink()

    def state(self) -> object:
        return {str(p.relative_to(self.path)): p.stat().st_mtime_ns for p in self.path.glob("*/*")}


class ImapPlace:
    """A folder of its own on a server that several tests share."""

    def __init__(self, server: ImapServerUnderTest) -> None:
        self.server = server
        self.folder = server.new_folder()

    def open(self) -> Mailbox:
        return ImapMailbox(self.server.settings(self.folder), poll_seconds=0.2)

    def open_missing(self) -> Mailbox:
        return ImapMailbox(self.server.settings("Bestaat-niet"))

    def deliver(self, raw: bytes) -> None:
        self.server.deliver(self.folder, raw)

    def remove_all(self) -> None:
        self.server.delete(self.folder)

    def state(self) -> object:
        return self.server.flags(self.folder)


class GraphPlace:
    """A folder of its own in a mailbox that several tests share."""

    def __init__(self, microsoft: Microsoft) -> None:
        self.microsoft = microsoft
        self.folder = microsoft.graph.store.new_folder()

    def open(self) -> Mailbox:
        return self.microsoft.mailbox(self.folder)

    def open_missing(self) -> Mailbox:
        return self.microsoft.mailbox("Bestaat niet")

    def deliver(self, raw: bytes) -> None:
        self.microsoft.graph.deliver(raw, self.folder)

    def remove_all(self) -> None:
        for stored in self._stored():
            self.microsoft.graph.store.delete(stored)

    def state(self) -> object:
        return {m.id: (m.folder, m.read, tuple(m.categories)) for m in self._stored()}

    def _stored(self) -> list[Stored]:
        store = self.microsoft.graph.store
        return [m for m in store.messages.values() if m.folder == store.folder_id(self.folder)]
