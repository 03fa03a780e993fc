"""What ink a scan lacks and what it has too much where a frozen word stands: a stamp only adds ink, another word also removes it.

Both pictures are grey, in the same frame. Measures are shares of the word's own ink, at the best shift of a few pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from intake.documents.ink import Mask, Pixels
from intake.post.compare.tokens import DPI
from intake.post.pages import Rect

_CORE, _INK = 110, 200  # grey levels of the rendering: surely ink, and anything but paper
_REACH = 4  # pixels a word may stand aside
_LEAST = 60  # pixels: what is extra is held against at least so much, or a speck would weigh as a letter
_FEW, _FEW_IN_LETTER = 12, 10  # pixels of ink: less cannot be measured
_TOP_HAT = 215  # grey levels: never take what is lighter for ink
_FAINT = 195  # grey levels: as light as print gets before it is gone
_SLACK = 12  # grey levels lighter than the best threshold that still count as ink


@dataclass(frozen=True, slots=True)
class Ink:
    """Missing and extra ink of a word: of the whole word, and of the letter that lacks or has most."""

    missing: float
    worst_missing: float
    extra: float
    worst_extra: float


NOTHING = Ink(0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Dark:
    """Where a scan surely has ink, and where it may have some: grey print of a tired printer is no missing word."""

    sure: Mask
    some: Mask


def dark_masks(grey: Pixels) -> Dark:
    """Where a scan has ink, whatever its light: divided by the paper around, then parted by Otsu's threshold."""
    small = cv2.resize(grey, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    around = (int(DPI * 0.5) | 1) // 4 | 1
    paper = cv2.resize(cv2.blur(cv2.dilate(small, np.ones((9, 9), np.uint8)), (around, around)), grey.shape[::-1])
    soft = cv2.GaussianBlur(grey, (0, 0), 0.6)
    flat = cv2.divide(soft, np.maximum(paper, 40), scale=255)
    best, _ = cv2.threshold(flat, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    sure = min(best + _SLACK, _TOP_HAT)
    return Dark((flat < sure).astype(np.uint8), (flat < max(sure, _FAINT)).astype(np.uint8))


class Inks:
    """A frozen page and a scan in one frame, ready to be measured word by word.

    `core` is what surely is ink on the frozen page, `near` what is near its ink, `wide` what is near ink of the scan; see
    `rendered` and `pictured`.
    """

    def __init__(self, core: Mask, near: Mask, dark: Dark) -> None:
        self.core, self.near, self.dark = core, near, dark.sure
        self.wide: Mask = cv2.dilate(dark.some, np.ones((3, 3), np.uint8))
        self._lacking = cv2.integral(core & (1 - self.wide))
        self._cores = cv2.integral(core)
        self._added = cv2.integral(self.dark & (1 - near))
        self._darks = cv2.integral(self.dark)

    @classmethod
    def rendered(cls, frozen: Pixels, dark: Dark) -> Self:
        """Of a frozen page as pdfium draws it: clean, on white."""
        ink = (frozen < _INK).astype(np.uint8)
        return cls((frozen < _CORE).astype(np.uint8), cv2.dilate(ink, np.ones((5, 5), np.uint8)), dark)

    @classmethod
    def pictured(cls, frozen: Pixels, dark: Dark) -> Self:
        """Of a frozen page that is a scan itself: the edge of its ink is as unsure as that of the other."""
        ink = dark_masks(frozen).sure
        core = cv2.morphologyEx(ink, cv2.MORPH_ERODE, np.ones((2, 2), np.uint8))
        return cls(core, cv2.dilate(ink, np.ones((5, 5), np.uint8)), dark)

    def on(self, dark: Dark) -> Self:
        """The same frozen page against other ink."""
        return type(self)(self.core, self.near, dark)

    def lacking(self, box: Rect) -> float:
        """The share of a word's ink that is missing where it stands on the frozen page: a quick look, no shift tried."""
        return _within(self._lacking, box) / max(1, _within(self._cores, box))

    def added(self, box: Rect) -> float:
        """The share of the scan's ink in a box that is not near frozen ink; 0 where there is no ink."""
        there = _within(self._darks, box)
        return _within(self._added, box) / there if there >= _FEW else 0.0

    def measure(self, box: Rect, letters: Sequence[Rect], shift: tuple[float, float] = (0.0, 0.0)) -> Ink | None:
        """A word against the scan where it should stand, moved by `shift`. None when the word has no ink of its own."""
        height, width = self.core.shape
        x0, y0 = max(0, box.x0 - 1), max(0, box.y0 - 1)
        x1, y1 = min(width, box.x1 + 2), min(height, box.y1 + 2)
        core = self.core[y0:y1, x0:x1]
        if core.size == 0 or int(core.sum()) < _FEW:
            return None
        sx, sy = x0 + round(shift[0]), y0 + round(shift[1])
        around = window(self.wide, sx - _REACH, sy - _REACH, x1 - x0 + 2 * _REACH, y1 - y0 + 2 * _REACH)
        hits = cv2.matchTemplate(around.astype(np.float32), core.astype(np.float32), cv2.TM_CCORR)
        _, best, _, (across, down) = cv2.minMaxLoc(hits)
        dx, dy = sx - x0 + across - _REACH, sy - y0 + down - _REACH
        ink = float(core.sum())
        lacking, extra = self._letters(letters or (box,), dx, dy)
        return Ink(max(0.0, 1 - best / ink), lacking, self._extra(box, dx, dy) / max(ink, _LEAST), extra)

    def _letters(self, letters: Sequence[Rect], dx: int, dy: int) -> tuple[float, float]:
        """The worst missing and extra share of any letter; each may stand a pixel aside."""
        lacking = extra = 0.0
        for letter in letters:
            core = self.core[letter.y0 : letter.y1 + 1, letter.x0 : letter.x1 + 1]
            ink = int(core.sum())
            if ink < _FEW_IN_LETTER:
                continue
            height, width = core.shape
            around = window(self.wide, letter.x0 + dx - 1, letter.y0 + dy - 1, width + 2, height + 2)
            most = max(int((around[j : j + height, i : i + width] & core).sum()) for i in range(3) for j in range(3))
            lacking = max(lacking, 1 - most / ink)
            extra = max(extra, self._extra(letter, dx, dy) / max(ink, _LEAST))
        return lacking, extra

    def _extra(self, box: Rect, dx: int, dy: int) -> float:
        """Ink of the scan inside a box that is not near frozen ink, in pixels."""
        own = self.near[box.y0 : box.y1 + 1, box.x0 : box.x1 + 1]
        there = window(self.dark, box.x0 + dx, box.y0 + dy, own.shape[1], own.shape[0])
        return float((there & (1 - own)).sum())


def window(mask: Mask, x: int, y: int, width: int, height: int) -> Mask:
    """A part of a mask; what lies outside it is paper."""
    found = np.zeros((max(0, height), max(0, width)), np.uint8)
    x0, y0, x1, y1 = max(0, x), max(0, y), min(mask.shape[1], x + width), min(mask.shape[0], y + height)
    if x0 < x1 and y0 < y1:
        found[y0 - y : y1 - y, x0 - x : x1 - x] = mask[y0:y1, x0:x1]
    return found


def _within(sums: NDArray[np.int32], box: Rect) -> int:
    """The sum over a box; what of it lies outside the picture counts for nothing."""
    height, width = sums.shape[0] - 1, sums.shape[1] - 1
    x0, x1 = min(max(0, box.x0), width), min(max(0, box.x1), width)
    y0, y1 = min(max(0, box.y0), height), min(max(0, box.y1), height)
    return int(sums[y1, x1] - sums[y0, x1] - sums[y1, x0] + sums[y0, x0])
