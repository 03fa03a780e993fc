"""The title of the signal: what its own field, its title page or its subject line calls it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from intake.checks.koppen import bare, read_heading
from intake.checks.passages import Reading
from intake.formats.organisaties import find_organisations
from intake.model import Block, Document, Place, Register, Role
from intake.text import excerpt, fold

_QUOTED = r"[‘“\"'„«](?P<quoted>[^‘“\"„«»\n]{4,160}?)[’”\"'»](?!\w)"
_ANNOUNCED = re.compile(
    rf"(?i)(?:(?:bestuurlijk signaal|signaal|titel)(?: (?:over|inzake|met als titel|genaamd))?|getiteld|genaamd|"
    rf"gedoopt|geheten|heet|onder de (?:naam|titel)|titled|entitled|called)[:,]? {_QUOTED}"
)
_WHOLE_QUOTE = re.compile(rf"^\W*{_QUOTED}\W*$")
_PREFIX = re.compile(
    r"(?i)^(?:(?:formele )?(?:indiening|aanbieding|inzending|toezending|betreft)(?: van)?(?: het| een)?:? )?(?:concept[- ]?)?"
    r"(?:het |een )?(?:bestuurlijk|bestuurlijke) signa(?:al|len)\b(?: \(vertrouwelijk\))?"
    r"(?:\s*[:–-]|\s+(?:over|inzake|betreffende|met betrekking tot|m\.?b\.?t\.?|getiteld|met als titel|genaamd))?\s+"
    r"|(?i:^administrative signal\s*[:–-]\s+)"
)
_SUBJECT_PREFIX = re.compile(
    r"(?i)^(?:(?:formele )?(?:indiening|aanbieding|inzending|toezending)(?: van)? )?(?:het |een |ons |onze )?"
    r"(?:signaal(?:\s*[:–-]|\s+(?:over|inzake|betreffende|rond(?:om)?|met betrekking tot|m\.?b\.?t\.?|getiteld))"
    r"|(?:eerste |ruwe )?(?:opzet|aanzet|conceptversie|werkversie|kladversie)\s*[:–-])\s+"
)
_REFERENCE = re.compile(r"^\[?[A-Za-z][\w./-]*\d[\w./-]*\]?[\s:–-]+(?=.*signaal)", re.IGNORECASE)
_KIND_FIRST = re.compile(r"(?i)^(?:nota|memo|notitie|rapport|brief)\s*[:–]\s+")
_ALSO = re.compile(r"(?i)(?:,|\s[–-])\s*(?:een |ons |het )?bestuurlijk signaal\b[^:]{0,80}$")
_IN_LINE = re.compile(r"(?:^|\s)(?:Onderwerp|Betreft|Subject)\s*:\s+(?P<subject>\S.{4,200})$", re.DOTALL)
_REMARK = r"(?:bestuurlijk signaal|vertrouwelijk|definitief|concept|versie [\d.]+|v\d[\d.]*)"
_SUFFIX = re.compile(rf"(?i)\s*[(\[–-]*\s*{_REMARK}(?:[,;]?\s+{_REMARK})*\W*$")
_KINDS = re.compile(
    r"(?i)^\W*(?:format |het )?(?:bestuurlijk signaal|bestuurlijke signalen|memo|nota|notitie|(?:onderzoeks)?rapport|brief|"
    r"vertrouwelijk|concept|inhoudsopgave|inhoud|advies|format|voorblad|titelblad|omslag|colofon|leeswijzer|voorwoord|inleiding|"
    r"(?:management|publieks)?samenvatting|formulier(?: bestuurlijk signaal)?|summary|introduction|"
    r"administrative signal)(?: \(?(?:vertrouwelijk|concept|administrative signal)\)?)?\W*$"
)
_ABOUT_MAIL = re.compile(
    r"\d|\b(brief|signaal|signalen|indien\w*|aanbied\w*|toezend\w*|inzend\w*|stukk?(en)?|bijlagen?|scan|mail|bericht|concept\w*|"
    r"versie|opzet|document\w*|rapport|memo|nota|notitie|vertrouwelijk|getekend\w*|ondertekend\w*|burgemeester|minister|submission|"
    r"signal|letter|aanvulling|correctie|vraag|verzoek|nieuw\w*|definitief|test|dringend|urgent|re|fw|fwd)\b"
)
_NEXT_LABEL = re.compile(r"\s+[A-Z][a-z]+(?: [a-z]+){0,2}:\s.*$", re.DOTALL)
_TITLE_FIELDS = (
    "titel",
    "werktitel",
    "titel van het signaal",
    "titel signaal",
    "naam van het signaal",
    "naam signaal",
    "title",
)
_SUBJECT_FIELDS = (
    "onderwerp",
    "onderwerp van het signaal",
    "betreft",
    "betr",
    "betr.",
    "over",
    "inzake",
    "subject",
    "re",
)
_JUNK_META = re.compile(
    r"(?i)(microsoft word|\.(docx?|pdf|odt|html?|rtf|txt|pptx?|tmp)$|^document\d*$|^untitled|^scan|powerpoint|^print)"
)
_LINE_WORDS = (3, 14)
_SALUTED = re.compile(r"(?i)\s*(geachte?|beste|dear|excellentie|goede(morgen|middag|ndag|navond)|aan\b|t\.a\.v)")
_NAMELIKE = re.compile(r"[^\d:;.,@|]{8,120}[^\d:;.,@|!]")
_TOP = 16
_LARGER = 1.15
_STAMP = re.compile(
    r"(?i)^\W*(?:ontvangen|ingekomen|ingeboekt|geregistreerd|gezien|kopie|afschrift|origineel|"
    r"(?:strikt |zeer )?vertrouwelijk|dep\.)(?:\W|$)"
)
_STAMP_WORDS = 6
_OFFICE_UNIT = re.compile(
    r"(?i)^(?:kabinet|directie|afdeling|dienst|bureau|team|cluster|sector|staf|stafbureau|bestuurssecretariaat|bestuursbureau|eenheid"
    r"|college van|domein|programma|office of)\b"
)
_TITLE_LINE = re.compile(r"(?im)^\s*(?:werk)?titel(?: van het signaal)?\s*:\s*(?P<title>\S.{3,160})$")
_LONGEST = 170
_LETTERS = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class Title:
    """The words of the title, where they stand, and the index of their block (-1 where it is no block of its own)."""

    text: str
    place: Place
    index: int = -1


def find_title(document: Document, reading: Reading, register: Register) -> Title | None:
    """The title, or None where nothing calls the document by a name."""
    for source in (
        _field(document, reading, _TITLE_FIELDS),
        _largest(document, register),
        _field(document, reading, _SUBJECT_FIELDS),
        _in_line(document),
        _beneath_kind(document, register),
        _announced(document, reading),
        _first_heading(document, register),
        _plain_line(document, register),
    ):
        found = next(source, None)
        if found is not None:
            return found
    text = document.title.strip()
    return Title(tidy(text), Place(document.name)) if text and not _JUNK_META.search(text) else None


def title_in_mail(text: str) -> str | None:
    """The title that a mail or covering letter gives the signal it brings, between quotes; None where it gives none."""
    line = _TITLE_LINE.search(text)
    found = _ANNOUNCED.search(" ".join(text.split()))
    return tidy(line["title"]) if line else tidy(found["quoted"]) if found else None


def title_in_subject(subject: str, *, announced: bool = False) -> str | None:
    """The subject of a mail as title, where it is a name of its own and says nothing about the mail, a letter or a number.

    `announced` asks for more: that words like "bestuurlijk signaal over" or "opzet:" stand before it.
    """
    plain = _REFERENCE.sub("", subject.strip())
    if announced and not (_SUBJECT_PREFIX.match(plain) or _PREFIX.match(plain)):
        return None
    name = tidy(_SUBJECT_PREFIX.sub("", plain))
    named = len(name.split()) > 1 or name.lower() != subject.strip().lower()
    return name if name and named and not _ABOUT_MAIL.search(fold(name)) else None


def tidy(text: str) -> str:
    """A title without "bestuurlijk signaal", quotes and remarks on its version."""
    flat = _SUFFIX.sub("", " ".join(text.split())).strip()
    flat = _KIND_FIRST.sub("", _PREFIX.sub("", _ALSO.sub("", flat)).strip())
    whole = _WHOLE_QUOTE.match(flat)
    flat = (whole["quoted"] if whole else flat).strip(" ;,")
    return flat[:1].upper() + flat[1:]


def _field(document: Document, reading: Reading, labels: tuple[str, ...]) -> Iterator[Title]:
    for field in reading.fields:
        if field.label in labels and not _KINDS.match(field.value):
            value = _NEXT_LABEL.sub("", field.value.strip())
            yield Title(tidy(value), Place(document.name, field.page, excerpt(value)), field.index)


def _in_line(document: Document) -> Iterator[Title]:
    """A subject behind the date, where a reader joined the lines of a letterhead."""
    for index, block in _top(document):
        found = _IN_LINE.search(block.text)
        if found and len(block.text) <= 2 * _LONGEST and not _KINDS.match(found["subject"]):
            yield Title(tidy(found["subject"]), Place(document.name, block.page, excerpt(block.text)), index)


def _top(document: Document) -> list[tuple[int, Block]]:
    shown = [
        (i, b)
        for i, b in enumerate(document.blocks)
        if b.role not in {Role.HEADER, Role.FOOTER, Role.COMMENT} and not b.hidden and b.change != "deleted"
    ]
    return [(i, b) for i, b in shown[:_TOP] if b.page in {None, 1}]


def _is_stamp(text: str) -> bool:
    """What a post room or a secretary stamps on a page, however large: "ONTVANGEN 12 NOV. 2026"."""
    return len(text.split()) <= _STAMP_WORDS and _STAMP.match(text) is not None


def _could_be(block: Block, register: Register) -> bool:
    text = " ".join(block.text.split())
    if not 0 < len(text) <= _LONGEST or _KINDS.match(text) or not _LETTERS.search(text) or text[-1] in ",;":
        return False
    if _is_stamp(text) or _is_letterhead(text, register):
        return False
    kop = read_heading(text)
    return not (kop.items or kop.section) or len(bare(text).split()) > _HEADING_WORDS


_HEADING_WORDS = 3


def _is_letterhead(text: str, register: Register) -> bool:
    """Whether a line is the name of a partner and little more, or of anybody who is called as public bodies are."""
    if any(_heads_paper(text, o.name) for o in register.organisations):
        return True
    named = next(find_organisations(text.title() if text.isupper() else text, register), None)
    return named is not None and named.start == 0 and named.end >= len(text)


def _heads_paper(text: str, organisation: str) -> bool:
    """Whether a line is the name of an organisation, with at most one of its units behind it: a letterhead."""
    return fold(text).startswith(fold(organisation)) and len(text.split()) - len(organisation.split()) <= _HEADING_WORDS


def _largest(document: Document, register: Register) -> Iterator[Title]:
    """The line in the largest type at the top, where it is larger than the text."""
    sizes = sorted(b.size for b in document.blocks if b.size and len(b.text) > _LONGEST) or sorted(
        b.size for b in document.blocks if b.size
    )
    top = [(i, b) for i, b in _top(document) if b.size and not b.cell and not _is_stamp(b.text)]
    if not sizes or not top:
        return
    height = max(b.size for _, b in top)
    if height < sizes[len(sizes) // 2] * _LARGER:
        return
    lines = [(i, b) for i, b in top if b.size >= height - 0.3]
    first = next(((i, b) for i, b in lines if _could_be(b, register)), None)
    if first and sum(1 for b in document.blocks if b.size >= height - 0.3) <= _HEADING_WORDS:
        joined = " ".join(b.text for i, b in lines if i >= first[0] and i - first[0] <= 1 and _could_be(b, register))
        yield Title(tidy(joined), Place(document.name, first[1].page, excerpt(joined)), first[0])


def _beneath_kind(document: Document, register: Register) -> Iterator[Title]:
    """The line under "Bestuurlijk signaal", or behind it on the same line."""
    top = _top(document)
    for (_, kind), (index, block) in pairwise(top):
        if (
            _KINDS.match(kind.text)
            and "signaal" in kind.text.lower()
            and _could_be(block, register)
            and len(block.text.split()) > 1
        ):
            yield Title(tidy(block.text), Place(document.name, block.page, excerpt(block.text)), index)
    for index, block in top:
        if (
            _PREFIX.match(block.text + " ")
            and len(block.text) <= _LONGEST
            and re.match(r"(?i)bestuurlijk signaal\s*[:–-]", block.text)
        ):
            yield Title(tidy(block.text), Place(document.name, block.page, excerpt(block.text)), index)


def _announced(document: Document, reading: Reading) -> Iterator[Title]:
    for passage in reading.passages[:_TOP]:
        found = _ANNOUNCED.search(passage.text)
        if found:
            yield Title(tidy(found["quoted"]), Place(document.name, passage.page, excerpt(passage.text)))


def _is_capitals(text: str) -> bool:
    """A line set in capitals, which some use for type: three words, no number."""
    return text.isupper() and len(text.split()) >= _HEADING_WORDS and not any(c.isdigit() for c in text)


def _first_heading(document: Document, register: Register) -> Iterator[Title]:
    top = _top(document)
    units = {
        index
        for (_, above), (index, block) in pairwise(top)
        if _is_letterhead(above.text.strip(), register) and _OFFICE_UNIT.match(block.text)
    }
    for index, block in top:
        if (
            (block.role is Role.HEADING or block.bold or _is_capitals(block.text.strip()))
            and index not in units
            and not block.cell
            and _could_be(block, register)
            and len(block.text.split()) > 1
        ):
            yield Title(tidy(block.text), Place(document.name, block.page, excerpt(block.text)), index)
    for index, block in _top(document)[:1]:
        if block.role is Role.HEADING and not block.cell and _could_be(block, register):
            yield Title(tidy(block.text), Place(document.name, block.page, excerpt(block.text)), index)


def _plain_line(document: Document, register: Register) -> Iterator[Title]:
    """In type like the rest: a short line alone between the letterhead and the text that names something, and ends as names do."""
    for index, block in _top(document):
        words = block.text.split()
        if len(words) > _LINE_WORDS[1] or _SALUTED.match(block.text):
            return
        named = any(True for _ in find_organisations(block.text, register))
        if (
            len(words) >= _LINE_WORDS[0]
            and not named
            and _NAMELIKE.fullmatch(block.text)
            and _could_be(block, register)
        ):
            yield Title(tidy(block.text), Place(document.name, block.page, excerpt(block.text)), index)
