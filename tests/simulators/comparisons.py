"""Comparisons as the engine gives them, made by hand: pages of a sample document, and scans of it with known changes drawn in.

The pictures are real renderings of `bot/samples`; boxes are where the words really stand. No engine has looked at them.
"""

from __future__ import annotations

import dataclasses
import email
import functools
import io
import random
from dataclasses import dataclass, field
from email import policy

import pypdfium2
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from bot import samples_of
from intake.model import Verdict
from intake.post.comparison import (
    Benign,
    Comparison,
    Deviation,
    DeviationKind,
    Evidence,
    Faces,
    PagePair,
    PostVerdict,
    Region,
    SignatureLine,
)

SAMPLE = "06-geen_conclusie.eml"
DPI = 150
QUALITY = 60
HOSTILE = "<script>alert('x')</script>\u202e\"&'<img src=x onerror=alert(1)>"


@dataclass(frozen=True)
class Leaf:
    """A frozen page as a grey picture, with the places of its words as shares of the page."""

    picture: Image.Image
    words: tuple[tuple[str, Region], ...]

    def find(self, word: str, nth: int = 0) -> tuple[int, Region]:
        """The index and place of the nth occurrence of a word."""
        found = [(index, region) for index, (text, region) in enumerate(self.words) if text.strip(".,;:()") == word]
        return found[nth]

    def around(self, index: int, width: int = 6) -> tuple[str, str]:
        """The words before and after one."""
        texts = [text for text, _ in self.words]
        return " ".join(texts[max(0, index - width) : index]), " ".join(texts[index + 1 : index + 1 + width])


@functools.cache
def document(sample: str = SAMPLE) -> bytes:
    """The PDF that a sample mail brings."""
    message = email.message_from_bytes((samples_of("mails") / sample).read_bytes(), policy=policy.default)
    return next(bytes(p.get_content()) for p in message.iter_attachments() if (p.get_filename() or "").endswith(".pdf"))


@functools.cache
def leaves(sample: str = SAMPLE, dpi: int = DPI) -> tuple[Leaf, ...]:
    """Its pages."""
    pdf = pypdfium2.PdfDocument(document(sample))
    try:
        return tuple(_leaf(page, dpi) for page in pdf)
    finally:
        pdf.close()


def _leaf(page: pypdfium2.PdfPage, dpi: int) -> Leaf:
    width, height = page.get_size()
    text = page.get_textpage()
    words, boxes, letters = [], [], ""
    for index in range(text.count_chars() + 1):
        letter = text.get_text_range(index, 1) if index < text.count_chars() else " "
        if letter.strip():
            letters += letter
            boxes.append(text.get_charbox(index))
        elif letters:
            left, bottom, right, top = (f(b[i] for b in boxes) for i, f in enumerate((min, min, max, max)))
            words.append((letters, Region(left / width, 1 - top / height, right / width, 1 - bottom / height)))
            letters, boxes = "", []
    return Leaf(page.render(scale=dpi / 72, grayscale=True).to_pil().convert("L"), tuple(words))


def scanned(picture: Image.Image, seed: int = 1) -> Image.Image:
    """What a scanner makes of a sheet: a little softer, a little off, grey and speckled."""
    random.seed(seed)
    noise = Image.effect_noise(picture.size, 22)
    soft = ImageChops.offset(picture.filter(ImageFilter.GaussianBlur(0.6)), 1, 1).point(lambda v: 18 + v * 0.88)
    return Image.blend(soft, noise, 0.07)


def without(picture: Image.Image, region: Region, end: float) -> Image.Image:
    """The sheet with a word cut out; the rest of its line, to the share `end` of the width, moves up."""
    made = picture.copy()
    width, height = made.size
    left, right, stop = round(region.x0 * width), round(region.x1 * width) + width // 160, round(end * width)
    top, bottom = round(region.y0 * height) - 4, round(region.y1 * height) + 8
    rest = made.crop((right, top, stop, bottom))
    made.paste(255, (left, top, stop, bottom))
    made.paste(rest, (left, top))
    return made


def instead(picture: Image.Image, region: Region, text: str) -> Image.Image:
    """The sheet with another word in the place of one."""
    made = picture.copy()
    width, height = made.size
    box = (round(region.x0 * width), round(region.y0 * height), round(region.x1 * width), round(region.y1 * height))
    made.paste(255, (box[0] - 1, box[1] - 3, box[2] + 1, box[3] + 4))
    ImageDraw.Draw(made).text((box[0], box[3]), text, fill=0, font_size=(box[3] - box[1]) * 1.3, anchor="ls")
    return made


def encoded(picture: Image.Image, quality: int = QUALITY) -> bytes:
    """As WebP."""
    held = io.BytesIO()
    picture.save(held, "WEBP", quality=quality, method=4)
    return held.getvalue()


@dataclass
class Made:
    """A comparison in the making."""

    pages: list[PagePair] = field(default_factory=list)
    faces: list[Faces] = field(default_factory=list)
    deviations: list[Deviation] = field(default_factory=list)

    def add(self, pair: PagePair, frozen: Image.Image | None, scan: Image.Image | None) -> None:
        """A pair with its pictures."""
        size = next(p.size for p in (frozen, scan) if p is not None)
        self.pages.append(pair)
        self.faces.append(Faces(encoded(frozen) if frozen else None, encoded(scanned(scan)) if scan else None, *size))


@functools.cache
def deviating() -> Comparison:
    """A word gone, a number changed, a page missing and one added; a doubtful spot; a stamp. The third sheet lay upside down."""
    own, made = leaves(), Made()
    first, second = own[0], own[1]
    gone, at = first.find("niet")
    before, after = first.around(gone)
    end = max(r.x1 for _, r in first.words if abs(r.y0 - at.y0) < 0.01) + 0.01
    number, place = next(
        (i, r) for i, (text, r) in enumerate(first.words) if text.strip(".,").isdigit() and len(text) > 1
    )
    was = first.words[number][0].strip(".,")
    told = first.around(number)
    doubtful = second.words[len(second.words) // 2]
    scan = instead(without(first.picture, at, end), place, was[::-1])
    made.add(PagePair(1, 1, 0, 0.98, "registered", dpi=200), first.picture, scan)
    made.add(PagePair(2, 3, 180, 0.97, "registered", dpi=200), second.picture, second.picture)
    made.add(PagePair(None, 2, 0, 0.1, "none", role="added", dpi=200), None, own[-1].picture)
    made.add(PagePair(3, None), own[2].picture if len(own) > 2 else second.picture, None)
    signs = (
        Evidence("missing_ink", "0,83", Verdict.FAIL),
        Evidence("tesseract", "", Verdict.FAIL),
        Evidence("rapidocr", "", Verdict.FAIL),
    )
    return Comparison(
        PostVerdict.DEVIATES,
        tuple(made.pages),
        (
            Deviation(DeviationKind.PAGE_MISSING, 3, None),
            Deviation(DeviationKind.WORD_MISSING, 1, 1, "niet", "", 0.99, at, before, after, signs),
            Deviation(DeviationKind.NUMBER_CHANGED, 1, 1, was, was[::-1], 0.96, place, *told),
            Deviation(DeviationKind.PAGE_ADDED, None, 2),
        ),
        (
            Deviation(DeviationKind.WORD_CHANGED, 2, 3, "woord", "w00rd", 0.5, second.words[5][1]),
            Deviation(DeviationKind.NUMBER_CHANGED, 2, 3, "2026", "", 0.4, doubtful[1]),
        ),
        (
            Benign("stamp", 1, 1, Region(0.6, 0.05, 0.9, 0.12), "12 nov 2026"),
            Benign("upside_down", 3, 2),
            Benign("ocr_noise", 1, 1, first.words[20][1]),
        ),
        (SignatureLine("A. de Vries", "signature", 2, 3), SignatureLine("", "empty", 2, 3)),
        engines=("tesseract 5.3.0", "rapidocr 3.10"),
        faces=tuple(made.faces),
    )


@functools.cache
def identical() -> Comparison:
    """Every page as it was, nothing else."""
    made = Made()
    for number, leaf in enumerate(leaves(), 1):
        made.add(PagePair(number, number, 0, 0.99, "registered", dpi=300), leaf.picture, leaf.picture)
    return Comparison(PostVerdict.IDENTICAL, tuple(made.pages), engines=("tesseract 5.3.0",), faces=tuple(made.faces))


def without_pictures() -> Comparison:
    """As it is compared by text alone."""
    return dataclasses.replace(deviating(), faces=(), rendering="text")


def hostile() -> Comparison:
    """Everything that a scan or a document can say is markup and hidden signs."""
    told = deviating()
    bad = tuple(
        dataclasses.replace(
            d,
            frozen=HOSTILE,
            scan=HOSTILE,
            before=HOSTILE,
            after=HOSTILE,
            evidence=(Evidence(HOSTILE, HOSTILE, Verdict.FAIL),),
        )
        for d in told.deviations
    )
    return dataclasses.replace(
        told,
        deviations=bad,
        unreadable=tuple(dataclasses.replace(d, frozen=HOSTILE) for d in told.unreadable),
        benign=(Benign(HOSTILE, 1, 1, None, HOSTILE),),
        signatures=(SignatureLine(HOSTILE, HOSTILE),),
        engines=(HOSTILE,),
        reasons=(HOSTILE,),
        rendering=HOSTILE,
    )
