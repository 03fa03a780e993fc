"""`loketbs doctor` on the channel: each single missing or wrong thing is named with its mend; and the bot's door opens."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.app import App
from bot.config import parse
from bot.doctor import Point
from bot.doctor_teams import examine_teams
from bot.errors import SettingsError
from bot.teams.login import Login, tokens
from bot.teams.place import Place, keep_place
from bot.teams.wiring import Peers
from intake.errors import DeskBusy
from tests.paths import ROOT
from tests.simulators.certificates import ServerCertificate, server_certificate
from tests.simulators.entra import SECRET, Entra
from tests.simulators.process import free_port
from tests.simulators.teams import ANNA, CHANNEL, CLIENT, GROUP, TEAM, TENANT

SCOPE = "https://api.botframework.com/.default"
RIGHT: dict[str, Any] = {"kind": "bot", "tenant": TENANT, "client_id": CLIENT, "team": GROUP, "persons": [ANNA.id]}
PAGES = {"address": "https://loket.example"}


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Entra, ServerCertificate]]:
    tls = server_certificate(tmp_path_factory.mktemp("tls"))
    with Entra(tls) as entra:
        yield entra, tls


def examined(folder: Path, peers: Peers, *, installed: bool = True, pages: Any = None, **teams: Any) -> list[Point]:
    """What doctor says of the channel."""
    settings = parse({"teams": {**RIGHT, **teams}, "pages": PAGES if pages is None else pages}, folder)
    with App(settings, peers) as app:
        if installed:
            keep_place(app.records.channel, Place("https://smba.example", CHANNEL, TEAM))
        return list(examine_teams(app))


CASES: dict[str, tuple[dict[str, Any], str, str, str, str]] = {
    "no secret": ({}, "", "bot login", "fail", "LOKETBS_TEAMS_CLIENT_SECRET"),
    "wrong secret": ({}, "fout", "bot login", "fail", "teams.client_id"),
    "wrong tenant": ({"tenant": ANNA.id}, SECRET, "bot login", "fail", "teams.tenant"),
    "wrong application": ({"client_id": ANNA.id}, SECRET, "bot login", "fail", "teams.client_id"),
    "not installed": ({"installed": False}, SECRET, "channel", "fail", "teams-package"),
    "another channel": ({"channel": "19:anders@thread.tacv2"}, SECRET, "channel", "undetermined", "install it again"),
    "anybody may": ({"persons": []}, SECRET, "who may decide", "undetermined", "teams.persons"),
    "pages here only": ({"pages": {}}, SECRET, "links on cards", "undetermined", "pages.address"),
}


@pytest.mark.parametrize("case", CASES)
def test_each_single_wrong_thing_is_named_with_its_mend(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, authority: tuple[Entra, ServerCertificate], case: str
) -> None:
    """The point of that thing says so, and every other point is right."""
    entra, tls = authority
    wrong, secret, name, verdict, mend = CASES[case]
    if secret:
        monkeypatch.setenv("LOKETBS_TEAMS_CLIENT_SECRET", secret)
    points = examined(tmp_path, Peers(authority=entra.address, ca_file=tls.certificate), **wrong)
    bad = [p for p in points if p.verdict != "pass"]
    assert [(p.name, p.verdict) for p in bad] == [(name, verdict)]
    assert mend in bad[0].told + bad[0].mend
    assert SECRET not in str(points)


def test_when_all_is_right_every_point_passes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, authority: tuple[Entra, ServerCertificate]
) -> None:
    """The table above could not fail otherwise."""
    monkeypatch.setenv("LOKETBS_TEAMS_CLIENT_SECRET", SECRET)
    entra, tls = authority
    points = examined(tmp_path, Peers(authority=entra.address, ca_file=tls.certificate))
    assert [p.verdict for p in points] == ["pass"] * 4


@pytest.mark.parametrize(
    ("address", "verdict", "told"),
    [
        ("https://flow.example/x?sig=geheim", "undetermined", "not edited"),
        ("http://flow.example/x?sig=geheim", "fail", "https"),
        ("", "fail", "LOKETBS_TEAMS_WORKFLOW_URL"),
    ],
)
def test_the_limits_of_a_workflows_address_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str, verdict: str, told: str
) -> None:
    """What it cannot; its address, which is a secret, is never shown."""
    if address:
        monkeypatch.setenv("LOKETBS_TEAMS_WORKFLOW_URL", address)
    with App(parse({"teams": {"kind": "workflows"}}, tmp_path)) as app:
        (point,) = examine_teams(app)
    assert point.verdict == verdict
    assert told in point.told
    assert "geheim" not in str(point)


@pytest.mark.parametrize(
    ("teams", "key"),
    [
        ({"kind": "bot"}, "tenant, client_id, team"),
        ({**RIGHT, "auth": "certificate"}, "certificate_file"),
        ({"mention_id": "x"}, "mention_name"),
        ({"onbekend": 1}, "unknown key"),
    ],
)
def test_settings_that_cannot_work_are_refused_by_name(tmp_path: Path, teams: dict[str, Any], key: str) -> None:
    """Before anything starts."""
    with pytest.raises(SettingsError, match=key):
        parse({"teams": teams}, tmp_path)


def test_a_token_that_entra_does_not_give_is_asked_again_later(authority: tuple[Entra, ServerCertificate]) -> None:
    """No failure of the card, and the secret stands in no sentence."""
    entra, tls = authority
    login = Login(TENANT, CLIENT, "fout~geheim", authority=entra.address, ca_file=tls.certificate)
    with pytest.raises(DeskBusy) as busy:
        tokens(login)(SCOPE)
    assert "geheim" not in str(busy.value)
    right = tokens(Login(TENANT, CLIENT, SECRET, authority=entra.address, ca_file=tls.certificate))
    assert right(SCOPE) == right(SCOPE)


def test_the_running_service_lets_nobody_in_without_a_token(tmp_path: Path) -> None:
    """The installed command opens the bot's door beside the pages, on this machine alone, and ends in peace."""
    pages, port = free_port(), free_port()
    text = f'[pages]\nport = {pages}\n[teams]\nkind = "bot"\nport = {port}\n'
    text += f'tenant = "{TENANT}"\nclient_id = "{CLIENT}"\nteam = "{GROUP}"\n'
    (tmp_path / "loketbs.toml").write_text(text, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "LOKETBS_TEAMS_CLIENT_SECRET": "x"}
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"], cwd=tmp_path, env=environment, stderr=log, start_new_session=True
        )
    try:
        answer = _asked(f"http://127.0.0.1:{port}/api/messages", process)
        assert answer.status_code == 401
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) in {0, 128 + signal.SIGTERM}  # the latter where the pages were not up yet
    finally:
        process.kill()
        process.wait(10)
    assert "Traceback" not in (tmp_path / "log").read_text(encoding="utf-8")


def _asked(address: str, process: subprocess.Popen[bytes]) -> httpx.Response:
    end = time.monotonic() + 40
    while time.monotonic() < end and process.poll() is None:
        with suppress(httpx.TransportError):
            return httpx.post(address, json={"type": "message"}, timeout=5)
        time.sleep(0.2)
    raise AssertionError("the bot's door did not open")
