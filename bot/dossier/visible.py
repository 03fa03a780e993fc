"""Text of strangers, made safe to show and to name a file after."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote

_MAX_NAME = 120
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_UNSAFE = frozenset('/\\:*?"<>|%')
DANGEROUS_SUFFIX = ".onveilig"


_SPACES = str.maketrans(
    {"\n": " ", "\r": " ", "\t": " ", "\u00ad": None}
)  # a soft hyphen only says where a word may break


def visible(text: str) -> str:
    """The text on one line, with every character that hides or reorders others (controls, bidi overrides, zero-width) as U+FFFD."""
    return "".join("\ufffd" if _hides(c) else c for c in text.translate(_SPACES))


def download_name(name: str, *, dangerous: bool = False) -> str:
    """A file name that stays in its folder and shows its true ending; dangerous files get one that nothing opens."""
    plain = "".join("_" if c in _UNSAFE or _hides(c) else c for c in name).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    short = f"{stem[: _MAX_NAME - len(ending) - 1]}.{ending}" if dot and len(ending) < _MAX_NAME else plain[:_MAX_NAME]
    return (short or "bestand") + (DANGEROUS_SUFFIX if dangerous else "")


def disposition(name: str) -> str:
    """Content-Disposition for a download (RFC 6266, name in RFC 8187 form and an ASCII one for old clients)."""
    ascii_name = "".join(c if c.isascii() else "_" for c in name)
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"


def _hides(character: str) -> bool:
    return unicodedata.category(character) in _HIDDEN
