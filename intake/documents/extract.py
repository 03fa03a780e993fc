"""The door of the package: bytes of any file → `Document`. Never raises on bad input; what is wrong becomes a `Defect`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from intake.documents.content import Content
from intake.documents.kinds import kind_of
from intake.documents.limits import DocumentLimits, Refused
from intake.model import Defect, DigitalSignature, Document, Threat, Trust

PDF_ENGINES = ("pdfium", "pypdf")


def extract(
    data: bytes,
    name: str,
    media_type: str,
    *,
    trust: Trust,
    inside: str | None = None,
    limits: DocumentLimits | None = None,
    pdf_engine: str = "pdfium",
) -> Document:
    """Read one file by what its bytes are, whatever its name and `media_type` say.

    `trust` is what digital signatures are judged by. `pdf_engine` "pypdf" is the second reader, for files that pdfium refuses
    or dies on: text without places.
    """
    limits = limits or DocumentLimits()
    kind = kind_of(data)
    try:
        content = _reader(kind, pdf_engine)(data, limits)
    except Refused as refused:
        content = Content(kind, problems=(refused.problem,), threat=refused.threat, readable=False, text_layer=False)
    signatures = _signatures(data, content, trust)
    return Document(
        name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        format=content.format,
        readable=content.readable,
        pages=content.pages,
        text_layer=content.text_layer,
        blocks=content.blocks,
        pictures=content.pictures,
        signatures=signatures,
        title=content.title,
        problems=content.problems,
        threat=content.threat,
        inside=inside,
    )


def _reader(kind: str, pdf_engine: str) -> Callable[[bytes, DocumentLimits], Content]:
    if kind == "pdf":
        from intake.documents.pdf import read_pdf

        return read_pdf
    if kind == "docx":
        from intake.documents.docx import read_docx

        return read_docx
    if kind == "odt":
        from intake.documents.odt import read_odt

        return read_odt
    from intake.documents.plain import read_image, read_text

    return {"image": read_image, "text": read_text}.get(kind, _refuse)


def _refuse(data: bytes, limits: DocumentLimits) -> Content:
    raise Refused(Defect("unsupported_format"))


def _signatures(data: bytes, content: Content, trust: Trust) -> tuple[DigitalSignature, ...]:
    return ()
