"""Words of a scan that stand on no frozen word: printed with the text, or the words of a stamp, a logo, a hand. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from intake.post.compare.align import Aligned, Hunk, Placed
from intake.post.compare.tokens import DPI, Token
from intake.post.pages import SURE

_LEVEL = 0.35  # of a word's height: words on one line differ by less at the foot
_BLANK = 1.6  # of a word's height: the widest blank within a line
_ALIKE = 0.45  # of the height of the words around: another size is no part of the text
_SAME_EDGE = 0.06 * DPI  # pixels: lines that begin at one margin
_WORDS = 3  # on a line of its own that is printed text


def printed(hunk: Hunk, aligned: Aligned) -> bool:
    """Whether the scanned words of a hunk are part of the printed text: in line with its words, or lines of their own."""
    if not hunk.scan:
        return False
    page = aligned.scan[hunk.scan[0]].page
    own = [aligned.scan[j].token for j in hunk.scan]
    text = [aligned.scan[j].token for _, j in aligned.equal if aligned.scan[j].page == page]
    if not text:
        return False
    height = median(t.box.height for t in text)
    fit = [t for t in own if abs(t.box.height - height) <= _ALIKE * height + 4]
    if len(fit) * 2 < len(own) or sum(t.confidence >= SURE for t in own) * 2 < len(own):
        return False
    return any(_touches(t, other) for t in fit for other in text) or _own_lines(fit, text)


def _touches(a: Token, b: Token) -> bool:
    """Whether two words stand beside one another on one line."""
    reach = max(a.box.height, b.box.height)
    gap = max(a.box.x0 - b.box.x1, b.box.x0 - a.box.x1)
    middle = abs(a.middle[1] - b.middle[1])
    return middle <= _LEVEL * reach and -0.3 * reach <= gap <= _BLANK * reach


def _own_lines(own: Sequence[Token], text: Sequence[Token]) -> bool:
    """Whether the words begin where lines of the text begin, several on a line."""
    if len(own) < _WORDS:
        return False
    first = min(own, key=lambda t: (round(t.middle[1] / (0.08 * DPI)), t.box.x0))
    level = [t for t in own if abs(t.middle[1] - first.middle[1]) <= 0.5 * first.box.height]
    edges = sorted(t.box.x0 for t in text)
    margin = edges[len(edges) // 50]
    return len(level) >= _WORDS and abs(min(t.box.x0 for t in level) - margin) <= _SAME_EDGE


def near(placed: Sequence[Placed], at: int, page: int) -> Placed | None:
    """The word of a page nearest to a place in the sequence."""
    for step in range(1, 40):
        for place in (at - step, at + step - 1):
            if 0 <= place < len(placed) and placed[place].page == page:
                return placed[place]
    return None
