"""The runner: `python -m tests.fuzz TARGET… --minutes N` keeps a worker going for that long and prints what came of it."""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import resource
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.fuzz.worker import current, keep
from tests.paths import ROOT

TARGETS = ("read", "archives", "pdf", "docx", "odt", "signatures")
BUILD = ROOT / "build/fuzz"
_GRACE = 300.0  # seconds for start-up and the last inputs, on a busy machine
_TIMEOUT_CODE = 70  # libFuzzer's exit code after a hang
NO_ATHERIS = """\
atheris is not in the lock, as it is needed for this alone. Give it an environment of its own (Python 3.11, Linux):
    python3.11 -m venv build/fuzzvenv
    build/fuzzvenv/bin/python -m pip install atheris
    PYTHONPATH=$(.venv/bin/python -c 'import site; print(site.getsitepackages()[0])') \\
        build/fuzzvenv/bin/python -m tests.fuzz pdf --minutes 10
"""


@dataclass
class Counts:
    """What came of fuzzing one target."""

    target: str
    minutes: float = 0.0
    cpu_minutes: float = 0.0
    executions: int = 0
    slowest: float = 0.0
    slowest_input: str = ""
    restarts: int = 0
    failures: Counter[str] = field(default_factory=Counter)

    def add(self, written: dict[str, Any]) -> None:
        """Add what one process wrote down."""
        self.executions += written["executions"]
        self.failures.update(written["failures"])
        if written["slowest"] > self.slowest:
            self.slowest, self.slowest_input = written["slowest"], written["slowest_input"]

    def lines(self) -> list[str]:
        """The counts for a person."""
        kinds, lost = len(self.failures), self.restarts
        head = (
            f"{self.target}: {self.executions} executions in {self.minutes:.1f} min ({self.cpu_minutes:.1f} of processor time), "
            f"{sum(self.failures.values())} failures of {kinds} kinds, {lost} processes lost, "
            f"slowest {self.slowest:.2f} s {self.slowest_input}"
        )
        return [head, *(f"    {count:6} {kind}" for kind, count in self.failures.most_common())]


def prepare(target: str) -> Path:
    """The target's folder with its seeds put into the corpus."""
    from tests.fuzz.seeds import seeds
    from tests.fuzz.targets import TARGETS as KNOWN

    folder = BUILD / target
    (folder / "corpus").mkdir(parents=True, exist_ok=True)
    for data in seeds(target, KNOWN[target].largest):
        (folder / "corpus" / hashlib.sha1(data).hexdigest()).write_bytes(data)  # libFuzzer's own way of naming
    return folder


def one_process(target: str, folder: Path, seconds: float, counts: Counts) -> None:
    """Run one worker to its end or to the end of the time, and keep what killed it."""
    (folder / "counts.json").unlink(missing_ok=True)
    command = [sys.executable, "-m", "tests.fuzz.worker", target, str(folder), str(time.time() + seconds)]
    with (folder / "log").open("ab") as log:
        try:
            code = subprocess.run(
                command, stdout=log, stderr=log, cwd=ROOT, check=False, timeout=seconds + _GRACE
            ).returncode
        except subprocess.TimeoutExpired:
            code = _TIMEOUT_CODE
    if (folder / "counts.json").exists():
        counts.add(json.loads((folder / "counts.json").read_text(encoding="utf-8")))
    if code != 0:
        killer = current(folder)
        counts.restarts += 1
        counts.failures["hang" if code == _TIMEOUT_CODE else f"process ended with {code}"] += 1
        keep(folder, "hang" if code == _TIMEOUT_CODE else "death", killer, f"exit code {code}")
        (folder / "corpus" / hashlib.sha1(killer).hexdigest()).unlink(missing_ok=True)


def fuzz(target: str, minutes: float) -> Counts:
    """Fuzz one target for some minutes."""
    folder, counts, began, spent = prepare(target), Counts(target), time.monotonic(), _children_seconds()
    while (left := minutes * 60 - (time.monotonic() - began)) > 1:
        one_process(target, folder, left, counts)
    counts.minutes = (time.monotonic() - began) / 60
    counts.cpu_minutes = (_children_seconds() - spent) / 60
    return counts


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> int:
    """Fuzz the targets named, or all; the exit code says whether anything failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", choices=[*TARGETS, []], metavar="TARGET", help=", ".join(TARGETS))
    parser.add_argument("--minutes", type=float, default=10, help="per target (default 10)")
    asked = parser.parse_args()
    if importlib.util.find_spec("atheris") is None:
        sys.stderr.write(NO_ATHERIS)
        return 2
    failed = False
    for target in asked.targets or TARGETS:
        counts = fuzz(target, asked.minutes)
        failed = failed or bool(counts.failures)
        print("\n".join(counts.lines()), flush=True)
        with (BUILD / "counts.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(vars(counts)) + "\n")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
