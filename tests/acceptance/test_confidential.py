"""Nothing of a signal's content reaches a log line, a card, an event, a job or an error: numbers, states and times only.

Every mail is its own canary. What it says (subject, names, titles, text, names of files) is looked for in all that leaves the
archive, as whole strings, and word by word where a word is none of our own.
"""

from __future__ import annotations

import email
import email.policy
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot import samples_of
from intake.assess import Context, assess_mail
from intake.model import Register, Trust
from intake.sandbox import Sandbox
from storage.backends.local import LocalVault
from storage.database import open_database
from storage.dossiers import Records
from tests.paths import ROOT, shared, sources

_LEAST = 8
"""Characters from which a string can tell what a mail is about."""


def words(text: str) -> set[str]:
    """The words of a text that are long enough to tell something."""
    return {w for w in re.findall(r"[^\W\d_]+", text.lower()) if len(w) >= _LEAST}


def our_own_words() -> set[str]:
    """The words of our sources: what a log line or a card may say."""
    return words("\n".join(path.read_text(encoding="utf-8") for path in sources()))


def said_in(path: Path, sandbox: Sandbox) -> Iterator[str]:
    """Everything that a mail says, piece by piece, as the standard library and the product read it."""
    raw = path.read_bytes()
    mail: Any = email.message_from_bytes(raw, policy=email.policy.default)
    yield path.name
    yield from (str(mail[name] or "") for name in ("Subject", "From", "To", "Cc", "Message-ID"))
    yield from (part.get_filename() or "" for part in mail.walk())
    judged = assess_mail(raw, sandbox, Context(Register(), Trust(), ()))
    yield from (judged.title or "", *judged.organisations, *judged.signature.signers)
    yield from (judged.mail.text if judged.mail else "", *(d.text for d in judged.documents))
    yield from (f.place.quote for f in judged.findings if f.place)


def canaries(mails: Iterable[Path]) -> tuple[set[str], set[str]]:
    """Strings that must appear nowhere, and words that are the mails' and not ours."""
    with Sandbox() as sandbox:
        pieces = [line.strip() for path in mails for said in said_in(path, sandbox) for line in said.splitlines()]
    strings = {p for p in pieces if len(p) >= _LEAST and (" " in p or "@" in p or "." in p)}
    return strings, words("\n".join(pieces)) - our_own_words()


def leaves(folder: Path) -> dict[str, str]:
    """All that leaves the archive of `folder`, by the way it goes: cards, events, and what waits in the queue."""
    records = Records(open_database(f"sqlite:///{folder}/data/loketbs.sqlite"), LocalVault(folder / "data/vault"))
    cards = [json.dumps(p.card, ensure_ascii=False) for p in records.channel.posts()]
    records.close()
    with closing(sqlite3.connect(folder / "data/loketbs.sqlite")) as conn:
        events = [row[0].decode() for row in conn.execute("SELECT body FROM event")]
        jobs = [str(row) for row in conn.execute("SELECT * FROM job")]
    return {"cards": "\n".join(cards), "events": "\n".join(events), "jobs": "\n".join(jobs)}


def titles(folder: Path) -> set[str]:
    """The titles of the dossiers, which the desk's own tables hold."""
    with closing(sqlite3.connect(folder / "data/loketbs.sqlite")) as conn:
        return {row[0] for row in conn.execute("SELECT title FROM dossier")}


def run(folder: Path, *arguments: str) -> str:
    """What a command says on stderr."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "bot", *arguments, "--config", str(folder / "loketbs.toml")]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=280, check=False
    )
    return done.stderr


def delivered(folder: Path, mails: Iterable[Path]) -> None:
    """A desk in a folder, with mails in its mailbox and two more that cannot be read as they should."""
    (folder / "postvak").mkdir()
    for path in mails:
        shutil.copyfile(path, folder / "postvak" / path.name)
    whole = next(iter(sorted((folder / "postvak").iterdir()))).read_bytes()
    (folder / "postvak" / "Bestuurlijk signaal Zeepaardjesfokkerij.eml").write_bytes(whole[: len(whole) // 3])
    (folder / "postvak" / "Bestuurlijk signaal Zeepaardjesfokkerij.docx").write_bytes(whole)
    settings = f"""
        [desk]
        register_file = "{samples_of("partners.toml")}"
        trust_dir = "{samples_of("trust")}"
        [storage]
        data_dir = "data"
    """
    (folder / "loketbs.toml").write_text(settings, encoding="utf-8")


def assert_silent(folder: Path, mails: list[Path]) -> None:
    """Run the desk over mails, harm its archive, and look at everything it says."""
    delivered(folder, mails)
    said = {"log": run(folder, "run", "--once", "--verbose")}
    assert said["log"].count('"Registratie"') == len(mails) + 1
    said |= leaves(folder)
    for copy in list((folder / "data/vault").rglob("*.json"))[::3]:
        copy.unlink()
    (folder / "postvak" / "nagekomen.eml").write_bytes(mails[0].read_bytes() + b"\r\n")
    said["log of a harmed archive"] = run(folder, "run", "--once", "--verbose")
    said["errors"] = "".join(
        run(folder, *told) for told in (("verify",), ("show", "BS-2020-0001"), ("rebuild",), ("list",))
    )
    strings, foreign = canaries(mails)
    assert titles(folder) & strings, "what is kept for the desk alone must be among what is looked for"
    assert len(foreign) > len(mails)
    for way, text in said.items():
        assert not {s for s in strings if s in text}, way
        assert not words(text) & (foreign | {"zeepaardjesfokkerij"}), way


def test_nothing_of_the_samples_is_told(tmp_path: Path) -> None:
    """Our own fictitious mails, the signed, the damaged and the forged among them."""
    assert_silent(tmp_path, sorted(samples_of("mails").glob("*.eml")))


@pytest.mark.shared
def test_nothing_of_the_corpus_is_told(tmp_path: Path) -> None:
    """Some of the labelled mails, to keep it short."""
    assert_silent(tmp_path, sorted(shared("corpus", "mails").glob("*.eml"))[::16])
