"""Standard streams as a careless shell gives them, and mails that try to command the terminal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from email.message import EmailMessage
from pathlib import Path

import pytest

from bot import samples_of
from tests.paths import ROOT

ESCAPES = "[/] [/red] \x1b]0;owned\x07 \x1b[2J [bold"
SAMPLE = next(samples_of("mails").glob("02-*.eml"))


def shell(folder: Path, line: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """A line of POSIX shell in which $L is the command and $S a sample; PIPESTATUS is bash's."""
    given = {name: value for name, value in os.environ.items() if not name.startswith(("LOKETBS_", "LC_", "LANG"))}
    ours = {"L": f"{sys.executable} -m bot", "S": str(SAMPLE), "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        ["bash", "-c", line],
        cwd=folder,
        env={**given, **ours, **environment},
        capture_output=True,
        timeout=60,
        check=False,
    )


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an archive of one dossier."""
    folder = tmp_path_factory.mktemp("archive")
    (folder / "postvak").mkdir()
    (folder / "postvak/een.eml").write_bytes(SAMPLE.read_bytes())
    assert shell(folder, "$L run --once").returncode == 0
    return folder


@pytest.mark.parametrize("command", ["list", "list --all --json", "verify"])
def test_a_reader_that_stops_reading_changes_no_exit_code(archive: Path, command: str) -> None:
    """`| head -c 1` is no failure, and 1 would say that a check found something."""
    found = shell(archive, f"$L {command} | head -c 1 >&2; exit ${{PIPESTATUS[0]}}")
    assert (found.returncode, len(found.stderr)) == (0, 1)


@pytest.mark.parametrize("command", ["list", "list --json"])
def test_a_full_disk_behind_stdout_is_told_in_a_sentence(archive: Path, command: str) -> None:
    """Not with a traceback, and not as if all went well."""
    found = shell(archive, f"$L {command} >/dev/full")
    assert found.returncode == 3
    assert found.stderr.count(b"\n") == 1
    assert found.stderr.startswith(b"loketbs: No space left")


def test_closed_streams_do_not_become_the_database(archive: Path) -> None:
    """The next file opened takes the number of a closed stream; what is printed would go into it."""
    assert shell(archive, "$L list <&- >&- 2>&-").returncode == 0
    assert shell(archive, "$L verify").returncode == 0


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_a_terminal_without_our_characters_gets_the_rest(archive: Path, encoding: str) -> None:
    """Tables with escapes for what it lacks, and JSON that is JSON."""
    for command in ("verify", "list", "show BS-2026-0001"):
        assert shell(archive, f"$L {command.replace('2026', year(archive))}", PYTHONIOENCODING=encoding).stderr == b""
    judged = shell(archive, "$L assess $S --json", PYTHONIOENCODING=encoding)
    assert json.loads(judged.stdout.decode("ascii"))["kind"] == "submission"


def year(archive: Path) -> str:
    """The year of the archive's only dossier."""
    return str(json.loads(shell(archive, "$L list --json").stdout)["dossiers"][0]["number"].split("-")[1])


def test_a_mail_cannot_command_the_terminal(tmp_path: Path) -> None:
    """Neither with escape sequences nor with the markup of our own tables, also in the name of its file."""
    mail = EmailMessage()
    mail["From"], mail["To"] = "jan@gemeente.example", "loket@liec.example"
    mail["Subject"] = "Formele indiening bestuurlijk signaal [/] [/bold]"
    quoted = f"De wet {ESCAPES} laat dit toe. Wij vragen de minister van Financiën {ESCAPES} de wet te wijzigen."
    mail.set_content(f"Hierbij dienen wij formeel in: bestuurlijk signaal {ESCAPES}\n\nAanleiding\n{quoted * 9}\n")
    (tmp_path / os.fsdecode(b"[red]na\xefm [bold].eml")).write_bytes(bytes(mail))
    found = shell(tmp_path, "$L assess *.eml --explain")
    assert (found.returncode, found.stderr) == (0, b"")
    assert b"\x1b" not in found.stdout
    assert b"[red]na" in found.stdout
    assert json.loads(shell(tmp_path, "$L assess *.eml --json").stdout)["possibly_formal"]
