"""Some pages of a scan as a scan of its own: the pictures stay what they are."""

from __future__ import annotations

import io

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from intake.documents.limits import Refused
from intake.post.excerpt import excerpt
from tests.unit.intake.post.paper import content, printed, scanned_pdf, tiff

PAGES = tuple(printed(content(name), dpi=100) for name in ("A. Eerste", "B. Tweede", "C. Derde"))


def shown(data: bytes, page: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """A page of a PDF as pixels."""
    document = pypdfium2.PdfDocument(data)
    pixels = np.array(document[page].render(scale=100 / 72).to_pil().convert("L"))
    document.close()
    return pixels


def test_pages_of_a_pdf_keep_their_pictures_and_order() -> None:
    """The second and third, and no more."""
    whole = scanned_pdf(PAGES, dpi=100)
    part = excerpt(whole, (2, 3))
    assert len(pypdfium2.PdfDocument(part)) == 2
    assert (shown(part, 0) == shown(whole, 1)).all()
    assert (shown(part, 1) == shown(whole, 2)).all()


def test_pages_of_a_fax_stay_a_fax() -> None:
    """Group 4, bit for bit, with the resolution."""
    whole = tiff(PAGES, dpi=200)
    part = Image.open(io.BytesIO(excerpt(whole, (1, 3))))
    assert (getattr(part, "n_frames", 1), part.mode, part.info["compression"]) == (2, "1", "group4")
    assert part.info["dpi"] == (200, 200)
    before = Image.open(io.BytesIO(whole))
    for n, place in ((0, 0), (1, 2)):
        part.seek(n)
        before.seek(place)
        assert part.tobytes() == before.tobytes()


def test_a_picture_of_one_page_is_itself() -> None:
    """A JPEG from a telephone."""
    out = io.BytesIO()
    Image.fromarray(PAGES[0]).save(out, "JPEG")
    assert excerpt(out.getvalue(), (1,)) == out.getvalue()


@pytest.mark.parametrize("data", [b"%PDF-1.4 torn", b"II*\x00 torn", scanned_pdf(PAGES[:1], dpi=50)])
def test_what_cannot_be_taken_apart_is_refused(data: bytes) -> None:
    """Also a page that is not there."""
    with pytest.raises(Refused):
        excerpt(data, (5, 6))
