"""`kill -9` at every kind of moment, and two processes at once: nothing lost, nothing doubled, everything verifies."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import ledger
from storage.database import reading
from storage.verify import Verdict, verify
from tests.integration import mortal
from tests.paths import ROOT
from tests.unit.storage.house import opened

LIFE = 500
"""About how many steps a first life takes."""

CHUNKS = 4


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder in memory where there is one: a killed process loses nothing that it wrote, on whatever disk."""
    memory = Path("/dev/shm")
    made = Path(tempfile.mkdtemp(dir=memory if memory.is_dir() else None))
    yield made
    shutil.rmtree(made)


def lives(*told: str) -> list[int]:
    """Run lives in a process of their own; returns the deaths in each folder."""
    command = [sys.executable, "-m", "tests.integration.mortal", *told]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [int(line) for line in done.stdout.split()]


def assert_whole(folder: Path) -> None:
    """Three mails: three records, three dossiers, every event and every card once, nothing left behind."""
    with opened(folder) as records:
        with reading(records.engine) as conn:
            events = Counter(event.type.value for _, event in ledger.events(conn))
        assert events == dict.fromkeys(("Ontvangst", "Registratie", "Bevriezing", "Creatie", "Verzending"), 3)
        assert [message.record for message in records.messages()] == [f"M-2026-00000{n}" for n in (1, 2, 3)]
        assert sorted(d.number for d in records.dossiers()) == [f"BS-2026-000{n}" for n in (1, 2, 3)]
        assert {m.key: records.raw(m.record) for m in records.messages()} == mortal.MAILS
        assert records.work.count() == {"done": 6}
        assert len(records.channel.posts()) == 3
        assert records.bookmark("postvak") == "1:3"
        assert [check for check in verify(records) if check.verdict is not Verdict.PASS] == []
    assert list((folder / "vault" / ".unfinished").iterdir()) == []
    assert list((folder / "workers").iterdir()) == []


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_a_death_at_any_step_loses_and_doubles_nothing(folder: Path, chunk: int) -> None:
    """One death in each of many folders, the moments spread over a whole life; the next life makes it whole."""
    steps = range(1 + chunk * 17, LIFE, CHUNKS * 17)
    assert lives(*(f"{folder / str(step)}={step}" for step in steps)) == [1] * len(steps)
    for step in steps:
        assert_whole(folder / str(step))


@pytest.mark.parametrize("seed", [1, 2])
def test_twenty_deaths_in_a_row_lose_and_double_nothing(folder: Path, seed: int) -> None:
    """Life after life in one folder, each killed at a random moment, then one to the end."""
    chance = random.Random(seed)
    steps = ",".join(str(chance.randint(30, 150)) for _ in range(20))
    (deaths,) = lives(f"{folder}={steps}")
    assert deaths >= 8
    assert_whole(folder)


def test_two_processes_share_the_work(folder: Path) -> None:
    """Two desks on one database and one vault, at once: each thing is done by one of them."""
    command = [sys.executable, "-m", "tests.integration.mortal", f"{folder}="]
    both = [
        subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, stdout=subprocess.DEVNULL)
        for _ in range(2)
    ]
    said = [process.communicate()[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert_whole(folder)
