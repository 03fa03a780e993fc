"""The MIME structure of a mail as offsets into its raw bytes (RFC 2046), in one pass and without recursion.

Our own scanner, for three things the standard library's parser does not give: the exact raw slice of every part (for signatures
and attached mails), the parts behind an illegal header line, and time linear in the mail for any nesting.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from intake.read.charsets import guess
from intake.read.defects import Notes
from intake.read.fields import Block, read_block
from intake.read.limits import ReadLimits
from intake.read.parameters import NOTHING, Parameters, parse_parameters

_GUESSED = re.compile(
    rb"^--([^\s-][^\r\n]{0,200}?|-[^\r\n]{1,200}?)[ \t]*\r?\n(?=content-[a-z-]+[ \t]*:)", re.IGNORECASE | re.MULTILINE
)
_PREAMBLE = 600  # bytes; the customary sentence for old mail programs is shorter
_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+")


@dataclass(slots=True, eq=False)
class Part:
    """One entity: `raw[start:body]` are its headers, `raw[body:end]` its content, still encoded."""

    raw: bytes = field(repr=False)
    start: int
    body: int
    end: int
    block: Block
    kind: Parameters
    media_type: str
    declared: bool
    boundary: bytes = b""
    closed: bool = False
    epilogue: int = -1
    children: list[Part] = field(default_factory=list)

    @property
    def content(self) -> bytes:
        return self.raw[self.body : self.end]

    @property
    def whole(self) -> bytes:
        """Headers and content, exactly as they came."""
        return self.raw[self.start : self.end]

    @property
    def is_multipart(self) -> bool:
        return self.media_type.startswith("multipart/")

    def header(self, name: str) -> str:
        """The topmost value of a MIME header as text, "" where it is missing."""
        return guess(self.block.first(name) or b"")


def scan(raw: bytes, limits: ReadLimits, notes: Notes, start: int = 0) -> Part:
    """The part tree of a mail or a MIME entity; never raises. What is wrong with it is added to `notes`."""
    scanner = _Scanner(raw, limits, notes)
    root = scanner.open(start, None)
    scanner.split(root)
    for part in walk(root):
        if part.is_multipart and not part.children:
            scanner.mend(part)
    return root


def walk(root: Part) -> Iterator[Part]:
    """Every part, parents first, in the order of the mail; children that appear meanwhile are walked too."""
    stack = [root]
    while stack:
        part = stack.pop()
        yield part
        stack.extend(reversed(part.children))


class _Scanner:
    """The state of one scan: the mail, and how many parts were found in it."""

    def __init__(self, raw: bytes, limits: ReadLimits, notes: Notes) -> None:
        self.raw, self.limits, self.notes = raw, limits, notes
        self.parts = self.mended = 0
        self.active: dict[bytes, int] = {}
        self.stack: list[Part] = []

    def open(self, start: int, parent: Part | None) -> Part:
        """Read the headers at `start`; the part reaches to the end of the mail until a delimiter ends it."""
        block = read_block(self.raw, start, self.limits.header, self._is_delimiter)
        for code in block.defects:
            self.notes.add(code, "" if parent is None else "part")
        value = block.first("content-type")
        kind = parse_parameters(guess(value)) if value is not None else NOTHING
        default = "message/rfc822" if parent is not None and parent.media_type == "multipart/digest" else "text/plain"
        declared = bool(_TYPE.fullmatch(kind.value))
        if value and not declared:
            self.notes.add("content_type_unreadable", detail=kind.value[:80])
        part = Part(
            self.raw, start, block.body, len(self.raw), block, kind, kind.value if declared else default, declared
        )
        if part.is_multipart:
            part.boundary = kind.get("boundary").encode("utf-8", "replace").rstrip()
        self.parts += 1
        return part

    def split(self, root: Part) -> None:
        """Cut a multipart into its parts, and those into theirs."""
        self.stack, self.active = [], {}
        self._push(root)
        end, position = root.end, root.body
        while self.stack and (found := self._next_delimiter(position, end)):
            line, after, depth, closing = found
            self._end_parts(depth, self._before(line))
            parent = self.stack[depth]
            if closing:
                parent.closed, parent.epilogue, position = True, after, after
                continue
            self._note_stray_text(parent, line)
            self._reopen(parent)
            if self.parts >= self.limits.parts:
                self.notes.add("too_many_parts", detail=str(self.limits.parts))
                parent.children.append(self._rest(after, end))
                return
            child = self.open(after, parent)
            child.end = end
            parent.children.append(child)
            self._push(child)
            position = child.body
        self._finish(end)

    def mend(self, part: Part) -> None:
        """A multipart without parts: guess its boundary from what looks like one."""
        if not part.content.strip():
            return
        self.notes.add("boundary_never_seen" if part.boundary else "boundary_missing")
        self.mended += 1
        guessed = _GUESSED.search(self.raw, part.body, part.end)
        if guessed and self.mended <= self.limits.depth:
            part.boundary, part.closed = guessed[1], False
            self.split(part)

    def _push(self, part: Part) -> None:
        if not part.is_multipart or not part.boundary:
            return
        if len(self.stack) >= self.limits.depth:
            self.notes.add("nested_too_deep", detail=str(self.limits.depth))
            return
        self.active.setdefault(part.boundary, len(self.stack))
        self.stack.append(part)

    def _next_delimiter(self, position: int, end: int) -> tuple[int, int, int, bool] | None:
        """The next line that is a boundary of an open multipart: its start, the start of the next line, whose, and if it closes."""
        line = position if self.raw.startswith(b"--", position) and self._at_line_start(position) else -1
        while True:
            if line < 0:
                found = self.raw.find(b"\n--", max(position - 1, 0), end)
                if found < 0:
                    return None
                line = found + 1
            newline = self.raw.find(b"\n", line, end)
            after = newline + 1 if newline >= 0 else end
            owner = self._owner(self.raw[line:after])
            if owner:
                return line, after, *owner
            position, line = max(after, line + 2), -1

    def _at_line_start(self, position: int) -> bool:
        return position == 0 or self.raw[position - 1 : position] == b"\n"

    def _owner(self, line: bytes) -> tuple[int, bool] | None:
        mark = line[2:].rstrip()
        if mark in self.active:
            return self.active[mark], False
        if mark.endswith(b"--") and mark[:-2].rstrip() in self.active:
            return self.active[mark[:-2].rstrip()], True
        return None

    def _is_delimiter(self, line: bytes) -> bool:
        return self._owner(line) is not None

    def _before(self, line: int) -> int:
        """The line break before a delimiter belongs to the delimiter (RFC 2046 §5.1.1)."""
        if self.raw[line - 2 : line] == b"\r\n":
            return line - 2
        return line - 1 if line else 0

    def _end_parts(self, depth: int, end: int) -> None:
        """Close everything inside the multipart at `depth`."""
        for part in self.stack[depth + 1 :]:
            self._close(part, end)
        del self.stack[depth + 1 :]
        self.active = {mark: level for mark, level in self.active.items() if level <= depth}
        children = self.stack[depth].children
        if children and not self.stack[depth].closed:
            children[-1].end = max(end, children[-1].body)

    def _close(self, part: Part, end: int) -> None:
        if part.closed:
            self._note_stray_text(part, end)
        elif part.children:
            self.notes.add("closing_boundary_missing")
            part.children[-1].end = max(end, part.children[-1].body)
        part.end = max(end, part.body)

    def _note_stray_text(self, parent: Part, end: int) -> None:
        """Text before the first part or after the last, which mail programs do not show."""
        after = parent.closed and bool(self.raw[parent.epilogue : end].strip())
        before = not parent.children and len(self.raw[parent.body : end].strip()) > _PREAMBLE
        if after or before:
            self.notes.add("text_outside_parts")

    def _reopen(self, parent: Part) -> None:
        if parent.closed:
            self.notes.add("part_after_end")
            parent.closed = False

    def _finish(self, end: int) -> None:
        for part in self.stack:
            self._close(part, end)
        self.stack, self.active = [], {}

    def _rest(self, start: int, end: int) -> Part:
        return Part(self.raw, start, start, end, Block((), start), NOTHING, "application/octet-stream", declared=False)
