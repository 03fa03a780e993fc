"""One A4 page as a PDF (ISO 32000-1): text in standard fonts and black rectangles. The same input gives the same bytes.

Helvetica is one of the fourteen fonts that every viewer and printer has, so nothing is embedded; text is what Windows-1252 has.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from intake.model import Box

A4 = (595.28, 841.89)
"""Width and height in points."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text: its left end on the baseline in points from the bottom left."""

    x: float
    y: float
    text: str
    size: float = 11.0
    bold: bool = False


def leaf(lines: Iterable[Line], filled: Iterable[Box] = (), framed: Iterable[Box] = (), title: str = "") -> bytes:
    """The page. Characters outside Windows-1252 are written as a question mark."""
    drawn = [_text(line) for line in lines]
    drawn += [b"0 g"] + [b"%s re" % _numbers(b.x0, b.y0, b.x1 - b.x0, b.y1 - b.y0) for b in filled] + [b"f"]
    drawn += [b"0.5 w 0.6 G"] + [b"%s re S" % _numbers(b.x0, b.y0, b.x1 - b.x0, b.y1 - b.y0) for b in framed]
    stream = b"\n".join(drawn)
    return _file(
        (
            b"<< /Type /Catalog /Pages 2 0 R /Lang (nl-NL) >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %s] /Contents 4 0 R "
            b"/Resources << /Font << /F1 5 0 R /F2 6 0 R >> >> >>" % _numbers(*A4),
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
            b"<< /Title (%s) >>" % _escaped(title),
        )
    )


def _text(line: Line) -> bytes:
    font, size, place = b"F2" if line.bold else b"F1", _numbers(line.size), _numbers(line.x, line.y)
    return b"BT /%s %s Tf %s Td (%s) Tj ET" % (font, size, place, _escaped(line.text))


def _escaped(text: str) -> bytes:
    """A literal string (ISO 32000-1, 7.3.4.2) on one line."""
    plain = " ".join(text.split()).encode("cp1252", "replace")
    return plain.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def _numbers(*values: float) -> bytes:
    return " ".join(f"{value:.3f}".rstrip("0").rstrip(".") for value in values).encode()


def _file(objects: Sequence[bytes]) -> bytes:
    """The objects numbered from 1, the catalogue first and the information last, with the table of where each begins."""
    out, starts = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", []
    for number, body in enumerate(objects, 1):
        starts.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % start for start in starts)
    return out + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (len(objects) + 1, table, len(objects) + 1, len(objects), len(out))
    )
