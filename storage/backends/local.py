"""The vault as a local folder: written beside, fsynced, then linked under its name (`link` never replaces, `rename` does).

Tamper-evident, not tamper-proof: files are 0440, but their owner and root can still write. `verify` finds it when they did.
A writer holds a lock on its temporary file, so that cleaning up at start takes only what a dead process left.
"""

from __future__ import annotations

import fcntl
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from storage.errors import CopyAltered, CopyMissing, VaultRefused
from storage.vault import Head, checked

_UNFINISHED = ".unfinished"
_FILE, _FOLDER = 0o440, 0o750


class LocalVault:
    """A `Vault` under one folder of a local disk (fsync and hard links must work there). VaultRefused when it cannot be used."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._unfinished = root / _UNFINISHED
        try:
            _make_folder(self._unfinished)
        except OSError as error:
            raise VaultRefused(
                f"{root}: the vault cannot be made here ({error.strerror}); choose another folder"
            ) from error
        self._sweep()

    def put_once(self, key: str, data: bytes) -> None:
        path = self._path(key)
        if not path.exists():
            _make_folder(path.parent)
            self._write(path, data)
        self._settle(path, key, data)

    def open(self, key: str) -> BinaryIO:
        try:
            return os.fdopen(os.open(self._path(key), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb")
        except FileNotFoundError as error:
            raise CopyMissing(f"{key} is not in the vault; run `loketbs verify`") from error
        except OSError as error:
            raise CopyAltered(
                f"{key} is not the file that was written ({error.strerror}); run `loketbs verify`"
            ) from error

    def head(self, key: str) -> Head:
        with self.open(key) as stream:
            return Head(key, os.fstat(stream.fileno()).st_size)

    def exists(self, key: str) -> bool:
        return os.path.lexists(self._path(key))

    def list(self, room: str = "") -> Iterator[str]:
        for folder, folders, files in os.walk(self._root / room):
            folders[:] = sorted(name for name in folders if name != _UNFINISHED)
            for name in sorted([*files, *(d for d in folders if Path(folder, d).is_symlink())]):
                yield Path(folder, name).relative_to(self._root).as_posix()

    def _path(self, key: str) -> Path:
        return self._root / checked(key)

    def _write(self, path: Path, data: bytes) -> None:
        with self._temporary() as (fd, temporary):
            with os.fdopen(os.dup(fd), "wb") as stream:
                stream.write(data)
            os.fchmod(fd, _FILE)
            os.fsync(fd)
            try:
                os.link(temporary, path)
            except FileExistsError:
                return  # another process was first; `_settle` compares

    def _settle(self, path: Path, key: str, data: bytes) -> None:
        """What lies there is ours and on the disk, also when a process died between `link` and fsync of the folder."""
        with self.open(key) as stream:
            if stream.read() != data:
                raise CopyAltered(
                    f"{key} holds other bytes than were to be frozen; nothing was written, run `loketbs verify`"
                )
            os.fsync(stream.fileno())
        _sync_folder(path.parent)

    @contextmanager
    def _temporary(self) -> Iterator[tuple[int, Path]]:
        fd, path = _locked(self._unfinished)
        try:
            yield fd, path
        finally:
            path.unlink(missing_ok=True)
            os.close(fd)

    def _sweep(self) -> None:
        for path in self._unfinished.iterdir():
            try:
                fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            except FileNotFoundError:
                continue  # its writer is done with it
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink(missing_ok=True)
            except BlockingIOError:
                continue  # its writer is alive
            finally:
                os.close(fd)


def _locked(folder: Path) -> tuple[int, Path]:
    """A new file with its lock; tried again when a sweep took it in the moment before the lock was ours."""
    while True:
        path = folder / uuid.uuid4().hex
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        fcntl.flock(fd, fcntl.LOCK_EX)
        if os.fstat(fd).st_nlink:
            return fd, path
        os.close(fd)


def _make_folder(folder: Path) -> None:
    """The folder and its parents, each known to the disk before something is put in it."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(mode=_FOLDER, exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
