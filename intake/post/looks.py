"""What an upright sheet shows beside its words: how heavy each word is printed, ruled lines, pen strokes and stamps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from intake.post.drawn import drawings
from intake.post.pages import Looks, Rect, Word

if TYPE_CHECKING:
    from intake.documents.ink import Mask, Pixels

_LEVEL, _UPRIGHT = 0.5, 0.2  # inches: shortest ruled lines
_BRIDGED = 0.3  # inches: a rule broken over less is one rule
_THICK = 0.05  # inches: what is thicker is a bar
_INK, _FAINT = 60, 25  # grey levels darker than the paper: letters, and rules as thin as a pixel
_PRINT = 0.5  # confidence of words that are no rules


def looks_of_sheet(pixels: Pixels, dpi: float, words: Sequence[Word]) -> Looks:
    """Look at an upright sheet (RGB or grey) whose words are known."""
    grey = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)  # noqa: PLR2004 - grey already
    paper = np.percentile(grey, 80)
    strokes = stroke_widths((grey < paper - _INK).astype(np.uint8), words)
    across = round(_THICK * dpi)
    thin = cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, np.ones((across, across), np.uint8))  # shaded cells are no ink
    rules = ruled((thin > _FAINT).astype(np.uint8), dpi, words)
    return Looks(strokes, tuple(rules), tuple(drawings(grey, dpi, words)))


def stroke_widths(mask: Mask, words: Sequence[Word]) -> tuple[float, ...]:
    """The mean stroke width of each word in pixels: twice its ink over the length of its edge."""
    edge = mask - cv2.erode(mask, cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3)))
    ink, rim = cv2.integral(mask), cv2.integral(edge)
    return tuple(2 * _within(ink, w.box) / max(1, _within(rim, w.box)) for w in words)


def _within(sums: NDArray[np.int32], box: Rect) -> int:
    """The sum over a box; what of it lies outside the picture counts for nothing."""
    y1, x1 = min(box.y1, sums.shape[0] - 1), min(box.x1, sums.shape[1] - 1)
    y0, x0 = min(box.y0, y1), min(box.x0, x1)
    return int(sums[y1, x1] - sums[y0, x1] - sums[y1, x0] + sums[y0, x0])


def ruled(mask: Mask, dpi: float, words: Sequence[Word]) -> list[Rect]:
    """The level and upright ruled lines, as thin rectangles: what is straight and long and no word."""
    bare = mask.copy()
    for word in words:
        if word.confidence >= _PRINT and len(word.text) > 1:
            bare[word.box.y0 : word.box.y1, word.box.x0 : word.box.x1] = 0
    thick, bridge = round(_THICK * dpi), round(_BRIDGED * dpi)
    found = []
    for length, upright in ((round(_LEVEL * dpi), False), (round(_UPRIGHT * dpi), True)):
        # a rule that hangs a little steps aside by a pixel now and then: three pixels across make it one
        whole = cv2.dilate(bare, np.ones((1, 3) if upright else (3, 1), np.uint8))
        lines = cv2.morphologyEx(whole, cv2.MORPH_OPEN, np.ones((length, 1) if upright else (1, length), np.uint8))
        lines = cv2.morphologyEx(lines, cv2.MORPH_CLOSE, np.ones((bridge, 1) if upright else (1, bridge), np.uint8))
        _, _, stats, _ = cv2.connectedComponentsWithStats(lines, connectivity=8)
        for x, y, width, height, _ in stats[1:].tolist():
            if (width if upright else height) <= thick:
                found.append(Rect(x, y, x + width, y + height))
    return found
