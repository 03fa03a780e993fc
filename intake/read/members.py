"""One member of a zip, unpacked within bounds. `zipfile` bounds deflate only: 4 kB of bzip2 in a zip may become 4 GB of memory."""

from __future__ import annotations

import bz2
import copy
import lzma
import struct
import zipfile
import zlib

BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    ValueError,
    OverflowError,
    NotImplementedError,
    RuntimeError,
    OSError,
    EOFError,
)
"""What zipfile raises for a damaged or foreign archive."""
_LZMA_HEAD = struct.Struct("<HHBL")  # version, size of properties, lc/lp/pb, dictionary (APPNOTE §5.8.8)
_LARGEST_DICTIONARY = 64 << 20
_PROPERTIES = 9 * 5 * 5


def member_bytes(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> bytes:
    """At most `limit` bytes of a member, whatever its method. Raises one of `BROKEN_ZIP` when it is damaged."""
    if info.compress_type not in {zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA}:
        with archive.open(info) as member:
            return member.read(limit)
    packed = _packed(archive, info)
    if info.compress_type == zipfile.ZIP_BZIP2:
        data = bz2.BZ2Decompressor().decompress(packed, limit)
    else:
        data = _lzma(packed).decompress(packed[_LZMA_HEAD.size :], limit)
    cut_short = len(data) == limit < info.file_size
    if not cut_short and (len(data) != info.file_size or zlib.crc32(data) != info.CRC):
        raise zipfile.BadZipFile("size or check sum does not fit")
    return data


def _packed(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """The member as it lies in the archive."""
    stored = copy.copy(info)
    stored.compress_type, stored.file_size = zipfile.ZIP_STORED, info.compress_size
    del stored.CRC  # it is that of the unpacked bytes; zipfile checks none where there is none
    with archive.open(stored) as member:
        return member.read()


def _lzma(packed: bytes) -> lzma.LZMADecompressor:
    _, _, properties, dictionary = _LZMA_HEAD.unpack_from(packed)
    if properties >= _PROPERTIES or dictionary > _LARGEST_DICTIONARY:
        raise lzma.LZMAError("absurd properties")
    rest, lc = divmod(properties, 9)
    pb, lp = divmod(rest, 5)
    settings = {"id": lzma.FILTER_LZMA1, "dict_size": dictionary, "lc": lc, "lp": lp, "pb": pb}
    return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[settings])
