"""What must not be in a signal (brochure §3.3): data on subjects and objects of the investigation, found and shown masked.

Two questions per datum: is it one (`herkenners`, `namen`), and is it somebody's own contact detail, signature or source, which
may stand there. What is found is "possible"; that nothing is found is no clearance.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property

from intake.checks.herkenners import Span, data, expanded, recognised
from intake.checks.namen import Name, names
from intake.model import Block, Document, PersonalDatum, Place, Register, Role
from intake.text import fold

_LETTERHEAD_BLOCKS = 14
_LETTERHEAD_TEXT = 240
_SENTENCE_WORDS = 4
_NEAR = 160
_SIGNING_WORDS = 8
_SHOWN_DIGITS = 2
_CONTACT_TYPES = frozenset({"person", "address", "phone", "email", "kvk", "iban"})
_SOURCE_TYPES = frozenset({"person", "email"})
_MASKED = "•"
_OLDEST, _YOUNGEST = (
    1915,
    2012,
)  # years of birth of who may be a subject; a later date behind a name is that of a source
_BROKEN_NUMBER = re.compile(r"(?<=\d)- (?=\d)")  # a number that was broken over two lines


def find_personal_data(document: Document, register: Register) -> tuple[PersonalDatum, ...]:
    """Every possible datum on a subject or object in a document, once each, with its first place and a masked quote."""
    found: dict[tuple[str, str], PersonalDatum] = {}
    for passage in _passages(document, register):
        for kind, text in passage.data():
            place = Place(document.name, passage.page, mask(kind, text))
            found.setdefault((kind, fold(text)), PersonalDatum(kind, text, place))
    persons = [folded for kind, folded in found if kind == "person"]
    return tuple(d for (kind, folded), d in found.items() if kind != "person" or not _repeats(folded, persons))


def _repeats(folded: str, persons: Sequence[str]) -> bool:
    """Whether a name only says again, shorter, who was named in full."""
    return any(len(other) > len(folded) and _same_person(folded, other) for other in persons)


def mask(kind: str, text: str) -> str:
    """What may be shown of a datum: initials of names and streets, the last two characters of numbers, the first of a mailbox."""
    if kind in {"person", "address", "object", "vehicle"}:
        return re.sub(r"[^\W\d_]+|\d+", lambda m: m.group()[0] + _MASKED if m.group()[0].isupper() else _MASKED, text)
    if kind == "email":
        return re.sub(r"(?<=\w)\w", _MASKED, text)
    hidden = sum(c.isalnum() for c in text) - _SHOWN_DIGITS
    shown = []
    for char in text:
        shown.append(_MASKED if char.isalnum() and hidden > 0 else char)
        hidden -= char.isalnum()
    return "".join(shown)


@dataclass(frozen=True)
class _Known:
    """Names and addresses that may stand in any signal: the register's, and the document's own contacts and signatories."""

    register: Register
    names: frozenset[str]

    @cached_property
    def domains(self) -> tuple[str, ...]:
        parties = (*self.register.organisations, *self.register.ministries)
        own = self.register.mailbox.rpartition("@")[2]
        return tuple(d for d in (*(d for o in parties for d in o.domains), own) if d)

    @cached_property
    def called(self) -> tuple[str, ...]:
        """Names of partners as they stand in running text, in which a first name may hide."""
        parties = (*self.register.organisations, *self.register.ministries)
        return tuple(fold(n) for o in parties for n in (o.name, *o.aliases))

    def knows(self, kind: str, text: str) -> bool:
        """Whether this datum belongs to a partner, the desk, or somebody who signs or may be contacted."""
        if kind == "email":
            domain = text.lower().rpartition("@")[2].strip()
            return any(domain == d or domain.endswith(f".{d}") for d in self.domains)
        if kind != "person":
            return False
        folded = fold(text)
        return any(folded == n or _same_person(folded, n) for n in self.names)


@dataclass(frozen=True)
class _Passage:
    """One block with what stands before it, and which kinds of data are free to stand in it."""

    text: str
    labels: tuple[str, ...]
    page: int | None
    free: frozenset[str]
    known: _Known
    letterhead: bool = False
    footnote: bool = False

    def data(self) -> Iterator[tuple[str, str]]:
        """The data in this passage that may not be there: type and words, in reading order."""
        spans = recognised(self.text, self.labels)
        persons = [
            n for n in names(self.text, self.labels) if not any(n.start < s.end and s.start < n.end for s in spans)
        ]
        marked = [(s.start, s.type, self.text[s.start : s.end]) for s in spans if self._counts(s)]
        counted = [n for n in persons if self._person_counts(n)]
        marked += [(n.start, "person", n.text) for n in counted]
        marked += [born for n in counted if (born := self._born(n)) and born[2] not in {m[2] for m in marked}]
        for _, kind, words in sorted(marked):
            yield kind, words

    def _born(self, name: Name) -> tuple[int, str, str] | None:
        """The date of birth in brackets right behind a name."""
        match = _birth().match(self.text, name.end)
        if match is None:
            return None
        year = re.search(r"(?:19|20)\d\d|\d\d$", match["datum"])
        plausible = year is None or len(year.group()) == _SHOWN_DIGITS or _OLDEST <= int(year.group()) <= _YOUNGEST
        return (match.start("datum"), "date_of_birth", match["datum"]) if plausible else None

    @cached_property
    def speaks_of_subject(self) -> bool:
        return re.search(data()["contact"]["subject"], self.text) is not None

    def _counts(self, span: Span) -> bool:
        own = span.own_in_letterhead and self.letterhead
        known = self.known.knows(span.type, self.text[span.start : span.end])
        return not own and not known and span.type not in self._free_at(span.start)

    def _person_counts(self, name: Name) -> bool:
        around = fold(self.text[max(0, name.start - 40) : name.end + 40])
        hidden = any(c in around and fold(name.text) in c for c in self.known.called)
        if hidden or self.known.knows("person", name.text):
            return False
        if name.strong:
            return "person" not in self.free or (self.footnote and self.speaks_of_subject)
        return "person" not in self._free_at(name.start)

    def _free_at(self, start: int) -> frozenset[str]:
        """The kinds that are free here: the block's, and contact details behind a contact cue unless a subject is spoken of."""
        cues = data()["contact"]
        near = f"{' '.join(self.labels)} {self.text[max(0, start - _NEAR) : start]}"
        if self.speaks_of_subject:
            return self.free - _CONTACT_TYPES
        return self.free | _CONTACT_TYPES if re.search(cues["cues"], near) else self.free


def _passages(document: Document, register: Register) -> Iterator[_Passage]:
    printed = (b for b in document.blocks if b.text.strip() and b.role not in {Role.HEADER, Role.FOOTER})
    blocks = [part for block in printed for part in _parted(block)]
    areas = _areas(blocks)
    known = _Known(register, frozenset(_own_names(blocks, areas, register)))
    for index, block in enumerate(blocks):
        free = {"letterhead": _CONTACT_TYPES, "closing": _CONTACT_TYPES, "sources": _SOURCE_TYPES}.get(
            areas[index], frozenset()
        )
        text = _BROKEN_NUMBER.sub("-", re.sub(r"\s", " ", block.text))
        letterhead, note = areas[index] == "letterhead", block.role is Role.FOOTNOTE
        yield _Passage(text, _labels(blocks, index), block.page, free, known, letterhead, note)


def _parted(block: Block) -> Iterator[Block]:
    """A paragraph of several lines in which somebody takes leave is two: what was said, and who signs."""
    leave = re.search(data()["contact"]["leave"], block.text) if block.role is Role.PARAGRAPH else None
    if leave is None or not block.text[: leave.start()].strip():
        yield block
        return
    yield replace(block, text=block.text[: leave.start()].rstrip())
    yield replace(block, text=block.text[leave.start() :].lstrip())


@cache
def _birth() -> re.Pattern[str]:
    return re.compile(expanded(data()["birth"]["behind"]))


def _areas(blocks: Sequence[Block]) -> list[str]:
    """For every block where it stands: "letterhead", "closing" (the signature block), "sources", or "" for the text itself."""
    cues = data()["contact"]
    areas, area = [], "letterhead"
    for index, block in enumerate(blocks):
        text = block.text.strip()
        heading = block.role is Role.HEADING
        if area == "letterhead" and (index >= _LETTERHEAD_BLOCKS or _is_prose(text) or (heading and index > 1)):
            area = ""
        if area == "letterhead" and block.cell is not None and _speaks_of_subject(blocks, block.cell[0]):
            area = ""
        if re.match(cues["sources"], text):
            area = "sources"
        elif re.match(cues["closing"], text) and index > len(blocks) // 4:
            area = "closing"
        elif heading and area:
            area = "" if index > 1 else area
        areas.append("sources" if block.role is Role.FOOTNOTE else area)
        if area == "letterhead" and re.match(cues["salutation"], text) and text.endswith(","):
            area = ""
    return areas


def _speaks_of_subject(blocks: Sequence[Block], table: int) -> bool:
    """Whether a cell of a table names a subject, which no table of a letterhead does."""
    cells = (b.text for b in blocks if b.cell is not None and b.cell[0] == table)
    return any(re.search(data()["contact"]["subject"], text) for text in cells)


def _is_prose(text: str) -> bool:
    """A sentence, which no letterhead holds."""
    return len(text) > _LETTERHEAD_TEXT or (text.endswith((".", "!", "?")) and len(text.split()) >= _SENTENCE_WORDS)


def _own_names(blocks: Sequence[Block], areas: Sequence[str], register: Register) -> Iterator[str]:
    """Folded names of representatives, of who signs, and of whom one may contact."""
    for organisation in (*register.organisations, *register.ministries):
        yield from (fold(r.name) for r in organisation.representatives)
    cues = data()["contact"]
    for index, (block, area) in enumerate(zip(blocks, areas, strict=True)):
        contact = re.search(cues["cues"], block.text) and not re.search(cues["subject"], block.text)
        text = re.sub(r"\s", " ", block.text).strip()
        found = names(text)
        late = index > len(blocks) * 2 // 3 and block.role is Role.PARAGRAPH
        signs = late and len(text.split()) <= _SIGNING_WORDS and not _is_prose(text)
        if area == "closing" or contact or (late and [n.text for n in found] == [text]):
            yield from (fold(n.text) for n in found)
        elif signs and not re.search(cues["subject"], text):
            yield from (fold(n.text) for n in found if not n.strong)


def _same_person(folded: str, other: str) -> bool:
    """Whether a name is the short form of another: the surname alone, or initials instead of first names."""
    surname = re.sub(r"^(?:[\w.’'-]+ )?(?=[\w’'-]+$|(?:van|de|der|den|ter|ten|te|el|al) )", "", other)
    bare = re.sub(r"^(?:\w\.\s?)+", "", folded)
    if bare != folded and folded[0] != other[0]:
        return False
    return bare == surname or bare == other.rpartition(" ")[2]


def _labels(blocks: Sequence[Block], index: int) -> tuple[str, ...]:
    """What may say what a table cell holds: the cell to its left, and the head of its column."""
    cell = blocks[index].cell
    if cell is None:
        return ()
    table, row, column = cell
    beside, head = (table, row, column - 1), (table, 0, column)
    return tuple(b.text[-_NEAR:] for b in blocks if b.cell in ({beside, head} - {cell}))
