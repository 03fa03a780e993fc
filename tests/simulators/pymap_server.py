"""pymap from PyPI as a second IMAP server: in memory, IDLE, no keywords, no CONDSTORE; nearer to Exchange than Dovecot is."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.simulators.imap_server import PASSWORD, USER, ImapProcess
from tests.simulators.process import ServerProcess, free_port


class Pymap(ImapProcess):
    """One server with one user; `with` starts and removes it."""

    def __init__(self) -> None:
        self.port = free_port()
        self.root = Path(tempfile.mkdtemp(prefix="pymap"))
        command = [
            str(Path(sys.executable).parent / "pymap"),
            "--host",
            "127.0.0.1",
            "--port",
            str(self.port),
            "--no-tls",
        ]
        command += ["dict", "--demo-data", "--demo-user", USER, "--demo-password", PASSWORD]
        self.process = ServerProcess(command, self.port, b"* OK", self.root / "log")
