"""Words of a page that was read → lines as a PDF page has them, so that the same rules make blocks of both.

What a PDF says of its letters is guessed here from their pictures: the size from heights (a word of x-heights is lower than one
with stems), the baseline from words without tails, heavy type from the width of strokes.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

from intake.documents.pdf import blocks_of
from intake.documents.pdf_columns import place
from intake.documents.pdf_layout import Paragraph, paragraphs
from intake.documents.pdf_lines import Line
from intake.documents.pdf_tables import Grid, Rule, grids_of
from intake.model import Block, Box, Role
from intake.post.pages import POINTS_PER_INCH, OcrPage, Rect, Word
from intake.post.stamps import stamped

_STEMS, _TAILS = re.compile(r"[A-Z0-9bdfhijklt!?()\[\]/|À-Þ]"), re.compile(r"[gjpqyçQ,;()\[\]/|]")
_HEIGHT = {(True, True): 0.94, (True, False): 0.73, (False, True): 0.74, (False, False): 0.52}
"""Height of a word in font sizes, by whether it has stems and tails (Liberation, DejaVu and Carlito differ by 5 %)."""
_TAIL = 0.21  # font sizes below the baseline
_GAP = 1.3  # font sizes between two words that stand in different columns or cells
_SAME_LINE = 0.35  # font sizes between baselines of one line
_UNSURE, _NOISE = 0.35, 0.6  # confidences: below the first nothing is a word, below the second only letters are
_RULE = re.compile(r"[|‚_¦~^`´\[\]{}]+")
"""What an engine makes of a ruled line."""
_LETTERS = re.compile(r"[^\W_]")
_LIGHT = 0.8  # of the usual stroke: the height of such a word was measured too large
_BODY = 0.17  # of the body's size: less difference is that of measuring
_HEAVY, _HEAVY_FEW, _HEAVIER = (
    1.1,
    1.15,
    1.2,
)  # times the usual stroke: heavy if it may be a heading, if short, in any case
_FEW = 15  # letters: the fewer, the less sure their mean
_DRAWN = (3, 1.4, 0.75)  # letters, times the body's size, confidence: a large short unsure word is a piece of a logo
_SHORT = 0.75  # of the widest line: a heading seldom fills its line
_PLAIN = re.compile(r"[(‘“'\"]?[^\W\d_]?[a-zà-ÿ]{2,}(?:[-'’][a-zà-ÿ]+)?[.,;:)’”'\"]{0,2}-?")
_ALIKE = 0.3  # of a size
_LOOSE_END = re.compile(r"(?<=\w)\s+[-_—=.]$")
"""What a speck or the rule behind a word is read as."""
_DOTS = frozenset(["e", "o", "c", "·", "°", "*", "®", "©", "«", "»", "¢", "@", "s", "•", "-", "="])
_DOT = 0.5  # of a font size: a dot is lower than a letter
_BULLET_GAP = 4.0  # font sizes between a bullet and its words
_EVEN = 0.1  # of a size: lines below one another that differ less are of one size
_SIZES = (5.0, 40.0)  # points: what is smaller or larger is no text


@dataclass(frozen=True, slots=True)
class _Glyphs:
    """A word with what its picture says: size and baseline in points, stroke width as share of its size."""

    word: Word
    box: Box
    size: float
    base: float
    weight: float


@dataclass(frozen=True, slots=True)
class _Run:
    """Words on one baseline with no wide gap between them."""

    words: tuple[_Glyphs, ...]

    @property
    def x0(self) -> float:
        return self.words[0].box.x0

    @property
    def x1(self) -> float:
        return self.words[-1].box.x1

    @property
    def base(self) -> float:
        return median(g.base for g in self.words)

    @property
    def size(self) -> float:
        """The median by letter: a comma or a speck does not count for a word."""
        return _middle((g.size, len(g.word.text)) for g in self.words)

    @property
    def weight(self) -> float:
        return _middle((g.weight, len(g.word.text)) for g in self.words)


def blocks_of_pages(pages: Sequence[OcrPage]) -> list[Block]:
    """Blocks of all pages of one scan, in order."""
    rules = [[_rule(page, rect) for rect in page.looks.rules] for page in pages]
    runs = [_joined([_bulleted(run) for run in _runs(page, r)], r) for page, r in zip(pages, rules, strict=True)]
    usual = _middle((g.weight, len(g.word.text)) for page in runs for run in page for g in run.words if g.weight)
    body = _middle((run.size, sum(len(g.word.text) for g in run.words)) for page in runs for run in page)
    found: list[Paragraph] = []
    stamps: list[Block] = []
    tables = 0
    for page, own, drawn in zip(pages, runs, rules, strict=True):
        width = max((run.x1 - run.x0 for run in own), default=0.0)
        grids = grids_of(drawn)
        found_lines = (_line(run, usual, body, 0 if _in_table(run, grids) else width) for run in own)
        lines = _evened([line for line in found_lines if line], body)
        aside = stamped(lines)
        stamps += [_stamp(page, [lines[i] for i in sorted(aside)])] if aside else []
        lines = [line for i, line in enumerate(lines) if i not in aside]
        placed, more = place(lines, grids, tables)
        found += paragraphs(placed, page.page)
        tables += more
    blocks, _ = blocks_of(found, {p.page: p.height * POINTS_PER_INCH / p.dpi for p in pages})
    return [*stamps, *blocks]


def _stamp(page: OcrPage, lines: Sequence[Line]) -> Block:
    """A stamp is to the letter what a running header is: on the page, not of the text."""
    box = Box(min(x.x0 for x in lines), min(x.y0 for x in lines), max(x.x1 for x in lines), max(x.y1 for x in lines))
    return Block(" ".join(line.text for line in lines), Role.HEADER, page.page, size=lines[0].size, box=box)


def is_word(word: Word) -> bool:
    """Whether an engine's word is to be taken for text: not what it makes of specks, rules and pen strokes."""
    return word.confidence >= _UNSURE and (word.confidence >= _NOISE or _LETTERS.search(word.text) is not None)


def _fits(glyphs: _Glyphs, run: _Run) -> bool:
    """Whether an unsure word is one all the same: letters only, as high as the sure words of its line.

    Tesseract gives some words that it read well no confidence at all.
    """
    sure = sum(len(g.word.text) for g in run.words if is_word(g.word))
    alike = abs(glyphs.size - run.size) < _ALIKE * run.size
    return alike and sure >= len(glyphs.word.text) and _PLAIN.fullmatch(glyphs.word.text) is not None


def _line(run: _Run, usual: float, body: float, width: float) -> Line | None:
    """The line of a run; None when nothing in it is text. `width` is that of the widest line, 0 in a table."""
    text = _hyphenated(" ".join(g.word.text for g in run.words if is_word(g.word) or _fits(g, run)))
    text = _LOOSE_END.sub("", text)
    size = _size(run, usual, body)
    if not text or not _SIZES[0] <= size <= _SIZES[1] or _is_drawing(run, size, body):
        return None
    heading = text[0].isupper() or text[0].isdigit()
    heading = heading and text[-1] not in ".,;\u00ad" and run.x1 - run.x0 < _SHORT * width
    boxes = [g.box for g in run.words]
    return Line(
        text=text,
        x0=run.x0,
        y0=min(b.y0 for b in boxes),
        x1=run.x1,
        y1=max(b.y1 for b in boxes),
        base=run.base,
        size=size,
        bold=usual > 0
        and run.weight > usual * (_HEAVIER if not heading else _HEAVY if len(text) > _FEW else _HEAVY_FEW),
    )


def _in_table(run: _Run, grids: Sequence[Grid]) -> bool:
    return any(grid.cell((run.x0 + run.x1) / 2, run.base) for grid in grids)


def _is_drawing(run: _Run, size: float, body: float) -> bool:
    letters, larger, sure = _DRAWN
    short = sum(c.isalnum() for g in run.words for c in g.word.text) <= letters
    return short and size > larger * body and max(g.word.confidence for g in run.words) < sure


def _evened(lines: list[Line], body: float) -> list[Line]:
    """Lines of nearly the size of the one before take its size, and where they go on with its words also its weight.

    Of the lines of one heading the lowest tells the size: what touches a letter only makes a word higher.
    """
    even: list[Line] = []
    for line in lines:
        last = even[-1] if even else None
        if last is None:
            even.append(line)
            continue
        goes_on = line.text[0].islower() and last.text[-1] not in ".;:"
        near = abs(line.size - last.size) < _EVEN * last.size
        if goes_on and not near and min(line.size, last.size) > (1 + _BODY) * body:
            even[-1] = last = replace(last, size=min(line.size, last.size))
            near = line.size < (1 + _EVEN) * last.size
            line = replace(line, size=last.size)  # noqa: PLW2901 - the same line, measured better
        even.append(replace(line, size=last.size, bold=last.bold if goes_on else line.bold) if near else line)
    return even


def _size(run: _Run, usual: float, body: float) -> float:
    """The font size: strokes grow with it, so where they are too thin for the height and fit the body's, it is the body's."""
    fits = abs(run.size * run.weight / usual - body) <= _BODY * body if usual else False
    return body if abs(run.size - body) <= _BODY * body or (fits and run.weight < _LIGHT * usual) else run.size


def _runs(page: OcrPage, rules: Sequence[Rule]) -> Iterator[_Run]:
    """The engine's lines, parted where a gap is too wide for a blank or a rule stands in it."""
    strokes = page.looks.strokes or (0.0,) * len(page.words)
    glyphs = [_glyphs(page, w, s) for w, s in zip(page.words, strokes, strict=True) if not _RULE.fullmatch(w.text)]
    for _, group in itertools.groupby(glyphs, key=lambda g: g.word.line):
        line = list(group)
        gap = _GAP * _middle((g.size, len(g.word.text)) for g in line)
        run = [line[0]]
        for before, after in itertools.pairwise(line):
            if not -gap < after.box.x0 - before.box.x1 < gap or _walled(before, after, rules):
                yield _Run(tuple(run))
                run = []
            run.append(after)
        yield _Run(tuple(run))


def _walled(before: _Glyphs, after: _Glyphs, rules: Sequence[Rule]) -> bool:
    """Whether an upright rule of a table stands between two words."""
    middle, slack = (after.box.y0 + after.box.y1) / 2, after.size / 4
    return any(
        r.upright and before.box.x1 - slack < r.x0 < after.box.x0 + slack and r.y0 <= middle <= r.y1 for r in rules
    )


def _bulleted(run: _Run) -> _Run:
    """The run with its bullet: engines take the dot in front of a list item for a small letter or sign."""
    first, rest = run.words[0], run.words[1:]
    if first.word.text not in _DOTS or (rest and first.box.y1 - first.box.y0 > _DOT * median(g.size for g in rest)):
        return run
    return _Run((replace(first, word=replace(first.word, text="•", confidence=1.0)), *rest))


def _joined(runs: list[_Run], rules: Sequence[Rule]) -> list[_Run]:
    """Runs that go on where another ends are one: engines take lines for columns where a page is noisy or has a stamp."""
    joined: list[_Run] = []
    for run in runs:
        for index, other in enumerate(joined):
            first, second = sorted((run, other), key=lambda r: r.x0)
            size = min(run.size, other.size)
            level = abs(first.base - second.base) < _SAME_LINE * max(size, second.size)
            gap = _BULLET_GAP if first.words[-1].word.text == "•" else _GAP
            near = -0.5 * size < second.x0 - first.x1 < gap * max(size, second.size)
            if level and near and not _walled(first.words[-1], second.words[0], rules):
                joined[index] = _Run((*first.words, *second.words))
                break
        else:
            joined.append(run)
    return joined


def _glyphs(page: OcrPage, word: Word, stroke: float) -> _Glyphs:
    stems, tails = _STEMS.search(word.text) is not None, _TAILS.search(word.text) is not None
    box = page.box(word.box)
    size = (box.y1 - box.y0) / _HEIGHT[stems, tails]
    weight = stroke * POINTS_PER_INCH / page.dpi / size if size else 0.0
    return _Glyphs(word, box, size, box.y0 + (_TAIL * size if tails else 0), weight)


def _middle(weighted: Iterable[tuple[float, int]]) -> float:
    """The weighted median; 0 of nothing."""
    pairs = sorted(weighted)
    half = sum(n for _, n in pairs) / 2
    passed = itertools.accumulate(n for _, n in pairs)
    return next((value for (value, _), n in zip(pairs, passed, strict=True) if n >= half), 0.0)


def _hyphenated(text: str) -> str:
    """A hyphen that ends a line as a soft one: joining the lines decides whether it stays."""
    return text[:-1] + "\u00ad" if len(text) > 1 and text[-1] in "-‐¬" and text[-2].isalpha() else text


def _rule(page: OcrPage, rect: Rect) -> Rule:
    box = page.box(rect)
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    return Rule(x, box.y0, x, box.y1) if rect.height > rect.width else Rule(box.x0, y, box.x1, y)
