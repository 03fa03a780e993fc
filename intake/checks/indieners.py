"""Who submits the signal (brochure §3.1, Proces): the organisations that the document itself says so of.

A sentence or an answer in a form says it. The field "van", a title page that lists them and a signature block that names office
and organisation show it of a whole signal, not of a loose part. A letterhead names an organisation and says no more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from intake.checks.passages import Passage, Reading
from intake.formats.organisaties import Named, acronyms, find_organisations
from intake.formats.signaal import load_format
from intake.model import Block, Document, Place, Register, Role
from intake.text import excerpt, fold, sentences

_FIRST_PERSON = re.compile(r"\b(ik|wij|we|mijn ambtgenoten)\b")
_ITSELF = re.compile(
    r"\b(signaal|signal|deze brief|dit (stuk|document|rapport|schrijven)|deze (notitie|nota|e-mail))\b"
)
_ON_BEHALF = re.compile(r"^(?:mede |ook )?(?:namens|on behalf of)\b.{3,250}?\b(?:ik|wij|we|i)\b", re.IGNORECASE)
_SIGNAL_OF = re.compile(r"\b(?:signaal van|signal (?:from|by|of))\b")
_HELPED = re.compile(r"\b(?:meegelezen|meegedacht|onderschrij\w+|geen indiener|leverden?|droeg\w* bij|bijgedragen)\b")
_CLAUSE = re.compile(r"[;,](?=\s)|\b(?:terwijl|maar|waarbij)\b")
_WRITING = r"(?:schrijf|schrijven|richt|richten|wend|wenden|stuur|sturen)"
_WRITES = re.compile(
    rf"\b(?:{_WRITING}|leg|leggen|vraag|vragen) (?:ik |wij |we )?(?:mij |ons )?(?:\w+ )?(?:tot )?u\b"
    rf"|\b(?:ik|wij|we) {_WRITING} (?:mij |ons )?(?:\w+ ){{0,2}}(?:tot )?u\b|\btot u (?:wendt|{_WRITING}|richt)\b"
    r"|\bwij (?:zijn|van) (?:de|het)\b|\bwe (?:are|write|ask)\b"
)
"""A letter in the first person: who stands in its head speaks for himself."""
_PROCESS = "proces"
_SENDERS = {"van", "afzender", "from"}
_TAIL_PART = 0.72
_HEAD_BLOCKS = 14
_TAIL_MOST = 12  # blocks of a signature block where no paragraph stands above it near the end


@dataclass(frozen=True, slots=True)
class Submitters:
    """The submitting organisations; whether the document states, or only shows (field, title page, block), that they submit."""

    names: tuple[str, ...] = ()
    stated: bool = False
    shown: bool = False
    place: Place | None = None


def find_submitters(document: Document, reading: Reading, parts: Sequence[str], register: Register) -> Submitters:
    """Who submits; `parts` are the sections of the reading's passages. Empty names when the document names nobody."""
    known = acronyms(document.text, register)
    said = _sentences(document, reading, parts, register, known)
    if said:
        return Submitters(_unique(known.get(n.name, n.name) for n, _ in said), stated=True, place=said[0][1])
    for source in (_fields(document, reading, register), _listed(document, register), _signing(document, register)):
        if source:
            return Submitters(_unique(known.get(n.name, n.name) for n, _ in source), shown=True, place=source[0][1])
    names = _unique(n.name for n in _letterhead(document, register))
    written = bool(names) and _WRITES.search(fold(document.text)) is not None
    return Submitters(names or _running(document, register), shown=written)


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    """Each once; a bare kind ("Politie") is dropped beside the unit of it that is meant."""
    kept = tuple(dict.fromkeys(names))
    return tuple(
        n
        for n in kept
        if not any(o != n and fold(o).startswith((fold(n) + ",", fold(n) + " (", fold(n) + " ")) for o in kept)
    )


def _sentences(
    document: Document, reading: Reading, parts: Sequence[str], register: Register, known: Mapping[str, str]
) -> list[tuple[Named, Place]]:
    found: list[tuple[Named, Place]] = []
    personal = False
    for passage, part in zip(reading.passages, parts, strict=True):
        for sentence in sentences(passage.text):
            if not _submits(sentence, passage, part):
                continue
            place = Place(document.name, passage.page, excerpt(sentence))
            behalf = _ON_BEHALF.match(sentence)
            own = list(_before_bystanders(behalf.group() if behalf else sentence, register, known))
            found += [(n, place) for n in own]
            personal = personal or bool(
                _FIRST_PERSON.search(fold(sentence)) and re.search(r"mede namens", fold(sentence))
            )
    if personal:
        place = found[0][1] if found else Place(document.name)
        found = [
            (n, place) for n in (list(_letterhead(document, register)) or [n for n, _ in _signing(document, register)])
        ][:1] + found
    return found


def _submits(sentence: str, passage: Passage, part: str) -> bool:
    words = fold(sentence)
    if load_format().furniture.match(words):
        return False
    named = "indieners" in passage.named and len(passage.named) == 1
    submits = _SIGNAL_OF.search(words) is not None or load_format().phrases["submits"].search(words) is not None
    return (
        named
        or _ON_BEHALF.match(sentence) is not None
        or (submits and (part == _PROCESS or _ITSELF.search(words) is not None))
    )


def _before_bystanders(sentence: str, register: Register, known: Mapping[str, str]) -> Iterator[Named]:
    """The organisations up to where a sentence turns to who only helped; also those meant by an abbreviation of the text's own."""
    words = sentence.lower()
    cut, helped = load_format().phrases["bystander"].search(words), _HELPED.search(words)
    clauses = [m.start() for m in _CLAUSE.finditer(words, 0, helped.start())] if helped else []
    end = min([cut.start() if cut else len(words), *clauses[-1:]])
    found = [n for n in find_organisations(sentence, register) if n.start < end]
    meant = (
        Named(known[m.group()], *m.span()) for short in known for m in re.finditer(rf"\b{re.escape(short)}\b", sentence)
    )
    yield from found
    yield from (n for n in meant if n.start < end and not any(f.start <= n.start < f.end for f in found))


def _fields(document: Document, reading: Reading, register: Register) -> list[tuple[Named, Place]]:
    return [
        (n, Place(document.name, f.page, excerpt(f.value)))
        for f in reading.fields
        if f.label in _SENDERS
        for n in find_organisations(f.value, register)
    ]


def _listed(document: Document, register: Register) -> list[tuple[Named, Place]]:
    """A line near the top that holds nothing but several organisations, or "Bestuurlijk signaal van …"."""
    found: list[tuple[Named, Place]] = []
    for block in _printed(document)[:_HEAD_BLOCKS]:
        named = list(find_organisations(block.text, register))
        says = _SIGNAL_OF.search(fold(block.text))
        if named and (says or (len(named) > 1 and _only_names(block.text, named))):
            found += [(n, Place(document.name, block.page, excerpt(block.text))) for n in named]
    return found


def _only_names(text: str, named: Sequence[Named]) -> bool:
    rest = text
    for n in reversed(named):
        rest = rest[: n.start] + " " + rest[n.end :]
    return not re.search(r"[^\W\d_]{2,}", re.sub(r"\b(de|het|en|and)\b", " ", rest))


def _signing(document: Document, register: Register) -> list[tuple[Named, Place]]:
    """The offices and organisations in the signature block at the end."""
    blocks = _printed(document)
    tail = blocks[_signature_block(blocks) :]
    return [
        (n, Place(document.name, b.page, excerpt(b.text)))
        for b in tail
        if len(b.text.split()) <= _HEAD_BLOCKS
        and re.search(
            r"(?i)\b(burgemeester|politiechef|hoofdofficier|directeur|voorzitter|commandant|namens|sectorhoofd|chef|dijkgraaf|inspecteur)",
            b.text,
        )
        for n in find_organisations(b.text, register)
    ]


def _signature_block(blocks: Sequence[Block]) -> int:
    """Where the signatures begin: at the last part of a document, or right behind its last paragraph when that ends sooner."""
    behind = next(
        (i + 1 for i in range(len(blocks) - 1, -1, -1) if len(blocks[i].text.split()) > _HEAD_BLOCKS), len(blocks)
    )
    return min(int(len(blocks) * _TAIL_PART), max(behind, len(blocks) - _TAIL_MOST))


def _letterhead(document: Document, register: Register) -> Iterator[Named]:
    for block in _printed(document)[:_HEAD_BLOCKS]:
        for line in block.text.splitlines():
            named = list(find_organisations(line, register))
            if named and (_only_names(line, named) or line[named[0].end :].startswith((",", " -", " –", " |"))):
                yield from named


def _running(document: Document, register: Register) -> tuple[str, ...]:
    """The one organisation that heads and feet of the pages name, where nothing else names any."""
    edges = (b.text for b in document.blocks if b.role in {Role.HEADER, Role.FOOTER} and not b.hidden)
    named = _unique(n.name for text in edges for n in find_organisations(text, register))
    return named if len(named) == 1 else ()


def _printed(document: Document) -> list[Block]:
    return [
        b
        for b in document.blocks
        if b.role not in {Role.HEADER, Role.FOOTER, Role.COMMENT} and not b.hidden and b.change != "deleted"
    ]
