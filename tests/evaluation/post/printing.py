"""Words set as a page: lines broken by the widths of the font, as a PDF of text in one of the standard fonts."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import pypdfium2
import pypdfium2.raw as pdfium

from tests.unit.intake.documents.papers import pdf, stream

FONTS = ("Helvetica", "Times-Roman", "Helvetica-Bold", "Times-Bold", "Courier")
_SIGNS = "".join(chr(c) for c in range(32, 127)) + "éëïöüáèàçÉ€‘’“”–"
_HEIGHT = 842.0


@dataclass(frozen=True, slots=True)
class Style:
    """How a page is set: font, size and line step in points, left margin, width of a line, and whether lines are justified."""

    font: str = "Helvetica"
    size: float = 10.5
    step: float = 14.5
    left: float = 72.0
    width: float = 450.0
    justified: bool = False


def printed(
    paragraphs: list[list[str]], style: Style, heading: str = "Bevindingen en aanbevelingen", page: str = "1"
) -> bytes:
    """The page as a PDF."""
    drawn = _shown(style.left, _HEIGHT - 50, "VERTROUWELIJK", 9) + _shown(
        style.left, _HEIGHT - 95, heading, style.size + 3
    )
    y = _HEIGHT - 120
    for paragraph in paragraphs:
        for line, last in _lines(paragraph, style):
            drawn += _line(line, y, style, last=last)
            y -= style.step
        y -= style.step * 0.6
    drawn += _shown(style.left + style.width / 2 - 20, 40, f"Pagina {page} van {page}", 9)
    return _leaf(drawn, style.font)


def _lines(words: list[str], style: Style) -> Iterator[tuple[list[str], bool]]:
    line: list[str] = []
    for word in words:
        if line and width(" ".join([*line, word]), style.font) * style.size > style.width:
            yield line, False
            line = []
        line.append(word)
    yield line, True


def _line(words: list[str], y: float, style: Style, *, last: bool) -> bytes:
    text = " ".join(words)
    spread = 0.0
    if style.justified and not last and len(words) > 1:
        spread = (style.width - width(text, style.font) * style.size) / (len(words) - 1)
    return _shown(style.left, y, text, style.size, spread)


def _shown(x: float, y: float, text: str, size: float, spread: float = 0.0) -> bytes:
    said = text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    return b"BT /F1 %g Tf %g Tw %g %g Td (%s) Tj ET\n" % (size, spread, x, y, said)


def width(text: str, font: str) -> float:
    """The width of a text at one point of size."""
    return sum(_widths(font).get(sign, 0.6) for sign in text)


@cache
def _widths(font: str) -> dict[str, float]:
    """How far each sign goes on, as pdfium draws it: from its origin to that of the one behind it."""
    found: dict[str, float] = {}
    for start in range(0, len(_SIGNS), _ROWS):
        signs = _SIGNS[start : start + _ROWS]
        rows = b"".join(_shown(_AT, _TOP - _STEP * n, f"{sign}x", 10) for n, sign in enumerate(signs))
        ends = {y: x for x, y in _origins(_leaf(rows, font))}
        found |= {sign: (ends[_TOP - _STEP * n] - _AT) / 10 for n, sign in enumerate(signs)}
    return found


_ROWS, _TOP, _STEP, _AT = 50, 800, 15, 60.0


def _origins(data: bytes) -> Iterator[tuple[float, int]]:
    """Where each character of a page begins, in the order in which they are shown."""
    document = pypdfium2.PdfDocument(data)
    page = document[0]
    text = page.get_textpage()
    x, y = ctypes.c_double(), ctypes.c_double()
    for index in range(text.count_chars()):
        if chr(pdfium.FPDFText_GetUnicode(text.raw, index)) not in "\r\n":
            pdfium.FPDFText_GetCharOrigin(text.raw, index, x, y)
            yield x.value, round(y.value)
    text.close()
    page.close()
    document.close()


def _leaf(content: bytes, font: str) -> bytes:
    """A PDF of one page with that content."""
    face = b"<</Type/Font/Subtype/Type1/BaseFont/%s/Encoding/WinAnsiEncoding>>" % font.encode()
    leaf = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 %s>>>>/Contents 4 0 R>>" % face
    return pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[3 0 R]>>", leaf, stream(content)])
