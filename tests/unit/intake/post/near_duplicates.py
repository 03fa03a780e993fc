"""Made-up signals that look alike: few themes, shared sentences, revisions of a word or a number; and what OCR makes of them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

THEMES = (
    "zelfopslag", "jachthavens", "mestvervoer", "dagbesteding", "grondbanken", "pakketkluizen", "handelaarskentekens",
    "woonboten", "cadeaukaarten", "paardenhandel",
)  # fmt: skip
_SENTENCES = (
    "Uit gegevens van {place} blijkt dat {n} van de {m} bezochte bedrijven in de branche van {theme} geen klanten registreert.",
    "De regeling die in {year} is ingevoerd kent geen plicht om de herkomst van het geld vast te leggen.",
    "In {place} is dit {n} keer vastgesteld tijdens integrale controles met de Belastingdienst en de politie.",
    "Wij verzoeken de minister om artikel {article} van de wet zo te wijzigen dat {theme} onder het toezicht valt.",
    "Het misbruik is niet beperkt tot {place}; ook {other} en {third} hebben hierover in {year} gerapporteerd.",
    "De schade wordt geraamd op {n}.000 euro per jaar en komt geheel ten laste van gemeenten en ondernemers.",
    "Een legaal proces wordt gebruikt om criminele winsten uit het zicht te houden, en het toezicht sluit daar niet op aan.",
    "De maatregel is uitvoerbaar omdat de gegevens al beschikbaar zijn bij {other} en de kosten beperkt blijven.",
    "Ondernemers in de branche van {theme} zijn niet verplicht om verdachte omstandigheden te melden bij {third}.",
    "Het beoogde effect is dat criminele samenwerkingsverbanden {theme} niet langer kunnen gebruiken.",
    "Van de {m} vergunningen die in {place} zijn verleend, is er in {year} geen enkele ingetrokken.",
    "Bij {n} locaties bleek de feitelijke gebruiker een ander dan de persoon op het contract.",
    "Voor de onderbouwing verwijzen wij naar het rapport van {other} van {year} en naar bijlage {article}.",
    "Het voorstel is proportioneel: alleen bedrijven met meer dan {n} klanten krijgen een identificatieplicht.",
    "De burgemeester van {place} heeft hiervoor geen bevoegdheid en de officier van justitie pas na aangifte.",
)
_OPENING = "Bestuurlijk signaal {theme} in {place}. Indiener: gemeente {place}. Kenmerk {mark}."
_SYLLABLES = (
    "wol",
    "meer",
    "dijk",
    "haar",
    "berg",
    "veld",
    "oor",
    "stra",
    "lin",
    "dam",
    "broek",
    "wijk",
    "hoor",
    "elst",
)
_ENDS = ("dam", "veen", "burg", "dorp", "wolde", "huizen", "gem", "lo", "um", "drecht")
_CHANGES = (
    (" niet ", " "), (" geen ", " een "), (" alleen ", " ook "), (" is uitvoerbaar ", " is niet uitvoerbaar "),
    (" beperkt ", " hoog "), (" de minister ", " de staatssecretaris "), (" meer dan ", " minder dan "),
)  # fmt: skip
_STAMP = 30
_LOOKALIKES = {
    "e": "c", "c": "e", "o": "0", "0": "o", "l": "1", "1": "l", "i": "l", "n": "ri", "m": "rn", "h": "b", "a": "o", "5": "s",
    "8": "3", "t": "f", "u": "v", "g": "q", "d": "cl",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Made:
    """A made-up text. `family` is shared by a text and its revisions."""

    ref: str
    family: int
    text: str


def texts(count: int, seed: int = 7, revised: float = 0.1) -> Iterator[Made]:
    """`count` texts of some 400 words each, of which a share has a near-identical revision right behind it."""
    draw = random.Random(seed)
    family, made = 0, 0
    while made < count:
        text = _text(draw)
        yield Made(f"BS-{made:05}", family, text)
        made += 1
        if draw.random() < revised and made < count:
            yield Made(f"BS-{made:05}", family, revision(text, draw))
            made += 1
        family += 1


def _text(draw: random.Random) -> str:
    facts = {
        "theme": draw.choice(THEMES), "place": _place(draw), "other": _place(draw), "third": _place(draw),
        "mark": f"{draw.randrange(1000, 9999)}-{draw.randrange(100, 999)}",
    }  # fmt: skip
    sentences = [_filled(_OPENING, facts, draw)]
    sentences += [_filled(s, facts, draw) for s in (*draw.sample(_SENTENCES, 13), *draw.sample(_SENTENCES, 10))]
    return "\n".join(sentences)


def _filled(sentence: str, facts: dict[str, str], draw: random.Random) -> str:
    numbers = {
        "n": str(draw.randrange(3, 99)), "m": str(draw.randrange(100, 999)), "year": str(draw.randrange(2015, 2027)),
        "article": str(draw.randrange(2, 40)),
    }  # fmt: skip
    return sentence.format(**facts, **numbers)


def _place(draw: random.Random) -> str:
    return ("".join(draw.sample(_SYLLABLES, draw.choice((1, 2)))) + draw.choice(_ENDS)).capitalize()


def revision(text: str, draw: random.Random) -> str:
    """The same text with one to three words, negations or numbers changed."""
    changed = text
    for _ in range(draw.choice((1, 1, 2, 3))):
        before = changed
        while changed == before:
            changed = _changed(before, draw)
    return changed


def _changed(text: str, draw: random.Random) -> str:
    if draw.random() < 0.5:
        old, new = draw.choice(_CHANGES)
        return text.replace(old, new, 1)
    places = [n for n, c in enumerate(text) if c.isdigit()]
    at = draw.choice(places)
    return text[:at] + draw.choice("123456789") + text[at + 1 :]


def as_read(text: str, rate: float, draw: random.Random) -> str:
    """What an engine makes of a text: about `rate` of its letters replaced, dropped or doubled, a stamp over thirty of them."""
    at = draw.randrange(len(text) - _STAMP)
    stamp = "".join(draw.choice("  .,|~a1") for _ in range(_STAMP))
    out = []
    for letter in text[:at] + stamp + text[at + _STAMP :]:
        if draw.random() >= rate:
            out.append(letter)
        elif (kind := draw.random()) < 0.6:
            out.append(_LOOKALIKES.get(letter.lower(), draw.choice("aeinrst")))
        elif kind < 0.85:
            out.append(letter + draw.choice(" .'l"))
    return "".join(out)


def pages_of(text: str, count: int = 2) -> list[str]:
    """A text over so many pages."""
    lines = text.split("\n")
    size = -(-len(lines) // count)
    return ["\n".join(lines[n : n + size]) for n in range(0, len(lines), size)]
