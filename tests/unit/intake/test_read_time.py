"""Mails that repeat one sign for ever: reading takes time linear in their length."""

from __future__ import annotations

import time

import pytest

from intake.archives import read_any

LENGTH = 400_000
SECONDS = 5.0  # of processor time; quadratic readers were stopped after half a minute
FROM = b"From: a@b.example\r\n"


def repeated(sign: bytes) -> bytes:
    return sign * (LENGTH // len(sign))


@pytest.mark.parametrize(
    ("header", "sign"),
    [
        (b"Message-ID: ", b"("),
        (b"References: ", b'"'),
        (b"To: ", b"\\"),
        (b"To: ", b'\\"'),
        (b"To: ", b"\\("),
        (b'To: "', b'\\"'),
        (b"Reply-To: ", b"("),
        (b"Cc: <:", b"@"),
        (b"To: ", b"a"),
        (b"Content-Type: text/plain; ", b"a"),
        (b"Content-Type: text/plain; ", b"a "),
        (b"Content-Disposition: attachment; filename=", b'"\\'),
        (b"Content-Disposition: attachment", b"; filename*0=a"),
        (b"Subject: ", b"=?utf-8?q?"),
        (b"Authentication-Results: ", b";"),
    ],
)
def test_one_sign_repeated_in_a_header(header: bytes, sign: bytes) -> None:
    """A header may be four megabytes long."""
    began = time.process_time()
    mail = read_any(FROM + header + repeated(sign) + b"\r\n\r\nx")
    assert time.process_time() - began < SECONDS
    assert mail.senders[0].address == "a@b.example"


@pytest.mark.parametrize(
    ("headers", "sign"),
    [
        (b"Content-Type: text/html", b"<style>"),
        (b"Content-Type: text/html", b"<"),
        (b"Content-Type: text/html", b"<b>a"),
        (b"Content-Type: text/html", b"<a href=x>"),
        (b"Content-Type: text/html", b"<div style='display:none'>"),
        (b"Content-Type: text/html", b"a\x00"),
        (b"Content-Type: text/plain", b"begin 644 x\n"),
        (b"Content-Type: multipart/mixed; boundary=x", b"--x\r\n"),
        (b"Content-Transfer-Encoding: quoted-printable", b"="),
    ],
)
def test_one_sign_repeated_in_a_body(headers: bytes, sign: bytes) -> None:
    """Whatever else is wrong with it."""
    began = time.process_time()
    read_any(FROM + headers + b"\r\n\r\n" + repeated(sign))
    assert time.process_time() - began < SECONDS
