"""What folder and Maildir share: names as keys, reading files that others may change, waiting for a directory to change."""

from __future__ import annotations

import datetime as dt
import errno
import os
import stat
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote_from_bytes, unquote_to_bytes

from intake.errors import FolderMissing, MailboxError, MessageGone, MessageTooLarge, MessageUnreadable
from intake.ports import Envelope

LARGEST = 512 << 20
"""Default limit in bytes for one message in memory."""
_BYTES = "bytes/"
"""Marks a name that is not UTF-8; no file name holds a slash, so no other name looks like it."""
_LOOK_SECONDS = 0.2
_LAST_DATE = 253_402_300_799.0  # 9999-12-31T23:59:59Z


class DirectoryWatch:
    """Notices that files came or went, by the change times of the directories; no inotify, so network drives work too."""

    def __init__(self, *directories: Path) -> None:
        self._directories = directories
        self._closed = threading.Event()
        self._seen: tuple[int, ...] = ()
        self._look_again_at = float("-inf")

    def begin_listing(self, settle_seconds: float) -> None:
        """Call before a listing: a change from here on ends the next `wait`.

        A change so fresh that a second one could bear the same time stamp asks for one more look, `settle_seconds` from now.
        """
        self._seen = self._stamps()
        fresh = any(abs(time.time_ns() - stamp) < settle_seconds * 1e9 for stamp in self._seen)
        self._look_again_at = time.monotonic() + settle_seconds if fresh else float("inf")

    def look_again_in(self, seconds: float) -> None:
        """Let the next `wait` end `seconds` from now."""
        self._look_again_at = min(self._look_again_at, time.monotonic() + seconds)

    def pause(self, seconds: float) -> bool:
        """Sleep; False when `close` cut it short."""
        return not self._closed.wait(seconds)

    def wait(self, seconds: float) -> None:
        """Return when a directory changed, a second look is due, `close` was called, or `seconds` passed."""
        end = min(time.monotonic() + seconds, self._look_again_at)
        while (left := end - time.monotonic()) > 0:
            if self._stamps() != self._seen or self._closed.wait(min(left, _LOOK_SECONDS)):
                return
        self._look_again_at = float("inf")

    def close(self) -> None:
        """End `wait` in any thread, now and later."""
        self._closed.set()

    def _stamps(self) -> tuple[int, ...]:
        return tuple(stat_directory(directory).st_mtime_ns for directory in self._directories)


def name_to_text(name: str) -> str:
    """The name itself, or its percent-coded bytes when it is not UTF-8 (a lone surrogate, which no database takes)."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return _BYTES + quote_from_bytes(os.fsencode(name), safe="")
    return name


def text_to_name(text: str) -> str | None:
    """The name again; None for what can be no name in a directory, as a way out of it."""
    name = os.fsdecode(unquote_to_bytes(text.removeprefix(_BYTES))) if text.startswith(_BYTES) else text
    return None if not name or "/" in name or "\0" in name or name in {".", ".."} else name


def stat_directory(directory: Path) -> os.stat_result:
    """The state of a configured directory. Raises `FolderMissing` and `MailboxError`."""
    try:
        found = directory.stat()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise FolderMissing(f"the directory {directory} does not exist; make it or mend the setting") from error
    except OSError as error:
        raise MailboxError(f"the directory {directory} cannot be read now ({error.strerror})") from error
    if not stat.S_ISDIR(found.st_mode):
        raise FolderMissing(f"{directory} is not a directory; mend the setting")
    return found


def scan(directory: Path) -> list[os.DirEntry[str]]:
    """The entries of a directory, by name. Raises `FolderMissing` and `MailboxError`."""
    stat_directory(directory)
    try:
        with os.scandir(directory) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        raise MailboxError(f"the directory {directory} cannot be read now ({error.strerror})") from error


def look(entry: os.DirEntry[str]) -> os.stat_result | None:
    """The state of an entry itself, a symbolic link not followed; None when it is gone. Raises `MailboxError`."""
    try:
        return entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None
    except OSError as error:
        folder = Path(entry.path).parent
        raise MailboxError(f"the files in {folder} cannot be looked at now ({error.strerror})") from error


def is_regular(state: os.stat_result) -> bool:
    """Whether this is a file with bytes: no link, directory, pipe, socket or device."""
    return stat.S_ISREG(state.st_mode)


def envelope_of(key: str, state: os.stat_result) -> Envelope:
    """The file as a listed message; a change time outside what a date can hold is clamped, for the bytes count."""
    seconds = min(max(state.st_mtime, 0.0), _LAST_DATE)
    return Envelope(key, dt.datetime.fromtimestamp(seconds, dt.UTC), state.st_size, retrieval="file")


def oldest_first(envelopes: Iterable[Envelope]) -> tuple[Envelope, ...]:
    """In order of arrival, as far as change times tell."""
    return tuple(sorted(envelopes, key=lambda envelope: (envelope.received, envelope.key)))


def read_regular(path: Path, max_bytes: int) -> tuple[bytes, os.stat_result]:
    """The bytes of a regular file and its state, unchanged from before the first byte to after the last.

    Neither a symbolic link nor a pipe that was put in its place is followed or waited on. Raises `FileNotFoundError` for the
    caller to judge, `MessageGone` for what is no file or changes under the reading, `MessageTooLarge`, `MessageUnreadable`.
    """
    try:
        with open(path, "rb", opener=_open_carefully) as file:
            before = os.fstat(file.fileno())
            if not is_regular(before):
                raise MessageGone(f"{path} is no longer a regular file")
            if before.st_size > max_bytes:
                raise MessageTooLarge(f"{path} has more than {max_bytes} bytes; it stays where it is, look at it there")
            raw = file.read(before.st_size + 1)
            after = os.fstat(file.fileno())
    except FileNotFoundError:
        raise
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.EISDIR, errno.ENXIO}:
            raise MessageGone(f"{path} is no longer a regular file") from error
        raise MessageUnreadable(
            f"a file in {path.parent} cannot be read ({error.strerror}); mend its rights"
        ) from error
    if (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, len(raw)):
        raise MessageGone(f"the file {path} changed while it was read; it is listed again")
    return raw, after


def _open_carefully(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
