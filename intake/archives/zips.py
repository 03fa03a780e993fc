"""Zip archives, opened without trusting a word of them."""

from __future__ import annotations

import io
import stat
import zipfile
from collections import Counter

from intake.archives.contents import Contents, File
from intake.archives.limits import Budget
from intake.read.members import BROKEN_ZIP, member_bytes

_ENCRYPTED = 0x1
_APPLE_DOUBLE = b"\x00\x05\x16\x07"  # resource forks that macOS adds beside every file; never content


def open_zip(content: bytes, budget: Budget) -> Contents:
    """Unpack a zip. Encrypted members, links and damage are noted; a bomb is noted and not unpacked."""
    contents = Contents()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [info for info in archive.infolist() if not info.filename.endswith("/")]  # is_dir() fails on ""
            claimed = sum(info.file_size for info in members)
            if budget.is_bomb(len(content), claimed):
                contents.note("zip_bomb", detail=f"{len(content)} -> {claimed}")
                return contents
            for name, count in Counter(info.filename for info in members).items():
                contents.note("archive_name_doubled" if count > 1 else "", name)
            for info in members:
                if not _unpack_member(archive, info, budget, contents):
                    break
    except BROKEN_ZIP:
        contents.note("archive_broken")
    return contents


def _unpack_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: Budget, contents: Contents) -> bool:
    """Add one member; False when the budget is spent."""
    if stat.S_ISLNK(info.external_attr >> 16):
        contents.note("archive_link", info.filename)
        return True
    if info.flag_bits & _ENCRYPTED:
        contents.note("archive_encrypted", info.filename)
        return True
    if code := budget.take(info.file_size):
        contents.note(code, info.filename)
        return False
    try:
        data = member_bytes(archive, info, info.file_size + 1)
    except (*BROKEN_ZIP, KeyError):
        contents.note("archive_broken", info.filename)
        return True
    if not data.startswith(_APPLE_DOUBLE):
        contents.files.append(File(info.filename.replace("\\", "/"), data))
    return True
