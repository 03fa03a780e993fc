"""Messages as they are written: what a sender of ours put in them cannot break out of its place."""

from __future__ import annotations

import datetime as dt
import email
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from intake.outgoing.compose import Envelope, PdfFile, Thread, compose, message_id, under_new_id

NOW = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)
OWN = "<eigen@loket.example>"


def envelope(recipient: str = "jan@politie.example", own: str = OWN) -> Envelope:
    """To Jan."""
    return Envelope(own, "loket@loket.example", "Landelijk Loket Bestuurlijke Signalen", recipient, NOW)


def parsed(raw: bytes) -> EmailMessage:
    """As it is read."""
    return email.message_from_bytes(raw, EmailMessage, policy=SMTP)


def test_equal_input_gives_equal_bytes_with_crlf_alone() -> None:
    """Also with an annex, whose boundary is not drawn by chance."""
    made = [
        compose(envelope(), "Onderwerp – één", "Tekst\nmet é\n", annexes=(PdfFile("v.pdf", b"%PDF"),)) for _ in range(2)
    ]
    assert made[0] == made[1]
    assert b"\n" not in made[0].replace(b"\r\n", b"")
    assert made[0].isascii()


@pytest.mark.parametrize(
    "recipient", ["jan@x.example\r\nBcc: weg@y.example", "jan@x.example, weg@y.example", "geen adres"]
)
def test_an_address_that_is_none_is_refused(recipient: str) -> None:
    """No header is smuggled in, no second recipient."""
    with pytest.raises((ValueError, IndexError)):
        compose(envelope(recipient), "x", "x")


def test_a_poisoned_message_id_is_left_out() -> None:
    """In-Reply-To and References hold Message-IDs and nothing else."""
    thread = Thread(
        "<goed@x.example>", ("<a b@x>", "x\r\nBcc: weg@y.example", "<eerder@x.example>", "<goed@x.example>")
    )
    found = parsed(compose(envelope(), "x", "x", thread))
    assert found["Bcc"] is None
    assert (found["In-Reply-To"], found["References"]) == ("<goed@x.example>", "<eerder@x.example> <goed@x.example>")
    assert parsed(compose(envelope(), "x", "x", Thread("x\r\nBcc: weg@y.example")))["In-Reply-To"] is None


def test_a_long_thread_keeps_its_beginning_and_its_end() -> None:
    """RFC 5322 §3.6.4."""
    thread = Thread("<laatste@x>", tuple(f"<{n}@x>" for n in range(500)))
    kept = str(parsed(compose(envelope(), "x", "x", thread))["References"]).split()
    assert (kept[0], kept[-2:], len(kept)) == ("<0@x>", ["<499@x>", "<laatste@x>"], 22)


def test_a_message_id_is_new_each_time_and_of_our_domain() -> None:
    """96 random bits: nobody reports about a mail that he never got."""
    ids = {message_id("loket@loket.example") for _ in range(1000)}
    assert len(ids) == 1000
    assert all(i.endswith(".loketbs@loket.example>") for i in ids)


@pytest.mark.parametrize("domain", ["x.example", "zeer.lange.naam.van.een.organisatie.met.veel.delen.example"])
def test_another_message_id_changes_nothing_else(domain: str) -> None:
    """Also where the header is so long that it is folded."""
    old, new = message_id(f"a@{domain}"), message_id(f"a@{domain}")
    raw = compose(envelope(own=old), "x", "tekst", annexes=(PdfFile("v.pdf", b"%PDF"),))
    again = under_new_id(raw, old, new)
    assert parsed(again)["Message-ID"] == new
    assert under_new_id(again, new, old) == raw
    with pytest.raises(ValueError, match="does not bear"):
        under_new_id(raw, new, old)
