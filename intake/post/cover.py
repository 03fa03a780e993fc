"""The cover sheet (voorblad) that a sender lays on the postal version: number, address, and a code the scanner can read.

Measured (documents.md §9): at 35 mm and level M every code was read under stamp and fax noise, at 25 mm not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from intake.model import Box
from intake.post.codes import Code
from intake.post.leaf import Line, leaf

_MM = 72 / 25.4
CODE_MM = 35.0
"""Side of the code without its white border, of four modules (ISO/IEC 18004), in which nothing else is printed."""
_LEFT, _RIGHT, _TOP = 25 * _MM, 185 * _MM, 272 * _MM
_CODE = (25 * _MM, 60 * _MM)  # bottom left of the code: post rooms stamp at the top right
_STAMP = Box(115 * _MM, 215 * _MM, _RIGHT, 277 * _MM)
_HEADING, _BODY, _SMALL = 20.0, 11.0, 9.0
_PER_POINT = 0.5  # mean width of a letter of Helvetica, in font sizes: enough to break lines by


@dataclass(frozen=True, slots=True)
class CoverSheet:
    """What stands on a cover sheet. The words come from `bot/texts`: nothing of the signal's title or content is among them.

    `address` are the lines of the desk's postal address, `sentences` what the sender must do, `stamp` the caption of the area
    where the post room stamps, `beside` what stands beside the code.
    """

    code: Code
    heading: str
    address: tuple[str, ...]
    sentences: tuple[str, ...]
    stamp: str
    beside: tuple[str, ...] = ()


def cover_pdf(sheet: CoverSheet) -> bytes:
    """The sheet as a PDF of one A4 page; the same sheet gives the same bytes."""
    squares = tuple(_squares(sheet.code.payload, *_CODE))
    return leaf(_lines(sheet), squares, (_STAMP,), f"{sheet.heading} {sheet.code.number}")


def _lines(sheet: CoverSheet) -> Iterator[Line]:
    yield Line(_STAMP.x0 + 2 * _MM, _STAMP.y1 - 5 * _MM, sheet.stamp, _SMALL)
    for row, text in enumerate(sheet.address):
        yield Line(_LEFT, _TOP - row * 1.3 * _BODY, text, _BODY)
    y = _STAMP.y0 - 18 * _MM
    for text in _broken(sheet.heading, _RIGHT - _LEFT, _HEADING):
        yield Line(_LEFT, y, text, _HEADING, bold=True)
        y -= 1.2 * _HEADING
    yield Line(_LEFT, y - 4, sheet.code.number, _HEADING, bold=True)
    y -= 2.2 * _HEADING
    for sentence in sheet.sentences:
        for text in _broken(sentence, _RIGHT - _LEFT, _BODY):
            yield Line(_LEFT, y, text, _BODY)
            y -= 1.35 * _BODY
        y -= 0.6 * _BODY
    yield from _caption(sheet)


def _caption(sheet: CoverSheet) -> Iterator[Line]:
    """Beside the code what it says, in letters: a person can type it over."""
    x, y = _CODE[0] + (CODE_MM + 10) * _MM, _CODE[1] + (CODE_MM - 4) * _MM
    marks = sheet.code.fingerprint
    groups = " ".join(marks[n : n + 4] for n in range(0, len(marks), 4))
    said = [part for text in sheet.beside for part in _broken(text, _RIGHT - x, _SMALL)]
    for row, text in enumerate((sheet.code.number, groups, *said)):
        yield Line(x, y - row * 1.35 * _SMALL, text, _SMALL)


def _broken(text: str, width: float, size: float) -> Iterator[str]:
    """The text in lines that fit a width."""
    most, line = int(width / (_PER_POINT * size)), ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > most:
            yield line
            line = word
        else:
            line = f"{line} {word}".strip()
    if line:
        yield line


def _squares(payload: str, left: float, bottom: float) -> Iterator[Box]:
    """The dark modules of the code, those beside one another in a row as one rectangle."""
    import segno

    matrix = segno.make_qr(payload, error="m", boost_error=False).matrix
    module = CODE_MM * _MM / len(matrix)
    for row, cells in enumerate(matrix):
        top = bottom + (len(matrix) - row) * module
        column = 0
        for dark, run in groupby(cells):
            size = len(list(run))
            if dark:
                yield Box(left + column * module, top - module, left + (column + size) * module, top)
            column += size
