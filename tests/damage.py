"""Changing bytes inside their packing: a part of a zip, or a base64 part of a mail, while the packing itself stays sound."""

from __future__ import annotations

import base64
import binascii
import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Callable

Change = Callable[[bytes], bytes]
_BASE64 = re.compile(rb"(?:^[A-Za-z0-9+/]{60,}={0,2}\r?\n)+(?:^[A-Za-z0-9+/]+={0,2}\r?\n)?", re.MULTILINE)
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    ValueError,
    KeyError,
    NotImplementedError,
    RuntimeError,
    OSError,
    EOFError,
    OverflowError,
)


def inside_zip(data: bytes, choice: int, change: Change) -> bytes | None:
    """The zip with one member, the `choice`-th going round, changed; stored unpacked. None where the bytes are no sound zip."""
    out = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
            members = {info.filename: old.read(info) for info in old.infolist()}
            if not members:
                return None
            chosen = list(members)[choice % len(members)]
            for name, content in members.items():
                new.writestr(name, change(content) if name == chosen else content)
    except _UNREADABLE:
        return None
    return out.getvalue()


def inside_base64(data: bytes, choice: int, change: Change) -> bytes | None:
    """The mail with one base64 part, the `choice`-th going round, changed. None where there is none."""
    found = list(_BASE64.finditer(data))
    if not found:
        return None
    place = found[choice % len(found)]
    try:
        content = base64.b64decode(place[0])
    except binascii.Error:
        return None
    return data[: place.start()] + base64.encodebytes(change(content)) + data[place.end() :]
