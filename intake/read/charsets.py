"""Bytes to text: declared character sets as mail programs mean them, and what to do when the declaration is wrong."""

from __future__ import annotations

import codecs
import re

# What the label says -> what senders mean by it (WHATWG Encoding, and the names Python does not know).
_MEANT = {
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "ansi_x3.4-1968": "utf-8",
    "utf8mb4": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "ansi": "cp1252",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "iso-8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "iso-2022-jp": "iso-2022-jp-ext",
    "big5": "big5hkscs",
    "macintosh": "mac-roman",
    "x-mac-roman": "mac-roman",
    "x-mac-cyrillic": "mac-cyrillic",
    "x-mac-greek": "mac-greek",
    "x-mac-turkish": "mac-turkish",
    "x-mac-ce": "mac-latin2",
}
# Not character sets, or quadratic in time: never for bytes of a stranger.
_REFUSED = {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem", "utf-8-sig"}
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def clean(text: str) -> str:
    """The text with NUL and lone surrogates as U+FFFD: databases and JSON refuse them."""
    return _UNSTORABLE.sub("\ufffd", text)


def codec(label: str) -> str | None:
    """The codec to use for a declared character set, or None when the label means nothing."""
    name = label.strip().strip("\"'").lower()
    name = _MEANT.get(name, name)
    if not name.isascii() or not re.fullmatch(r"[\w.:+-]{1,40}", name):
        return None
    try:
        found = codecs.lookup(name).name.replace("_", "-")
        b"a".decode(name)
    except UnicodeError:
        pass  # two bytes a character
    except (LookupError, ValueError):
        return None  # unknown, or no character set: "zip", "hex"
    return None if found in _REFUSED else found


def guess(data: bytes) -> str:
    """Text of unknown encoding: UTF-8 where it fits, else Windows-1252."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def decode(data: bytes, label: str) -> tuple[str, str]:
    """The text of a body part and a defect code ("" when it fits its declaration). Never raises; holds no NUL or surrogate."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return clean(data[len(mark) :].decode(name, "replace")), ""
    text, code = _decode(data, label)
    cleaned = clean(text)
    return cleaned, code or ("unstorable_characters" if cleaned != text else "")


def _decode(data: bytes, label: str) -> tuple[str, str]:
    name = codec(label) if label.strip() else "utf-8"
    if name is None:
        return guess(data), "charset_unknown"
    try:
        return data.decode(name), ""
    except (UnicodeError, ValueError):
        return guess(data), "charset_wrong"
