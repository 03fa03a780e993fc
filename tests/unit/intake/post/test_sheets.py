"""Pages of scans made ready: upright, straight, at their own resolution, without coloured stamps and specks."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from PIL import Image

from intake.documents.ink import Pixels
from intake.documents.limits import DocumentLimits, Refused
from intake.post.sheets import ready, sheet_of
from intake.post.upright import direction, turn
from tests.unit.intake.post.paper import content, faxed, printed, scanned_pdf, skewed, tiff

PAGE = printed(content())


def pixels(png: bytes) -> Pixels:
    with Image.open(io.BytesIO(png)) as image:
        return np.asarray(image)


@pytest.mark.parametrize("degrees", [-4.0, -1.1, 0.0, 0.6, 2.5, 6.0])
def test_skew_is_measured_to_a_fifth_of_a_degree(degrees: float) -> None:
    """Lines of text tell how the page hung."""
    quarter, skew = direction(skewed(PAGE, degrees))
    assert quarter == 0
    assert skew == pytest.approx(degrees, abs=0.2)


@pytest.mark.parametrize(("lies", "found"), [(90, 90), (270, 90), (0, 0), (180, 0)])
def test_a_page_on_its_side_is_seen(lies: int, found: int) -> None:
    """Which of the two ways up it then stands, reading must tell."""
    assert direction(turn(skewed(PAGE, 0.5), lies))[0] == found


def test_a_page_that_was_straightened_is_straight() -> None:
    """The sheet itself hangs no more."""
    sheet = sheet_of(scanned_pdf([skewed(PAGE, 2.0)]), 1)
    assert sheet.skew == pytest.approx(2.0, abs=0.2)
    assert direction(pixels(sheet.png))[1] == pytest.approx(0.0, abs=0.2)


@pytest.mark.parametrize(("dpi", "read_at"), [(100, 200), (200, 200), (300, 300), (400, 300)])
def test_the_resolution_of_the_scan_is_known(dpi: int, read_at: int) -> None:
    """Read at its own resolution, within bounds; the scan's own is told as it is."""
    sheet = sheet_of(scanned_pdf([printed(content(), dpi)], dpi), 1)
    assert (sheet.dpi, round(sheet.scanned_dpi, -1)) == (read_at, dpi)
    assert sheet.width == pytest.approx(8.27 * read_at, rel=0.01)


def test_frames_of_a_tiff_are_its_pages() -> None:
    """Group 4, several pages, one of them empty."""
    data = tiff([PAGE, np.full_like(PAGE, 255)])
    assert [(sheet_of(data, n).blank, sheet_of(data, n).dpi) for n in (1, 2)] == [(False, 200), (True, 200)]


def test_a_fax_of_unequal_resolution_gets_square_pixels() -> None:
    """Standard fax is 204 by 98 dots per inch."""
    flat = cv2.resize(PAGE, (1687, 1146), interpolation=cv2.INTER_AREA)
    out = io.BytesIO()
    Image.fromarray(flat).convert("1").save(out, "TIFF", compression="group3", dpi=(204, 98))
    sheet = sheet_of(out.getvalue(), 1)
    assert sheet.height / sheet.width == pytest.approx(11.69 / 8.27, rel=0.01)
    assert sheet.scanned_dpi == 98


def test_a_picture_that_says_nothing_of_its_size_is_taken_for_a4() -> None:
    """Screens write 72 dpi into anything."""
    out = io.BytesIO()
    Image.fromarray(PAGE).save(out, "JPEG", dpi=(72, 72))
    assert sheet_of(out.getvalue(), 1).scanned_dpi == pytest.approx(200, abs=3)


def test_the_orientation_a_camera_noted_is_kept_to() -> None:
    """EXIF orientation 6: the camera was turned."""
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    Image.fromarray(turn(PAGE, 270)).save(out, "JPEG", exif=exif)
    sheet = sheet_of(out.getvalue(), 1)
    assert (sheet.turned, sheet.height > sheet.width) == (0, True)


def test_a_coloured_stamp_over_black_letters_fades() -> None:
    """Black is dark in every channel; red and blue are not."""
    colour = np.stack([PAGE] * 3, axis=2)
    cv2.rectangle(colour, (180, 200), (700, 420), (210, 30, 40), 8)
    cv2.ellipse(colour, (900, 330), (120, 80), 0, 0, 360, (30, 40, 190), 5)
    left = ready(colour, 200) < 128
    assert np.count_nonzero(left & ~(PAGE < 128)) < 0.02 * np.count_nonzero(PAGE < 128)


def test_specks_of_a_fax_are_wiped_and_dots_of_letters_kept() -> None:
    """A speck is smaller than the dot of an i."""
    noisy = faxed(PAGE)
    wiped = (noisy == 0) & (ready(noisy, 200) != 0)
    letters = cv2.dilate((PAGE < 150).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    specks = (noisy == 0) & ~letters
    assert np.count_nonzero(wiped & specks) > 0.95 * np.count_nonzero(specks)
    assert np.count_nonzero(wiped & letters) < 0.002 * np.count_nonzero(letters & (noisy == 0))


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4\n%%EOF", b"II*\x00\x08\x00\x00\x00", b"\x89PNG\r\n\x1a\n"])
def test_what_cannot_be_shown_is_refused(data: bytes) -> None:
    """One exception, with a defect for a person."""
    with pytest.raises(Refused):
        sheet_of(data, 1)


def test_a_page_beyond_the_last_is_refused() -> None:
    """The number of pages was told by a child that may lie."""
    for data in (scanned_pdf([PAGE]), tiff([PAGE])):
        with pytest.raises(Refused):
            sheet_of(data, 2)


def test_a_page_with_too_many_pixels_is_refused() -> None:
    """Decided before anything is decoded or rendered."""
    for data in (scanned_pdf([PAGE]), tiff([PAGE])):
        with pytest.raises(Refused):
            sheet_of(data, 1, limits=DocumentLimits(pixels=1_000_000))
