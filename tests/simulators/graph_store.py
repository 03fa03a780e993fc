"""A mailbox in Exchange Online as Graph shows it: folders, messages with immutable ids, attachments, changes since a moment."""

from __future__ import annotations

import base64
import datetime as dt
import email
import email.message
import hashlib
import itertools
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

WELL_KNOWN = ("inbox", "drafts", "sentitems", "deleteditems", "archive")


def _id(*parts: object) -> str:
    """An id as Graph's: base64url, case-sensitive."""
    return "AAMk" + base64.urlsafe_b64encode(hashlib.sha256(repr(parts).encode()).digest()).decode().rstrip("=")


@dataclass
class Stored:
    """One message. `id` is immutable; `moves` counts folder changes, which change the ordinary id."""

    id: str
    folder: str
    raw: bytes
    received: dt.datetime
    links: tuple[str, ...] = ()
    moves: int = 0
    read: bool = False
    categories: list[str] = field(default_factory=list)
    broken: bool = False
    """Exchange cannot export it."""

    @property
    def ordinary_id(self) -> str:
        return _id(self.id, self.folder, self.moves)


@dataclass(frozen=True)
class StoredFile:
    """One attachment; `content` None for a link."""

    id: str
    sort: str
    name: str
    media_type: str
    content: bytes | None
    inline: bool

    def as_json(self) -> dict[str, Any]:
        """As Graph lists it."""
        return {
            "@odata.type": f"#microsoft.graph.{self.sort}Attachment",
            "id": self.id,
            "name": self.name,
            "contentType": self.media_type,
            "size": len(self.content or b""),
            "isInline": self.inline,
        }


class GraphStore:
    """One mailbox. Every change is logged, so that a delta can tell what came since."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.folders = {_id("folder", name): name for name in WELL_KNOWN}
        self.messages: dict[str, Stored] = {}
        self.epoch = 1
        self._log: list[tuple[str, str]] = []
        self._numbers = itertools.count(1)

    def folder_id(self, name: str) -> str | None:
        """The id of a folder by well-known name, display name or id."""
        if name in self.folders:
            return name
        return next((key for key, known in self.folders.items() if known.lower() == name.lower()), None)

    def new_folder(self, name: str = "") -> str:
        """A folder at the top; returns its display name."""
        name = name or f"Signalen {next(self._numbers)}"
        self.folders[_id("folder", name)] = name
        return name

    def deliver(self, raw: bytes, folder: str = "inbox", *, links: tuple[str, ...] = ()) -> Stored:
        """A mail comes in."""
        with self.lock:
            place = self.folder_id(folder)
            assert place
            stored = Stored(_id("message", next(self._numbers)), place, raw, dt.datetime.now(dt.UTC), links)
            self.messages[stored.id] = stored
            self._log.append((place, stored.id))
            return stored

    def move(self, stored: Stored, folder: str) -> None:
        """Somebody drags it elsewhere."""
        with self.lock:
            place = self.folder_id(folder)
            assert place
            self._log += [(stored.folder, stored.id), (place, stored.id)]
            stored.folder, stored.moves = place, stored.moves + 1

    def touch(self, stored: Stored) -> None:
        """Somebody changed it: it shows in the next delta again."""
        with self.lock:
            self._log.append((stored.folder, stored.id))

    def delete(self, stored: Stored) -> None:
        """Gone for good."""
        with self.lock:
            del self.messages[stored.id]
            self._log.append((stored.folder, stored.id))

    def forget(self) -> None:
        """Drop every sync state: all bookmarks are too old now (410)."""
        self.epoch += 1

    def find(self, key: str) -> Stored | None:
        """A message by its immutable or its ordinary id of this moment."""
        with self.lock:
            return self.messages.get(key) or next((m for m in self.messages.values() if m.ordinary_id == key), None)

    def position(self) -> int:
        """Where the log stands."""
        return len(self._log)

    def changed(self, folder: str, since: int, until: int) -> list[tuple[str, Stored | None]]:
        """The latest of each message that changed in a folder between two positions; None for one that left it."""
        with self.lock:
            ids = dict.fromkeys(key for place, key in self._log[since:until] if place == folder)
            found = [(key, self.messages.get(key)) for key in ids]
            return [(key, m if m and m.folder == folder else None) for key, m in found]


def files_of(stored: Stored) -> list[StoredFile]:
    """The attachments of a message as Exchange sees them: every leaf that is not the body, items, and links."""
    found = []
    for number, part in enumerate(_leaves(email.message_from_bytes(stored.raw))):
        name = part.get_filename() or ""
        sort, content = "file", part.get_payload(decode=True)
        if part.get_content_type() == "message/rfc822":
            inner = part.get_payload(0)
            sort, content = "item", inner.as_bytes() if isinstance(inner, email.message.Message) else b""
        elif not name and part.get_content_disposition() != "attachment" and part.get_content_maintype() == "text":
            continue
        assert isinstance(content, bytes)
        inline = part.get_content_disposition() == "inline" or (part["Content-ID"] is not None and not name)
        found.append(StoredFile(_id(stored.id, number), sort, name, part.get_content_type(), content, inline))
    return found + [StoredFile(_id(stored.id, link), "reference", link, "", None, False) for link in stored.links]


def is_meeting_request(raw: bytes) -> bool:
    """Whether a calendar in it asks for an answer (iTIP REQUEST)."""
    parts = email.message_from_bytes(raw).walk()
    return any(p.get_content_type() == "text/calendar" and p.get_param("method") == "REQUEST" for p in parts)


def _leaves(part: email.message.Message) -> Iterator[email.message.Message]:
    if part.is_multipart() and part.get_content_type() != "message/rfc822":
        for inner in part.get_payload():
            assert isinstance(inner, email.message.Message)
            yield from _leaves(inner)
    elif part.get_content_type() != "message/rfc822" or part.is_multipart():
        yield part
