"""Which file is the signal itself, or the letter, report or scan that the mail is about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from intake.model import Document, Kind, Mail, Threat
from intake.recognise.facts import own_words
from intake.recognise.papers import Paper, look_at, paper_of_text
from intake.text import likeness, sketch, words

_SAME_TEXT = 0.6
_A_TEXT = 25
_PREFERRED = ("pdf", "docx", "odt", "text", "image", "unknown")
_SIGNAL_KINDS = frozenset({Kind.SUBMISSION, Kind.DRAFT, Kind.CORRECTION})
_BODY_KINDS = frozenset({Kind.CASE_REPORT, Kind.MINISTER_RESPONSE})


def choose_document(
    mail: Mail, documents: Sequence[Document], kind: Kind, papers: Sequence[Paper] | None = None
) -> Document | Literal["body"] | None:
    """The document the mail is about; "body" where its own text is; None where there is none (a question, a forgotten file)."""
    papers = [look_at(d) for d in documents] if papers is None else papers
    if kind in _SIGNAL_KINDS:
        return _signal(mail, papers)
    if kind is Kind.SUPPLEMENT:
        return _addition(mail, papers)
    if kind in _BODY_KINDS:
        wanted = "case_report" if kind is Kind.CASE_REPORT else "minister_letter"
        return _first(papers, wanted) or _first(papers, "picture", "other", "unreadable", "signal") or "body"
    if kind is Kind.POSTAL_SCAN:
        return max((p.document for p in papers), key=lambda d: d.pages, default=None)
    return None


def _signal(mail: Mail, papers: Sequence[Paper]) -> Document | Literal["body"] | None:
    signals = [p for p in papers if p.is_signal]
    if signals:
        best = max(signals, key=lambda p: (p.score, p.words))
        twins = [
            p
            for p in signals
            if p is best or likeness(sketch(p.document.text), sketch(best.document.text)) > _SAME_TEXT
        ]
        return min(twins, key=lambda p: (_PREFERRED.index(p.document.format), -p.score)).document
    if paper_of_text(own_words(mail)).is_signal:
        return "body"
    safe = [p for p in papers if p.document.threat is not Threat.EXECUTABLE]
    return _first(safe, "picture", "unreadable", "other")


def _addition(mail: Mail, papers: Sequence[Paper]) -> Document | Literal["body"] | None:
    found = _first(papers, "signal", "other")
    if found is not None or papers:
        return found
    return "body" if len(words(own_words(mail))) > _A_TEXT else None


def _first(papers: Sequence[Paper], *looks: str) -> Document | None:
    """The longest document of the first of these looks that occurs."""
    for look in looks:
        found = [p for p in papers if p.looks == look]
        if found:
            return max(found, key=lambda p: (p.words, p.document.pages)).document
    return None
