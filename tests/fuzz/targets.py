"""What is fuzzed: every parser of untrusted bytes, with its answer taken through the sandbox's own codec as in production."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from bot.register import load_trust
from intake.archives import open_containers
from intake.documents.kinds import kind_of
from intake.documents.signatures import signatures_of
from intake.model import Attachment, DigitalSignature, Document, Mail, Smime, Trust
from intake.read import ReadLimits, read_mail, sniff
from intake.sandbox import tasks
from intake.sandbox.door import _checked
from tests.paths import ROOT

KIB = 1024
_PDF_START = b"%PDF-"
Run = Callable[[bytes], None]


@dataclass(frozen=True, slots=True)
class Target:
    """One parser: what runs per input, words of its language, bytes of the largest input, and how inputs are packed.

    `packing` is "zip", "mail" or "" for none.
    """

    run: Run
    words: tuple[str, ...]
    largest: int
    packing: str = ""


@cache
def trust() -> Trust:
    """The trust material of the samples, so that chains are built and judged."""
    return load_trust(ROOT / "bot/samples/trust")


def _through(kind: Any, value: object) -> None:
    """Take a value through the codec; what comes out must be what went in."""
    assert _checked(kind, tasks.adapter(kind).dump_json(value)) == value


def run_read(data: bytes) -> None:
    """A mail in either form."""
    _checked(Mail, tasks.read(data, {"name": ""}))


def run_archives(data: bytes) -> None:
    """A container that came with a mail."""
    attachment = Attachment("zaak", sniff(data, ""), "", data)
    mail = open_containers(replace(read_mail(b"", ReadLimits()), attachments=(attachment,)))
    _through(Mail, mail)


def _run_document(data: bytes, engine: str) -> None:
    given = {"name": "stuk", "media_type": "", "inside": None, "pdf_engine": engine}
    answer = tasks.extract(data, {**given, "trust": tasks.adapter(Trust).dump_python(Trust(), mode="json")})
    document = _checked(Document, answer)
    assert document.readable or document.problems, "unreadable without a word"


def run_document(data: bytes) -> None:
    """A document by the reader of its kind; what is no package any more has nothing to say here."""
    if not data.startswith(b"PK\x03\x04"):
        return
    _run_document(data, "pdfium")


def run_pdf(data: bytes) -> None:
    """A PDF by both readers; pdfium can end the process, which the runner counts and outlives."""
    data = data if _PDF_START in data[:1024] else _PDF_START + b"1.7\n" + data
    _run_document(data, "pdfium")
    _run_document(data, "pypdf")


def run_signatures(data: bytes) -> None:
    """Signatures of a document, or of a mail where the bytes are a CMS structure."""
    kind = kind_of(data)
    for found in signatures_of(data, kind, trust()):
        _through(DigitalSignature, found)
    if kind in {"unknown", "text"}:
        for smime in (Smime("opaque", data), Smime("detached", data, b"Content-Type: text/plain\r\n\r\nx\r\n")):
            answer = tasks.seal(
                tasks.adapter(Smime).dump_json(smime),
                {"trust": tasks.adapter(Trust).dump_python(trust(), mode="json")},
            )
            _checked(DigitalSignature, answer)


_MIME = (
    "Content-Type: ", "Content-Transfer-Encoding: base64", "Content-Disposition: attachment; filename=", "multipart/mixed",
    "boundary=", "message/rfc822", "filename*0*=utf-8''", "=?utf-8?B?", "=?iso-8859-1?Q?", "?=", "charset=", "\\x0d\\x0a\\x0d\\x0a",
    "begin 644 ", "=ybegin line=", "application/pkcs7-mime", "winmail.dat", "utf-7", "utf-16", "From: ", "Date: ", "<html>",
)  # fmt: skip
_CONTAINERS = (
    "PK\\x03\\x04", "PK\\x01\\x02", "PK\\x05\\x06", "PK\\x06\\x06", "ustar", "././@LongLink", "path=", "size=", "GNU.sparse.map",
    "\\x1f\\x8b\\x08", "BZh9", "\\xfd7zXZ\\x00", "\\x78\\x9f\\x3e\\x22", "__substg1.0_", "__attach_version1.0_#00000000", "LZFu",
    "MELA", "\\xff\\xff\\xff\\xff", "\\xff\\xff\\xff\\x7f",
)  # fmt: skip
_PDF = (
    "obj", "endobj", "stream", "endstream", "xref", "trailer", "startxref", "/Type/Page", "/Kids[", "/Parent ", "/Contents ",
    "/Filter/FlateDecode", "/Filter[/ASCIIHexDecode/LZWDecode]", "/DecodeParms<</Predictor 15/Columns 99999>>", "/ObjStm", "/XRef",
    "/W[1 2 1]", "/Encrypt ", "/Annots[", "/FT/Tx", "/FT/Sig", "/ByteRange[0 1 2 3]", "/Names", "/EmbeddedFiles", "/OpenAction",
    "/JavaScript", "/ToUnicode ", "/MediaBox[0 0 595 842]", "/Rotate 90", "/XObject", "/Do", " Tj", " Tm", " cm", " re", " BI",
    "99999999999", "-1", "1e38", "<<", ">>", " 0 R",
)  # fmt: skip
_XML = (
    "<!DOCTYPE x [<!ENTITY a 'b'>]>", "&#0;", "&#xD800;", "]]>", "xmlns:w=", "w:val=", "-1", "99999999999", "1e400", "NaN", "\\x00",
    "<?xml version='1.0' encoding='utf-16'?>", "r:embed=", "Target=", "../../",
)  # fmt: skip
_DOCX = (
    "<w:p>", "</w:p>", "<w:tbl>", "<w:tr>", "<w:tc>", "<w:gridSpan w:val=", "<w:vMerge/>", "<w:numId w:val=", "<w:ilvl w:val=",
    "<w:outlineLvl w:val=", "<w:ins>", "<w:del>", "<w:fldChar w:fldCharType=", "<w:instrText>", "<w:txbxContent>", "<w:sz w:val=",
    "<w:basedOn w:val=", "<w:footnoteReference w:id=", "<mc:AlternateContent>",
)  # fmt: skip
_ODT = (
    "<text:p>", "<text:h text:outline-level=", "<table:table>", "<table:table-row>", "<table:table-cell ", "<text:list>",
    "table:number-columns-repeated=", "table:number-rows-repeated=", "<text:s text:c=", "<draw:frame>", "<text:tracked-changes>",
    "<office:annotation>", "style:parent-style-name=", "fo:font-size=", "svg:width=",
)  # fmt: skip
_DSIG = (
    "<Reference URI=", "<Transform Algorithm=", "<DigestMethod Algorithm=", "<SignatureValue>", "<X509Certificate>",
    "<Object Id=",     "/ByteRange[0 1 2 3]", "/Contents<30", "/SubFilter/ETSI.CAdES.detached", "/Prev ", "\\x30\\x80",
    "\\x30\\x84\\xff\\xff\\xff\\xff",
    "\\x06\\x09\\x2a\\x86\\x48\\x86\\xf7\\x0d\\x01\\x07\\x02",
)  # fmt: skip

TARGETS: Mapping[str, Target] = {
    "read": Target(run_read, _MIME, 96 * KIB, "mail"),
    "archives": Target(run_archives, _CONTAINERS, 96 * KIB),
    "pdf": Target(run_pdf, _PDF, 24 * KIB),
    "docx": Target(run_document, _XML + _DOCX, 48 * KIB, "zip"),
    "odt": Target(run_document, _XML + _ODT, 48 * KIB, "zip"),
    "signatures": Target(run_signatures, _XML + _DSIG, 48 * KIB, "zip"),
}
