"""What an upright sheet shows beside its words: how heavy each word is printed, ruled lines, pen strokes and stamps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import cv2
import numpy as np

from intake.post.drawn import drawings
from intake.post.pages import Looks, Rect, Word

if TYPE_CHECKING:
    from intake.documents.ink import Mask, Pixels

_LEVEL, _UPRIGHT = 0.6, 0.22  # inches: shortest ruled lines; letters and dashes stay below
_THICK = 0.05  # inches: what is thicker is a bar
_CONTRAST = 60  # grey levels darker than the paper


def looks_of_sheet(pixels: Pixels, dpi: float, words: Sequence[Word]) -> Looks:
    """Look at an upright sheet (RGB or grey) whose words are known."""
    grey = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)  # noqa: PLR2004 - grey already
    mask = (grey < np.percentile(grey, 80) - _CONTRAST).astype(np.uint8)
    return Looks(stroke_widths(mask, words), tuple(ruled(mask, dpi)), tuple(drawings(grey, dpi, words)))


def stroke_widths(mask: Mask, words: Sequence[Word]) -> tuple[float, ...]:
    """The mean stroke width of each word in pixels: twice its ink over the length of its edge."""
    edge = mask - cv2.erode(mask, cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3)))
    ink, rim = cv2.integral(mask), cv2.integral(edge)
    return tuple(2 * _within(ink, w.box) / max(1, _within(rim, w.box)) for w in words)


def _within(sums: np.ndarray[tuple[int, ...], np.dtype[np.int32]], box: Rect) -> int:
    return int(sums[box.y1, box.x1] - sums[box.y0, box.x1] - sums[box.y1, box.x0] + sums[box.y0, box.x0])


def ruled(mask: Mask, dpi: float) -> list[Rect]:
    """The level and upright ruled lines, as thin rectangles."""
    thick = round(_THICK * dpi)
    found = []
    for kernel, bridge, upright in (
        ((round(_LEVEL * dpi), 1), (5, 3), False),
        ((1, round(_UPRIGHT * dpi)), (3, 5), True),
    ):
        whole = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones(bridge[::-1], np.uint8))
        lines = cv2.morphologyEx(whole, cv2.MORPH_OPEN, np.ones(kernel[::-1], np.uint8))
        _, _, stats, _ = cv2.connectedComponentsWithStats(lines, connectivity=8)
        for x, y, width, height, _ in stats[1:].tolist():
            if (width if upright else height) <= thick:
                found.append(Rect(x, y, x + width, y + height))
    return found
