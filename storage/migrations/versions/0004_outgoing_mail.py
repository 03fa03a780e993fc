"""Outgoing mail, and what of it is under way."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    texts = ("record", "form", "way", "recipient", "state", "reason", "again_of")
    op.create_table(
        "outgoing",
        sa.Column("message_id", sa.String(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in texts),
        sa.Column("dossier", sa.String(), nullable=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("copy_sha256", "prepared_at", "changed_at")),
        sa.Column("copy_size", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_outgoing")),
    )
    for name in ("record", "dossier", "recipient"):
        op.create_index(op.f(f"ix_outgoing_{name}"), "outgoing", [name])
    op.create_table(
        "sending",
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("begun", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_sending")),
    )
