"""Content-Transfer-Encoding (RFC 2045 §6) and the files that older programs write into the text: uuencode and yEnc."""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass

_IDENTITY = {"", "7bit", "8bit", "binary", "7-bit", "8-bit"}
_UU = {"x-uuencode", "uuencode", "x-uue", "uue"}
_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_NO_BASE64 = bytes(set(range(256)) - set(_ALPHABET))
_STRAY = bytes(set(range(256)) - set(_ALPHABET + b" \t\r\n"))
_QP_BROKEN = re.compile(rb"=(?![0-9A-Fa-f]{2}|\r?\n|[ \t]|\Z)")
_BEGIN = re.compile(
    rb"^(?:begin [0-7]{3,4} (?P<uu>[^\r\n]{1,255}?)[ \t]*\r?\n"
    rb"|=ybegin [^\r\n]{0,255}?name=(?P<yenc>[^\r\n]{1,255}?)[ \t]*\r?\n(?:=ypart [^\r\n]*\r?\n)?)",
    re.MULTILINE,
)
_Y_END = re.compile(rb"^=yend[^\r\n]*\r?\n?", re.MULTILINE)
_Y_TABLE = bytes((i - 42) % 256 for i in range(256))


def encoding_of(header: str) -> str:
    """The transfer encoding named in a header: its first word in lower case, comments and stray spaces dropped."""
    match = re.search(r"[^\s;,()\"']+", header)
    return match[0].lower() if match else ""


def decode_transfer(data: bytes, encoding: str) -> tuple[bytes, str]:
    """Decoded bytes and a defect code ("" when all is well); an unknown encoding leaves the bytes as they are. Never raises."""
    if encoding in _IDENTITY:
        return data, ""
    if encoding == "base64":
        return _base64(data)
    if encoding == "quoted-printable":
        return _quoted_printable(data)
    if encoding in _UU:
        _, files = split_embedded(data)
        return (
            (files[0].content, "" if files[0].whole else "embedded_file_broken")
            if files
            else (data, "embedded_file_broken")
        )
    return data, "transfer_encoding_unknown"


def _base64(data: bytes) -> tuple[bytes, str]:
    stray = len(data.translate(None, _ALPHABET + b" \t\r\n")) > 0
    packed = data.translate(None, _NO_BASE64)
    body, padding, rest = packed.partition(b"=")
    rest = rest.lstrip(b"=")
    if rest and not stray:  # several base64 texts, one after the other
        pieces = re.findall(rb"[^=]+", packed)
        return b"".join(_base64_piece(piece) for piece in pieces), ""
    short = len(body) % 4 == 1 or (len(body) % 4 > 1 and not padding)
    return _base64_piece(body), "base64_broken" if short or stray or rest else ""


def _base64_piece(piece: bytes) -> bytes:
    usable = piece[: len(piece) - 1] if len(piece) % 4 == 1 else piece
    return binascii.a2b_base64(usable + b"=" * (-len(usable) % 4))


def _quoted_printable(data: bytes) -> tuple[bytes, str]:
    if re.search(rb"[ \t]\r?\n", data):  # trailing blanks were added on the way (RFC 2045 §6.7 rule 3)
        lines = (line.rstrip(b" \t\r") + (b"\r" if line.endswith(b"\r") else b"") for line in data.split(b"\n"))
        data = b"\n".join(lines)
    return binascii.a2b_qp(data), "quoted_printable_broken" if _QP_BROKEN.search(data) else ""


@dataclass(frozen=True, slots=True)
class EmbeddedFile:
    """A file found in the text; `whole` is False where its end is missing or its lines are damaged."""

    name: bytes
    content: bytes
    whole: bool


def split_embedded(data: bytes) -> tuple[bytes, tuple[EmbeddedFile, ...]]:
    """The text without the uuencoded and yEnc files in it, and those files, in order."""
    files: list[EmbeddedFile] = []
    text: list[bytes] = []
    position = 0
    while match := _BEGIN.search(data, position):
        found = _uu_file(data, match) if match["uu"] else _y_file(data, match)
        text.append(data[position : match.start()] if found else data[position : match.end()])
        position = match.end()
        if found:
            file, position = found
            files.append(file)
    text.append(data[position:])
    return b"".join(text), tuple(files)


def _uu_file(data: bytes, begin: re.Match[bytes]) -> tuple[EmbeddedFile, int] | None:
    content: list[bytes] = []
    position, whole = begin.end(), False
    while position < len(data):
        newline = data.find(b"\n", position)
        after = newline + 1 if newline >= 0 else len(data)
        line = data[position:after].rstrip(b"\r\n")
        if line.strip() == b"end":
            position, whole = after, True
            break
        decoded = _uu_line(line)
        if decoded is None:
            break
        content.append(decoded)
        position = after
    return (EmbeddedFile(begin["uu"], b"".join(content), whole), position) if content else None


def _uu_line(line: bytes) -> bytes | None:
    """A line of uuencode, or None when it cannot be one. Lines may have lost trailing blanks or hold one character too many."""
    if not line:
        return b""
    size = (line[0] - 32) & 63
    length = (size + 2) // 3 * 4
    body = line[1 : 1 + length]
    if not 32 <= line[0] <= 96 or len(line) > length + 3 or any(not 32 <= c <= 96 for c in body):  # noqa: PLR2004
        return None
    try:
        return binascii.a2b_uu(line[:1] + body.ljust(length))
    except binascii.Error:
        return None


def _y_file(data: bytes, begin: re.Match[bytes]) -> tuple[EmbeddedFile, int]:
    end = _Y_END.search(data, begin.end())
    stop = end.start() if end else len(data)
    first, *escaped = data[begin.end() : stop].replace(b"\r", b"").replace(b"\n", b"").split(b"=")
    pieces = [first.translate(_Y_TABLE)]
    for piece in escaped:
        shifted = bytes(((piece[0] - 64) % 256,)) + piece[1:] if piece else b""
        pieces.append(shifted.translate(_Y_TABLE))
    content = b"".join(pieces)
    size = re.search(rb" size=(\d{1,12})", begin[0])
    whole = end is not None and (size is None or int(size[1]) == len(content))
    return EmbeddedFile(begin["yenc"], content, whole), end.end() if end else stop
