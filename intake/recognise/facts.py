"""What the envelope, the headers and the shape of a mail establish, each as a piece of evidence; no words are weighed here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from intake.checks.afzender import Authentication, imitated_domain, partner_of, representative
from intake.model import Address, Attachment, Mail, Place, Register
from intake.recognise.acts import search_acts, search_kind
from intake.recognise.evidence import Evidence, search, spoken
from intake.recognise.papers import Paper
from intake.text import bare_subject, fold, is_forward, is_reply, split_layers, words

_FEW = 30
_CASE_CUES = ("case_birth", "case_plate", "case_number", "case_person")
_LINK = re.compile(r"\bhttps?://\S+", re.IGNORECASE)
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PART = re.compile(r"\b([2-9]) ?(?:/|van|of) ?([2-9])\b|\bdeel ([2-9])\b")
_ROBOT_LISTS = frozenset({"list-unsubscribe", "list-id", "list-post"})


def mail_evidence(
    mail: Mail, papers: Sequence[Paper], body: Paper, authentication: Authentication, register: Register
) -> Evidence:
    """All the evidence a mail offers: the cues in its words, and the facts around them."""
    found: Evidence = {}
    own = own_words(mail)
    subject = bare_subject(mail.subject)
    search("subject", [(subject, Place("mail"))], found)
    search("own", spoken(own, "mail"), found)
    search_acts(own, found)
    search_kind(subject, own, [a.name for a in paper_files(mail)], found)
    search("files", ((a.name.replace("_", " "), Place(a.name)) for a in paper_files(mail)), found)
    search("sender", [(a.address.partition("@")[0], Place("mail")) for a in mail.senders], found)
    search("mailer", [(v, Place("mail")) for n in ("X-Mailer", "User-Agent") for v in mail.all_headers(n)], found)
    for name in (
        *_senders(mail, own, authentication, register),
        *_machines(mail),
        *_thread(mail, register),
        *_shape(mail, own, found),
        *_papers(papers, body),
    ):
        found.setdefault(name, None)
    if {"link", "no_files", "secure_message", "secure_retrieval"} <= found.keys() and "imitated_domain" not in found:
        found["secure_portal_shape"] = found["secure_message"]
    return found


def own_words(mail: Mail) -> str:
    """What this sender says or passes on: his own text, the text he forwards, and the mails he attached; no history."""
    own, forwarded, _ = split_layers(mail.text, mail.subject)
    inner = (own_words(m) for m in mail.forwarded[:1])
    return "\n\n".join(part for part in (own, forwarded, *inner) if part)


def paper_files(mail: Mail) -> tuple[Attachment, ...]:
    """The attachments a person would open: no pictures of the body, invitations, signatures or containers of mails."""
    return tuple(
        a
        for a in mail.attachments
        if not (a.inline and a.media_type.startswith("image/"))
        and a.media_type
        not in {"text/calendar", "application/pkcs7-signature", "application/pkcs7-mime", "message/rfc822"}
        and not a.name.lower().endswith(".ics")
    )


def _senders(mail: Mail, own: str, authentication: Authentication, register: Register) -> Iterator[str]:
    desk = register.mailbox.rpartition("@")[2].lower()
    domain = mail.sender.domain if mail.sender else ""
    if desk and domain == desk:
        yield "from_desk"
    if mail.sender and mail.sender.address in register.post_room:
        yield "from_post_room"
    if authentication.state == "failed":
        yield "authentication_failed"
    if imitated_domain(domain, register):
        yield "imitated_domain"
    first = _first_sender(mail, own, desk)
    if partner_of(first.domain, register.ministries):
        yield "from_ministry"
    elif partner_of(first.domain, register.organisations):
        yield "from_partner"
    elif first.domain != desk:
        yield "from_stranger"
    if representative(mail, authentication, register):
        yield "from_representative"


def _first_sender(mail: Mail, own: str, desk: str) -> Address:
    """Who wrote what a colleague passed on: the sender of the attached mail, or the first outside address in the text."""
    if mail.sender is None or mail.sender.domain != desk:
        return mail.sender or Address("", "")
    inner = [m.sender for m in mail.forwarded if m.sender]
    quoted = [Address("", a.lower()) for a in _ADDRESS.findall(own) if is_forward(mail.subject)]
    return next((a for a in (*inner, *quoted) if a.domain != desk), mail.sender)


def _machines(mail: Mail) -> Iterator[str]:
    auto = (mail.header("Auto-Submitted") or "no").strip().lower()
    if auto.startswith("auto-replied") or mail.header("X-Autoreply") or mail.header("X-Autorespond"):
        yield "auto_replied"
    elif not auto.startswith("no"):
        yield "auto_generated"
    precedence = (mail.header("Precedence") or "").strip().lower()
    if precedence in {"bulk", "list", "junk"} or any(name.lower() in _ROBOT_LISTS for name, _ in mail.headers):
        yield "bulk"
    types = {mail.media_type, *(a.media_type for a in mail.attachments)}
    content_type = (mail.header("Content-Type") or "").lower()
    if "message/delivery-status" in types or "delivery-status" in content_type:
        yield "delivery_report"
    if "message/disposition-notification" in types or "disposition-notification" in content_type:
        yield "read_receipt"
    if "text/calendar" in types or any(a.name.lower().endswith(".ics") for a in mail.attachments):
        yield "calendar"
    if (mail.header("X-Spam-Flag") or "").strip().upper() == "YES":
        yield "spam_flag"
    if mail.media_type == "application/pkcs7-mime" and not (mail.smime and mail.smime.form == "opaque"):
        yield "encrypted_mail"


def _thread(mail: Mail, register: Register) -> Iterator[str]:
    desk = register.mailbox.rpartition("@")[2].lower()
    if is_reply(mail.subject):
        yield "reply"
    if is_forward(mail.subject) or mail.forwarded:
        yield "forward"
    if desk and any(m.strip("<>").lower().endswith(f"@{desk}") for m in (*mail.in_reply_to, *mail.references)):
        yield "answers_desk"
    if re.search(r"\bbs-\d{4}-\d{4}\b", fold(mail.subject + " " + own_words(mail))):
        yield "dossier_number"
    part = _PART.search(fold(mail.subject))
    if part and (part.group(3) or int(part.group(1)) <= int(part.group(2))):
        yield "second_part"


def _shape(mail: Mail, own: str, found: Evidence) -> Iterator[str]:
    yield "has_files" if paper_files(mail) else "no_files"
    if _LINK.search(own):
        yield "link"
    if "?" in own:
        yield "asks"
    if len(words(own)) <= _FEW:
        yield "few_words"
    if sum(name in found for name in _CASE_CUES) >= 2:  # noqa: PLR2004 - one alone may be a reference
        yield "case_data"


def _papers(papers: Sequence[Paper], body: Paper) -> Iterator[str]:
    for paper in papers:
        yield f"paper_{paper.looks}"
        if "draft_mark" in paper.evidence:
            yield "paper_draft_mark"
        if paper.is_signal and any(b.change for b in paper.document.blocks):
            yield "paper_tracked_changes"
        if not paper.document.readable and paper.looks != "unreadable":
            yield "paper_unreadable"
    if body.is_signal:
        yield "body_signal"
