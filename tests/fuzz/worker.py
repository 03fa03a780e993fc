"""One fuzzing process: atheris (libFuzzer) over one target. Started by the runner, which outlives it and keeps the counts.

An exception does not end it: the first input of every kind of failure is kept and fuzzing goes on. What ends the process (an
abort in a library, a hang, memory) is found by the runner in `current`, where each input stands before it is tried.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import logging
import mmap
import random
import resource
import struct
import sys
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.damage import inside_base64, inside_zip

if TYPE_CHECKING:
    from tests.fuzz.targets import Target

LARGEST = 1 << 20  # bytes of one input, in any target
SLOW = 5.0  # seconds after which an input is kept as slow
HANG = 20  # seconds after which libFuzzer ends the process
MEMORY = 3 << 30  # bytes of address space; production gives 2 GiB to a process without instrumentation
INSIDE = 0.85  # of the changes to packed inputs
_HEAD = struct.Struct(">Q")
_OURS = ("intake", "bot")
_INSTRUMENTED = [
    "intake",
    "pypdf",
    "zipfile",
    "tarfile",
    "extract_msg",
    "olefile",
    "compressed_rtf",
    "asn1crypto",
    "pyhanko",
]


class Ledger:
    """Counts of one process, written to `counts.json` so that they outlive it, and the failures found."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.executions, self.slowest, self.slowest_input = 0, 0.0, ""
        self.failures: Counter[str] = Counter()
        with (folder / "current").open("w+b") as file:
            file.truncate(_HEAD.size + LARGEST)
            self.current = mmap.mmap(file.fileno(), 0)
        self.written = 0.0

    def begin(self, data: bytes) -> None:
        """Put down what is about to be tried."""
        self.current[: _HEAD.size] = _HEAD.pack(len(data))
        self.current[_HEAD.size : _HEAD.size + len(data)] = data

    def end(self, data: bytes, seconds: float) -> None:
        """Count one execution."""
        self.executions += 1
        if seconds > self.slowest:
            self.slowest, self.slowest_input = seconds, keep(self.folder, "slowest", data, "") if seconds > 1 else ""
        if seconds > SLOW:
            self.failures["slow"] += 1
            keep(self.folder, "slow", data, f"{seconds:.1f} s")
        if time.monotonic() - self.written > 1:
            self.write()

    def failed(self, data: bytes, error: BaseException) -> None:
        """Keep the first input of this kind of failure, count the others."""
        kind = f"{type(error).__name__} at {place_of(error)}"
        self.failures[kind] += 1
        if self.failures[kind] == 1:
            keep(self.folder, "crash", data, "".join(traceback.format_exception(error)))

    def write(self) -> None:
        self.written = time.monotonic()
        known = (self.executions, self.slowest, self.slowest_input, self.failures)
        text = json.dumps(dict(zip(("executions", "slowest", "slowest_input", "failures"), known, strict=True)))
        (self.folder / "counts.json").write_text(text, encoding="utf-8")


def current(folder: Path) -> bytes:
    """The input that a process was trying when it ended."""
    data = (folder / "current").read_bytes()
    (size,) = _HEAD.unpack_from(data)
    return data[_HEAD.size : _HEAD.size + size]


def keep(folder: Path, what: str, data: bytes, why: str) -> str:
    """Keep an input with the reason beside it; its name."""
    name = f"{what}-{hashlib.sha256(data).hexdigest()[:12]}"
    (folder / name).write_bytes(data)
    if why:
        (folder / f"{name}.txt").write_text(why, encoding="utf-8", errors="replace")
    return name


def place_of(error: BaseException) -> str:
    """The innermost line of ours, and the innermost of all: enough to tell failures apart."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if any(f"/{name}/" in f.filename for name in _OURS) and "site-packages" not in f.filename]
    chosen = [*ours[-1:], *frames[-1:]]
    return " < ".join(dict.fromkeys(f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in chosen))


def load(name: str, atheris: Any) -> Target:
    """The target, with all its modules imported under instrumentation; what is first imported later would have none."""
    with atheris.instrument_imports(include=_INSTRUMENTED):
        from intake.sandbox.tasks import PRELOAD
        from tests.fuzz.targets import TARGETS

        for module in ("intake.archives", "extract_msg") if name in {"read", "archives"} else PRELOAD:
            importlib.import_module(module)
    return TARGETS[name]


def mutator(target: Target, seeds: Sequence[bytes], atheris: Any) -> Callable[[bytes, int, int], bytes]:
    """What changes inputs: mostly inside their packing, where a flipped byte is more than a wrong check sum."""
    into = {"zip": inside_zip, "mail": inside_base64}.get(target.packing)

    def change(part: bytes) -> bytes:
        return bytes(atheris.Mutate(part, len(part) + 64))

    def mutate(data: bytes, largest: int, seed: int) -> bytes:
        chance, changed = random.Random(seed), None
        if into is not None and chance.random() < INSIDE:
            which = chance.randrange(1 << 16)
            changed = into(data, which, change) or into(chance.choice(seeds), which, change)
        return changed if changed and len(changed) <= largest else bytes(atheris.Mutate(data, largest))

    return mutate


def main(arguments: list[str]) -> None:
    """`python -m tests.fuzz.worker TARGET FOLDER END`; FOLDER/corpus holds the inputs, END is a time of the epoch."""
    name, folder, end = arguments[0], Path(arguments[1]), float(arguments[2])
    atheris: Any = importlib.import_module("atheris")
    target, ledger = load(name, atheris), Ledger(folder)
    seeds = [path.read_bytes() for path in sorted((folder / "corpus").iterdir())]
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))

    def test_one(data: bytes) -> None:
        ledger.begin(data)
        began = time.monotonic()
        try:
            target.run(data)
        except Exception as error:  # noqa: BLE001 - whatever comes out is the finding
            ledger.failed(data, error)
        ledger.end(data, time.monotonic() - began)

    words = folder / "words"
    words.write_text("".join('"{}"\n'.format(w.replace('"', '\\"')) for w in target.words), encoding="utf-8")
    seconds = max(1, int(end - time.time()))
    options = [
        f"-max_total_time={seconds}",
        f"-timeout={HANG}",
        f"-max_len={target.largest}",
        f"-dict={words}",
        "-rss_limit_mb=0",
    ]
    quiet = [f"-artifact_prefix={folder}/libfuzzer-", "-print_final_stats=1", "-verbosity=0", "-reload=0"]
    arguments = ["fuzz", *options, *quiet, str(folder / "corpus")]
    atheris.Setup(arguments, test_one, custom_mutator=mutator(target, seeds, atheris))
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1:])
