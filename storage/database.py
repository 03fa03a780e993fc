"""Opening the database: SQLite with the settings that survive a power cut, brought up to date, its guards in place.

One writer at a time: a write transaction takes the lock when it begins, so that "the next number" has no gaps and no doubles.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, IntegrityError
from sqlalchemy.pool import ConnectionPoolEntry

from storage import guards
from storage.errors import DatabaseFailed, DatabaseRefused

_READING = "loketbs_reading"
_WAL_SAFE_SINCE = (3, 51, 3)
"""Older versions can corrupt a WAL database when two connections checkpoint and write at once."""

_ALWAYS = ("foreign_keys=ON", "busy_timeout=30000", "recursive_triggers=ON", "trusted_schema=OFF")
_NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "ceph", "glusterfs", "fuse.glusterfs"}
)


def open_database(url: str) -> Engine:
    """The database of a URL such as `sqlite:///data/loketbs.sqlite`, migrated to this version. Raises `DatabaseRefused`."""
    parsed = _checked(url)
    if parsed.database not in (None, "", ":memory:"):
        _prepare_file(Path(str(parsed.database)))
    engine = connect(parsed)
    try:
        with writing(engine) as conn:
            _bring_up_to_date(conn)
    except (DatabaseFailed, DatabaseRefused) as error:
        engine.dispose()
        if isinstance(error, DatabaseRefused):
            raise
        raise DatabaseRefused(f"the database cannot be opened ({error.said}); check the file and its rights") from error
    return engine


def connect(url: URL | str) -> Engine:
    """An engine with our settings on every connection; nothing is created or checked."""
    engine = create_engine(url, connect_args={"timeout": 30, "isolation_level": None})
    event.listen(engine, "connect", _settings)
    event.listen(engine, "begin", _begin)
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One write transaction: the lock is ours from the start; an exception rolls everything back."""
    with _told(), engine.begin() as conn:
        yield conn


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One consistent view that takes no lock from writers; keep it short, since without WAL a commit waits for it."""
    with _told(), engine.connect().execution_options(**{_READING: True}) as conn, conn.begin():
        yield conn


@contextmanager
def _told() -> Iterator[None]:
    """What SQLite says (disk full, locked, read-only, damaged) as our own error, without the statement and its values."""
    try:
        yield
    except IntegrityError:
        raise
    except DatabaseError as error:
        raise DatabaseFailed(str(error.orig)) from error


def journal() -> tuple[str, str]:
    """Journal mode and synchronous level that are safe with the SQLite at hand, fastest first."""
    return ("WAL", "FULL") if sqlite3.sqlite_version_info >= _WAL_SAFE_SINCE else ("TRUNCATE", "EXTRA")


def _checked(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise DatabaseRefused("the database URL cannot be read; write sqlite:///path/to/loketbs.sqlite") from error
    if parsed.get_backend_name() != "sqlite":
        raise DatabaseRefused(f"{parsed.get_backend_name()} is not supported by this version; use a sqlite:/// URL")
    return parsed


def _prepare_file(path: Path) -> None:
    """Only the service's own account may read the database."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if (kind := _file_system(path.parent)) in _NETWORK:
            raise DatabaseRefused(
                f"{path} lies on a network file system ({kind}), where SQLite loses data; choose a local disk"
            )
        with suppress(
            FileExistsError
        ):  # opening and closing a database would drop the locks that this process has on it
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise DatabaseRefused(f"{path}: the database cannot be made here ({error.strerror})") from error


def _file_system(folder: Path) -> str:
    """The type of the file system that holds a folder, as Linux tells it; "" where that is not told."""
    table = Path("/proc/self/mounts")
    if not table.exists():
        return ""
    real, best = folder.resolve(), ("", "")
    for line in table.read_text(encoding="utf-8", errors="replace").splitlines():
        _, mount, kind, *_ = line.split(" ")
        if real.is_relative_to(mount) and len(mount) >= len(best[0]):
            best = (mount, kind)
    return best[1]


def _settings(raw: Any, _: ConnectionPoolEntry) -> None:
    mode, synchronous = journal()
    for pragma in (*_ALWAYS, f"journal_mode={mode}", f"synchronous={synchronous}"):
        raw.execute(f"PRAGMA {pragma}")


def _begin(conn: Connection) -> None:
    conn.exec_driver_sql("BEGIN" if conn.get_execution_options().get(_READING) else "BEGIN IMMEDIATE")


def _bring_up_to_date(conn: Connection) -> None:
    from storage.migrations import upgrade

    if inspect(conn).has_table("event"):
        _assert_guards(conn)
    upgrade(conn)
    guards.install(conn)


def _assert_guards(conn: Connection) -> None:
    if gone := guards.missing(conn):
        raise DatabaseRefused(
            f"the ledger is not guarded: {', '.join(gone)} missing or altered; somebody changed the database, run `loketbs verify`"
        )
