"""The frame of a mail: header blocks that are not as they should be, limits, and what must never happen."""

from __future__ import annotations

import time

import pytest

from intake.read import ReadLimits, read_mail
from tests.unit.intake.letters import HEAD, PDF, TEXT, codes, file, files, mixed, multipart, names


def test_an_ordinary_mail_has_no_defect() -> None:
    """What is sent by a sound program is read without a remark."""
    mail = read_mail(mixed(file()))
    assert mail.defects == ()
    assert (mail.subject, mail.text, mail.message_id) == (
        "Indiening",
        "Geachte heer, bijgaand het signaal.",
        "<1@gemeente.example>",
    )
    assert [(a.name, a.content, a.media_type, a.inside) for a in mail.attachments] == [
        ("signaal.pdf", PDF, "application/pdf", None)
    ]
    assert mail.sender is not None
    assert (mail.sender.name, mail.sender.address, mail.sender.domain) == (
        "A. de Vries",
        "a.devries@gemeente.example",
        "gemeente.example",
    )


@pytest.mark.parametrize(
    ("before", "code"),
    [
        (b"\xef\xbb\xbf", "byte_order_mark"),
        (b"dit is geen kop\r\n", "illegal_header_line"),
        (b" vervolg van niets\r\n", "illegal_header_line"),
        (b"From loket@loket.example Mon Nov 23 10:00:00 2026\r\n", None),
    ],
)
def test_a_stray_first_line_hides_no_attachment(before: bytes, code: str | None) -> None:
    """Pitfall 1: the standard library takes the whole mail for body here, and the PDF is gone."""
    mail = read_mail(before + mixed(file()))
    assert files(mail) == [PDF]
    assert mail.subject == "Indiening"
    assert codes(mail) == ({code} if code else set())


def test_a_stray_line_among_the_headers_hides_no_attachment() -> None:
    """Pitfall 1: a gateway's broken line stands between two headers."""
    mail = read_mail(mixed(file()).replace(b"MIME-Version", b"[EXTERN] let op\r\nMIME-Version"))
    assert files(mail) == [PDF]
    assert codes(mail) == {"illegal_header_line"}


def test_a_body_without_a_blank_line_before_it_is_read() -> None:
    """Pitfall 1: the body starts at the first line that can be no header."""
    mail = read_mail(b"From: a@b.example\r\nSubject: Vraag\r\nGeachte heer, ik heb een vraag.\r\nGroet\r\n")
    assert mail.text.splitlines() == ["Geachte heer, ik heb een vraag.", "Groet"]
    assert codes(mail) == {"blank_line_missing"}


def test_bare_carriage_returns_are_line_ends() -> None:
    """Pitfall 14: some scanners write CR only."""
    mail = read_mail(mixed(file()).replace(b"\r\n", b"\r"))
    assert files(mail) == [PDF]
    assert codes(mail) == {"line_ends_cr_only"}


@pytest.mark.parametrize("raw", [b"", b"\r\n\r\n", b"\x00" * 50])
def test_nothing_at_all_is_said_to_be_nothing(raw: bytes) -> None:
    """Pitfall 14: an empty mail is a mail with a defect."""
    assert codes(read_mail(raw)) & {"mail_empty", "unstorable_characters"}


def test_nul_and_surrogates_never_leave_the_reader() -> None:
    """Pitfall 14: the database and JSON refuse them."""
    raw = (
        HEAD.replace(b"Indiening", b"Indie\x00ning")
        + b"Content-Type: text/plain; charset=utf-8\r\n\r\na\x00b \xed\xa0\x80"
    )
    mail = read_mail(raw)
    mail.text.encode()
    assert "\x00" not in mail.text + mail.subject
    assert "unstorable_characters" in codes(mail) or "charset_wrong" in codes(mail)


def test_a_mail_over_the_size_limit_keeps_its_header() -> None:
    """Pitfall 13: who sent it is known even when it is too large to read."""
    mail = read_mail(mixed(file(PDF * 100)), ReadLimits(size=2000, header=1500))
    assert mail.subject == "Indiening"
    assert "mail_too_large" in codes(mail)


@pytest.mark.parametrize(
    "raw",
    [
        HEAD + multipart(*[TEXT] * 20_000, file()),
        HEAD + b"X-Lang: " + b"a" * 1_000_000 + b"\r\n\r\ntekst",
        HEAD + b"References: " + b"<a@b.example>\r\n " * 60_000 + b"\r\n\r\ntekst",
        HEAD + b"Cc: " + b'"De Vries, A." <a@b.example>, ' * 5_000 + b"\r\n\r\ntekst",
        HEAD + b"X: =?utf-8?Q?" + b"=?a?q?" * 100_000 + b"\r\n\r\ntekst",
        HEAD + b"Content-Type: multipart/mixed" + b'; a="b' * 50_000 + b"\r\n\r\ntekst",
        HEAD + b"\r\n" + b"begin 644 x\r\n" * 50_000,
        HEAD + b"Content-Type: text/html\r\n\r\n" + b"<font><b><i>" * 50_000 + b"</p>" * 50_000,
    ],
    ids=[
        "20,000 parts",
        "1 MB header",
        "references",
        "5,000 addressees",
        "encoded words",
        "parameters",
        "uuencode",
        "html",
    ],
)
def test_hostile_size_takes_bounded_time(raw: bytes) -> None:
    """Pitfall 13: time stays linear in the size."""
    start = time.process_time()
    mail = read_mail(raw)
    assert time.process_time() - start < 3  # 1 s on an idle machine
    assert mail.subject == "Indiening"


def test_twenty_thousand_parts_hide_no_pdf() -> None:
    """Pitfall 13: the one PDF among them is found."""
    assert files(read_mail(HEAD + multipart(*[TEXT] * 20_000, file()))) == [PDF]


def nested(depth: int) -> bytes:
    """Multiparts inside each other, the PDF innermost."""
    entity = file()
    for level in range(depth):
        entity = multipart(entity, boundary=b"g%d" % level)
    return HEAD + entity


def test_deep_nesting_is_read_up_to_the_limit_and_kept_beyond() -> None:
    """Pitfall 13: the standard library raises RecursionError from some hundred levels on."""
    assert files(read_mail(nested(50))) == [PDF]
    mail = read_mail(nested(3000))
    assert "nested_too_deep" in codes(mail)
    assert PDF in files(mail) or "JVBERi0" in mail.text


def test_more_parts_than_the_limit_stay_in_one_piece() -> None:
    """Pitfall 13: what is not split is kept and named."""
    mail = read_mail(HEAD + multipart(TEXT, file(), file(), file()), ReadLimits(parts=3))
    assert "too_many_parts" in codes(mail)
    assert b"JVBERi0" in b"".join(files(mail)[1:])


def test_mails_inside_mails_stop_at_the_limit() -> None:
    """Pitfall 13: each level is kept, the innermost unread."""
    raw = mixed(file())
    for level in range(20):
        raw = HEAD + multipart(TEXT, b"Content-Type: message/rfc822\r\n\r\n" + raw, boundary=b"g%d" % level)
    mail = read_mail(raw, ReadLimits(forwards=4))
    assert "nested_too_deep" in codes(mail)
    assert len(mail.attachments) == 5
    assert set(names(mail)) == {"part-2.eml"}
