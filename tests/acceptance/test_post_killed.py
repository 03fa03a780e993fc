"""The command, killed again and again while post is read, laid and compared: one record, one dossier, one comparison."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from bot import samples_of
from tests.paths import ROOT
from tests.unit.bot.test_matching import MADE, content, mail, pdf
from tests.unit.intake.post.paper import printed, scanned_pdf

pytestmark = pytest.mark.timeout(600)
KILLS = 8
SETTINGS = """
[scans]
folder = "scans"
settle_seconds = 0.1
"""
SAID = "Hierbij dienen wij ons bestuurlijk signaal formeel in. Het ondertekende signaal is bijgevoegd."


def started(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """A command in a process group of its own."""
    with (folder / "stderr.log").open("a") as errors:
        return subprocess.Popen(
            [sys.executable, "-m", "bot", *arguments],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,
        )


def done(folder: Path, *arguments: str, expect: int = 0) -> Any:
    """A command to its end; what it says as JSON."""
    process = started(folder, *arguments)
    out, _ = process.communicate(timeout=300)
    assert process.returncode == expect, (arguments, out[-2000:], (folder / "stderr.log").read_text()[-3000:])
    return json.loads(out) if "--json" in arguments else out


def test_killed_in_the_middle_nothing_is_lost_and_nothing_doubled(tmp_path: Path) -> None:
    """A submission and a scan of two letters, one of them of nobody; SIGKILL at random moments, then one clean run."""
    (tmp_path / "loketbs.toml").write_text(SETTINGS, encoding="utf-8")
    for name in ("postvak", "scans"):
        (tmp_path / name).mkdir()
    signal_mail = mail(
        "Indiening bestuurlijk signaal", SAID, "Mon, 02 Nov 2026 09:00:00 +0100", ("s.pdf", pdf(MADE[0]))
    )
    (tmp_path / "postvak/a.eml").write_bytes(signal_mail)
    scan = scanned_pdf([printed(content(MADE[0]))])
    (tmp_path / "scans/a.pdf").write_bytes(scan)
    chance = random.Random(20261124)
    for _ in range(KILLS):
        process = started(tmp_path, "run", "--once")
        time.sleep(chance.uniform(1.0, 9.0))
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    done(tmp_path, "run", "--once")
    told = done(tmp_path, "list", "--all", "--json")
    assert [m["kind"] for m in told["messages"]].count("postal_scan") == 1
    assert len(told["messages"]) == 2
    (dossier,) = told["dossiers"]
    assert dossier["tracks"]["post"] in {"komt_overeen", "alleen_handtekening"}
    (record,) = [m["record"] for m in told["messages"] if m["kind"] == "postal_scan"]
    timeline = done(tmp_path, "show", record, "--json")["timeline"]
    assert [e["type"] for e in timeline].count("Opname") == 1
    assert sum("compared" in e["details"] for e in timeline) == 1
    assert [c for c in done(tmp_path, "verify", "--json") if c["verdict"] != "pass"] == []
    assert done(tmp_path, "rebuild", "--json")["differences"] == []
    assert scan in [path.read_bytes() for path in (tmp_path / "loketbs-data/vault/raw").rglob("*.pdf")]


def test_the_commands_for_post(tmp_path: Path) -> None:
    """scan, link, unlink: what they print, what they refuse, and who did it."""
    paper = tmp_path / "brief.pdf"
    paper.write_bytes(scanned_pdf([printed(content(MADE[0]))]))
    (tmp_path / "nota.txt").write_text("geen scan", encoding="utf-8")
    done(tmp_path, "scan", "brief.pdf", "nota.txt", expect=3)
    assert not list(tmp_path.glob("loketbs-data/vault/raw/*/*"))
    told = done(tmp_path, "scan", "brief.pdf", "--json")
    assert (told["known"], told["attention"]) == (False, ["scan_waits_for_its_mail"])
    (letter,) = told["letters"]
    assert (letter["pages"], letter["dossier"], letter["verdict"]) == ([1], None, None)
    again = done(tmp_path, "scan", "brief.pdf", "--json")
    assert (again["record"], again["known"]) == (told["record"], True)
    done(tmp_path, "link", told["record"], "BS-2026-0001", "--reason", "x", expect=2)
    (tmp_path / "postvak").mkdir(exist_ok=True)
    (tmp_path / "postvak/a.eml").write_bytes(next(samples_of("mails").glob("04-*.eml")).read_bytes())
    done(tmp_path, "run", "--once")
    (dossier,) = done(tmp_path, "list", "--json")["dossiers"]
    done(tmp_path, "link", told["record"], dossier["number"], "--reason", " ", expect=2)
    done(tmp_path, "link", told["record"], dossier["number"], "--reason", "ligt er fysiek bij")
    done(tmp_path, "run", "--once")
    shown = done(tmp_path, "show", dossier["number"], "--json")
    assert (shown["tracks"]["post"], shown["messages"][0]) == ("wijkt_af", told["record"])
    linked = next(e for e in shown["timeline"] if e["type"] == "Opname")
    assert linked["actor"] not in {"", "loketbs"}
    assert "fysiek" not in json.dumps(shown)
    done(tmp_path, "scan", "brief.pdf", expect=1)
    done(tmp_path, "unlink", told["record"], "--reason", "toch niet")
    assert done(tmp_path, "show", dossier["number"], "--json")["tracks"]["post"] == "nog_niet"
    assert [c for c in done(tmp_path, "verify", "--json") if c["verdict"] != "pass"] == []
