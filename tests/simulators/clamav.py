"""A throw-away clamd on 127.0.0.1 with one signature of our own, so that it needs no download and finds a harmless mark."""

from __future__ import annotations

import os
import pwd
import shutil
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from tests.simulators.process import ServerProcess, free_port

MARK = b"loketbs-test-mark-that-no-mail-holds"
NAME = "Loketbs.Test.Mark"


class ClamAv:
    """One daemon; `with` starts and removes it. Skips the test where clamd is not installed."""

    def __init__(self) -> None:
        command = shutil.which("clamd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
        if command is None:
            pytest.skip("no clamd on this machine (apt-get install clamav-daemon)")
        self._root = Path(tempfile.mkdtemp(prefix="clam"))
        self.port = free_port()
        (self._root / "db").mkdir()
        (self._root / "db" / "own.ndb").write_text(f"{NAME}:0:*:{MARK.hex()}\n", encoding="ascii")
        settings = {
            "TCPSocket": self.port,
            "TCPAddr": "127.0.0.1",
            "DatabaseDirectory": self._root / "db",
            "Foreground": "yes",
            "StreamMaxLength": "1M",
            "User": pwd.getpwuid(os.getuid()).pw_name,
        }
        text = "\n".join(f"{key} {value}" for key, value in settings.items())
        (self._root / "clamd.conf").write_text(text + "\n", encoding="utf-8")
        arguments = [command, "-c", str(self._root / "clamd.conf")]
        self._process = ServerProcess(arguments, self.port, b"", self._root / "stderr")

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._process.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        shutil.rmtree(self._root)
