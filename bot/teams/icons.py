"""The app's icons, drawn when the package is made: a letter with a seal. 192 px in colour, 32 px white on nothing."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

COLOUR, OUTLINE = 192, 32
ACCENT = "#154273"
"""The blue of the central government."""

_FINE = 8
"""Drawn so many times larger, and then made smaller: smooth edges."""
_SEAL = "#E17000"
_WHITE = "#FFFFFF"


def colour_icon() -> bytes:
    """The icon in colour as PNG: its whole square is filled, for Teams rounds the corners itself."""
    side = COLOUR * _FINE
    picture = Image.new("RGBA", (side, side), ACCENT)
    pen = ImageDraw.Draw(picture)
    left, top, right, bottom = (round(part * side) for part in (0.2, 0.28, 0.8, 0.7))
    pen.rounded_rectangle((left, top, right, bottom), radius=side // 40, fill=_WHITE)
    pen.line(((left, top), (side // 2, round(side * 0.52)), (right, top)), fill=ACCENT, width=side // 40, joint="curve")
    seal = round(side * 0.11)
    middle = (round(side * 0.72), round(side * 0.68))
    box = (middle[0] - seal, middle[1] - seal, middle[0] + seal, middle[1] + seal)
    pen.ellipse(box, fill=_SEAL, outline=ACCENT, width=side // 50)
    tick = ((-0.05, 0.0), (-0.01, 0.045), (0.055, -0.04))
    pen.line(
        [(middle[0] + x * side, middle[1] + y * side) for x, y in tick], fill=_WHITE, width=side // 45, joint="curve"
    )
    return _png(picture, COLOUR)


def outline_icon() -> bytes:
    """The icon in outline as PNG: white lines on nothing."""
    side = OUTLINE * _FINE
    picture = Image.new("RGBA", (side, side), (255, 255, 255, 0))
    pen = ImageDraw.Draw(picture)
    width = round(side * 0.07)
    box = tuple(round(part * side) for part in (0.06, 0.2, 0.94, 0.8))
    pen.rounded_rectangle(box, radius=side // 16, outline=_WHITE, width=width)
    pen.line(
        ((box[0], box[1]), (side // 2, round(side * 0.56)), (box[2], box[1])), fill=_WHITE, width=width, joint="curve"
    )
    return _png(picture, OUTLINE)


def _png(picture: Image.Image, size: int) -> bytes:
    small = picture.resize((size, size), Image.Resampling.LANCZOS)
    if size == OUTLINE:  # nothing but white and how much of it: smoothing must leave no grey
        white = Image.new("RGBA", small.size, (255, 255, 255, 0))
        white.putalpha(small.getchannel("A"))
        small = white
    out = io.BytesIO()
    small.save(out, "PNG", optimize=True)
    return out.getvalue()
