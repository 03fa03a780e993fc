"""The door of the package: bytes of any file → `Document`. Never raises on bad input; what is wrong becomes a `Defect`."""

from __future__ import annotations

import hashlib

from intake.documents.content import Content
from intake.documents.kinds import kind_of, misnamed, unreadable
from intake.documents.limits import DocumentLimits, Refused
from intake.documents.signatures import signatures_of
from intake.model import Defect, Document, Trust

DEFAULT_LIMITS = DocumentLimits()


def extract(
    data: bytes,
    name: str,
    media_type: str,
    *,
    trust: Trust,
    inside: str | None = None,
    limits: DocumentLimits = DEFAULT_LIMITS,
    pdf_engine: str = "pdfium",
) -> Document:
    """Read one file by what its bytes are; a name or `media_type` that says otherwise becomes a defect.

    `trust` is what digital signatures are judged by. `pdf_engine` "pypdf" is the second reader, for files that pdfium refuses
    or dies on: text without places.
    """
    kind = kind_of(data)
    try:
        content = _read(kind, data, name, limits, pdf_engine)
    except Refused as refused:
        content = Content(kind, problems=(refused.problem,), threat=refused.threat, readable=False, text_layer=False)
    signatures = signatures_of(data, kind, trust)
    named = (Defect("misnamed_file", where=name, detail=f"{kind}, {media_type}"),) if misnamed(kind, name) else ()
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
        problems=named + content.problems,
        threat=content.threat,
        inside=inside,
    )


def _read(kind: str, data: bytes, name: str, limits: DocumentLimits, pdf_engine: str) -> Content:
    """Hand the bytes to the reader of their kind; each is imported when first needed."""
    if kind == "pdf":
        from intake.documents.pdf import read_pdf

        return read_pdf(data, limits, engine=pdf_engine)
    if kind == "docx":
        from intake.documents.docx import read_docx

        return read_docx(data, limits)
    if kind == "odt":
        from intake.documents.odt import read_odt

        return read_odt(data, limits)
    from intake.documents.plain import read_image, read_text

    if kind == "unknown":
        raise Refused(*unreadable(data, name))
    return read_image(data, limits) if kind == "image" else read_text(data, limits)
