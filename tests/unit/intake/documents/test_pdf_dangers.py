"""PDFs that hide, run or blow up something, and PDFs that cannot be read."""

from __future__ import annotations

import io
import zlib

import pypdf
import pytest

from intake.documents import DocumentLimits
from intake.model import Threat
from tests.unit.intake.documents.papers import minimal_pdf, pages_pdf, pdf, stream, text_at
from tests.unit.intake.documents.reading import codes, read, texts

SMALL = DocumentLimits(stream_bytes=2 << 20)


def locked(data: bytes, user: str, owner: str = "eigenaar") -> bytes:
    """The same PDF with passwords (AES-256)."""
    writer = pypdf.PdfWriter(clone_from=pypdf.PdfReader(io.BytesIO(data)))
    writer.encrypt(user, owner, algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def bombed(*, layers: int) -> bytes:
    """Two good pages and one whose content unpacks to 8 MiB."""
    content = b" " * (8 << 20)
    for _ in range(layers):
        content = zlib.compress(content, 9)
    filters = b"/Filter[" + b"/FlateDecode" * layers + b"]"
    fonts = b"/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]%s/Contents %d 0 R>>"
    return pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Count 2/Kids[3 0 R 5 0 R]>>",
            page % (fonts, 4),
            stream(text_at(70, 700, "De goede bladzijde.")),
            page % (fonts, 6),
            stream(content, filters),
        ]
    )


@pytest.mark.parametrize("layers", [1, 2, 3])
def test_a_flate_bomb_is_named_and_the_other_pages_are_read(layers: int) -> None:
    """Counted while unpacking, before pdfium, which it would kill."""
    document = read(bombed(layers=layers), limits=SMALL)
    assert document.threat is Threat.PDF_BOMB
    assert "unpacks_too_large" in codes(document)
    assert texts(document) == ["De goede bladzijde."]


def test_an_ordinary_packed_stream_is_no_bomb() -> None:
    """Large, but within the limit."""
    document = read(bombed(layers=1), limits=DocumentLimits())
    assert document.threat is None


def test_a_password_is_asked_for() -> None:
    """Nothing can be read: encrypted, not damaged."""
    for engine in ("pdfium", "pypdf"):
        document = read(locked(minimal_pdf(["geheim"]), "wachtwoord"), pdf_engine=engine)
        assert (document.readable, document.threat, codes(document)) == (False, Threat.ENCRYPTED, {"password_needed"})


def test_the_empty_password_is_tried() -> None:
    """Many PDFs are locked against changing only; anyone may read them."""
    for engine in ("pdfium", "pypdf"):
        document = read(locked(minimal_pdf(["Vrij te lezen"]), ""), pdf_engine=engine)
        assert "Vrij te lezen" in document.text
        assert document.threat is None


@pytest.mark.parametrize(
    ("catalog", "more", "code"),
    [
        (b"/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>", [], "javascript"),
        (b"/Names<</JavaScript<</Names[(a)<</S/JavaScript/JS(x)>>]>>>>", [], "javascript"),
        (b"/OpenAction<</S/GoTo/Next<</S/Launch/F(cmd.exe)>>>>", [], "launch_action"),
        (b"/AA<</WC<</S/ImportData/F(x)>>>>", [], "import_action"),
        (
            b"/Names<</EmbeddedFiles<</Kids[5 0 R]>>>>",
            [b"<</Names[(signaal.docx)<</Type/Filespec/F(signaal.docx)>>]>>"],
            "embedded_file",
        ),
        (b"/Collection<</View/D>>", [], "portfolio"),
        (b"/AcroForm<</XFA 5 0 R/Fields[]>>", [stream(b"<xdp/>")], "xfa_form"),
    ],
)
def test_what_runs_or_hides_is_told(catalog: bytes, more: list[bytes], code: str) -> None:
    """Actions are never run, embedded files never opened; each is a defect that a person sees."""
    document = read(pages_pdf([text_at(70, 700, "Tekst")], catalog=catalog, more=more))
    assert code in codes(document)
    assert texts(document) == ["Tekst"]


def test_actions_of_buttons_are_told() -> None:
    """Also one that hides behind a link on the page."""
    link = b"/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/Launch/F(x.exe)>>>>]"
    assert "launch_action" in codes(read(pages_pdf([text_at(70, 700, "Tekst")], entries=link)))


def test_a_link_to_a_page_is_nothing_to_tell() -> None:
    """Web links are in every document."""
    link = b"/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(https://voorbeeld.example)>>>>]"
    assert codes(read(pages_pdf([text_at(70, 700, "Tekst")], entries=link))) == set()


def test_a_cycle_of_actions_ends() -> None:
    """Next of next of next … is followed so far and no further."""
    data = pages_pdf([text_at(70, 700, "Tekst")], catalog=b"/OpenAction 5 0 R", more=[b"<</S/GoTo/Next 5 0 R>>"])
    assert texts(read(data)) == ["Tekst"]


def test_pages_beyond_the_limit_are_counted_and_told() -> None:
    """The count is true, the rest is left."""
    document = read(pages_pdf([text_at(70, 700, f"Blad {n}") for n in range(5)]), limits=DocumentLimits(pages=3))
    assert document.pages == 5
    assert len(document.blocks) == 3
    assert "too_many_pages" in codes(document)


def test_an_enormous_page_is_told() -> None:
    """Nothing may render it: 200,000 points are 70 metres."""
    data = minimal_pdf(["Tekst"]).replace(b"[0 0 595 842]", b"[0 0 595 200000]")
    assert "page_too_large" in codes(read(data))


def test_a_cut_off_file_is_corrupt() -> None:
    """After half of the bytes nothing usable is left."""
    data = minimal_pdf(["Tekst " * 20] * 30)
    document = read(data[:300])
    assert (document.readable, document.threat) == (False, Threat.CORRUPT)


def test_a_broken_cross_reference_table_is_mended() -> None:
    """pdfium finds the objects itself."""
    data = minimal_pdf(["Toch te lezen"]).replace(b"startxref", b"startxxxx")
    assert "Toch te lezen" in read(data).text


def test_the_second_reader_reads_the_same_words() -> None:
    """pypdf gives text and pages, no places, and says so."""
    document = read(pages_pdf([text_at(70, 700, "Eerste blad."), text_at(70, 700, "Tweede blad.")]), pdf_engine="pypdf")
    assert [(b.text, b.page, b.box) for b in document.blocks] == [("Eerste blad.", 1, None), ("Tweede blad.", 2, None)]
    assert "read_without_layout" in codes(document)


def test_text_beyond_measure_is_left_and_told() -> None:
    """A page of a hundred thousand letters is no letter."""
    data = minimal_pdf(["x" * 90] * 50)
    document = read(data, limits=DocumentLimits(chars_per_page=1000))
    assert "too_much_text" in codes(document)
