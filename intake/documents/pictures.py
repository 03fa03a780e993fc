"""Pictures that come as files of their own: in a DOCX or ODT, or as the document itself. Decoded by Pillow within limits."""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from intake.documents.limits import DocumentLimits
from intake.model import Defect, Picture

if TYPE_CHECKING:
    from PIL import Image

    from intake.documents.ink import Pixels

_PAGE_SIDES = (1.2, 1.65)  # height to width of a sheet of paper, either way up
_PAGE_PIXELS = 1000  # on the shorter side: A4 at some 120 dpi
_A4_AREA = 210 * 297  # mm²
_PAGE_SHARE = 0.5
_FORMATS = ("PNG", "JPEG", "GIF", "TIFF", "BMP", "DIB", "WEBP")
"""What a person may send; Pillow knows forty formats more, some of which call other programs."""
_VECTOR = (b"\x01\x00\x00\x00", b"\xd7\xcd\xc6\x9a", b"<svg", b"<?xml")


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a picture stands in a text: behind which block, in which cell, how large in square millimetres (0 = not said)."""

    after: int
    cell: tuple[int, int, int] | None = None
    area: float = 0.0


@contextmanager
def opened(data: bytes) -> Iterator[Image.Image]:
    """A picture, opened and not yet decoded. Raises one of `broken_picture()`, also later, while it is decoded."""
    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns of large and odd pictures; our own bounds decide
        with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            yield image


def broken_picture() -> tuple[type[Exception], ...]:
    """What Pillow raises on damaged pictures (measured by mutation)."""
    from PIL import Image

    usual = (OSError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError, RuntimeError)
    return (Image.DecompressionBombError, SyntaxError, EOFError, AssertionError, struct.error, zlib.error, *usual)


def picture_of(data: bytes, frame: Frame, limits: DocumentLimits) -> tuple[Picture, Defect | None]:
    """Look at one picture file; one that cannot be decoded is a picture that looks "unknown", with a defect that says why."""
    from intake.documents.ink import looks_of

    if data.startswith(_VECTOR):
        return Picture("unknown", 0, 0, frame.after, cell=frame.cell, detail="vector"), None
    try:
        with opened(data) as image:
            width, height = image.size
            if width * height > limits.pixels:
                problem = Defect("picture_too_large", detail=f"{width}x{height}")
                return Picture("unknown", width, height, frame.after, cell=frame.cell, detail="too large"), problem
            if frame.area >= _PAGE_SHARE * _A4_AREA:
                return Picture("page", width, height, frame.after, cell=frame.cell), None
            looks, detail = looks_of(_pixels(image))
    except broken_picture() as error:
        problem = Defect("damaged_picture", detail=type(error).__name__)
        return Picture("unknown", 0, 0, frame.after, cell=frame.cell, detail="undecodable"), problem
    return Picture(looks, width, height, frame.after, cell=frame.cell, detail=detail), None


def is_sheet(width: int, height: int) -> bool:
    """Whether a picture has the size and shape of a scanned sheet of paper."""
    short, long = sorted((width, height))
    return short >= _PAGE_PIXELS and _PAGE_SIDES[0] <= long / short <= _PAGE_SIDES[1]


def _pixels(image: Image.Image) -> Pixels:
    """RGBA or RGB pixels of the first frame."""
    import numpy as np

    mode = "RGBA" if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info else "RGB"
    pixels: Pixels = np.asarray(image.convert(mode))
    return pixels
