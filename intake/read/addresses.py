"""Address headers (RFC 5322 §3.4) to `Address` values, in time linear in their length."""

from __future__ import annotations

import re

from intake.model import Address
from intake.read.charsets import clean
from intake.read.words import decode_words

_TOKEN = re.compile(
    r'"((?:[^"\\]|\\.)*)"|\(((?:[^()\\]|\\.)*)\)|<([^<>]*)>|([,;])|((?:\\["()\\]|[^",;<>()])+)|(.)',
    re.DOTALL,
)  # escaped quotes belong to the words, so that at most one quote is looked after in vain
_ROUTE = re.compile(r"@[^:]{0,320}:")


class _Entry:
    """One address while its tokens are read."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.comments: list[str] = []
        self.angle: str | None = None

    def name(self) -> str:
        text = " ".join(" ".join(self.words).split())
        return decode_words(text)[0].strip(" '")


def parse_addresses(text: str) -> tuple[Address, ...]:
    """Every mailbox of an address header, groups dissolved. What has no address keeps its name and an empty address."""
    entries = [_Entry()]
    for match in _TOKEN.finditer(text):
        quoted, comment, angle, comma, words, _ = match.groups()
        entry = entries[-1]
        if comma:
            entries.append(_Entry())
        elif angle is not None:
            if entry.angle is not None:
                entries.append(entry := _Entry())
            entry.angle = angle
        elif comment is not None:
            entry.comments.append(comment)
        elif quoted is not None:
            entry.words.append(re.sub(r"\\(.)", r"\1", quoted))
        elif words:
            entry.words.append(words if entry.words else _without_group(words))
    return _addresses(entries)


def _without_group(words: str) -> str:
    """The words without the name of a group (`Allen: a@b, c@d;`), which reaches back from the colon to a sign it cannot hold."""
    before, colon, after = words.partition(":")
    return before[: max(before.rfind("="), before.rfind("@")) + 1] + after.lstrip() if colon else words


def _addresses(entries: list[_Entry]) -> tuple[Address, ...]:
    found: list[Address] = []
    surname = ""
    for entry in entries:
        name = entry.name()
        if entry.angle is None and "@" not in name:
            surname = f"{surname}, {name}" if surname and name else surname or name
            continue
        if entry.angle is not None:
            name = f"{surname}, {name}" if surname and name else name or surname
            found.append(Address(clean(name), _plain(entry.angle)))
        else:
            found.append(Address(clean(decode_words(" ".join(entry.comments))[0].strip()), _plain(name)))
        surname = ""
    if surname:
        found.append(Address(clean(surname), ""))
    return tuple(found)


def _plain(address: str) -> str:
    decoded = decode_words(address)[0]
    return "".join(_ROUTE.sub("", decoded).removeprefix("mailto:").split()).lower()
