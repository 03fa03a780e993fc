"""What a file is by its bytes; names and declared types are hints for people only."""

from __future__ import annotations

import io
import re
import zipfile

from intake.model import Defect, Threat
from intake.read.members import BROKEN_ZIP

_IMAGES = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"BM")
_PDF_HEAD = 1024
"""Bytes in which readers accept the header %PDF- (ISO 32000-2, annex I)."""
_PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"L\x00\x00\x00\x01\x14\x02\x00",
    b"#!",
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_TEXT_HEAD = 4096
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_SUFFIXES = {"pdf": {"pdf"}, "docx": {"docx", "docm", "dotx", "dotm"}, "odt": {"odt", "ott"}}


def kind_of(data: bytes) -> str:
    """One of "pdf", "docx", "odt", "image", "text" or "unknown"."""
    if data.startswith(b"PK\x03\x04"):
        return _package_kind(data)
    if data.startswith(_IMAGES):
        return "image"
    if b"%PDF-" in data[:_PDF_HEAD]:
        return "pdf"
    return "text" if data and not data.startswith(_PROGRAMS) and _looks_like_text(data[:_TEXT_HEAD]) else "unknown"


def _package_kind(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = set(package.namelist())
    except BROKEN_ZIP:
        return _torn_package(data)
    if "[Content_Types].xml" in names:
        return "unknown" if any(n.startswith(("xl/", "ppt/")) for n in names) else "docx"
    return "odt" if "content.xml" in names and "mimetype" in names else "unknown"


def _torn_package(data: bytes) -> str:
    """A zip without its directory, as after a broken transfer, by the names of its first members."""
    return (
        "docx" if b"[Content_Types].xml" in data[:2048] else "odt" if b"opendocument.text" in data[:128] else "unknown"
    )


def _looks_like_text(head: bytes) -> bool:
    return head.startswith(_UTF16) or not _CONTROLS.search(head)


def unreadable(data: bytes, name: str) -> tuple[Defect, Threat | None]:
    """Why a file of kind "unknown" is not read, and the threat it may be; `name` tells what it was meant to be."""
    if not data:
        return Defect("empty_file"), None
    if data.startswith(_PROGRAMS):
        return Defect("program"), Threat.EXECUTABLE
    if data.startswith(_OLE):
        return _old_office(data)
    suffix = name.rpartition(".")[2].lower()
    if any(suffix in known for known in _SUFFIXES.values()):
        return Defect("damaged_file", detail=suffix), Threat.CORRUPT
    what = "rtf" if data.startswith(b"{\\rtf") else "zip" if data.startswith(b"PK") else ""
    return Defect("unsupported_format", detail=what), None


def _old_office(data: bytes) -> tuple[Defect, Threat | None]:
    """An OLE file: a DOCX under a password ([MS-OFFCRYPTO]), or Word's format of before 2007, with or without macros.

    Only the names of its streams are looked for, which stand as UTF-16 in its directory.
    """
    if "EncryptedPackage".encode("utf-16-le") in data:
        return Defect("password_needed"), Threat.ENCRYPTED
    if "_VBA_PROJECT".encode("utf-16-le") in data:
        return Defect("macro", detail="ole"), Threat.MACRO
    return Defect("unsupported_format", detail="doc" if "WordDocument".encode("utf-16-le") in data else "ole"), None


def misnamed(kind: str, name: str) -> bool:
    """Whether the name's extension promises another of the formats that we read than the bytes are."""
    suffix = name.rpartition(".")[2].lower()
    return kind in _SUFFIXES and any(suffix in known for other, known in _SUFFIXES.items() if other != kind)
