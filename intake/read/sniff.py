"""What a file is by its bytes; its declared type and its name are only hints where bytes cannot tell."""

from __future__ import annotations

import io
import re
import zipfile

from intake.read.members import BROKEN_ZIP, member_bytes

PDF = "application/pdf"
ZIP = "application/zip"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
DOCM = "application/vnd.ms-word.document.macroenabled.12"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLSM = "application/vnd.ms-excel.sheet.macroenabled.12"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
PPTM = "application/vnd.ms-powerpoint.presentation.macroenabled.12"
ODT = "application/vnd.oasis.opendocument.text"
DOC = "application/msword"
MSG = "application/vnd.ms-outlook"
TNEF = "application/vnd.ms-tnef"
MAIL = "message/rfc822"
CMS = "application/pkcs7-mime"
CMS_SIGNATURE = "application/pkcs7-signature"
OLE = "application/x-ole-storage"
ENCRYPTED_OOXML = "application/x-ooxml-encrypted"
EXE = "application/vnd.microsoft.portable-executable"
UNKNOWN = "application/octet-stream"

EXECUTABLES = frozenset(
    {
        EXE,
        "application/x-elf",
        "application/x-mach-binary",
        "application/java-vm",
        "application/java-archive",
        "application/x-ms-shortcut",
        "application/x-msi",
        "application/x-script",
    }
)
"""Media types that run when a careless hand opens them."""
MACROS = frozenset({DOCM, XLSM, PPTM})
"""Office files that carry macros."""

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"MZ", EXE),
    (b"\x7fELF", "application/x-elf"),
    (b"\xcf\xfa\xed\xfe", "application/x-mach-binary"),
    (b"\xca\xfe\xba\xbe", "application/java-vm"),
    (b"L\x00\x00\x00\x01\x14\x02\x00", "application/x-ms-shortcut"),
    (b"#!", "application/x-script"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"BM", "image/bmp"),
    (b"\x1f\x8b", "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"\xfd7zXZ\x00", "application/x-xz"),
    (b"BZh", "application/x-bzip2"),
    (b"MSCF", "application/vnd.ms-cab-compressed"),
    (b"{\\rtf", "application/rtf"),
    (b"\x78\x9f\x3e\x22", TNEF),
    (b"BEGIN:VCALENDAR", "text/calendar"),
    (b"BEGIN:VCARD", "text/vcard"),
    (b"%!PS", "application/postscript"),
    (b"-----BEGIN PGP MESSAGE", "application/pgp-encrypted"),
)
_SCRIPTS = re.compile(r"\.(js|jse|vbs|vbe|wsf|wsh|ps1|bat|cmd|hta|scr|pif|com|reg|sh|py|url|lnk)\s*$", re.IGNORECASE)
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_STREAMS: tuple[tuple[str, str], ...] = (
    ("__properties_version1.0", MSG),
    ("EncryptedPackage", ENCRYPTED_OOXML),
    ("WordDocument", DOC),
    ("Workbook", "application/vnd.ms-excel"),
    ("PowerPoint Document", "application/vnd.ms-powerpoint"),
    ("!_StringData", "application/x-msi"),
)
_OOXML: tuple[tuple[str, str, str], ...] = (
    ("word/", DOCX, DOCM),
    ("xl/", XLSX, XLSM),
    ("ppt/", PPTX, PPTM),
)
_HTML = re.compile(rb"\s*(?:<!--.*?-->\s*)?<(?:!doctype html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_MAIL = re.compile(
    rb"(?:[!-9;-~]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?(?:from|received|message-id|mime-version)[ \t]*:", re.IGNORECASE
)
_HEAD = 1024
_CMS_OID = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07"  # 1.2.840.113549.1.7: PKCS #7
_CMS_HEAD = 40
_MOST_DIRECTORY = 4 << 20  # bytes of a zip's central directory; a letter's has a few hundred


def sniff(content: bytes, name: str = "", declared: str = "") -> str:
    """The media type of a file in lower case. `name` and `declared` decide only among texts and for unknown binary formats."""
    head = content[:_HEAD]
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return sniff_zip(content)
    if head.startswith(_OLE_MAGIC):
        return _sniff_ole(content)
    for magic, media_type in _MAGIC:
        if head.startswith(magic) and (magic not in {b"BM", b"MZ", b"#!"} or _plausible(magic, head)):
            return media_type
    if _CMS_OID in head[:_CMS_HEAD]:
        return CMS_SIGNATURE if name.lower().endswith(".p7s") or declared.endswith("pkcs7-signature") else CMS
    if content[257:262] == b"ustar":
        return "application/x-tar"
    if b"%PDF-" in head:  # Acrobat's rule; the bytes before it are noise
        return PDF
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:12] in {b"ftypheic", b"ftypheix", b"ftypmif1"}:
        return "image/heic"
    return _sniff_text(content, name, declared)


def _plausible(magic: bytes, head: bytes) -> bool:
    """Two letters prove little: text begins with them too."""
    if magic == b"#!":
        return b"/" in head.partition(b"\n")[0]
    return not _is_text(head)


def _is_text(data: bytes) -> bool:
    return not re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", data)


def _sniff_text(content: bytes, name: str, declared: str) -> str:
    head = content[: 8 * _HEAD]
    if not _is_text(head):
        return declared if _opaque(declared) else UNKNOWN
    if _SCRIPTS.search(name):
        return "application/x-script"
    if _HTML.match(head):
        return "text/html"
    if declared in {MAIL, "message/global"} or (name.lower().endswith(".eml") and looks_like_mail(content)):
        return MAIL
    if head.lstrip().startswith(b"<?xml"):
        return "application/xml"
    return declared if declared.startswith(("text/", "message/")) else "text/plain"


def _opaque(declared: str) -> bool:
    """Declared binary types that have no magic number of their own; what has one and does not show it is not that."""
    return declared.startswith(("audio/", "video/", "font/")) or declared in {"application/pgp-encrypted", TNEF}


def looks_like_mail(content: bytes) -> bool:
    """Whether the bytes begin with the headers of a mail."""
    start = 3 if content.startswith(b"\xef\xbb\xbf") else 0
    return _MAIL.match(content[start : start + 8 * _HEAD].lstrip()) is not None


def _sniff_ole(content: bytes) -> str:
    for stream, media_type in _OLE_STREAMS:
        if stream.encode("utf-16-le") in content:
            return media_type
    return OLE


def sniff_zip(content: bytes) -> str:
    """A zip, or the office format that it carries; damaged ones are plain zips."""
    names = zip_names(content)
    if "mimetype" in names:
        kind = _small_member(content, "mimetype").decode("ascii", "replace").strip()
        if kind.startswith("application/vnd.oasis.opendocument."):
            return kind.lower()
    if "[Content_Types].xml" in names:
        types = _small_member(content, "[Content_Types].xml").lower()
        macros = any(n.endswith("vbaProject.bin") for n in names) or b"macroenabled" in types
        for folder, plain, with_macros in _OOXML:
            if any(n.startswith(folder) for n in names):
                return with_macros if macros else plain
    return "application/java-archive" if "META-INF/MANIFEST.MF" in names else ZIP


def zip_names(content: bytes) -> frozenset[str]:
    """The member names of a zip; none where the directory is damaged or absurdly large."""
    end = content.rfind(b"PK\x05\x06")
    if end < 0 or int.from_bytes(content[end + 12 : end + 16], "little") > _MOST_DIRECTORY:
        return frozenset()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return frozenset(archive.namelist())
    except BROKEN_ZIP:
        return frozenset()


def _small_member(content: bytes, name: str, limit: int = 1 << 20) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return member_bytes(archive, archive.getinfo(name), limit)
    except (*BROKEN_ZIP, KeyError):
        return b""
