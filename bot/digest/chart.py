"""The chart of the overview as PNG: waiting dossiers per stage, each bar divided by age.

It is read without colour: each age has its own pattern, each part its number, and a table beside it says the same. PNG, since
Outlook shows no SVG. Drawn at twice its size, for sharp screens.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.digest.counting import Digest
from bot.texts import status
from bot.texts import week as text

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont
    from PIL.ImageFont import ImageFont as PlainFont

WIDTH = 600
"""Width in CSS pixels; the picture has twice as many."""
_SCALE = 2
_LABELS, _TOTAL, _ROW, _BAR, _LEGEND, _PAD = 248, 48, 36, 26, 30, 12  # CSS pixels
_INK, _PAPER, _PALE, _MIDDLE, _DARK = "#1b1b1b", "#ffffff", "#cfe0ee", "#8bb4d6", "#154273"
_LEAST = 30  # CSS pixels: room for the number
_DENSITY = 7  # CSS pixels between two lines of a pattern
_PATTERNS = ("plain", "dots", "stripes", "solid")
_FILL = dict(zip(_PATTERNS, (_PAPER, _PALE, _MIDDLE, _DARK), strict=True))


def chart(digest: Digest) -> bytes:
    """The picture; of a desk where nothing waits, one that says so."""
    from PIL import Image, ImageDraw

    rows = [(status(stage), row) for stage, row in digest.ages.items()]
    height = _PAD * 2 + _LEGEND * 2 + _ROW * max(1, len(rows))
    picture = Image.new("RGB", (WIDTH * _SCALE, height * _SCALE), _PAPER)
    pen = _Pen(picture, ImageDraw.Draw(picture))
    pen.legend()
    for number, (label, row) in enumerate(rows):
        pen.row(_PAD + _LEGEND * 2 + _ROW * number, label, row, max(sum(r) for _, r in rows))
    if not rows:
        pen.words((_PAD, _PAD + _LEGEND * 2), text.NOTHING_WAITS)
    return _png(picture)


def _png(picture: Image) -> bytes:
    from PIL import Image

    out = io.BytesIO()
    flat = picture.quantize(32, method=Image.Quantize.MEDIANCUT)
    flat.save(out, "PNG", optimize=True)
    return out.getvalue()


class _Pen:
    """Draws in CSS pixels."""

    def __init__(self, picture: Image, draw: ImageDraw) -> None:
        from PIL import ImageFont

        self._picture, self._draw = picture, draw
        self._font: FreeTypeFont | PlainFont = ImageFont.load_default(size=14 * _SCALE)

    def legend(self) -> None:
        """Two lines: which pattern is which age."""
        for number, (pattern, name) in enumerate(zip(_PATTERNS, text.AGES, strict=True)):
            left, top = _PAD + (number % 2) * (WIDTH // 2), _PAD + (number // 2) * _LEGEND
            self.part((left, top, left + 28, top + 18), pattern)
            self.words((left + 38, top), name)

    def row(self, top: int, label: str, row: Sequence[int], most: int) -> None:
        """A stage: its name, its bar in parts, its total."""
        self.words((_PAD, top + 3), label)
        room = WIDTH - _LABELS - _TOTAL - _PAD
        left = float(_LABELS)
        for pattern, count in zip(_PATTERNS, row, strict=True):
            if count:
                width = max(_LEAST, room * count / most * (1 - _spare(row, most, room)))
                box = (round(left), top, round(left + width), top + _BAR)
                self.part(box, pattern)
                self.number(box, count, pattern)
                left += width
        self.words((round(left) + 8, top + 3), f"= {sum(row)}")

    def part(self, box: tuple[int, int, int, int], pattern: str) -> None:
        """A rectangle with its pattern and an edge."""
        from PIL import Image, ImageDraw

        left, top, right, bottom = (n * _SCALE for n in box)
        tile = Image.new("RGB", (right - left, bottom - top), _FILL[pattern])
        draw, step = ImageDraw.Draw(tile), _DENSITY * _SCALE
        if pattern == "stripes":
            for start in range(-tile.height, tile.width, step):
                draw.line((start, tile.height, start + tile.height, 0), _DARK, 2 * _SCALE)
        if pattern == "dots":
            for x in range(step // 2, tile.width, step):
                for y in range(step // 2, tile.height, step):
                    draw.ellipse((x - _SCALE, y - _SCALE, x + _SCALE, y + _SCALE), _DARK)
        draw.rectangle((0, 0, tile.width - 1, tile.height - 1), outline=_INK, width=_SCALE)
        self._picture.paste(tile, (left, top))

    def number(self, box: tuple[int, int, int, int], count: int, pattern: str) -> None:
        """The count in the middle of a part, on a ground on which it can be read."""
        said = str(count)
        left, top, right, bottom = (n * _SCALE for n in box)
        wide, high = self._draw.textlength(said, self._font), 14 * _SCALE
        x, y = (left + right - wide) / 2, (top + bottom - high) / 2
        dark = pattern == "solid"
        self._draw.rectangle((x - 6, y - 2, x + wide + 6, y + high + 4), _DARK if dark else _PAPER)
        self._draw.text((x, y - 1), said, _PAPER if dark else _INK, self._font)

    def words(self, place: tuple[int, int], said: str) -> None:
        """A label."""
        self._draw.text((place[0] * _SCALE, place[1] * _SCALE), said, _INK, self._font)


def _spare(row: Sequence[int], most: int, room: int) -> float:
    """Which part of the room the small parts take beyond their share, so that the bar still fits."""
    extra = sum(max(0.0, _LEAST - room * count / most) for count in row if count)
    large = sum(room * count / most for count in row if room * count / most >= _LEAST)
    return min(0.5, extra / large) if large else 0.0
