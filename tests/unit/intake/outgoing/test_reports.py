"""Bounces, read receipts and absences as the mail programs of the world write them, each tied to what it is about."""

from __future__ import annotations

import pytest

from intake.outgoing.reports import Returned, report_of
from intake.read.mail import read_mail

OURS = "<3f2a.loketbs@loket.example>"


def report(
    fields: str, *, returned: str = "", kind: str = "delivery-status", headers: str = "", text: str = "x"
) -> bytes:
    """A multipart/report."""
    parts = [("text/plain", text), (f"message/{kind}", fields)]
    parts += [("text/rfc822-headers", returned)] if returned else []
    body = "".join(f"--b\r\nContent-Type: {t}\r\n\r\n{c}\r\n" for t, c in parts)
    head = f"From: mx@x.example\r\n{headers}Content-Type: multipart/report; report-type={kind}; boundary=b\r\n\r\n"
    return f"{head}{body}--b--\r\n".encode()


def one(action: str, status: str) -> str:
    """The fields of one recipient."""
    recipient = f"Final-Recipient: rfc822; jan@x.example\r\nAction: {action}\r\nStatus: {status}\r\n"
    return f"Reporting-MTA: dns; mx.example\r\n\r\n{recipient}"


@pytest.mark.parametrize(
    ("fields", "says", "status"),
    [
        (one("failed", "5.1.1"), Returned.BOUNCED, "5.1.1"),
        (one("Failed", "5.7.520 (refused)"), Returned.BOUNCED, "5.7.520"),
        (one("failed", "4.4.7"), Returned.BOUNCED_FOR_NOW, "4.4.7"),
        (one("delayed", "4.4.1"), Returned.DELAYED, "4.4.1"),
        (one("delivered", "2.0.0"), Returned.DELIVERED, "2.0.0"),
        (one("relayed", "2.1.9"), Returned.DELIVERED, "2.1.9"),
        (one("failed", ""), Returned.BOUNCED, ""),
        (one("failed", "4.2.2") + "\r\nAction: failed\r\nStatus: 5.1.10\r\n", Returned.BOUNCED, "5.1.10"),
        ("Status: 4.3.2\r\n", Returned.BOUNCED_FOR_NOW, "4.3.2"),
        ("Final-Recipient: rfc822; 10.4.4.1@x.example\r\nAction: failed\r\n", Returned.BOUNCED, ""),
    ],
)
def test_what_a_delivery_report_says(fields: str, says: Returned, status: str) -> None:
    """A lasting failure outweighs a passing one; without a status it is lasting; addresses are no status."""
    found = report_of(read_mail(report(fields, returned=f"Message-ID: {OURS}\r\nSubject: x")))
    assert found is not None
    assert (found.says, found.status, found.message_ids) == (says, status, (OURS,))


def test_a_folded_message_id_is_found_in_what_came_back() -> None:
    """Long ones stand on a line of their own."""
    found = report_of(read_mail(report(one("failed", "5.1.1"), returned=f"Subject: x\r\nMessage-ID:\r\n {OURS}")))
    assert found is not None
    assert found.message_ids == (OURS,)


def test_a_returned_mail_as_a_whole_tells_its_id() -> None:
    """message/rfc822 in place of the headers."""
    inner = f"Message-ID: {OURS}\r\nFrom: loketbs@loket.example\r\nSubject: x\r\n\r\nTekst\r\n"
    status = f"Content-Type: message/delivery-status\r\n\r\n{one('failed', '5.1.1')}\r\n"
    body = f"--b\r\n{status}--b\r\nContent-Type: message/rfc822\r\n\r\n{inner}\r\n--b--\r\n"
    head = "From: mx@x.example\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
    found = report_of(read_mail((head + body).encode()))
    assert found is not None
    assert found.message_ids[0] == OURS


def test_a_bounce_that_is_no_report_is_read_from_its_words() -> None:
    """Old servers send plain text; the thread ties it."""
    raw = f"Return-Path: <>\r\nFrom: mailer-daemon@x.example\r\nReferences: <een@x> {OURS}\r\n\r\n550 5.1.1 no such user\r\n"
    found = report_of(read_mail(raw.encode()))
    assert found is not None
    assert (found.says, found.status) == (Returned.BOUNCED, "5.1.1")
    assert OURS in found.message_ids


@pytest.mark.parametrize(("disposition", "says"), [("displayed", Returned.READ), ("deleted", Returned.DELIVERED)])
def test_a_read_receipt_tells_whether_it_was_read(disposition: str, says: Returned) -> None:
    """RFC 8098; the original's id stands in its own field."""
    fields = f"Original-Message-ID: {OURS}\r\nDisposition: manual-action/MDN-sent-manually; {disposition}\r\n"
    found = report_of(read_mail(report(fields, kind="disposition-notification")))
    assert found is not None
    assert (found.says, found.message_ids) == (says, (OURS,))


@pytest.mark.parametrize("header", ["Auto-Submitted: auto-replied", "X-Autoreply: yes"])
def test_an_absence_is_told_as_one(header: str) -> None:
    """Not a bounce, though it comes by itself."""
    found = report_of(
        read_mail(f"From: jan@x.example\r\n{header}\r\nIn-Reply-To: {OURS}\r\n\r\nIk ben afwezig.\r\n".encode())
    )
    assert found is not None
    assert (found.says, found.message_ids) == (Returned.AWAY, (OURS,))


def test_a_persons_answer_is_no_report() -> None:
    """Whatever it quotes."""
    raw = f"From: jan@x.example\r\nIn-Reply-To: {OURS}\r\n\r\nDank. Fout 5.1.1 zien wij ook.\r\n"
    assert report_of(read_mail(raw.encode())) is None


def test_a_report_names_no_more_than_fifty_mails() -> None:
    """A planted list of Message-IDs is not looked through."""
    many = " ".join(f"<{n}@x.example>" for n in range(5000))
    found = report_of(
        read_mail(f"From: a@x.example\r\nAuto-Submitted: auto-replied\r\nReferences: {many}\r\n\r\nx\r\n".encode())
    )
    assert found is not None
    assert len(found.message_ids) == 50
