"""Whom a mail itself names: organisations and ministers, for mails whose document does not say it or cannot be read."""

from __future__ import annotations

from collections.abc import Sequence

from intake.checks.afzender import partner_of
from intake.checks.onderdelen import judge_parts
from intake.formats.ambten import load_ambten
from intake.model import Block, Document, Mail, Register
from intake.text import fold, sentences, words

_EDGE_BLOCKS = 4
_READ = 40_000
_SAYS_SOMETHING = 8


def text_document(text: str) -> Document:
    """A text as a document named "mail", a block for each paragraph, so that the checks can read it."""
    blocks = tuple(Block(part.strip()) for part in text[:_READ].split("\n\n") if part.strip())
    return Document("mail", "", "text", readable=True, blocks=blocks)


def organisations_named(mail: Mail, text: str, register: Register) -> tuple[str, ...]:
    """The submitting organisations as a mail names them: in its own words, else by a registered name anywhere in it."""
    return judge_parts(text_document(text), register).organisations or organisations_shown(mail, text, register)


def organisations_shown(mail: Mail, text: str, register: Register) -> tuple[str, ...]:
    """The registered organisations whose names stand in a mail's text, subject or senders."""
    shown = fold(" | ".join((text, mail.subject, *(a.name for a in (*mail.senders, *mail.reply_to)))))
    return tuple(o.name for o in register.organisations if fold(o.name) in shown)


def houses_of(mail: Mail, text: str, register: Register) -> tuple[str, ...]:
    """The partners whose addresses a mail, or the mail it forwards, was sent from; nobody for a mail that says nothing."""
    if len(words(text)) < _SAYS_SOMETHING:
        return ()
    senders = (*mail.senders, *(a for m in mail.forwarded for a in m.senders))
    houses = (partner_of(a.domain, register.organisations) for a in senders)
    return tuple(dict.fromkeys(o.name for o in houses if o))


def withdrawing(mail: Mail, text: str, register: Register) -> tuple[str, ...]:
    """Who withdraws: the sender's own organisation, and those on whose behalf he says he writes; not all that he mentions."""
    own = houses_of(mail, text, register)
    behalf = fold(" ".join(s for s in sentences(text) if "namens" in fold(s)))
    others = (o.name for o in register.organisations if words(o.name)[-1] in words(behalf))
    return tuple(dict.fromkeys((*own, *others))) or organisations_named(mail, text, register)


def ministers_speaking(text: str, document: Document | None, register: Register) -> tuple[str, ...]:
    """Which ministers react: those the mail names, else those in the letterhead and the signature of the letter."""
    blocks = document.blocks if document else ()
    edges = "\n".join(b.text for b in (*blocks[:_EDGE_BLOCKS], *blocks[-_EDGE_BLOCKS:]))
    return _ministers(text, register) or _ministers(edges, register)


def _ministers(text: str, register: Register) -> tuple[str, ...]:
    found: Sequence[tuple[str, int]] = tuple(load_ambten(register).find(" ".join(text.split())))
    return tuple(dict.fromkeys(name for name, _ in found))
