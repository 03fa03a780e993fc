"""Words to be compared: what is said, what is compared of it, and where it stands. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from intake.post.pages import Rect

DPI = 200
"""Dots per inch of the frame in which a frozen page and its scan are laid on one another."""
_QUOTES = str.maketrans("’‘–—“”„−‐‑", '\'\'--"""---')
_OUTER = re.compile(r"^[^\w€%]+|[^\w€%]+$")
_IN_NUMBER = re.compile(r"(?<=\d)[.,:](?=\d)")
_IN_WORD = re.compile(r"(?<=[^\W\d])-(?=[^\W\d])")
_BREAK = re.compile(r"[^\W\d_]{2,}[-\u00ad]$")
_DIGIT = re.compile(r"\d")
_NEGATION = frozenset(
    re.findall(
        r"\S+",
        "niet geen nooit niets niemand nergens noch zonder nimmer evenmin behalve tenzij wel onmogelijk ongewenst",
    )
)
_NUMERALS = frozenset(
    re.findall(
        r"\S+",
        "een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien twintig dertig veertig vijftig "
        "zestig zeventig tachtig negentig honderd duizend miljoen miljard half halve eerste tweede derde vierde vijfde",
    )
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word with the places it stands in (two when it is broken over a line end), in pixels of the frame.

    `key` is what is compared: one spelling, no outer punctuation. `run` numbers the stretch of a line or cell it stands in.
    """

    text: str
    key: str
    rects: tuple[Rect, ...]
    run: int = 0
    confidence: float = 1.0

    @property
    def box(self) -> Rect:
        return self.rects[0]

    @property
    def middle(self) -> tuple[float, float]:
        return (self.box.x0 + self.box.x1) / 2, (self.box.y0 + self.box.y1) / 2


def key(word: str) -> str:
    """What is compared of a word; empty for bullets and rules, which are left out."""
    said = unicodedata.normalize("NFKC", word).translate(_QUOTES)
    said = "".join(c for c in unicodedata.normalize("NFD", said) if not unicodedata.combining(c))
    said = _OUTER.sub("", said.replace("ı", "i").replace("\u00ad", "").casefold())
    said = _IN_WORD.sub("", _IN_NUMBER.sub(".", said)) if said else said
    return re.sub(r"[_|]+", "", said)


def has_digit(text: str) -> bool:
    """Whether a number is at stake."""
    return _DIGIT.search(text) is not None


def is_negation(text: str) -> bool:
    """Whether one of the words turns a sentence round."""
    return any(key(word) in _NEGATION for word in text.split())


def is_number(text: str) -> bool:
    """Whether one of the words is a number, in digits or letters."""
    return has_digit(text) or any(key(word) in _NUMERALS for word in text.split())


def tokens(words: Iterable[tuple[str, Rect, int, float]]) -> tuple[Token, ...]:
    """Tokens of words (text, box, line, confidence) in reading order; those broken over a line end are joined."""
    found: list[Token] = []
    broken: str | None = None
    for text, box, line, confidence in words:
        if broken is not None and line != found[-1].run and text[:1].islower():
            before = found[-1]
            whole = broken + text
            found[-1] = replace(
                before,
                text=before.text + text,
                key=key(whole),
                rects=(*before.rects, box),
                confidence=min(before.confidence, confidence),
            )
            broken = None
            continue
        broken = text[:-1] if _BREAK.search(text) else None
        found.append(Token(text, key(text), (box,), line, confidence))
    return tuple(token for token in found if token.key)


def told(some: Sequence[Token]) -> str:
    """The words as they stand, without the punctuation around them."""
    return " ".join(token.text.replace("\u00ad", "-") for token in some).strip(" .,;:")


def union(rects: Iterable[Rect]) -> Rect:
    """The least rectangle around all of them. Raises ValueError for none."""
    every = list(rects)
    return Rect(min(r.x0 for r in every), min(r.y0 for r in every), max(r.x1 for r in every), max(r.y1 for r in every))
