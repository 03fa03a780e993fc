"""Text files, pictures, and what is no document at all."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from intake.documents import DocumentLimits
from intake.documents.pictures import Frame, picture_of
from intake.model import Defect, Role, Threat
from tests.unit.intake.documents.papers import package
from tests.unit.intake.documents.reading import codes, read, texts


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_files_in_their_encodings(encoding: str) -> None:
    """Paragraphs by empty lines; Windows' own encoding is a guess, and told as one."""
    document = read("Eén alinea\r\nop twee regels.\r\n\r\n- een punt".encode(encoding), "brief.txt")
    assert [(b.text, b.role) for b in document.blocks] == [
        ("Eén alinea\nop twee regels.", Role.PARAGRAPH),
        ("- een punt", Role.LIST_ITEM),
    ]
    assert codes(document) == ({"guessed_encoding"} if encoding == "cp1252" else set())


def test_pictures_have_pages_but_no_text() -> None:
    """A TIFF of two sheets."""
    sheets = [Image.new("1", (1654, 2339), 1) for _ in range(2)]
    out = io.BytesIO()
    sheets[0].save(out, "TIFF", save_all=True, append_images=sheets[1:])
    document = read(out.getvalue(), "scan.tif")
    assert (document.format, document.pages, document.text_layer, texts(document)) == ("image", 2, False, [])
    assert [(p.looks, p.page) for p in document.pictures] == [("page", 1), ("page", 2)]


def test_a_page_of_a_scan_that_is_damaged_or_too_large_is_named() -> None:
    """The other pages are looked at all the same."""
    out = io.BytesIO()
    sheets = [Image.effect_noise((100 * n, 140 * n), 90) for n in (1, 2, 3)]
    sheets[0].save(out, "TIFF", save_all=True, append_images=sheets[1:], compression="tiff_lzw")
    data = out.getvalue()
    document = read(data, "scan.tif", limits=DocumentLimits(pixels=200 * 280))
    assert [(p.code, p.where, p.detail) for p in document.problems] == [("picture_too_large", "3", "300x420")]
    assert [(p.page, p.width) for p in document.pictures if p.looks == "page"] == [(1, 100), (2, 200), (3, 300)]
    torn = read(data[: len(data) // 2] + b"\x80" * 5000 + data[len(data) // 2 + 5000 :], "scan.tif")
    assert [(p.code, p.where) for p in torn.problems] == [("damaged_page", "3")]


@pytest.mark.parametrize("tag", [256, 258, 259, 262, 273, 277, 278, 279])
@pytest.mark.parametrize("value", [0, 3, 0xFFFF])
def test_a_picture_whose_tags_make_no_sense_is_damaged(tag: int, value: int) -> None:
    """Pillow lets errors of many families out for them."""
    out = io.BytesIO()
    Image.new("RGB", (60, 40)).save(out, "TIFF")
    data = out.getvalue()
    at = data.index(tag.to_bytes(2, "little"), 8)
    for changed in (data[: at + 8] + value.to_bytes(4, "little"), data[: at + 2] + value.to_bytes(2, "little")):
        document = read(changed + data[len(changed) :], "scan.tif")
        assert document.format == "image"
        assert document.pictures or document.problems


@pytest.mark.parametrize(
    ("data", "name", "code", "threat"),
    [
        (b"", "leeg.pdf", "empty_file", None),
        (b"MZ\x90\x00" + b"\x00" * 60, "signaal.pdf.exe", "program", Threat.EXECUTABLE),
        (b"\x7fELF\x02" + b"\x00" * 60, "signaal.pdf", "program", Threat.EXECUTABLE),
        (b"\x00\x01\x02" * 50, "signaal.pdf", "damaged_file", Threat.CORRUPT),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 20, "beeld.png", "damaged_picture", Threat.CORRUPT),
        (b"GIF8" + b"\x00" * 20, "beeld.gif", "damaged_picture", Threat.CORRUPT),
        (package({"xl/workbook.xml": "<a/>", "[Content_Types].xml": "<a/>"}), "blad.xlsx", "unsupported_format", None),
        (b"PK\x03\x04" + b"\x00" * 26 + b"[Content_Types].xml", "stuk.docx", "damaged_package", Threat.CORRUPT),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "stuk.docx",
            "password_needed",
            Threat.ENCRYPTED,
        ),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "_VBA_PROJECT".encode("utf-16-le"), "stuk.doc", "macro", Threat.MACRO),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"),
            "stuk.doc",
            "unsupported_format",
            None,
        ),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, name: str, code: str, threat: Threat | None) -> None:
    """Never an exception, always a defect."""
    document = read(data, name)
    assert (document.readable, codes(document), document.threat) == (False, {code}, threat)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "TIFF", "BMP", "WEBP", "PCX"])
def test_only_common_picture_formats_are_decoded(form: str) -> None:
    """Pillow would hand PostScript to another program, and knows formats that nobody has looked after for years."""
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(out, form)
    picture, problem = picture_of(out.getvalue(), Frame(0), DocumentLimits())
    if form == "PCX":
        assert problem == Defect("damaged_picture", detail="UnidentifiedImageError")
    else:
        assert (picture.width, picture.height, problem) == (60, 40, None)
