"""One sheet laid on its frozen page: ink measured at the places asked for, and pictures cut out of them. Run in the sandbox."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar

import cv2
import numpy as np

from intake.documents.ink import Pixels
from intake.model import BYTES_AS_BASE64
from intake.post.compare.digits import Digits
from intake.post.compare.ink import NOTHING, Ink, Inks, dark_masks
from intake.post.compare.printed import PrintedWord, printed_page
from intake.post.compare.residue import Mark, marks_on
from intake.post.compare.tokens import DPI
from intake.post.pages import Rect
from intake.post.sheets import brightest, darkest, prepared, ready

_STEP = 4.0  # pixels: a nearer place is within the reach of one measurement
_QUICK = 0.02  # of a word's ink: with less missing an equal word is not looked at closer
_SUSPECT = 0.12  # of a word's ink missing though it was read as equal: worth another reading
_MARGIN, _HALF = 0.03, 0.085  # inches around a crop, and its least half height
_HIGHER = 0.62  # of the words' height: its half height
_FACE, _FACE_QUALITY = 0.7, 60  # of the frame's resolution; of WebP
_SAMPLE, _MOST_STAY_UNDER = 80, 0.9  # words measured to learn how noisy a scan is, and the share that tells
_STILL_THERE = 0.05  # of a word's ink missing at most, once colours are taken away: it was printed in black
_WRITTEN_ON = 0.05  # of a letter's ink: with more new ink in it another digit might have been made of it
_TINT = 16  # grey levels between the colours of what counts as grey
_MOST = 120  # crops of one page

Pair = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Side:
    """A page as a picture: how it was turned, its skew, and the homography (row by row) into the frame."""

    page: int
    turned: int
    skew: float
    rows: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Probe:
    """A place to look at, in the frame. `boxes` are frozen words, `shifts` where else they may stand, `scanned` words of the scan.

    `lines` are what to cut out, a line each; `region` all of it in one piece, where no frozen page tells where words should
    stand. An `equal` word was read as it should be: it is only looked at.
    """

    boxes: tuple[Rect, ...]
    shifts: tuple[Pair, ...] = ()
    scanned: tuple[Rect, ...] = ()
    lines: tuple[Rect, ...] = ()
    equal: bool = False
    region: Rect | None = None


@dataclass(frozen=True)
class Probed:
    """What was found at probe `number`: the ink of its worst word, new ink in its scanned words (a share), and the crops (PNG).

    `rivals` are digits that might stand there instead, "?" when that cannot be told.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = BYTES_AS_BASE64

    number: int
    ink: Ink | None
    added: float = 0.0
    crops: tuple[bytes, ...] = ()
    region: bytes = b""
    rivals: str = ""


@dataclass(frozen=True, slots=True)
class Laying:
    """What to do with one pair. `frozen` is a `Side` where the frozen page is a picture, a page number in a PDF, or None: then
    nothing but crops of the scan is asked for. Without `scan` there is nothing but the frozen page's face; `faces` asks for
    both. `read` are the words of the scan that explain ink: what is left over comes back as marks.
    """

    frozen: Side | int | None
    size: tuple[int, int]
    scan: Side | None
    probes: tuple[Probe, ...] = ()
    faces: bool = False
    read: tuple[Rect, ...] = ()


@dataclass(frozen=True)
class Laid:
    """What was found on one pair, and the faces that were asked for (WebP): two pictures of one size.

    `noise` is what nearly all words stay under that were read as they should be: how good this scan is.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = BYTES_AS_BASE64

    probed: tuple[Probed, ...] = ()
    noise: Ink = NOTHING
    marks: tuple[Mark, ...] = ()
    frozen: bytes | None = None
    scan: bytes | None = None


def lay(frozen: bytes, scan: bytes, task: Laying) -> Laid:
    """Lay the sheet on the page and look. Raises `Refused`."""
    sheet = _in_frame(scan, task.scan, task.size) if task.scan else None
    page = _in_frame(frozen, task.frozen, task.size) if isinstance(task.frozen, Side) else None
    words: tuple[PrintedWord, ...] = ()
    if isinstance(task.frozen, int):
        printed, page = printed_page(frozen, task.frozen)
        words = printed.words
    found = _looked(task, sheet, page, words) if sheet is not None and task.read else Laid()
    if not task.faces:
        return found
    return replace(found, frozen=None if page is None else _face(page), scan=None if sheet is None else _face(sheet))


def _looked(task: Laying, sheet: Pixels, page: Pixels | None, words: Sequence[PrintedWord]) -> Laid:
    """All that is to be seen on the sheet."""
    grey = ready(sheet, DPI)
    if page is None:
        probed = _Loose(grey, _without_colour(sheet)).probed(task.probes)
        return Laid(tuple(probed), NOTHING, tuple(marks_on(sheet, None, task.read)))
    dark = dark_masks(grey)
    drawn = isinstance(task.frozen, int)
    inks = Inks.rendered(page, dark) if drawn else Inks.pictured(ready(page, DPI), dark)
    bare = _without_colour(sheet)
    looking = _Looking(inks, grey, words, lambda: inks.on(dark_masks(ready(bare, DPI))))
    return Laid(
        tuple(looking.probed(task.probes)), looking.noise(task.probes), tuple(marks_on(sheet, inks.near, task.read))
    )


def _face(picture: Pixels) -> bytes:
    """A picture for a person: small enough for a page with many of them, and still sharp when enlarged."""
    from PIL import Image

    height, width = picture.shape[:2]
    small = cv2.resize(picture, (round(width * _FACE), round(height * _FACE)), interpolation=cv2.INTER_AREA)
    out = io.BytesIO()
    Image.fromarray(small).save(out, "webp", quality=_FACE_QUALITY, method=2)
    return out.getvalue()


def _in_frame(data: bytes, side: Side, size: tuple[int, int]) -> Pixels:
    """The picture of a page, all its colours, laid in the frame."""
    found, _, _ = prepared(data, side.page, turned=side.turned, skew=side.skew)
    matrix = np.array(side.rows, float).reshape(3, 3)
    laid: Pixels = cv2.warpPerspective(
        found.pixels, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=(255,) * 3
    )
    return laid


def _without_colour(sheet: Pixels) -> Pixels:
    """Grey, the coloured ink of stamps and pens turned to paper."""
    high, low = brightest(sheet).astype(np.int16), darkest(sheet).astype(np.int16)
    bare: Pixels = np.clip(high + np.maximum(high - low - _TINT, 0), 0, 255).astype(np.uint8)
    return bare


class _Crops:
    """Cuts lines out of a sheet."""

    def __init__(self, grey: Pixels) -> None:
        self._grey, self._left = grey, _MOST

    def of(self, probe: Probe) -> tuple[bytes, ...]:
        """The lines of a probe as PNG; none any more once a page has had its share."""
        if self._left <= 0:
            return ()
        self._left -= 1
        return tuple(_png(crop) for line in probe.lines if (crop := self._cut(line)) is not None)

    def _cut(self, line: Rect) -> Pixels | None:
        """A line with a little of what is around it."""
        middle, half = (line.y0 + line.y1) / 2, max(_HALF * DPI, _HIGHER * line.height)
        height, width = self._grey.shape
        y0, y1 = max(0, round(middle - half)), min(height, round(middle + half))
        x0, x1 = max(0, round(line.x0 - _MARGIN * DPI)), min(width, round(line.x1 + _MARGIN * DPI))
        return self._grey[y0:y1, x0:x1] if y1 - y0 >= 8 and x1 - x0 >= 8 else None  # noqa: PLR2004 - no letter is smaller


class _Loose:
    """The places of a sheet that is laid on nothing: all there is to do is to cut them out. `bare` is it without colours."""

    def __init__(self, grey: Pixels, bare: Pixels) -> None:
        self._crops, self._bare = _Crops(grey), bare

    def probed(self, probes: Sequence[Probe]) -> Iterator[Probed]:
        """Every probe."""
        for number, probe in enumerate(probes):
            yield Probed(number, None, 0.0, self._crops.of(probe), self._region(probe.region))

    def _region(self, region: Rect | None) -> bytes:
        """Several lines in one piece."""
        if region is None:
            return b""
        height, width = self._bare.shape
        margin = round(_HALF * DPI)
        y0, y1 = max(0, region.y0 - margin), min(height, region.y1 + margin)
        x0, x1 = max(0, region.x0 - margin), min(width, region.x1 + margin)
        return _png(self._bare[y0:y1, x0:x1]) if y1 - y0 >= margin and x1 - x0 >= margin else b""


class _Looking:
    """The places of one pair."""

    def __init__(self, inks: Inks, grey: Pixels, words: Sequence[PrintedWord], bare: Callable[[], Inks]) -> None:
        self._inks, self._crops = inks, _Crops(grey)
        self._glyphs = {word.box: word.glyphs for word in words}
        self._words, self._make_bare = words, bare

    @cached_property
    def _bare(self) -> Inks:
        """The same without the coloured ink of stamps and pens; made only where something was written on a word."""
        return self._make_bare()

    @cached_property
    def _digits(self) -> Digits:
        return Digits(self._bare, self._words)

    def probed(self, probes: Sequence[Probe]) -> Iterator[Probed]:
        """Every probe that differs in text, and the equal ones whose ink does not bear out what was read."""
        for number, probe in enumerate(probes):
            if probe.equal and all(self._inks.lacking(box) <= _QUICK for box in probe.boxes):
                continue
            ink = self._worst(self._inks, probe)
            if ink and ink.worst_extra > _WRITTEN_ON:
                alone = self._worst(self._bare, probe)
                ink = alone if alone and max(alone.missing, alone.worst_missing) <= _STILL_THERE else ink
            if probe.equal and (ink is None or ink.missing <= _SUSPECT):
                continue
            added = max((self._inks.added(box) for box in probe.scanned), default=0.0)
            rivals = (
                "".join(self._digits.rivals(b) for b in probe.boxes) if ink and ink.worst_extra > _WRITTEN_ON else ""
            )
            yield Probed(number, ink, round(added, 3), self._crops.of(probe), rivals=rivals)

    def noise(self, probes: Sequence[Probe]) -> Ink:
        """What most words that were read as they should be stay under; a sample of them is measured."""
        equal = [probe for probe in probes if probe.equal]
        sample = equal[:: max(1, len(equal) // _SAMPLE)]
        found = [_values(ink) for probe in sample if (ink := self._worst(self._inks, probe)) is not None]
        if len(found) < _SAMPLE // 4:
            return NOTHING
        return Ink(*(round(float(v), 3) for v in np.quantile(np.array(found), _MOST_STAY_UNDER, axis=0)))

    def _worst(self, inks: Inks, probe: Probe) -> Ink | None:
        """The ink of the word that lacks most, each word at the place where it lacks least."""
        found = [ink for box in probe.boxes if (ink := self._best(inks, box, probe.shifts)) is not None]
        if not found:
            return None
        return Ink(*(round(max(values), 3) for values in zip(*map(_values, found), strict=True)))

    def _best(self, inks: Inks, box: Rect, shifts: Sequence[Pair]) -> Ink | None:
        places = [(0.0, 0.0), *(s for s in shifts if max(abs(s[0]), abs(s[1])) > _STEP)]
        letters = self._glyphs.get(box, ())
        found = [ink for place in places if (ink := inks.measure(box, letters, place)) is not None]
        return min(found, key=_missing, default=None)


def _values(ink: Ink) -> tuple[float, float, float, float]:
    return ink.missing, ink.worst_missing, ink.extra, ink.worst_extra


def _missing(ink: Ink) -> float:
    return ink.missing + ink.worst_missing


def _png(grey: Pixels) -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.fromarray(grey).save(out, "png", compress_level=1)
    return out.getvalue()
