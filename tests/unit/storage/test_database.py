"""Opening: safe settings, one schema, guards that stand after every migration."""

from __future__ import annotations

import sqlite3
import stat
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Integer, inspect, text

from storage import guards, migrations
from storage._tables import METADATA
from storage.database import _file_system, journal, open_database, reading, writing
from storage.errors import DatabaseRefused
from storage.verify import Verdict, verify
from tests.unit.storage.house import opened, submit


def url(folder: Path) -> str:
    return f"sqlite:///{folder}/data/loketbs.sqlite"


def raw(folder: Path) -> sqlite3.Connection:
    return sqlite3.connect(folder / "data" / "loketbs.sqlite", isolation_level=None)


def test_migrated_schema_equals_the_tables(tmp_path: Path) -> None:
    """What the migrations make is what the code believes."""
    with reading(open_database(url(tmp_path))) as conn:
        context = MigrationContext.configure(conn, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, METADATA) == []


def test_only_the_ledger_is_strict(tmp_path: Path) -> None:
    """STRICT keeps the body a blob; other tables' types would not pass it."""
    open_database(url(tmp_path))
    strict = {row[1]: row[5] for row in raw(tmp_path).execute("PRAGMA table_list")}
    assert strict["event"] == 1
    assert strict["message"] == 0


def test_settings_survive_a_power_cut(tmp_path: Path) -> None:
    """Every connection has the safe pair for the SQLite at hand, and foreign help turned off."""
    mode, _ = journal()
    with reading(open_database(url(tmp_path))) as conn:
        pragmas = {
            name: conn.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "trusted_schema", "recursive_triggers", "busy_timeout")
        }
    assert pragmas == {
        "journal_mode": mode.lower(),
        "synchronous": 2 if mode == "WAL" else 3,
        "trusted_schema": 0,
        "recursive_triggers": 1,
        "busy_timeout": 30000,
    }


def test_only_the_account_of_the_service_reads_it(tmp_path: Path) -> None:
    """Titles and senders stand in the tables."""
    open_database(url(tmp_path))
    assert stat.S_IMODE((tmp_path / "data" / "loketbs.sqlite").stat().st_mode) == 0o600


def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    """A second start finds everything in place."""
    with opened(tmp_path) as records:
        submit(records, b"mail")
    with opened(tmp_path) as records:
        assert [d.number for d in records.dossiers()] == ["BS-2026-0001"]
        assert all(check.verdict is Verdict.PASS for check in verify(records))


def test_a_missing_guard_stops_the_start(tmp_path: Path) -> None:
    """A ledger that could have been edited is not written to as if nothing had happened."""
    open_database(url(tmp_path)).dispose()
    raw(tmp_path).execute("DROP TRIGGER event_no_update")
    with pytest.raises(DatabaseRefused, match="event_no_update"):
        open_database(url(tmp_path))


def test_a_weakened_guard_stops_the_start(tmp_path: Path) -> None:
    """The name alone is not enough: the text of the trigger is compared."""
    open_database(url(tmp_path)).dispose()
    raw(tmp_path).executescript(
        "DROP TRIGGER event_no_delete; CREATE TRIGGER event_no_delete BEFORE DELETE ON event BEGIN SELECT 1; END"
    )
    with pytest.raises(DatabaseRefused, match="event_no_delete"):
        open_database(url(tmp_path))


def test_a_batch_migration_drops_the_guards_and_installing_brings_them_back(tmp_path: Path) -> None:
    """Alembic's table recreation loses triggers without a word; that is why every opening makes them again."""
    with writing(open_database(url(tmp_path))) as conn:
        with Operations(MigrationContext.configure(conn)).batch_alter_table("event", recreate="always") as batch:
            batch.add_column(Column("later", Integer(), nullable=True))
        assert set(guards.missing(conn)) == set(guards.TRIGGERS)
        guards.install(conn)
        assert guards.missing(conn) == ()


def test_the_last_version_is_known_by_its_name() -> None:
    """Opening compares file names; alembic, asked, knows the same numbers in the same order."""
    scripts = ScriptDirectory(str(Path(migrations.__file__).parent))
    assert [script.revision for script in scripts.walk_revisions()] == list(reversed(migrations.numbers()))


def test_the_file_system_is_known() -> None:
    """SQLite on a network disk loses data; the sort of disk is asked of the kernel."""
    assert _file_system(Path("/proc")) == "proc"
    assert _file_system(Path(__file__).parent) not in {"", "proc"}


def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    """Old code must not write into a schema it does not know."""
    open_database(url(tmp_path)).dispose()
    raw(tmp_path).execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(DatabaseRefused, match="newer"):
        open_database(url(tmp_path))


def test_a_failed_migration_leaves_nothing(tmp_path: Path) -> None:
    """The schema is made in one transaction: a table in the way, and no other table is made."""
    (tmp_path / "data").mkdir()
    raw(tmp_path).execute("CREATE TABLE message (x)")
    with pytest.raises(DatabaseRefused):
        open_database(url(tmp_path))
    assert {row[0] for row in raw(tmp_path).execute("SELECT name FROM sqlite_master")} == {"message"}


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("postgresql://host/db", "postgresql"),
        ("no url at all", "sqlite:///"),
        ("", "sqlite:///"),
        ("sqlite:////proc/nowhere/x.sqlite", "cannot be made"),
    ],
)
def test_other_databases_are_refused_in_one_sentence(bad: str, reason: str) -> None:
    """The text says what to write instead."""
    with pytest.raises(DatabaseRefused, match=reason):
        open_database(bad)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    """And it is not overwritten."""
    path = tmp_path / "data" / "loketbs.sqlite"
    path.parent.mkdir()
    path.write_bytes(b"these are somebody's notes" * 100)
    with pytest.raises(DatabaseRefused, match="cannot be opened"):
        open_database(url(tmp_path))
    assert path.read_bytes() == b"these are somebody's notes" * 100


def test_a_database_in_memory_works_the_same() -> None:
    """For assessments that store nothing."""
    with reading(open_database("sqlite://")) as conn:
        assert inspect(conn).has_table("event")
