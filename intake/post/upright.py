"""Making the picture of a page upright and straight, by the direction of its lines of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from intake.documents.ink import Mask, Pixels

_WIDTH = 700  # pixels of the shorter side on which directions are measured
_FURTHEST, _COARSE, _FINE = 8.0, 0.8, 0.1  # degrees: largest skew looked for, first and second step
_STRAIGHT = 0.15  # degrees: less is not worth turning a picture for
_MARGIN = 0.03  # of the sheet: shadows along its edges say nothing about lines
_LARGEST = 0.12  # of the sheet's side: a component this large is a frame, a photo, a shadow, not a letter
_SIDEWAYS = 1.25  # times sharper across than along: the lines run up and down
_QUARTERS = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}


def turn(picture: Pixels, degrees: int) -> Pixels:
    """The picture turned clockwise by a multiple of 90 degrees."""
    turned: Pixels = cv2.rotate(picture, _QUARTERS[degrees % 360]) if degrees % 360 else picture
    return turned


def straighten(picture: Pixels, skew: float) -> Pixels:
    """The picture turned back by its skew in degrees; the corners that come into view are white."""
    if abs(skew) < _STRAIGHT:
        return picture
    height, width = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), skew, 1.0)
    straight: Pixels = cv2.warpAffine(
        picture, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(255,) * 3
    )
    return straight


def direction(grey: Pixels) -> tuple[int, float]:
    """How a page lies: 0 or 90 (degrees to turn it clockwise), and its skew then, in degrees clockwise.

    A page that is upside down looks the same to this test; reading tells.
    """
    letters = _letters(grey)
    skew, sharp = _skew(letters)
    _, across = _skew(np.ascontiguousarray(np.rot90(letters)))
    if across <= _SIDEWAYS * sharp:
        return 0, skew
    return 90, _skew(turn(letters, 90))[0]


def _letters(grey: Pixels) -> Mask:
    """What could be letters, on a small picture."""
    height, width = grey.shape
    scale = _WIDTH / min(height, width)
    small = cv2.resize(grey, (round(width * scale), round(height * scale)), interpolation=cv2.INTER_AREA)
    ground = cv2.medianBlur(cv2.dilate(small, np.ones((7, 7), np.uint8)), 15)
    mask: Mask = (cv2.subtract(ground, small) > 50).astype(np.uint8)  # noqa: PLR2004 - grey levels darker than the paper
    edge_y, edge_x = round(mask.shape[0] * _MARGIN), round(mask.shape[1] * _MARGIN)
    mask[:edge_y], mask[-edge_y:], mask[:, :edge_x], mask[:, -edge_x:] = 0, 0, 0, 0
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    large = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]) > _LARGEST * min(mask.shape)
    large[0] = True
    mask[large[labels]] = 0
    return mask


def _skew(letters: Mask) -> tuple[float, float]:
    """The angle at which lines part most sharply, and how sharply (mean squared step between rows)."""
    best, sharp = max(
        ((a, _sharpness(letters, a)) for a in np.arange(-_FURTHEST, _FURTHEST + _FINE, _COARSE)), key=_second
    )
    near = np.arange(best - _COARSE, best + _COARSE + _FINE, _FINE)
    return max(((float(a), _sharpness(letters, a)) for a in near), key=_second) if sharp else (0.0, 0.0)


def _second(pair: tuple[float, float]) -> float:
    return pair[1]


def _sharpness(letters: Mask, angle: float) -> float:
    """How much the ink per row changes from row to row once the sheet is turned back by `angle`: a shear does for small angles."""
    height, width = letters.shape
    shear = np.array([[1, 0, 0], [-np.tan(np.radians(angle)), 1, np.tan(np.radians(angle)) * width / 2]], np.float32)
    rows = cv2.warpAffine(letters, shear, (width, height), flags=cv2.INTER_NEAREST).sum(axis=1, dtype=np.float64)
    return float(np.square(np.diff(rows)).sum() / max(1.0, rows.sum()))
