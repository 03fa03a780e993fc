"""A printed page as four scanners would see it: 300 dpi grey, an office scanner, with a stamp, a fax."""

from __future__ import annotations

import io
import random

import cv2
import numpy as np
import pypdfium2
from PIL import Image, ImageDraw, ImageFont

from intake.documents.ink import Pixels

QUALITIES = ("clean300", "office200", "stamp200", "fax200")
_PRINTER = 600  # dots per inch of the paper before it is scanned


def scanned(data: bytes, quality: str, seed: int) -> bytes:
    """The first page of a PDF as a scan: a PDF with one picture, or a bitonal TIFF."""
    draw, noise = random.Random(seed), np.random.default_rng(seed)
    paper = _paper(data, draw, noise)
    dpi = 300 if quality == "clean300" else 200
    skew = draw.uniform(-0.4, 0.4) if quality == "clean300" else draw.uniform(-1.6, 1.6)
    page = _on_glass(paper, dpi, skew, draw)
    if quality in {"stamp200", "fax200"} and draw.random() < (1.0 if quality == "stamp200" else 0.4):
        page = _stamped(page, dpi, draw)
    if quality == "fax200":
        return _fax(page, draw, noise)
    page = _lit(page, draw, noise, strength=4 if quality == "clean300" else 7)
    out = io.BytesIO()
    Image.fromarray(page).save(out, "PDF", resolution=dpi, quality=85 if quality == "clean300" else 55)
    return out.getvalue()


def _paper(data: bytes, draw: random.Random, noise: np.random.Generator) -> Pixels:
    """The print: toner spreads or thins a little, and lies unevenly."""
    document = pypdfium2.PdfDocument(data)
    page = document[0]
    grey: Pixels = np.array(page.render(scale=_PRINTER / 72, grayscale=True).to_pil().convert("L"))
    page.close()
    document.close()
    gain = draw.choice((-1, 0, 0, 1, 1))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3))
    if gain:
        grey = (cv2.erode if gain > 0 else cv2.dilate)(grey, kernel)
    grain = cv2.resize(
        noise.normal(0, 1, (grey.shape[0] // 6, grey.shape[1] // 6)).astype(np.float32), grey.shape[::-1]
    )
    uneven: Pixels = np.where(grey < 128, np.clip(grey + 25 + 22 * grain, 0, 120), grey).astype(np.uint8)
    return uneven


def _on_glass(paper: Pixels, dpi: int, skew: float, draw: random.Random) -> Pixels:
    """Scanned askew, shifted, a little stretched and warped."""
    scale = dpi / _PRINTER
    height, width = round(paper.shape[0] * scale), round(paper.shape[1] * scale)
    soft = cv2.GaussianBlur(paper, (0, 0), 0.5 / scale)
    matrix = cv2.getRotationMatrix2D((paper.shape[1] / 2, paper.shape[0] / 2), -skew, 1.0)
    matrix = np.vstack([matrix, [0, 0, 1]])
    stretch = np.diag([scale * draw.uniform(0.992, 1.008), scale * draw.uniform(0.992, 1.008), 1.0])
    stretch[:2, 2] = draw.uniform(-0.06, 0.06) * dpi, draw.uniform(-0.06, 0.06) * dpi
    flat = cv2.warpPerspective(soft, stretch @ matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=(255,))
    wave = draw.uniform(0, 0.006) * dpi
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    bent: Pixels = cv2.remap(
        flat, columns, rows + np.float32(wave) * np.sin(columns / width * 5), cv2.INTER_LINEAR, borderValue=(255,)
    )
    return bent


def _lit(page: Pixels, draw: random.Random, noise: np.random.Generator, strength: float) -> Pixels:
    """Light that falls off, and the grain of the sensor."""
    height, width = page.shape
    fall = (
        np.linspace(draw.uniform(0.88, 1), draw.uniform(0.92, 1), width)[None, :]
        * np.linspace(1, draw.uniform(0.9, 1), height)[:, None]
    )
    lit: Pixels = np.clip(page * fall * 0.97 + noise.normal(0, strength, page.shape), 0, 255).astype(np.uint8)
    return lit


def _stamped(page: Pixels, dpi: int, draw: random.Random) -> Pixels:
    """A framed stamp, turned a little, over the text."""
    height, width = page.shape
    stamp = Image.new("L", (round(2.2 * dpi), round(0.9 * dpi)), 255)
    pen = ImageDraw.Draw(stamp)
    pen.rectangle((4, 4, stamp.width - 5, stamp.height - 5), outline=70, width=max(2, dpi // 80))
    font = ImageFont.load_default(size=dpi * 0.19)
    for row, text in enumerate(("INGEKOMEN", f"{draw.randint(1, 28)} NOV 2026", "LIEC / POSTKAMER")):
        pen.text((dpi * 0.15, dpi * (0.08 + 0.25 * row)), text, fill=80, font=font)
    turned = stamp.rotate(draw.uniform(-8, 8), expand=True, fillcolor=255)
    paper = Image.fromarray(page)
    place = (draw.randint(0, width - turned.width), draw.randint(0, height - turned.height))
    under = paper.crop((*place, place[0] + turned.width, place[1] + turned.height))
    paper.paste(Image.fromarray(np.minimum(np.array(under), np.array(turned))), place)
    found: Pixels = np.array(paper)
    return found


def _fax(page: Pixels, draw: random.Random, noise: np.random.Generator) -> bytes:
    """Black and white, with ragged edges, specks and perhaps a line of the scanner."""
    ragged = page.astype(np.float32) + cv2.GaussianBlur(noise.normal(0, 60, page.shape).astype(np.float32), (0, 0), 0.8)
    bitonal = np.where(ragged < draw.uniform(120, 165), 0, 255).astype(np.uint8)
    specks = noise.random(page.shape) < draw.uniform(0.0002, 0.0009)
    bitonal[cv2.dilate(specks.astype(np.uint8), np.ones((2, 2), np.uint8)) > 0] = 0
    if draw.random() < 0.4:
        bitonal[:, draw.randint(0, page.shape[1] - 1)] = 0
    out = io.BytesIO()
    Image.fromarray(bitonal).convert("1").save(out, "TIFF", compression="group4", dpi=(200, 200))
    return out.getvalue()
