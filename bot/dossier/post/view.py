"""A comparison made ready to be shown: the answer, the crops, the pairs of pages with their boxes, how it was compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.dossier import tones
from bot.dossier.post.pictures import media_type
from bot.dossier.post.spots import (
    Flag,
    Rect,
    Spot,
    box_of,
    faces_of,
    flags_of,
    gravest_first,
    ordered_rows,
    spots_of,
    window_of,
)
from bot.texts import comparison as words
from intake.post.comparison import Benign, Comparison, DeviationKind, PagePair, PostVerdict, SignatureLine

FROZEN, SCAN = "vastgelegd", "papier"
SIDES = (FROZEN, SCAN)
"""The two sides of a pair, as they stand in ids and addresses."""

Source = Callable[[int, str, bytes], str]
"""Gives the address under which a picture is found, for the index of its pair, its side and its bytes."""

_TONE = {
    PostVerdict.IDENTICAL: tones.GOOD,
    PostVerdict.SIGNATURE_PAGE_ONLY: tones.GOOD,
    PostVerdict.DEVIATES: tones.ALARM,
    PostVerdict.WRONG_VERSION: tones.ALARM,
    PostVerdict.UNKNOWN_DOCUMENT: tones.ALARM,
    PostVerdict.UNDETERMINED: tones.WAIT,
}
_TEXT = "text"


@dataclass(frozen=True, slots=True)
class Picture:
    """One side of a pair: its id in the page and its address, or why there is none. Sizes in pixels."""

    id: str
    address: str
    width: int
    height: int
    absent: str = ""


@dataclass(frozen=True, slots=True)
class Harmless:
    """A harmless difference: `box` and `window` as of `Spot`, on the faces of the pair `row`."""

    benign: Benign
    row: int | None = None
    box: Rect | None = None
    window: Rect | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """Two pages beside each other. `name` is what the list of pages calls it; `notes` say what is particular about it."""

    index: int
    pair: PagePair
    name: str
    heading: str
    notes: tuple[str, ...]
    pictures: tuple[Picture, Picture]
    spots: tuple[Spot, ...]
    harmless: tuple[Harmless, ...]

    @property
    def flagged(self) -> list[tuple[Spot, Flag]]:
        """The places that have a box, each with its flag."""
        size = max((picture.width, picture.height) for picture in self.pictures)
        boxed = [(spot, spot.box) for spot in self.spots if spot.box]
        flags = flags_of([(spot.label, box) for spot, box in boxed], size)
        return [(spot, flag) for (spot, _), flag in zip(boxed, flags, strict=True)]

    @property
    def labels(self) -> str:
        """The labels of what is marked here, for who does not see the boxes."""
        return ", ".join(spot.label for spot in self.spots)


@dataclass(frozen=True, slots=True)
class View:
    """Everything the template shows. `crops` and `doubts` stand gravest first, `spots` and `rows` in the order of the pages."""

    verdict: PostVerdict
    tone: str
    answer: str
    first: Spot | None
    counts: tuple[str, ...]
    facts: tuple[tuple[str, tuple[str, ...]], ...]
    spots: tuple[Spot, ...]
    crops: tuple[Spot, ...]
    doubts: tuple[Spot, ...]
    harmless: Mapping[str, tuple[Harmless, ...]]
    rows: tuple[Row, ...]
    paged: bool
    """Whether the frozen document has pages of its own; else those of the paper are counted."""

    @property
    def pictured(self) -> bool:
        """Whether there is any picture to look at."""
        return any(picture.id for row in self.rows for picture in row.pictures)

    def pictures(self, row: int | None) -> tuple[Picture, Picture] | None:
        """The two sides of a pair by its index in the comparison."""
        return next((r.pictures for r in self.rows if r.index == row), None)


def view_of(comparison: Comparison, source: Source) -> View:
    """Make a comparison ready; `source` says where its pictures will be found."""
    spots = spots_of(comparison)
    harmless = tuple(_harmless(comparison, benign) for benign in comparison.benign)
    crops = gravest_first([s for s in spots if not s.doubtful])
    doubts = gravest_first([s for s in spots if s.doubtful])
    doubtful = bool(doubts) and _TONE[comparison.verdict] is tones.GOOD
    return View(
        verdict=comparison.verdict,
        tone=tones.WAIT if doubtful else _TONE[comparison.verdict],
        answer=words.answer(comparison.verdict, [s.deviation for s in crops], [s.deviation for s in doubts]),
        first=next(iter((*crops, *doubts)), None),
        counts=words.counts(len(crops), len(doubts), len(harmless)),
        facts=tuple(_facts(comparison)),
        spots=spots,
        crops=crops,
        doubts=doubts,
        harmless=_by_kind(harmless),
        rows=tuple(_row(comparison, index, source, spots, harmless) for index in ordered_rows(comparison)),
        paged=comparison.rendering != _TEXT,
    )


def _row(
    comparison: Comparison, index: int, source: Source, spots: Sequence[Spot], harmless: Sequence[Harmless]
) -> Row:
    pair = comparison.pages[index]
    return Row(
        index=index,
        pair=pair,
        name=str(pair.page) if pair.page is not None else words.EXTRA_SHEET.format(number=pair.sheet),
        heading=words.pair(pair),
        notes=tuple(_notes(comparison, pair)),
        pictures=(_picture(comparison, index, FROZEN, source), _picture(comparison, index, SCAN, source)),
        spots=tuple(s for s in spots if s.row == index),
        harmless=tuple(h for h in harmless if h.row == index),
    )


def _picture(comparison: Comparison, index: int, side: str, source: Source) -> Picture:
    faces, pair = faces_of(comparison, index), comparison.pages[index]
    picture = None if faces is None else faces.frozen if side == FROZEN else faces.scan
    if picture is None or faces is None:
        nothing = words.NO_PAGE if side == FROZEN and pair.page is None else words.NO_PICTURE
        return Picture("", "", 0, 0, words.NO_SHEET if side == SCAN and pair.sheet is None else nothing)
    if media_type(picture) is None:
        return Picture("", "", 0, 0, words.BAD_PICTURE)
    return Picture(f"beeld-{index}-{side}", source(index, side, picture), faces.width, faces.height)


def _notes(comparison: Comparison, pair: PagePair) -> list[str]:
    """What is particular about two pages: role, turned, swapped, how they were compared."""
    notes = [words.ROLE.get(pair.role, "")]
    if pair.turned:
        notes.append(words.TURNED.format(degrees=pair.turned))
    swapped = (d for d in comparison.deviations if d.kind is DeviationKind.PAGES_SWAPPED)
    if any(
        str(pair.page) in {d.strip() for d in found.frozen.split(",")} or found.page == pair.page for found in swapped
    ):
        notes.append(words.SWAPPED)
    if pair.page is not None and pair.sheet is not None:
        by_text = f"{words.BY_TEXT} {words.NOT_IN_LINE}" if comparison.rendering != _TEXT else words.BY_TEXT
        notes.append({"reflow": by_text, "none": words.NOT_COMPARED}.get(pair.mode, ""))
    return [note for note in notes if note]


def _harmless(comparison: Comparison, benign: Benign) -> Harmless:
    rows = [row for row, pair in enumerate(comparison.pages) if pair.sheet == benign.sheet]
    own = [row for row in rows if comparison.pages[row].page == benign.page]
    row = next(iter(own or rows), None)
    faces = faces_of(comparison, row)
    box = box_of(benign.region, faces)
    return Harmless(benign, row, box, window_of(box, faces) if box and faces else None)


def _by_kind(harmless: Sequence[Harmless]) -> dict[str, tuple[Harmless, ...]]:
    kinds = dict.fromkeys(h.benign.kind for h in harmless)
    return {kind: tuple(h for h in harmless if h.benign.kind == kind) for kind in kinds}


def _facts(comparison: Comparison) -> list[tuple[str, tuple[str, ...]]]:
    """How it was compared, what ink there is, and what was not decided."""
    modes = Counter(p.mode for p in comparison.pages if p.page is not None and p.sheet is not None)
    told = tuple(words.one_or_many(words.MODE[mode], modes[mode]) for mode in words.MODE if modes[mode])
    doubts = len(comparison.unreadable)
    undecided = words.counts(0, doubts, 0)[1] if doubts else words.ALL_DECIDED
    facts = [
        (words.COMPARED, (*told, words.RENDERING.get(comparison.rendering, comparison.rendering))),
        (words.NOT_DECIDED, (undecided, *(words.reason(code) for code in comparison.reasons))),
        (words.INK_LINES, tuple(_ink(line) for line in comparison.signatures)),
        (words.RESOLUTION, _resolution(comparison)),
        (words.ENGINES, comparison.engines or (words.NOTHING,)),
    ]
    return [(label, lines) for label, lines in facts if lines]


def _ink(line: SignatureLine) -> str:
    return f"{line.name or words.NAMELESS}: {words.ink(line.ink)}"


def _resolution(comparison: Comparison) -> tuple[str, ...]:
    found = sorted({p.dpi for p in comparison.pages if p.dpi})
    if not found:
        return ()
    return (
        words.DPI.format(least=found[0]) if len(found) == 1 else words.DPI_RANGE.format(least=found[0], most=found[-1]),
    )
