"""Whole comparisons of small real pages: printed, scanned and read here, by the engines of this machine."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from intake.documents.ink import Pixels
from intake.post.compare.bench import BenchHere
from intake.post.compare.engine import compare
from intake.post.comparison import Comparison, DeviationKind, PostVerdict
from intake.post.engines import engines_here
from intake.post.here import EyesHere
from intake.post.ocr_tesseract import find_tesseract
from intake.post.office import find_office
from intake.post.pages import OcrLimits
from intake.post.scan import ScanReader
from intake.sandbox import Sandbox
from tests.paths import ROOT
from tests.unit.intake.documents.papers import docx, p
from tests.unit.intake.post.compare.making import TEXT, pdf
from tests.unit.intake.post.paper import faxed, scanned_pdf, skewed

FROZEN = pdf()


def picture(data: bytes, dpi: int = 200) -> Pixels:
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    page = document[0]
    pixels: Pixels = np.array(page.render(scale=dpi / 72).to_pil().convert("L"))
    page.close()
    document.close()
    return pixels


@pytest.fixture(scope="module")
def bench() -> BenchHere:
    """One bench, so that pages that several tests share are read once."""
    if find_tesseract() is None:
        pytest.skip("Tesseract is not installed: RapidOCR would read these pages as well, but not within seconds")
    return BenchHere(ScanReader(EyesHere(), OcrLimits(workers=1)))


def compared(bench: BenchHere, page: Pixels, frozen: bytes = FROZEN) -> Comparison:
    return compare(frozen, scanned_pdf([page]), bench)


def test_the_same_page_is_identical_askew_and_by_fax(bench: BenchHere) -> None:
    """What a scanner and a fax do to it is noise; how it was compared is told."""
    straight = compared(bench, skewed(picture(FROZEN), 1.2))
    assert (straight.verdict, straight.deviations, straight.rendering) == (PostVerdict.IDENTICAL, (), "file")
    assert [(p.page, p.sheet, p.mode) for p in straight.pages] == [(1, 1, "registered")]
    assert "skew" in {b.kind for b in straight.benign}
    assert compared(bench, faxed(picture(FROZEN))).verdict is PostVerdict.IDENTICAL


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("148", "184", DeviationKind.NUMBER_CHANGED),
        (" niet", "", DeviationKind.WORD_MISSING),
        ("geen", "een", DeviationKind.WORD_CHANGED),
        ("kan op", "kan niet op", DeviationKind.WORD_ADDED),
    ],
)
def test_one_changed_word_is_found_in_its_place(bench: BenchHere, old: str, new: str, kind: DeviationKind) -> None:
    """Printed anew, so that the rest of its paragraph moved; both readings and the evidence are told."""
    found = compared(bench, skewed(picture(pdf([sentence.replace(old, new, 1) for sentence in TEXT])), 0.5))
    assert [d.kind for d in found.deviations] == [kind]
    assert (found.deviations[0].page, found.verdict) == (1, PostVerdict.DEVIATES)
    assert found.deviations[0].region is not None
    assert found.deviations[0].evidence


def test_a_three_made_an_eight_by_pen_is_not_called_equal(bench: BenchHere) -> None:
    """No ink is missing; the new ink makes another digit."""
    page = picture(pdf([s.replace("475.500", "875.500") for s in TEXT]))
    both = np.minimum(page, picture(pdf([s.replace("475.500", "375.500") for s in TEXT])))
    found = compared(bench, both, pdf([s.replace("475.500", "375.500") for s in TEXT]))
    assert found.verdict in {PostVerdict.DEVIATES, PostVerdict.UNDETERMINED}
    assert any("375.500" in d.frozen for d in (*found.deviations, *found.unreadable))


def test_a_note_in_the_margin_is_a_deviation_and_a_hole_is_not(bench: BenchHere) -> None:
    """A pen beside the text; a punched hole at the edge."""
    page = picture(FROZEN)
    cv2.circle(page, (80, 1100), 22, (20,), -1)
    assert "hole_punch" in {b.kind for b in compared(bench, page).benign}
    wave = [(60 + 9 * n, 700 + (-1) ** n * (12 + 5 * (n % 3))) for n in range(9)]
    for y in (0, 60):
        cv2.polylines(page, [np.array(wave) + np.array((0, y))], isClosed=False, color=(40,), thickness=3)
    found = compared(bench, page)
    assert [d.kind for d in found.deviations] == [DeviationKind.HANDWRITTEN_NOTE]


def test_a_document_without_pages_is_compared_by_its_text(bench: BenchHere) -> None:
    """A DOCX with nothing here to lay it out: equal, and with a number changed; the report can say how."""
    if find_office() is not None:
        pytest.skip("LibreOffice is installed here, so a DOCX has pages")
    frozen = docx("".join(p(sentence) for sentence in TEXT))
    same = compared(bench, picture(FROZEN), frozen)
    assert (same.verdict, same.rendering, [p.mode for p in same.pages]) == (PostVerdict.IDENTICAL, "text", ["reflow"])
    other = compared(bench, picture(pdf([s.replace("148", "184") for s in TEXT])), frozen)
    assert [(d.frozen, d.scan) for d in other.deviations] == [("148", "184")]


def test_another_document_and_a_coarse_scan_are_told(bench: BenchHere) -> None:
    """Nothing alike: unknown. Below 150 dpi: undetermined, and the reason."""
    other = pdf(["De vereniging nodigt u uit voor een themadag over integriteit in het congrescentrum De Remise."] * 3)
    assert compared(bench, picture(other)).verdict is PostVerdict.UNKNOWN_DOCUMENT
    coarse = cv2.resize(picture(FROZEN), None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    found = compare(FROZEN, scanned_pdf([coarse], dpi=100), bench)
    assert (found.verdict, found.reasons) == (PostVerdict.UNDETERMINED, ("scan_too_coarse",))


def test_a_frozen_document_that_cannot_be_opened_is_undetermined(bench: BenchHere) -> None:
    """The scan itself is fine, so that is no error; the reason names the defect."""
    found = compared(bench, picture(FROZEN), b"%PDF-1.7\nnothing behind the header")
    assert found.verdict is PostVerdict.UNDETERMINED
    assert found.reasons[0].startswith("frozen_")


def test_faces_come_on_request_and_are_of_one_size(bench: BenchHere) -> None:
    """Two pictures for a person to look at."""
    found = compare(FROZEN, scanned_pdf([picture(FROZEN)]), bench, faces=True)
    (face,) = found.faces
    assert face.frozen is not None
    assert face.scan is not None
    assert {data[8:12] for data in (face.frozen, face.scan)} == {b"WEBP"}


def test_through_the_child_processes_it_is_the_same() -> None:
    """Rendering and looking in confined children, RapidOCR in its own helper."""
    if not engines_here():
        pytest.skip("no OCR engine on this machine")
    with Sandbox(reading=OcrLimits(workers=1)) as door:
        found = door.compare(FROZEN, scanned_pdf([picture(pdf([s.replace("148", "184") for s in TEXT]))]))
    assert [(d.frozen, d.scan) for d in found.deviations] == [("148", "184")]


def test_the_command_says_what_differs_by_its_exit_code(tmp_path: Path) -> None:
    """0 for equal, 1 for a deviation, 3 for what is no scan; JSON has the keys that scripts read."""
    if not engines_here():
        pytest.skip("no OCR engine on this machine")
    (tmp_path / "frozen.pdf").write_bytes(FROZEN)
    (tmp_path / "scan.pdf").write_bytes(scanned_pdf([picture(pdf([s.replace(" niet", "") for s in TEXT]))]))
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7\n")
    done = run(tmp_path, "frozen.pdf", "scan.pdf", "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["verdict"], told["deviations"][0]["frozen"]) == (1, "deviates", "niet")
    assert {"pages", "benign", "unreadable", "wet_signature", "engines", "rendering"} <= told.keys()
    assert run(tmp_path, "frozen.pdf", "broken.pdf").returncode == 3


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", "-m", "bot", "compare", *arguments]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
    )
