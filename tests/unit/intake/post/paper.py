"""Pages of paper made here: printed by pdfium with the fonts it carries, then scanned as an office scanner or a fax would."""

from __future__ import annotations

import io
from collections.abc import Sequence

import cv2
import numpy as np
import pypdfium2
from PIL import Image

from intake.documents.ink import Pixels
from tests.unit.intake.documents.papers import pages_pdf, text_at

HEADING = "Bevindingen en knelpunten"
LINES = (
    "Bij controles in elf gemeenten bleek dat bedrijven worden gebruikt voor het witwassen van",
    "geld. Van de 148 bedrijven die wij bekeken, hadden er 31 meer voertuigen op naam dan zij",
    "op hun terrein kwijt konden. De regels geven geen grond om dat te weigeren, en de gemeente",
    "kan een vergunning niet intrekken. Daardoor blijft de werkwijze in het hele land mogelijk.",
)
ASKS = (
    "Wij vragen de minister van Justitie en Veiligheid een wettelijke grondslag te maken, zodat",
    "gemeenten gegevens over deze bedrijven met elkaar mogen delen voordat zij beslissen.",
)
LEFT, TOP, STEP = 70.0, 760.0, 15.0  # points


def content(name: str = "M. de Vries") -> bytes:
    """The content stream of a page: a heading in heavy type, two paragraphs, and who signs."""
    drawn = text_at(LEFT, TOP, HEADING, size=14, bold=True)
    y = TOP - 30
    for paragraph in (LINES, ASKS):
        for line in paragraph:
            drawn += text_at(LEFT, y, line)
            y -= STEP
        y -= STEP
    return drawn + text_at(LEFT, y - 60, "De burgemeester van Oosterwaard,") + text_at(LEFT, y - 140, name)


def printed(content_stream: bytes, dpi: int = 200) -> Pixels:
    """The page on paper: grey pixels."""
    document = pypdfium2.PdfDocument(pages_pdf([content_stream]))
    page = document[0]
    pixels: Pixels = np.array(page.render(scale=dpi / 72).to_pil().convert("L"))
    page.close()
    document.close()
    return pixels


def skewed(page: Pixels, degrees: float) -> Pixels:
    """The page laid on the glass askew, clockwise, with the grain of a scanner."""
    height, width = page.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1.0)
    turned: Pixels = cv2.warpAffine(page, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=(255,))
    grain = np.random.default_rng(3).normal(0, 4, page.shape)
    grained: Pixels = np.clip(turned - 8 + grain, 0, 255).astype(np.uint8)
    return grained


def faxed(page: Pixels) -> Pixels:
    """Black and white with loose specks."""
    bitonal = np.where(page < 150, 0, 255).astype(np.uint8)
    chance = np.random.default_rng(4)
    specks = chance.random(page.shape)
    bitonal[specks < 0.0008] = 0
    return bitonal


def scanned_pdf(pages: Sequence[Pixels], dpi: int = 200) -> bytes:
    """A PDF that holds nothing but pictures of pages."""
    return _saved(pages, "PDF", resolution=dpi)


def tiff(pages: Sequence[Pixels], dpi: int = 200) -> bytes:
    """A TIFF of several pages, black and white, in fax compression (group 4)."""
    frames = [np.where(page < 150, 0, 255).astype(np.uint8) for page in pages]
    return _saved(frames, "TIFF", bits=True, compression="group4", dpi=(dpi, dpi))


def _saved(pages: Sequence[Pixels], form: str, *, bits: bool = False, **options: object) -> bytes:
    first, *more = [Image.fromarray(page).convert("1" if bits else "L") for page in pages]
    out = io.BytesIO()
    first.save(out, form, save_all=True, append_images=more, **options)
    return out.getvalue()
