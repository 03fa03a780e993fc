"""The words of a post room's stamp among those read on a sheet. Pure."""

from __future__ import annotations

from intake.documents.pdf_lines import Line
from intake.post.compare.tokens import DPI
from intake.post.pages import OcrPage, Rect, Word
from intake.post.stamps import stamped

_REACH = 0.15  # inches: the frame of a stamp stands so far from its words


def stamp_words(sheet: OcrPage) -> frozenset[Rect]:
    """The boxes of the words that are a stamp's ("INGEKOMEN 5 NOV 2026 LIEC / POSTKAMER")."""
    lines: dict[int, list[Word]] = {}
    for word in sheet.words:
        lines.setdefault(word.line, []).append(word)
    groups = list(lines.values())
    found = stamped([_line(group, sheet.height) for group in groups])
    return frozenset(word.box for n in found for word in groups[n])


def under_stamp(region: Rect | None, sheet: OcrPage) -> bool:
    """Whether a stamp's words stand in or beside a region of the frame of a sheet laid on nothing."""
    if region is None:
        return False
    scale, reach = DPI / sheet.dpi, round(_REACH * DPI)
    return any(
        b.x0 * scale < region.x1 + reach
        and b.x1 * scale > region.x0 - reach
        and b.y0 * scale < region.y1 + reach
        and b.y1 * scale > region.y0 - reach
        for b in stamp_words(sheet)
    )


def _line(words: list[Word], height: int) -> Line:
    x0, x1 = min(w.box.x0 for w in words), max(w.box.x1 for w in words)
    y0, y1 = min(height - w.box.y1 for w in words), max(height - w.box.y0 for w in words)
    return Line(" ".join(w.text for w in words), x0, y0, x1, y1, y0, y1 - y0, bold=False)
