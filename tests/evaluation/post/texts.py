"""Dutch texts of a page in the style of a signal, and one change to each of them. The same seed gives the same text."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

_SENTENCES = (
    "In {year} zijn in {place} {n} bedrijven bezocht, waarvan er {m} niet in het register stonden.",
    "De gemeente {place} kan op grond van artikel {article} geen vergunning weigeren.",
    "Van de onderzochte panden was {n} procent niet verhuurd aan de persoon op het contract.",
    "Wij vragen de minister van {ministry} om artikel {article} van de wet aan te vullen.",
    "De schade bedroeg in {year} ten minste {amount} euro en komt ten laste van de ondernemers.",
    "Het toezicht sluit niet aan op de werkwijze die wij in {place} en {other} hebben gezien.",
    "De minister van {ministry} heeft in {year} laten weten dat een wijziging wordt overwogen.",
    "Uit {n} dossiers blijkt dat geen van de betrokkenen om een legitimatie is gevraagd.",
    "Een melding bij het loket moet binnen {n} dagen worden gedaan, anders vervalt de aanspraak.",
    "De kosten van de maatregel zijn beperkt tot {amount} euro per jaar voor alle gemeenten samen.",
    "In de regio {place} kan de politie pas ingrijpen nadat de eigenaar aangifte heeft gedaan.",
    "Het rapport van {other} uit {year} noemt dezelfde oorzaak en stelt {m} maatregelen voor.",
    "De bestaande regels zijn niet bedoeld voor deze vorm van handel en bieden geen houvast.",
    "Op {n} oktober {year} hebben de partners hun bevindingen met elkaar gedeeld.",
    "De drempel van {amount} euro is niet gekozen met het oog op dit soort betalingen.",
    "De burgemeester van {other} mag een pand sluiten, maar niet de onderneming die er staat.",
    "Bij {m} van de {n} controles is geen administratie aangetroffen.",
    "Zonder wijziging van artikel {article} blijft het misbruik mogelijk, ook buiten {place}.",
    "De aanbeveling is uitvoerbaar omdat de gegevens al bij {other} aanwezig zijn.",
    "Er zijn in {year} meer dan {n} signalen ontvangen over dezelfde werkwijze.",
    "De gevraagde bevoegdheid geldt alleen voor bedrijven met meer dan {m} klanten.",
    "Deze werkwijze is niet beperkt tot {place}; ook elders wordt zij gezien.",
)
_PLACES = (
    "Wolfsdal",
    "Oosterwaard",
    "Haverbeek",
    "Lindervoort",
    "Zandstreek",
    "Meerdijk",
    "Veenrade",
    "Ravenmeer",
    "Kolkwijk",
)
_MINISTRIES = (
    "Financiën",
    "Justitie en Veiligheid",
    "Volkshuisvesting",
    "Economische Zaken",
    "Binnenlandse Zaken",
    "Landbouw",
)
_MODAL = (("kan", "moet"), ("moet", "kan"), ("mag", "moet"), ("alleen", "ook"), ("meer", "minder"), ("alle", "enkele"))
_SENTENCES_A_PAGE = 21

Words = list[str]


@dataclass(frozen=True, slots=True)
class Change:
    """What was changed: the word (from 0) of the text, its kind, and both readings."""

    kind: str
    word: int
    frozen: str
    scan: str


def page(draw: random.Random) -> list[Words]:
    """The paragraphs of a page, each a list of words."""
    chosen = draw.sample(_SENTENCES, _SENTENCES_A_PAGE)
    filled = [_filled(sentence, draw).split() for sentence in chosen]
    return [[word for sentence in filled[n : n + 3] for word in sentence] for n in range(0, len(filled), 3)]


def _filled(sentence: str, draw: random.Random) -> str:
    place, other = draw.sample(_PLACES, 2)
    amount = f"{draw.randint(2, 980)}.{draw.choice(('000', '500', '250'))}"
    numbers = {
        "n": draw.randint(11, 390),
        "m": draw.randint(2, 48),
        "year": draw.randint(2015, 2026),
        "article": draw.randint(2, 240),
    }
    return sentence.format(place=place, other=other, amount=amount, ministry=draw.choice(_MINISTRIES), **numbers)


def changed(paragraphs: list[Words], draw: random.Random) -> tuple[list[Words], Change]:
    """The page with one word changed, dropped or put in; which kind is drawn first, so that each occurs as often."""
    kinds = list(_CHANGES)
    draw.shuffle(kinds)
    words = [word for paragraph in paragraphs for word in paragraph]
    for kind in kinds:
        places = [
            n for n, word in enumerate(words) if _CHANGES[kind](word, words[n - 1] if n else "", draw) is not None
        ]
        if places:
            at = draw.choice(places)
            new = _CHANGES[kind](words[at], words[at - 1] if at else "", draw) or ""
            return _replaced(paragraphs, at, new), Change(kind, at, words[at], new)
    raise ValueError("a page in which nothing can be changed")


def _replaced(paragraphs: list[Words], at: int, new: str) -> list[Words]:
    out, number = [], 0
    for paragraph in paragraphs:
        kept = []
        for word in paragraph:
            kept += new.split() if number == at else [word]
            number += 1
        out.append(kept)
    return out


def _digit(word: str, draw: random.Random) -> str:
    """The number with one digit another one."""
    places = [n for n, sign in enumerate(word) if sign.isdigit()]
    at = draw.choice(places)
    other = draw.choice([d for d in "0123456789" if d != word[at] and not (d == "0" and at == places[0])])
    return word[:at] + other + word[at + 1 :]


def _other_year(word: str, before: str, draw: random.Random) -> str | None:
    return _digit(word, draw) if word.strip(".,").isdigit() and len(word.strip(".,")) == 4 else None


def _other_amount(word: str, before: str, draw: random.Random) -> str | None:
    return _digit(word, draw) if word[:1].isdigit() and "." in word.strip(".,") else None


def _other_number(word: str, before: str, draw: random.Random) -> str | None:
    plain = word.strip(".,")
    return _digit(word, draw) if plain.isdigit() and len(plain) < 4 and before != "artikel" else None


def _other_article(word: str, before: str, draw: random.Random) -> str | None:
    return _digit(word, draw) if before == "artikel" and word[:1].isdigit() else None


def _no_negation(word: str, before: str, draw: random.Random) -> str | None:
    return "" if word == "niet" else None


def _een_for_geen(word: str, before: str, draw: random.Random) -> str | None:
    return "een" if word == "geen" else None


def _geen_for_een(word: str, before: str, draw: random.Random) -> str | None:
    return {"een": "geen", "Een": "Geen"}.get(word)


def _negation_put_in(word: str, before: str, draw: random.Random) -> str | None:
    return f"niet {word}" if before in {"is", "zijn", "kan", "wordt", "geldt", "mag"} and word != "niet" else None


def _other_minister(word: str, before: str, draw: random.Random) -> str | None:
    known = [name for name in _MINISTRIES if " " not in name]
    return draw.choice([name for name in known if name != word]) if word in known and before == "van" else None


def _other_place(word: str, before: str, draw: random.Random) -> str | None:
    plain = word.rstrip(".,;")
    return draw.choice([p for p in _PLACES if p != plain]) + word[len(plain) :] if plain in _PLACES else None


def _other_modal(word: str, before: str, draw: random.Random) -> str | None:
    return dict(_MODAL).get(word)


_CHANGES: dict[str, Callable[[str, str, random.Random], str | None]] = {
    "year": _other_year,
    "amount": _other_amount,
    "number": _other_number,
    "article": _other_article,
    "negation_dropped": _no_negation,
    "geen_een": _een_for_geen,
    "een_geen": _geen_for_een,
    "negation_added": _negation_put_in,
    "minister": _other_minister,
    "place": _other_place,
    "modal": _other_modal,
}
