"""Microsoft's Agents Playground: Teams' client without Teams, for a bot on this machine; from npm, outside the repository."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.simulators.process import free_port
from tests.simulators.teams import ANNA, BRAM, CHANNEL, CLIENT, GROUP, TEAM, TENANT

VERSION = "0.2.28"
BOT = f"28:{CLIENT}"
_USER = (
    '{{id: "{account}", name: {name}, userPrincipleName: {short}@liec.example, aadObjectId: {id}, '
    "givenName: {short}, surname: {last}, email: {short}@liec.example}}"
)
_CONFIG = """version: "0.1.1"
tenantId: {tenant}
bot: {{id: "{bot}", name: Loket}}
currentUser: {anna}
users:
{users}
personalChat: {{id: "a:personal-anna"}}
groupChat: {{id: "19:groep@thread.v2", name: Groep}}
team:
  id: "{team}"
  name: LIEC Loket
  aadGroupId: {group}
  channels:
    - {{id: "{channel}", name: Signalen}}
"""


def _user(name: str, identity: str, account: str) -> str:
    first, _, last = name.partition(" ")
    return _USER.format(name=name, id=identity, account=account, short=first.lower(), last=last)


def _configuration() -> str:
    others = [
        (f"Collega {letter}", f"77777777-7777-4777-8777-77777777777{n}", f"29:c{n}") for n, letter in enumerate("ABCD")
    ]
    users = "\n".join(f"  - {_user(*who)}" for who in ((BRAM.name, BRAM.id, BRAM.account), *others))
    anna = _user(ANNA.name, ANNA.id, ANNA.account)
    return _CONFIG.format(tenant=TENANT, bot=BOT, anna=anna, users=users, team=TEAM, group=GROUP, channel=CHANNEL)


def installed() -> Path:
    """The program; skips where npm is absent or cannot reach its registry."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "loketbs-tests" / f"playground-{VERSION}"
    program = cache / "node_modules" / ".bin" / "agentsplayground"
    if program.exists():
        return program
    if (npm := shutil.which("npm")) is None or shutil.which("node") is None:
        pytest.skip("npm is not installed")
    wanted = f"@microsoft/m365agentsplayground@{VERSION}"
    command = [npm, "install", wanted, "--prefix", str(cache), "--no-audit", "--no-fund", "--ignore-scripts"]
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=240)
    except subprocess.TimeoutExpired:
        pytest.skip("npm did not answer in time")
    if done.returncode:
        pytest.skip("npm cannot fetch the Agents Playground here")
    return program


@contextmanager
def playground(folder: Path, endpoint: str) -> Iterator[str]:
    """Run it for the bot at `endpoint`; gives its address. Its connector is `…/_connector`."""
    program, port = installed(), free_port()
    (folder / ".m365agentsplayground.yml").write_text(_configuration(), encoding="utf-8")
    command = ["node", str(program), "-e", endpoint, "-c", "msteams", "-p", str(port), "--disable-telemetry"]
    environment = {**os.environ, "TEAMSAPPTESTER_BROWSER": "none", "M365_AGENTS_PLAYGROUND_LOGFILE": "pg.log"}
    with (folder / "playground.log").open("ab") as log:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    try:
        _answers(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        if process.poll() is None:
            process.kill()
            process.wait(10)


def _answers(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise RuntimeError("the Agents Playground did not start")
