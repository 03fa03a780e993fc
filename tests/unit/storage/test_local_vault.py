"""Attacks on the folder itself, and what dead and living writers leave there."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from storage.backends.local import LocalVault
from storage.canonical import sha256
from storage.errors import CopyAltered, VaultRefused
from storage.vault import RAW, key_for, put_checked, read

KEY = key_for(RAW, sha256(b"bytes"), "eml")


@pytest.fixture
def vault(tmp_path: Path) -> LocalVault:
    """An empty vault."""
    return LocalVault(tmp_path / "vault")


def test_copies_are_read_only(vault: LocalVault, tmp_path: Path) -> None:
    """No write bit on a copy, nothing for strangers, whatever the umask is."""
    before = os.umask(0)
    try:
        vault.put_once(KEY, b"bytes")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "vault" / KEY).stat().st_mode) == 0o440
    assert stat.S_IMODE((tmp_path / "vault" / KEY).parent.stat().st_mode) == 0o750


def test_a_copy_has_one_name(vault: LocalVault, tmp_path: Path) -> None:
    """The temporary name is gone: nobody can write through it."""
    vault.put_once(KEY, b"bytes")
    assert (tmp_path / "vault" / KEY).stat().st_nlink == 1
    assert list((tmp_path / "vault" / ".unfinished").iterdir()) == []


def test_an_edited_copy_is_not_taken_for_frozen(vault: LocalVault, tmp_path: Path) -> None:
    """Bytes changed on the disk are found when the same copy is put again."""
    vault.put_once(KEY, b"bytes")
    path = tmp_path / "vault" / KEY
    path.chmod(0o600)
    path.write_bytes(b"bytez")
    with pytest.raises(CopyAltered):
        put_checked(vault, KEY, b"bytes")


def test_a_link_out_of_the_vault_is_not_followed(vault: LocalVault, tmp_path: Path) -> None:
    """A planted symbolic link is an altered copy, also one that leads to the right bytes; and it is listed."""
    (tmp_path / "elsewhere").write_bytes(b"bytes")
    path = tmp_path / "vault" / KEY
    path.parent.mkdir(parents=True)
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(CopyAltered):
        vault.open(KEY)
    with pytest.raises(CopyAltered):
        vault.put_once(KEY, b"bytes")
    assert list(vault.list()) == [KEY]


def test_a_dangling_link_is_no_free_place(vault: LocalVault, tmp_path: Path) -> None:
    """A link to nowhere cannot make the vault write elsewhere."""
    path = tmp_path / "vault" / KEY
    path.parent.mkdir(parents=True)
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(CopyAltered):
        vault.put_once(KEY, b"bytes")
    assert not (tmp_path / "elsewhere").exists()


def test_planted_files_and_linked_folders_are_listed(vault: LocalVault, tmp_path: Path) -> None:
    """Listing shows what is no key too, so that `verify` can name it."""
    (tmp_path / "vault" / "note.txt").write_bytes(b"x")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "vault" / "raw").symlink_to(tmp_path / "elsewhere")
    assert list(vault.list()) == ["note.txt", "raw"]


def test_what_a_dead_writer_left_is_swept_at_start(vault: LocalVault, tmp_path: Path) -> None:
    """A temporary file without its writer's lock goes; it was never a copy."""
    (tmp_path / "vault" / ".unfinished" / "stray").write_bytes(b"half")
    LocalVault(tmp_path / "vault")
    assert list((tmp_path / "vault" / ".unfinished").iterdir()) == []


def test_a_living_writer_is_left_alone(vault: LocalVault, tmp_path: Path) -> None:
    """A second process that starts takes nothing from one that is writing."""
    with vault._temporary() as (_, path):
        LocalVault(tmp_path / "vault")
        assert path.exists()


def test_writers_at_once_make_one_copy(tmp_path: Path) -> None:
    """Eight writers, some starting anew meanwhile: all succeed, one copy, nothing left."""
    errors: list[BaseException] = []

    def write() -> None:
        try:
            for _ in range(5):
                LocalVault(tmp_path / "vault").put_once(KEY, b"bytes")
        except BaseException as error:  # noqa: BLE001 - told to the test below
            errors.append(error)

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert read(LocalVault(tmp_path / "vault"), KEY) == b"bytes"
    assert list((tmp_path / "vault" / ".unfinished").iterdir()) == []


def test_a_file_in_the_way_is_told(tmp_path: Path) -> None:
    """A vault that cannot be made says where and why."""
    (tmp_path / "vault").write_bytes(b"")
    with pytest.raises(VaultRefused, match="vault"):
        LocalVault(tmp_path / "vault")
