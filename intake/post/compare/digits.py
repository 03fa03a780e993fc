"""Could another digit stand there? Where a stamp or pen lies on a number: every other digit, as this page prints it, is tried.

A digit whose ink is all there may be another one only if the new ink makes up the rest of that other digit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import cv2
import numpy as np

from intake.documents.ink import Mask
from intake.post.compare.ink import Inks, window
from intake.post.compare.printed import PrintedWord
from intake.post.pages import Rect

_HALF = 127  # grey levels: ink, on a digit made smaller
_FITS = 0.08  # of another digit's ink missing at most: it might stand there
_MORE = 0.1  # of its ink that lies outside the frozen digit: else it is a part of it
_KNOWN = 5  # other digits that the page must show before one can say that none fits
_REACH = 2  # pixels aside


class Digits:
    """The digits of a frozen page, by size."""

    def __init__(self, inks: Inks, words: Sequence[PrintedWord]) -> None:
        self._inks = inks
        self._words: Mapping[Rect, PrintedWord] = {word.box: word for word in words}
        self._shapes: dict[tuple[str, int], Mask] = {}
        for sign, box in (pair for word in words for pair in _signs(word)):
            core = inks.core[box.y0 : box.y1 + 1, box.x0 : box.x1 + 1]
            if core.size and (sign, box.height) not in self._shapes:
                self._shapes[sign, box.height] = core

    def rivals(self, box: Rect) -> str:
        """The digits that might stand in a word instead of its own, "?" when too few are known to tell; empty for none."""
        word = self._words.get(box)
        if word is None:
            return "?"
        found = ""
        for sign, place in _signs(word):
            others = [
                (d, shape) for d in "0123456789" if d != sign and (shape := self._shape(d, place.height)) is not None
            ]
            if len(others) < _KNOWN:
                return "?"
            found += "".join(d for d, shape in others if self._fits(shape, place))
        return found

    def _shape(self, digit: str, height: int) -> Mask | None:
        """The digit as the page prints it nearest to this size, brought to it."""
        sizes = [size for sign, size in self._shapes if sign == digit]
        if not sizes:
            return None
        near = min(sizes, key=lambda size: abs(size - height))
        core = self._shapes[digit, near]
        if near == height:
            return core
        scale = (height + 1) / core.shape[0]
        grown = cv2.resize(core * 255, (max(1, round(core.shape[1] * scale)), height + 1), interpolation=cv2.INTER_AREA)
        shape: Mask = (grown > _HALF).astype(np.uint8)
        return shape

    def _fits(self, shape: Mask, place: Rect) -> bool:
        """Whether the ink of another digit is there as well, at some place near that of the frozen one."""
        high, wide = shape.shape
        ink = int(shape.sum())
        x, y = place.x0 + (place.width + 1 - wide) // 2, place.y1 + 1 - high
        for dx in range(-_REACH, _REACH + 1):
            for dy in range(-_REACH, _REACH + 1):
                there = window(self._inks.wide, x + dx, y + dy, wide, high)
                own = window(self._inks.near, x + dx, y + dy, wide, high)
                lacking = 1 - int((there & shape).sum()) / max(1, ink)
                more = int((shape & (1 - own)).sum()) / max(1, ink)
                if lacking <= _FITS and more >= _MORE:
                    return True
        return False


def _signs(word: PrintedWord) -> Iterator[tuple[str, Rect]]:
    """The digits of a word with their boxes."""
    if len(word.text) == len(word.glyphs):
        yield from ((sign, box) for sign, box in zip(word.text, word.glyphs, strict=True) if sign in "0123456789")
