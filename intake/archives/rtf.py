"""A look at compressed RTF (MS-OXRTFCP) before a library unpacks it."""

from __future__ import annotations

import zlib

_HEADER = 16
_CRC_STARTS_AT = 0xFFFFFFFF  # the format's CRC is that of zlib without its first and last inversion
_LARGEST = 1 << 20


def is_sound_rtf(data: bytes) -> bool:
    """Whether compressed RTF is whole, of a known type, and small enough (1 MiB) for a decompressor written in Python."""
    if not _HEADER <= len(data) <= _LARGEST:
        return False
    size, kind = int.from_bytes(data[:4], "little") - 12, data[8:12]
    crc = int.from_bytes(data[12:16], "little")
    if size < 0:
        return False
    if kind == b"MELA":
        return crc == 0
    content = data[_HEADER : _HEADER + size]
    return kind == b"LZFu" and crc == zlib.crc32(content, _CRC_STARTS_AT) ^ _CRC_STARTS_AT
