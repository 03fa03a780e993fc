"""The sandbox against what hostile files make their reader do."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from intake.documents import extract
from intake.errors import SandboxError
from intake.judge import Case, judge
from intake.model import Threat, Trust
from intake.sandbox import Sandbox, SandboxLimits
from tests.paths import ROOT
from tests.unit.intake.documents.papers import minimal_pdf

WALL = 4.0
ROGUE = "tests.unit.intake.rogue_tasks"


@pytest.fixture(scope="module")
def rogue() -> Iterator[Sandbox]:
    """A sandbox whose tasks misbehave."""
    limits = SandboxLimits(memory_bytes=1 << 30, cpu_seconds=20, wall_seconds=WALL, answer_bytes=1 << 20)
    with Sandbox(limits, tasks=ROGUE) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def real() -> Iterator[Sandbox]:
    """The sandbox of the service."""
    with Sandbox() as sandbox:
        yield sandbox


def ask(sandbox: Sandbox, task: str, data: bytes = b"", **parameters: Any) -> dict[str, Any]:
    """The answer of a rogue task."""
    answer: dict[str, Any] = json.loads(sandbox.call(task, data, **parameters))
    return answer


@pytest.mark.parametrize(
    ("task", "reason"),
    [
        ("abort", "signal 6"),
        ("hog", "memory"),
        ("spin", "timeout"),
        ("shout", "output"),
        ("silent", "protocol"),
        ("stumble", "fault"),
    ],
)
def test_a_child_that_dies_costs_only_its_own_answer(rogue: Sandbox, task: str, reason: str) -> None:
    """SIGABRT, a memory hog, an endless loop, too much output: each a reason, and the next task works."""
    with pytest.raises(SandboxError) as caught:
        rogue.call(task, b"")
    assert caught.value.reason == reason
    assert ask(rogue, "echo", b"abc")["size"] == 3


def test_an_endless_loop_ends_at_the_wall_limit(rogue: Sandbox) -> None:
    """The caller waits no longer than the limit says, with a second of grace."""
    began = time.monotonic()
    with pytest.raises(SandboxError):
        rogue.call("spin", b"")
    assert WALL <= time.monotonic() - began < WALL + 1


def test_processor_time_is_bounded_too() -> None:
    """A child that spins below a long wall limit is ended by its processor time."""
    with (
        Sandbox(SandboxLimits(cpu_seconds=1, wall_seconds=30), tasks=ROGUE) as sandbox,
        pytest.raises(SandboxError) as caught,
    ):
        sandbox.call("spin", b"")
    assert caught.value.reason == "timeout"


def test_every_task_has_a_child_of_its_own(rogue: Sandbox) -> None:
    """Nothing a file does in memory can reach the next file."""
    assert ask(rogue, "echo")["pid"] != ask(rogue, "echo")["pid"]


def test_large_input_reaches_the_child_whole(rogue: Sandbox) -> None:
    """Sockets take what pipes would block on."""
    assert ask(rogue, "echo", b"x" * (20 << 20))["size"] == 20 << 20


def test_a_killed_helper_is_started_again(rogue: Sandbox) -> None:
    """kill -9 on the helper between tasks: the next task has a new one."""
    first = ask(rogue, "echo")
    pid = rogue.helper_pid
    assert first
    assert pid
    os.kill(pid, signal.SIGKILL)
    assert ask(rogue, "echo", b"again")["size"] == 5
    assert rogue.helper_pid != pid


def test_a_task_that_kills_the_helper_is_not_tried_for_ever(rogue: Sandbox) -> None:
    """The lost task is tried once more and then given up; others go on."""
    with pytest.raises(SandboxError) as caught:
        rogue.call("orphan_maker", b"")
    assert caught.value.reason == "helper died"
    assert ask(rogue, "echo")["size"] == 0


def test_threads_share_one_sandbox(rogue: Sandbox) -> None:
    """Each thread gets its own answer, also while another's child is being killed."""

    def one(number: int) -> int:
        if number % 8 == 3:
            with pytest.raises(SandboxError):
                rogue.call("abort", b"")
            return number
        return int(ask(rogue, "echo", b"x" * number, mark=number)["mark"])

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(one, range(40))) == list(range(40))


def test_the_helper_outlives_its_children(rogue: Sandbox) -> None:
    """The end of a child and the closing of its line, in whichever order, never cost the helper itself."""
    ask(rogue, "echo")
    first = rogue.helper_pid
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: ask(rogue, "echo", mark=number), range(400)))
    assert rogue.helper_pid == first


def test_threads_survive_a_killed_helper(rogue: Sandbox) -> None:
    """kill -9 on the helper under load: every task is answered."""

    def one(number: int) -> int:
        pid = rogue.helper_pid
        if number == 10 and pid:
            os.kill(pid, signal.SIGKILL)
        return int(ask(rogue, "echo", mark=number)["mark"])

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(one, range(30))) == list(range(30))


def test_a_child_owns_nothing(rogue: Sandbox) -> None:
    """No writing, no reading outside the code, no network, no new processes, as far as this kernel grants it."""
    done = ask(rogue, "trespass")
    assert done["write"] != "done"
    if "files" in rogue.granted:
        assert done["read"] == "PermissionError"
    if "network" in rogue.granted:
        assert done["connect"] == "OSError"
    if os.geteuid() != 0:  # root is above RLIMIT_NPROC
        assert done["fork"] != "done"


def test_secrets_of_the_environment_stay_with_the_parent() -> None:
    """The helper gets the names it needs and no LOKETBS_ variable."""
    os.environ["LOKETBS_TEST_SECRET"] = "geheim"
    try:
        with Sandbox(tasks=ROGUE) as sandbox:
            assert not [name for name in ask(sandbox, "environment") if name.startswith("LOKETBS")]
    finally:
        del os.environ["LOKETBS_TEST_SECRET"]


def test_nonsense_from_a_child_is_no_document(rogue: Sandbox) -> None:
    """An answer that is not our dataclass becomes an unreadable document with the reason, also from the second reader."""
    document = rogue.extract(b"%PDF-1.7 evil", "a.pdf", "application/pdf", None, Trust())
    assert not document.readable
    assert document.threat is Threat.CORRUPT
    assert [(p.code, p.where, p.detail) for p in document.problems] == [
        ("reader_died", "pdfium", "protocol"),
        ("reader_died", "pypdf", "protocol"),
    ]


def test_a_nul_from_a_child_never_reaches_the_database(rogue: Sandbox) -> None:
    """Readers replace NULs; a child that sends one is not one of ours."""
    mail = rogue.read(b"From: a@b.example\n\n", "a.eml")
    assert [(d.code, d.detail) for d in mail.defects] == [("reader_died", "protocol")]


def test_judging_without_end_is_work_for_a_person(rogue: Sandbox, real: Sandbox) -> None:
    """Words on which a rule does not come to an end cost that mail its verdict, and it may be formal; nothing else stops."""
    case = Case("0" * 64, real.read(b"Subject: Signaal\n\nTekst", "a.eml"), ())
    found = rogue.judge(case)
    assert found.recognition.possibly_formal
    assert ("not_judged", "timeout") in {(d.code, d.detail) for d in found.defects}
    assert ask(rogue, "echo")["size"] == 0


@pytest.mark.parametrize(
    "sample", sorted((ROOT / "bot" / "samples" / "mails").glob("*.eml"))[:4], ids=lambda path: path.stem
)
def test_judging_in_the_sandbox_says_what_the_rules_say(real: Sandbox, sample: Path) -> None:
    """The very same assessment, the bytes of the files included, comes out of the child and of the function."""
    mail = real.read(sample.read_bytes(), sample.name)
    documents = tuple(real.extract(a.content, a.name, a.media_type, None, Trust()) for a in mail.attachments)
    case = Case("0" * 64, mail, documents)
    assert real.judge(case) == judge(case)


@pytest.mark.parametrize("text", [r"C:\u0000map", r"{\rtf \ud83d}", r"\\\u0000", "\\" * 9, "\U0001f600 \\uD800"])
def test_text_that_looks_like_an_escape_is_just_text(real: Sandbox, text: str) -> None:
    """A backslash, a u and four digits in a mail are what its writer typed; the mail must not be lost for them."""
    mail = real.read(b"From: a@b.example\r\n\r\n" + text.encode(), "a.eml")
    assert mail.text.strip() == text
    assert "reader_died" not in {d.code for d in mail.defects}


def test_the_sandbox_reads_what_the_reader_reads(real: Sandbox) -> None:
    """Out of the sandbox comes the very value that the function gives."""
    data = minimal_pdf(["Bestuurlijk signaal"])
    assert real.extract(data, "a.pdf", "application/pdf", "b.zip", Trust()) == extract(
        data, "a.pdf", "application/pdf", trust=Trust(), inside="b.zip"
    )
    assert real.read(b"Subject: =?utf-8?q?Signaal_=E2=82=AC?=\n\nTekst", "a.eml").subject == "Signaal \u20ac"


def test_closing_twice_is_safe_and_the_sandbox_starts_again(real: Sandbox) -> None:
    """A closed sandbox only costs the start of a new helper."""
    real.close()
    real.close()
    assert real.extract(b"tekst", "a.txt", "text/plain", None, Trust()).readable
