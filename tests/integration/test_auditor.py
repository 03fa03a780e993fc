"""docs/auditor.md as an auditor follows it: its own commands, over a real archive, without loketbs."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.paths import ROOT
from tests.unit.storage.house import opened, submit

TOOLS = ("bash", "tar", "sha256sum", "sha512sum", "sqlite3")
RECORD = "M-2026-000001"


def commands(archive: Path, copy: Path) -> str:
    """The commands of the page, in order, for another archive and record; they stop at the first that fails."""
    page = (ROOT / "docs/auditor.md").read_text(encoding="utf-8")
    script = "\n".join(re.findall(r"^```\n(.*?)^```$", page, re.MULTILINE | re.DOTALL))
    script = script.replace("loketbs-data/demo", str(archive)).replace("/tmp/audit", str(copy))
    return "set -euo pipefail\n" + re.sub(r"record=M-\S+", f"record={RECORD}", script)


def audit(archive: Path, copy: Path) -> subprocess.CompletedProcess[str]:
    """Follow the page."""
    return subprocess.run(
        ["bash", "-c", commands(archive, copy)], capture_output=True, text=True, check=False, timeout=60
    )


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """An archive with one submission in it."""
    if missing := [tool for tool in TOOLS if shutil.which(tool) is None]:
        pytest.skip(f"not on this machine: {', '.join(missing)}")
    folder = tmp_path / "archive"
    folder.mkdir()
    with opened(folder) as records:
        submit(records, b"mail")
    return folder


def test_the_page_proves_an_archive_that_is_whole(archive: Path, tmp_path: Path) -> None:
    """Every command works as printed, every file is OK, and the digests are those that the ledger names."""
    done = audit(archive, tmp_path / "copy")
    assert (done.returncode, done.stderr) == (0, "")
    (raw,) = (archive / "vault/raw").rglob("*.eml")
    (package,) = (archive / "vault/packages").rglob("*.tar")
    assert done.stdout.count(raw.stem) >= 2
    assert f"{package.stem}  tagmanifest-sha256.txt" in done.stdout
    assert "data/001.eml: OK" in done.stdout


def test_the_page_finds_one_changed_letter_in_a_package(archive: Path, tmp_path: Path) -> None:
    """Somebody who owns the machine changed the frozen mail: sha256sum says so."""
    (package,) = (archive / "vault/packages").rglob("*.tar")
    package.chmod(0o600)
    package.write_bytes(package.read_bytes().replace(b"%PDF-1.7 of mail", b"%PDF-1.7 of mall"))
    done = audit(archive, tmp_path / "copy")
    assert done.returncode != 0
    assert "FAILED" in done.stdout
