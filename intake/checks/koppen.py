"""What a heading announces: a section of the format, items of it, or nothing that the format knows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from rapidfuzz import fuzz

from intake.documents.text import could_be_heading
from intake.formats.signaal import Format, load_format
from intake.model import Block, Role
from intake.text import fold

_NUMBER = re.compile(
    r"^\s*(?:(?:hoofdstuk|paragraaf|deel|chapter)\s+)?(?:\d{1,2}(?:\.\d{1,2})*[.)]?|[ivx]{1,5}[.)]|[a-h][.)])\s+",
    re.IGNORECASE,
)
_BOX = re.compile(r"^\s*[☐☑☒✓✔□■▪•·\uf0a7\uf0b7\-–]+\s*")
_TICKED = re.compile(r"^\s*[☐☑☒✓✔□]")
_RUN_IN = re.compile(r"^(?P<label>[^.:;?!\n]{3,60}?)(?P<mark>[:.?]|\s[–-])\s+(?P<rest>\S.{12,})$", re.DOTALL)
_MAX_WORDS = 16
_LABEL_WORDS = 5
_CHAPTER_WORDS = 3
_TEMPLATE_LIKENESS = 84
_SOURCE_MARK = re.compile(r"\W*bron(nen)?\W+\w{1,3}\W*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Kop:
    """What a heading says: its words, the section it opens ("" = unknown) and the items it names."""

    text: str
    section: str = ""
    items: frozenset[str] = frozenset()


def bare(text: str) -> str:
    """A heading without tick box, bullet, number and colon."""
    return _NUMBER.sub("", _BOX.sub("", text.strip().lstrip("[<{"))).strip(" :\t]>}")


@lru_cache(maxsize=512)
def read_heading(text: str) -> Kop:
    """What the words of a heading announce."""
    form, words = load_format(), fold(bare(text))
    items = frozenset(i.id for i in form.items if i.headings.search(words))
    homes = {form.item(i).section for i in items}
    return Kop(text.strip(), homes.pop() if len(homes) == 1 else _named_section(form, words), items)


def _named_section(form: Format, words: str) -> str:
    found = [
        (max(len(m.group()) for m in s.headings.finditer(words)), s.id)
        for s in form.sections
        if s.headings.search(words)
    ]
    return max(found)[1] if found else ""


def is_heading(block: Block, text: str) -> bool:
    """Whether a block heads what follows: by its style, its type, its capitals, or because it asks what the format asks."""
    line = text.strip()
    if is_instruction(line):
        return True
    if load_format().furniture.match(fold(line)) or (block.role is not Role.HEADING and _answers(line)):
        return False
    if not could_be_heading(line.rstrip(":")) or len(line.split()) > _MAX_WORDS:
        return False
    if block.role is Role.HEADING or block.bold:
        return True
    if block.role not in {Role.PARAGRAPH, Role.CELL, Role.LIST_ITEM, Role.FOOTNOTE}:
        return False
    return _speaks_as_heading(line)


def _answers(line: str) -> bool:
    """Whether a line gives its own answer ("Indiener: Omgevingsdienst Zuid"): no heading then, however short."""
    label, colon, rest = line.partition(": ")
    return bool(colon and rest.strip()) and len(label.split()) <= _LABEL_WORDS and bool(read_heading(label).items)


def _speaks_as_heading(line: str) -> bool:
    """Plain type: all capitals, or few words that name a part of the format."""
    if _SOURCE_MARK.match(line):
        return False
    kop = read_heading(line)
    known = bool(kop.section or kop.items)
    words = len(bare(line).split())
    if line.isupper() and words <= _MAX_WORDS // 2:
        return known
    asks = line.endswith("?") and words <= _MAX_WORDS
    return known and (asks or words <= _LABEL_WORDS) and bare(line)[:1].isupper()


@cache
def _questions() -> tuple[str, ...]:
    """The brochure's own words for each item, folded once."""
    return tuple(fold(item.question) for item in load_format().items)


def is_instruction(line: str) -> bool:
    """Whether this is the template speaking: a ticked line, or the brochure's own words for an item."""
    form, words = load_format(), fold(bare(line))
    if _TICKED.match(line) and (form.instruction.match(words) or could_be_heading(line.rstrip(".;"))):
        return True
    likeness = max(fuzz.ratio(words.rstrip(".;"), question.rstrip(".")) for question in _questions())
    boxed = re.fullmatch(r"\s*[\[<{].*[\]>}]\W*", line) is not None
    told = form.instruction.match(words) is not None
    return likeness >= _TEMPLATE_LIKENESS or (told and (boxed or _is_template_sentence(words)))


def _is_template_sentence(words: str) -> bool:
    return (
        len(words.split()) <= 2 * _MAX_WORDS
        and max(fuzz.partial_ratio(words.rstrip(".;"), question) for question in _questions()) >= _TEMPLATE_LIKENESS - 4
    )


def split_run_in(text: str) -> tuple[Kop | None, str]:
    """A heading at the start of its paragraph ("Beoogd effect. Achter ieder bezit …"), and the rest of the paragraph."""
    found = _RUN_IN.match(text) or _RUN_IN.match(_NUMBER.sub("", text))
    if not found or len(found["label"].split()) > _LABEL_WORDS:
        return None, text
    kop = read_heading(found["label"])
    chapter = kop.section and len(found["label"].split()) <= _CHAPTER_WORDS and found["mark"] in ".:"
    if not (kop.items or chapter) or (found["mark"] == "." and not bare(found["label"])[:1].isupper()):
        return None, text
    return kop, found["rest"]
