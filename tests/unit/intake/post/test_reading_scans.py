"""Scans read by every engine of this machine: words, order, roles, orientation, limits, and what a person is told."""

from __future__ import annotations

import io
import time
from collections.abc import Sequence

import numpy as np
import pytest
from PIL import Image

from intake.documents import extract
from intake.errors import OcrError
from intake.model import Document, Role, Threat, Trust
from intake.post.engines import engines_here
from intake.post.here import EyesHere
from intake.post.ocr_tesseract import find_tesseract
from intake.post.pages import Engine, OcrLimits, Sheet, Word
from intake.post.reading import pages_to_read
from intake.post.scan import ScanReader
from intake.post.sheets import sheet_of
from intake.post.upright import turn
from tests.unit.intake.documents.papers import pages_pdf, text_at
from tests.unit.intake.post.paper import ASKS, HEADING, LINES, content, faxed, printed, scanned_pdf, skewed, tiff

PAGE = printed(content())


class Counting:
    """The first engine of this machine, counting the pages it is given."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.name, self.count = engine, engine.name, 0

    def words(self, sheet: Sheet, seconds: float) -> tuple[Word, ...]:
        self.count += 1
        return self.engine.words(sheet, seconds)


class Failing:
    """An engine that never answers in time."""

    name = "Failing 1.0"

    def words(self, sheet: Sheet, seconds: float) -> tuple[Word, ...]:
        raise OcrError("timeout")


def first_engine() -> Counting:
    engines = engines_here()
    if not engines:
        pytest.skip("no OCR engine on this machine")
    return Counting(engines[0])


def document_of(data: bytes, name: str = "scan.pdf") -> Document:
    return extract(data, name, "", trust=Trust())


def read(data: bytes, engines: Sequence[Engine], limits: OcrLimits | None = None) -> Document:
    reader = ScanReader(EyesHere(tuple(engines)), limits or OcrLimits(workers=1))
    (document,) = reader.read([(document_of(data), data)])
    return document


def codes(document: Document) -> list[str]:
    return [problem.code for problem in document.problems]


@pytest.mark.parametrize("name", ["Tesseract", "RapidOCR"])
def test_each_engine_reads_a_clean_page(name: str) -> None:
    """Nearly every word, in order, with a place and a confidence."""
    engine = next((e for e in engines_here() if e.name.startswith(name)), None)
    if engine is None:
        pytest.skip(f"{name} is not on this machine")
    words = engine.words(sheet_of(scanned_pdf([PAGE]), 1), 60)
    expected = " ".join((*LINES, *ASKS)).split()
    assert len(set(expected) - {w.text for w in words}) <= 0.05 * len(expected)
    assert all(0 <= w.confidence <= 1 and w.box.width > 0 and w.box.height > 0 for w in words)


@pytest.mark.parametrize("paper", ["clean", "skewed", "fax", "tiff"])
def test_a_scan_has_the_blocks_of_its_page(paper: str) -> None:
    """A heading, two paragraphs, and the lines of who signs; the note says which engine read it."""
    data = {
        "clean": lambda: scanned_pdf([PAGE]),
        "skewed": lambda: scanned_pdf([skewed(PAGE, 1.7)]),
        "fax": lambda: scanned_pdf([faxed(skewed(PAGE, -0.7))]),
        "tiff": lambda: tiff([PAGE]),
    }[paper]()
    engine = first_engine()
    document = read(data, [engine])
    assert [b.role for b in document.blocks][:3] == [Role.HEADING, Role.PARAGRAPH, Role.PARAGRAPH]
    assert document.blocks[0].text == HEADING
    assert document.blocks[1].text.split()[-5:] == ["in", "het", "hele", "land", "mogelijk."]
    assert "minister van Justitie en Veiligheid" in document.blocks[2].text
    assert (document.text_layer, codes(document)) == (False, ["read_by_ocr"])
    assert document.problems[0].detail == engine.name


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_page_that_went_in_the_wrong_way_up_is_read(degrees: int) -> None:
    """Turned until it can be read, and the places are those of the upright page."""
    document = read(scanned_pdf([turn(skewed(PAGE, 0.4), degrees)]), [first_engine()])
    assert document.blocks[0].text == HEADING
    box = document.blocks[0].box
    assert box is not None
    assert [box.x0, box.y0] == pytest.approx([70, 757], abs=12)


def test_only_pages_without_text_are_read() -> None:
    """A signed last page scanned into a PDF of text: its own text stays as it is."""
    text = b"".join(text_at(70, 700 - 20 * n, line) for n, line in enumerate(LINES))
    image = Image.fromarray(PAGE)
    pixels = image.convert("L").tobytes()
    picture = (
        b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8/Length %d>>stream\n"
    )
    data = pages_pdf(
        [text, b"q 595 0 0 842 0 0 cm /I Do Q"],
        entries=b"/Resources<</XObject<</I 7 0 R>>/Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>",
        more=[picture % (*image.size, len(pixels)) + pixels + b"\nendstream"],
    )
    document = document_of(data)
    assert pages_to_read(document) == (2,)
    engine = first_engine()
    found = read(data, [engine])
    assert engine.count == 1
    assert [b for b in found.blocks if b.page == 1] == list(document.blocks)
    assert HEADING in [b.text for b in found.blocks if b.page == 2]
    assert found.text_layer


def test_a_scan_is_read_once() -> None:
    """The same bytes come again, in another mail or under another name."""
    engine = first_engine()
    data = scanned_pdf([PAGE])
    reader = ScanReader(EyesHere((engine,)), OcrLimits(workers=1))
    (first,) = reader.read([(document_of(data), data)])
    (again,) = reader.read([(document_of(data, "other.pdf"), data)])
    assert engine.count == 1
    assert again.blocks == first.blocks


def test_pages_over_the_limit_are_told() -> None:
    """What is not read becomes visible work for a person."""
    engine = first_engine()
    document = read(scanned_pdf([PAGE, PAGE, PAGE]), [engine], OcrLimits(pages=1, workers=1))
    assert [(p.code, p.where) for p in document.problems] == [
        ("read_by_ocr", "1"),
        ("page_not_read", "2"),
        ("page_not_read", "3"),
    ]


def test_time_that_has_run_out_is_told() -> None:
    """No engine is started any more."""
    engine = first_engine()
    document = read(scanned_pdf([PAGE]), [engine], OcrLimits(seconds=0, workers=1))
    assert (engine.count, document.blocks, codes(document)) == (0, (), ["page_not_read"])


def test_an_engine_that_fails_gives_way_to_the_next() -> None:
    """And when there is no next one, a person is told why."""
    assert HEADING in read(scanned_pdf([PAGE]), [Failing(), first_engine()]).text
    alone = read(scanned_pdf([PAGE]), [Failing()])
    assert [(p.code, p.detail) for p in alone.problems] == [("page_not_read", "timeout")]
    none = read(scanned_pdf([PAGE]), [])
    assert [(p.code, p.detail) for p in none.problems] == [("page_not_read", "no engine")]


def test_tesseract_is_stopped_when_it_takes_too_long() -> None:
    """By the clock, and nothing of it stays behind."""
    tesseract = find_tesseract()
    if tesseract is None:
        pytest.skip("Tesseract is not on this machine")
    began = time.monotonic()
    with pytest.raises(OcrError, match="timeout"):
        tesseract.words(sheet_of(scanned_pdf([PAGE]), 1), 0.05)
    assert time.monotonic() - began < 5


def test_tesseract_refuses_what_is_no_picture() -> None:
    """The picture comes out of a child that may lie."""
    tesseract = find_tesseract()
    if tesseract is None:
        pytest.skip("Tesseract is not on this machine")
    with pytest.raises(OcrError):
        tesseract.words(Sheet(1, b"no picture", 10, 10, 200, 200), 10)


def test_an_empty_page_costs_nothing() -> None:
    """Backs of sheets come with every batch."""
    engine = first_engine()
    document = read(scanned_pdf([np.full_like(PAGE, 250), PAGE]), [engine])
    assert engine.count == 1
    assert {b.page for b in document.blocks} == {2}


def test_a_coarse_scan_is_told() -> None:
    """Below 150 dpi nobody should rely on digits."""
    document = read(scanned_pdf([printed(content(), 100)], 100), [first_engine()])
    assert ("scan_too_coarse", "1", "100 dpi") in [(p.code, p.where, p.detail) for p in document.problems]


def test_dangerous_and_closed_files_are_not_shown() -> None:
    """What may not be unpacked or needs a password is not rendered either."""
    document = document_of(scanned_pdf([PAGE]))
    assert pages_to_read(document) == (1,)
    assert pages_to_read(Document("a", "0", "pdf", readable=True, pages=1, threat=Threat.PDF_BOMB)) == ()
    assert pages_to_read(Document("a", "0", "pdf", readable=False, pages=1)) == ()
    assert pages_to_read(Document("a", "0", "docx", readable=True)) == ()


def test_a_small_picture_is_no_page() -> None:
    """A logo in a mail is not read."""
    out = io.BytesIO()
    Image.fromarray(PAGE[:300, :500]).save(out, "PNG")
    assert pages_to_read(document_of(out.getvalue(), "logo.png")) == ()
