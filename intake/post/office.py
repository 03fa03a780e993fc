"""DOCX and ODT laid out by LibreOffice, where it is installed: a program under limits, without network, with its own profile.

What it writes goes into a folder that is thrown away; the frozen file itself is never touched.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from intake.post import leash

_SUFFIXES = {"docx": ".docx", "odt": ".odt"}
_MEMORY = 4 << 30  # bytes of address space
_LARGEST = 100 << 20  # bytes of what it may write
_PDF = b"%PDF-"


@cache
def find_office() -> str | None:
    """The program as installed on this machine; asked once per process."""
    path = shutil.which("soffice") or shutil.which("libreoffice")
    return str(Path(path).resolve()) if path else None


def laid_out(data: bytes, kind: str, seconds: float, program: str | None = None) -> bytes | None:
    """The document as a PDF; None without LibreOffice, for another kind, or when it gives no PDF in time."""
    program = program or find_office()
    if program is None or kind not in _SUFFIXES:
        return None
    with tempfile.TemporaryDirectory(prefix="loketbs-office-") as folder:
        source = Path(folder) / f"document{_SUFFIXES[kind]}"
        source.write_bytes(data)
        if not _run(_command(program, folder, source, seconds), folder, seconds):
            return None
        made = source.with_suffix(".pdf")
        pdf = made.read_bytes() if made.is_file() else b""
    return pdf if pdf.startswith(_PDF) else None


def _command(program: str, folder: str, source: Path, seconds: float) -> list[str]:
    limits = [str(max(1, round(seconds))), str(_MEMORY)]
    office = [program, "--headless", "--norestore", "--nologo", f"-env:UserInstallation=file://{folder}/profile"]
    office += ["--convert-to", "pdf", "--outdir", folder, str(source)]
    return [sys.executable, "-I", "-S", leash.__file__, "--writes", str(_LARGEST), *limits, *office]


def _run(command: list[str], folder: str, seconds: float) -> bool:
    """Whether it ended well in time. It starts helpers of its own, so all of its session is ended with it."""
    environment = {"HOME": folder, "TMPDIR": folder, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    with subprocess.Popen(  # noqa: S603 - our own interpreter and the program found at start
        command, env=environment, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:  # fmt: skip
        try:
            return process.wait(seconds) == 0
        except subprocess.TimeoutExpired:
            return False
        finally:
            _end(process.pid)


def _end(session: int) -> None:
    try:
        os.killpg(session, signal.SIGKILL)
    except ProcessLookupError:
        return
