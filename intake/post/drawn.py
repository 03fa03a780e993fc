"""What a pen drew on a sheet whose words are known: strokes that reading has not explained as print."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from intake.documents.page_ink import pen_strokes
from intake.post.pages import Ink, Rect, Word

if TYPE_CHECKING:
    from intake.documents.ink import Pixels

_PRINT = 0.75  # confidence: what was read so surely is print
_LETTERS = 3  # characters: shorter "words" are what an engine makes of a stroke
_EXPLAINED = 0.5  # of a stroke's box under print: it is print that touches
_HIGH = 0.35  # inches: no line of print is so high; a pen may have been read as one


def drawings(grey: Pixels, dpi: float, words: Sequence[Word]) -> list[Ink]:
    """Pen strokes of a grey sheet, those left out that reading has explained as print."""
    printed = [w.box for w in words if _is_print(w, dpi)]
    strokes = (Rect(x, y, x + width, y + height) for x, y, width, height in pen_strokes(grey))
    return [Ink("ink", stroke) for stroke in strokes if _covered(stroke, printed) < _EXPLAINED]


def _is_print(word: Word, dpi: float) -> bool:
    return word.confidence >= _PRINT and len(word.text) >= _LETTERS and word.box.height < _HIGH * dpi


def _covered(stroke: Rect, printed: Sequence[Rect]) -> float:
    """The share of a stroke's box that lies under print."""
    return sum(_overlap(stroke, box) for box in printed) / max(1, stroke.width * stroke.height)


def _overlap(a: Rect, b: Rect) -> int:
    """The area two rectangles share."""
    return max(0, min(a.x1, b.x1) - max(a.x0, b.x0)) * max(0, min(a.y1, b.y1) - max(a.y0, b.y0))
