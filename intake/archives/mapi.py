"""MAPI properties as they stand in TNEF (MS-OXTNEF §2.1.3.4, types of MS-OXCDATA §2.11.1)."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from intake.read.charsets import clean, codec

_SIZES = {0x02: 2, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 2, 0x14: 8, 0x40: 8, 0x48: 16}
_STRING, _UNICODE, _OBJECT, _BINARY = 0x1E, 0x1F, 0x0D, 0x102
_VARIABLE = frozenset({_STRING, _UNICODE, _OBJECT, _BINARY})
_MANY = 0x1000
_NAMED = 0x8000


@dataclass(frozen=True, slots=True)
class Value:
    """One property: its type and its first value, still bytes."""

    kind: int
    data: bytes

    def text(self, codepage: str) -> str:
        """A string property without its closing NUL; bytes of a binary one are read in the code page too."""
        name = "utf-16-le" if self.kind == _UNICODE else codepage
        return clean(self.data.decode(codec(name) or "cp1252", "replace").rstrip("\x00"))

    @property
    def number(self) -> int:
        return int.from_bytes(self.data[:4], "little")


@dataclass(slots=True)
class Properties:
    """Properties by id; named ones (ids from 0x8000 on) are left out. `whole` is False where the list breaks off."""

    values: dict[int, Value] = field(default_factory=dict)
    whole: bool = True

    def text(self, codepage: str, *ids: int) -> str:
        """The first of these string properties that is not empty."""
        found = (self.values[i].text(codepage) for i in ids if i in self.values)
        return next((text for text in found if text.strip()), "")


def read_properties(data: bytes) -> Properties:
    """Read a property list in time linear in its length, whatever counts it claims. Never raises."""
    found = Properties()
    offset = 4
    try:
        for _ in range(int.from_bytes(data[:4], "little")):
            kind, number = struct.unpack_from("<HH", data, offset)
            offset = _skip_name(data, offset + 4) if number >= _NAMED else offset + 4
            value, offset = _read_value(data, offset, kind)
            if number < _NAMED:
                found.values.setdefault(number, Value(kind & ~_MANY, value))
    except (struct.error, ValueError):
        found.whole = False
    return found


def _skip_name(data: bytes, offset: int) -> int:
    (named,) = struct.unpack_from("<I", data, offset + 16)
    (value,) = struct.unpack_from("<I", data, offset + 20)
    return offset + 24 + (_padded(value) if named else 0)


def _read_value(data: bytes, offset: int, kind: int) -> tuple[bytes, int]:
    """The first value of a property, and where the next property starts."""
    plain, many = kind & ~_MANY, bool(kind & _MANY)
    count = 1
    if many or plain in _VARIABLE:
        (count,) = struct.unpack_from("<I", data, offset)
        offset += 4
    if plain not in _VARIABLE:
        size = _SIZES.get(plain)
        if size is None or offset + size * count > len(data):
            raise ValueError(kind)
        return data[offset : offset + size], offset + _padded(size * count)
    first = b""
    for index in range(count):
        (length,) = struct.unpack_from("<I", data, offset)
        if offset + 4 + length > len(data):
            raise ValueError(kind)
        if index == 0:
            first = data[offset + 4 : offset + 4 + length]
        offset += 4 + _padded(length)
    return first, offset


def _padded(size: int) -> int:
    return size + -size % 4
