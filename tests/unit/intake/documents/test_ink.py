"""What pictures look like: pens, stamps, logos, print and photos, drawn here by program in many hands."""

from __future__ import annotations

import io
import math
import random

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from intake.documents.ink import Pixels, looks_of
from tests.unit.intake.documents.papers import docx, odt, pages_pdf, relationships, stream
from tests.unit.intake.documents.reading import read

SEEDS = range(12)


def pen_stroke(seed: int) -> list[tuple[float, float]]:
    """A scribble in the unit square, from left to right: loops of a random hand."""
    chance = random.Random(seed)
    loops, lean = chance.randint(5, 10), chance.uniform(0.5, 1.5)
    points = []
    for step in range(240):
        t = step / 239
        swing = (1 - 0.6 * t) * chance.uniform(0.97, 1.03)
        x = 0.05 + 0.85 * t + 0.03 * lean * math.cos(2 * math.pi * loops * t)
        y = 0.5 + 0.4 * swing * math.sin(2 * math.pi * loops * t + lean) * math.cos(5 * t + seed)
        points.append((x, y))
    return points


def sheet(
    width: int, height: int, paper: tuple[int, int, int] = (255, 255, 255)
) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGB", (width, height), paper)
    return image, ImageDraw.Draw(image)


def signature(
    seed: int, *, width: int = 600, height: int = 200, pen: int = 4, paper: tuple[int, int, int] = (255, 255, 255)
) -> Image.Image:
    """A signature on paper."""
    image, draw = sheet(width, height, paper)
    line = [(x * width, y * height) for x, y in pen_stroke(seed)]
    draw.line(
        line, fill=random.Random(seed).choice([(20, 30, 120), (15, 15, 20), (30, 60, 160)]), width=pen, joint="curve"
    )
    return image


def stamp(seed: int) -> Image.Image:
    """A framed or a round stamp with words."""
    image, draw = sheet(420, 260)
    colour = (170, 30, 40)
    if seed % 2:
        draw.rectangle([10, 10, 410, 250], outline=colour, width=7)
    else:
        draw.ellipse([80, 5, 340, 255], outline=colour, width=7)
    for row, word in enumerate(("ONTVANGEN", "12 NOV 2026", "LIEC")):
        draw.text((120, 70 + 45 * row), word, font=ImageFont.load_default(30), fill=colour)
    return image.rotate(seed - 6, fillcolor="white", expand=True)


def logo(seed: int) -> Image.Image:
    """Filled shapes."""
    image, draw = sheet(220, 220)
    colour = (20, 70, 40 + 15 * seed)
    shape = seed % 4
    if shape == 0:
        draw.ellipse([15, 15, 205, 205], fill=colour)
    elif shape == 1:
        draw.polygon([(20, 20), (200, 20), (200, 120), (110, 205), (20, 120)], fill=colour)
    elif shape == 2:
        for bar in range(4):
            draw.rectangle([20 + 47 * bar, 180 - 40 * bar, 55 + 47 * bar, 200], fill=colour)
    else:
        draw.rectangle([90, 15, 130, 205], fill=colour)
        draw.rectangle([15, 90, 205, 130], fill=colour)
    return image


def print_(seed: int) -> Image.Image:
    """Printed words, as in a picture of a text or a word mark."""
    image, draw = sheet(600, 60 + 30 * (seed % 4))
    for row in range(1 + seed % 4):
        draw.text(
            (10, 12 + 30 * row),
            "Namens het college van burgemeester",
            font=ImageFont.load_default(24),
            fill=(10, 10, 10),
        )
    return image


def photo(seed: int) -> Image.Image:
    """Grey tones everywhere."""
    chance = np.random.default_rng(seed)
    rough = chance.integers(20, 235, (9, 12, 3), dtype=np.uint8)
    return Image.fromarray(rough).resize((480, 360), Image.Resampling.BICUBIC)


def looks(image: Image.Image) -> str:
    pixels: Pixels = np.asarray(image)
    return looks_of(pixels)[0]


@pytest.mark.parametrize("pen", [2, 4, 7])
def test_pen_strokes_look_like_ink(pen: int) -> None:
    """Twelve hands with three pens; at most one may be missed."""
    assert sum(looks(signature(seed, pen=pen)) == "ink" for seed in SEEDS) >= len(SEEDS) - 1


def test_a_photographed_signature_is_still_ink() -> None:
    """Grey paper, light falling off, noise, JPEG."""
    hits = 0
    for seed in SEEDS:
        pixels = np.asarray(signature(seed, paper=(205, 203, 196))).astype(np.float32)
        shade = np.linspace(1.0, 0.82, pixels.shape[1])[None, :, None]
        noisy = pixels * shade + np.random.default_rng(seed).normal(0, 5, pixels.shape)
        out = io.BytesIO()
        Image.fromarray(noisy.clip(0, 255).astype(np.uint8)).save(out, "JPEG", quality=60)
        hits += looks(Image.open(out)) == "ink"
    assert hits >= len(SEEDS) - 2


def test_a_transparent_signature_is_ink_on_paper() -> None:
    """The usual pasted PNG: dark strokes, the rest see-through and black below."""
    for seed in SEEDS[:4]:
        drawn = signature(seed)
        alpha = drawn.convert("L").point(lambda v: 255 - v)
        clear = Image.new("RGBA", drawn.size, (0, 0, 0, 0))
        clear.paste((15, 20, 60, 255), mask=alpha)
        assert looks(clear) == "ink"


@pytest.mark.parametrize("make", [stamp, logo, print_, photo])
def test_nothing_else_looks_like_ink(make: object) -> None:
    """A stamp, a logo, print or a photo taken for a signature would be a signature that nobody gave."""
    assert callable(make)
    assert [seed for seed in SEEDS if looks(make(seed)) == "ink"] == []


def test_stamps_logos_and_photos_have_their_names() -> None:
    """The rest is told apart as far as it goes."""
    assert sum(looks(stamp(seed)) == "stamp" for seed in SEEDS) >= len(SEEDS) - 2
    assert all(looks(logo(seed)) == "logo" for seed in SEEDS)
    assert all(looks(photo(seed)) == "photo" for seed in SEEDS)


def test_an_empty_line_or_a_blank_picture_is_no_ink() -> None:
    """The dotted line on which nobody signed."""
    image, draw = sheet(600, 200)
    assert looks(image) == "unknown"
    draw.line([(20, 150), (580, 150)], fill=(0, 0, 0), width=3)
    assert looks(image) != "ink"


def png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def test_a_signature_pasted_in_word_is_seen_with_its_cell() -> None:
    """The picture knows behind which words and in which cell it stands."""
    spaces = " ".join(
        f'xmlns:{short}="http://schemas.openxmlformats.org/{long}"'
        for short, long in (("a", "drawingml/2006/main"), ("r", "officeDocument/2006/relationships"))
    )
    blip = f'<a:blip {spaces} r:embed="rId1"/>'
    cell = f"<w:tc><w:p><w:r><w:t>De burgemeester,</w:t></w:r></w:p><w:p><w:r><w:drawing>{blip}</w:drawing></w:r></w:p></w:tc>"
    rels = relationships(("image", "media/image1.png", ""))
    data = docx(
        f"<w:tbl><w:tr>{cell}</w:tr></w:tbl>",
        {"word/_rels/document.xml.rels": rels, "word/media/image1.png": png(signature(3))},
    )
    (picture,) = read(data, "stuk.docx").pictures
    assert (picture.looks, picture.after, picture.cell) == ("ink", 0, (0, 0, 0))


def test_a_signature_pasted_in_odt_is_seen() -> None:
    """The same for OpenDocument."""
    frame = (
        '<draw:frame><draw:image xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="Pictures/a.png"/></draw:frame>'
    )
    data = odt(f"<text:p>De burgemeester,{frame}</text:p>", more={"Pictures/a.png": png(signature(5))})
    (picture,) = read(data, "stuk.odt").pictures
    assert (picture.looks, picture.after) == ("ink", 0)


def test_a_signature_pasted_in_a_pdf_is_seen() -> None:
    """With its box, behind the words above it."""
    image = signature(7, width=300, height=100)
    entries = b"/Type/XObject/Subtype/Image/Width 300/Height 100/BitsPerComponent 8/ColorSpace/DeviceRGB"
    content = b"BT /F1 11 Tf 70 300 Td (De burgemeester,) Tj ET q 140 0 0 47 70 240 cm /Im1 Do Q"
    data = pages_pdf([content], more=[stream(image.tobytes(), entries, packed=True)])
    data = data.replace(b"/Resources<<", b"/Resources<</XObject<</Im1 5 0 R>>")
    (picture,) = read(data).pictures
    assert (picture.looks, picture.page, picture.after) == ("ink", 1, 0)
    assert picture.box is not None
    assert (round(picture.box.x0), round(picture.box.y0)) == (70, 240)


def curves(points: list[tuple[float, float]]) -> bytes:
    """Path operators through these points."""
    moves = b"%.1f %.1f m " % points[0]
    steps = [
        b"%.1f %.1f %.1f %.1f %.1f %.1f c " % (*a, *b, *c)
        for a, b, c in zip(points[1::3], points[2::3], points[3::3], strict=False)
    ]
    return b"1.2 w 0 0 0.5 RG " + moves + b"".join(steps) + b"S\n"


@pytest.mark.parametrize("as_annotation", [False, True])
def test_a_signature_drawn_on_a_tablet_is_seen(as_annotation: bool) -> None:
    """Vector ink: strokes in the page, or an ink annotation over it."""
    strokes = curves([(x * 150, y * 50) for x, y in pen_stroke(4)])
    if as_annotation:
        annotation = b"<</Type/Annot/Subtype/Ink/Rect[70 240 220 290]/F 4/InkList[[0 0 1 1]]/AP<</N 6 0 R>>>>"
        appearance = stream(strokes, b"/Type/XObject/Subtype/Form/BBox[0 0 150 50]")
        data = pages_pdf(
            [b"BT /F1 11 Tf 70 300 Td (De burgemeester,) Tj ET"],
            entries=b"/Annots[5 0 R]",
            more=[annotation, appearance],
        )
    else:
        data = pages_pdf([b"BT /F1 11 Tf 70 300 Td (De burgemeester,) Tj ET q 1 0 0 1 70 240 cm " + strokes + b"Q"])
    (picture,) = read(data).pictures
    assert picture.looks == "ink"
    assert picture.detail.startswith("drawn")


def test_drawn_frames_and_circles_are_no_ink() -> None:
    """The lay-out's own lines."""
    circle = curves([(200 + 40 * math.cos(t / 10), 400 + 40 * math.sin(t / 10)) for t in range(64)])
    frame = b"70 600 200 60 re S 70 500 m 400 500 l S "
    assert [p.looks for p in read(pages_pdf([circle + frame])).pictures if p.looks == "ink"] == []
