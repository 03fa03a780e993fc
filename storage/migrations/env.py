"""What alembic runs: our migrations, on the connection (and in the transaction) of the caller."""

from __future__ import annotations

from alembic import context

from storage._tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    transactional_ddl=False,
)
context.run_migrations()
