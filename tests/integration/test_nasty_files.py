"""Files made to stop the reader: the service goes on, a person gets a reason, and the next file is read."""

from __future__ import annotations

import bz2
import io
import struct
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from intake.model import Trust
from intake.sandbox import Sandbox, SandboxLimits
from tests.unit.intake.documents.papers import docx, minimal_pdf, odt, p, package, pages_pdf, pdf, stream, text_at
from tests.unit.intake.letters import HEAD, b64, file, mixed

LIMITS = SandboxLimits(memory_bytes=2 << 30, cpu_seconds=4, wall_seconds=5.0)
GRACE = 5.0  # this machine may be busy with other tests


def nested_arrays() -> bytes:
    return pdf(
        [b"<</Type/Catalog/Pages 2 0 R/X " + b"[" * 200_000 + b"]" * 200_000 + b">>", b"<</Type/Pages/Count 0/Kids[]>>"]
    )


def pages_in_a_ring() -> bytes:
    return pdf(
        [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 9999999/Parent 2 0 R/Kids[2 0 R 2 0 R 2 0 R]>>"]
    )


def forms_in_a_ring() -> bytes:
    """A form that draws itself, twice."""
    drawn = b"/XObject<</A 4 0 R>>"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<%s>>/Contents 5 0 R>>" % drawn
    form = stream(b"/A Do /A Do", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<<%s>>" % drawn)
    kids = b"<</Type/Pages/Count 1/Kids[3 0 R]>>"
    return pdf([b"<</Type/Catalog/Pages 2 0 R>>", kids, page, form, stream(b"/A Do")])


def a_gigabyte_of_picture() -> bytes:
    """A picture of 30 000 by 30 000 in one kilobyte."""
    packed = zlib.compress(zlib.compress(bytes(30_000 * 300), 9), 9)
    picture = b"/Type/XObject/Subtype/Image/Width 30000/Height 30000/ColorSpace/DeviceGray/BitsPerComponent 8"
    filters = b"/Filter[/FlateDecode/FlateDecode]"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</XObject<</A 4 0 R>>>>/Contents 5 0 R>>"
    kids = b"<</Type/Pages/Count 1/Kids[3 0 R]>>"
    content = stream(b"500 0 0 500 0 0 cm /A Do")
    return pdf([b"<</Type/Catalog/Pages 2 0 R>>", kids, page, stream(packed, picture + filters), content])


def a_million_strokes() -> bytes:
    return pages_pdf([b"1 1 m 9 9 l S\n" * 300_000])


def a_million_characters() -> bytes:
    return pages_pdf([text_at(70, 700, "aap noot mies " * 20) * 4_000])


def deep_tables() -> bytes:
    return docx("<w:tbl><w:tr><w:tc>" * 20_000 + p("diep") + "</w:tc></w:tr></w:tbl>" * 20_000)


def wide_table() -> bytes:
    """One cell that says it stands there two thousand million times, in as many rows."""
    cell = '<table:table-cell table:number-columns-repeated="2000000000"><text:p>x</text:p></table:table-cell>'
    row = f'<table:table-row table:number-rows-repeated="2000000000">{cell}</table:table-row>'
    return odt(f"<table:table>{row}</table:table>")


def many_spaces() -> bytes:
    return odt('<text:p>a<text:s text:c="2000000000"/>b</text:p>')


def many_paragraphs() -> bytes:
    return docx(p("x") * 300_000)


def billion_laughs() -> bytes:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    document = f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]><x>&l9;</x>'
    return package({"[Content_Types].xml": "<Types/>", "word/document.xml": document})


def one_long_line() -> bytes:
    return b"<" * 6_000_000


def huge_picture() -> bytes:
    """A PNG of 60 000 by 60 000 that is no longer than this."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(60_001 * 50)))
        + chunk(b"IEND", b"")
    )


DOCUMENTS = (
    nested_arrays, pages_in_a_ring, forms_in_a_ring, a_gigabyte_of_picture, a_million_strokes, a_million_characters, deep_tables,
    wide_table, many_spaces, many_paragraphs, billion_laughs, one_long_line, huge_picture,
)  # fmt: skip


def deep_multiparts() -> bytes:
    return HEAD + b"".join(
        b"Content-Type: multipart/mixed; boundary=%d\r\n\r\n--%d\r\n" % (n, n) for n in range(20_000)
    )


def many_parts() -> bytes:
    return HEAD + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\n" * 1_000_000


def mails_in_mails() -> bytes:
    return HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 100_000


def long_header() -> bytes:
    return b"From: " + b"(" * 3_000_000 + b"\r\nSubject: " + b"=?utf-8?q?a?= " * 200_000 + b"\r\n\r\nx"


def many_addresses() -> bytes:
    return b"From: a@b.example\r\nTo: " + b'<a@b.example>,"x" ,' * 150_000 + b"\r\n\r\nx"


def unclosed_markup() -> bytes:
    return HEAD + b"Content-Type: text/html\r\n\r\n" + b"<div><a href='" * 300_000


def zip_of_zips() -> bytes:
    """Nine zips of nine zips of …, seven deep."""
    data = b"x" * 1000
    for _ in range(7):
        data = package({f"{n}.zip": data for n in range(9)})
    return mixed(file(data, b"application/zip", b'attachment; filename="a.zip"'))


def lying_zip() -> bytes:
    """Four gigabytes by bzip2 that call themselves a hundred bytes."""
    out = io.BytesIO()
    packer = bz2.BZ2Compressor()
    packed = b"".join(packer.compress(bytes(1 << 24)) for _ in range(20)) + packer.flush()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("nullen", packed)
    data = bytearray(out.getvalue())
    for place, offset in ((data.index(b"PK\x03\x04"), 8), (data.index(b"PK\x01\x02"), 10)):
        data[place + offset] = zipfile.ZIP_BZIP2
        data[place + offset + 14 : place + offset + 18] = (100).to_bytes(4, "little")
    return mixed(file(bytes(data), b"application/zip", b'attachment; filename="a.zip"'))


def claiming_tnef() -> bytes:
    """A winmail.dat that says it holds four thousand million properties."""
    data = b"\x78\x9f\x3e\x22\x01\x00" + b"\x01\x03\x90\x06\x00\xff\xff\xff\x7f" + b"\xff" * 4096
    return mixed(file(data, b"application/ms-tnef", b'attachment; filename="winmail.dat"'))


def many_lines_of_base64() -> bytes:
    return HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n" + b64(b"x" * 3_000_000) + b"=" * 3_000_000


MAILS = (
    deep_multiparts, many_parts, mails_in_mails, long_header, many_addresses, unclosed_markup, zip_of_zips, lying_zip,
    claiming_tnef, many_lines_of_base64,
)  # fmt: skip


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with closing(Sandbox(LIMITS)) as sandbox:
        sandbox.read(HEAD, "first")  # starting the helper is not what is measured
        yield sandbox


@pytest.mark.parametrize("make", DOCUMENTS, ids=lambda make: make.__name__)
def test_a_nasty_document_has_an_answer_and_the_next_is_read(sandbox: Sandbox, make: Callable[[], bytes]) -> None:
    """Both readers of a PDF may use up their time; then the file is called corrupt, with the reason."""
    data, began = make(), time.monotonic()
    document = sandbox.extract(data, "stuk", "", None, Trust())
    assert time.monotonic() - began < 2 * (LIMITS.wall_seconds + GRACE)
    assert document.readable or document.problems
    assert sandbox.extract(minimal_pdf(["Signaal"]), "goed.pdf", "", None, Trust()).text == "Signaal"


@pytest.mark.parametrize("make", MAILS, ids=lambda make: make.__name__)
def test_a_nasty_mail_has_an_answer_and_the_next_is_read(sandbox: Sandbox, make: Callable[[], bytes]) -> None:
    """None of these may cost more than the limit, nor the mail after it."""
    data, began = make(), time.monotonic()
    mail = sandbox.read(data, "mail")
    assert time.monotonic() - began < LIMITS.wall_seconds + GRACE
    assert mail.defects or mail.senders
    assert sandbox.read(mixed(file()), "goed").subject == "Indiening"
