"""What loose ink means: a note by hand is a deviation; a signature, a stamp, a hole and the like are harmless. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from intake.model import Verdict
from intake.post.compare.pairs import Pair
from intake.post.compare.residue import Mark
from intake.post.compare.signed import Line, dated, lines_of, signs
from intake.post.compare.stamped import stamp_words
from intake.post.compare.telling import share_of
from intake.post.compare.tokens import DPI, Token, told
from intake.post.comparison import Benign, Deviation, DeviationKind, Evidence
from intake.post.pages import Rect

_NOTE_INK = 300  # pixels: less is a slip of the pen or dirt
_PEN = (1.3, 7.5)  # pixels: width of a pen's stroke
_THIN = 0.045 * DPI  # pixels: what is thinner than this on the whole is a line
_RULED = 0.5  # straight ink: drawn by a machine
_PRINTED = 16  # components of one height: the letters of a stamp
_FOOT = 0.9  # of the page's height: below it pages are initialled
_INITIALS = 0.9 * DPI  # pixels: no initials are larger
_PARTS = 2  # strokes of a note that touches no word


@dataclass(frozen=True, slots=True)
class Noted:
    """What the loose ink of one sheet comes to."""

    deviations: tuple[Deviation, ...]
    benign: tuple[Benign, ...]
    rects: tuple[Rect, ...]


def noted(pair: Pair, marks: Sequence[Mark]) -> Noted:
    """The notes on a sheet, those near one another as one, and the harmless marks."""
    lines = lines_of(pair)
    stamps = [pair.plane.moved(box) for box in stamp_words(pair.sheet)]
    kinds = [(mark, _meaning(mark, pair, stamps, lines)) for mark in marks]
    notes = [mark for mark, kind in kinds if kind == "note"]
    benign = tuple(_benign(pair, mark, kind) for mark, kind in kinds if kind not in {"note", ""})
    groups = _together(notes)
    return Noted(tuple(_deviation(pair, group) for group in groups), benign, tuple(m.box for m in notes))


def _meaning(mark: Mark, pair: Pair, stamps: Sequence[Rect], lines: Sequence[Line]) -> str:
    """The kind of a mark as of LABELS.md, "note" for a note by hand, "" for what is too little to name."""
    if mark.kind != "drawn":
        return mark.kind
    if any(_overlap(stamp, mark.box) for stamp in stamps):
        return "date_received_stamp"
    if mark.letters >= _PRINTED:
        return "stamp"
    if min(mark.box.width, mark.box.height) < _THIN or mark.stroke < _PEN[0]:
        return "fax_noise" if mark.straight > 0 else ""
    if mark.stroke > _PEN[1] or (mark.straight >= _RULED and not mark.on_text):
        return ""
    if signs(mark.box, lines):
        return "signature_ink"
    if dated(mark.box, lines):
        return "date_by_hand"
    low = mark.box.y0 >= _FOOT * pair.frozen.size[1]
    if low and max(mark.box.width, mark.box.height) <= _INITIALS:
        return "initials"
    several = mark.parts >= _PARTS or mark.on_text > 0 or bool(_words_under(pair, mark.box))
    return "note" if mark.ink >= _NOTE_INK and several else ""


def _benign(pair: Pair, mark: Mark, kind: str) -> Benign:
    return Benign(kind, pair.sheet.page, pair.frozen.page or None, share_of(mark.box, pair.frozen.size))


def _together(notes: Sequence[Mark]) -> list[list[Mark]]:
    """Strokes within half an inch of one another are one note."""
    groups: list[list[Mark]] = []
    for mark in notes:
        near = [group for group in groups if any(_overlap(_grown(mark.box, DPI // 2), other.box) for other in group)]
        for group in near:
            groups.remove(group)
        groups.append([mark, *(other for group in near for other in group)])
    return groups


def _deviation(pair: Pair, group: Sequence[Mark]) -> Deviation:
    box = Rect(
        min(m.box.x0 for m in group),
        min(m.box.y0 for m in group),
        max(m.box.x1 for m in group),
        max(m.box.y1 for m in group),
    )
    under = [token for mark in group for token in _words_under(pair, mark.box)]
    ink = sum(m.ink for m in group) / DPI**2
    sure = min(0.95, 0.6 + ink * 3)
    evidence = (Evidence("added_ink", f"{ink:.3f} in²", Verdict.FAIL),)
    return Deviation(
        DeviationKind.HANDWRITTEN_NOTE,
        pair.frozen.page or None,
        pair.sheet.page,
        told(list(dict.fromkeys(under))),
        _read(pair, box),
        round(sure, 3),
        share_of(box, pair.frozen.size),
        evidence=evidence,
    )


def _words_under(pair: Pair, box: Rect) -> list[Token]:
    """The frozen words a stroke goes through."""
    return [t for t in pair.frozen.tokens if _overlap(_shrunk(t.box), box)]


def _read(pair: Pair, box: Rect) -> str:
    """What the engine made of the hand, for what it is worth."""
    return told(
        [
            t
            for t in pair.tokens
            if _overlap(_shrunk(t.box), box) and not any(f.key == t.key for f in pair.frozen.tokens)
        ]
    )


def _overlap(a: Rect, b: Rect) -> bool:
    return a.x0 < b.x1 and b.x0 < a.x1 and a.y0 < b.y1 and b.y0 < a.y1


def _grown(box: Rect, by: int) -> Rect:
    return Rect(box.x0 - by, box.y0 - by, box.x1 + by, box.y1 + by)


def _shrunk(box: Rect) -> Rect:
    """The middle of a word: a stroke that only touches its edge does not mean it."""
    return Rect(box.x0 + box.width // 4, box.y0 + box.height // 4, box.x1 - box.width // 4, box.y1 - box.height // 4)
