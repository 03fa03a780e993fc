"""Whom a machine may answer: every header by which another machine says what it is (RFC 3834, Exchange, mailing lists)."""

from __future__ import annotations

import pytest

from intake.outgoing.loops import REASONS, why_silent
from intake.read.mail import read_mail

DESK = "loketbs@loket.example"
PLAIN = b"From: Jan <jan@politie.example>\r\nTo: loketbs@loket.example\r\nSubject: Signaal\r\n"
BODY = b"\r\nZie bijlage.\r\n"


def silent(head: bytes, body: bytes = BODY) -> str:
    """The verdict on a mail with this head."""
    return why_silent(read_mail(head + body), (DESK,))


@pytest.mark.parametrize(
    "more",
    [
        b"",
        b"Auto-Submitted: no\r\n",
        b"Auto-Submitted: No (written by hand)\r\n",
        b"Precedence: first-class\r\n",
        b"X-Auto-Response-Suppress: DR, RN\r\n",
        b"Return-Path: <jan@politie.example>\r\n",
        b"Return-Path: <jan@politie.example>\r\nReceived: by a\r\nReturn-Path: <>\r\n",
        b"X-MS-Exchange-Organization-AuthAs: Internal\r\n",
    ],
)
def test_a_person_is_answered(more: bytes) -> None:
    """Nothing here says that a machine wrote it."""
    assert silent(more + PLAIN) == ""


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        (b"Auto-Submitted: auto-replied\r\n", "auto_submitted"),
        (b"auto-submitted: AUTO-GENERATED; type=x\r\n", "auto_submitted"),
        (b"Auto-Submitted: no\r\nAuto-Submitted: auto-notified\r\n", "auto_submitted"),
        (b"Auto-Submitted: anything-new\r\n", "auto_submitted"),
        (b"X-Autoreply: yes\r\n", "auto_submitted"),
        (b"Return-Path: <>\r\n", "empty_return_path"),
        (b"Return-Path:\r\n", "empty_return_path"),
        (b"List-Unsubscribe: <https://x.example>\r\n", "mailing_list"),
        (b"LIST-ID: nieuws <nieuws.x.example>\r\n", "mailing_list"),
        (b"Precedence: Bulk\r\n", "bulk"),
        (b"Precedence: junk\r\n", "bulk"),
        (b"X-Auto-Response-Suppress: All\r\n", "answers_suppressed"),
        (b"X-Auto-Response-Suppress: DR, OOF\r\n", "answers_suppressed"),
        (b"X-Auto-Response-Suppress: autoreply\r\n", "answers_suppressed"),
        (b"Reply-To: loketbs@loket.example\r\n", "own_address"),
    ],
)
def test_a_machine_is_not_answered(more: bytes, reason: str) -> None:
    """Whatever the case of a header, whichever of two of a name, whatever a new word means."""
    assert silent(more + PLAIN) == reason


@pytest.mark.parametrize(
    ("sender", "reason"),
    [
        (b"loketbs@LOKET.example", "own_address"),
        (b"MAILER-DAEMON@mx.example", "robot"),
        (b"no_reply@portaal.example", "robot"),
        (b"owner-lijst@x.example", "robot"),
        (b"lijst-request@x.example", "robot"),
        (b"a@x.example, b@x.example", "no_sender"),
        (b"", "no_sender"),
    ],
)
def test_nobody_is_answered_who_is_no_person(sender: bytes, reason: str) -> None:
    """Robots by their name, ourselves, nobody, and several at once."""
    head = b"From: " + sender + b"\r\nTo: loketbs@loket.example\r\n"
    assert silent(head) == reason


def test_a_report_is_not_answered() -> None:
    """By its type alone, also without any other header."""
    head = PLAIN + b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n'
    status = b"Content-Type: message/delivery-status\r\n\r\nStatus: 5.0.0\r\n"
    body = b"\r\n--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b\r\n" + status + b"--b--\r\n"
    assert silent(head, body) == "report"


def test_every_reason_can_be_told() -> None:
    """The desk reads why nothing was sent."""
    from bot.texts.outgoing import WHY

    assert REASONS - set(WHY) == set()
