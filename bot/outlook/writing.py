"""The letters T1 to T5 as mail: words from `bot.texts`, facts from the records, the cover sheet where post is still to come."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot import kept
from bot.texts import letters, post
from bot.texts.letters import Letter, SentFile
from intake.outgoing.compose import Envelope, PdfFile, Thread, compose, message_id
from intake.outgoing.receipts import RECEIPTS, Answering, Form
from intake.post.codes import Code
from intake.post.cover import CoverSheet, cover_pdf
from storage.dossiers import Records
from storage.outgoing import Writing
from storage.values import MessageView

_ADDRESS = ("LIEC", "t.a.v. Hoofd LIEC", "Postbus 20301", "2500 EH Den Haag")


@dataclass(frozen=True, slots=True)
class Desk:
    """From whom: the desk's address and its name as mail shows it."""

    address: str
    name: str


def answer_of(records: Records, record: str) -> Answering:
    """How a mail can be answered; one that was judged by an older version names nobody."""
    return Answering.of_plain(kept.about(records, record).get("answer", {"silent": "no_sender"}))


def receipt(records: Records, message: MessageView, form: Form) -> Letter:
    """The letter that acknowledges a message which lies in a dossier."""
    about, answer = kept.about(records, message.record), answer_of(records, message.record)
    number, received = str(message.dossier), dt.datetime.fromisoformat(message.received_at)
    if form is Form.CANNOT_OPEN:
        return letters.cannot_open(number, received, answer.threat)
    return (letters.receipt if form is Form.RECEIPT else letters.joined)(number, received, _files(about, answer))


def written(
    records: Records, message: MessageView, form: Form, letter: Letter, *, way: str, desk: Desk, at: dt.datetime
) -> Writing:
    """The letter as a mail to whom the message came from. ValueError for an address to which no mail can go."""
    answer = answer_of(records, message.record)
    if not answer.to.isascii() or "@" not in answer.to:
        raise ValueError("this message names nobody who can be answered")
    envelope = Envelope(message_id(desk.address), desk.address, desk.name, answer.to, at)
    annexes = (_cover(records, message, desk),) if form is Form.RECEIPT else ()
    headers = letters.HEADERS if form in RECEIPTS else {}
    thread = Thread(answer.message_id, answer.references)
    raw = compose(envelope, letter.subject, letter.text, thread, headers=headers, annexes=annexes)
    return Writing(envelope.message_id, message.record, message.dossier, form.value, way, answer.to, raw)


def _files(about: Mapping[str, Any], answer: Answering) -> tuple[SentFile, ...]:
    """What the sender attached, as he may recognise it; what was found inside a file of his is not listed apart."""
    pages = answer.pages or {}
    return tuple(
        SentFile(_plain(a["name"]), a["size"], pages.get(a["sha256"], 0), a["sha256"])
        for a in about.get("attachments", ())
        if a.get("inside") is None
    )


def _plain(name: str) -> str:
    """A name on one line, without signs that turn or hide text."""
    return "".join(c if c.isprintable() else "\ufffd" for c in name)[:120] or "bestand zonder naam"


def _cover(records: Records, message: MessageView, desk: Desk) -> PdfFile:
    """With the fingerprint of the signal itself; of the whole message where the signal was not found in it."""
    about, number = kept.about(records, message.record), str(message.dossier)
    named = (a["sha256"] for a in about.get("attachments", ()) if a["name"] == about.get("document"))
    code = Code.of(number, next(named, message.raw.sha256))
    sentences = post.cover_sentences(desk.address)
    sheet = CoverSheet(code, post.COVER_HEADING, _ADDRESS, sentences, post.COVER_STAMP, post.COVER_BESIDE)
    return PdfFile(f"voorblad-{number}.pdf", cover_pdf(sheet))
