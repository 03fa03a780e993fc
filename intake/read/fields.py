"""A header block to its fields, tolerant of what senders and gateways put among them; offsets point into the raw mail."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

_FIELD = re.compile(rb"([!-9;-~]{1,998})[ \t]*:")
_KNOWN = re.compile(
    rb"^(?:content-[a-z-]+|mime-version|from|to|cc|subject|date|received|return-path|message-id|reply-to|x-[a-z0-9-]+)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_BLANK = re.compile(rb"\r?\n\r?\n")
_LOOK_AHEAD = 8192
_MBOX = (b"From ", b">From ")


@dataclass(frozen=True, slots=True)
class Field:
    """One header: its name as written, and its value unfolded, still raw bytes."""

    name: str
    value: bytes


@dataclass(frozen=True, slots=True)
class Block:
    """A header block, where the body after it starts, and what was wrong with it (defect codes)."""

    fields: tuple[Field, ...]
    body: int
    defects: tuple[str, ...] = ()

    def first(self, name: str) -> bytes | None:
        """The topmost value of that name (lower case), or None."""
        return next((f.value for f in self.fields if f.name.lower() == name), None)


def read_block(raw: bytes, start: int, limit: int, is_delimiter: Callable[[bytes], bool]) -> Block:
    """Read the header block at `start`, at most `limit` bytes of it. A line that `is_delimiter` says is a boundary ends it."""
    names: list[str] = []
    values: list[list[bytes]] = []
    defects: dict[str, None] = {}
    position, last_known, end = start, -1, len(raw)
    while position < end:
        newline = raw.find(b"\n", position)
        after = newline + 1 if newline >= 0 else end
        if position - start > limit:
            defects["header_too_long"] = None
            blank = _BLANK.search(raw, position)
            position = blank.end() if blank else end
            break
        line = raw[position:after]
        if not line.strip(b"\r\n"):
            position = after
            break
        if line.startswith(b"--") and is_delimiter(line):
            break
        if line[:1] in b" \t" and values:
            values[-1].append(line)
        elif match := _FIELD.match(line):
            names.append(match[1].decode("ascii"))
            values.append([line[match.end() :]])
        elif position > start or not line.startswith(_MBOX):
            if last_known < 0:
                last_known = _last_known(raw, position)
            if position >= last_known:
                defects["blank_line_missing"] = None
                break
            defects["illegal_header_line"] = None
        position = after
    fields = tuple(
        Field(n, b"".join(part.rstrip(b"\r\n") for part in v).strip()) for n, v in zip(names, values, strict=True)
    )
    return Block(fields, position, tuple(defects))


def _last_known(raw: bytes, start: int) -> int:
    """Where the last well-known header before the next blank line stands: what is not a header up to there is a stray line."""
    boundary = raw.find(b"\n--", start, start + _LOOK_AHEAD)
    end = boundary if boundary >= 0 else start + _LOOK_AHEAD
    blank = _BLANK.search(raw, start, end)
    end = blank.start() if blank else end
    return max((m.start() for m in _KNOWN.finditer(raw, start, end)), default=0)
