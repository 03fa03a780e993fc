"""Who is at work: each worker holds a lock on a file of its own, so that on this machine a dead one is known at once.

A lease alone makes the successor of a killed process wait for minutes. The kernel drops a file lock with the process that
held it, `kill -9` included, and a reused process number cannot fool it. Workers on other machines have no file here: there the
lease decides.
"""

from __future__ import annotations

import fcntl
import os
import uuid
from pathlib import Path
from types import TracebackType
from typing import Self


class Worker:
    """This process as the owner of leases; `name` is unique per start. Use as a context manager, or call `close`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.name = uuid.uuid4().hex
        self._path = folder / self.name
        self._fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give up the name; safe to call twice."""
        if self._fd >= 0:
            self._path.unlink(missing_ok=True)
            os.close(self._fd)
            self._fd = -1


def dead_workers(folder: Path) -> tuple[str, ...]:
    """Names of workers of this machine that are gone: free their leases, then `forget` them."""
    if not folder.is_dir():
        return ()
    return tuple(sorted(path.name for path in folder.iterdir() if path.is_file() and _is_free(path)))


def forget(folder: Path, names: tuple[str, ...]) -> None:
    """Remove the files of dead workers, after their leases were freed."""
    for name in names:
        (folder / name).unlink(missing_ok=True)


def _is_free(path: Path) -> bool:
    try:
        fd = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    else:
        return True
    finally:
        os.close(fd)
