"""Where a scanned sheet lies in the frame of its frozen page: a plane fitted through the words that both have (pure numbers).

Words are better marks than corners of strokes: a letter looks like every other one, while a word that stands once on both
pages names its own place. Text that a change pushed along forms a plane of its own, and the larger one wins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from intake.post.compare.tokens import DPI, Token
from intake.post.pages import Rect

Points = NDArray[np.float64]
_LETTERS = 3  # of a word that marks a place
_FEW, _LEAST = 12, 3  # words: with fewer only a shift, a turn and a scale are fitted; with fewer still nothing
_SPREAD = 0.5  # of the page's height that the marks must span: a plane of eight degrees does not reach far beyond them
_NEAR = 0.03 * DPI  # pixels from the plane
_HELD = 0.2  # of the marks must fit the plane
_SCALE, _TURN = (
    (0.6, 1.7),
    8.0,
)  # times, degrees: copiers make smaller, two pages share a sheet; the skew is taken out before


@dataclass(frozen=True, slots=True)
class Plane:
    """A homography from pixels of the sheet to pixels of the frame, row by row, and the share of the marks that fit it."""

    rows: tuple[float, ...]
    held: float = 1.0

    @property
    def matrix(self) -> Points:
        return np.array(self.rows, float).reshape(3, 3)

    def moved(self, rect: Rect) -> Rect:
        """A rectangle of the sheet in the frame."""
        corners = np.array([[rect.x0, rect.y0], [rect.x1, rect.y0], [rect.x1, rect.y1], [rect.x0, rect.y1]], float)
        to = through(self.matrix, corners)
        (x0, y0), (x1, y1) = to.min(axis=0), to.max(axis=0)
        return Rect(round(x0), round(y0), round(x1), round(y1))


def through(matrix: Points, points: Points) -> Points:
    """Points (n × 2) through a homography."""
    flat = np.hstack([points, np.ones((len(points), 1))]) @ matrix.T
    moved: Points = flat[:, :2] / flat[:, 2:]
    return moved


def plane_of(frozen: Sequence[Token], sheet: Sequence[Token], scale: float) -> Plane | None:
    """The plane that lays the words of a sheet on those of its frozen page; None where too few agree.

    `scale` is about how many pixels of the frame one of the sheet is (their resolutions).
    """
    pairs = _pairs(frozen, sheet)
    if len(pairs) < _LEAST:
        return None
    # the lower left and right corner: the tops of capitals and accents are what engines and fonts differ in
    here = np.array([p for _, s in pairs for p in ((s.box.x0, s.box.y1), (s.box.x1, s.box.y1))], float)
    there = np.array([p for f, _ in pairs for p in ((f.box.x0, f.box.y1), (f.box.x1, f.box.y1))], float)
    wide = float(np.ptp(there[:, 1])) >= _SPREAD * max(t.box.y1 for t in frozen)
    matrix, mask = _fitted(here * scale, there, few=len(pairs) < _FEW or not wide)
    if matrix is None:
        return None
    matrix = matrix @ np.diag([scale, scale, 1.0])
    held = float(mask.mean())
    if held < _HELD or mask.sum() < 2 * _LEAST or not _plausible(matrix / matrix[2, 2], scale):
        return None
    return Plane(tuple(float(v) for v in (matrix / matrix[2, 2]).ravel()), round(held, 3))


def _fitted(here: Points, there: Points, *, few: bool) -> tuple[Points | None, NDArray[np.uint8]]:
    if few:
        part, mask = cv2.estimateAffinePartial2D(here, there, ransacReprojThreshold=_NEAR, maxIters=3000)
        return (None if part is None else np.vstack([part, [0.0, 0.0, 1.0]])), mask
    matrix, mask = cv2.findHomography(here, there, cv2.RANSAC, _NEAR, maxIters=3000)
    return matrix, mask


def _pairs(frozen: Sequence[Token], sheet: Sequence[Token]) -> list[tuple[Token, Token]]:
    """Words that stand on both in the same order, and those that stand once on either."""
    left, right = [t.key for t in frozen], [t.key for t in sheet]
    found: dict[int, int] = {}
    for code in Levenshtein.opcodes(left, right):
        if code.tag == "equal":
            found.update((i, code.dest_start + i - code.src_start) for i in range(code.src_start, code.src_end))
    once_left, once_right = _once(left), _once(right)
    least = _LETTERS if len(found) >= _FEW else 1
    found.update((once_left[word], once_right[word]) for word in once_left.keys() & once_right.keys())
    return [
        (frozen[i], sheet[j])
        for i, j in found.items()
        if len(frozen[i].key) >= least and len(frozen[i].rects) == 1 and len(sheet[j].rects) == 1
    ]


def _once(keys: Sequence[str]) -> dict[str, int]:
    places: dict[str, int] = {}
    for place, word in enumerate(keys):
        places[word] = -1 if word in places else place
    return {word: place for word, place in places.items() if place >= 0}


def _plausible(matrix: Points, scale: float) -> bool:
    """Whether a sheet of paper can have come to lie so: hardly stretched, hardly turned."""
    grown = np.sqrt(abs(np.linalg.det(matrix[:2, :2]))) / scale
    turned = np.degrees(np.arctan2(matrix[1, 0], matrix[0, 0]))
    return bool(_SCALE[0] < grown < _SCALE[1] and abs(turned) < _TURN)
