"""What a file is by its bytes; names and declared types are hints for people only."""

from __future__ import annotations

import io
import zipfile

_IMAGES = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"BM")
_PDF_HEAD = 1024
"""Bytes in which readers accept the header %PDF- (ISO 32000-2, annex I)."""


def kind_of(data: bytes) -> str:
    """One of "pdf", "docx", "odt", "image", "text" or "unknown"."""
    if b"%PDF-" in data[:_PDF_HEAD]:
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return _package_kind(data)
    if data.startswith(_IMAGES):
        return "image"
    return "text" if data and _looks_like_text(data) else "unknown"


def _package_kind(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = set(package.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return "unknown"
    if "[Content_Types].xml" in names and any(n.startswith("word/") for n in names):
        return "docx"
    return "odt" if "content.xml" in names and "mimetype" in names else "unknown"


def _looks_like_text(data: bytes) -> bool:
    head = data[:4096]
    return head.startswith((b"\xff\xfe", b"\xfe\xff")) or (
        b"\x00" not in head and sum(b < 9 or 13 < b < 32 for b in head) == 0
    )  # noqa: PLR2004
