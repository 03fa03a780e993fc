"""The installed command as a process, over a real IMAP server: what the acceptance tests do and look at."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot import samples_of
from tests.paths import ROOT, SHARED
from tests.simulators.imap_server import PASSWORD, USER

SETTINGS = """
[desk]
register_file = "{register}"
trust_dir = "{trust}"

[mailbox]
kind = "imap"
host = "127.0.0.1"
port = {port}
tls = "none_only_for_loopback"
user = "{user}"

[storage]
data_dir = "data"

[pages]
port = {pages}
"""


def mails() -> list[Path]:
    """The corpus where it is at hand, else our own samples."""
    corpus = SHARED / "corpus" / "mails"
    folder = corpus if corpus.is_dir() else samples_of("mails")
    return sorted(folder.glob("*.eml"))


_LONGEST = 900.0  # seconds: a net for what hangs; reading and comparing scans takes minutes on a busy machine


@dataclass
class House:
    """A folder with settings and data, and the command run in it."""

    folder: Path
    port: int
    pages: int = 0

    def __post_init__(self) -> None:
        text = SETTINGS.format(
            register=samples_of("partners.toml"), trust=samples_of("trust"), port=self.port, user=USER, pages=self.pages
        )
        (self.folder / "loketbs.toml").write_text(text, encoding="utf-8")

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command; its output is kept in the folder."""
        environment = {**os.environ, "LOKETBS_IMAP_PASSWORD": PASSWORD, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "bot", *arguments]
        with (self.folder / "stderr.log").open("a") as errors:
            return subprocess.Popen(
                command,
                cwd=self.folder,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                start_new_session=True,
            )

    def run(self, *arguments: str, expect: int = 0) -> str:
        """Run a command to its end; returns stdout."""
        process = self.start(*arguments)
        out, _ = process.communicate(timeout=_LONGEST)
        assert process.returncode == expect, (arguments, out[-2000:], self.log()[-3000:])
        return out

    def json(self, *arguments: str, expect: int = 0) -> Any:
        """The JSON document of a command."""
        return json.loads(self.run(*arguments, "--json", expect=expect))

    def log(self) -> str:
        """What the commands said on stderr so far."""
        return (self.folder / "stderr.log").read_text(encoding="utf-8")

    def records(self) -> list[dict[str, Any]]:
        """Every record, by the house's own storage."""
        listed: list[dict[str, Any]] = self.json("list", "--all")["messages"]
        return listed
