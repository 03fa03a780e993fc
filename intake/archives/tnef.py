"""winmail.dat: the attachments that Outlook hides in TNEF (MS-OXTNEF).

Our own reader: the library at hand takes the counts in the file at their word (a hundred bytes keep it busy for minutes) and
swallows what it cannot decode, attachments included.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from intake.archives.contents import Contents, File
from intake.archives.limits import Budget
from intake.archives.mapi import Properties, read_properties
from intake.archives.rtf import is_sound_rtf
from intake.read.charsets import clean, codec, decode
from intake.read.markup import render

_HEADER, _OBJECT, _CHECKSUM = 6, 9, 2
_BODY, _TITLE, _DATA, _NEW_FILE = 0x800C, 0x8010, 0x800F, 0x9002
_MESSAGE_PROPERTIES, _FILE_PROPERTIES, _CODEPAGE = 0x9003, 0x9005, 0x9007
_BODY_TEXT, _BODY_RTF, _BODY_HTML, _INTERNET_CODEPAGE = 0x1000, 0x1009, 0x1013, 0x3FDE
_CONTENT, _SHORT_NAME, _LONG_NAME, _MIME, _CONTENT_ID, _SHOWN_NAME = 0x3701, 0x3704, 0x3707, 0x370E, 0x3712, 0x3001
_OBJECT_TYPE = 0x0D
_NUMBERS = 0x1009  # one more than the largest number, its first bit aside (§2.1.3.3)
_UNKNOWN = 0xFFFF
_INTERFACE = 16  # bytes of the interface id before an embedded object


@dataclass(slots=True)
class _Found:
    """A file while its objects are read."""

    title: bytes = b""
    data: bytes = b""
    properties: Properties = field(default_factory=Properties)


@dataclass(slots=True)
class _Item:
    """The whole stream, sorted."""

    files: list[_Found] = field(default_factory=list)
    body: bytes = b""
    properties: Properties = field(default_factory=Properties)
    codepage: str = "cp1252"
    whole: bool = True


def open_tnef(content: bytes, budget: Budget) -> Contents:
    """The files in a winmail.dat and its own body; the formatted body is a file of its own (`body.html` or `body.rtf`)."""
    contents = Contents()
    item = _sort(content)
    if not item.whole:
        contents.note("tnef_broken", detail="check sums or lengths do not fit")
    _read_body(item, contents)
    for found in item.files:
        file = _file(found, item.codepage)
        code = budget.take(len(file.content))
        contents.note(code, file.name)
        if not code:
            contents.files.append(file)
    return contents


def _sort(content: bytes) -> _Item:
    item = _Item()
    seen = False
    for number, data, sound in _objects(content):
        seen = True
        item.whole = item.whole and sound
        if number == _CODEPAGE:
            item.codepage = codec(f"cp{int.from_bytes(data[:4], 'little')}") or item.codepage
        elif number == _BODY:
            item.body = data
        elif number == _MESSAGE_PROPERTIES:
            item.properties = read_properties(data)
            item.whole = item.whole and item.properties.whole
        elif number == _NEW_FILE or (number in {_TITLE, _DATA, _FILE_PROPERTIES} and not item.files):
            item.files.append(_Found())
        if item.files:
            _add(item, item.files[-1], number, data)
    item.whole = item.whole and seen
    return item


def _add(item: _Item, found: _Found, number: int, data: bytes) -> None:
    if number == _TITLE:
        found.title = data
    elif number == _DATA:
        found.data = data
    elif number == _FILE_PROPERTIES:
        found.properties = read_properties(data)
        item.whole = item.whole and found.properties.whole


def _objects(content: bytes) -> Iterator[tuple[int, bytes, bool]]:
    """Every object: its number, its data, and whether length and check sum fit (§2.1.3.2)."""
    offset = _HEADER
    while offset + _OBJECT + _CHECKSUM <= len(content):
        number = int.from_bytes(content[offset + 1 : offset + 3], "little")
        end = offset + _OBJECT + int.from_bytes(content[offset + 5 : offset + _OBJECT], "little")
        data = content[offset + _OBJECT : end]
        stated = int.from_bytes(content[end : end + _CHECKSUM], "little")
        known = content[offset] in {1, 2} and number & 0x7FFF < _NUMBERS
        yield number, data, known and end + _CHECKSUM <= len(content) and sum(data) & 0xFFFF == stated
        offset = end + _CHECKSUM
    if content[offset:].strip(b"\x00"):
        yield _UNKNOWN, b"", False


def _file(found: _Found, codepage: str) -> File:
    properties = found.properties
    title = found.title.rstrip(b"\x00").decode(codec(codepage) or "cp1252", "replace")
    name = properties.text(codepage, _LONG_NAME, _SHORT_NAME) or clean(title) or properties.text(codepage, _SHOWN_NAME)
    value = properties.values.get(_CONTENT)
    data = found.data
    if value is not None:
        data = value.data[_INTERFACE:] if value.kind == _OBJECT_TYPE else value.data
    declared = properties.text(codepage, _MIME).lower()
    return File(name, data, declared, content_id=properties.text(codepage, _CONTENT_ID) or None)


def _read_body(item: _Item, contents: Contents) -> None:
    values = item.properties.values
    stated = values.get(_INTERNET_CODEPAGE)
    charset = f"cp{stated.number}" if stated and stated.number != 65001 else "utf-8"  # noqa: PLR2004 - Windows' number of UTF-8
    html = values[_BODY_HTML].text(charset) if _BODY_HTML in values else ""
    plain = item.properties.text(item.codepage, _BODY_TEXT) or decode(item.body.rstrip(b"\x00"), item.codepage)[0]
    contents.text = plain or render(html).text
    if html:
        contents.files.append(File("body.html", html.encode(), "text/html", inline=True))
    elif _BODY_RTF in values:
        _read_rtf(values[_BODY_RTF].data, contents)


def _read_rtf(compressed: bytes, contents: Contents) -> None:
    from compressed_rtf import decompress

    if is_sound_rtf(compressed):
        contents.files.append(File("body.rtf", decompress(compressed), "application/rtf", inline=True))
    else:
        contents.note("tnef_broken", "body.rtf")
