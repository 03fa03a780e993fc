"""What goes into the records and what comes out: frozen values, plain enough for JSON.

Times go in as aware datetimes and come out as RFC 3339 text in UTC. Kinds, relations, statuses, tracks and reason codes are the
caller's words; storage keeps them and knows none of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from storage.vault import FrozenCopy

SOFTWARE = "loketbs"
"""The actor of what the software does by itself; acts of persons carry their account id."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message that lies in the vault. `key` is the mailbox's own; `received_at` the receiving server's time, `at` ours.

    `message_id` is kept as a digest only. Record numbers take the year of `at` in the zone it is given in. `retrieval` says by
    which way the bytes came; `apart` is what the mailbox handed over beside them (`Records.freeze_apart`).
    """

    mailbox: str
    key: str
    received_at: dt.datetime
    raw: FrozenCopy
    at: dt.datetime
    message_id: str | None = None
    retrieval: str = ""
    apart: FrozenCopy | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """The record of an arrival. `known`: it had one already, and nothing was added; `other_bytes`: but with other bytes than these.

    Of a new one, earlier records with the same bytes (the first) or the same Message-ID are named.
    """

    record: str
    known: bool
    other_bytes: bool = False
    same_bytes_as: str | None = None
    same_message_id_as: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewJob:
    """Work to follow. `payload` holds references and codes only; record and dossier (where there is one) are added to it."""

    kind: str
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that a worker holds under a lease; `owner` and `attempts` fence what it may finish. `key` is its idempotency key.

    `failures` is how often it failed before.
    """

    id: int
    kind: str
    key: str
    payload: Mapping[str, Any]
    attempts: int
    owner: str
    failures: int = 0


@dataclass(frozen=True, slots=True)
class KnownDocument:
    """What of a document is compared later: digests of its bytes and its text, and a sketch that the caller made."""

    sha256: str
    text_sha256: str
    sketch: bytes


@dataclass(frozen=True, slots=True)
class Join:
    """A message goes to an existing dossier, as `relation` says ("duplicate", "supplement", "co_submitter", …)."""

    number: str
    relation: str


@dataclass(frozen=True, slots=True)
class Registration:
    """Everything that is recorded when one message was judged; `opens_dossier` and `joins` exclude each other.

    `statuses` are set in this order; of an opened dossier the first is the one it opens with. `tracks` are the dossier's side
    tracks. `counters` (verdict counts) go into the event. `documents`, `threads` (Message-IDs, its own first) and `sender` are
    what later mails are related to, and `about` (JSON) what else the caller wants to read back about it; they lie in the vault's
    index, not in events. `attention` are codes for a person. `seen` is what `registrations` said when the caller looked at the
    other messages: when one was registered since, the decision rests on an old view and `Outdated` is raised.
    """

    record: str
    kind: str
    possibly_formal: bool
    at: dt.datetime
    actor: str = SOFTWARE
    package: FrozenCopy | None = None
    opens_dossier: bool = False
    joins: Join | None = None
    statuses: tuple[str, ...] = ()
    tracks: Mapping[str, str] = field(default_factory=dict)
    counters: Mapping[str, int] = field(default_factory=dict)
    documents: tuple[KnownDocument, ...] = ()
    threads: tuple[str, ...] = ()
    sender: str = ""
    about: Mapping[str, Any] = field(default_factory=dict)
    attention: tuple[str, ...] = ()
    jobs: tuple[NewJob, ...] = ()
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class Registered:
    """What came of a registration: its dossier, where there is one, and whether it was opened now."""

    record: str
    dossier: str | None
    opened: bool


@dataclass(frozen=True, slots=True)
class DossierView:
    """A dossier as it stands. `title`, `organisations`, `ministers` are as the package of the opening message describes them."""

    number: str
    status: str
    status_since: str
    opened_at: str
    opened_with: str
    changed_at: str
    title: str
    organisations: tuple[str, ...]
    ministers: tuple[str, ...]
    tracks: Mapping[str, str]
    messages: tuple[str, ...]
    attention: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message as it stands. `kind` is None until it was registered; `key` is None when its place in the mailbox is not known."""

    record: str
    mailbox: str
    key: str | None
    received_at: str
    recorded_at: str
    raw: FrozenCopy
    registered_at: str | None
    kind: str | None
    possibly_formal: bool | None
    sender: str
    package_key: str | None
    package_sha256: str | None
    dossier: str | None
    relation: str | None
    attention: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One event of a dossier or message, with its place in the ledger."""

    seq: int
    at: str
    type: str
    record: str
    actor: str
    details: Mapping[str, str | int | bool]


@dataclass(frozen=True, slots=True)
class KnownItem:
    """A registered message as later mails are compared with it."""

    record: str
    dossier: str | None
    kind: str
    received_at: str
    sender: str
    raw_sha256: str
    threads: tuple[str, ...]
    documents: tuple[KnownDocument, ...]
    package_key: str | None


@dataclass(frozen=True, slots=True)
class AttentionItem:
    """Something that waits for a person: a reason `code` about a message, or a job that failed too often (code "job_dead")."""

    record: str
    dossier: str | None
    code: str
    since: str
    job: int | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ChannelPost:
    """A card of the local channel."""

    reference: str
    key: str
    record: str
    card: Mapping[str, Any]
    posted_at: str
    updated_at: str
