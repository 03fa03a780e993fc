"""Digital signatures of documents and mails: what can be established about each, and what cannot. Runs in the child process."""

from __future__ import annotations

from intake.model import DigitalSignature, Trust


def signatures_of(data: bytes, format: str, trust: Trust) -> tuple[DigitalSignature, ...]:  # noqa: A002 - the model's word
    """Every cryptographic signature in a document of `format` ("pdf", "docx", "odt"); others carry none that we know.

    Never raises for what is in the bytes: a signature that cannot be judged is UNDETERMINED, with a reason code.
    """
    if format == "pdf" and b"/ByteRange" in data:
        from intake.documents.signatures.pades import pdf_signatures

        return pdf_signatures(data, trust)
    if format == "docx":
        from intake.documents.signatures.ooxml import package_signatures

        return package_signatures(data, trust)
    if format == "odt":
        from intake.documents.signatures.odf import package_signatures as odf_signatures

        return odf_signatures(data, trust)
    return ()


__all__ = ["signatures_of"]
