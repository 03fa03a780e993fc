"""Standard streams as they are found: closed, full, cut off by `head`, or of an encoding that lacks our characters.

Whatever they are, a command does its work and gives its exit code, and no text of a stranger commands the terminal.
"""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

_UTF_8 = frozenset({"utf-8", "utf8", "utf-8-sig"})


def prepare() -> None:
    """Make the streams safe to write to; call once, before any file is opened.

    A closed standard stream would give its number to the next file that is opened, the database included.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number, which is this one
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - for the life of the process
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def console() -> Console:
    """A console for tables and lines. What strangers wrote goes through `safe` first: square brackets are markup here."""
    from rich.console import Console

    class Patient(Console):
        """rich would end the command with 1, which says that a check found something."""

        def on_broken_pipe(self) -> None:
            self.quiet = True
            silence()

    return Patient()


def safe(text: str) -> str:
    """Text of a stranger as rich shows it literally: no markup, no escape sequence, nothing that hides or reorders it."""
    from rich.markup import escape

    from bot.dossier.visible import visible

    return escape("\n".join(visible(line) for line in text.split("\n")))


def print_json(value: object) -> None:
    """One JSON document on stdout and nothing else: UTF-8, or pure ASCII where stdout has another encoding."""
    utf_8 = (sys.stdout.encoding or "").lower() in _UTF_8
    text = json.dumps(value, ensure_ascii=not utf_8, indent=1, default=str)
    try:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        silence()


def silence() -> None:
    """Nobody reads stdout any more: what is still to come goes nowhere, and the command ends as it would have."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
