"""winmail.dat: the attachments that Outlook hides in TNEF (MS-OXTNEF)."""

from __future__ import annotations

import struct
from typing import Any

from intake.archives.contents import Contents, File
from intake.archives.limits import Budget
from intake.archives.rtf import is_sound_rtf
from intake.read.charsets import clean, decode
from intake.read.markup import render

_HEADER, _OBJECT, _CHECKSUM = 6, 9, 2
_MOST_WORK = 1 << 31  # objects x bytes: the library copies the rest of the file for every object
# What tnefparse raises on damaged files (measured by fuzzing).
_BROKEN: tuple[type[Exception], ...] = (
    *(ValueError, TypeError, LookupError, AttributeError, AssertionError, ArithmeticError, NameError, OSError),
    *(struct.error, RecursionError, MemoryError),
)


def open_tnef(content: bytes, budget: Budget) -> Contents:
    """The files in a winmail.dat and its own body; the formatted body is a file of its own (`body.html` or `body.rtf`)."""
    from tnefparse import TNEF

    contents = Contents()
    count, whole = _objects(content)
    if count * len(content) > _MOST_WORK:
        contents.note("tnef_broken", detail="too many objects")
        return contents
    contents.note("" if whole else "tnef_broken", detail="check sums or lengths do not fit")
    try:
        tnef = TNEF(content, do_checksum=False)
        _read_body(tnef, contents)
    except _BROKEN as error:
        contents.note("tnef_broken", detail=type(error).__name__)
        return contents
    for number, attachment in enumerate(tnef.attachments, 1):
        _read_attachment(attachment, number, budget, contents)
    return contents


def _objects(content: bytes) -> tuple[int, bool]:
    """How many objects there are, and whether their lengths and check sums fit: the library says neither."""
    count, offset, whole = 0, _HEADER, True
    while offset + _OBJECT + _CHECKSUM <= len(content):
        end = offset + _OBJECT + int.from_bytes(content[offset + 5 : offset + _OBJECT], "little")
        stated = int.from_bytes(content[end : end + _CHECKSUM], "little")
        whole = whole and end + _CHECKSUM <= len(content) and sum(content[offset + _OBJECT : end]) & 0xFFFF == stated
        offset = end + _CHECKSUM
        count += 1
    return count, whole and count > 0


def _read_attachment(attachment: Any, number: int, budget: Budget, contents: Contents) -> None:
    try:
        name = _text(attachment.long_filename() or attachment.name)
        data = attachment.data
    except _BROKEN as error:
        contents.note("tnef_broken", f"attachment {number}", type(error).__name__)
        return
    if not isinstance(data, bytes):
        contents.note("tnef_broken", name or f"attachment {number}")
        return
    if code := budget.take(len(data)):
        contents.note(code, name)
        return
    contents.files.append(File(name, data))


def _read_body(tnef: Any, contents: Contents) -> None:
    html = _text(tnef.htmlbody)
    contents.text = _text(tnef.body) or render(html).text
    compressed = tnef._rtfbody  # noqa: SLF001 - it is to be checked before it is unpacked
    if html:
        contents.files.append(File("body.html", html.encode("utf-8", "replace"), "text/html", inline=True))
    elif compressed and is_sound_rtf(compressed + b"\x00"):  # the library adds this byte too
        contents.files.append(File("body.rtf", tnef.rtfbody, "application/rtf", inline=True))
    elif compressed:
        contents.note("tnef_broken", "body.rtf")


def _text(value: object) -> str:
    if isinstance(value, bytes):
        return decode(value.rstrip(b"\x00"), "")[0]
    return clean(value.rstrip("\x00")) if isinstance(value, str) else ""
