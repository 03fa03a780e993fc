"""A server as a child process in a group of its own, so that ending it ends all its workers and nothing else."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from pathlib import Path


def free_port() -> int:
    """A port of 127.0.0.1 that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class ServerProcess:
    """Starts a command and waits until `port` greets with `greeting`, or only answers when that is empty."""

    def __init__(self, command: list[str], port: int, greeting: bytes, log: Path) -> None:
        self._command = command
        self._port = port
        self._greeting = greeting
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, also again after `kill`; returns when the server answers. Raises `RuntimeError` with what it wrote."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log, start_new_session=True)
        end = time.monotonic() + 15
        while time.monotonic() < end and self._process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self._port), 1) as line:
                if not self._greeting or line.recv(200).startswith(self._greeting):
                    return
            time.sleep(0.01)
        self.kill()
        raise RuntimeError(
            f"{self._command[0]} did not start: {self._log.read_text(encoding='utf-8', errors='replace')}"
        )

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the server and all its workers."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)

    def kill(self) -> None:
        """End the server and all its workers as a power cut does."""
        self.send(signal.SIGKILL)
        if self._process is not None:
            self._process.wait(10)
