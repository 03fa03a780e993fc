"""The ground floor: ledger, projections, plumbing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _ledger()
    _messages()
    _dossiers()
    _plumbing()


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=nullable)


def _ledger() -> None:
    op.create_table(
        "event",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("typeof(body) = 'blob'", name=op.f("ck_event_body_is_blob")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event")),
        sqlite_strict=True,
    )
    op.create_table(
        "entry",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        *(_text("type"), _text("record"), _text("dossier", nullable=True)),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_entry")),
    )
    _indexes("entry", "dossier", "record")


def _messages() -> None:
    op.create_table(
        "message",
        *(
            _text(name)
            for name in ("record", "mailbox", "mailbox_key_sha256", "received_at", "recorded_at", "raw_sha256")
        ),
        sa.Column("raw_size", sa.Integer(), nullable=False),
        *(_text(name, nullable=True) for name in ("message_id_sha256", "registered_at", "kind")),
        sa.Column("possibly_formal", sa.Boolean(), nullable=True),
        *(_text("index_sha256", nullable=True), _text("sender")),
        *(_text(name, nullable=True) for name in ("package_sha256", "dossier", "relation")),
        sa.PrimaryKeyConstraint("record", name=op.f("pk_message")),
        sa.UniqueConstraint("mailbox", "mailbox_key_sha256", name=op.f("uq_message_mailbox_mailbox_key_sha256")),
    )
    _indexes("message", "dossier", "message_id_sha256", "raw_sha256")
    op.create_table(
        "document",
        *(_text("record"), sa.Column("position", sa.Integer(), nullable=False), _text("sha256"), _text("text_sha256")),
        sa.Column("sketch", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("record", "position", name=op.f("pk_document")),
    )
    _indexes("document", "sha256", "text_sha256")
    op.create_table(
        "thread",
        *(_text("record"), sa.Column("position", sa.Integer(), nullable=False), _text("id")),
        sa.PrimaryKeyConstraint("record", "position", name=op.f("pk_thread")),
    )
    _indexes("thread", "id")
    op.create_table(
        "attention",
        *(_text("record"), _text("code"), _text("since")),
        *(_text("settled_at", nullable=True), _text("settled_by", nullable=True)),
        sa.PrimaryKeyConstraint("record", "code", name=op.f("pk_attention")),
    )


def _dossiers() -> None:
    op.create_table(
        "dossier",
        *(
            _text(name)
            for name in ("number", "opened_at", "opened_with", "status", "status_since", "changed_at", "title")
        ),
        sa.Column("organisations", sa.JSON(), nullable=False),
        sa.Column("ministers", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_dossier")),
    )
    _indexes("dossier", "status")
    op.create_table(
        "track",
        *(_text("dossier"), _text("name"), _text("value"), _text("since")),
        sa.PrimaryKeyConstraint("dossier", "name", name=op.f("pk_track")),
    )


def _plumbing() -> None:
    op.create_table(
        "mailbox", *(_text("name"), _text("bookmark")), sa.PrimaryKeyConstraint("name", name=op.f("pk_mailbox"))
    )
    op.create_table("place", *(_text("record"), _text("key")), sa.PrimaryKeyConstraint("record", name=op.f("pk_place")))
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        *(
            _text("kind"),
            _text("key"),
            sa.Column("payload", sa.JSON(), nullable=False),
            _text("state"),
            _text("run_at"),
        ),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("attempts", "failures", "lost")),
        *(_text(name, nullable=True) for name in ("owner", "lease_until", "reason")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("key", name=op.f("uq_job_key")),
    )
    op.create_index("ix_job_due", "job", ["state", "run_at"])
    op.create_table(
        "channel_post",
        *(_text("reference"), _text("key"), _text("record"), sa.Column("card", sa.JSON(), nullable=False)),
        *(_text("posted_at"), _text("updated_at")),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_channel_post")),
        sa.UniqueConstraint("key", name=op.f("uq_channel_post_key")),
    )


def _indexes(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
