"""Small rules on text that every reader shares: clean characters, what a heading looks like, lines of a table of contents."""

from __future__ import annotations

import re

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_BLANK = re.compile(r"[ \t\u00a0\u2007\u202f\u2009]+")
_CONTENTS = re.compile(
    r"^\s*(?P<title>\S.{1,150}?)\s*(?:\.\s?){3,}\s*\d{1,3}\s*$|^\s*(?P<tabbed>\S.{1,150}?)(?:\t+|\u2026+\s*)\d{1,3}\s*$"
)
_NUMBER = re.compile(r"^\s*(?P<number>\d{1,2}(?:\.\d{1,2}){0,4})\.?[\s)]+\S")
_BULLET = re.compile(
    r"^\s*(?:[•·●○◦▪■□➢►‣⁃\uf0b7\uf0a7\u2013\u2014-]|\(?(?:[a-z]|[0-9]{1,2})[.)]|\(?[ivx]{1,4}[.)])\s+\S"
)
_BARE = re.compile(r"[\s•·●○◦▪■□➢►‣⁃\uf0b7\uf0a7]+")
HEADING_CHARS = 120
"""Longer than this is a sentence that happens to be bold."""


def clean(text: str) -> tuple[str, bool]:
    """Text without NULs, other control characters and lone surrogates (each becomes U+FFFD), and whether any stood there."""
    fixed = _FORBIDDEN.sub("\ufffd", text)
    return fixed, fixed != text


def squeeze(text: str) -> str:
    """Runs of blanks as one space, line ends kept, ends stripped."""
    return "\n".join(line.strip() for line in _BLANK.sub(" ", text).split("\n")).strip()


def is_contents_line(text: str) -> bool:
    """Whether this is a line of a table of contents: a title, leader dots or a tab, and a page number."""
    return bool(_CONTENTS.match(text))


def is_list_item(text: str) -> bool:
    """Whether the text starts with a bullet, a dash or a short enumerator such as `a.` or `(2)`."""
    return bool(_BULLET.match(text))


def is_bare_bullet(text: str) -> bool:
    """Whether this is a bullet whose words stand elsewhere."""
    return bool(_BARE.fullmatch(text))


def heading_level(text: str) -> int:
    """Level from a decimal number in front ("2.1 Werkwijze" is 2), else 0."""
    found = _NUMBER.match(text)
    return found["number"].rstrip(".").count(".") + 1 if found else 0


def could_be_heading(text: str) -> bool:
    """Whether words in heavier type may head a passage: short, one line, not ended like a sentence, not only digits."""
    line = text.strip()
    return (
        0 < len(line) <= HEADING_CHARS and "\n" not in line and line[-1] not in ".;," and any(c.isalpha() for c in line)
    )
