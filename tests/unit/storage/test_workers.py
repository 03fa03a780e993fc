"""Workers of this machine: a dead one is known at once, a living one is never robbed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from storage.workers import Worker, dead_workers, forget

HOLD = (
    "import sys; from pathlib import Path; from storage.workers import Worker; "
    "w = Worker(Path(sys.argv[1])); print(w.name, flush=True); sys.stdin.read()"
)


def test_a_living_worker_is_not_dead(tmp_path: Path) -> None:
    """Neither in this process nor seen from another one."""
    with Worker(tmp_path):
        assert dead_workers(tmp_path) == ()


def test_a_killed_worker_is_known_at_once_and_forgotten_after(tmp_path: Path) -> None:
    """`kill -9` leaves the file but not the lock."""
    child = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    name = child.stdout.readline().strip()
    assert dead_workers(tmp_path) == ()
    child.kill()
    child.communicate()
    assert dead_workers(tmp_path) == (name,)
    forget(tmp_path, (name,))
    assert dead_workers(tmp_path) == ()


def test_a_worker_that_ended_leaves_nothing(tmp_path: Path) -> None:
    """A clean end removes the name."""
    with Worker(tmp_path):
        pass
    assert list(tmp_path.iterdir()) == []
    assert dead_workers(tmp_path / "absent") == ()
