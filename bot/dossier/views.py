"""What the pages need to know, as plain values, and the ports `Archive` and `Paper` that give it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from intake.model import Defect, Finding, Kind, Threat
from intake.post.comparison import Comparison
from intake.states import Status
from storage.letters import LetterView


@dataclass(frozen=True, slots=True)
class Row:
    """A dossier in the list: what its card says and nothing more. Times are aware; track states are ids of the desk's list.

    `attention` holds attention codes (`bot.texts.attention`).
    """

    number: str
    status: Status
    kind: Kind
    received: dt.datetime
    signature: str
    post: str
    items_found: int = 0
    items_total: int = 0
    attention: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChannelPost:
    """A card as it stands in the channel now, and when it was first posted."""

    card: Mapping[str, Any]
    posted: dt.datetime


@dataclass(frozen=True, slots=True)
class MailboxState:
    """Whether the mailbox is being read: the last time it was, and since when it cannot be (None = it can)."""

    read: dt.datetime | None = None
    lost: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Overview:
    """The first page: dossiers and posts newest first, mails without dossier, and whether the house is in order.

    `verified` is the last time that every frozen file was compared with its fingerprint and agreed.
    """

    dossiers: tuple[Row, ...] = ()
    posts: tuple[ChannelPost, ...] = ()
    loose: int = 0
    mailbox: MailboxState = field(default_factory=MailboxState)
    verified: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class FileView:
    """A frozen file. `inside` names the container it was found in; `size` is in bytes."""

    name: str
    sha256: str
    media_type: str
    size: int
    frozen: dt.datetime
    pages: int = 0
    inside: str | None = None
    threat: Threat | None = None


@dataclass(frozen=True, slots=True)
class MessageView:
    """A mail or scan that came in. `sha256` is that of its frozen raw bytes; `findings` say why it is of this kind.

    `kind` is None while it was not judged. `subject` and `sender` are None where they were not read or not kept, `files` where
    none was frozen by itself: what there is, is then in the raw bytes only.
    """

    sha256: str
    received: dt.datetime
    kind: Kind | None
    possibly_formal: bool
    subject: str | None = ""
    sender: str | None = ""
    findings: tuple[Finding, ...] = ()
    defects: tuple[Defect, ...] = ()
    threat: Threat | None = None
    files: tuple[FileView, ...] | None = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the timeline: an event of the ledger. `actor` is an account, empty or "loketbs" for the software itself."""

    at: dt.datetime
    event: str
    actor: str = ""
    details: Mapping[str, str | int | bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DossierView:
    """One dossier in full. `tracks` maps a track id to its state; `findings` are those of the checks, not of the recognition."""

    row: Row
    title: str = ""
    organisations: tuple[str, ...] = ()
    ministers: tuple[str, ...] = ()
    signature: str = "unclear"
    means: tuple[str, ...] = ()
    signers: tuple[str, ...] = ()
    tracks: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    timeline: tuple[Entry, ...] = ()
    messages: tuple[MessageView, ...] = ()
    letters: tuple[LetterView, ...] = ()


@dataclass(frozen=True, slots=True)
class Original:
    """A frozen file on its way out: its bytes in chunks. `dangerous` ones get a name that no program opens by itself."""

    name: str
    size: int
    chunks: Iterable[bytes]
    dangerous: bool = False


class Archive(Protocol):
    """What was kept, read-only. Every list comes newest first."""

    def overview(self) -> Overview:
        """All dossiers, the channel and the state of the house."""
        ...

    def dossier(self, number: str) -> DossierView | None:
        """One dossier, or None when there is none with that number."""
        ...

    def loose_messages(self) -> tuple[MessageView, ...]:
        """The mails that opened no dossier and belong to none."""
        ...

    def original(self, sha256: str) -> Original | None:
        """A frozen file by its SHA-256 (64 lower-case hex digits), or None."""
        ...


class Paper(Protocol):
    """What came by post, compared."""

    def comparison(self, number: str) -> Comparison | None:
        """The comparison of a dossier's postal version with its faces, the latest where there are several; None without any.

        The page asks once for itself and once for each picture: an implementation had better remember the last one.
        """
        ...


class NoPaper:
    """The port `Paper` of a house that compares no post."""

    def comparison(self, number: str) -> Comparison | None:
        """There is none."""
        del number
        return None
