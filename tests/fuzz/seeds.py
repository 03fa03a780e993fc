"""Where fuzzing starts: small files made by the tests, the samples, and `../shared` where it is; nothing of it is kept here."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import DecodedStreamObject, EncodedStreamObject, NameObject

from intake.archives import CONTAINERS, read_any
from intake.documents.kinds import kind_of
from intake.model import Mail
from intake.read.sniff import CMS
from tests.damage import inside_zip
from tests.paths import ROOT, SHARED
from tests.unit.intake.documents import test_mutations as papers
from tests.unit.intake.documents.papers import odt, odt_styles
from tests.unit.intake.signatures.packages import signed_text, signed_word, zipped
from tests.unit.intake.signatures.pki import pki
from tests.unit.intake.signatures.test_mail import OCTETS, cms
from tests.unit.intake.signatures.test_pdf import plain, signed
from tests.unit.intake.test_archives import tnef
from tests.unit.intake.test_read_properties import SEEDS as MADE_MAILS

LARGEST = 96 << 10  # bytes
_COMPRESSIONS = (zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)

_XLINK = 'xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href='
_SVG = 'xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" svg:width="5cm" svg:height="20mm"'
RICH_ODT = odt(
    f"""<text:tracked-changes><text:changed-region xml:id="c1"><text:deletion><text:p>weg</text:p></text:deletion>
    </text:changed-region><text:changed-region xml:id="c2"><text:insertion/></text:changed-region></text:tracked-changes>
    <text:h text:style-name="K" text:outline-level="2">1. Aanleiding</text:h><text:p text:style-name="V">a<text:span
    text:style-name="V">b</text:span><text:s text:c="3"/><text:tab/><text:line-break/><text:a {_XLINK}"https://a.example">c</text:a>
    <text:change text:change-id="c1"/><text:change-start text:change-id="c2"/>d<text:change-end text:change-id="c2"/>
    <text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body><text:p>e</text:p>
    </text:note-body></text:note><office:annotation><text:p>f</text:p></office:annotation><draw:frame {_SVG}>
    <draw:image {_XLINK}"Pictures/a.png"/></draw:frame><draw:frame><draw:text-box><text:p>g</text:p></draw:text-box></draw:frame>
    </text:p><text:list><text:list-item><text:p>h</text:p><text:list><text:list-item><text:p>i</text:p></text:list-item>
    </text:list></text:list-item></text:list><text:section><table:table><table:table-header-rows><table:table-row>
    <table:table-cell table:number-columns-spanned="2"><text:p>j</text:p></table:table-cell><table:covered-table-cell/>
    </table:table-row></table:table-header-rows><table:table-row table:number-rows-repeated="3"><table:table-cell
    table:number-columns-repeated="2"><text:p>k</text:p></table:table-cell></table:table-row></table:table></text:section>""",
    styles="""<style:style style:name="V" style:family="text"><style:text-properties fo:font-weight="bold" fo:font-size="14pt"
    text:display="none"/></style:style><style:style style:name="K" style:family="paragraph" style:parent-style-name="V"/>""",
    more={
        "styles.xml": odt_styles('<office:styles><style:style style:name="H"/></office:styles>'),
        "Pictures/a.png": b"\x89PNG",
    },
)


def files(*places: str) -> Iterator[bytes]:
    """Files of `../shared`, smallest first."""
    found = sorted((p for place in places for p in SHARED.joinpath(place).glob("*") if p.is_file()), key=_size)
    yield from (p.read_bytes() for p in found if _size(p) <= LARGEST)


def _size(path: Path) -> int:
    return path.stat().st_size


def sample_mails() -> list[bytes]:
    """The mails of `loketbs demo`."""
    return [p.read_bytes() for p in sorted((ROOT / "bot/samples/mails").glob("*.eml"))]


def attached(mails: Iterable[bytes]) -> list[tuple[str, bytes]]:
    """What these mails bring: (media type, content) of every file, contents of archives included."""
    read: list[Mail] = [read_any(raw) for raw in mails]
    return [(a.media_type, a.content) for mail in read for a in mail.attachments]


def unpacked_pdf(data: bytes) -> bytes:
    """The PDF with its streams unpacked, so that a changed byte changes what they say; as it was where that fails."""
    out = io.BytesIO()
    try:
        writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
        for index, thing in enumerate(writer._objects):
            if isinstance(thing, EncodedStreamObject) and thing.get("/Filter") == "/FlateDecode":
                writer._objects[index] = _unpacked(thing)
        writer.write(out)
    except (PyPdfError, ValueError, TypeError, LookupError, AttributeError, NotImplementedError, RecursionError):
        return data
    return out.getvalue() if len(out.getvalue()) <= LARGEST else data


def _unpacked(packed: EncodedStreamObject) -> DecodedStreamObject:
    made = DecodedStreamObject()
    for key, value in packed.items():
        if key not in {"/Filter", "/DecodeParms", "/Length"}:
            made[NameObject(key)] = value
    made.set_data(packed.get_data())
    return made


def containers() -> Iterator[bytes]:
    """One small container of every kind, and the winmail.dat and Outlook items of the set."""
    for method in _COMPRESSIONS:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", method) as archive:
            archive.writestr("map/signaal.txt", b"tekst " * 50)
            archive.writestr("diep.zip", zipped({"a.pdf": b"%PDF-1.4"}))
        yield out.getvalue()
    for form in (tarfile.PAX_FORMAT, tarfile.GNU_FORMAT):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w", format=form) as tar:
            info = tarfile.TarInfo("n" * 120)
            info.size = 3
            tar.addfile(info, io.BytesIO(b"abc"))
        yield out.getvalue()
        yield from (gzip.compress(out.getvalue()), bz2.compress(out.getvalue()), lzma.compress(out.getvalue()))
    yield tnef(("a.pdf", b"%PDF-1.4"))
    yield cms(OCTETS, pki().mayor)
    yield from files("wild/tnef", "wild/msg")
    yield from (content for kind, content in attached(sample_mails()) if kind in CONTAINERS)


def mails() -> Iterator[bytes]:
    """Mails of every make."""
    yield from (*MADE_MAILS, *sample_mails())
    yield from files("wild/eml", "wild/eml_synth", "wild/msg", "corpus/mails")


def documents(kind: str, made: bytes, *places: str) -> Iterator[bytes]:
    """Documents of one kind: a made one, those that the mails of samples and corpus bring, and those of `../shared`."""
    yield made
    brought = attached((*sample_mails(), *files("corpus/mails")))
    yield from (content for _, content in brought if kind_of(content) == kind)
    yield from (data for data in files(*places) if kind_of(data) == kind)


def signatures() -> Iterator[bytes]:
    """Signed files of each form, and bare CMS."""
    yield from (signed(plain(), pki().mayor), zipped(signed_word(pki().mayor)), zipped(signed_text(pki().mayor)))
    yield cms(OCTETS, pki().mayor)
    for kind, content in attached(sample_mails()):
        if kind == CMS or b"/ByteRange" in content:
            yield content
    yield from (read.smime.cms for read in map(read_any, sample_mails()) if read.smime)
    yield from (data for data in files("wild/pdf") if b"/ByteRange" in data)


def seeds(target: str, largest: int = LARGEST) -> list[bytes]:
    """The seeds of a target, none twice, none over `largest` bytes, zips stored unpacked."""
    made = {
        "read": mails,
        "archives": containers,
        "pdf": lambda: map(unpacked_pdf, documents("pdf", papers.PDF, "wild/pdf", "wild/scan", "corpus/scans")),
        "docx": lambda: documents("docx", papers.DOCX, "wild/docx"),
        "odt": lambda: (RICH_ODT, *documents("odt", papers.ODT, "wild/docx")),
        "signatures": signatures,
    }[target]()
    if target in {"docx", "odt"}:
        made = (inside_zip(data, 0, bytes) or data for data in made)
    return [data for data in dict.fromkeys(made) if len(data) <= largest]
