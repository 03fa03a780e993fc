"""What is remote or not deterministic, as Protocols of at most five methods; one contract-test class each in `tests/contract`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

from intake.model import Defect


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message as the mailbox lists it, before its bytes are fetched.

    `key` is the mailbox's own immutable name for it: "UIDVALIDITY:UID" for IMAP, the file name for folders (with change time
    and size, for names come back with other mail in them), the immutable id for Graph. `received` is the receiving server's time
    (INTERNALDATE, receivedDateTime, file time), aware. `size` 0 = unknown. `retrieval` is the way by which its bytes come ("file",
    "imap", "graph"), kept with the record: Exchange keeps no MIME, so what Graph gives is an export of the moment.
    """

    key: str
    received: dt.datetime
    size: int = 0
    retrieval: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """What is new since a bookmark, and the bookmark to pass next time, valid once every envelope listed is recorded."""

    envelopes: tuple[Envelope, ...]
    bookmark: str
    relisted: bool = False
    """The folder began a new life (UIDVALIDITY changed): keys are new, and known mails are recognised by their bytes."""


@dataclass(frozen=True, slots=True)
class FileApart:
    """An attachment as the mailbox hands it over by itself. `sort`: "file", "item" (a mail, an appointment), "link".

    `content` is None where the mailbox has no bytes of it: a link to a file in somebody's store, or one it cannot export.
    """

    name: str
    sort: str
    media_type: str
    content: bytes | None = field(repr=False)
    inline: bool = False


@dataclass(frozen=True, slots=True)
class Apart:
    """What a mailbox tells of a message beside its bytes: its attachments by themselves, and what the bytes do not show."""

    files: tuple[FileApart, ...] = ()
    defects: tuple[Defect, ...] = ()


class Mailbox(Protocol):
    """A mailbox that is watched. Listing and fetching change nothing in it: no flags, no moves.

    Every method raises `MailboxError` when the line is lost, `LoginRefused` and `FolderMissing` when a person must mend it.
    """

    name: str
    """Stable name of the mailbox in records; never holds a secret."""

    def list_new(self, bookmark: str | None) -> Listing:
        """List what came since `bookmark`; None lists all.

        A bookmark of another life of the folder (UIDVALIDITY changed) lists all again.
        """
        ...

    def fetch(self, key: str) -> bytes:
        """The raw message, byte for byte as the server gives it. Raises `MessageGone` when it is no longer there."""
        ...

    def wait(self, seconds: float) -> None:
        """Return when something may have changed, at the latest after `seconds`; the caller lists either way."""
        ...

    def mark(self, key: str, label: str) -> bool:
        """Show in the mailbox what became of a recorded message (keyword, category, folder). False: this mailbox cannot."""
        ...

    def close(self) -> None:
        """Give the line back; safe to call twice."""
        ...


@runtime_checkable
class GivesApart(Protocol):
    """A mailbox that makes a message anew at every export (Exchange), and so hands over its attachments by themselves as well."""

    def fetch_apart(self, key: str) -> Apart:
        """Everything beside the raw message. Raises what `Mailbox.fetch` raises."""
        ...


@runtime_checkable
class Tidies(Protocol):
    """A mailbox that can show what became of a message: by labels, and by a folder. Raises what `Mailbox.fetch` raises."""

    tells_changes: bool
    """A listing since a bookmark also names messages that a person changed."""

    def relabel(self, key: str, add: Collection[str], remove: Collection[str]) -> bool | None:
        """Add and remove labels, all others stay. False: they were right already; None: this mailbox keeps none."""
        ...

    def move(self, key: str, folder: str) -> str:
        """Move a message into a folder, made when absent; returns the key that it has there. There already: nothing is done."""
        ...


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """A mail of the desk, ready to go: the bytes hold all of it, and `recipients` are its envelope.

    `message_id` (with its angle brackets) was chosen before, so that the mail can be recognised wherever it turns up. `answers` is
    the mailbox's key of the message that it answers, "" for none or one that is not known.
    """

    message_id: str
    sender: str
    recipients: tuple[str, ...]
    raw: bytes = field(repr=False)
    answers: str = ""


class Fate(StrEnum):
    """What became of a mail whose sending broke off, as far as the other side lets one know."""

    SENT = "sent"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"


class Sender(Protocol):
    """A way out for mail.

    Every method raises `SenderAway` when nothing was sent and it may be tried again, `MailRefused` when nothing was sent and a
    person must act, `MailUnsure` when it may have been sent or not: then `fate` says what can be known.
    """

    name: str
    """Stable name of the way in records; never holds a secret."""

    def prepare(self, mail: OutgoingMail) -> str:
        """Make ready what can be without sending it; returns a reference to keep. Again does no harm."""
        ...

    def send(self, mail: OutgoingMail, reference: str) -> str:
        """Hand the prepared mail over, once; returns what the server answered."""
        ...

    def fate(self, mail: OutgoingMail, reference: str) -> Fate:
        """Look for a mail whose sending broke off."""
        ...

    def draft(self, mail: OutgoingMail) -> str:
        """Lay the mail among the drafts, for a person to send; the same mail again lays no second one. Returns a reference."""
        ...

    def close(self) -> None:
        """Give the line back; safe to call twice."""
        ...


class Desk(Protocol):
    """The desk's channel. `key` names what a card is about: posting the same key twice shows one card where the channel can know.

    Every method raises `DeskError` when the channel did not take the card, `DeskBusy` when it cannot be had now.
    """

    def post(self, key: str, card: Mapping[str, Any]) -> str:
        """Post an Adaptive Card; returns the channel's reference for later updates."""
        ...

    def update(self, reference: str, card: Mapping[str, Any]) -> str:
        """Replace the card; returns its reference, which differs when the old card was gone and a new one was posted."""
        ...

    def reply(self, key: str, reference: str, card: Mapping[str, Any]) -> str:
        """Tell an event in the thread of the card of `reference`; the same key again tells nothing. Returns its reference."""
        ...


class Clock(Protocol):
    """The time. Read once per mail, by the shell."""

    def now(self) -> dt.datetime:
        """The present moment, aware, in the desk's own zone: record and dossier numbers take its year."""
        ...


@dataclass(frozen=True, slots=True)
class ScanResult:
    """What a malware scanner said: `clean`, or the `name` of what it found. `scanned` False = no scanner is configured."""

    scanned: bool
    clean: bool = True
    name: str = ""


class MalwareScanner(Protocol):
    """Looks at raw bytes before anything parses them (BIO2 8.07.04)."""

    def scan(self, parts: Iterable[bytes]) -> ScanResult:
        """Scan one message given in chunks."""
        ...
