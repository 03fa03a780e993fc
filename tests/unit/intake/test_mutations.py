"""A hundred changed files per parser, from our own samples: an answer each time, in time, that can leave the child process."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from intake.archives import open_containers
from intake.documents.kinds import kind_of
from intake.documents.signatures import signatures_of
from intake.model import Attachment, DigitalSignature, Document, Mail, Smime, Trust
from intake.read import read_mail, sniff
from intake.read.defects import DEFECTS
from intake.sandbox import Sandbox, tasks
from intake.sandbox.door import _checked
from tests.damage import inside_base64, inside_zip
from tests.fuzz.seeds import attached, containers, files, mails, sample_mails
from tests.unit.intake.documents.papers import docx, odt, p, pages_pdf, relationships, text_at
from tests.unit.intake.signatures.packages import signed_text, signed_word, zipped
from tests.unit.intake.signatures.pki import pki
from tests.unit.intake.signatures.test_mail import OCTETS, cms
from tests.unit.intake.signatures.test_pdf import plain, signed

SECONDS = 5.0  # of processor time per file, whatever else this machine does
SMALL = 64 << 10
PIECES = (
    b"", b"\x00", b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"99999999999", b"-1", b"<", b">", b"<<", b"/", b"[", b'"', b"\r\n\r\n",
    b"&#0;", b"\xed\xa0\x80", b"\\u0000", b"\\ud800", b"PK\x03\x04", b"%PDF-", b"\x30\x84",
)  # fmt: skip
hundred = settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@dataclass(frozen=True)
class Damage:
    """Which seed is taken, what is done to it, and whether inside its packing."""

    seed: int
    edits: list[tuple[float, int, bytes]]
    inside: bool

    def to(self, seeds: Sequence[bytes]) -> bytes:
        """A changed seed."""
        seed = seeds[self.seed % len(seeds)]
        repack = inside_zip if seed.startswith(b"PK") else inside_base64
        return (self.inside and repack(seed, self.seed // len(seeds), self.change)) or self.change(seed)

    def change(self, data: bytes) -> bytes:
        """The bytes with pieces cut out and others put in."""
        for place, length, piece in self.edits:
            at = int(place * len(data))
            data = data[:at] + piece + data[at + length :]
        return data


edit = st.tuples(st.floats(0, 1), st.integers(0, 30), st.one_of(st.sampled_from(PIECES), st.binary(max_size=6)))
damage = st.builds(Damage, st.integers(0, 1 << 16), st.lists(edit, min_size=1, max_size=6), st.booleans())


@cache
def brought(kind: str) -> tuple[bytes, ...]:
    """Documents of a kind that the sample mails bring, smallest first."""
    found = [data for _, data in attached(sample_mails()) if kind_of(data) == kind and len(data) <= SMALL]
    return tuple(sorted(found, key=len))


@cache
def pictures() -> tuple[bytes, ...]:
    """One small picture in every format that we read."""
    made = []
    for form in ("PNG", "JPEG", "GIF", "TIFF", "BMP"):
        out = io.BytesIO()
        Image.linear_gradient("L").resize((60, 40)).save(out, form)
        made.append(out.getvalue())
    return tuple(made)


@cache
def papers(kind: str) -> tuple[bytes, ...]:
    """Small documents of a kind, ours first."""
    word = (
        p("tekst") + f"<w:tbl><w:tr><w:tc>{p('cel')}</w:tc></w:tr></w:tbl>" + p("kop", run="<w:b/><w:sz w:val='30'/>")
    )
    cell = "<table:table-cell><text:p>cel</text:p></table:table-cell>"
    table = f"<table:table><table:table-row>{cell}</table:table-row></table:table>"
    made = {
        "pdf": (pages_pdf([text_at(70, 700, "Bestuurlijk signaal", bold=True)] * 2), plain()),
        "docx": (docx(word, {"word/_rels/document.xml.rels": relationships(("image", "media/image1.png", ""))}),),
        "odt": (odt(f'<text:h text:outline-level="1">kop</text:h><text:p>tekst<text:s text:c="3"/></text:p>{table}'),),
        "image": pictures(),
        "text": (
            "Bestuurlijk signaal\n1. Aanleiding\n".encode("utf-16"),
            b"Signaal \xe9\xeb\n",
            "Signaal €\n".encode(),
        ),
    }[kind]
    return made + (brought(kind)[:1] if kind == "pdf" else brought(kind))  # whole reports take long, a hundred times


@cache
def tied(kind: str) -> tuple[bytes, ...]:
    """Signed files of a kind."""
    if kind == "pdf":
        return (signed(plain(), pki().mayor), *(data for data in brought("pdf") if b"/ByteRange" in data))
    return (zipped(signed_word(pki().mayor) if kind == "docx" else signed_text(pki().mayor)),)


@cache
def of_mails() -> tuple[bytes, ...]:
    return tuple(raw for raw in mails() if sniff(raw, "") != "application/vnd.ms-outlook" and len(raw) <= SMALL)


@cache
def of_containers() -> tuple[bytes, ...]:
    return tuple(data for data in containers() if len(data) <= SMALL)


def of_outlook() -> tuple[bytes, ...]:
    """Outlook items, which nobody but Outlook makes well."""
    found = tuple(files("wild/msg"))
    if not found:
        pytest.skip("../shared/wild/msg is not here")
    return found


def answered(kind: Any, work: Callable[[], bytes]) -> Any:
    """The answer as the parent process gets it; within the time."""
    began = time.process_time()
    answer = work()
    assert time.process_time() - began < SECONDS
    return _checked(kind, answer)


def extracted(data: bytes, engine: str) -> Document:
    trust = tasks.adapter(Trust).dump_python(Trust(), mode="json")
    given = {"name": "stuk", "media_type": "", "inside": None, "trust": trust, "pdf_engine": engine}
    document: Document = answered(Document, lambda: tasks.extract(data, given))
    return document


@pytest.mark.parametrize("seeds", [of_mails, of_outlook], ids=["eml", "msg"])
@hundred
@given(damage=damage)
def test_damaged_mails(seeds: Callable[[], tuple[bytes, ...]], damage: Damage) -> None:
    """Also with files in them, whose bytes change inside their base64."""
    mail = answered(Mail, lambda: tasks.read(damage.to(seeds()), {"name": "mail"}))
    assert {defect.code for defect in mail.defects} <= set(DEFECTS)


@hundred
@given(damage=damage)
def test_damaged_containers(damage: Damage) -> None:
    """Zips of three methods, tars of two makes, bare and compressed, winmail.dat, signed envelopes."""
    data = damage.to(of_containers())
    mail = replace(read_mail(b""), attachments=(Attachment("zaak", sniff(data, ""), "", data),))
    opened = answered(Mail, lambda: tasks.adapter(Mail).dump_json(open_containers(mail)))
    assert opened.attachments[0].content == data
    assert {defect.code for defect in opened.defects} <= set(DEFECTS)


@pytest.mark.parametrize("kind", ["pdf", "docx", "odt", "image", "text"])
@hundred
@given(damage=damage)
def test_damaged_documents(kind: str, damage: Damage) -> None:
    """PDFs by the reader that cannot end the process; the other one comes below."""
    document = extracted(damage.to(papers(kind)), "pypdf")
    assert document.readable or document.problems


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@hundred
@given(damage=damage)
def test_damaged_pdfs_by_pdfium(sandbox: Sandbox, damage: Damage) -> None:
    """In a child, as pdfium is not ours; none dies."""
    document = sandbox.extract(damage.to(papers("pdf")), "stuk.pdf", "", None, Trust())
    assert "reader_died" not in {problem.code for problem in document.problems}


@pytest.mark.parametrize("kind", ["pdf", "docx", "odt"])
@hundred
@given(damage=damage)
def test_damaged_signatures(kind: str, damage: Damage) -> None:
    """Every signature found has a verdict that a person can be told."""
    data = damage.to(tied(kind))
    one = tuple[DigitalSignature, ...]
    found = answered(one, lambda: tasks.adapter(one).dump_json(signatures_of(data, kind, pki().trust)))
    assert all(signature.reason for signature in found)


@pytest.mark.parametrize("form", ["opaque", "detached"])
@hundred
@given(damage=damage)
def test_damaged_smime(form: str, damage: Damage) -> None:
    """The shell of a mail."""
    shell = cms(OCTETS, pki().mayor, detached=form == "detached")
    smime = Smime(form, damage.to([shell]), OCTETS if form == "detached" else None)
    given = {"trust": tasks.adapter(Trust).dump_python(pki().trust, mode="json")}
    assert answered(DigitalSignature, lambda: tasks.seal(tasks.adapter(Smime).dump_json(smime), given)).reason
