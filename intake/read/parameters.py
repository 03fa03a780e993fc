"""Parameters of Content-Type and Content-Disposition (RFC 2045, 2231), as senders write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from intake.read.charsets import codec, guess
from intake.read.words import decode_words

_SEGMENT = re.compile(r'(?<![^=;"\s])([^=;"\s]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"[^;]*|([^;]*))', re.DOTALL)
_KEY = re.compile(r"([^*]+)(?:\*(\d{1,4}))?(\*)?")
_COMMENT = re.compile(r"\s\([^()]*\)")


@dataclass(frozen=True, slots=True)
class Parameters:
    """A header of the form `value; key=value`. `other` holds a plain value that contradicts the RFC 2231 one."""

    value: str
    params: dict[str, str]
    other: dict[str, str]
    defects: tuple[str, ...] = ()

    def get(self, key: str) -> str:
        """The value of a parameter, "" where it is not given."""
        return self.params.get(key, "")


NOTHING = Parameters("", {}, {})


def parse_parameters(text: str) -> Parameters:
    """Read a header value. An extended value (`filename*`) wins over the plain one (RFC 6266 §4.3); never raises."""
    value, _, rest = text.partition(";")
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for key, raw in _segments(rest):
        match = _KEY.fullmatch(key)
        if match is None or (match[2] is None and match[3] is None):
            plain.setdefault(key, raw)
        else:
            pieces.setdefault(match[1], {}).setdefault(int(match[2] or 0), (raw, match[3] is not None))
    defects: list[str] = []
    params = {}
    for key, raw in plain.items():
        params[key], code = decode_words(raw)
        defects.append(code)
    extended = {key: _join(parts) for key, parts in pieces.items()}
    other = {key: params[key] for key, v in extended.items() if key in params and params[key] != v}
    kind = _COMMENT.sub("", value).strip().lower()
    return Parameters(kind, params | extended, other, tuple(code for code in defects if code))


def _segments(rest: str) -> Iterator[tuple[str, str]]:
    position = 0
    while match := _SEGMENT.search(rest, position):
        quoted, bare = match[2], match[3]
        bare_value = _COMMENT.sub("", bare or "").strip().strip('"')
        yield match[1].lower(), bare_value if quoted is None else re.sub(r'\\(["\\])', r"\1", quoted)
        position = match.end() + 1


def _join(parts: dict[int, tuple[str, bool]]) -> str:
    """Segments in the order of their numbers, decoded only after joining: a character may be split between two."""
    ordered = [parts[i] for i in sorted(parts)]
    label = ""
    data = b""
    for index, (raw, encoded) in enumerate(ordered):
        text = raw
        if index == 0 and encoded and raw.count("'") >= 2:  # noqa: PLR2004 - charset'language'value
            label, _, text = raw.split("'", 2)
        data += unquote_to_bytes(text) if encoded else text.encode("utf-8", "replace")
    if not any(encoded for _, encoded in ordered):
        return decode_words(guess(data))[0]
    name = codec(label) if label else None
    try:
        return data.decode(name or "utf-8")
    except (UnicodeError, ValueError):
        return guess(data)
