"""The tables, made again from the ledger and the vault by the very function that made them, and compared row by row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Table, delete, insert, select
from sqlalchemy.exc import SQLAlchemyError

from storage import ledger
from storage._tables import METADATA, PROJECTIONS
from storage.database import connect, reading, writing
from storage.errors import LedgerBroken
from storage.projection import project
from storage.shelf import Shelf
from storage.vault import Vault

Key = tuple[Any, ...]
Rows = dict[str, dict[Key, dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that is not as the ledger says. `kind`: "missing" (the ledger has it), "extra" (the table has it), or "altered"."""

    table: str
    key: Key
    kind: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many events were replayed into how many rows, and what was different in the live tables; `replaced`: no longer is."""

    events: int
    rows: int
    differences: tuple[Difference, ...]
    replaced: bool = False


def rebuild(engine: Engine, vault: Vault, *, replace: bool = False, into: Engine | None = None) -> Rebuilt:
    """Replay the ledger into fresh tables (in memory, or `into` an empty database) and compare them with the live ones.

    With `replace` the fresh rows take the place of the live ones, all in one transaction. Raises `LedgerBroken` for an event
    that cannot be replayed, `CopyMissing`, `CopyAltered`, `PackageBroken` where the vault cannot tell what an event names.
    """
    with (writing if replace else reading)(engine) as conn:
        bodies, live = list(ledger.bodies(conn)), _rows(conn)
        if not replace:
            conn.rollback()  # everything is read: a commit elsewhere need not wait for the replay
        fresh = replay(bodies, vault, into)
        differences = tuple(_compare(live, fresh))
        if replace and differences:
            _replace(conn, fresh)
    return Rebuilt(len(bodies), sum(map(len, fresh.values())), differences, replaced=replace)


def replay(bodies: Iterable[tuple[int, bytes]], vault: Vault, into: Engine | None = None) -> Rows:
    """The rows that these entries of the ledger make; raises as `rebuild` does."""
    engine, shelf = into or connect("sqlite://"), Shelf(vault)
    with writing(engine) as conn:
        METADATA.create_all(conn, tables=PROJECTIONS, checkfirst=True)
        for seq, body in bodies:
            event = ledger.parse(body)
            try:
                project(conn, seq, event, shelf)
            except (KeyError, SQLAlchemyError) as error:
                raise LedgerBroken(
                    f"event {seq} cannot be replayed ({type(error).__name__}); run `loketbs verify`"
                ) from error
        rows = _rows(conn)
    if into is None:
        engine.dispose()
    return rows


def _rows(conn: Connection) -> Rows:
    return {table.name: {_key(table, row): row for row in _all(conn, table)} for table in PROJECTIONS}


def _all(conn: Connection, table: Table) -> list[dict[str, Any]]:
    return [dict(row) for row in conn.execute(select(table)).mappings()]


def _key(table: Table, row: dict[str, Any]) -> Key:
    return tuple(row[column.name] for column in table.primary_key)


def _compare(live: Rows, fresh: Rows) -> Iterable[Difference]:
    for table, expected in fresh.items():
        found = live[table]
        for key in sorted(expected.keys() | found.keys(), key=str):
            if key not in found:
                yield Difference(table, key, "missing")
            elif key not in expected:
                yield Difference(table, key, "extra")
            elif columns := tuple(name for name, value in expected[key].items() if found[key][name] != value):
                yield Difference(table, key, "altered", columns)


def _replace(conn: Connection, fresh: Rows) -> None:
    for table in PROJECTIONS:
        conn.execute(delete(table))
        if rows := list(fresh[table.name].values()):
            conn.execute(insert(table), rows)
