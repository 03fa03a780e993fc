"""The code on our cover sheets: what it says, and reading it from a picture. Anybody can print one, so it only proposes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from intake.documents.ink import Pixels

FINGERPRINT = 24
"""Hexadecimal digits of the SHA-256 of the frozen document that the code holds: 96 bits, and still modules of over a millimetre."""
_SAYS = re.compile(rf"LOKETBS1:(BS-20\d\d-\d{{4,6}}):([0-9A-F]{{{FINGERPRINT}}})")
_LARGEST = 5000  # pixels of a side: the reader looks at small copies as well, so more gains nothing


@dataclass(frozen=True, slots=True)
class Code:
    """What a cover sheet's code says: a dossier's number, and the beginning of its document's SHA-256 in lower case."""

    number: str
    fingerprint: str

    @classmethod
    def of(cls, number: str, sha256: str) -> Code:
        """The code of a dossier and the hex SHA-256 of its document. Raises ValueError when they are no such thing."""
        code = cls(number, sha256[:FINGERPRINT].lower())
        if parsed(code.payload) != code:
            raise ValueError("a code needs a dossier number such as BS-2026-0007 and a SHA-256 in hexadecimal")
        return code

    @property
    def payload(self) -> str:
        """What the QR code holds: capitals, so that its denser alphanumeric mode serves (ISO/IEC 18004)."""
        return f"LOKETBS1:{self.number}:{self.fingerprint.upper()}"

    def fits(self, sha256: str) -> bool:
        """Whether a document has the fingerprint."""
        return sha256.lower().startswith(self.fingerprint)


def parsed(payload: str) -> Code | None:
    """The code a payload is, None for anything else: post bears many codes that are not ours."""
    found = _SAYS.fullmatch(payload)
    return Code(found[1], found[2].lower()) if found and payload.isascii() else None


def codes_on(picture: Pixels) -> tuple[Code, ...]:
    """Our codes on a page (grey or RGB, any way up), each once; empty when there are none or none can be read."""
    from zxingcpp import BarcodeFormat, BarcodeFormats, read_barcodes

    for view in _views(picture):
        texts = [
            found.text for found in read_barcodes(view, formats=BarcodeFormats(BarcodeFormat.QRCode)) if found.valid
        ]
        if codes := tuple(dict.fromkeys(code for text in texts if (code := parsed(text)))):
            return codes
    return ()


def _views(picture: Pixels) -> Iterator[Pixels]:
    """The page as it is, then with specks and gaps of a fax evened out, then smaller: what one view hides another shows."""
    import cv2
    import numpy as np

    grey: Pixels = picture if picture.ndim == 2 else cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)  # noqa: PLR2004 - grey already
    if max(grey.shape) > _LARGEST:
        scale = _LARGEST / max(grey.shape)
        grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    yield np.ascontiguousarray(grey)
    yield cv2.medianBlur(np.ascontiguousarray(grey), 3)
    yield cv2.GaussianBlur(grey, (0, 0), 1.6)
    yield cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
