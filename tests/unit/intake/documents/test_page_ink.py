"""Pen strokes on scanned pages, drawn here: told from text, rules, tables, stamps and logos; and the scans of the corpus."""

from __future__ import annotations

import json
from collections.abc import Callable

import cv2
import numpy as np
import pytest

from intake.documents import extract
from intake.documents.ink import Pixels
from intake.documents.page_ink import pen_strokes
from intake.model import Trust
from tests.paths import shared

DPI = 150
HIGH, WIDE = round(11.69 * DPI), round(8.27 * DPI)


def sheet() -> Pixels:
    """A page of printed text on grey-white paper, with the noise of a scanner."""
    page = np.full((HIGH, WIDE), 244, np.uint8)
    for line in range(28):
        text = "Het knelpunt doet zich voor in vrijwel elke gemeente"
        cv2.putText(page, text, (150, 220 + 42 * line), cv2.FONT_HERSHEY_COMPLEX_SMALL, 1.05, 30, 1, cv2.LINE_AA)
    noise = np.random.default_rng(5).normal(0, 3, page.shape)
    return np.clip(page + noise, 0, 255).astype(np.uint8)


def signature(page: Pixels, x: int, y: int, width: int = 260, *, seed: int = 1, ink: int = 60) -> None:
    """A running scrawl: loops that lean, one connected line."""
    chance = np.random.default_rng(seed)
    t = np.linspace(0, 1, 400)
    heights = np.interp(t, np.linspace(0, 1, 9), chance.uniform(0.35, 1.0, 9))
    xs = x + width * t + 16 * np.sin(2 * np.pi * 7 * t)
    ys = y - 34 * heights * np.sin(2 * np.pi * 7 * t + 0.8)
    cv2.polylines(page, [np.stack([xs, ys], 1).astype(np.int32)], False, ink, 3, cv2.LINE_AA)


def stamp(page: Pixels) -> None:
    cv2.rectangle(page, (760, 90), (1080, 250), 90, 4)
    cv2.putText(page, "INGEKOMEN", (785, 150), cv2.FONT_HERSHEY_DUPLEX, 1.4, 90, 3)
    cv2.putText(page, "03 NOV 2026", (790, 215), cv2.FONT_HERSHEY_DUPLEX, 1.2, 90, 3)


def table(page: Pixels) -> None:
    for row in range(4):
        cv2.line(page, (150, 1450 + 60 * row), (1050, 1450 + 60 * row), 40, 2)
    for column in range(4):
        cv2.line(page, (150 + 300 * column, 1450), (150 + 300 * column, 1630), 40, 2)


def logo(page: Pixels) -> None:
    cv2.circle(page, (220, 110), 55, 50, -1)
    cv2.rectangle(page, (330, 70), (460, 150), 70, -1)


def rule(page: Pixels) -> None:
    cv2.line(page, (150, 1500), (480, 1500), 40, 2)


@pytest.mark.parametrize(
    "extra", [stamp, table, logo, rule, lambda _: None], ids=["stamp", "table", "logo", "rule", "text"]
)
def test_a_page_that_nobody_signed_shows_no_pen(extra: Callable[[Pixels], None]) -> None:
    """Printed text with what else stands on letters."""
    page = sheet()
    extra(page)
    assert pen_strokes(page) == []


@pytest.mark.parametrize("ink", [60, 120], ids=["black", "light"])
@pytest.mark.parametrize("bitonal", [False, True])
def test_signatures_are_found_where_they_stand(ink: int, bitonal: bool) -> None:
    """Three in a row beside a stamp and a logo; each box lies over its scrawl."""
    page = sheet()
    stamp(page)
    logo(page)
    places = [(160, 1540), (520, 1545), (850, 1535)]
    for number, (x, y) in enumerate(places):
        signature(page, x, y, seed=number + 1, ink=ink)
    if bitonal:
        page = np.where(page > 165, 255, 0).astype(np.uint8)
    found = sorted(pen_strokes(page))
    assert len(found) == len(places)
    for (x, y), (left, top, width, height) in zip(places, found, strict=True):
        assert left <= x + 130 <= left + width
        assert top <= y <= top + height


@pytest.mark.parametrize("turned", [-1.5, 1.5])
def test_a_skewed_page_changes_nothing(turned: float) -> None:
    """A page fed askew, by as much as a scanner does."""
    page = sheet()
    signature(page, 200, 1540)
    matrix = cv2.getRotationMatrix2D((WIDE / 2, HIGH / 2), turned, 1.0)
    assert len(pen_strokes(cv2.warpAffine(page, matrix, (WIDE, HIGH), borderValue=(244,)))) == 1


def initials(page: Pixels, x: int, y: int, seed: int) -> None:
    """A paraaf: a few leaning strokes on top of each other, one connected line about as high as wide."""
    chance = np.random.default_rng(seed)
    xs = x + np.cumsum([0, 22, 8, 24, -10, 30, -4, 18]) + chance.integers(-3, 4, 8)
    ys = y + np.array([20, -45, 38, -30, 44, -12, 8, -40]) + chance.integers(-4, 5, 8)
    cv2.polylines(page, [np.stack([xs, ys], 1).astype(np.int32)], False, 50, 3, cv2.LINE_AA)


@pytest.mark.parametrize("seed", range(6))
def test_initials_sign_as_a_long_signature_does(seed: int) -> None:
    """Who signs with a short compact hand signed; beside it a printed monogram in the letterhead and a bold large letter."""
    page = sheet()
    initials(page, 190, 1560, seed)
    cv2.putText(page, "W", (160, 130), cv2.FONT_HERSHEY_DUPLEX, 3.0, 40, 5)
    cv2.putText(page, "H", (900, 1590), cv2.FONT_HERSHEY_DUPLEX, 3.0, 40, 12)
    ((left, top, _, height),) = pen_strokes(page)
    assert left <= 220 <= left + 120
    assert top <= 1560 <= top + height


def test_a_thumbnail_says_nothing() -> None:
    """Too few pixels to tell a pen from anything."""
    assert pen_strokes(np.full((120, 90), 255, np.uint8)) == []


SIGNED = ("s002.pdf", "s010.tif", "s018.pdf", "s027.pdf", "s041.pdf")
UNSIGNED = ("s005.pdf", "s032.pdf", "s037.pdf", "s038.pdf", "s043.pdf", "s044.pdf")


@pytest.mark.shared
@pytest.mark.parametrize("name", [*SIGNED, *UNSIGNED])
def test_ink_on_scans_of_the_corpus(name: str) -> None:
    """All unsigned scans (stamps, fax noise) and the hardest signed ones (bitonal, upside down, skewed); labels are the truth."""
    label = json.loads(shared("corpus", "labels.json").read_text("utf-8"))["scans"][name]
    found = extract(shared("corpus", "scans", name).read_bytes(), name, "", trust=Trust())
    assert any(p.looks == "ink" for p in found.pictures) is label["wet_signature"]
