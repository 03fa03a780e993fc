"""Tesseract with Dutch language data, run as a program under limits: picture on standard input, TSV on standard output."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from intake.errors import OcrError
from intake.post import leash
from intake.post.pages import Rect, Sheet, Word

_LANGUAGE = "nld"
_MEMORY = 2 << 30  # bytes of address space
_WORD_LEVEL = "5"
_ASK_SECONDS = 10
_ENVIRONMENT = {"OMP_THREAD_LIMIT": "1", "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}


class Tesseract:
    """The program at `path`."""

    def __init__(self, path: str, version: str) -> None:
        self.path = path
        self.name = f"Tesseract {version} ({_LANGUAGE})"

    def words(self, sheet: Sheet, seconds: float) -> tuple[Word, ...]:
        """The words of an upright sheet, automatic layout (psm 3). Raises `OcrError`."""
        command = [self.path, "-", "-", "-l", _LANGUAGE, "--dpi", str(sheet.dpi), "--psm", "3", "tsv"]
        limited = [sys.executable, "-I", "-S", leash.__file__, str(max(1, round(seconds))), str(_MEMORY), *command]
        try:
            done = subprocess.run(  # noqa: S603 - our own interpreter and the program found at start
                limited, input=sheet.png, capture_output=True, timeout=seconds, env=_ENVIRONMENT, check=False, cwd="/"
            )
        except subprocess.TimeoutExpired as error:
            raise OcrError("timeout") from error
        if done.returncode:
            raise OcrError(f"tesseract ended with {done.returncode}")
        return tuple(_words(done.stdout.decode("utf-8", "replace")))


@cache
def find_tesseract() -> Tesseract | None:
    """Tesseract as installed on this machine; None without the program or its Dutch data. Asked once per process."""
    path = shutil.which("tesseract")
    if path is None or _LANGUAGE not in _answer(path, "--list-langs").split():
        return None
    version = _answer(path, "--version").split()
    return Tesseract(str(Path(path).resolve()), version[1] if len(version) > 1 else "")


def _answer(path: str, option: str) -> str:
    try:
        done = subprocess.run([path, option], capture_output=True, timeout=_ASK_SECONDS, check=False, text=True)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout or done.stderr


def _words(tsv: str) -> Iterator[Word]:
    """The words of Tesseract's table; confidences of -1 and empty words are its frames around other levels."""
    lines: dict[tuple[str, ...], int] = {}
    for row in csv.DictReader(io.StringIO(tsv), delimiter="\t", quoting=csv.QUOTE_NONE):
        text = (row["text"] or "").strip()
        if row["level"] != _WORD_LEVEL or not text:
            continue
        line = lines.setdefault((row["block_num"], row["par_num"], row["line_num"]), len(lines))
        left, top, width, height = (int(row[key]) for key in ("left", "top", "width", "height"))
        yield Word(text, Rect(left, top, left + width, top + height), max(0.0, float(row["conf"]) / 100), line)
