"""Encoded words in headers (RFC 2047), as senders write them."""

from __future__ import annotations

import binascii
import re
from itertools import pairwise

from intake.read.charsets import clean, codec, guess

_WORD = re.compile(r"=\?([^?\s]{1,80})\?([bBqQ])\?([^?]*)\?=")


def decode_words(text: str) -> tuple[str, str]:
    """The text with its encoded words decoded, and a defect code ("" when all is well).

    Adjacent words of one character set are joined before decoding, since senders split them within a character. A word that is
    no base64 stays as it stands; bytes outside the character set become U+FFFD.
    """
    matches = list(_WORD.finditer(text))
    if not matches:
        return clean(text), "unstorable_characters" if clean(text) != text else ""
    runs: list[list[re.Match[str]]] = [[matches[0]]]
    for before, match in pairwise(matches):
        adjacent = not text[before.end() : match.start()].strip()
        if adjacent and before[1].lower() == match[1].lower():
            runs[-1].append(match)
        else:
            runs.append([match])
    return _assemble(text, runs)


def _assemble(text: str, runs: list[list[re.Match[str]]]) -> tuple[str, str]:
    out: list[str] = []
    code, position = "", 0
    for run in runs:
        gap = text[position : run[0].start()]
        if gap.strip() or not out:
            out.append(gap)
        word, broken = _decode_run(run)
        out.append(word if word is not None else text[run[0].start() : run[-1].end()])
        code = code or broken
        position = run[-1].end()
    out.append(text[position:])
    joined = "".join(out)
    return clean(joined), code or ("unstorable_characters" if clean(joined) != joined else "")


def _decode_run(run: list[re.Match[str]]) -> tuple[str | None, str]:
    try:
        data = b"".join(_bytes(match[2], match[3]) for match in run)
    except (ValueError, binascii.Error):
        return None, "encoded_word_broken"
    name = codec(run[0][1].partition("*")[0])
    if name is None:
        return guess(data), "charset_unknown"
    try:
        return data.decode(name), ""
    except (UnicodeError, ValueError):
        pass
    try:
        return data.decode(), "encoded_word_broken"
    except UnicodeDecodeError:
        return data.decode(name, "replace"), "encoded_word_broken"


def _bytes(encoding: str, payload: str) -> bytes:
    if encoding in "qQ":
        return binascii.a2b_qp(payload.encode("latin-1", "replace"), header=True)
    packed = re.sub(r"\s+", "", payload).rstrip("=").encode("ascii")
    return binascii.a2b_base64(packed + b"=" * (-len(packed) % 4), strict_mode=True)
