"""Ink on a sheet that neither the frozen page nor any read word explains: notes by hand, stamps, holes, staples. In the sandbox.

Geometry and colour only, of clusters of loose ink; what a cluster means for the letter is decided where its words are known.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from intake.documents.ink import Mask, Pixels, measure
from intake.post.compare.tokens import DPI
from intake.post.pages import Rect
from intake.post.sheets import brightest, darkest

_EDGE = round(0.18 * DPI)  # pixels along the rim, where scanners leave shadows
_SPECK = 24  # pixels: a component as small is dust, or the ragged edge of a fax
_LETTER = 0.08 * DPI  # pixels: what a pen writes is so high
_NEAR = round(0.11 * DPI)  # pixels between the parts of one cluster
_LEAST = 90  # pixels of ink of a cluster that is worth a look
_RULE = round(0.9 * DPI)  # pixels: a straight level or upright line as long is a rule, a fold or a fax's fault
_TINT = 28  # grey levels between the colours of coloured ink
_INK = 60  # grey levels darker than the paper
_ROUND, _SOLID = 0.72, 0.55  # of a circle, of its box: a hole
_HOLE = (0.12 * DPI, 0.38 * DPI)
_STAPLE = (0.15 * DPI, 0.7 * DPI, 0.09 * DPI)  # length from and to, most width
_APART = round(0.2 * DPI)  # pixels between the parts of a stamp
_FRAME, _LARGEST = (0.8 * DPI, 0.35 * DPI), 4 * DPI  # pixels: least sides of a stamp's frame, and the most
_GAP, _ASKEW = 14, 14.0  # pixels a frame may be broken over; degrees a stamp may hang
_CORNER = 1.6 * DPI  # pixels from a corner: where stacks are stapled
_SIDE = 1.1 * DPI  # pixels from the left or right edge: where holes are punched


@dataclass(frozen=True, slots=True)
class Mark:
    """A cluster of loose ink: `kind` "hole_punch", "staple", "stamp" or "drawn", its box in the frame, its ink in pixels.

    `coloured` is the share of its ink that is neither grey nor black, `stroke` the width of its lines in pixels, `parts` how
    many components of a letter's height it has, `letters` how many of those are of one height, `straight` how much of it is
    ruled, `on_text` the share of its ink that lies on frozen or read words.
    """

    kind: str
    box: Rect
    ink: int
    coloured: float = 0.0
    stroke: float = 0.0
    parts: int = 0
    letters: int = 0
    straight: float = 0.0
    on_text: float = 0.0


def loose_ink(sheet: Pixels, near: Mask | None, read: Sequence[Rect]) -> tuple[Mask, Mask]:
    """What ink is explained by nothing, and which of it is coloured. `near` lies near frozen ink, `read` are words of the scan."""
    high, low = brightest(sheet), darkest(sheet)
    small = cv2.resize(low, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    paper = cv2.resize(cv2.medianBlur(cv2.dilate(small, np.ones((7, 7), np.uint8)), 15), low.shape[::-1])
    ink = (cv2.subtract(paper, low) > _INK).astype(np.uint8)
    coloured = ink & (cv2.subtract(high, low) > _TINT).astype(np.uint8)
    if near is None:
        ink = (
            coloured.copy()
        )  # with no picture to compare, black may be a logo: only coloured ink is surely not the printer's
    else:
        ink[cv2.dilate(near, np.ones((3, 3), np.uint8)) > 0] = 0
    for box in read:
        written = coloured[box.y0 : box.y1, box.x0 : box.x1]
        ink[box.y0 : box.y1, box.x0 : box.x1] &= (
            written  # black print is read; a coloured stroke through it is not print
        )
    ink[:_EDGE], ink[-_EDGE:], ink[:, :_EDGE], ink[:, -_EDGE:] = 0, 0, 0, 0
    return ink, coloured


def marks_on(sheet: Pixels, near: Mask | None, read: Sequence[Rect]) -> list[Mark]:
    """The clusters of loose ink on a sheet (RGB) that lies in the frame, the largest first."""
    ink, coloured = loose_ink(sheet, near, read)
    whole = _without_specks(ink)
    clean = _without_rules(whole)
    stamps = _stamps(whole)
    groups = cv2.dilate(clean, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_NEAR, _NEAR)))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(groups, connectivity=8)
    text = np.zeros_like(clean)
    for box in read:
        text[box.y0 : box.y1, box.x0 : box.x1] = 1
    found = []
    for label in range(1, min(count, 400)):
        x, y, w, h = (int(v) for v in stats[label, :4])
        part = np.where(labels[y : y + h, x : x + w] == label, clean[y : y + h, x : x + w], 0).astype(np.uint8)
        if int(part.sum()) >= _LEAST:
            colours, words = coloured[y : y + h, x : x + w], text[y : y + h, x : x + w]
            mark = _mark(part, colours, words, (x, y), sheet.shape[:2])
            found.append(replace(mark, kind="stamp") if any(_inside(mark.box, s) for s in stamps) else mark)
    return sorted(found, key=_size, reverse=True)


def _stamps(ink: Mask) -> list[Rect]:
    """The boxes of framed stamps, askew as they may be: long straight lines that run across one another near by."""
    groups = cv2.dilate(ink, np.ones((_APART, _APART), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(groups, connectivity=8)
    found = []
    for label in range(1, count):
        x, y, w, h = (int(v) for v in stats[label, :4])
        if _FRAME[0] <= w <= _LARGEST and _FRAME[1] <= h <= _LARGEST and _crossing(ink[y : y + h, x : x + w]):
            found.append(Rect(x, y, x + w, y + h))
    return found


def _crossing(part: Mask) -> bool:
    """Whether a long and a shorter straight line stand about square to each other."""
    lines = cv2.HoughLinesP(part * 255, 1, np.pi / 360, 40, minLineLength=round(_FRAME[1]), maxLineGap=_GAP)
    if lines is None:
        return False
    ends = lines.reshape(-1, 4).astype(float)
    long = np.hypot(ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1])
    turned = np.degrees(np.arctan2(ends[:, 3] - ends[:, 1], ends[:, 2] - ends[:, 0])) % 180
    level = np.minimum(turned, 180 - turned) <= _ASKEW
    upright = np.abs(turned - 90) <= _ASKEW
    return bool((long[level] >= _FRAME[0]).any() and upright.any())


def _inside(box: Rect, other: Rect) -> bool:
    """Whether the middle of a box lies in another."""
    return other.x0 <= (box.x0 + box.x1) / 2 <= other.x1 and other.y0 <= (box.y0 + box.y1) / 2 <= other.y1


def _size(mark: Mark) -> int:
    return mark.ink


def _without_specks(ink: Mask) -> Mask:
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    small = stats[:, cv2.CC_STAT_AREA] < _SPECK
    small[0] = False
    clean = ink.copy()
    clean[small[labels]] = 0
    return clean


def _without_rules(ink: Mask) -> Mask:
    clean = ink.copy()
    for kernel in (np.ones((1, _RULE), np.uint8), np.ones((_RULE, 1), np.uint8)):
        thick = np.ones((3, 1) if kernel.shape[0] == 1 else (1, 3), np.uint8)
        rules = cv2.morphologyEx(cv2.dilate(ink, thick), cv2.MORPH_OPEN, kernel)
        clean[cv2.dilate(rules, np.ones((3, 3), np.uint8)) > 0] = 0
    return clean


def _mark(part: Mask, coloured: Mask, text: Mask, at: tuple[int, int], sheet: tuple[int, int]) -> Mark:
    x, y, w, h = cv2.boundingRect(part)
    box = Rect(at[0] + x, at[1] + y, at[0] + x + w, at[1] + y + h)
    ink = int(part.sum())
    shape = measure(part)
    _, _, stats, _ = cv2.connectedComponentsWithStats(part, connectivity=8)
    parts = int((stats[1:, cv2.CC_STAT_HEIGHT] >= 0.05 * DPI).sum())
    return Mark(
        _kind(part[y : y + h, x : x + w], box, sheet, framed=shape.frame and shape.letters >= 3),  # noqa: PLR2004 - a word
        box,
        ink,
        round(float((coloured & part).sum()) / ink, 3),
        round(shape.stroke, 2),
        parts,
        shape.letters,
        round(shape.straight, 3),
        round(float((text & part).sum()) / ink, 3),
    )


def _kind(part: Mask, box: Rect, sheet: tuple[int, int], *, framed: bool) -> str:
    height, width = sheet
    across, down = box.width, box.height
    filled = float(part.mean())
    beside = min(box.x0, width - box.x1)
    if _HOLE[0] <= min(across, down) and max(across, down) <= _HOLE[1] and filled >= _SOLID and beside <= _SIDE:
        return "hole_punch"
    corner = beside <= _CORNER and min(box.y0, height - box.y1) <= _CORNER
    long, thin = max(across, down), float(part.sum()) / max(across, down)
    if corner and _STAPLE[0] <= long <= _STAPLE[1] and thin <= _STAPLE[2]:
        return "staple"
    return "stamp" if framed else "drawn"


def boxes_of(marks: Sequence[Mark], kind: str) -> Iterator[Rect]:
    """The boxes of the marks of one kind."""
    yield from (mark.box for mark in marks if mark.kind == kind)
