"""A spot as a person reads it: its kind, both readings, the words around it, where it stands. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from intake.post.compare.added import near
from intake.post.compare.align import Aligned, Hunk
from intake.post.compare.pairs import Pair
from intake.post.compare.spots import Outcome, Spot
from intake.post.compare.tokens import Token, has_digit, told, union
from intake.post.comparison import Deviation, DeviationKind, Region
from intake.post.pages import Rect

_AROUND = 4  # words shown on either side
_TYPED = re.compile(r"\(?(?:w\.?g\.?|get\.?|/s/|getekend|was|handtekening|paraaf)\)?[,:.]?", re.IGNORECASE)
_NUMBERED = re.compile(r"(?:\d{1,3}|pagina|pag|p|van|of|blad|blz|[./])+")
_ENUMERATED = re.compile(r"\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]|[•▪·*o–-]", re.IGNORECASE)
_PARAGRAPH = 12  # words: so many missing together are a paragraph


@dataclass(frozen=True, slots=True)
class Told:
    """A difference and what became of it. `equal` ones were read as they should be, and only their ink raised a doubt.

    `harmless` names why a real difference has no meaning: "typed_signature", "page_number".
    """

    deviation: Deviation
    outcome: Outcome
    rects: tuple[Rect, ...]
    spot: Spot
    equal: bool = False
    harmless: str = ""


def told_of(hunk: Hunk, aligned: Aligned, pair: Pair, spot: Spot, outcome: Outcome, *, equal: bool) -> Told:
    """The difference of one hunk."""
    left = [aligned.frozen[i].token for i in hunk.frozen]
    right = [aligned.scan[j].token for j in hunk.scan]
    places = [tuple(r for t in side for r in t.rects if r.x1) for side in (left, right)]
    rects = places[0] or places[1] or _beside(hunk, aligned, pair.frozen.page)
    scan = spot.readings[0][1] if equal and spot.readings else told(right)
    deviation = Deviation(
        _kind(left, right),
        pair.frozen.page,
        pair.sheet.page,
        told(left),
        scan,
        spot.confidence,
        share_of(union(rects), pair.frozen.size),
        told(
            [p.token for p in aligned.frozen[max(0, hunk.at[0] - _AROUND) : hunk.at[0]] if p.page == pair.frozen.page]
        ),
        told(_behind(hunk, aligned, pair.frozen.page)),
        spot.evidence(pair.sheet.engine),
    )
    return Told(deviation, outcome, rects, spot, equal, _harmless(hunk, aligned, pair))


def _harmless(hunk: Hunk, aligned: Aligned, pair: Pair) -> str:
    """A typed "w.g." where ink came instead, or the page number of a page that was printed with more or less text before it."""
    left, right = [aligned.frozen[i] for i in hunk.frozen], [aligned.scan[j] for j in hunk.scan]
    if left and all(_TYPED.fullmatch(p.token.text) for p in left) and not any(has_digit(p.token.key) for p in right):
        return "typed_signature"
    if not left and len(right) == 1 and _ENUMERATED.fullmatch(right[0].token.text) and not pair.registered:
        return "list_number"  # Word counts its lists itself: the number is no part of the text
    both = [*left, *right]
    return "page_number" if all(p.running and _NUMBERED.fullmatch(p.token.key) for p in both) else ""


def _beside(hunk: Hunk, aligned: Aligned, page: int) -> tuple[Rect, ...]:
    """Where words of a text without places are missing: behind the scanned word before them."""
    found = near(aligned.scan, hunk.at[1], page)
    return found.token.rects if found else (Rect(0, 0, 1, 1),)


def share_of(rect: Rect, size: tuple[int, int]) -> Region:
    """A rectangle of the frame as shares of the page, kept inside it."""
    width, height = size
    return Region(
        *(
            round(min(1.0, max(0.0, v)), 4)
            for v in (rect.x0 / width, rect.y0 / height, rect.x1 / width, rect.y1 / height)
        )
    )


def _behind(hunk: Hunk, aligned: Aligned, page: int) -> list[Token]:
    end = hunk.at[0] + len(hunk.frozen)
    return [p.token for p in aligned.frozen[end : end + _AROUND] if p.page == page]


def _kind(left: Sequence[Token], right: Sequence[Token]) -> DeviationKind:
    """Which kind of difference: numbers first, since they weigh most."""
    if not left:
        return DeviationKind.WORD_ADDED
    if len(left) >= _PARAGRAPH and len(right) * 3 < len(left):
        return DeviationKind.PARAGRAPH_MISSING
    if not right:
        return DeviationKind.WORD_MISSING
    numbers = [{t.key for t in side if has_digit(t.key)} for side in (left, right)]
    return DeviationKind.NUMBER_CHANGED if numbers[0] != numbers[1] and all(numbers) else DeviationKind.WORD_CHANGED
