"""The stack of sheets: which frozen pages are missing or out of order, and what the sheets are that are no frozen page. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from intake.post.comparison import Benign, Deviation, DeviationKind
from intake.post.pagematch import Pairing, Placed
from intake.post.pages import OcrPage
from intake.text import fold, words

_ANNEX = re.compile(r"^\W*(?:bijlagen?|annex|appendix)\b", re.IGNORECASE)
_HEAD_LINES = 6  # lines at the top of a page among which the heading of an annex stands
_SALUTATION = re.compile(
    r"\b(?:hoog|zeer )?geachte?\b|\bbeste (?:collega|mevrouw|heer|[a-z]+,)|\bl\.s\.|\bmijne heren", re.IGNORECASE
)
_CLOSING = re.compile(
    r"\bhoogachtend\b|\bmet (?:vriendelijke|hartelijke|collegiale) groet|\bgraag tot ziens|\bwij zien u graag",
    re.IGNORECASE,
)
_OFFERS = re.compile(
    r"\bhierbij\b|\bbijgaand|\bbij deze\b|\bontvangt u\b|\bnazending\b|\bbijgevoegd|\bin de bijlage\b"
    r"|\b(?:bied|bieden|zend|zenden|stuur|sturen|dien|dienen)\b.{0,60}\b(?:aan|toe|in)\b",
    re.IGNORECASE,
)
_VOORBLAD = re.compile(r"\bvoorblad\b|\bnazending bij dossier\b|loketbs", re.IGNORECASE)
_ENVELOPE = re.compile(
    r"\b(?:port betaald|aantekenen|retour(?:adres)?|postnl|antwoordnummer|\d{4} ?[a-z]{2}\b)", re.IGNORECASE
)
_LETTER_WORDS, _ENVELOPE_WORDS = 350, 40  # at most
_OWN_WORD = 6  # letters of a word that tells what a text is about
_SAME_SUBJECT = 0.4  # of those words that also stand in the frozen document
_QUOTED = 80  # characters
_HALF_TURN = 180  # degrees
_SKEW = 0.3  # degrees
_GONE = frozenset({DeviationKind.PAGE_MISSING, DeviationKind.ANNEX_MISSING})


@dataclass(frozen=True, slots=True)
class Stack:
    """What became of the sheets: a role for each that is no frozen page, and what follows for the whole."""

    roles: dict[int, str]
    deviations: tuple[Deviation, ...]
    benign: tuple[Benign, ...]

    def without(self, pages: Collection[int]) -> Stack:
        """The same less the pages that turned out not to be missing."""
        kept = [d for d in self.deviations if not (d.page in pages and d.kind in _GONE)]
        return replace(self, deviations=tuple(kept))


def sort_out(pairing: Pairing, frozen: Sequence[str], sheets: Sequence[OcrPage]) -> Stack:
    """Name every foreign sheet, every missing page, and pages out of order. `frozen` are the pages' texts, a line a line."""
    known = {w for page in frozen for w in words(page) if len(w) >= _OWN_WORD}
    found = [p.scan for p in pairing.placed if p.frozen]
    roles = {p.scan: _role(p, sheets[p.scan - 1], known, found) for p in pairing.placed if not p.frozen}
    deviations = [*_missing(pairing, frozen), *_swapped(pairing), *_added(roles, pairing, sheets)]
    return Stack(roles, tuple(deviations), tuple(_harmless(roles, pairing, sheets)))


def _role(placed: Placed, sheet: OcrPage, known: set[str], found: Sequence[int]) -> str:
    if placed.blank:
        return "blank"
    text = fold(sheet.text)
    said = words(text)
    if _VOORBLAD.search(text):
        return "cover_sheet"
    if len(said) <= _ENVELOPE_WORDS and _ENVELOPE.search(text) and not _SALUTATION.search(text):
        return "envelope"
    letter = bool(_SALUTATION.search(text)) + bool(_CLOSING.search(text))
    first, last = (found[0], found[-1]) if found else (0, 0)
    if letter and _OFFERS.search(text) and len(said) <= _LETTER_WORDS and placed.scan < first:
        return "cover_letter"
    about = [w for w in said if len(w) >= _OWN_WORD]
    same = sum(w in known for w in about) / len(about) if about else 0.0
    if letter and same < _SAME_SUBJECT and not first <= placed.scan <= last:
        return "foreign"
    return "added"


def _missing(pairing: Pairing, frozen: Sequence[str]) -> Iterator[Deviation]:
    """A missing annex is one deviation, however many pages it has; other pages one each."""
    starts = {n: _annex(page) for n, page in enumerate(frozen, 1)}
    told: set[int] = set()
    for number in pairing.missing:
        begin = max((n for n in starts if n <= number and starts[n]), default=None)
        if begin is None or begin not in pairing.missing:
            yield Deviation(DeviationKind.PAGE_MISSING, number, None, _begin(frozen[number - 1]))
        elif begin not in told:
            told.add(begin)
            yield Deviation(DeviationKind.ANNEX_MISSING, begin, None, starts[begin] or "")


def _annex(page: str) -> str | None:
    """The heading of an annex that begins on a page."""
    return next((line.strip() for line in page.split("\n")[:_HEAD_LINES] if _ANNEX.match(line)), None)


def _swapped(pairing: Pairing) -> Iterator[Deviation]:
    """Pages out of order are one deviation: their right order and the one on paper."""
    if pairing.displaced:
        order = list(dict.fromkeys(n for p in pairing.placed for n in p.frozen))
        paper = [n for n in order if n in pairing.displaced]
        first = next(p.scan for p in pairing.placed if pairing.displaced[0] in p.frozen)
        right, there = (",".join(map(str, pages)) for pages in (pairing.displaced, paper))
        yield Deviation(DeviationKind.PAGES_SWAPPED, pairing.displaced[0], first, right, there)


def _added(roles: dict[int, str], pairing: Pairing, sheets: Sequence[OcrPage]) -> Iterator[Deviation]:
    for number, role in sorted(roles.items()):
        if role == "added":
            begin = _begin(sheets[number - 1].text)
            yield Deviation(DeviationKind.PAGE_ADDED, None, number, scan=begin, before=_page_before(pairing, number))


def _page_before(pairing: Pairing, sheet: int) -> str:
    """The frozen page that an added sheet follows, as a number; empty at the top of the stack."""
    return str(max((n for p in pairing.placed if p.scan < sheet for n in p.frozen), default=""))


def _harmless(roles: dict[int, str], pairing: Pairing, sheets: Sequence[OcrPage]) -> Iterator[Benign]:
    kinds = {
        "blank": "blank_backside",
        "cover_letter": "cover_letter",
        "cover_sheet": "cover_sheet",
        "envelope": "envelope",
        "foreign": "two_letters_in_one_scan",
    }
    for number, role in sorted(roles.items()):
        if role in kinds:
            yield Benign(kinds[role], number)
    for placed in pairing.placed:
        page = placed.frozen[0] if placed.frozen else None
        if placed.frozen and placed.turned:
            kind = "upside_down" if placed.turned == _HALF_TURN else "sideways"
            yield Benign(kind, placed.scan, page, detail=str(placed.turned))
        if placed.frozen and abs(sheets[placed.scan - 1].skew) >= _SKEW:
            yield Benign("skew", placed.scan, page, detail=f"{sheets[placed.scan - 1].skew:.1f}")
    for number in pairing.doubled:
        again = [p.scan for p in pairing.placed if number in p.frozen][1:]
        yield from (Benign("page_twice", sheet, number) for sheet in again)


def _begin(text: str) -> str:
    return " ".join(text.split())[:_QUOTED]
