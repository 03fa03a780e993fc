"""Who should sign on a sheet, and what stands there: names and offices near words of signing, and the ink above. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from intake.post.compare.pairs import Pair, loose
from intake.post.compare.residue import Mark
from intake.post.compare.telling import share_of
from intake.post.compare.tokens import DPI, union
from intake.post.comparison import SignatureLine
from intake.post.pages import OcrPage, Rect, Word

_CUE = re.compile(
    r"\bhoogachtend\b|\bmet vriendelijke groet|\bondertekening\b|\bhandtekening\b|\bgetekend\b|\bvoor akkoord\b|\bnamens\b"
    r"|\bw\.?g\.|\bb\.a\.|\bondertekenaars?\b|\baldus (?:opgemaakt|vastgesteld)\b",
    re.IGNORECASE,
)
_OFFICE = re.compile(
    r"^(?:namens\s)?(?:de|het)?\s*(?:\w+\s)?(?:burgemeester|wethouder|hoofdofficier|officier|politiechef|korpschef|sectorhoofd"
    r"|teamchef|districtschef|directeur|voorzitter|dijkgraaf|commissaris|gedeputeerde|inspecteur|hoofdinspecteur|secretaris"
    r"|gemeentesecretaris|bestuurder|raad van bestuur|hoofd|strategisch vertegenwoordiger|programmaleider)\b.{0,70}$",
    re.IGNORECASE,
)
_TITLES = re.compile(r"^(?:mr|drs|dr|ir|ing|prof|mevrouw|mevr|dhr|de heer|b\.a\.)\b\.?\s*", re.IGNORECASE)
_SMALL = frozenset(
    ["van", "der", "den", "de", "het", "ten", "ter", "te", "in", "'t", "op", "la", "el", "di", "von", "aan", "voor"]
)
_DATED = re.compile(r"\bdatum\b|\bd\.d\.|\bplaats\b", re.IGNORECASE)
_LONG = 62  # characters: a longer line is text
_GAP = 1.8  # of a word's height: a wider gap parts two signatories beside each other
_ABOVE, _BELOW, _ASIDE = 1.1 * DPI, 0.2 * DPI, 0.4 * DPI  # pixels around a name where its owner signs
_BLOCK = 4.5 * DPI  # pixels below words of signing within which names are signatories
_WIDE, _TALL = 0.55 * DPI, 0.12 * DPI  # pixels: a smaller stroke is a paraph
_SHARE = 0.3  # of a stroke's height or width that must lie in a signatory's space


@dataclass(frozen=True, slots=True)
class Line:
    """Words of a sheet that stand together on a line, in the frame."""

    text: str
    box: Rect


def lines_of(pair: Pair) -> list[Line]:
    """The lines of a sheet, parted where two columns stand beside each other."""
    groups: dict[int, list[Word]] = {}
    for word in pair.sheet.words:
        groups.setdefault(word.line, []).append(word)
    return [
        Line(" ".join(w.text for w in part), pair.plane.moved(union(w.box for w in part)))
        for words in groups.values()
        for part in _parted(sorted(words, key=_left))
    ]


def _left(word: Word) -> int:
    return word.box.x0


def _parted(words: Sequence[Word]) -> Iterator[list[Word]]:
    run = [words[0]]
    for word in words[1:]:
        if word.box.x0 - run[-1].box.x1 > _GAP * max(run[-1].box.height, word.box.height):
            yield run
            run = []
        run.append(word)
    yield run


def is_name(text: str) -> bool:
    """Two to six words, the first and last of them capitalised, as a person's name is written."""
    words = _TITLES.sub("", text.strip()).rstrip(",").split()
    if not 2 <= len(words) <= 6 or len(text) > _LONG or re.search(r"[\d:;?!(]|[a-z]\.$", text):  # noqa: PLR2004 - words
        return False
    return all(w[:1].isupper() or w.lower() in _SMALL for w in words) and words[-1][:1].isupper() and len(words[-1]) > 1


def signatories(lines: Sequence[Line]) -> list[Line]:
    """The names, or offices where no name stands, under or near words of signing."""
    cues = [
        line.box for line in lines if _CUE.search(line.text) or (_OFFICE.match(line.text) and len(line.text) <= _LONG)
    ]
    near = [line for line in lines if any(-_ABOVE < line.box.y0 - cue.y0 < _BLOCK for cue in cues)]
    names = [line for line in near if is_name(line.text) and not _OFFICE.match(line.text)]
    return names or [line for line in near if _OFFICE.match(line.text) and len(line.text) <= _LONG]


def space_of(line: Line) -> Rect:
    """Where the owner of a name signs: above it, a little below, and to the right."""
    box = line.box
    right = max(box.x1, box.x0 + 2 * DPI)
    return Rect(round(box.x0 - _ASIDE), round(box.y0 - _ABOVE), round(right + _ASIDE), round(box.y1 + _BELOW))


def signs(mark: Rect, lines: Sequence[Line]) -> bool:
    """Whether a stroke stands where somebody signs: in a signatory's space, or just below the last words of signing."""
    if any(_within(mark, space_of(line)) for line in signatories(lines)):
        return True
    cues = [line.box for line in lines if _CUE.search(line.text) and len(line.text) <= _LONG]
    return any(0 <= mark.y0 - cue.y0 < 2 * _ABOVE and mark.x0 < cue.x1 + 4 * DPI for cue in cues)


def dated(mark: Rect, lines: Sequence[Line]) -> bool:
    """Whether a stroke stands behind a word that asks for a date or a place."""
    level = (mark.y0 + mark.y1) / 2
    return any(_DATED.search(n.text) and n.box.y0 - 20 <= level <= n.box.y1 + 20 and mark.x0 >= n.box.x0 for n in lines)


def signature_lines(pair: Pair, marks: Sequence[Mark], notes: Sequence[Rect]) -> list[SignatureLine]:
    """Every signatory of a sheet with what stands at the name; `notes` are strokes that are no signature."""
    lines = lines_of(pair)
    drawings = [pair.plane.moved(ink.box) for ink in pair.sheet.looks.ink]
    pens = [m.box for m in marks if m.kind == "drawn" and m.box.width >= _TALL] + drawings
    pens = [pen for pen in pens if not any(_within(pen, note) for note in notes)]
    stamps = [m.box for m in marks if m.kind == "stamp"]
    found = [_line(pair, line, pens, stamps) for line in signatories(lines)]
    if not found and (loose := [d for d in drawings if d in pens]):
        size = pair.frozen.size
        found = [SignatureLine("", "signature", pair.frozen.page, pair.sheet.page, share_of(loose[0], size), 0.6)]
    return found


def unlaid_lines(sheets: Sequence[OcrPage]) -> Iterator[SignatureLine]:
    """The signatories of sheets that belong to no page that can be seen."""
    for sheet in sheets:
        for line in signature_lines(loose(sheet, 0.0, ()), (), ()):
            yield replace(line, page=None)


def _line(pair: Pair, line: Line, pens: Sequence[Rect], stamps: Sequence[Rect]) -> SignatureLine:
    space = space_of(line)
    own = [pen for pen in pens if _within(pen, space)]
    ink, box = "empty", space
    if own:
        box = union(own)
        ink = "signature" if box.width >= _WIDE and box.height >= _TALL else "paraph"
    elif any(_within(stamp, space) for stamp in stamps):
        ink = "stamp"
    name = line.text.strip(" ,.")
    return SignatureLine(
        name, ink, pair.frozen.page, pair.sheet.page, share_of(box, pair.frozen.size), 0.9 if own else 0.8
    )


def _within(box: Rect, other: Rect) -> bool:
    """Whether a good part of a box lies in another."""
    wide, high = min(box.x1, other.x1) - max(box.x0, other.x0), min(box.y1, other.y1) - max(box.y0, other.y0)
    return wide > _SHARE * max(1, box.width) and high > _SHARE * max(1, box.height)
