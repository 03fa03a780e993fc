"""The ten items and four sections of the brochure (§3.1), judged by content: is it argued, by which words, on which page.

An item is there when a passage argues it. A heading, a line of a table of contents, template text left standing, "n.v.t." or a
promise argues nothing. Two readings decide together: turns of phrase that argue the item (`bewijs`), and what each paragraph is
about in the order in which signals are written (`alineas`); either one is enough. Every verdict rests on the passage in which
it is found, or, where it is not, on the nearest one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from intake.checks.alineas import Placed, place_items
from intake.checks.bewijs import Evidence, weigh
from intake.checks.bewindspersonen import Mention, asks_minister, ministers_named, names
from intake.checks.indieners import Submitters, find_submitters
from intake.checks.passages import Passage, Reading, read_passages
from intake.checks.secties import settle
from intake.checks.titel import Title, find_title
from intake.formats.signaal import Item, load_format
from intake.model import Document, Finding, Place, Register, Verdict
from intake.text import excerpt, fold, sentences

_SUBMITTERS, _ACTION, _SOURCES = "indieners", "bewindspersoon_actie", "bronnen"
_RECOMMENDS = "conclusie_aanbevelingen"
_SURE, _LIKELY = 0.95, 0.8
_EVEN = 0.35
_SHORT = 15


@dataclass(frozen=True, slots=True)
class Parts:
    """What a document says of itself and of the format: `sections` and `elements` by id, one finding for each item.

    Findings: rule is the item's id, reason `argued` | `not_argued` | `no_text`, values the names of the cues that matched.
    """

    title: str | None = None
    organisations: tuple[str, ...] = ()
    ministers: tuple[str, ...] = ()
    sections: Mapping[str, bool] = field(default_factory=dict)
    elements: Mapping[str, bool] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


def judge_parts(document: Document, register: Register) -> Parts:
    """Judge one document against the format; without any text every item is undetermined and counted as not there."""
    reading = read_passages(document)
    if not reading.passages:
        return _nothing_to_read(document)
    title = find_title(document, reading, register)
    reading = _without_title(reading, title)
    parts = settle(reading.passages)
    submitters = find_submitters(document, reading, parts, register)
    asked = ministers_named(reading.passages, parts, register)
    passages, places = _pleading(reading.passages, parts, register)
    evidence = weigh([i for i in load_format().items if i.cues], passages, places)
    placed = place_items([p for p in reading.passages if not _is_form(p.text)], register)
    argued = tuple(_finding(i, document, evidence.get(i.id), placed.get(i.id)) for i in load_format().items if i.cues)
    if submitters.shown and _is_whole(argued):
        submitters = replace(submitters, stated=True)
    findings = (
        *(_names_finding(i, document, submitters, asked) for i in load_format().items if not i.cues),
        *argued,
    )
    elements = {f.rule: f.verdict is Verdict.PASS for f in findings}
    sections, elements = _consistent(elements)
    return Parts(
        title=title.text if title else None,
        organisations=submitters.names,
        ministers=names(asked),
        sections=sections,
        elements=elements,
        findings=tuple(_agreeing(f, elements) for f in findings),
    )


def _is_whole(argued: Sequence[Finding]) -> bool:
    """Whether a document argues items of two sections or more: a signal, and not a part sent after it."""
    form = load_format()
    return (
        len({form.item(f.rule).section for f in argued if f.verdict is Verdict.PASS and not form.item(f.rule).shared})
        > 1
    )


def _nothing_to_read(document: Document) -> Parts:
    form = load_format()
    return Parts(
        sections={s.id: False for s in form.sections},
        elements={i.id: False for i in form.items},
        findings=tuple(
            Finding(i.id, Verdict.UNDETERMINED, "no_text", Place(document.name), confidence=0.0) for i in form.items
        ),
    )


def _without_title(reading: Reading, title: Title | None) -> Reading:
    """The title is no heading and argues nothing, whatever words it holds."""
    if title is None or title.index < 0:
        return reading
    return replace(reading, passages=tuple(p for p in reading.passages if p.index != title.index))


def _pleading(passages: Sequence[Passage], parts: Sequence[str], register: Register) -> tuple[list[Passage], list[str]]:
    """The passages without what argues no item: letter furniture, the desk's conditions, and what a minister is asked to do."""
    kept: list[tuple[Passage, str]] = []
    for passage, part in zip(passages, parts, strict=True):
        text = " ".join(s for s in sentences(passage.text) if _pleads(s, passage, part, register))
        if text:
            kept.append((replace(passage, text=text), part))
    return [p for p, _ in kept], [part for _, part in kept]


def _pleads(sentence: str, passage: Passage, part: str, register: Register) -> bool:
    if _is_form(sentence):
        return False
    return part != _RECOMMENDS or not asks_minister(replace(passage, text=sentence, lead=""), register)


def _is_form(text: str) -> bool:
    """Whether this is the form of a letter (address, salutation, close) or the desk's conditions."""
    words, form = fold(text), load_format()
    return form.furniture.match(words) is not None or form.conditions.search(words) is not None


def _names_finding(item: Item, document: Document, submitters: Submitters, asked: Sequence[Mention]) -> Finding:
    """The verdict on an item that rests on names: who submits, and which minister is asked what."""
    if item.id == _SUBMITTERS:
        place = submitters.place or Place(document.name)
        return _verdict(item.id, submitters.stated, place, (), _SURE if submitters.names else _LIKELY)
    mention = next((m for m in asked if m.asks), None)
    place = Place(document.name, mention.passage.page, excerpt(mention.sentence)) if mention else Place(document.name)
    return _verdict(item.id, mention is not None, place, names(asked), _SURE if mention else _LIKELY)


def _finding(item: Item, document: Document, evidence: Evidence | None, placed: Placed | None) -> Finding:
    """The verdict on an item that is argued in words."""
    chance = placed.chance if placed and (item.shared or _says_enough(item, placed.passage)) else 0.0
    if evidence is not None and (evidence.carries or placed is None or (item.shared and chance < _EVEN)):
        passage, quote = evidence.passage, evidence.quote
        confidence = max(evidence.confidence, chance) if evidence.carries else evidence.confidence
    elif placed is not None:
        passage, confidence = placed.passage, max(chance, 1 - chance)
        quote = max(sentences(passage.text), key=lambda s: item.score(fold(s)), default=passage.text)
    else:
        return _verdict(item.id, False, Place(document.name), (), _LIKELY)
    found = (evidence is not None and evidence.carries) or chance >= _EVEN
    place = Place(document.name, passage.page, excerpt(quote))
    return _verdict(item.id, found, place, item.reasons(fold(passage.text)), round(confidence, 2))


def _says_enough(item: Item, passage: Passage) -> bool:
    """A short sentence without one cue argues nothing, wherever it stands; a named answer may be short."""
    return item.id in passage.named or len(passage.text.split()) >= _SHORT or item.score(fold(passage.text)) > 0


def _verdict(rule: str, found: bool, place: Place, values: tuple[str, ...], confidence: float) -> Finding:
    verdict, reason = (Verdict.PASS, "argued") if found else (Verdict.FAIL, "not_argued")
    return Finding(rule, verdict, reason, place, values, confidence)


def _consistent(elements: Mapping[str, bool]) -> tuple[dict[str, bool], dict[str, bool]]:
    """A section is there when one of its items is; a list of sources alone is no findings. Without its section no item is there."""
    form = load_format()
    sections = {s.id: any(elements[i.id] for i in form.of_section(s.id) if not i.shared) for s in form.sections}
    return sections, {i.id: elements[i.id] and sections[i.section] for i in form.items}


def _agreeing(finding: Finding, elements: Mapping[str, bool]) -> Finding:
    if finding.verdict is Verdict.PASS and not elements[finding.rule]:
        return replace(finding, verdict=Verdict.FAIL, reason="section_missing")
    return finding
