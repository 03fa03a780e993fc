"""`loketbs match`: the right file of a folder or the right dossier, the code of a cover sheet, and what cannot be read."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from bot.matching import among_files, match_scan
from bot.texts import post
from intake.assess import Context
from intake.errors import UnreadableFile
from intake.model import Block, Document
from intake.paper.known import Known
from intake.paper.texts import page_texts
from intake.post.codes import Code
from intake.post.cover import CoverSheet, cover_pdf
from intake.post.match import Frozen
from intake.sandbox import Sandbox
from tests.paths import ROOT
from tests.unit.intake.documents.papers import pages_pdf, text_at
from tests.unit.intake.post.near_duplicates import Made, texts
from tests.unit.intake.post.paper import printed, scanned_pdf

MADE = tuple(texts(3, seed=31, revised=0.0))


def pdf(made: Made, size: float = 10.0) -> bytes:
    """The text as a PDF of one page."""
    return pages_pdf([content(made, size)])


def content(made: Made, size: float = 10.0) -> bytes:
    lines: list[str] = []
    for sentence in made.text.split("\n"):
        words = sentence.split()
        lines += [" ".join(words[n : n + 14]) for n in range(0, len(words), 14)]
    return b"".join(text_at(60, 790 - 14 * n, line, size=size) for n, line in enumerate(lines))


def mail(subject: str, text: str, date: str, *files: tuple[str, bytes]) -> bytes:
    message = EmailMessage()
    message["From"], message["To"] = "k.jansen@wolfsdal.example", "loket@signalen.example"
    message["Subject"], message["Date"], message["Message-ID"] = subject, date, f"<{abs(hash(date))}@wolfsdal.example>"
    message.set_content(text)
    for name, data in files:
        message.add_attachment(data, maintype="application", subtype="pdf", filename=name)
    return message.as_bytes()


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as door:
        yield door


def test_a_scan_is_matched_with_the_documents_of_a_folder(sandbox: Sandbox) -> None:
    """A picture of the page, read by OCR, finds the file it was printed from; the runner-up is another file."""
    known = among_files({f"{m.ref}.pdf": pdf(m) for m in MADE}, sandbox, Context())
    found = match_scan(scanned_pdf([printed(content(MADE[1]))]), "scan.pdf", known, sandbox)
    assert (found.ref, found.reason, found.pages) == (f"{MADE[1].ref}.pdf", "text_alike", (1,))
    assert found.score > 0.9
    assert found.runner_up is not None


def test_a_mail_that_repeats_another_stands_under_its_name(sandbox: Sandbox) -> None:
    """One dossier: the submission first received, with the co-submitter's copy; another signal is another dossier."""
    first, second = pdf(MADE[0]), pdf(MADE[1])
    said = "Hierbij dienen wij ons bestuurlijk signaal formeel in. Het ondertekende signaal is bijgevoegd."
    files = {
        "b.eml": mail("Indiening bestuurlijk signaal", said, "Mon, 02 Nov 2026 09:00:00 +0100", ("signaal.pdf", first)),
        "a.eml": mail("Bestuurlijk signaal", said, "Tue, 03 Nov 2026 09:00:00 +0100", ("kopie.pdf", first)),
        "c.eml": mail("Indiening bestuurlijk signaal", said, "Wed, 04 Nov 2026 09:00:00 +0100", ("2.pdf", second)),
    }
    known = among_files(files, sandbox, Context())
    assert match_scan(first, "scan.pdf", known, sandbox).ref == "b.eml"
    assert match_scan(second, "scan.pdf", known, sandbox).ref == "c.eml"


def test_the_code_of_a_cover_sheet_decides(sandbox: Sandbox) -> None:
    """Two dossiers with the same text: the sheet on top says which one; a fingerprint that is not theirs says nothing."""
    known = Known()
    for number, sha256 in (("BS-2026-0001", "a" * 64), ("BS-2026-0002", "b" * 64)):
        known.index.add(Frozen(number, MADE[0].text))
        known.prints[number].add(sha256)
    sheet = CoverSheet(Code.of("BS-2026-0002", "b" * 64), post.COVER_HEADING, (), (), post.COVER_STAMP)
    cover = known_page(cover_pdf(sheet), sandbox)
    assert known.coded(cover) == "BS-2026-0002"
    assert known.coded([Code.of("BS-2026-0002", "c" * 64)]) is None
    assert known.coded([*cover, Code.of("BS-2026-0001", "a" * 64)]) is None
    assert known.index.match([MADE[0].text], coded=known.coded(cover)).ref == "BS-2026-0002"


def known_page(data: bytes, sandbox: Sandbox) -> tuple[Code, ...]:
    found = sandbox.codes(data, 1)
    assert len(found) == 1
    assert sandbox.codes(data, 7) == ()
    assert sandbox.codes(b"%PDF-1.4 nothing", 1) == ()
    return found


def test_a_scan_that_does_not_open_is_an_error(sandbox: Sandbox) -> None:
    """With the file and what to do."""
    with pytest.raises(UnreadableFile, match=r"broken\.pdf cannot be read as a scan"):
        match_scan(b"%PDF-1.4 broken", "broken.pdf", Known(), sandbox)


def test_the_text_of_each_page_is_what_prints() -> None:
    """Empty pages keep their place; hidden and deleted text is not there."""
    blocks = (
        Block("een", page=1),
        Block("weg", page=1, hidden=True),
        Block("drie", page=3),
        Block("x", change="deleted"),
    )
    assert page_texts(Document("a", "", "pdf", readable=True, pages=4, blocks=blocks)) == ["een", "", "drie", ""]
    assert page_texts(Document("a", "", "docx", readable=True, blocks=(Block("een"), Block("twee")))) == ["een\ntwee"]


def test_the_command_prints_one_json_document(tmp_path: Path) -> None:
    """An object for one scan, an array for several; exit code 3 and one sentence for what cannot be read."""
    folder = tmp_path / "bekend"
    folder.mkdir()
    for made in MADE[:2]:
        (folder / f"{made.ref}.pdf").write_bytes(pdf(made))
    scans = [tmp_path / "een.pdf", tmp_path / "twee.pdf"]
    for scan, made in zip(scans, MADE[1:], strict=True):
        scan.write_bytes(pdf(made))
    done = loketbs("match", *map(str, scans), "--json", "--among", str(folder), cwd=tmp_path)
    first, second = json.loads(done.stdout)
    assert (first["ref"], first["reason"], first["runner_up"]["ref"]) == (
        f"{MADE[1].ref}.pdf",
        "text_alike",
        f"{MADE[0].ref}.pdf",
    )
    assert (second["ref"], second["scan"], second["why"]) == (None, "twee.pdf", post.match("unknown_document"))
    gone = loketbs("match", str(scans[0]), "--among", str(tmp_path / "weg"), cwd=tmp_path)
    assert (gone.returncode, gone.stdout) == (3, "")
    assert "weg cannot be read" in gone.stderr


def loketbs(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "import bot.cli; bot.cli.main()", *arguments]
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd, env=environment)
