"""The installed command over Graph: a notification brings a mail to its dossier while the mailbox is hardly ever looked at."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot import samples_of
from tests.acceptance.test_a_day_at_the_desk import wait_until
from tests.paths import ROOT
from tests.simulators.entra import CLIENT, SECRET, TENANT
from tests.simulators.graph_house import Microsoft
from tests.simulators.graph_server import MAILBOX
from tests.simulators.process import free_port

pytestmark = [pytest.mark.server, pytest.mark.timeout(180)]
SETTINGS = """
[desk]
register_file = "{register}"
trust_dir = "{trust}"
[mailbox]
kind = "graph"
poll_seconds = 600
[graph]
mailbox = "{mailbox}"
login = "client_secret"
tenant = "{tenant}"
client_id = "{client}"
url = "{url}"
authority = "{authority}"
ca_file = "{ca_file}"
notification_url = "http://127.0.0.1:{port}"
[storage]
data_dir = "data"
[pages]
port = {port}
"""


class Service:
    """`loketbs run` in a folder of its own."""

    def __init__(self, folder: Path, microsoft: Microsoft) -> None:
        self.folder = folder
        text = SETTINGS.format(
            register=samples_of("partners.toml"),
            trust=samples_of("trust"),
            mailbox=MAILBOX,
            tenant=TENANT,
            client=CLIENT,
            url=microsoft.graph.url,
            authority=microsoft.entra.address,
            ca_file=microsoft.tls.certificate,
            port=free_port(),
        )
        (folder / "loketbs.toml").write_text(text, encoding="utf-8")

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command; what it says on stderr is kept."""
        environment = {**os.environ, "LOKETBS_GRAPH_CLIENT_SECRET": SECRET, "PYTHONPATH": str(ROOT)}
        with (self.folder / "stderr.log").open("a") as errors:
            return subprocess.Popen(
                [sys.executable, "-m", "bot", *arguments],
                cwd=self.folder,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )

    def log(self) -> str:
        """What was said so far."""
        return (self.folder / "stderr.log").read_text(encoding="utf-8")


def test_a_notification_brings_a_mail_to_its_dossier_in_seconds(tmp_path: Path) -> None:
    """The mailbox is looked at every ten minutes: what is faster came by the notification."""
    sample = next(samples_of("mails").glob("*handelaarskenteken*")).read_bytes()
    with Microsoft(tmp_path) as microsoft:
        microsoft.graph.deliver(b"From: a@example.nl\r\nSubject: warm\r\n\r\nGoedemorgen.\r\n")
        service = Service(tmp_path, microsoft)
        running = service.start("run")
        try:
            wait_until(lambda: "notifications are on" in service.log() and "Registratie" in service.log(), 60)
            time.sleep(1)
            microsoft.graph.deliver(sample)
            started = time.monotonic()
            wait_until(lambda: '"dossier": "BS-' in service.log(), 30)
            print(f"from delivery by notification to dossier: {time.monotonic() - started:.2f} s")
        finally:
            running.send_signal(signal.SIGTERM)
            running.communicate(timeout=40)
        assert running.returncode == 0
        assert microsoft.graph.wrong == []
        records = json.loads(service.start("list", "--all", "--json").communicate(timeout=30)[0])["messages"]
        told = json.loads(service.start("show", records[-1]["record"], "--json").communicate(timeout=30)[0])
        assert [e["details"].get("retrieval") for e in told["timeline"] if e["type"] == "Ontvangst"] == ["graph"]
        said = service.log()
        assert MAILBOX not in said.replace(f"graph:{MAILBOX}", "")
        assert SECRET not in said


@pytest.mark.parametrize(
    ("spoil", "said", "code"),
    [
        ({"mailbox": "onbekend@example.nl"}, "check graph.mailbox", 4),
        ({"client_id": "33333333-3333-4333-8333-333333333333"}, "check graph.client_id", 4),
        ({"tenant": ""}, "needs graph.tenant", 2),
        ({"url": "https://graph.example/v1.0"}, "nothing secret is sent there", 2),
    ],
    ids=["mailbox", "login", "setting", "foreign"],
)
def test_what_is_wrong_ends_the_command_with_one_sentence(
    tmp_path: Path, spoil: dict[str, str], said: str, code: int
) -> None:
    """Exit codes as with IMAP: 2 for the settings, 4 for what cannot be reached or opened."""
    with Microsoft(tmp_path) as microsoft:
        service = Service(tmp_path, microsoft)
        path = tmp_path / "loketbs.toml"
        lines = path.read_text(encoding="utf-8").split("[graph]")
        for name, value in spoil.items():
            kept = [line for line in lines[1].splitlines() if not line.startswith(f"{name} =")]
            lines[1] = "\n".join([*kept[:1], f'{name} = "{value}"', *kept[1:]])
        path.write_text("[graph]".join(lines) + "\n", encoding="utf-8")
        process = service.start("run", "--once")
        process.communicate(timeout=60)
    assert (process.returncode, said in service.log()) == (code, True), service.log()
    assert "Traceback" not in service.log()
