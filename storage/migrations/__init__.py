"""Versions of the schema, shipped with the package and run by `database.open_database`, never by hand.

A version's number is the beginning of its file's name. A database that has the last one is known without loading alembic, which
takes as long as everything else of a short command.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from storage.errors import DatabaseRefused

_HERE = Path(__file__).parent


def numbers() -> tuple[str, ...]:
    """The numbers of all versions, the last one is this code's."""
    return tuple(sorted(path.name.partition("_")[0] for path in (_HERE / "versions").glob("[0-9]*.py")))


def upgrade(conn: Connection) -> None:
    """Bring the schema to this version's, within the caller's transaction. DatabaseRefused when a newer loketbs made it."""
    current = _current(conn)
    if current == numbers()[-1]:
        return
    if current is not None and current not in numbers():
        raise DatabaseRefused(f"the database is of version {current}, made by a newer loketbs; upgrade loketbs first")
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": conn})
    config.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    command.upgrade(config, "head")


def _current(conn: Connection) -> str | None:
    if not inspect(conn).has_table("alembic_version"):
        return None
    found = conn.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return str(found) if found else None
