"""The tables. SQLModel is used here only; the rest of the house sees Core tables and frozen values.

Three sorts. `event` is the evidence. PROJECTIONS follow from it and from the vault (`rebuild` makes them again). The others are
plumbing: where a mailbox was left, work to do, the local channel's cards.
"""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class _Row(SQLModel, registry=registry(metadata=MetaData(naming_convention=NAMES))):
    """Base with a MetaData of our own, so that no other package's tables mix in."""


class _Event(_Row, table=True):
    __tablename__ = "event"
    __table_args__: ClassVar[Any] = (
        CheckConstraint("typeof(body) = 'blob'", name="body_is_blob"),
        {"sqlite_strict": True},
    )
    seq: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    at: str = Field(sa_type=Text)
    body: bytes = Field(sa_type=LargeBinary)


class _Entry(_Row, table=True):
    """Which event tells of which record and dossier."""

    __tablename__ = "entry"
    seq: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    type: str
    record: str = Field(index=True)
    dossier: str | None = Field(default=None, index=True)


class _Message(_Row, table=True):
    __tablename__ = "message"
    __table_args__: ClassVar[Any] = (UniqueConstraint("mailbox", "mailbox_key_sha256"),)
    record: str = Field(primary_key=True)
    mailbox: str
    mailbox_key_sha256: str
    received_at: str
    recorded_at: str
    raw_sha256: str = Field(index=True)
    raw_size: int
    raw_suffix: str | None = None
    message_id_sha256: str | None = Field(default=None, index=True)
    registered_at: str | None = None
    kind: str | None = None
    possibly_formal: bool | None = None
    index_sha256: str | None = None
    sender: str = ""
    package_sha256: str | None = None
    dossier: str | None = Field(default=None, index=True)
    relation: str | None = None


class _Document(_Row, table=True):
    __tablename__ = "document"
    record: str = Field(primary_key=True)
    position: int = Field(primary_key=True)
    sha256: str = Field(index=True)
    text_sha256: str = Field(index=True)
    sketch: bytes = Field(sa_type=LargeBinary)


class _Thread(_Row, table=True):
    __tablename__ = "thread"
    record: str = Field(primary_key=True)
    position: int = Field(primary_key=True)
    id: str = Field(index=True)


class _Attention(_Row, table=True):
    __tablename__ = "attention"
    record: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    since: str
    settled_at: str | None = None
    settled_by: str | None = None


class _Dossier(_Row, table=True):
    __tablename__ = "dossier"
    number: str = Field(primary_key=True)
    opened_at: str
    opened_with: str
    status: str = Field(index=True)
    status_since: str
    changed_at: str
    title: str = ""
    organisations: list[str] = Field(sa_column=Column(JSON, nullable=False))
    ministers: list[str] = Field(sa_column=Column(JSON, nullable=False))


class _Track(_Row, table=True):
    __tablename__ = "track"
    dossier: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    value: str
    since: str


class _Letter(_Row, table=True):
    """A letter of a scan: the pages it is on, the dossier it lies in, and how that was compared with what was frozen."""

    __tablename__ = "letter"
    record: str = Field(primary_key=True)
    part: int = Field(primary_key=True)
    file: int
    pages: str
    dossier: str | None = Field(default=None, index=True)
    reason: str = ""
    score: str = ""
    runner_up: str = ""
    runner_up_score: str = ""
    linked_at: str | None = None
    linked_by: str = ""
    refused: str = ""
    against: str = ""
    verdict: str = ""
    deviations: int = 0
    unreadable: int = 0
    compared_at: str | None = None
    package_sha256: str = ""


class _Sheet(_Row, table=True):
    """A page of a scan that is no page of a letter's document: cover sheet, covering letter, blank back."""

    __tablename__ = "sheet"
    record: str = Field(primary_key=True)
    file: int = Field(primary_key=True)
    page: int = Field(primary_key=True)
    role: str


class _Held(_Row, table=True):
    """The text of a frozen document or of a scan, page by page, so that nothing is read twice; made anew where it is missing."""

    __tablename__ = "held"
    __table_args__: ClassVar[Any] = (UniqueConstraint("record", "position"),)
    id: int | None = Field(default=None, primary_key=True)
    record: str
    position: int
    sha256: str
    pages: bytes = Field(sa_type=LargeBinary)
    marks: list[str] = Field(sa_column=Column(JSON, nullable=False))
    codes: list[list[str]] = Field(sa_column=Column(JSON, nullable=False))


class _Outgoing(_Row, table=True):
    """A mail that was written, and what became of it."""

    __tablename__ = "outgoing"
    message_id: str = Field(primary_key=True)
    record: str = Field(index=True)
    form: str
    way: str
    recipient: str = Field(index=True)
    state: str
    reason: str = ""
    again_of: str = ""
    dossier: str | None = Field(default=None, index=True)
    copy_sha256: str
    prepared_at: str
    changed_at: str
    copy_size: int


class _Sending(_Row, table=True):
    """A mail under way: what the sender calls it, and whether handing it over was begun."""

    __tablename__ = "sending"
    message_id: str = Field(primary_key=True)
    reference: str
    begun: bool


class _Mailbox(_Row, table=True):
    __tablename__ = "mailbox"
    name: str = Field(primary_key=True)
    bookmark: str


class _Place(_Row, table=True):
    """Where a message lies in its mailbox, by the mailbox's own key, which may say too much for an event."""

    __tablename__ = "place"
    record: str = Field(primary_key=True)
    key: str


class _Job(_Row, table=True):
    __tablename__ = "job"
    __table_args__: ClassVar[Any] = (Index("ix_job_due", "state", "run_at"),)
    id: int | None = Field(default=None, primary_key=True)
    kind: str
    key: str = Field(unique=True)
    payload: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    state: str
    run_at: str
    attempts: int = 0
    failures: int = 0
    lost: int = 0
    owner: str | None = None
    lease_until: str | None = None
    reason: str | None = None


class _ChannelPost(_Row, table=True):
    """What the channel shows: the local one, or Teams by its own references."""

    __tablename__ = "channel_post"
    reference: str = Field(primary_key=True)
    key: str = Field(unique=True)
    record: str
    card: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    posted_at: str
    updated_at: str


class _ChannelPlace(_Row, table=True):
    """Where an outside channel is (conversation, address of its service), as it told when we were installed there."""

    __tablename__ = "channel_place"
    name: str = Field(primary_key=True)
    value: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))


class _Sign(_Row, table=True):
    """When something last went well, such as reading the mailbox."""

    __tablename__ = "sign"
    name: str = Field(primary_key=True)
    at: str


METADATA: MetaData = _Row.metadata
EVENT, ENTRY, MESSAGE, DOCUMENT, THREAD, ATTENTION, DOSSIER, TRACK, MAILBOX, PLACE, JOB, CHANNEL_POST, CHANNEL_PLACE = (
    METADATA.tables[name]
    for name in (
        *("event", "entry", "message", "document", "thread", "attention", "dossier", "track"),
        *("mailbox", "place", "job", "channel_post", "channel_place"),
    )
)
LETTER, SHEET, HELD = (METADATA.tables[name] for name in ("letter", "sheet", "held"))
OUTGOING, SENDING, SIGN = (METADATA.tables[name] for name in ("outgoing", "sending", "sign"))
PROJECTIONS: tuple[Table, ...] = (ENTRY, MESSAGE, DOCUMENT, THREAD, ATTENTION, DOSSIER, TRACK, LETTER, SHEET, OUTGOING)
