"""Versions of the schema, shipped with the package and run by `database.open_database`, never by hand."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection

from storage.errors import DatabaseRefused


def upgrade(conn: Connection) -> None:
    """Bring the schema to this version's, within the caller's transaction. DatabaseRefused when a newer loketbs made it."""
    from alembic import command
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    config = Config(attributes={"connection": conn})
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    known = ScriptDirectory.from_config(config)
    current = MigrationContext.configure(conn).get_current_revision()
    if current == known.get_current_head():
        return
    if current is not None and current not in {script.revision for script in known.walk_revisions()}:
        raise DatabaseRefused(f"the database is of version {current}, made by a newer loketbs; upgrade loketbs first")
    command.upgrade(config, "head")
