"""The contract of the port `Sender`: what is handed over arrives once and whole, drafts lie there once, and fate tells no lies."""

from __future__ import annotations

import contextlib
import datetime as dt
import email
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from intake.outgoing.compose import Envelope, PdfFile, Thread, compose, message_id
from intake.ports import Fate, OutgoingMail, Sender
from tests.contract.sender_places import PLACES, Far

DESK, JAN = "loket@example.nl", "jan@politie.example"
NOW = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)


@pytest.fixture(params=PLACES)
def far(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Far]:
    """A way out with its far side."""
    with PLACES[request.param](tmp_path) as place:
        yield place


@pytest.fixture
def sender(far: Far) -> Iterator[Sender]:
    """The adapter under test."""
    with contextlib.closing(far.open()) as opened:
        yield opened


def mail(far: Far) -> OutgoingMail:
    """A receipt with an annex."""
    own = message_id(DESK)
    raw = compose(
        Envelope(own, DESK, "Loket", JAN, NOW),
        "Ontvangstbevestiging – dossier BS-2026-0007",
        "Geachte heer, mevrouw,\n\n.regel met punt\n",
        Thread("<vraag@politie.example>"),
        headers={"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"},
        annexes=(PdfFile("voorblad.pdf", b"%PDF-1.7 voorblad"),),
    )
    return OutgoingMail(own, DESK, (JAN,), raw, far.key)


def read(raw: bytes) -> EmailMessage:
    """As its reader's mail program reads it."""
    return email.message_from_bytes(raw, EmailMessage, policy=SMTP)


def test_a_mail_arrives_once_and_whole(far: Far, sender: Sender) -> None:
    """Subject, recipient, headers of RFC 3834, thread, text and annex; the server's answer is text."""
    wanted = mail(far)
    answer = sender.send(wanted, sender.prepare(wanted))
    (raw,) = far.sent()
    found, sent = read(raw), read(wanted.raw)
    for name in ("Message-ID", "Subject", "Auto-Submitted", "X-Auto-Response-Suppress", "In-Reply-To", "From"):
        assert str(found[name]) == str(sent[name]), name
    (annex,) = found.iter_attachments()
    assert annex.get_content() == b"%PDF-1.7 voorblad"
    assert ".regel met punt" in str(found.get_body())
    assert answer
    assert far.drafts() == []


def test_the_title_of_the_mail_that_is_answered_is_not_repeated(far: Far, sender: Sender) -> None:
    """A server that makes "RE: …" of the subject is corrected before anything leaves."""
    wanted = mail(far)
    sender.send(wanted, sender.prepare(wanted))
    assert b"Geheime titel" not in far.sent()[0]


def test_preparing_twice_sends_nothing_and_doubles_nothing(far: Far, sender: Sender) -> None:
    """After a crash between preparing and sending."""
    wanted = mail(far)
    assert sender.prepare(wanted) == sender.prepare(wanted)
    assert far.sent() == []
    sender.send(wanted, sender.prepare(wanted))
    assert len(far.sent()) == 1


def test_a_draft_lies_there_once_and_nothing_leaves(far: Far, sender: Sender) -> None:
    """The same letter again, by another adapter as after a restart."""
    wanted = mail(far)
    sender.draft(wanted)
    with contextlib.closing(far.open()) as restarted:
        restarted.draft(wanted)
    (raw,) = far.drafts()
    assert read(raw)["Message-ID"] == wanted.message_id
    assert far.sent() == []


def test_fate_of_a_mail_that_was_sent_is_sent(far: Far, sender: Sender) -> None:
    """By another adapter, as after a crash."""
    wanted = mail(far)
    reference = sender.prepare(wanted)
    sender.send(wanted, reference)
    with contextlib.closing(far.open()) as restarted:
        assert restarted.fate(wanted, reference) is Fate.SENT


def test_fate_never_says_sent_of_a_mail_that_was_not(far: Far, sender: Sender) -> None:
    """ "Not sent" only where the other side can know."""
    wanted = mail(far)
    reference = sender.prepare(wanted)
    assert sender.fate(wanted, reference) is (Fate.NOT_SENT if far.asks else Fate.UNKNOWN)


def test_closing_twice_is_one_closing(sender: Sender) -> None:
    """Safe in every order of ends."""
    sender.close()
    sender.close()
