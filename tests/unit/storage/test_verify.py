"""Verification finds each tampering and names its place; what an interrupted run left is doubt, not guilt."""

from __future__ import annotations

import io
import sqlite3
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from storage.bag import package_sha256, read_bag, write_bag
from storage.canonical import encode, sha256
from storage.dossiers import Records
from storage.errors import NotKnown
from storage.shelf import IndexEntry
from storage.vault import INDEX, PACKAGES, RAW, key_for, put_checked, read
from storage.verify import Check, Verdict, verify
from tests.unit.storage.house import opened, package, receive, submit

GUARDS = ("event_no_update", "event_no_delete", "event_next")


@pytest.fixture
def kept(records: Records) -> Records:
    """Two submissions that went all the way."""
    for n in range(2):
        submit(records, f"mail {n}".encode(), f"1:{n}")
    return records


def failures(records: Records, reference: str | None = None) -> set[tuple[str, str]]:
    return {(check.rule, check.reason) for check in verify(records, reference) if check.verdict is Verdict.FAIL}


def doubts(records: Records) -> list[Check]:
    return [check for check in verify(records) if check.verdict is Verdict.UNDETERMINED]


def copy(records: Records, folder: Path, room: str) -> Path:
    return folder / "vault" / next(iter(records.vault.list(room)))


def overwrite(path: Path, data: bytes) -> None:
    path.chmod(0o600)
    path.write_bytes(data)


def tamper(folder: Path, *statements: str) -> None:
    """Edit the ledger as one who has the file would: guards off, edit, guards back as they were."""
    with sqlite3.connect(folder / "loketbs.sqlite") as raw:
        guards = [row[0] for row in raw.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'")]
        raw.executescript(";".join([*(f"DROP TRIGGER {name}" for name in GUARDS), *statements, *guards]))


def test_what_nobody_touched_passes(kept: Records) -> None:
    """Every copy, the ledger, its guards and the tables, each with its own verdict."""
    checks = verify(kept)
    assert {check.verdict for check in checks} == {Verdict.PASS}
    assert [check.rule for check in checks].count(RAW) == 2
    assert {check.rule for check in checks} == {"database", "guards", "ledger", "tables", RAW, PACKAGES, INDEX}


def test_empty_records_pass(records: Records) -> None:
    """Nothing kept, nothing wrong."""
    assert {check.verdict for check in verify(records)} == {Verdict.PASS}


@pytest.mark.parametrize("room", [RAW, PACKAGES, INDEX])
def test_an_edited_copy_is_found(kept: Records, tmp_path: Path, room: str) -> None:
    """One byte is enough, and the place is named."""
    path = copy(kept, tmp_path, room)
    data = path.read_bytes()
    overwrite(path, data[:-1] + bytes([data[-1] ^ 1]))
    (found,) = [check for check in verify(kept) if check.rule == room and check.verdict is Verdict.FAIL]
    assert found.reason in {"altered", "package_broken"}
    assert str(path).endswith(found.place)


@pytest.mark.parametrize("room", [RAW, PACKAGES, INDEX])
def test_a_deleted_copy_is_found(kept: Records, tmp_path: Path, room: str) -> None:
    """What the ledger names must be there."""
    copy(kept, tmp_path, room).unlink()
    assert (room, "missing") in failures(kept)


def test_a_copy_behind_a_link_is_found(kept: Records, tmp_path: Path) -> None:
    """Also where the bytes behind the link are right today."""
    path = copy(kept, tmp_path, RAW)
    path.rename(tmp_path / "moved")
    path.symlink_to(tmp_path / "moved")
    assert (RAW, "unreadable") in failures(kept)


def _edited(tar: bytes) -> bytes:
    """The same bag with one file edited and every manifest renewed: valid for every BagIt tool."""
    payload = {p.removeprefix("data/"): d for p, d in read_bag(tar).items() if p.startswith("data/")}
    return write_bag(payload | {"002.pdf": b"%PDF-1.7 edited"}, {})


def test_an_edited_package_with_renewed_manifests_is_found(kept: Records, tmp_path: Path) -> None:
    """No BagIt tool sees this; the ledger does."""
    path = copy(kept, tmp_path, PACKAGES)
    overwrite(path, _edited(path.read_bytes()))
    assert (PACKAGES, "package_broken") in failures(kept)


def test_the_same_bag_in_another_tar_is_found(kept: Records, tmp_path: Path) -> None:
    """The file's own digest is in the ledger as well, so nothing can ride along in the tar's padding."""
    path = copy(kept, tmp_path, PACKAGES)
    overwrite(path, path.read_bytes() + bytes(10240))
    assert failures(kept) == {(PACKAGES, "altered")}


def _planted_raw(records: Records) -> str:
    return records.freeze_raw(b"frozen, and then the power went").key


def _left_package(records: Records) -> str:
    return package(records, "M-2026-000001", b"mail 0", {"title": "another judgement"}).key


def _left_index(records: Records) -> str:
    data = IndexEntry("M-2026-000001", "another judgement").encode()
    key = key_for(INDEX, sha256(data), "json")
    put_checked(records.vault, key, data)
    return key


@pytest.mark.parametrize("leave", [_planted_raw, _left_package, _left_index])
def test_what_an_interrupted_run_left_is_undetermined(kept: Records, leave: Callable[[Records], str]) -> None:
    """It fits what was received, but no event names it: a person looks, nobody is accused."""
    key = leave(kept)
    assert failures(kept) == set()
    assert [(check.reason, check.place) for check in doubts(kept)] == [("left_by_an_interrupted_run", key)]


def _foreign_package(records: Records) -> str:
    return package(records, "M-2026-000009", b"never received").key


def _foreign_index(records: Records) -> str:
    data = encode({"record": "M-2026-000099"})
    put_checked(records.vault, key := key_for(INDEX, sha256(data), "json"), data)
    return key


def _wrong_name(records: Records) -> str:
    put_checked(records.vault, key := key_for(RAW, "ab" * 32, "eml"), b"whose name is of other bytes")
    return key


def _no_package(records: Records) -> str:
    put_checked(records.vault, key := key_for(PACKAGES, "cd" * 32, "tar"), b"no tar at all")
    return key


@pytest.mark.parametrize("plant", [_foreign_package, _foreign_index, _wrong_name, _no_package])
def test_a_planted_copy_is_found(kept: Records, plant: Callable[[Records], str]) -> None:
    """What fits nothing that was received did not come from us."""
    key = plant(kept)
    (found,) = [check for check in verify(kept) if check.verdict is Verdict.FAIL]
    assert (found.reason, found.place) == ("not_in_the_ledger", key)


@pytest.mark.parametrize("name", ["note.txt", "raw/ab/short.eml", "packages/x.tar"])
def test_a_file_that_is_no_copy_is_found(kept: Records, tmp_path: Path, name: str) -> None:
    """The vault holds copies and nothing else."""
    path = tmp_path / "vault" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    assert failures(kept) == {("strangers", "not_a_copy")}


@pytest.mark.parametrize(
    ("edit", "found"),
    [
        ("UPDATE event SET body = x'7b7d' WHERE seq = 2", ("ledger", "event_unreadable")),
        ("UPDATE event SET body = CAST(body || ' ' AS BLOB) WHERE seq = 2", ("ledger", "event_unreadable")),
        ("UPDATE event SET at = '2020-01-01T00:00:00.000000Z' WHERE seq = 2", ("ledger", "time_altered")),
        ("DELETE FROM event WHERE seq = 2", ("ledger", "sequence_broken")),
        ("DELETE FROM event WHERE seq = (SELECT MAX(seq) FROM event)", ("tables", "row_extra")),
        ("UPDATE event SET seq = 99 WHERE seq = 2", ("ledger", "sequence_broken")),
        (
            "UPDATE event SET body = CAST(replace(CAST(body AS TEXT), '\"ontvangen\"', '\"afgerond\"') AS BLOB)",
            ("tables", "row_altered"),
        ),
        ("INSERT INTO event SELECT 99, at, body FROM event WHERE seq = 2", ("ledger", "sequence_broken")),
    ],
)
def test_an_edited_ledger_is_found(kept: Records, tmp_path: Path, edit: str, found: tuple[str, str]) -> None:
    """With the guards dropped and put back, as one would who has the file."""
    tamper(tmp_path, edit)
    assert found in failures(kept)


def test_a_removed_arrival_leaves_its_copies_behind(kept: Records, tmp_path: Path) -> None:
    """Who cuts a record from the ledger and the tables must also find its copies."""
    tamper(
        tmp_path,
        "DELETE FROM event WHERE seq >= 4",
        *(f"DELETE FROM {t} WHERE record = 'M-2026-000002'" for t in ("message", "document", "thread", "attention")),
    )
    tamper(
        tmp_path,
        "DELETE FROM entry WHERE seq >= 4",
        "DELETE FROM dossier WHERE number = 'BS-2026-0002'",
        "DELETE FROM track WHERE dossier = 'BS-2026-0002'",
    )
    assert failures(kept) == {("strangers", "not_in_the_ledger")}


@pytest.mark.parametrize("guard", GUARDS)
def test_a_dropped_guard_is_found(kept: Records, tmp_path: Path, guard: str) -> None:
    """Even when nothing was edited."""
    with sqlite3.connect(tmp_path / "loketbs.sqlite") as raw:
        raw.execute(f"DROP TRIGGER {guard}")
    assert failures(kept) == {("guards", "trigger_missing")}


def test_an_edited_row_is_found(kept: Records, tmp_path: Path) -> None:
    """The tables follow from the ledger or are wrong."""
    with sqlite3.connect(tmp_path / "loketbs.sqlite") as raw:
        raw.execute("UPDATE dossier SET status = 'afgerond' WHERE number = 'BS-2026-0002'")
    (found,) = [check for check in verify(kept) if check.verdict is Verdict.FAIL]
    assert (found.reason, found.place, found.detail) == ("row_altered", "dossier BS-2026-0002", "status")


def test_tables_that_cannot_be_compared_are_in_doubt(kept: Records, tmp_path: Path) -> None:
    """Where a copy is gone, the tables are not called right and not called wrong."""
    copy(kept, tmp_path, INDEX).unlink()
    assert [check.reason for check in doubts(kept)] == ["cannot_replay"]


def test_one_dossier_can_be_looked_at(kept: Records, tmp_path: Path) -> None:
    """Only its copies are read; the ledger and the tables are whole or not for all."""
    key = kept.message("M-2026-000002").raw.key
    overwrite(tmp_path / "vault" / key, b"edited")
    assert failures(kept, "BS-2026-0001") == failures(kept, "M-2026-000001") == set()
    assert failures(kept, "BS-2026-0002") == failures(kept, "M-2026-000002") == {(RAW, "altered")}
    places = {check.place for check in verify(kept, "BS-2026-0001") if check.rule == RAW}
    assert places == {kept.message("M-2026-000001").raw.key}


def test_an_unknown_reference_is_told(kept: Records) -> None:
    """Nothing to verify is not the same as verified."""
    with pytest.raises(NotKnown):
        verify(kept, "BS-2026-0099")


def test_a_received_message_that_waits_passes(records: Records) -> None:
    """Not yet judged is not wrong."""
    receive(records, b"mail")
    assert {check.verdict for check in verify(records)} == {Verdict.PASS}


def test_a_whole_old_backup_is_not_seen_here(tmp_path: Path) -> None:
    """Said plainly: without checkpoints outside, an older state put back whole looks sound."""
    with opened(tmp_path) as records:
        submit(records, b"mail 0")
        old = (tmp_path / "loketbs.sqlite").read_bytes()
        kept = set(records.vault.list())
        submit(records, b"mail 1", "1:2")
    (tmp_path / "loketbs.sqlite").write_bytes(old)
    with opened(tmp_path) as records:
        for name in set(records.vault.list()) - kept:
            (tmp_path / "vault" / name).unlink()
        assert failures(records) == set()


def test_a_package_of_another_message_is_found(kept: Records, tmp_path: Path) -> None:
    """A package swapped for that of another record, under its name, is not the one that was frozen."""
    first, second = (tmp_path / "vault" / key for key in kept.vault.list(PACKAGES))
    overwrite(first, second.read_bytes())
    assert (PACKAGES, "package_broken") in failures(kept)


def test_the_number_of_a_package_is_its_name(kept: Records) -> None:
    """Key, ledger and tag manifest say the same number."""
    for key in kept.vault.list(PACKAGES):
        with tarfile.open(fileobj=io.BytesIO(read(kept.vault, key))):
            assert package_sha256(read_bag(read(kept.vault, key))) in key
