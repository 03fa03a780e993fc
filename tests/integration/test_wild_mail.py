"""Real, hard mails of public projects against what a person asserted about them; rules and disagreements: docs/reading.md."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from intake.archives import read_any, unpack
from intake.model import Attachment, Mail
from intake.read import DEFECTS, ReadLimits, sniff
from tests.paths import ROOT, SHARED, shared

pytestmark = pytest.mark.shared
KINDS = ("eml", "eml_synth", "msg", "tnef")
JUDGED = ("n_att", "names", "att_sha256")
SECONDS = 10


@dataclass(frozen=True)
class Case:
    """A file, who says what is in it, and what."""

    path: Path
    by: str
    expected: dict[str, Any]


@cache
def cases() -> tuple[Case, ...]:
    """The files of the manifest that are mails or hold what mails hold."""
    csv.field_size_limit(1 << 24)
    with shared("wild", "MANIFEST.tsv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if row["kind"] in KINDS]
    return tuple(
        Case(SHARED / "wild" / r["kind"] / r["name"], r["expectation_by"], json.loads(r["expected_json"] or "{}"))
        for r in rows
    )


@cache
def read(path: Path) -> Mail:
    """The mail in a file; a bare winmail.dat is put into an empty one, as `read_any` reads mails only."""
    raw = path.read_bytes()
    mail = read_any(b"From: a@b.example\r\n\r\n" if path.suffix == ".tnef" else raw, path.name)
    if path.suffix != ".tnef":
        return mail
    opened = unpack(Attachment("winmail.dat", sniff(raw), "", raw))
    return Mail(**{**vars(mail), "attachments": opened.attachments, "defects": opened.defects})


def direct(mail: Mail) -> list[Attachment]:
    """What the mail itself brings, containers closed."""
    return [a for a in mail.attachments if a.inside is None]


def hashes(attachment: Attachment) -> set[str]:
    """Ours, and for texts that of an IMAP library: CRLF line ends, outer white space trimmed."""
    trimmed = re.sub(rb"\r?\n", b"\r\n", attachment.content.strip())
    loose = {hashlib.sha256(trimmed).hexdigest()} if attachment.media_type.startswith("message/") else set()
    return {attachment.sha256} | loose


def signature(mail: Mail) -> list[str]:
    """Other projects count the signature of a signed mail as a file; for us it belongs to the mail."""
    return ["smime.p7s"] if mail.smime and mail.smime.form == "detached" else []


def is_needed(wanted: list[str], given: list[str]) -> bool:
    """Whether every wanted item is given, doubles counted."""
    return not Counter(wanted) - Counter(given)


AGREES: dict[str, Callable[[Mail, Any], bool]] = {
    "n_att": lambda m, n: len(direct(m)) + len(signature(m)) == n,
    "names": lambda m, names: is_needed(names, [a.name for a in direct(m)] + signature(m)),
    "names_raw": lambda m, names: is_needed(names, [a.name for a in direct(m)]),
    "nested_names": lambda m, names: is_needed(names, [a.name for a in m.attachments]),
    "list": lambda m, names: is_needed(names, [a.name for a in m.attachments]),
    "att_sha256": lambda m, wanted: all(any(h in hashes(a) for a in direct(m)) for h in wanted),
    "nested_sha256": lambda m, wanted: all(any(h in hashes(a) for a in m.attachments) for h in wanted),
    "subject": lambda m, subject: m.subject == subject,
    "from_": lambda m, name: m.senders[0].name == name,
    "n_from": lambda m, n: len(m.senders) == n,
    "needs_human": lambda m, _: bool(m.defects),
    "smime": lambda m, verdict: (m.smime is None) == (verdict == "none"),
}
GROUP = {"list": "names", "nested_names": "names", "names_raw": "names", "nested_sha256": "att_sha256"}


def judged() -> Iterator[tuple[str, str, str, bool]]:
    """(file, by, what, agrees) for everything a person or the maker of the file asserted."""
    for case in cases():
        if case.by not in {"hand", "exact"}:
            continue
        mail = read(case.path)
        expected = dict(case.expected)
        if "n_inline" in expected:  # that project counts pictures shown in the body apart
            expected["n_att"] = expected["n_att"] + expected["n_inline"]
        for key, value in expected.items():
            if key in AGREES:
                yield case.path.name, case.by, GROUP.get(key, key), AGREES[key](mail, value)


def listed() -> set[str]:
    """The files that docs/reading.md names among the disagreements."""
    text = (ROOT / "docs/reading.md").read_text(encoding="utf-8").partition("## Disagreements")[2]
    return set(re.findall(r"`([\w.-]+__[\w.-]+)`", text))


def test_every_file_is_read_in_time_without_an_exception_and_with_known_defects() -> None:
    """No crash, no hang, nothing that a database or JSON would refuse."""
    for case in cases():
        start = time.process_time()
        mail = read(case.path)
        assert time.process_time() - start < SECONDS, case.path.name
        json.dumps(
            [mail.subject, mail.text, mail.headers, [a.name for a in mail.attachments]], ensure_ascii=False
        ).encode()
        assert {d.code for d in mail.defects} <= set(DEFECTS)


def test_what_people_asserted_agrees(capsys: pytest.CaptureFixture[str]) -> None:
    """Counts, names and hashes together: at least 97 %; every disagreement stands in docs/reading.md with its reason."""
    results = list(judged())
    table = {what: [ok for *_, key, ok in results if key == what] for what in sorted({r[2] for r in results})}
    with capsys.disabled():
        print("\n" + "\n".join(f"{what:12} {sum(oks):3} of {len(oks):3}" for what, oks in table.items()))
    together = [ok for *_, key, ok in results if key in JUDGED]
    assert sum(together) / len(together) >= 0.97
    assert {name for name, _, _, ok in results if not ok} == listed()


@pytest.mark.parametrize("name", ["parts_20000.eml", "header_1MB.eml", "references_20000.eml"])
def test_the_largest_take_two_seconds(name: str) -> None:
    """Pitfall 13 of the reference."""
    raw = shared("wild", "eml_synth", name).read_bytes()
    start = time.process_time()
    mail = read_any(raw)
    assert time.process_time() - start < 2
    assert mail.subject == "Indiening bestuurlijk signaal"


def test_the_corpus_is_read_without_loss() -> None:
    """Our own labelled mails: each has its document, and only the encrypted, the bombs and the spoofed have defects."""
    labels = json.loads(shared("corpus", "labels.json").read_text(encoding="utf-8"))["mails"]
    for name, label in labels.items():
        mail = read_any(shared("corpus", "mails", name).read_bytes(), name)
        names = [a.name for a in mail.attachments]
        for wanted in (label["document"], label["inner_document"]):
            assert wanted in (None, "body", *names), name
        assert {d.code for d in mail.defects} <= {"smime_encrypted", "zip_bomb"}, name


def test_reading_has_room_for_a_large_submission() -> None:
    """The default limits take what a mailbox of Exchange takes (150 MB)."""
    assert ReadLimits().size >= 150 * 1024 * 1024
