"""Handing mail to a real SMTP server: what it took, what it did not, and what nobody can know."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from intake.errors import MailRefused, MailUnsure, SenderAway
from intake.mailboxes.imap_line import Encryption
from intake.outgoing.smtp import SmtpSender, SmtpServer
from intake.ports import Fate, OutgoingMail
from tests.simulators.certificates import server_certificate
from tests.simulators.process import free_port
from tests.simulators.smtp_server import PASSWORD, USER, Mood, SmtpStandIn

RAW = b"From: loket@loket.example\r\nMessage-ID: <a@loket.example>\r\n\r\n.punt vooraan\r\n..twee\r\n.\r\nslot"
MAIL = OutgoingMail("<a@loket.example>", "loket@loket.example", ("jan@politie.example",), RAW)


@pytest.fixture
def server() -> Iterator[SmtpStandIn]:
    """A server without encryption."""
    with SmtpStandIn().running() as started:
        yield started


def test_the_bytes_arrive_as_they_were_frozen(server: SmtpStandIn) -> None:
    """Dots at the start of a line, a dot alone, no final line end: RFC 5321 transparency."""
    answer = SmtpSender(server.settings()).send(MAIL, "")
    ((sender, recipients, content),) = server.got
    assert (sender, recipients) == (MAIL.sender, ["jan@politie.example"])
    assert content == RAW + b"\r\n"
    assert answer == "250 2.0.0 queued as 4F2A"


@pytest.mark.parametrize("mood", [Mood.BUSY, Mood.GREYLISTS, Mood.DROPS_BEFORE_DATA])
def test_what_passes_is_tried_again_and_nothing_was_sent(server: SmtpStandIn, mood: Mood) -> None:
    """4xx, and a line that is lost before the mail was whole."""
    server.mood = mood
    with pytest.raises(SenderAway) as caught:
        SmtpSender(server.settings()).send(MAIL, "")
    assert "politie" not in str(caught.value)
    assert server.got == []


@pytest.mark.parametrize(("mood", "code"), [(Mood.REFUSES_RECIPIENT, "5.1.1"), (Mood.REFUSES_CONTENT, "5.7.1")])
def test_what_stays_is_for_a_person_and_names_no_address(server: SmtpStandIn, mood: Mood, code: str) -> None:
    """5xx; the server's words, which name the recipient, are not repeated."""
    server.mood = mood
    with pytest.raises(MailRefused) as caught:
        SmtpSender(server.settings()).send(MAIL, "")
    assert caught.value.code == code
    assert "politie" not in str(caught.value)


@pytest.mark.parametrize("mood", [Mood.LOSES, Mood.TAKES_AND_DROPS])
def test_a_line_lost_after_the_last_line_is_unsure_either_way(server: SmtpStandIn, mood: Mood) -> None:
    """Taken or not looks the same from here, and SMTP has no question to ask."""
    server.mood = mood
    sender = SmtpSender(server.settings())
    with pytest.raises(MailUnsure):
        sender.send(MAIL, "")
    assert len(server.got) == (mood is Mood.TAKES_AND_DROPS)
    assert sender.fate(MAIL, "") is Fate.UNKNOWN


def test_nobody_there_is_away() -> None:
    """Refused connections pass."""
    server = SmtpServer("127.0.0.1", port=free_port(), encryption=Encryption.NONE_ONLY_FOR_LOOPBACK)
    with pytest.raises(SenderAway):
        SmtpSender(server).send(MAIL, "")


@pytest.mark.parametrize("implicit", [False, True])
def test_encrypted_and_logged_in(tmp_path: Path, implicit: bool) -> None:
    """STARTTLS and TLS from the first byte, with the server's authority in ca_file."""
    tls = server_certificate(tmp_path)
    with SmtpStandIn(certificate=tls, implicit=implicit, login=True).running() as server:
        encryption = Encryption.IMPLICIT if implicit else Encryption.STARTTLS
        good = server.settings(encryption=encryption, ca_file=tls.certificate, user=USER, password=PASSWORD)
        SmtpSender(good).send(MAIL, "")
        assert len(server.got) == 1
        assert SmtpSender(good).check().startswith("TLS")
        wrong = server.settings(encryption=encryption, ca_file=tls.certificate, user=USER, password="fout")
        with pytest.raises(MailRefused) as caught:
            SmtpSender(wrong).send(MAIL, "")
        assert caught.value.code == "login_refused"
        strange = server.settings(encryption=encryption, user=USER, password=PASSWORD)
        with pytest.raises(MailRefused) as caught:
            SmtpSender(strange).send(MAIL, "")
        assert caught.value.code == "untrusted_server"
        assert len(server.got) == 1


def test_a_server_without_starttls_hears_no_password(server: SmtpStandIn) -> None:
    """A stripped STARTTLS is an attack: nothing is sent."""
    stripped = server.settings(encryption=Encryption.STARTTLS, user=USER, password=PASSWORD)
    with pytest.raises(MailRefused) as caught:
        SmtpSender(stripped).send(MAIL, "")
    assert caught.value.code == "untrusted_server"


def test_an_open_line_to_another_machine_is_refused() -> None:
    """Mail and password in the clear."""
    with pytest.raises(ValueError, match="in the clear"):
        SmtpServer("mail.example", encryption=Encryption.NONE_ONLY_FOR_LOOPBACK)


def test_without_a_mailbox_there_are_no_drafts(server: SmtpStandIn) -> None:
    """SMTP knows none; said as such."""
    with pytest.raises(MailRefused) as caught:
        SmtpSender(server.settings()).draft(MAIL)
    assert caught.value.code == "no_drafts"
