"""Scans: what kind of file was received, its letters and other sheets, and the text of what was frozen."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("message", _text("raw_suffix", nullable=True))
    _letters()
    _held()


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=nullable)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _letters() -> None:
    op.create_table(
        "letter",
        *(_text("record"), _number("part"), _number("file"), _text("pages"), _text("dossier", nullable=True)),
        *(_text(name) for name in ("reason", "score", "runner_up", "runner_up_score")),
        *(_text("linked_at", nullable=True), _text("linked_by"), _text("refused"), _text("against"), _text("verdict")),
        *(_number("deviations"), _number("unreadable"), _text("compared_at", nullable=True), _text("package_sha256")),
        sa.PrimaryKeyConstraint("record", "part", name=op.f("pk_letter")),
    )
    op.create_index(op.f("ix_letter_dossier"), "letter", ["dossier"])
    op.create_table(
        "sheet",
        *(_text("record"), _number("file"), _number("page"), _text("role")),
        sa.PrimaryKeyConstraint("record", "file", "page", name=op.f("pk_sheet")),
    )


def _held() -> None:
    op.create_table(
        "held",
        *(_number("id"), _text("record"), _number("position"), _text("sha256")),
        sa.Column("pages", sa.LargeBinary(), nullable=False),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in ("marks", "codes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held")),
        sa.UniqueConstraint("record", "position", name=op.f("uq_held_record_position")),
    )
