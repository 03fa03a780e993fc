"""What one document looks like: a signal, a cover letter, a signature sheet, a case report, a letter of a minister, or other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from intake.checks.onderdelen import judge_parts
from intake.formats.recognition import recognition_rules
from intake.model import Block, Document, Place, Register, Role
from intake.recognise.evidence import Evidence, search, weigh
from intake.text import fold, sentences, words

SHORT, BRIEF = 90, 260
"""Words under which a document is a sheet, and under which it is a letter rather than a signal."""
_HEAD_BLOCKS, _HEAD_CHARS = 8, 700
_LINE = 140
_READ_CHARS, _LONGEST = 80_000, 1200
_ARGUMENTS = (
    "argues_minister",
    "argues_misuse",
    "argues_gap",
    "argues_structural",
    "argues_national",
    "argues_feasible",
    "argues_effect",
    "argues_society",
)
_HEADINGS = ("heads_proces", "heads_aanleiding", "heads_bevindingen", "heads_conclusie")
_INSTRUCTIONS = 4
_MAY_PLEAD = frozenset({"other", "cover_letter"})
_SECTIONS, _ITEMS = 2, 5
_CRITERIA = frozenset({"misbruik_legaal_proces", "structureel", "landelijk"})


@dataclass(frozen=True, slots=True)
class Paper:
    """A document with what it looks like ("signal", "cover_letter", …, "unreadable", "picture") and the evidence for it."""

    document: Document
    looks: str
    score: float
    evidence: Evidence
    words: int

    @property
    def is_signal(self) -> bool:
        return self.looks == "signal"


def look_at(document: Document) -> Paper:
    """Say what a document looks like, from its head, its headings and what it argues."""
    size = len(words(document.text[:_READ_CHARS]))
    if not document.readable or document.threat is not None:
        looks = "unreadable" if size < SHORT else ""
    else:
        looks = "picture" if size < SHORT and _pictured(document) else ""  # a scanned sheet to sign, a photo
    found = _evidence(document, size)
    totals, _ = weigh(recognition_rules().paper_rules, found)
    best = max(totals, key=lambda name: (totals[name], name))
    if best in _MAY_PLEAD and size >= SHORT and "instructed" not in found and _pleads(document):
        best = "signal"
    return Paper(document, looks or best, totals.get("signal", 0.0), found, size)


def _pleads(document: Document) -> bool:
    """Whether a document argues what the format asks, in whatever words: no cue of a signal is needed then."""
    parts = judge_parts(document, Register())
    argued = [name for name, there in parts.elements.items() if there]
    return sum(parts.sections.values()) >= _SECTIONS and len(argued) >= _ITEMS and not _CRITERIA.isdisjoint(argued)


def paper_of_text(text: str) -> Paper:
    """The same for the sender's own words, which can be the signal itself."""
    blocks = tuple(Block(part.strip()) for part in text.split("\n\n") if part.strip())
    lines = tuple(Block(line.strip()) for block in blocks for line in _split_heading(block.text))
    return look_at(Document("mail", "", "text", readable=True, blocks=lines))


def _split_heading(text: str) -> Iterator[str]:
    first, _, rest = text.partition("\n")
    if rest and len(first) < _LINE // 2 and not first.rstrip().endswith((".", ",", ";")):
        yield first
        yield rest
    else:
        yield text


def _pictured(document: Document) -> bool:
    return document.format == "image" or (document.format == "pdf" and not document.text_layer)


def _evidence(document: Document, size: int) -> Evidence:
    found: Evidence = {}
    search("files", [(document.name.replace("_", " "), Place(document.name))], found)
    search("head", _head(document), found)
    search("paper", _units(document), found)
    arguments, headings = (sum(name in found for name in names) for names in (_ARGUMENTS, _HEADINGS))
    facts = {
        "argues_3": arguments >= 3,  # noqa: PLR2004
        "argues_4": arguments >= 4,  # noqa: PLR2004
        "argues_5": arguments >= 5,  # noqa: PLR2004
        "headed_2": headings >= 2,  # noqa: PLR2004
        "headed_3": headings >= 3,  # noqa: PLR2004
        "short": size < SHORT,
        "brief": size < BRIEF,
        "instructed": _is_template(document),
        "letterhead_ministry": any(fold(text).startswith("ministerie van") for text, _ in _head(document)),
    }
    return found | {name: Place(document.name) for name, holds in facts.items() if holds}


def _is_template(document: Document) -> bool:
    """Whether the instructions of the format make up the document, instead of standing beside a filled-in text."""
    instructions = {}
    for text, place in _units(document):
        hit: Evidence = {}
        search("paper", [(text, place)], hit)
        if "instructs" in hit:
            instructions[text] = len(words(text))
    size = len(words(document.text[:_READ_CHARS]))
    return len(instructions) >= _INSTRUCTIONS and sum(instructions.values()) > size / 3


def _head(document: Document) -> Iterator[tuple[str, Place]]:
    """The first lines that print, with the page headers and text boxes, where a mark or a letterhead stands."""
    yield document.title, Place(document.name)
    chars = count = 0
    for block in document.blocks:
        if block.change == "deleted" or block.hidden or block.role is Role.COMMENT:
            continue
        aside = block.role in {Role.HEADER, Role.FOOTER, Role.TEXT_BOX}
        if aside or (count < _HEAD_BLOCKS and chars < _HEAD_CHARS):
            yield block.text, Place(document.name, block.page)
        if not aside:
            count, chars = count + 1, chars + len(block.text)


def _units(document: Document) -> Iterator[tuple[str, Place]]:
    chars = 0
    for block in document.blocks:
        if block.change == "deleted" or block.hidden or block.role is Role.COMMENT:
            continue
        chars += len(block.text)
        if chars > _READ_CHARS:
            return
        place = Place(document.name, block.page)
        parts = [block.text] if len(block.text) <= _LINE else sentences(block.text[:_READ_CHARS])
        yield from ((part[:_LONGEST], place) for part in parts)
