"""A folder of scans: taken when complete, whatever they are; nothing in it is touched."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from intake.mailboxes.scans import ScanFolder, is_being_written

YESTERDAY = time.time() - 86_400
ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who writes a file")


def put(folder: Path, name: str, changed: float = YESTERDAY) -> Path:
    """A file that came to rest long ago."""
    path = folder / name
    path.write_bytes(name.encode())
    os.utime(path, (changed, changed))
    return path


def names(folder: ScanFolder) -> list[str]:
    """What it lists, by name."""
    return [envelope.key.rpartition("/")[0] for envelope in folder.list_new(None).envelopes]


def test_every_file_is_taken_but_those_of_programs(tmp_path: Path) -> None:
    """What is no scan is for a person to see, so it is taken; half a copy and a system's own file are not."""
    for name in ("a.pdf", "b.TIF", "c.docx", "d", ".e.pdf", "f.pdf.part", "Thumbs.db", "~$g.docx", "h.tmp"):
        put(tmp_path, name)
    (tmp_path / "map.pdf").mkdir()
    assert sorted(names(ScanFolder(tmp_path))) == ["a.pdf", "b.TIF", "c.docx", "d"]


@ON_LINUX
def test_a_file_that_is_being_written_waits(tmp_path: Path) -> None:
    """However long the scanner pauses between two pages; then it comes, and `wait` does not sleep over it."""
    folder = ScanFolder(tmp_path, settle_seconds=0.05)
    with (tmp_path / "a.pdf").open("wb") as scanner:
        scanner.write(b"%PDF- page one")
        scanner.flush()
        time.sleep(0.2)
        assert names(folder) == []
        scanner.write(b"page two")
    started = time.monotonic()
    folder.wait(5)
    assert time.monotonic() - started < 1
    (envelope,) = folder.list_new(None).envelopes
    assert folder.fetch(envelope.key) == b"%PDF- page onepage two"


@ON_LINUX
def test_a_forgotten_handle_does_not_hide_a_letter_for_ever(tmp_path: Path) -> None:
    """Open, but unchanged for long: taken."""
    with put(tmp_path, "a.pdf").open("ab") as forgotten:
        assert is_being_written(Path(forgotten.name))
        assert names(ScanFolder(tmp_path)) == ["a.pdf"]
        os.utime(forgotten.name, (time.time() - 60, time.time() - 60))
        assert names(ScanFolder(tmp_path)) == []


def test_a_file_that_is_read_or_gone_is_not_being_written(tmp_path: Path) -> None:
    """A viewer is no scanner."""
    with put(tmp_path, "a.pdf").open("rb"):
        assert not is_being_written(tmp_path / "a.pdf")
    assert not is_being_written(tmp_path / "weg.pdf")
