"""Real, hard PDFs and Word files of others through the sandbox: none may crash, hang or vanish."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from intake.model import Threat, Trust
from intake.sandbox import Sandbox
from tests.paths import SHARED, shared

pytestmark = pytest.mark.shared
SECONDS = 10.0
FILES = sorted(p for kind in ("pdf", "docx", "scan") for p in SHARED.joinpath("wild", kind).glob("*"))


def busy() -> float:
    """How much longer things take on this machine than on an idle one."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_a_wild_file_gives_a_document(sandbox: Sandbox, path: Path) -> None:
    """Within ten seconds of an idle machine, readable or with the reason why not."""
    began = time.monotonic()
    document = sandbox.extract(path.read_bytes(), path.name, "", None, Trust())
    assert time.monotonic() - began < SECONDS * busy()
    assert "reader_died" not in {p.code for p in document.problems}
    assert document.readable or document.problems


@pytest.mark.parametrize(
    ("name", "threat"),
    [
        ("docx/msoffcryptotool__example_password.docx", Threat.ENCRYPTED),
        ("docx/tika__test-documents__testWORD_macros.docm", Threat.MACRO),
        ("docx/oletools__dde-test.docx", Threat.MACRO),
        ("docx/tika__test-documents__testWORD_truncated.docx", Threat.CORRUPT),
        ("pdf/pyhanko__pdf__minimal-aes256.pdf", Threat.ENCRYPTED),
    ],
)
def test_known_dangers_have_their_names(sandbox: Sandbox, name: str, threat: Threat) -> None:
    """The threats of the set that are known by their names."""
    path = shared("wild", *name.split("/"))
    assert sandbox.extract(path.read_bytes(), path.name, "", None, Trust()).threat is threat


def test_there_are_wild_files() -> None:
    """An empty set would pass everything."""
    shared("wild")
    assert len(FILES) > 100
