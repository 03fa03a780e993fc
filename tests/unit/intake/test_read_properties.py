"""What holds for every input whatsoever."""

from __future__ import annotations

import json
import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.archives import ArchiveLimits, read_any
from intake.archives.limits import Budget
from intake.model import Mail
from intake.read import DEFECTS, ReadLimits
from tests.paths import ROOT
from tests.unit.intake.letters import HEAD, TEXT, b64, file, mixed, multipart
from tests.unit.intake.test_archives import tnef, zipped

SEEDS = (
    mixed(file()),
    HEAD + multipart(TEXT, b"Content-Type: message/rfc822\r\n\r\n" + mixed(file()), boundary=b"A"),
    HEAD + multipart(TEXT, b"Content-Type: text/html\r\n\r\n<p>ja<a href=x>nee</a></p>", kind=b"alternative"),
    HEAD
    + b"Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    + b64(b"\x30\x80\x06\x09"),
    mixed(file(zipped(a=b"x" * 500), disposition=b'attachment; filename="z.zip"')),
    mixed(file(tnef(("a.pdf", b"%PDF-1.4")), disposition=b'attachment; filename="winmail.dat"')),
    HEAD + b"\r\nbegin 644 x\r\n#86)C\r\n`\r\nend\r\n=ybegin line=1 size=3 name=y\r\nabc\r\n=yend\r\n",
)
SPLICES = (
    b"\r\n\r\n",
    b"\r\n--GRENS--\r\n",
    b"=?utf-8?B?",
    b'"',
    b"(",
    b"<",
    b";",
    b"\x00",
    b"\xed\xa0\x80",
    b"filename*1*=",
    b"\r",
    b"\xff",
)
LIMITS = ReadLimits(depth=5, forwards=3, parts=50)
PACKED = ArchiveLimits(depth=3, files=50, size=100_000, harmless=10_000)
EDIT = st.tuples(st.floats(0, 1), st.integers(0, 40), st.one_of(st.sampled_from(SPLICES), st.binary(max_size=6)))


def mutated(seed: bytes, edits: list[tuple[float, int, bytes]]) -> bytes:
    """The seed with pieces cut out and others put in."""
    for place, length, piece in edits:
        at = int(place * len(seed))
        seed = seed[:at] + piece + seed[at + length :]
    return seed


def every_text(mail: Mail) -> str:
    """All text that leaves the reader."""
    defects = [(d.code, d.where, d.detail) for d in mail.defects]
    people = [(a.name, a.address) for a in mail.senders + mail.to + mail.cc + mail.reply_to]
    files = [(a.name, a.media_type, a.declared_type, a.inside, a.content_id) for a in mail.attachments]
    return json.dumps(
        [mail.subject, mail.text, mail.html, mail.headers, mail.references, defects, people, files], ensure_ascii=False
    )


_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
"""A NUL as JSON writes it; behind an escaped backslash the same characters are what a person typed."""


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(SEEDS), st.lists(EDIT, max_size=8))
def test_any_bytes_become_a_mail(seed: bytes, edits: list[tuple[float, int, bytes]]) -> None:
    """Nothing is raised, nothing unstorable comes out, every defect is a known one, and the files are bounded."""
    raw = mutated(seed, edits)
    mail = read_any(raw, "", PACKED, LIMITS)
    assert not _NUL.search(every_text(mail))
    every_text(mail).encode()
    assert {d.code for d in mail.defects} <= set(DEFECTS)
    assert sum(a.size for a in mail.attachments) <= len(raw) * (LIMITS.forwards + 2) + PACKED.size


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400))
def test_any_noise_becomes_a_mail(raw: bytes) -> None:
    """Also what never was one."""
    every_text(read_any(raw)).encode()


def test_the_budget_never_goes_below_zero() -> None:
    """What does not fit is refused, not half taken."""
    budget = Budget(ArchiveLimits(files=2, size=10))
    assert [budget.take(n) for n in (6, 6, 4, 0)] == ["", "archive_too_large", "", "archive_too_many_files"]
    assert (budget.files, budget.size) == (0, 0)


def test_every_defect_code_in_the_code_is_in_the_table_and_the_reverse() -> None:
    """The table is what `bot/texts.py` is tested against, so it must be whole and hold nothing that never happens."""
    paths = [*(ROOT / "intake/read").rglob("*.py"), *(ROOT / "intake/archives").rglob("*.py")]
    source = "\n".join(p.read_text(encoding="utf-8") for p in paths if p.name != "defects.py")
    quoted = set(re.findall(r'"([a-z0-9]+(?:_[a-z0-9]+)+)"', source))
    assert {code for code in DEFECTS if code not in quoted} == set()
    noted = set(re.findall(r'\.(?:add|note)\(\s*"([a-z0-9_]+)"', source))
    assert noted <= set(DEFECTS)
