"""The values of reading scans: a page made ready (`Sheet`), its words with places (`Word`, `OcrPage`), and what it may cost.

Pixels count from the top left of the sheet as made ready: upright and straight. Points are those of the page as displayed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from intake.model import BYTES_AS_BASE64, Box

POINTS_PER_INCH = 72.0
SURE = 0.7
"""Confidence from which a word is taken to be right; both engines are wrong in few of those."""


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle in pixels: left, top, right and bottom, the last two just outside it."""

    x0: int
    y0: int
    x1: int
    y1: int

    @property
    def width(self) -> int:
        return self.x1 - self.x0

    @property
    def height(self) -> int:
        return self.y1 - self.y0


@dataclass(frozen=True, slots=True)
class Word:
    """One word as an engine read it. `confidence` runs from 0 to 1; `line` is the engine's own number of its line on the page."""

    text: str
    box: Rect
    confidence: float
    line: int


@dataclass(frozen=True)
class Sheet:
    """One page as a picture made ready for reading: grey PNG, upright and straight.

    `dpi` is that of the picture, `scanned_dpi` that of the scan it was made from. `turned` says by how many degrees (0, 90, 180,
    270, clockwise) the page had to be turned to stand upright, `skew` by how many it hung to the right. `blank` sheets hold
    nothing to read.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = BYTES_AS_BASE64

    page: int
    png: bytes
    width: int
    height: int
    dpi: int
    scanned_dpi: int
    turned: int = 0
    skew: float = 0.0
    blank: bool = False


@dataclass(frozen=True)
class Pictures:
    """Pictures of our own that go to a reader together, as PNG."""

    __pydantic_config__: ClassVar[dict[str, Any]] = BYTES_AS_BASE64

    pngs: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Ink:
    """A drawing on a sheet that is no printed word: `looks` as of `Picture` ("ink" or "stamp")."""

    looks: str
    box: Rect


@dataclass(frozen=True, slots=True)
class Looks:
    """What a sheet shows beside its words: stroke width of each word as share of its size, ruled lines, pen and stamps."""

    strokes: tuple[float, ...] = ()
    rules: tuple[Rect, ...] = ()
    ink: tuple[Ink, ...] = ()


@dataclass(frozen=True, slots=True)
class OcrPage:
    """One page, read. Measures are those of `Sheet`; `engine` names what read it."""

    page: int
    width: int
    height: int
    dpi: int
    scanned_dpi: int
    turned: int
    skew: float
    engine: str
    words: tuple[Word, ...]
    looks: Looks = Looks()

    @property
    def share_read(self) -> float:
        """The share of the letters that were read surely; 0 without any."""
        letters = sum(len(w.text) for w in self.words)
        return sum(len(w.text) for w in self.words if w.confidence >= SURE) / letters if letters else 0.0

    def box(self, rect: Rect) -> Box:
        """A rectangle of the sheet in points, origin bottom left."""
        scale = POINTS_PER_INCH / self.dpi
        return Box(rect.x0 * scale, (self.height - rect.y1) * scale, rect.x1 * scale, (self.height - rect.y0) * scale)

    @property
    def text(self) -> str:
        """The words in the engine's order, a line for each of its lines."""
        lines: dict[int, list[str]] = {}
        for word in self.words:
            lines.setdefault(word.line, []).append(word.text)
        return "\n".join(" ".join(line) for line in lines.values())


@dataclass(frozen=True, slots=True)
class OcrLimits:
    """Bounds on reading the scans of one mail; what goes over them stays unread, and a defect says so."""

    pages: int = 40  # of all scans of one mail together
    seconds: float = 180.0  # for all of them, by the clock
    page_seconds: float = 60.0  # one engine on one page, by the clock
    workers: int = 2  # pages at a time
    least_dpi: int = 150  # below it letters are too coarse to trust


class Engine(Protocol):
    """Something that reads words from a sheet."""

    name: str
    """Name and version, as a person sees it."""

    def words(self, sheet: Sheet, seconds: float) -> tuple[Word, ...]:
        """The words of an upright sheet. Raises `OcrError` when the engine gives no answer in time, or fails."""
        ...
