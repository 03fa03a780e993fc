"""What a picture looks like: a pen stroke, a stamp, a logo, a photo, a scanned page. Geometry only, on a picture of fixed size.

A pasted signature is thin dark strokes on an empty ground, running wide and seldom straight; a logo is filled areas; a stamp a
frame or ring around printed letters; printed text many letters of one height. "ink" is advice: it says a pen could have drawn
this, never whose hand it was (documents.md §10).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

cv2.setNumThreads(1)  # a child of the sandbox may start no threads, and small pictures gain nothing from them

Pixels = NDArray[np.uint8]
Mask = NDArray[np.uint8]

_WIDTH = 420  # pixels that a picture is brought to: 100 dpi for a signature of some ten centimetres
_CONTRAST = 45  # grey levels darker than the paper around it is ink
_SPECK = 12  # pixels; smaller components are dust or the dots of a scan
_MID_SHARE = 0.3  # of the pixels neither paper nor ink: a photo
_EMPTY = 0.0015  # of the area: less ink than this is nothing
_FULL = 0.24  # of the box around the ink: more is areas, not strokes
_PEN = 0.12  # stroke width as share of the height of the ink; a pen is thinner
_PEN_PIXELS = 9.0  # and in pixels of the fixed size: 2 mm on a signature of ten centimetres
_BENT = 0.6  # of the ink on long level or upright lines: more is a form, not a hand
_TURNS = 4  # ups and downs of the widest stroke
_SCRIBBLE = (0.34, 0.2, 3)  # a small, dense hand: cover, thinness and turns that still count when the line is even
_EVEN = 18.0  # pixels: an even line is nowhere wider, also where strokes cross; filled areas are
_TONE = 20  # grey levels
_DARK_PAPER = 0.78  # of the brightest paper: shadow on a sheet seldom gets so deep, a photo does
_SPAN = 0.3  # of the ink's width: the longest stroke of a signature runs at least so far
_LETTERS = 9  # components of about one height: printed or stamped text


@dataclass(frozen=True, slots=True)
class Features:
    """What is measured on a picture brought to a fixed width; lengths are shares of the box around the ink.

    `cover` ink in the box; `mid` pixels that are neither paper nor ink; `stroke` mean stroke width in pixels and `thin` the same
    as a share of the ink's height; `span` width of the widest component; `letters` components of about one height; `frame` the
    box is closed in by a line; `straight` the share of the ink on straight level or upright lines; `wobble` how often the widest
    component turns; `widest` the widest place of any stroke, in pixels.
    """

    cover: float
    mid: float
    stroke: float
    thin: float
    span: float
    letters: int
    frame: bool
    straight: float
    wobble: int
    aspect: float
    widest: float = 0.0


def looks_of(picture: Pixels) -> tuple[str, str]:
    """What an RGB, RGBA or grey picture looks like ("ink", "stamp", "logo", "photo", "unknown"), and the measures behind it."""
    grey = _grey(picture)
    if grey.shape[0] < 8 or grey.shape[1] < 8:  # noqa: PLR2004 - pixels; nothing can be drawn on less
        return "unknown", "tiny"
    mask, mid = _ink(grey)
    if mask.mean() < _EMPTY:
        return "unknown", "empty"
    features = measure(mask, mid)
    detail = (
        f"cover={features.cover:.2f} stroke={features.stroke:.1f} span={features.span:.2f} letters={features.letters}"
    )
    return judge(features), detail


def judge(f: Features) -> str:
    """The rule over the measures; the order tells the surest first."""
    if f.mid > _MID_SHARE:
        return "photo"
    if f.frame and f.letters >= 3:  # noqa: PLR2004 - a word
        return "stamp"
    even = 0.0 < f.widest < _EVEN
    cover, thin, turns = _SCRIBBLE if even else (_FULL, _PEN, _TURNS)
    strokes = f.thin < thin and f.stroke < _PEN_PIXELS and f.cover < cover
    hand = f.span >= _SPAN and f.wobble >= turns and f.straight < _BENT and f.letters < _LETTERS and not f.frame
    if strokes and hand:
        return "ink"
    return "unknown" if f.letters >= _LETTERS and f.cover < _FULL else "logo"


def _grey(picture: Pixels) -> Pixels:
    """Grey levels on white paper, at the fixed width; what is transparent is paper."""
    if picture.ndim == 3 and picture.shape[2] == 4:  # noqa: PLR2004 - RGBA
        alpha = picture[:, :, 3:].astype(np.float32) / 255
        picture = (picture[:, :, :3] * alpha + 255 * (1 - alpha)).astype(np.uint8)
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) if picture.ndim == 3 else picture  # noqa: PLR2004 - RGB
    height, width = grey.shape[:2]
    scale = _WIDTH / max(width, height)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small: Pixels = cv2.resize(grey, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    return 255 - small if _light_on_dark(small) else small


def _light_on_dark(grey: Pixels) -> bool:
    """Whether the ground is dark, judged by the rim: a white signature on black is still a signature."""
    rim = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    return bool(np.median(rim) < 90)  # noqa: PLR2004 - grey levels


def pen_mask(grey: Pixels) -> Mask:
    """Where a grey picture is darker than its paper; falling light and grey paper are no ink."""
    return _ink(grey)[0]


def _ink(grey: Pixels) -> tuple[Mask, float]:
    """Where it is darker than its paper, and the share of pixels that are neither (a photo has many)."""
    paper = np.percentile(grey, 90)
    ground = _paper_around(grey)
    depth = np.minimum(ground.astype(np.int16), int(paper)) - grey.astype(np.int16)
    flat = paper - grey.astype(np.int16)
    mask = ((depth > _CONTRAST) | (flat > 2 * _CONTRAST)).astype(np.uint8)
    blurred = cv2.blur(grey, (5, 5)).astype(np.int16)
    tones = (ground.astype(np.int16) - blurred > _TONE) & (mask == 0)
    mid = (tones | ((ground < _DARK_PAPER * paper) & (mask == 0))).mean()
    return mask, float(mid)


def _paper_around(grey: Pixels) -> Pixels:
    """The paper at each place, also where light falls off: the brightest nearby, smoothed, worked out on a quarter of the size."""
    height, width = grey.shape
    small = cv2.resize(grey, (max(1, width // 4), max(1, height // 4)), interpolation=cv2.INTER_AREA)
    smooth = cv2.medianBlur(cv2.dilate(small, np.ones((5, 5), np.uint8)), 9)
    paper: Pixels = cv2.resize(smooth, (width, height), interpolation=cv2.INTER_LINEAR)
    return paper


def measure(mask: Mask, mid: float = 0.0) -> Features:
    """The measures of a black-on-white drawing."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    kept = [i for i in range(1, count) if stats[i, cv2.CC_STAT_AREA] >= _SPECK]
    if not kept:
        return Features(0, mid, 0, 0, 0, 0, frame=False, straight=0, wobble=0, aspect=1)
    clean = np.isin(labels, kept).astype(np.uint8)
    x, y, width, height = cv2.boundingRect(clean)
    box = clean[y : y + height, x : x + width]
    widest = max(kept, key=lambda i: int(stats[i, cv2.CC_STAT_WIDTH]) * int(stats[i, cv2.CC_STAT_HEIGHT]))
    stroke = _stroke_width(box)
    return Features(
        cover=float(box.mean()),
        mid=mid,
        stroke=stroke,
        thin=stroke / height,
        span=float(stats[widest, cv2.CC_STAT_WIDTH]) / width,
        letters=_letters(stats, kept),
        frame=_framed(box),
        straight=_straight(box),
        wobble=_wobble(labels == widest),
        aspect=width / height,
        widest=2 * float(cv2.distanceTransform(box, cv2.DIST_L2, 3).max()),
    )


def _stroke_width(box: Mask) -> float:
    """Mean width of the strokes: twice the ink over its outline's length, which holds for lines of any shape."""
    contours, _ = cv2.findContours(box, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    outline = sum(cv2.arcLength(c, closed=True) for c in contours)
    return 2 * float(box.sum()) / max(outline, 1.0)


def _letters(stats: NDArray[np.int32], kept: list[int]) -> int:
    """How many components share about one height, as printed letters do."""
    heights = sorted(
        int(stats[i, cv2.CC_STAT_HEIGHT])
        for i in kept
        if stats[i, cv2.CC_STAT_WIDTH] < 4 * stats[i, cv2.CC_STAT_HEIGHT]
    )
    best = 0
    for low in heights:
        if low >= 5:  # noqa: PLR2004 - pixels; less cannot be a letter
            best = max(best, sum(low <= h <= 1.35 * low + 1 for h in heights))
    return best


def _framed(box: Mask) -> bool:
    """Whether one line closes the drawing in: a flood from outside does not reach its inside."""
    padded = cv2.copyMakeBorder(cv2.dilate(box, np.ones((3, 3), np.uint8)), 2, 2, 2, 2, cv2.BORDER_CONSTANT, value=0)
    flooded = padded.copy()
    cv2.floodFill(flooded, None, (0, 0), 1)
    inside = (flooded == 0).mean()
    return bool(inside > 0.45)  # noqa: PLR2004 - of the area; loops of a signature close in far less


def _straight(box: Mask) -> float:
    """The share of the ink that lies in long level or upright runs: rules, bars, frames."""
    height, width = box.shape
    level = cv2.morphologyEx(box, cv2.MORPH_OPEN, np.ones((1, max(25, width // 6)), np.uint8))
    upright = cv2.morphologyEx(box, cv2.MORPH_OPEN, np.ones((max(25, height // 2), 1), np.uint8))
    return float(((level | upright) > 0).sum()) / max(1, int(box.sum()))


def _wobble(component: NDArray[np.bool_]) -> int:
    """How often the upper edge of a stroke turns from rising to falling, in steps that count."""
    columns = np.flatnonzero(component.any(axis=0))
    top = component.argmax(axis=0)[columns].astype(np.int32)
    least = max(3, component.any(axis=1).sum() // 12)
    turns, direction, extreme = 0, 0, int(top[0])
    for value in map(int, top):
        if direction >= 0 and value < extreme - least:
            turns, direction, extreme = turns + 1, -1, value
        elif direction <= 0 and value > extreme + least:
            turns, direction, extreme = turns + 1, 1, value
        elif (direction < 0 and value < extreme) or (direction > 0 and value > extreme):
            extreme = value
    return turns
