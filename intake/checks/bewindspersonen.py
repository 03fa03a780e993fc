"""Which ministers and state secretaries a signal asks something of (brochure §3.1, Conclusie/aanbevelingen), as written there.

A minister counts who stands in a recommendation, or to whom the signal says it is addressed. One who is only named beside
another ("in afstemming met", "samen met") or in passing does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from intake.checks.passages import Passage
from intake.formats.ambten import Ambten, load_ambten
from intake.formats.signaal import load_format
from intake.model import Register
from intake.text import fold, sentences

_SPACE = re.compile(r"\s+")
_ONLY_HE = re.compile(r"\b(alleen|uitsluitend|slechts)\b.{0,30}\b(minister|staatssecretaris)")
_ASKING = r"(?:verzoek|verzoeken|vraag|vragen|adviseer|adviseren|roep|roepen|geef|geven|stel|stellen)"
_TO_YOU = re.compile(
    rf"\b(?:wij|we|ik)\b.{{0,20}}\b{_ASKING}\b.{{0,20}}\b(?:u|uw)\b|\b{_ASKING} (?:wij|we|ik) (?:u|uw)\b"
    r"|\b(?:we|i) (?:ask|request|urge|invite) you\b|\bzou u\b"
    r"|\bu (?:kunt|zou|kan)\b.{0,80}\b(?:invoeren|regelen|wijzigen|opnemen|verplichten|laten)\b"
)
_FEW, _NEXT = 5, 3
_RECOMMENDS = "conclusie_aanbevelingen"


@dataclass(frozen=True, slots=True)
class Mention:
    """A minister named in a passage: the name as written out, the sentence, and whether only named beside another."""

    name: str
    sentence: str
    passage: Passage
    beside: bool
    asks: bool


def ministers_named(passages: Sequence[Passage], parts: Sequence[str], register: Register) -> tuple[Mention, ...]:
    """The mentions that make a minister an addressee, first of each; recommendations first, explicit addressing only without them.

    `parts` are the sections of the passages, as `secties.settle` gives them.
    """
    ambten = load_ambten(register)
    said = [(m, part) for p, part in zip(passages, parts, strict=True) for m in _mentions(p, ambten)]
    asked = [_followed(m, passages, parts) for m, part in said if part == _RECOMMENDS and not m.beside]
    if not any(m.asks for m in asked):
        asked = [m for m, _ in said if m.asks and not m.beside and _explains(m)]
    if not asked:
        asked = [m for m, _ in said if not m.beside and _speaks("addressed", m.sentence)]
        asked = [_asked_in_person(m, passages) for m in asked]
    first: dict[str, Mention] = {}
    for mention in asked:
        if mention.name not in first or (mention.asks and not first[mention.name].asks):
            first[mention.name] = mention
    return tuple(first.values())


def _followed(mention: Mention, passages: Sequence[Passage], parts: Sequence[str]) -> Mention:
    """A minister named on his own, above a list or in a cell, is asked what the next passages of the recommendations say."""
    if mention.asks:
        return mention
    place = passages.index(mention.passage)
    after = [
        p
        for p, part in zip(passages[place + 1 : place + 1 + _NEXT], parts[place + 1 :], strict=False)
        if part == _RECOMMENDS
    ]
    asks = any(len(p.text.split()) >= _FEW and _speaks("asks", p.text) for p in after)
    return replace(mention, asks=asks)


def _asked_in_person(mention: Mention, passages: Sequence[Passage]) -> Mention:
    """A letter to a minister says "wij verzoeken u": what it asks, it asks of him, heading or sentence."""
    for passage in passages:
        for text in (*passage.headings[-1:], *sentences(passage.text)):
            if _TO_YOU.search(fold(text)) and len(passage.text.split()) >= _FEW:
                return replace(mention, asks=True, sentence=text, passage=passage)
    return mention


def _explains(mention: Mention) -> bool:
    return _ONLY_HE.search(fold(mention.sentence)) is None


def asks_minister(passage: Passage, register: Register) -> bool:
    """Whether a passage says what a minister can do."""
    return any(m.asks for m in _mentions(passage, load_ambten(register)))


def _mentions(passage: Passage, ambten: Ambten) -> Iterator[Mention]:
    if passage.lead:
        alone = ambten.alone(passage.lead)
        for name in [n for n, _ in ambten.find(passage.lead)] or ([alone] if alone else []):
            yield Mention(name, f"{passage.lead}: {passage.text}", passage, beside=False, asks=True)
    for name, _ in ambten.find(passage.headings[-1]) if passage.headings else ():
        yield Mention(name, passage.headings[-1], passage, beside=False, asks=len(passage.text.split()) >= _FEW)
    label = ambten.leading(passage.text)
    if label and not any(ambten.find(passage.text)):
        yield Mention(label, passage.text, passage, beside=False, asks=len(passage.text.split()) > _FEW)
    for sentence in sentences(passage.text):
        flat = _SPACE.sub(" ", sentence)
        for name, start in ambten.find(flat):
            yield Mention(name, flat, passage, _speaks("beside", flat[:start], " "), _asks(flat, passage))


def _asks(sentence: str, passage: Passage) -> bool:
    enough = len(passage.text.split(maxsplit=_FEW)) >= _FEW
    return enough and (_speaks("asks", sentence) or ":" in sentence)


def _speaks(phrase: str, text: str, end: str = "") -> bool:
    words = fold(text)
    starts = phrase == "addressed" and words.startswith(("aan de minister", "aan de staatssecretaris"))
    return starts or load_format().phrases[phrase].search(words + end) is not None


def names(mentions: Iterable[Mention]) -> tuple[str, ...]:
    """The names alone, in order of appearance."""
    return tuple(m.name for m in mentions)
