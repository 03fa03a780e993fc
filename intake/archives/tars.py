"""gzip, bzip2 and xz, and the tar archives in them."""

from __future__ import annotations

import bz2
import io
import lzma
import re
import tarfile
import zlib

from intake.archives.contents import Contents, File
from intake.archives.limits import Budget

_BROKEN = (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError, tarfile.TarError)
_SUFFIX = re.compile(r"\.(gz|bz2|xz|tgz|tbz2?|txz)$", re.IGNORECASE)
_CHUNK = 1 << 20


def open_compressed(content: bytes, media_type: str, name: str, budget: Budget) -> Contents:
    """Decompress one file (RFC 1952, bzip2, xz); its name is that of the archive without the suffix."""
    contents = Contents()
    allowed = budget.allowed(len(content))
    try:
        data, ended = _decompress(content, media_type, allowed)
    except _BROKEN:
        contents.note("archive_broken")
        return contents
    if len(data) > allowed:
        contents.note("zip_bomb", detail=f"{len(content)} -> more than {allowed}")
        return contents
    if not ended:
        contents.note("archive_broken")
    if code := budget.take(len(data)):
        contents.note(code)
        return contents
    suffix = _SUFFIX.search(name)
    inner = _SUFFIX.sub(".tar" if suffix and suffix[1].lower().startswith("t") else "", name)
    contents.files.append(File(inner or name, data))
    return contents


def _decompress(content: bytes, media_type: str, allowed: int) -> tuple[bytes, bool]:
    """At most `allowed` + 1 bytes, and whether the stream came to its end."""
    if media_type == "application/gzip":
        stream = zlib.decompressobj(wbits=31)
        data = stream.decompress(content, allowed + 1)
        return data, stream.eof
    other = (
        bz2.BZ2Decompressor() if media_type == "application/x-bzip2" else lzma.LZMADecompressor(memlimit=256 * _CHUNK)
    )
    data = other.decompress(content, allowed + 1)
    return data, other.eof


def open_tar(content: bytes, budget: Budget) -> Contents:
    """Unpack a tar; links and devices are noted, never followed."""
    contents = Contents()
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as archive:
            for info in archive:
                if info.isdir():
                    continue
                if not info.isreg():
                    contents.note("archive_link", info.name)
                    continue
                if code := budget.take(info.size):
                    contents.note(code, info.name)
                    break
                member = archive.extractfile(info)
                contents.files.append(File(info.name, member.read() if member else b""))
    except _BROKEN:
        contents.note("archive_broken")
    return contents
