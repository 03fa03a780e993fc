"""From the words that differ to spots to look at: where each stands, where else it may stand, which lines to read again. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from intake.post.compare.align import Aligned, Hunk, Shift
from intake.post.compare.laying import Probe
from intake.post.compare.readings import Context, joined
from intake.post.compare.tokens import DPI, Token, union
from intake.post.pages import Rect

_AROUND = 2  # words on either side that are read along with a spot
_SAME_LINE = 0.055 * DPI  # pixels between the middles of words on one line
_TALL, _ONE_LINE = 3.0, 0.25  # inches: of a region that is read in one piece, and of one with a single line
_MOST_LINES = 4  # of a spot that is read again
_LONG = 25  # words: what differs so long is no slip of an engine, ink tells


def probe_of(hunk: Hunk, aligned: Aligned, page: int) -> Probe:
    """Where to look for one hunk on its page."""
    boxes = tuple(r for i in hunk.frozen for r in aligned.frozen[i].token.rects if r.x1)
    scanned = tuple(r for j in hunk.scan for r in aligned.scan[j].token.rects)
    shifts = tuple((s.x, s.y) for s in (hunk.before, hunk.after) if s is not None)
    lines = () if is_long(hunk) else tuple(_lines(hunk, aligned, page))[:_MOST_LINES]
    return Probe(
        boxes, shifts, scanned, lines, region=None if boxes or not hunk.frozen else _region(hunk, aligned, page)
    )


def _region(hunk: Hunk, aligned: Aligned, page: int) -> Rect | None:
    """Where words of a text without places must stand: from the line of the word before them to that of the word behind."""
    first = hunk.scan[0] if hunk.scan else hunk.at[1]
    last = hunk.scan[-1] + 1 if hunk.scan else hunk.at[1]
    own = [r for j in hunk.scan for r in aligned.scan[j].token.rects]
    around = [
        p.token.box
        for p in (*aligned.scan[max(0, first - 1) : first], *aligned.scan[last : last + 1])
        if p.page == page
    ]
    if not around and not own:
        return None
    whole = union([*around, *own])
    wide = union([p.token.box for p in aligned.scan if p.page == page])
    if whole.height > _TALL * DPI:
        return None
    level = whole.height <= _ONE_LINE * DPI and len(around) > 1
    return whole if level else Rect(wide.x0, whole.y0, wide.x1, whole.y1)


def is_long(hunk: Hunk) -> bool:
    """Whether more words differ than an engine gets wrong together."""
    return max(len(hunk.frozen), len(hunk.scan)) > _LONG


def equal_probes(aligned: Aligned, page: int) -> Iterator[tuple[int, int, Probe]]:
    """Every word of a page that was read as it should be, with its numbers: a look at its ink costs next to nothing."""
    for i, j in aligned.equal:
        left, right = aligned.frozen[i], aligned.scan[j]
        if left.page != page or right.page != page or len(left.token.rects) > 1 or len(right.token.rects) > 1:
            continue
        a, b = left.token.box, right.token.box
        shift = (b.x0 + b.x1 - a.x0 - a.x1) / 2, float(b.y1 - a.y1)
        hunk = Hunk((i,), (j,), (i, j), Shift(*shift), None)
        yield i, j, Probe((a,), (shift,), (), tuple(_lines(hunk, aligned, page)), equal=True)


def context_of(hunk: Hunk, aligned: Aligned, page: int) -> Context:
    """The texts of a hunk and around it."""
    before, after = _neighbours(hunk, aligned, page)
    return Context(
        joined(t.key for t in before),
        joined(aligned.frozen[i].token.key for i in hunk.frozen),
        joined(aligned.scan[j].token.key for j in hunk.scan),
        joined(t.key for t in after),
        tuple(aligned.frozen[i].token.key for i in hunk.frozen),
        tuple(aligned.scan[j].token.key for j in hunk.scan),
    )


def moved(hunk: Hunk) -> float:
    """By how many pixels the words behind a spot moved against those before it; 0 where there are none on its line."""
    if hunk.before is None or hunk.after is None or abs(hunk.after.y - hunk.before.y) > _SAME_LINE:
        return 0.0
    return abs(hunk.after.x - hunk.before.x)


def _neighbours(hunk: Hunk, aligned: Aligned, page: int) -> tuple[list[Token], list[Token]]:
    """The scanned words before and behind a hunk on its line."""
    first = hunk.scan[0] if hunk.scan else hunk.at[1]
    last = hunk.scan[-1] + 1 if hunk.scan else hunk.at[1]
    before = [p.token for p in aligned.scan[max(0, first - _AROUND) : first] if p.page == page]
    after = [p.token for p in aligned.scan[last : last + _AROUND] if p.page == page]
    own = [aligned.scan[j].token for j in hunk.scan]
    left = own[0] if own else (before[-1] if before else None)
    right = own[-1] if own else (after[0] if after else None)
    return [t for t in before if left is None or _level(t, left)], [
        t for t in after if right is None or _level(t, right)
    ]


def _level(a: Token, b: Token) -> bool:
    return abs(a.middle[1] - b.middle[1]) <= _SAME_LINE


def _lines(hunk: Hunk, aligned: Aligned, page: int) -> Iterator[Rect]:
    """What to cut out for reading: the scanned words of the spot and around it, and where the frozen ones should stand."""
    before, after = _neighbours(hunk, aligned, page)
    shift = hunk.before or hunk.after or Shift(0.0, 0.0)
    rects = (
        [t.box for t in before] + [r for j in hunk.scan for r in aligned.scan[j].token.rects] + [t.box for t in after]
    )
    rects += [_aside(r, shift) for i in hunk.frozen for r in aligned.frozen[i].token.rects if r.x1]
    bands: list[list[Rect]] = []
    for rect in sorted(rects, key=_top):
        if bands and abs((rect.y0 + rect.y1) / 2 - _middle(bands[-1])) <= _SAME_LINE:
            bands[-1].append(rect)
        else:
            bands.append([rect])
    for band in bands:
        yield union(band)


def _aside(rect: Rect, shift: Shift) -> Rect:
    dx, dy = round(shift.x), round(shift.y)
    return Rect(rect.x0 + dx, rect.y0 + dy, rect.x1 + dx, rect.y1 + dy)


def _top(rect: Rect) -> float:
    return (rect.y0 + rect.y1) / 2


def _middle(band: Sequence[Rect]) -> float:
    return sum(_top(rect) for rect in band) / len(band)
