"""The port `Mailbox` over a directory of `.eml` files, put there by people and by programs that know no protocol.

Key: name, change time and size of the file, because a name in a shared folder comes back with another mail in it and a slow copy
grows under it: each such state is its own message, and equal bytes are recognised by their hash later.

When is a file complete? Nobody says, so: one older than `settle_seconds` is; a younger one is looked at twice, that long apart, and
when it moved in between it is left for the next listing, which `wait` brings soon. A writer that pauses longer than that may be
listed half-way; `fetch` then finds another state than listed and raises `MessageGone`, or, when the writer went on only after that,
the complete file is a new message. Programs should write under another name and rename.
"""

from __future__ import annotations

import logging
import os
import re
import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from intake.errors import MailboxError, MessageGone
from intake.mailboxes.files import (
    LARGEST,
    DirectoryWatch,
    envelope_of,
    is_regular,
    look,
    name_to_text,
    oldest_first,
    read_regular,
    scan,
    text_to_name,
)
from intake.ports import Envelope, Listing

_log = logging.getLogger(__name__)
_KEY = re.compile(r"(.+)/-?[0-9a-f]+[+][0-9a-f]+", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Problem:
    """An entry of the directory that is not read. `code`: `not_eml`, `not_a_regular_file` (a link, a directory, a pipe)."""

    name: str
    code: str


class FolderMailbox:
    """A directory of `.eml` files, subdirectories not included; names with a dot in front are left out. Only `move` changes it."""

    tells_changes = False

    def __init__(
        self, path: Path, *, name: str = "folder", settle_seconds: float = 0.5, max_bytes: int = LARGEST
    ) -> None:
        """The directory must exist at the first call (`FolderMissing`)."""
        self.name = name
        self._path = path
        self._settle_seconds = settle_seconds
        self._max_bytes = max_bytes
        self._watch = DirectoryWatch(path)
        self._problems: set[Problem] = set()
        self._told: set[Problem] = set()

    def list_new(self, bookmark: str | None) -> Listing:  # noqa: ARG002 - listing all is cheap, the caller knows the keys
        """Every complete file, whatever the bookmark: file names have no order of arrival."""
        self._watch.begin_listing(self._settle_seconds)
        found = self._scan()
        youngest = time.time_ns() - int(self._settle_seconds * 1e9)
        # A change time ahead of our clock (a drive with its own clock) says nothing about age.
        unsettled = {key for key, envelope in found.items() if _changed_ns(key) > youngest}
        if unsettled:
            rested = self._watch.pause(self._settle_seconds)
            again = self._scan()
            settled = unsettled & again.keys() if rested else set()
            found = {key: envelope for key, envelope in found.items() if key not in unsettled or key in settled}
            if again.keys() - found.keys():
                self._watch.look_again_in(self._settle_seconds)
        self._tell_problems()
        return Listing(oldest_first(found.values()), "all")

    def fetch(self, key: str) -> bytes:
        """The bytes of the file in the state in which it was listed, else `MessageGone`."""
        match = _KEY.fullmatch(key)
        name = text_to_name(match[1]) if match else None
        if name is None:
            raise MessageGone(f"{key!r} names no file of {self._path}")
        try:
            raw, state = read_regular(self._path / name, self._max_bytes)
        except FileNotFoundError as error:
            raise MessageGone(f"the file of {key!r} is no longer in {self._path}") from error
        if _key(name, state) != key:
            raise MessageGone(f"the file of {key!r} changed since it was listed; it is listed again")
        return raw

    def wait(self, seconds: float) -> None:
        """Return when files came or went, when a file was still moving a moment ago, or after `seconds`."""
        self._watch.wait(seconds)

    def mark(self, key: str, label: str) -> bool:  # noqa: ARG002 - the port's signature
        """A directory has nowhere to show it: False."""
        return False

    def relabel(self, key: str, add: Collection[str], remove: Collection[str]) -> bool | None:  # noqa: ARG002 - the port's
        """A directory has nowhere to show it: None."""
        return None

    def move(self, key: str, folder: str) -> str:
        """Move the file into a directory below, in the state in which it was listed, else `MessageGone`; nothing is overwritten.

        Its key there begins with that directory.
        """
        if key.startswith(f"{folder}/"):
            return key
        match = _KEY.fullmatch(key)
        name = text_to_name(match[1]) if match else None
        if name is None or "/" in folder or folder.startswith("."):
            raise MessageGone(f"{key!r} names no file of {self._path}")
        place, below = self._path / name, self._path / folder / name
        try:
            if _key(name, place.lstat()) != key:
                raise MessageGone(f"the file of {key!r} changed since it was listed; it is listed again")
            below.parent.mkdir(exist_ok=True)
            os.link(place, below)
            place.unlink()
        except FileNotFoundError as error:
            raise MessageGone(f"the file of {key!r} is no longer in {self._path}") from error
        except OSError as error:
            raise MailboxError(f"{self.name}: a file cannot be moved to {folder} ({error.strerror})") from error
        return f"{folder}/{key}"

    def close(self) -> None:
        """End `wait` in any thread, now and later."""
        self._watch.close()

    def problems(self) -> tuple[Problem, ...]:
        """What the last listing left aside, for a person to look at. The log has the number of each kind, never a name, once."""
        return tuple(sorted(self._problems, key=lambda problem: problem.name))

    def _scan(self) -> dict[str, Envelope]:
        found: dict[str, Envelope] = {}
        problems: set[Problem] = set()
        for entry in scan(self._path):
            if entry.name.startswith("."):
                continue
            state = look(entry)
            if state is None:
                continue
            if not is_regular(state):
                problems.add(Problem(name_to_text(entry.name), "not_a_regular_file"))
            elif not self._is_message(entry.name):
                problems.add(Problem(name_to_text(entry.name), "not_eml"))
            else:
                key = _key(entry.name, state)
                found[key] = envelope_of(key, state)
        self._problems = problems
        return found

    def _is_message(self, name: str) -> bool:
        """Whether a file of this name is meant for us."""
        return name.lower().endswith(".eml")

    def _tell_problems(self) -> None:
        new = self._problems - self._told
        for code in sorted({problem.code for problem in new}):
            count = sum(problem.code == code for problem in new)
            _log.warning("%s: %d entries of the directory are not read (%s)", self.name, count, code)
        self._told |= new


def _key(name: str, state: os.stat_result) -> str:
    return f"{name_to_text(name)}/{state.st_mtime_ns:x}+{state.st_size:x}"


def _changed_ns(key: str) -> int:
    return int(key.rpartition("/")[2].partition("+")[0], 16)
