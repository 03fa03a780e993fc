"""Containers: what is in them, and what they may not do to us."""

from __future__ import annotations

import bz2
import gzip
import io
import stat
import struct
import tarfile
import time
import tracemalloc
import zipfile
import zlib

import pytest

from intake.archives import ArchiveLimits, open_containers, read_any, unpack
from intake.archives.rtf import is_sound_rtf
from intake.model import Attachment
from intake.read import read_mail, sniff
from tests.unit.intake.letters import PDF, codes, file, mixed

LIMITS = ArchiveLimits(depth=3, files=20, size=1_000_000, ratio=50, harmless=100_000)


def zipped(**members: bytes) -> bytes:
    """A zip with the given members; `__` in a name stands for a slash."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def tarred(members: list[tarfile.TarInfo]) -> bytes:
    """A tar with a PDF for every member that is a file."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for member in members:
            member.size = len(PDF) if member.isreg() else 0
            archive.addfile(member, io.BytesIO(PDF) if member.isreg() else None)
    return out.getvalue()


def attached(content: bytes, name: str = "zaak.zip") -> Attachment:
    """Bytes as an attachment."""
    return Attachment(name, sniff(content, name), "", content)


def found(
    content: bytes, name: str = "zaak.zip", limits: ArchiveLimits = LIMITS
) -> tuple[list[tuple[str, str | None]], set[str]]:
    """Names with their containers, and defect codes."""
    result = unpack(attached(content, name), limits)
    return [(a.name, a.inside) for a in result.attachments], {d.code for d in result.defects}


def test_a_zip_keeps_folders_in_names_and_says_where_files_stood() -> None:
    """And zips in it are opened too."""
    content = zipped(map__signaal=PDF, binnen=zipped(diep=PDF))
    assert found(content) == ([("map/signaal", "zaak.zip"), ("binnen", "zaak.zip"), ("diep", "zaak.zip/binnen")], set())


def test_contents_follow_their_container_in_the_mail() -> None:
    """Order of the mail, order of the archive."""
    mail = read_any(mixed(file(zipped(a=PDF), disposition=b'attachment; filename="z.zip"'), file()))
    assert [(a.name, a.inside) for a in mail.attachments] == [("z.zip", None), ("a", "z.zip"), ("signaal.pdf", None)]


def test_a_bomb_is_named_and_not_unpacked() -> None:
    """More than `ratio` times its own size."""
    assert found(zipped(nullen=bytes(900_000))) == ([], {"zip_bomb"})


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_rare_compressions_are_opened_and_their_damage_is_noted(method: int) -> None:
    """The standard library raises errors of other families for them, and takes all the memory that they ask for."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr("signaal.pdf", PDF * 9)
    content = out.getvalue()
    assert [a.content for a in unpack(attached(content), LIMITS).attachments] == [PDF * 9]
    for place in range(40, content.index(b"PK\x01\x02")):
        broken = content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :]
        names, defects = found(broken)
        assert (names, defects) in (([], {"archive_broken"}), ([("signaal.pdf", "zaak.zip")], set())), place


def test_a_bzip2_member_that_lies_about_its_size_costs_no_more_than_it_claims() -> None:
    """Two kilobytes that would become a gigabyte and say they become a hundred bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("nullen", bz2.compress(bytes(100_000_000)))
    content = bytearray(out.getvalue())
    for place, offset in ((content.index(b"PK\x03\x04"), 8), (content.index(b"PK\x01\x02"), 10)):
        content[place + offset : place + offset + 2] = struct.pack("<H", zipfile.ZIP_BZIP2)
        content[place + offset + 14 : place + offset + 18] = struct.pack("<L", 100)
    tracemalloc.start()
    assert found(bytes(content)) == ([], {"archive_broken"})
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 1_000_000


def test_a_bomb_inside_a_harmless_zip_is_named() -> None:
    """The usual way to hide one."""
    names, defects = found(zipped(bom=zipped(nullen=bytes(900_000)), signaal=PDF))
    assert (names, defects) == ([("bom", "zaak.zip"), ("signaal", "zaak.zip")], {"zip_bomb"})


def test_a_zip_that_lies_about_its_size_gives_no_more_than_it_says() -> None:
    """The directory claims 10 bytes; the check sum tells."""
    content = zipped(nullen=bytes(90_000)).replace(struct.pack("<I", 90_000), struct.pack("<I", 10))
    assert found(content) == ([], {"archive_broken"})


def test_overlapping_members_count_against_the_size_of_the_file() -> None:
    """One compressed block named by many entries (Fifield 2019) has no large ratio of its own."""
    content = zipped(a=bytes(60_000))
    start = content.index(b"PK\x01\x02")
    end = content.index(b"PK\x05\x06")
    entries = content[start:end] * 15
    tail = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 15, 15, len(entries), start, 0)
    assert found(content[:start] + entries + tail)[1] == {"zip_bomb"}


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (ArchiveLimits(files=2), "archive_too_many_files"),
        (ArchiveLimits(size=len(PDF) * 2), "archive_too_large"),
    ],
)
def test_the_budget_of_a_mail_ends(limits: ArchiveLimits, code: str) -> None:
    """What fits is unpacked, the rest is named."""
    names, defects = found(zipped(a=PDF, b=PDF, c=PDF, d=PDF), limits=limits)
    assert ([name for name, _ in names], defects) == (["a", "b"], {code})


def test_nesting_ends_at_the_limit() -> None:
    """A zip in a zip in a zip in a zip."""
    content = PDF
    for _ in range(6):
        content = zipped(x=content)
    names, defects = found(content)
    assert (len(names), defects) == (3, {"archive_too_deep"})


def test_an_encrypted_member_is_named() -> None:
    """Its content is unknown, its name is not."""
    content = bytearray(zipped(geheim=PDF, open=PDF))
    content[content.index(b"PK\x03\x04") + 6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    result = unpack(attached(bytes(content)))
    assert [a.name for a in result.attachments] == ["open"]
    assert [(d.code, d.where) for d in result.defects] == [("archive_encrypted", "zaak.zip/geheim")]


def test_links_paths_and_doubles_are_seen() -> None:
    """None of them is followed or dropped."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("../../x.pdf", PDF)
        archive.writestr("a.pdf", PDF)
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a.pdf", PDF)
    names, defects = found(out.getvalue())
    assert [name for name, _ in names] == ["../../x.pdf", "a.pdf", "a.pdf"]
    assert defects == {"archive_link", "name_is_path", "archive_name_doubled"}


def test_a_cut_off_zip_is_broken_not_empty() -> None:
    """The directory stands at the end."""
    assert found(zipped(a=PDF)[:-30]) == ([], {"archive_broken"})


@pytest.mark.parametrize("name", ["x.7z", "x.rar"])
def test_what_is_not_opened_is_said(name: str) -> None:
    """7z and rar wait for a person."""
    magic = {"x.7z": b"7z\xbc\xaf\x27\x1c", "x.rar": b"Rar!\x1a\x07\x00"}[name]
    assert found(magic + bytes(30), name) == ([], {"archive_not_opened"})


def test_tar_in_gzip_and_single_files() -> None:
    """With links noted, never followed."""
    link = tarfile.TarInfo("link")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    content = gzip.compress(tarred([tarfile.TarInfo("a.pdf"), link]))
    assert found(content, "x.tgz") == ([("x.tar", "x.tgz"), ("a.pdf", "x.tgz/x.tar")], {"archive_link"})
    assert found(bz2.compress(PDF), "signaal.pdf.bz2") == ([("signaal.pdf", "signaal.pdf.bz2")], set())


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress])
def test_a_compressed_bomb_stops_at_its_allowance(pack: object) -> None:
    """gzip does not say how large it gets."""
    assert callable(pack)
    assert found(pack(bytes(5_000_000)), "x.gz") == ([], {"zip_bomb"})


def test_a_mail_in_a_zip_is_read() -> None:
    """Forwarded as a file, in an archive."""
    result = unpack(attached(zipped(**{"mail.eml": mixed(file())})))
    assert [(a.name, a.inside) for a in result.attachments] == [
        ("mail.eml", "zaak.zip"),
        ("signaal.pdf", "zaak.zip/mail.eml"),
    ]
    assert [m.subject for m in result.forwarded] == ["Indiening"]


def test_what_is_no_container_is_left_alone() -> None:
    """A PDF, and a docx, which is a zip to others."""
    docx = zipped(**{"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"})
    for content in (PDF, docx):
        assert unpack(attached(content, "a")).attachments == ()


def tnef(*files: tuple[str, bytes], body: str = "") -> bytes:
    """A winmail.dat (MS-OXTNEF) with files and a plain body."""
    out = struct.pack("<IH", 0x223E9F78, 1) + _tnef_object(1, 0x00089006, struct.pack("<I", 0x10000))
    out += _tnef_object(1, 0x00069007, struct.pack("<II", 1252, 0))
    if body:
        out += _tnef_object(1, 0x0002800C, body.encode() + b"\x00")
    for name, content in files:
        out += _tnef_object(2, 0x00069002, bytes(14)) + _tnef_object(2, 0x00018010, name.encode() + b"\x00")
        out += _tnef_object(2, 0x0006800F, content)
    return out


def _tnef_object(level: int, kind: int, data: bytes) -> bytes:
    return struct.pack("<BII", level, kind, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def test_winmail_dat_gives_its_files_and_its_body() -> None:
    """Pitfall 9: the PDF is in there; so is the text when the mail has none."""
    part = file(
        tnef(("signaal.pdf", PDF), body="Geachte heer"), b"application/ms-tnef", b'attachment; filename="winmail.dat"'
    )
    mail = open_containers(read_mail(mixed(part)))
    assert [(a.name, a.inside) for a in mail.attachments] == [("winmail.dat", None), ("signaal.pdf", "winmail.dat")]
    assert mail.defects == ()
    bare = open_containers(read_mail(mixed(part).replace(b"Geachte heer, bijgaand het signaal.", b"")))
    assert bare.text == "Geachte heer"


@pytest.mark.parametrize("cut", [6, 31, 60, 90])
def test_a_damaged_winmail_dat_is_seen(cut: int) -> None:
    """Pitfall 9: every object has a check sum."""
    content = tnef(("signaal.pdf", PDF))
    result = unpack(attached(content[:cut] + b"\xff" * 4 + content[cut + 4 :], "winmail.dat"))
    assert {d.code for d in result.defects} == {"tnef_broken"}
    assert {d.code for d in unpack(attached(content[:-cut], "winmail.dat")).defects} == {"tnef_broken"}


def properties(*values: tuple[int, int, bytes]) -> bytes:
    """A MAPI property list: (type, id, value)."""
    out = struct.pack("<I", len(values))
    for kind, number, value in values:
        padded = value + bytes(-len(value) % 4)
        out += struct.pack("<HH", kind, number)
        out += struct.pack("<II", 1, len(value)) + padded if kind in {0x1E, 0x1F, 0x102, 0x0D} else padded
    return out


def test_properties_give_long_names_bodies_and_embedded_items() -> None:
    """MS-OXTNEF: the content of an embedded Outlook item is a stream of its own, after sixteen bytes of interface id."""
    inner = tnef(("binnen.pdf", PDF))
    item = properties((0x1F, 0x3707, "Door: coördinatie\x00".encode("utf-16-le")), (0x0D, 0x3701, bytes(16) + inner))
    html = properties((0x03, 0x3FDE, struct.pack("<I", 65001)), (0x102, 0x1013, "<p>Geachte coördinator</p>".encode()))
    content = tnef(body="") + _tnef_object(1, 0x00069003, html)
    content += _tnef_object(2, 0x00069002, bytes(14)) + _tnef_object(2, 0x00069005, item)
    result = unpack(attached(content, "winmail.dat"))
    assert [(a.name, a.inside, a.inline) for a in result.attachments] == [
        ("body.html", "winmail.dat", True),
        ("Door: coördinatie", "winmail.dat", False),
        ("binnen.pdf", "winmail.dat/Door: coördinatie", False),
    ]
    assert (result.text, {d.code for d in result.defects}) == ("Geachte coördinator", {"name_is_path"})


@pytest.mark.parametrize("claim", [b"\xff\xff\xff\x7f", b"\xff\xff\xff\xff"])
def test_absurd_counts_cost_no_time(claim: bytes) -> None:
    """A hundred bytes that claim four thousand million properties keep other readers busy for minutes."""
    content = tnef(("signaal.pdf", PDF)) + _tnef_object(1, 0x00069003, claim + bytes(60))
    start = time.process_time()
    result = unpack(attached(content, "winmail.dat"))
    assert time.process_time() - start < 1
    assert ([a.content for a in result.attachments], {d.code for d in result.defects}) == ([PDF], {"tnef_broken"})


def test_compressed_rtf_is_checked_before_it_is_unpacked() -> None:
    """The library raises a bare Exception on damage."""
    content = b"{\\rtf1 proef}"
    crc = zlib.crc32(content, 0xFFFFFFFF) ^ 0xFFFFFFFF
    whole = struct.pack("<II4sI", len(content) + 12, len(content), b"LZFu", crc) + content
    assert is_sound_rtf(whole)
    assert not is_sound_rtf(whole[:-1] + b"x")
    assert not is_sound_rtf(whole[:10])
    assert is_sound_rtf(struct.pack("<II4sI", len(content) + 12, len(content), b"MELA", 0) + content)


def test_a_broken_outlook_item_is_a_mail_with_a_defect() -> None:
    """Never an exception, never silence."""
    content = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "__properties_version1.0".encode("utf-16-le") + bytes(600)
    )
    assert codes(read_any(content, "bericht.msg")) == {"outlook_broken"}
