"""What a child process can do: one function per task, bytes and parameters in, JSON out.

The answer is JSON of our own dataclasses, never a pickle: a child that a hostile file has taken over can lie in its answer, but
it cannot make the parent run anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from intake.judge import Case
from intake.model import Assessment, Defect, DigitalSignature, Document, Mail, Smime, Trust
from intake.post.pages import Looks, OcrPage, Sheet

PRELOAD = (
    "intake.archives",
    "intake.documents",
    "intake.documents.pdf",
    "intake.documents.docx",
    "intake.documents.odt",
    "intake.documents.plain",
    "intake.documents.page_ink",
    "intake.documents.pdf_plain",
    "PIL.Image",
    "encodings.utf_16_le",
    "pypdf.filters",
    "pypdf._codecs._codecs",
    "numpy.ma",
    "cv2",
    "intake.post.here",
    "intake.post.compare.laying",
    "intake.documents.signatures.ooxml",
    "intake.documents.signatures.odf",
    "intake.documents.signatures.pades",
    "intake.documents.signatures.smime",
    "pyhanko.sign.validation",
    "extract_msg",
    "docx.oxml.coreprops",
)
"""Modules loaded once by the zygote, in this order, between tasks; children inherit them."""


@cache
def adapter(kind: Any) -> TypeAdapter[Any]:
    """The JSON form of one of our dataclasses."""
    return TypeAdapter(kind)


def read(raw: bytes, parameters: Mapping[str, Any]) -> bytes:
    """A mail in either form, with the archives among its attachments opened."""
    from intake.archives import read_any

    return adapter(Mail).dump_json(read_any(raw, parameters["name"]))


def extract(data: bytes, parameters: Mapping[str, Any]) -> bytes:
    """A document."""
    from intake.documents import extract as read_document

    trust = adapter(Trust).validate_python(parameters["trust"])
    document = read_document(
        data,
        parameters["name"],
        parameters["media_type"],
        trust=trust,
        inside=parameters["inside"],
        pdf_engine=parameters["pdf_engine"],
    )
    return adapter(Document).dump_json(document)


def seal(data: bytes, parameters: Mapping[str, Any]) -> bytes:
    """The S/MIME signature of a mail whose signed shell is `data` (an `Smime` as JSON)."""
    from intake.documents.signatures.smime import mail_signature

    trust = adapter(Trust).validate_python(parameters["trust"])
    return adapter(DigitalSignature).dump_json(mail_signature(adapter(Smime).validate_json(data), trust))


def judge(data: bytes, _: Mapping[str, Any]) -> bytes:
    """What the rules say of a `Case`; mail and documents are the parent's own and do not travel back."""
    from intake.judge import judge as judge_case

    found = judge_case(adapter(Case).validate_json(data))
    return adapter(Assessment).dump_json(replace(found, mail=None, documents=()))


def sheet(data: bytes, parameters: Mapping[str, Any]) -> bytes:
    """A page of a scan made ready for reading, or the `Defect` that says why not."""
    from intake.documents.limits import Refused
    from intake.post.sheets import sheet_of

    try:
        return adapter(Sheet).dump_json(sheet_of(data, parameters["page"], turned=parameters["turned"]))
    except Refused as refused:
        return adapter(Defect).dump_json(refused.problem)


def looks(data: bytes, parameters: Mapping[str, Any]) -> bytes:
    """What a page of a scan shows beside its words, which are given."""
    from intake.post.here import page_looks

    return adapter(Looks).dump_json(page_looks(data, adapter(OcrPage).validate_python(parameters["page"])))


def codes(data: bytes, parameters: Mapping[str, Any]) -> bytes:
    """The codes of our cover sheets on a page of a scan; none on a page that cannot be shown."""
    from intake.documents.limits import Refused
    from intake.post.codes import Code, codes_on
    from intake.post.sheets import prepared

    try:
        picture, _, _ = prepared(data, parameters["page"], turned=0, skew=0.0)
    except Refused:
        return adapter(tuple[Code, ...]).dump_json(())
    return adapter(tuple[Code, ...]).dump_json(codes_on(picture.pixels))


def excerpt(data: bytes, parameters: Mapping[str, Any]) -> bytes:
    """Some pages of a scan as a scan of its own; a child that cannot gives no answer."""
    from intake.post.excerpt import excerpt as cut

    return cut(data, parameters["pages"])


def printed(data: bytes, _: Mapping[str, Any]) -> bytes:
    """The pages of a frozen document or a scan with their words, or the `Defect` that says why not."""
    from intake.documents.limits import Refused
    from intake.post.compare.printed import PrintedPage, printed_pages

    try:
        return adapter(tuple[PrintedPage, ...]).dump_json(printed_pages(data))
    except Refused as refused:
        return adapter(Defect).dump_json(refused.problem)


def laid(data: bytes, parameters: Mapping[str, Any]) -> bytes:
    """One sheet of a scan on its frozen page: `data` is the frozen file, `first` bytes of it, and behind it the scan."""
    from intake.documents.limits import Refused
    from intake.post.compare.laying import Laid, Laying, lay

    first = parameters["first"]
    task = adapter(Laying).validate_python(parameters["laying"])
    try:
        return adapter(Laid).dump_json(lay(data[:first], data[first:], task))
    except Refused as refused:
        return adapter(Defect).dump_json(refused.problem)


def warm() -> None:
    """Build once, in the zygote, what every child would build anew."""
    from intake.post.compare.laying import Laid, Laying
    from intake.post.compare.printed import PrintedPage

    for kind in (
        Laid,
        Laying,
        tuple[PrintedPage, ...],
        Mail,
        Document,
        Trust,
        Smime,
        DigitalSignature,
        Case,
        Assessment,
        Sheet,
        Looks,
        OcrPage,
    ):
        adapter(kind)


TASKS: Mapping[str, Callable[[bytes, Mapping[str, Any]], bytes]] = {
    "read": read,
    "extract": extract,
    "seal": seal,
    "judge": judge,
    "sheet": sheet,
    "looks": looks,
    "codes": codes,
    "excerpt": excerpt,
    "printed": printed,
    "laid": laid,
}
