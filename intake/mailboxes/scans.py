"""The port `Mailbox` over a directory into which scanners and people put scans. Nothing in it is ever changed, moved or deleted.

A scanner writes page by page and may pause for minutes, so a file is complete when it rests (`FolderMailbox`) and, where the system
tells, nobody has it open for writing any more. Linux tells by a lease: a read lease is refused on a file that somebody writes
(fcntl(2), F_SETLEASE), on local file systems and for files of our own account or with CAP_LEASE. A file that stays open but has not
changed for `held_seconds` is taken all the same: a program that forgot it must not hide a letter.
"""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import sys
import time
from pathlib import Path

from intake.mailboxes.files import LARGEST, text_to_name
from intake.mailboxes.folder import FolderMailbox
from intake.ports import Listing

_UNFINISHED = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".filepart", ".lock")
_OF_SYSTEMS = frozenset({"thumbs.db", "desktop.ini"})
_OFFICE_LOCK = "~$"


class ScanFolder(FolderMailbox):
    """A directory of scans, subdirectories not included. Every file is taken, whatever it is: a person sees what is no scan."""

    def __init__(
        self,
        path: Path,
        *,
        name: str = "scans",
        settle_seconds: float = 5.0,
        held_seconds: float = 600.0,
        max_bytes: int = LARGEST,
    ) -> None:
        """The directory must exist at the first call (`FolderMissing`)."""
        super().__init__(path, name=name, settle_seconds=settle_seconds, max_bytes=max_bytes)
        self._held_seconds = held_seconds

    def list_new(self, bookmark: str | None) -> Listing:
        """Every complete file that nobody is writing, whatever the bookmark."""
        listing = super().list_new(bookmark)
        free = tuple(e for e in listing.envelopes if not self._is_held(e.key, e.received.timestamp()))
        if len(free) < len(listing.envelopes):
            self._watch.look_again_in(self._settle_seconds)
        return Listing(free, listing.bookmark)

    def _is_message(self, name: str) -> bool:
        low = name.lower()
        return not (low.endswith(_UNFINISHED) or low in _OF_SYSTEMS or low.startswith(_OFFICE_LOCK))

    def _is_held(self, key: str, changed: float) -> bool:
        name = text_to_name(key.rpartition("/")[0])
        resting = abs(time.time() - changed) >= self._held_seconds
        return not resting and name is not None and is_being_written(self._path / name)


def is_being_written(path: Path) -> bool:
    """Whether somebody has the file open for writing; False where the system does not tell."""
    if sys.platform != "linux":
        return False
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.fcntl(handle, fcntl.F_SETSIG, signal.SIGURG)  # who opens it meanwhile must not send us SIGIO, which kills
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as error:
        return error.errno == errno.EAGAIN
    finally:
        os.close(handle)
    return False
