"""The body of a mail as a person would see it, from its text and HTML parts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from intake.read.defects import Notes
from intake.read.markup import Rendered, render

_WORD = re.compile(r"\w{3,}")
_STUB = 0.3  # plain text with less than this share of the words of the HTML stands in for it only
_ALIKE = 0.5  # share of the words of the shorter form that the longer one has too


@dataclass(frozen=True, slots=True)
class Piece:
    """A body part. `choices` are the multipart/alternative parts it stands in, outermost first."""

    text: str
    is_html: bool
    choices: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Body:
    """What to show: plain text, the HTML source, and the pictures that the HTML shows."""

    text: str
    html: str
    cids: frozenset[str]


def compose(pieces: list[Piece], limit: int, notes: Notes) -> Body:
    """Join the body parts. Of alternatives the plain text is taken, or the HTML where the plain text is missing or a mere stub."""
    rendered = {i: _render(p, limit, notes) for i, p in enumerate(pieces) if p.is_html}
    plain = {choice: "" for p in pieces for choice in p.choices}
    shown = dict.fromkeys(plain, "")
    for i, piece in enumerate(pieces):
        for choice in piece.choices:
            if piece.is_html:
                shown[choice] += "\n" + rendered[i].text
            else:
                plain[choice] += "\n" + piece.text
    prefers_html = {c for c in plain if _is_stub(plain[c], shown[c], notes)}
    texts = []
    for i, piece in enumerate(pieces):
        if piece.is_html:
            keep = all(not plain[c].strip() or c in prefers_html for c in piece.choices)
        else:
            keep = not any(c in prefers_html for c in piece.choices)
        if keep:
            texts.append(rendered[i].text if piece.is_html else _lines(piece.text))
    html = "\n".join(p.text for p in pieces if p.is_html)
    cids = frozenset[str]().union(*(r.cids for r in rendered.values()))
    return Body(_cut("\n\n".join(t for t in texts if t.strip()), limit, notes), html, cids)


def _render(piece: Piece, limit: int, notes: Notes) -> Rendered:
    result = render(_cut(piece.text, limit, notes))
    if result.hidden:
        notes.add("html_hidden_text")
    if result.broken:
        notes.add("html_unreadable")
    return result


def _is_stub(plain: str, shown: str, notes: Notes) -> bool:
    """Whether the plain alternative only stands in for the HTML; notes it when the two do not say the same."""
    of_plain, of_html = (set(_WORD.findall(t.casefold())) for t in (plain, shown))
    if not of_plain or not of_html:
        return False
    alike = len(of_plain & of_html) / min(len(of_plain), len(of_html))
    stub = len(of_plain) < _STUB * len(of_html)
    if stub or alike < _ALIKE:
        notes.add("alternatives_differ")
    return stub


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")


def _cut(text: str, limit: int, notes: Notes) -> str:
    if len(text) > limit:
        notes.add("text_too_long", detail=str(limit))
    return text[:limit]
