"""The words of frozen pages beside those of the scan: what is equal, what is not, and by how much each stretch has moved. Pure.

Words that only moved, to the next line or page, are equal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

import numpy as np
from rapidfuzz.distance import Levenshtein

from intake.post.compare.tokens import Token

_SEEN = 6  # equal words on either side that tell how far a spot has moved
_SIGNS = re.compile(r"[^\w.€%]+")
_CHANCE, _FEW_LETTERS = 2, 12  # words, and their letters: met by chance amid a large change
_CHANGED = 6  # words: a change so large
_LETTERHEAD = 60  # words at the top, where an engine may read the columns of a letterhead out of turn
_PAIRS = 4000  # of stretches that are held against each other
_LONGEST = 12_000  # words aligned at a time


@dataclass(frozen=True, slots=True)
class Placed:
    """A word of the sequence with its frozen page (from 1) and, for a scanned one, its sheet; `running` in a header or footer."""

    token: Token
    page: int
    sheet: int
    running: bool = False


@dataclass(frozen=True, slots=True)
class Shift:
    """By how many pixels of the frame words stand to the right of and below where they stand on the frozen page."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Hunk:
    """A stretch where the two differ: `frozen` and `scan` number words of the two sequences. Either may be empty.

    `before` and `after` tell how the equal words on either side have moved; None where there are none on that page.
    """

    frozen: tuple[int, ...]
    scan: tuple[int, ...]
    at: tuple[int, int]
    before: Shift | None = None
    after: Shift | None = None


@dataclass(frozen=True)
class Aligned:
    """Two sequences, the pairs of equal words, and the stretches that differ."""

    frozen: tuple[Placed, ...]
    scan: tuple[Placed, ...]
    equal: tuple[tuple[int, int], ...]
    hunks: tuple[Hunk, ...]


def align(frozen: Sequence[Placed], scan: Sequence[Placed]) -> Aligned:
    """Lay the sequences beside each other, word by word."""
    equal: list[tuple[int, int]] = []
    raw: list[tuple[list[int], list[int], tuple[int, int]]] = []
    for f0, f1, s0, s1 in _pieces(len(frozen), len(scan)):
        left, right = [p.token.key for p in frozen[f0:f1]], [p.token.key for p in scan[s0:s1]]
        for tag, i0, i1, j0, j1 in _tidied(left, right):
            if tag == "equal":
                equal += [(f0 + i, s0 + j0 + i - i0) for i in range(i0, i1)]
                continue
            here = list(range(f0 + i0, f0 + i1)), list(range(s0 + j0, s0 + j1))
            if raw and raw[-1][2] == (f0 + i0, s0 + j0):
                raw[-1] = ([*raw[-1][0], *here[0]], [*raw[-1][1], *here[1]], (f0 + i1, s0 + j1))
            else:
                raw.append((*here, (f0 + i1, s0 + j1)))
    ends = [(f - len(a), s - len(b)) for a, b, (f, s) in raw]
    found = [Hunk(tuple(a), tuple(b), at) for (a, b, _), at in zip(raw, ends, strict=True)]
    found, moved = _without_moved(found, frozen, scan)
    equal = sorted([*equal, *moved])
    parted = [part for hunk in found if not _same_letters(hunk, frozen, scan) for part in _parted(hunk, frozen, scan)]
    shifts = _Shifts(frozen, scan, equal)
    hunks = tuple(shifts.around(hunk) for hunk in parted if not _same_letters(hunk, frozen, scan))
    return Aligned(tuple(frozen), tuple(scan), tuple(equal), hunks)


def _pieces(left: int, right: int) -> Iterator[tuple[int, int, int, int]]:
    """Stretches that a table of distances can hold; nearly every document is one."""
    count = max(1, -(-max(left, right) // _LONGEST))
    for n in range(count):
        yield left * n // count, left * (n + 1) // count, right * n // count, right * (n + 1) // count


def _tidied(left: Sequence[str], right: Sequence[str]) -> Iterator[tuple[str, int, int, int, int]]:
    """What to change, with few words that were met by chance between two changes: there the longest common runs decide."""
    codes = [(op.tag, op.src_start, op.src_end, op.dest_start, op.dest_end) for op in Levenshtein.opcodes(left, right)]
    start = 0
    while start < len(codes):
        end = start
        while end < len(codes) and not (codes[end][0] == "equal" and codes[end][2] - codes[end][1] > _CHANCE):
            end += 1
        part = codes[start:end]
        changed = sum(max(c[2] - c[1], c[4] - c[3]) for c in part if c[0] != "equal")
        if len(part) > 1 and changed >= _CHANGED:
            yield from _by_runs(left, right, part)
        else:
            yield from part
        if end < len(codes):
            yield codes[end]
        start = end + 1


def _by_runs(
    left: Sequence[str],
    right: Sequence[str],
    part: Sequence[tuple[str, int, int, int, int]],
) -> Iterator[tuple[str, int, int, int, int]]:
    """One stretch again, by its longest common runs; short ones amid a large change are left out."""
    i0, i1, j0, j1 = part[0][1], part[-1][2], part[0][3], part[-1][4]
    # words equal on both ends belong to the text around: strip them first
    head = 0
    while i0 + head < i1 and j0 + head < j1 and left[i0 + head] == right[j0 + head]:
        head += 1
    tail = 0
    while i1 - tail > i0 + head and j1 - tail > j0 + head and left[i1 - tail - 1] == right[j1 - tail - 1]:
        tail += 1
    if head:
        yield "equal", i0, i0 + head, j0, j0 + head
    at_i, at_j, end_i, end_j = i0 + head, j0 + head, i1 - tail, j1 - tail
    blocks = SequenceMatcher(None, left[at_i:end_i], right[at_j:end_j], autojunk=False).get_matching_blocks()
    base_i, base_j = at_i, at_j
    for a, b, size in blocks:
        if size and size <= _CHANCE and len("".join(left[base_i + a : base_i + a + size])) < _FEW_LETTERS:
            continue
        if at_i < base_i + a or at_j < base_j + b:
            yield "replace", at_i, base_i + a, at_j, base_j + b
        if size:
            yield "equal", base_i + a, base_i + a + size, base_j + b, base_j + b + size
        at_i, at_j = base_i + a + size, base_j + b + size
    if tail:
        yield "equal", end_i, i1, end_j, j1


def _same_letters(hunk: Hunk, frozen: Sequence[Placed], scan: Sequence[Placed]) -> bool:
    """Whether only spaces, slashes and the like differ."""
    left, right = (
        "".join(t.key for t in some)
        for some in ([frozen[i].token for i in hunk.frozen], [scan[j].token for j in hunk.scan])
    )
    return bool(left) and _SIGNS.sub("", left) == _SIGNS.sub("", right)


def _without_moved(
    hunks: list[Hunk], frozen: Sequence[Placed], scan: Sequence[Placed]
) -> tuple[list[Hunk], list[tuple[int, int]]]:
    """The hunks less the runs of words that left one and came into another near by: text that went to the next line or page."""
    moved: list[tuple[int, int]] = []
    flows = not any(p.token.rects[0].x1 for p in frozen[:1])
    free_f, free_s = [set(h.frozen) for h in hunks], [set(h.scan) for h in hunks]
    order = [
        (a, b) for a in range(len(hunks)) for b in range(len(hunks)) if a != b and hunks[a].frozen and hunks[b].scan
    ]
    near = sorted(order, key=lambda ab: abs(ab[0] - ab[1]))[:_PAIRS]
    for a, b in (*near, *near):  # once more for what stood in the other order beside the longest run
        left, right = sorted(free_f[a]), sorted(free_s[b])
        if not left or not right or abs(frozen[left[0]].page - scan[right[0]].page) > 1:
            continue
        chance = 1 if flows and max(left[0], frozen_at(hunks[b])) <= _LETTERHEAD else 3
        for i0, j0, size in _common(left, right, frozen, scan, chance):
            moved += [(left[i0 + n], right[j0 + n]) for n in range(size)]
            free_f[a] -= set(left[i0 : i0 + size])
            free_s[b] -= set(right[j0 : j0 + size])
        if free_f[a] and free_s[b] and _letters(free_f[a], frozen) == _letters(free_s[b], scan):
            moved += zip(sorted(free_f[a]), sorted(free_s[b]), strict=False)
            free_f[a], free_s[b] = set(), set()
    rest = [
        replace(h, frozen=tuple(sorted(f)), scan=tuple(sorted(s)))
        for h, f, s in zip(hunks, free_f, free_s, strict=True)
        if f or s
    ]
    return rest, moved


def frozen_at(hunk: Hunk) -> int:
    """Where in the frozen text a hunk stands."""
    return hunk.frozen[0] if hunk.frozen else hunk.at[0]


def _letters(numbers: Iterable[int], placed: Sequence[Placed]) -> str:
    """The letters of some words without the spaces, which engines lose."""
    return "".join(placed[n].token.key for n in sorted(numbers))


def _common(
    left: list[int], right: list[int], frozen: Sequence[Placed], scan: Sequence[Placed], least: int
) -> Iterator[tuple[int, int, int]]:
    """Runs of at least so many words, or one long one, that both have."""
    keys_left, keys_right = [frozen[i].token.key for i in left], [scan[j].token.key for j in right]
    for i0, j0, size in SequenceMatcher(None, keys_left, keys_right, autojunk=False).get_matching_blocks():
        letters = sum(len(k) for k in keys_left[i0 : i0 + size])
        if size and (size >= least or letters >= _FEW_LETTERS):
            yield i0, j0, size


def _parted(hunk: Hunk, frozen: Sequence[Placed], scan: Sequence[Placed]) -> Iterator[Hunk]:
    """A hunk page by page, so that each part has one place."""
    pages = sorted({frozen[i].page for i in hunk.frozen} | {scan[j].page for j in hunk.scan})
    if len(pages) <= 1:
        yield hunk
        return
    for page in pages:
        left = tuple(i for i in hunk.frozen if frozen[i].page == page)
        right = tuple(j for j in hunk.scan if scan[j].page == page)
        yield Hunk(left, right, (left[0] if left else hunk.at[0], right[0] if right else hunk.at[1]))


class _Shifts:
    """How far the equal words around a place have moved."""

    def __init__(self, frozen: Sequence[Placed], scan: Sequence[Placed], equal: Sequence[tuple[int, int]]) -> None:
        self._frozen, self._scan = frozen, scan
        self._at = np.array([i for i, _ in equal], int)
        self._equal = equal

    def around(self, hunk: Hunk) -> Hunk:
        place = hunk.frozen[0] if hunk.frozen else hunk.at[0]
        end = (hunk.frozen[-1] if hunk.frozen else hunk.at[0] - 1) + 1
        first, last = int(np.searchsorted(self._at, place)), int(np.searchsorted(self._at, end))
        page = self._page(hunk)
        return replace(
            hunk,
            before=self._shift(self._equal[max(0, first - _SEEN) : first][::-1], page),
            after=self._shift(self._equal[last : last + _SEEN], page),
        )

    def _page(self, hunk: Hunk) -> int:
        return self._frozen[hunk.frozen[0]].page if hunk.frozen else self._scan[hunk.scan[0]].page

    def _shift(self, pairs: Sequence[tuple[int, int]], page: int) -> Shift | None:
        """Of the nearest three words of that page that stand on one line."""
        found: list[tuple[float, float]] = []
        line = None
        for i, j in pairs:
            f, s = self._frozen[i], self._scan[j]
            if f.page != page or s.page != page or len(f.token.rects) > 1 or len(s.token.rects) > 1:
                continue
            line = f.token.run if line is None else line
            if f.token.run != line:
                break
            a, b = f.token.box, s.token.box
            found.append(((b.x0 + b.x1 - a.x0 - a.x1) / 2, b.y1 - a.y1))
        if not found:
            return None
        xs, ys = zip(*found[:3], strict=True)
        return Shift(float(np.median(xs)), float(np.median(ys)))
