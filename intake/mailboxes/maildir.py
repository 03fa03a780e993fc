"""The port `Mailbox` over a Maildir, the format in which a file in `new` or `cur` is complete by agreement; `tmp` is never read.

Key: the unique part of the file name, before ":2,", which stays when a mail program moves it from `new` to `cur` or sets flags.
We do neither: our reading is not a person's reading.
"""

from __future__ import annotations

from pathlib import Path

from intake.errors import MessageGone
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
)
from intake.ports import Envelope, Listing

_SAME_STAMP_SECONDS = 0.1
"""Two changes of a directory within this time may bear one time stamp."""


class MaildirMailbox:
    """A Maildir, its subfolders (`.Name`) not included. Changes nothing in it; names that start with a dot are left out."""

    def __init__(self, path: Path, *, name: str = "maildir", max_bytes: int = LARGEST) -> None:
        """`path` holds `new` and `cur`, which must exist at the first call (`FolderMissing`)."""
        self.name = name
        self._path = path
        self._max_bytes = max_bytes
        self._places = (path / "new", path / "cur")
        self._watch = DirectoryWatch(*self._places)
        self._found: dict[str, Path] = {}

    def list_new(self, bookmark: str | None) -> Listing:  # noqa: ARG002 - listing all is cheap, the caller knows the keys
        """Every mail, whatever the bookmark: unique names have no order of arrival."""
        self._watch.begin_listing(_SAME_STAMP_SECONDS)
        return Listing(oldest_first(self._scan().values()), "all")

    def fetch(self, key: str) -> bytes:
        """The bytes of the mail, wherever its flags have taken it; `MessageGone` when it is in neither place."""
        if path := self._found.get(key):
            try:
                return read_regular(path, self._max_bytes)[0]
            except FileNotFoundError:
                pass  # renamed since: look again
        self._scan()
        if path := self._found.get(key):
            try:
                return read_regular(path, self._max_bytes)[0]
            except FileNotFoundError as error:
                raise MessageGone(f"mail {key!r} moved twice while it was looked for") from error
        raise MessageGone(f"mail {key!r} is no longer in {self._path}")

    def wait(self, seconds: float) -> None:
        """Return when mail came, went or changed its flags, or after `seconds`."""
        self._watch.wait(seconds)

    def mark(self, key: str, label: str) -> bool:  # noqa: ARG002 - the port's signature
        """Flags of a Maildir belong to its owner's mail program: False."""
        return False

    def close(self) -> None:
        """End `wait` in any thread, now and later."""
        self._watch.close()

    def _scan(self) -> dict[str, Envelope]:
        """`new` before `cur`: a mail that moves in between is then seen twice and not missed."""
        envelopes: dict[str, Envelope] = {}
        found: dict[str, Path] = {}
        for entry in (entry for place in self._places for entry in scan(place)):
            state = None if entry.name.startswith(".") else look(entry)
            if state is not None and is_regular(state):
                key = name_to_text(entry.name.partition(":2,")[0])
                envelopes[key] = envelope_of(key, state)
                found[key] = Path(entry.path)
        self._found = found
        return envelopes
