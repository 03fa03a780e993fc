"""Which known dossier a mail belongs to: by number, thread, document, reference, title or sender. Pure; best tie first.

A tie is a proposal with its reason. The strong ones (same bytes, same text, our number, our thread) are facts; the others are
likenesses, and count only when no other dossier is about as like.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from math import log
from typing import Any

from rapidfuzz import fuzz

from intake.model import Assessment, Document, Kind, Mail
from intake.text import bare_subject, fold, likeness, sketch, strip_quoted, text_sha256, words

NEAR_TEXT = 0.55
"""Likeness from which two documents are versions of one text."""
TOPIC = 0.6
"""Part of a dossier's telling words that a mail must name to be about it."""
_MARGIN = 0.15
_TELLING = 4
_COMMON = frozenset(
    re.findall(
        r"\w+",
        """aan als bij van voor naar over zonder door niet maar deze onze hun haar zijn worden wordt tussen tijdens onder boven
        met een het den der des dan dat die dit ook nog wel meer veel bestuurlijk bestuurlijke signaal signalen brief bijlage
        definitief indiening vertrouwelijk versie""",
    )
)
_ENOUGH_WORDS = 40
_SAME_NAME = 90


class Tie(StrEnum):
    """Why a mail belongs to a dossier, strongest first."""

    SAME_BYTES = "same_bytes"
    SAME_TEXT = "same_text"
    NUMBER = "number"
    THREAD = "thread"
    NEAR_TEXT = "near_text"
    REFERENCE = "reference"
    ANNEX = "annex"
    SUBJECT = "subject"
    TOPIC = "topic"
    SENDER = "sender"
    SAME_MESSAGE_ID = "same_message_id"


@dataclass(frozen=True, slots=True)
class Item:
    """What a mail offers for finding its dossier. `digests` are hex SHA-256 of files, `texts` of their words.

    Both are of the document that the mail is about, in all forms it has there. What else lies in the mail is in `annexes`: two
    signals may well come with the same leaflet, and the second must not pass for the first.
    """

    sha256: str = ""
    message_id: str = ""
    thread: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    references: frozenset[str] = frozenset()
    digests: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()
    annexes: frozenset[str] = frozenset()
    sketches: tuple[bytes, ...] = ()
    subject: str = ""
    title: str = ""
    organisations: tuple[str, ...] = ()
    sender: str = ""
    words: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class KnownItem:
    """A dossier as the records have it: its number and everything that came in or went out under it, in one `Item`."""

    number: str
    item: Item


@dataclass(frozen=True, slots=True)
class Relation:
    """A tie to a dossier, with how alike (0 to 1) and whether the same address sent it before."""

    number: str
    tie: Tie
    score: float = 1.0
    same_sender: bool = False


@dataclass(frozen=True, slots=True)
class _Background:
    """What is worked out once for a mail and all dossiers: in how many titles each word stands, and the words said, in order."""

    counts: Counter[str]
    total: int
    said: tuple[str, ...]

    @classmethod
    def of(cls, subject: Item, known: Sequence[KnownItem]) -> _Background:
        counts = Counter(w for k in known for w in set(_telling(k.item.title)))
        return cls(counts, len(known), tuple(sorted(w for w in subject.words if len(w) >= _TELLING)))

    def share(self, title: str) -> float:
        """The weight of the title's words that are said; words that many titles share tell little, and one word is no title."""
        weights = {w: log(1 + self.total / self.counts[w]) for w in _telling(title)}
        if len(weights) < 2:  # noqa: PLR2004
            return 0.0
        return sum(v for w, v in weights.items() if self._names(w)) / sum(weights.values())

    def _names(self, word: str) -> bool:
        """Whether a word is said, in a form longer or shorter at its end."""
        shorter = any(self._next(word[:end]) == word[:end] for end in range(_TELLING, len(word) + 1))
        return shorter or self._next(word[:-1]).startswith(word[:-1])

    def _next(self, start: str) -> str:
        """The first word said, in order, that is not before `start`."""
        place = bisect_left(self.said, start)
        return self.said[place] if place < len(self.said) else ""


Rule = Callable[[Item, KnownItem, _Background], float]


def relate(subject: Item, known: Sequence[KnownItem]) -> tuple[Relation, ...]:
    """The ties of a mail to known dossiers, best first; at most one per dossier, besides an equal Message-ID with other bytes."""
    found: dict[str, Relation] = {}
    background = _Background.of(subject, known)
    for tie, score_of in _RULES:
        scores = {k.number: score for k in known if (score := score_of(subject, k, background)) > 0}
        for k in known:
            if k.number in scores and k.number not in found and _stands_out(tie, k.number, scores):
                same_sender = bool(subject.sender) and subject.sender == k.item.sender
                found[k.number] = Relation(k.number, tie, scores[k.number], same_sender)
    doubles = [
        Relation(k.number, Tie.SAME_MESSAGE_ID, 1.0, subject.sender == k.item.sender)
        for k in known
        if subject.message_id and subject.message_id == k.item.message_id and subject.sha256 != k.item.sha256
    ]
    order = list(Tie)
    return (*sorted(found.values(), key=lambda r: (order.index(r.tie), -r.score, r.number)), *doubles)


def item_of(assessment: Assessment) -> Item:
    """What the ties of an assessed mail or document are sought by; also what the records keep of it."""
    mail = assessment.mail
    documents = [d for d in assessment.documents if len(words(d.text)) >= _ENOUGH_WORDS]
    own = f"{mail.subject}\n{strip_quoted(mail.text, mail.subject)[0]}" if mail else ""
    is_body = mail is not None and assessment.document == "body"
    texts = [own] if is_body else [d.text for d in documents]
    ours = mail is not None and assessment.recognition.kind is Kind.POSTAL_SCAN
    core = _core(assessment)
    said = "\n".join((own, *(a.name for a in mail.attachments if not a.inline))) if mail else ""
    return Item(
        sha256=assessment.sha256,
        message_id=(mail.message_id or "") if mail else "",
        thread=_thread(mail) if mail else frozenset(),
        numbers=dossier_numbers("\n".join((mail.subject, mail.text, _returned(mail)))) if mail else frozenset(),
        references=reference_codes(said + "\n" + "\n".join(_head(d) for d in documents)),
        digests=frozenset(d.sha256 for d in core),
        texts=frozenset(text_sha256(t) for t in ([own] if is_body else [d.text for d in documents if d in core])),
        annexes=frozenset(d.sha256 for d in assessment.documents if d.format != "unknown" and d not in core),
        sketches=tuple(sketch(t) for t in texts),
        subject=bare_subject(mail.subject) if mail and not ours else "",
        title=assessment.title or "",
        organisations=assessment.organisations,
        sender=mail.sender.address if mail and mail.sender and not ours else "",
        words=frozenset(_telling(said + " " + (assessment.title or ""))),
    )


def _core(assessment: Assessment) -> tuple[Document, ...]:
    """The document that the mail is about, and the same text in other forms; one that was not found can only be the only one."""
    files = tuple(d for d in assessment.documents if d.format != "unknown")
    if assessment.document is None:
        return files if len(files) == 1 else ()
    chosen = [sketch(d.text) for d in files if d.name == assessment.document]
    return tuple(
        d
        for d in files
        if d.name == assessment.document or any(likeness(sketch(d.text), c) >= NEAR_TEXT for c in chosen)
    )


def _thread(mail: Mail) -> frozenset[str]:
    """The messages this one answers, passes on or reports about."""
    inner = (i for m in mail.forwarded for i in (m.message_id or "", *m.in_reply_to, *m.references))
    reported = re.findall(r"(?im)^(?:original-)?message-id:\s*(<[^>\s]+>)", _returned(mail))
    return frozenset({*mail.in_reply_to, *mail.references, *inner, *reported}) - {""}


def _returned(mail: Mail) -> str:
    """What a bounce or a receipt gives back of our own message: its headers, as text."""
    kinds = {"text/rfc822-headers", "message/delivery-status", "message/disposition-notification"}
    return "\n".join(a.content.decode("utf-8", "replace") for a in mail.attachments if a.declared_type in kinds)


def to_plain(item: Item) -> dict[str, Any]:
    """An item as JSON, for the records; sets are sorted, so that the same item is the same text."""
    found = asdict(item)
    found["sketches"] = [s.hex() for s in item.sketches]
    return {
        k: sorted(v) if isinstance(v, frozenset) else list(v) if isinstance(v, tuple) else v for k, v in found.items()
    }


def from_plain(found: Mapping[str, Any]) -> Item:
    """The item of `to_plain`, also of an earlier version: what was kept is frozen, and may lack what was added since."""
    names = ("thread", "numbers", "references", "digests", "texts", "annexes", "words")
    sets = {name: frozenset(found.get(name, ())) for name in names}
    sketches = tuple(bytes.fromhex(s) for s in found["sketches"])
    return Item(**{**found, **sets, "sketches": sketches, "organisations": tuple(found["organisations"])})


def known_dossier(number: str, items: Sequence[Item]) -> KnownItem:
    """A dossier from its mails, the one that opened it first: its title and sender, everybody's thread and documents."""
    opened = items[0]
    return KnownItem(
        number,
        replace(
            opened,
            thread=frozenset().union(*(i.thread | {i.message_id} for i in items)) - {""},
            references=frozenset().union(*(i.references for i in items)),
            digests=frozenset().union(*(i.digests for i in items)),
            texts=frozenset().union(*(i.texts for i in items)),
            annexes=frozenset().union(*(i.annexes for i in items)),
            sketches=tuple(s for i in items for s in i.sketches),
        ),
    )


def dossier_numbers(text: str) -> frozenset[str]:
    """Our own numbers in a text, BS-YYYY-NNNN, however they were typed."""
    return frozenset(f"BS-{y}-{n}" for y, n in re.findall(r"\bBS[-– ]?(20\d\d)[-– ](\d{4,})\b", text, re.IGNORECASE))


def reference_codes(text: str) -> frozenset[str]:
    """Other people's references (their letters, cases, registrations): a run with a digit, a letter or year, and a separator."""
    runs = re.findall(r"\b(?=[\w./-]*\d)[A-Za-z]{1,6}[./-]?[A-Za-z0-9]+(?:[./_-][A-Za-z0-9]+)+\b", text)
    codes = {re.sub(r"[^a-z0-9]", "", fold(run)) for run in runs if "@" not in run and "://" not in run}
    return frozenset(c for c in codes if sum(x.isdigit() for x in c) >= 4 and len(c) >= 7)  # noqa: PLR2004


def _head(document: Document) -> str:
    return f"{document.name}\n" + document.text[:1500]


def _telling(text: str) -> Iterable[str]:
    return (w for w in words(text) if len(w) >= _TELLING and w not in _COMMON)


def _stands_out(tie: Tie, number: str, scores: dict[str, float]) -> bool:
    """A likeness must beat every other dossier's by a margin; a fact stands by itself."""
    if tie not in _LIKENESSES:
        return True
    return all(scores[number] >= other + _MARGIN for n, other in scores.items() if n != number)


def _near_text(subject: Item, known: KnownItem, _: _Background) -> float:
    score = max((likeness(a, b) for a in subject.sketches for b in known.item.sketches), default=0.0)
    return score if score >= NEAR_TEXT else 0.0


def _annex(subject: Item, known: KnownItem, _: _Background) -> float:
    """A file in common, from the same party; it says nothing when several dossiers have it."""
    common = (subject.digests | subject.annexes) & (known.item.digests | known.item.annexes)
    return float(bool(common) and _same_party(subject, known.item))


def _subject(subject: Item, known: KnownItem, _: _Background) -> float:
    a, b = (re.sub(r"\(?\b\d ?(?:/|van) ?\d\b\)?", "", fold(x.subject)).strip() for x in (subject, known.item))
    telling = len(a.split()) > 1 or len(a) > 2 * _TELLING
    return 1.0 if _same_party(subject, known.item) and a == b and telling else 0.0


def _topic(subject: Item, known: KnownItem, background: _Background) -> float:
    """How much of what is telling in a dossier's title, or in its part before the colon, this mail names."""
    titles = {known.item.title, re.split(r"[:–]", known.item.title)[0]}
    if not (named := max(background.share(title) for title in titles)):
        return 0.0
    score = min(1.0, named + (0.25 if _same_party(subject, known.item) else 0.0))
    return score if score >= TOPIC else 0.0


def _same_party(a: Item, b: Item) -> bool:
    return _same_house(a, b) or any(
        fuzz.token_set_ratio(fold(x), fold(y)) > _SAME_NAME for x in a.organisations for y in b.organisations
    )


def _same_house(a: Item, b: Item) -> bool:
    return a.sender.rpartition("@")[2] == b.sender.rpartition("@")[2] != ""


def _fact(test: Callable[[Item, KnownItem], bool]) -> Rule:
    return lambda subject, known, _: float(test(subject, known))


_LIKENESSES = frozenset({Tie.NEAR_TEXT, Tie.ANNEX, Tie.SUBJECT, Tie.TOPIC, Tie.SENDER})
_RULES: tuple[tuple[Tie, Rule], ...] = (
    (Tie.SAME_BYTES, _fact(lambda a, k: bool(a.digests & k.item.digests))),
    (Tie.SAME_TEXT, _fact(lambda a, k: bool(a.texts & k.item.texts))),
    (Tie.NUMBER, _fact(lambda a, k: k.number in a.numbers)),
    (Tie.THREAD, _fact(lambda a, k: bool(a.thread & (k.item.thread | {k.item.message_id})))),
    (Tie.NEAR_TEXT, _near_text),
    (Tie.REFERENCE, _fact(lambda a, k: bool(a.references & k.item.references))),
    (Tie.ANNEX, _annex),
    (Tie.SUBJECT, _subject),
    (Tie.TOPIC, _topic),
    (Tie.SENDER, _fact(lambda a, k: bool(a.sender) and a.sender == k.item.sender)),
)
