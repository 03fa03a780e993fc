"""The command over a real IMAP server: every mail has one record, whatever dies."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.acceptance.house import House, mails
from tests.simulators.dovecot import Dovecot

pytestmark = [pytest.mark.server, pytest.mark.timeout(1500)]
KILLS = 20


def served(raw: bytes) -> str:
    """The digest of a mail as Dovecot serves it: every line end is CRLF, NUL becomes 0x80 (reference/mail.md 2.3)."""
    return hashlib.sha256(raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n").replace(b"\0", b"\x80")).hexdigest()


def assert_whole(house: House, delivered: list[Path]) -> None:
    """Every mail has exactly one record, judged; nothing waits; the archive proves itself."""
    records = house.records()
    assert Counter(r["raw"]["sha256"] for r in records) == Counter(served(p.read_bytes()) for p in delivered)
    assert [r["record"] for r in records if r["kind"] is None] == []
    numbers = sorted(r["record"] for r in records)
    assert numbers == [f"M-{numbers[0][2:6]}-{n:06}" for n in range(1, len(numbers) + 1)]
    dossiers = sorted(d["number"] for d in house.json("list")["dossiers"])
    assert dossiers == [f"BS-{dossiers[0][3:7]}-{n:04}" for n in range(1, len(dossiers) + 1)]
    assert [c for c in house.json("verify") if c["verdict"] != "pass"] == []
    assert house.json("rebuild")["differences"] == []


def test_every_mail_gets_one_record_and_a_second_run_adds_none(tmp_path: Path) -> None:
    """`run --once` over a real mailbox; run again: nothing new."""
    delivered = mails()
    with Dovecot() as server:
        for path in delivered:
            server.drop(path.read_bytes())
        house = House(tmp_path, server.port)
        house.run("run", "--once")
        assert_whole(house, delivered)
        before = house.json("list", "--all")
        house.run("run", "--once")
        assert house.json("list", "--all") == before


def test_twenty_killed_runs_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    """SIGKILL at random moments, then one clean run."""
    delivered = mails()
    chance = random.Random(20261123)
    with Dovecot() as server:
        for path in delivered:
            server.drop(path.read_bytes())
        house = House(tmp_path, server.port)
        for _ in range(KILLS):
            process = house.start("run", "--once")
            time.sleep(chance.uniform(0.4, 3.0))
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
        house.run("run", "--once")
        assert_whole(house, delivered)


def test_a_new_message_is_a_visible_dossier_within_seconds(tmp_path: Path) -> None:
    """IDLE: from delivery in the mailbox to the dossier on the list."""
    wanted = next(p for p in mails() if "handelaarskenteken" in p.name)
    with Dovecot() as server:
        server.drop(next(p for p in mails() if "spam" in p.name).read_bytes())
        house = House(tmp_path, server.port)
        service = house.start("run")
        try:
            wait_until(lambda: "Registratie" in house.log(), 30)
            server.drop(wanted.read_bytes())
            started = time.monotonic()
            wait_until(lambda: '"dossier": "BS-' in house.log(), 30)
            seconds = time.monotonic() - started
        finally:
            service.send_signal(signal.SIGTERM)
            service.communicate(timeout=30)
        assert service.returncode == 0
        assert len(house.json("list")["dossiers"]) == 1
        print(f"from delivery to dossier: {seconds:.2f} s")


def wait_until(condition: object, seconds: float) -> None:
    """Poll until true."""
    assert callable(condition)
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)
