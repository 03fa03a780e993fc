"""Small made-up mails, each part written out, so that a test shows the very bytes it is about."""

from __future__ import annotations

import base64

from intake.model import Mail

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
HEAD = (
    b"From: A. de Vries <a.devries@gemeente.example>\r\nTo: loket@loket.example\r\n"
    b"Date: Mon, 23 Nov 2026 10:00:00 +0100\r\nMessage-ID: <1@gemeente.example>\r\nSubject: Indiening\r\nMIME-Version: 1.0\r\n"
)
TEXT = b"Content-Type: text/plain; charset=utf-8\r\n\r\nGeachte heer, bijgaand het signaal."


def b64(content: bytes) -> bytes:
    """base64 in lines, as mail carries it."""
    return base64.encodebytes(content).replace(b"\n", b"\r\n").rstrip()


def file(
    content: bytes = PDF, kind: bytes = b"application/pdf", disposition: bytes = b'attachment; filename="signaal.pdf"'
) -> bytes:
    """A base64 part with a file."""
    return (
        b"Content-Type: "
        + kind
        + b"\r\nContent-Disposition: "
        + disposition
        + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    ) + b64(content)


def multipart(*parts: bytes, kind: bytes = b"mixed", boundary: bytes = b"GRENS", parameters: bytes = b"") -> bytes:
    """Headers and body of a multipart."""
    body = b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts)
    head = b"Content-Type: multipart/" + kind + b'; boundary="' + boundary + b'"' + parameters
    return head + b"\r\n\r\n" + body + b"--" + boundary + b"--\r\n"


def mixed(*parts: bytes) -> bytes:
    """A whole mail with text and the given parts."""
    return HEAD + multipart(TEXT, *parts)


def codes(mail: Mail) -> set[str]:
    """The defect codes of a mail."""
    return {defect.code for defect in mail.defects}


def names(mail: Mail) -> list[str]:
    """The names of its attachments."""
    return [attachment.name for attachment in mail.attachments]


def files(mail: Mail) -> list[bytes]:
    """The contents of its attachments."""
    return [attachment.content for attachment in mail.attachments]
