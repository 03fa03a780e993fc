"""The cover sheet: one page, its code read from every kind of scan, and nothing else taken for one of ours."""

from __future__ import annotations

import io
from contextlib import closing

import cv2
import numpy as np
import pypdfium2
import pytest
import segno
from PIL import Image

from bot.texts import post
from intake.documents.ink import Pixels
from intake.post.codes import Code, codes_on, parsed
from intake.post.cover import CODE_MM, CoverSheet, cover_pdf
from tests.unit.intake.post.paper import faxed

SHA = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
ADDRESS = ("Landelijk loket bestuurlijke signalen", "Postbus 12345", "2500 AA Den Haag")
QUALITIES = ("clean300", "office200", "stamp300", "fax200")
EACH = 16


def sheet(number: str = "BS-2026-0007", sha256: str = SHA) -> CoverSheet:
    return CoverSheet(
        Code.of(number, sha256),
        post.COVER_HEADING,
        ADDRESS,
        post.cover_sentences("loket@signalen.example"),
        post.COVER_STAMP,
        post.COVER_BESIDE,
    )


def picture(data: bytes, dpi: int) -> Pixels:
    with closing(pypdfium2.PdfDocument(data)) as document, closing(document[0]) as page:
        pixels: Pixels = np.array(page.render(scale=dpi / 72).to_pil().convert("L"))
    return pixels


def words_of(data: bytes) -> str:
    with (
        closing(pypdfium2.PdfDocument(data)) as document,
        closing(document[0]) as page,
        closing(page.get_textpage()) as text_page,
    ):
        return " ".join(text_page.get_text_range().split())


def stamped(page: Pixels, code: tuple[int, int, int], draw: np.random.Generator) -> Pixels:
    """A round stamp over one corner of the code, and another where stamps belong."""
    left, top, side = code
    corner = draw.choice(4)
    x, y = left + side * (corner % 2), top + side * (corner // 2)
    out: Pixels = page.copy()
    for at in ((x, y), (int(page.shape[1] * 0.75), int(page.shape[0] * 0.12))):
        cv2.circle(out, at, int(side * 0.55), (90,), 4)
        cv2.circle(out, at, int(side * 0.42), (90,), 3)
        cv2.putText(out, "ONTVANGEN", (at[0] - side // 3, at[1]), cv2.FONT_HERSHEY_SIMPLEX, side / 600, (90,), 3)
    return out


def place_of_code(page: Pixels) -> tuple[int, int, int]:
    """Left, top and side of the code in pixels: the only thing drawn in the lower left."""
    height, width = page.shape
    rows, columns = np.nonzero(page[int(height * 0.6) :, : int(width * 0.3)] < 128)
    return int(columns.min()), int(rows.min()) + int(height * 0.6), int(columns.max() - columns.min())


def askew(page: Pixels, degrees: float, draw: np.random.Generator) -> Pixels:
    """Laid on the glass askew, on paper that is not quite white, with the grain of a scanner."""
    height, width = page.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    turned = cv2.warpAffine(page, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=(255,))
    grey: Pixels = np.clip(turned.astype(np.float32) * 0.9 + 12 + draw.normal(0, 5, page.shape), 0, 255).astype(
        np.uint8
    )
    return grey


def scanned(quality: str, number: int) -> tuple[Code, Pixels]:
    """A sheet of its own number, printed and scanned."""
    draw = np.random.default_rng(number)
    made = sheet(f"BS-2026-{number:04}", f"{number:02x}" * 32)
    page = picture(cover_pdf(made), 300 if quality.endswith("300") else 200)
    if quality.startswith(("stamp", "fax")):
        page = stamped(page, place_of_code(page), draw)
    if quality.startswith("clean"):
        return made.code, page
    page = askew(page, float(draw.uniform(-2, 2)), draw)
    if quality.startswith("fax"):
        page = faxed(cv2.GaussianBlur(page, (0, 0), 1.0))
    out = io.BytesIO()
    Image.fromarray(page).save(out, "jpeg", quality=60)
    return made.code, np.asarray(Image.open(out))


@pytest.mark.parametrize("quality", QUALITIES)
def test_the_code_is_read_from_every_kind_of_scan(quality: str) -> None:
    """Sixteen sheets of each quality, two of a hundred may be missed and none read wrongly."""
    read = [(code, codes_on(page)) for code, page in (scanned(quality, n) for n in range(EACH))]
    assert [found for code, found in read if found not in ((code,), ())] == []
    assert sum(found == (code,) for code, found in read) == EACH


@pytest.mark.parametrize("colour", [False, True])
@pytest.mark.parametrize("turns", range(4))
def test_the_code_is_read_whichever_way_up(turns: int, *, colour: bool) -> None:
    """Upside down, sideways, and in colour."""
    page = np.ascontiguousarray(np.rot90(picture(cover_pdf(sheet()), 150), turns))
    given = cv2.cvtColor(page, cv2.COLOR_GRAY2RGB) if colour else page
    assert codes_on(given) == (Code.of("BS-2026-0007", SHA),)


def test_the_sheet_is_one_page_with_its_words_and_a_code_of_35_millimetres() -> None:
    """Number, address and what to do stand there; nothing else is printed within four modules of the code."""
    data = cover_pdf(sheet())
    with closing(pypdfium2.PdfDocument(data)) as document, closing(document[0]) as page:
        assert len(document) == 1
        assert [round(side / 72 * 25.4) for side in page.get_size()] == [210, 297]
    text = words_of(data)
    assert all(line in text for line in (*ADDRESS, "Nazending bij dossier BS-2026-0007", post.COVER_STAMP))
    assert "9f86 d081 884c 7d65 9a2f eaa0" in text
    grey = picture(data, 254)
    left, top, side = place_of_code(grey)
    border = round(4 * side / 29)
    assert abs(side / 10 - CODE_MM) < 0.3
    around = grey[top - border : top + side + border, left - border : left + side + border].copy()
    around[border - 2 : -border + 2, border - 2 : -border + 2] = 255
    assert around.min() > 200


def test_the_same_sheet_gives_the_same_bytes() -> None:
    """No date, no number drawn by lot: what was sent can be made again."""
    assert cover_pdf(sheet()) == cover_pdf(sheet())


def test_brackets_and_foreign_letters_do_not_break_the_page() -> None:
    """PDF's own signs are escaped; what Windows-1252 lacks becomes a question mark."""
    odd = CoverSheet(
        Code.of("BS-2026-0001", SHA), r"Nazending (concept) \ Łódź", ("Coördinatie € 5",), ("a" * 300,), ""
    )
    text = words_of(cover_pdf(odd))
    assert r"Nazending (concept) \ ?ód?" in text
    assert "Coördinatie € 5" in text


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "https://signalen.example/BS-2026-0007",
        "LOKETBS1:BS-2026-0007",
        "LOKETBS1:BS-2026-0007:9F86D081884C7D659A2FEAA",
        "LOKETBS1:BS-2026-0007:9f86d081884c7d659a2feaa0",
        "LOKETBS1:BS-2026-0007:9F86D081884C7D659A2FEAA0\n",
        " LOKETBS1:BS-2026-0007:9F86D081884C7D659A2FEAA0",
        "LOKETBS2:BS-2026-0007:9F86D081884C7D659A2FEAA0",
        "LOKETBS1:BS-2026-٠٠٠٧:9F86D081884C7D659A2FEAA0",
        "LOKETBS1:BS-2026-0007:9F86D081884C7D659A2FEAA0'; drop table",
    ],
)
def test_only_our_own_form_is_a_code(payload: str) -> None:
    """Track-and-trace codes, addresses and half of ours say nothing about a dossier."""
    assert parsed(payload) is None


def test_a_foreign_code_on_the_page_is_passed_over() -> None:
    """The postage of the envelope beside ours."""
    page = picture(cover_pdf(sheet()), 200)
    foreign = np.array(segno.make_qr("https://post.example/3S12345").matrix, np.uint8)
    stamp = cv2.resize((1 - foreign) * 255, None, fx=8, fy=8, interpolation=cv2.INTER_NEAREST)
    page[100 : 100 + stamp.shape[0], 150 : 150 + stamp.shape[1]] = stamp
    assert codes_on(page) == (Code.of("BS-2026-0007", SHA),)


def test_two_cover_sheets_in_one_picture_are_both_told() -> None:
    """Two letters on one glass."""
    pages = [picture(cover_pdf(sheet(number)), 120) for number in ("BS-2026-0007", "BS-2026-0008")]
    assert {code.number for code in codes_on(np.hstack(pages))} == {"BS-2026-0007", "BS-2026-0008"}


def test_a_blank_page_has_no_code() -> None:
    """And is no error."""
    assert codes_on(np.full((2000, 1400), 255, np.uint8)) == ()


@pytest.mark.parametrize(("number", "sha256"), [("2026-7", SHA), ("BS-2026-0007", "abc"), ("BS-2026-0007", "z" * 64)])
def test_a_code_is_made_of_a_number_and_a_hash_only(number: str, sha256: str) -> None:
    """Nothing else can get into it."""
    with pytest.raises(ValueError, match="dossier number"):
        Code.of(number, sha256)


def test_the_fingerprint_tells_documents_apart() -> None:
    """Of the hash of the frozen document, in either case."""
    code = Code.of("BS-2026-0007", SHA)
    assert code.fits(SHA.upper())
    assert not code.fits("0" + SHA[1:])
