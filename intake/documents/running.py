"""Running headers and footers: text in the margins that comes back page after page, or that is a page number."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from intake.model import Block, Role

_MARGIN = 0.13  # of the page's height, at the top and at the bottom
_SHARE = 0.4  # of the pages it must stand on
_LONGEST = 200  # characters
_PAGE_NUMBER = re.compile(
    r"^[\s\-–—|]*(?:(?:pagina|pag\.?|blad(?:zijde)?|page|p\.)\s*)?\d{1,3}(?:\s*(?:/|van|of|-)\s*\d{1,3})?[\s\-–—|]*$",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+")


def mark_running(blocks: Sequence[Block], heights: Mapping[int, float]) -> list[Block]:
    """The same blocks with HEADER or FOOTER as role where they run; `heights` are page heights in points by page."""
    pages: dict[tuple[str, Role], set[int]] = defaultdict(set)
    sides = [_side(block, heights) for block in blocks]
    for block, side in zip(blocks, sides, strict=True):
        if side and block.page is not None:
            pages[_key(block), side].add(block.page)
    needed = max(2, _SHARE * len(heights))
    return [
        replace(block, role=side, level=0, cell=None)
        if side and (len(pages[_key(block), side]) >= needed or _PAGE_NUMBER.match(block.text))
        else block
        for block, side in zip(blocks, sides, strict=True)
    ]


def _side(block: Block, heights: Mapping[int, float]) -> Role | None:
    if block.box is None or block.page is None or len(block.text) > _LONGEST:
        return None
    height = heights[block.page]
    if block.box.y0 > (1 - _MARGIN) * height:
        return Role.HEADER
    return Role.FOOTER if block.box.y1 < _MARGIN * height else None


def _key(block: Block) -> str:
    """What stays the same from page to page: the text without its numbers."""
    return _DIGITS.sub("#", block.text).casefold()
