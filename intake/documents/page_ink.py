"""Pen strokes on a scanned page: where somebody may have signed, found without reading a word.

A signature is the one thing on a letter that is wide, thin and connected: printed letters are small, logos are filled, stamps are
framed, rules are straight. Letters that touch a stroke and shaky fax lines stay possible mistakes, so this too is advice.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from intake.documents.ink import Mask, Pixels, measure, pen_mask

_WIDTH = 827  # pixels of a page brought to 100 dots per inch (A4 upright)
_MARGIN = 14  # pixels along the edge of the sheet: shadows of the scanner
_SEED = (36, 16, 430, 130)  # least width and height, most width and height of the main stroke
_WHOLE = (60, 20)  # least width and height of a signature with its loose parts
_FILL = (0.04, 0.34)  # share of the box that is ink: less is a ruled table, more a logo
_NEAR = 8  # pixels between the parts of one signature
_SHAPE = 1.3  # a signature is at least so much wider than high
_INITIALS = (
    36,
    5.2,
    0.4,
    3,
)  # compact: least height, most stroke, most straight, least turns; monograms are straight and heavy
_LETTERHEAD = 0.14  # of the sheet: nobody initials a letter above it, and monograms stand there
_PEN = 7.0  # pixels: a felt-tip is thinner
_STRAIGHT = 0.5  # share of the ink on straight lines: more is drawn with a ruler
_TURNS = 4  # the upper edge of a signature goes up and down more often than a stamp or a brace


def grey_of(picture: Pixels) -> Pixels:
    """A grey picture of an RGB(A) or grey one."""
    if picture.ndim == 2:  # noqa: PLR2004 - rows and columns only: grey already
        return picture
    grey: Pixels = cv2.cvtColor(picture[:, :, :3], cv2.COLOR_RGB2GRAY)
    return grey


def pen_strokes(page: Pixels) -> list[tuple[int, int, int, int]]:
    """Boxes (x, y, width, height) in pixels of `page`, from the top left, of what a pen may have written; top to bottom."""
    height, width = page.shape[:2]
    if min(height, width) < _WIDTH // 4:
        return []
    scale = _WIDTH / min(width, height)
    small = cv2.resize(page, (round(width * scale), round(height * scale)), interpolation=cv2.INTER_AREA)
    mask = pen_mask(small)
    mask[:_MARGIN], mask[-_MARGIN:], mask[:, :_MARGIN], mask[:, -_MARGIN:] = 0, 0, 0, 0
    top = _LETTERHEAD * small.shape[0]
    boxes = [box for part, box in _candidates(mask) if _is_pen(part, box) or (box[1] > top and _is_initials(part, box))]
    return [
        (round(x / scale), round(y / scale), round(w / scale), round(h / scale))
        for x, y, w, h in sorted(boxes, key=_top)
    ]


def _top(box: tuple[int, int, int, int]) -> tuple[int, int]:
    return box[1], box[0]


def _candidates(mask: Mask) -> list[tuple[Mask, tuple[int, int, int, int]]]:
    """Large thin components, those close together taken as one: their ink alone, and its box."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    seeds = np.zeros_like(mask)
    for label in range(1, count):
        if _large_and_thin(stats[label]):
            seeds[labels == label] = 1
    joined = cv2.dilate(seeds, np.ones((_NEAR, 2 * _NEAR), np.uint8))
    groups, grouped, _, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    found = []
    for group in range(1, groups):
        part = np.where(grouped == group, seeds, 0).astype(np.uint8)
        x, y, w, h = cv2.boundingRect(part)
        found.append((part[y : y + h, x : x + w], (x, y, w, h)))
    return found


def _large_and_thin(stat: NDArray[np.int32]) -> bool:
    width, height, area = int(stat[cv2.CC_STAT_WIDTH]), int(stat[cv2.CC_STAT_HEIGHT]), int(stat[cv2.CC_STAT_AREA])
    least_wide, least_high, most_wide, most_high = _SEED
    sized = least_wide <= width <= most_wide and least_high <= height <= most_high
    return sized and _FILL[0] <= area / (width * height) <= _FILL[1]


def _is_pen(part: Mask, box: tuple[int, int, int, int]) -> bool:
    _, _, width, height = box
    if width < _WHOLE[0] or height < _WHOLE[1] or width < _SHAPE * height:
        return False
    shape = measure(part)
    return not shape.frame and shape.straight < _STRAIGHT and shape.stroke < _PEN and shape.wobble >= _TURNS


def _is_initials(part: Mask, box: tuple[int, int, int, int]) -> bool:
    """A paraaf: as high as wide, taller than print, thin and bent all over."""
    least_high, most_stroke, most_straight, least_turns = _INITIALS
    if box[3] < least_high or box[2] < _SEED[0]:
        return False
    shape = measure(part)
    bent = shape.straight < most_straight and shape.wobble >= least_turns
    return bent and shape.stroke < most_stroke and not shape.frame
