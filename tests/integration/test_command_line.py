"""The command as a process, where no mailbox is needed: what it makes, what it refuses, how it ends."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.paths import ROOT

NO_PASSWORD = """
[mailbox]
kind = "imap"
host = "127.0.0.1"
user = "loket"
"""


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """The command in a folder, without a secret in its environment."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LOKETBS_")}
    return subprocess.Popen(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env={**environment, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def jobs(database: Path) -> int:
    """How many pieces of work the archive knows; 0 while it is being made."""
    with contextlib.suppress(sqlite3.OperationalError), contextlib.closing(sqlite3.connect(database)) as conn:
        return int(conn.execute("SELECT count(*) FROM job").fetchone()[0])
    return 0


@pytest.mark.parametrize("command", [("list",), ("show", "BS-2026-0001"), ("verify",), ("rebuild",)])
def test_looking_makes_no_archive(tmp_path: Path, command: tuple[str, ...]) -> None:
    """In the wrong folder an empty archive would answer that nothing ever came."""
    process = start(tmp_path, *command)
    out, told = process.communicate(timeout=60)
    assert (process.returncode, out, list(tmp_path.iterdir())) == (2, "", [])
    assert "no archive is here" in told


def test_a_further_worker_needs_no_mailbox_and_ends_on_request(tmp_path: Path) -> None:
    """`loketbs work` logs in nowhere, so it runs without the mailbox's password; SIGTERM lets it finish and leave."""
    (tmp_path / "loketbs.toml").write_text(NO_PASSWORD, encoding="utf-8")
    process = start(tmp_path, "work")
    until = time.monotonic() + 60
    while not jobs(tmp_path / "loketbs-data/loketbs.sqlite") and process.poll() is None and time.monotonic() < until:
        time.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 0, told
