"""A frozen page as it prints: its words with the boxes of their letters, and its picture. Strangers' bytes: run in the sandbox."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pypdfium2.raw as pdfium

from intake.documents.kinds import kind_of
from intake.documents.limits import DocumentLimits, Refused
from intake.documents.pdf import opened
from intake.documents.pdf_lines import turn_of
from intake.documents.pdf_marks import flatten
from intake.model import Defect
from intake.post.compare.tokens import DPI
from intake.post.pages import POINTS_PER_INCH, Rect
from intake.post.sheets import scan_dpi

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage, PdfTextPage

    from intake.documents.ink import Pixels

_SCALE = DPI / POINTS_PER_INCH
_MARKS = {0x02: "\u00ad", 0xFFFE: "\u00ad"}  # pdfium's marks for a hyphen at a line end
_FEW = 25  # letters on a page that is a picture: what a scanner adds
_BAND = 0.5  # of a letter's height: one that stands farther up or down begins a new word
_WIDE = 1.2  # of a letter's height: a gap that parts words though no blank stands in it


@dataclass(frozen=True, slots=True)
class PrintedWord:
    """A word of a frozen page: boxes of its letters and of itself in pixels of the frame; `line` parts lines and cells."""

    text: str
    box: Rect
    line: int
    glyphs: tuple[Rect, ...] = ()


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """One frozen page. `pictured` pages are pictures, whose words OCR has to read; they have none here.

    `seals` are the faces of digital signatures: what stands in them is no part of the text, and paper need not have it.
    """

    page: int
    width: int
    height: int
    words: tuple[PrintedWord, ...] = ()
    pictured: bool = False
    seals: tuple[Rect, ...] = ()


def printed_pages(data: bytes, limits: DocumentLimits | None = None) -> tuple[PrintedPage, ...]:
    """All pages of a PDF or picture file, the words without the boxes of their letters. Raises `Refused`."""
    limits = limits or DocumentLimits()
    if kind_of(data) == "image":
        return tuple(PrintedPage(n, 0, 0, pictured=True) for n in range(1, _frames(data, limits) + 1))
    pages = []
    with opened(data) as document:
        for number in range(min(len(document), limits.pages)):
            with _shown(document, number) as (page, seals):
                pages.append(_page(page, number + 1, limits, seals, glyphs=False))
    return tuple(pages)


def printed_page(data: bytes, number: int, limits: DocumentLimits | None = None) -> tuple[PrintedPage, Pixels]:
    """One page of a PDF (from 1) with the boxes of its letters, and its grey picture in the frame. Raises `Refused`."""
    limits = limits or DocumentLimits()
    with opened(data) as document, _shown(document, number - 1) as (page, seals):
        found = _page(page, number, limits, seals, glyphs=True)
        pixels = page.render(scale=_SCALE, grayscale=True).to_numpy()
        drawn = pixels.reshape(pixels.shape[0], pixels.shape[1])[: found.height, : found.width]
        picture: Pixels = np.full((found.height, found.width), 255, np.uint8)
        picture[: drawn.shape[0], : drawn.shape[1]] = drawn  # pdfium rounds up, we to the nearest
    return found, picture


@contextmanager
def _shown(document: PdfDocument, index: int) -> Iterator[tuple[PdfPage, tuple[Rect, ...]]]:
    """A page with its annotations drawn into it, as it prints, and where the faces of digital signatures are."""
    if document.formenv is None:
        document.init_forms()
    with closing(document[index]) as page:
        seals = tuple(_seals(document, page))
        if not flatten(page):
            yield page, seals
            return
    with closing(document[index]) as page:
        yield page, seals


def _seals(document: PdfDocument, page: PdfPage) -> Iterator[Rect]:
    """The boxes of the page's signature fields, in pixels of the frame."""
    if document.formenv is None:
        return
    turn, height, around = turn_of(page), page.get_size()[1], pdfium.FS_RECTF()
    for index in range(pdfium.FPDFPage_GetAnnotCount(page.raw)):
        annotation = pdfium.FPDFPage_GetAnnot(page.raw, index)
        kind = pdfium.FPDFAnnot_GetFormFieldType(document.formenv.raw, annotation)
        if kind == pdfium.FPDF_FORMFIELD_SIGNATURE and pdfium.FPDFAnnot_GetRect(annotation, around):
            x0, y0, x1, y1 = turn(around.left, around.bottom, around.right, around.top)
            if x1 > x0 and y1 > y0:
                yield Rect(*(round(v * _SCALE) for v in (x0, height - y1, x1, height - y0)))
        pdfium.FPDFPage_CloseAnnot(annotation)


def _frames(data: bytes, limits: DocumentLimits) -> int:
    import io

    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data)) as image:
            return min(getattr(image, "n_frames", 1), limits.pages)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise Refused(Defect("damaged_picture", detail=type(error).__name__)) from error


def _page(page: PdfPage, number: int, limits: DocumentLimits, seals: tuple[Rect, ...], *, glyphs: bool) -> PrintedPage:
    width, height = page.get_size()
    if max(width, height) / POINTS_PER_INCH > limits.page_mm / 25.4 or width * height * _SCALE**2 > limits.pixels:
        raise Refused(Defect("page_too_large", where=str(number), detail=f"{width:.0f}x{height:.0f} pt"))
    size = round(width * _SCALE), round(height * _SCALE)
    with closing(page.get_textpage()) as text:
        few = text.count_chars() < _FEW
        if (few or _covered(page)) and scan_dpi(page, limits):
            return PrintedPage(number, *size, pictured=True)
        words = _words(page, text, min(text.count_chars(), limits.chars_per_page), glyphs=glyphs)
        own = tuple(word for word in words if not any(within(word.box, seal) for seal in seals))
    return PrintedPage(number, *size, own, seals=seals)


def within(box: Rect, other: Rect) -> bool:
    """Whether the middle of a box lies in another."""
    return other.x0 <= (box.x0 + box.x1) / 2 <= other.x1 and other.y0 <= (box.y0 + box.y1) / 2 <= other.y1


def _covered(page: PdfPage) -> bool:
    """Whether the text of the page is the unseen layer that OCR lays under a scan: what is seen is the picture."""
    modes = {pdfium.FPDFTextObj_GetTextRenderMode(o.raw) for o in page.get_objects([pdfium.FPDF_PAGEOBJ_TEXT])}
    return modes == {pdfium.FPDF_TEXTRENDERMODE_INVISIBLE}


def _words(page: PdfPage, text: PdfTextPage, count: int, *, glyphs: bool) -> Iterator[PrintedWord]:
    """Words part at white space, where the next letter stands on another line or to the left, and at a wide gap."""
    letters: list[str] = []
    boxes: list[Rect] = []
    line = 0
    for sign, box in _letters(page, text, count):
        blank = box is None or sign.isspace()
        if letters and (blank or (box is not None and _parts(boxes[-1], box))):
            yield _word(letters, boxes, line, glyphs=glyphs)
            last = boxes[-1]
            letters, boxes = [], []
            if not blank and box is not None and _new_line(last, box):
                line += 1
        if sign == "\n":
            line += 1
        if not blank and box is not None:
            letters.append(sign)
            boxes.append(box)
    if letters:
        yield _word(letters, boxes, line, glyphs=glyphs)


def _word(letters: list[str], boxes: list[Rect], line: int, *, glyphs: bool) -> PrintedWord:
    whole = Rect(min(b.x0 for b in boxes), min(b.y0 for b in boxes), max(b.x1 for b in boxes), max(b.y1 for b in boxes))
    return PrintedWord("".join(letters), whole, line, tuple(boxes) if glyphs else ())


def _letters(page: PdfPage, text: PdfTextPage, count: int) -> Iterator[tuple[str, Rect | None]]:
    """Every character with its box in pixels of the frame; None for one that leaves no ink."""
    turn, height = turn_of(page), page.get_size()[1]
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    for index in range(count):
        code = pdfium.FPDFText_GetUnicode(text.raw, index)
        sign = _MARKS.get(code) or (chr(code) if 0 < code < 0xD800 or 0xDFFF < code <= 0x10FFFF else "\ufffd")  # noqa: PLR2004 - Unicode's own bounds
        if sign in "\r\n":
            yield "\n" if sign == "\n" else " ", None
            continue
        pdfium.FPDFText_GetCharBox(text.raw, index, left, right, bottom, top)
        x0, y0, x1, y1 = turn(left.value, bottom.value, right.value, top.value)
        box = Rect(round(x0 * _SCALE), round((height - y1) * _SCALE), round(x1 * _SCALE), round((height - y0) * _SCALE))
        yield sign, box if x1 > x0 and y1 > y0 else None


def _parts(before: Rect, after: Rect) -> bool:
    """Whether the second letter begins another word."""
    reach = max(before.height, after.height)
    return _new_line(before, after) or after.x0 - before.x1 > _WIDE * max(reach, 8)


def _new_line(before: Rect, after: Rect) -> bool:
    """Whether the second letter stands on another line, or to the left of the first."""
    apart = after.y0 > before.y1 + _BAND * before.height or after.y1 < before.y0 - _BAND * before.height
    return apart or after.x1 < before.x0 - 2 * max(before.width, 8)
