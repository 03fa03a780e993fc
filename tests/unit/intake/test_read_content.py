"""Parts and their content: what is an annex, what is body, and in which encodings both come."""

from __future__ import annotations

import binascii

import pytest

from intake.read import read_mail, sniff
from tests.unit.intake.letters import HEAD, PDF, PNG, TEXT, b64, codes, file, files, mixed, multipart, names

HTML = b"Content-Type: text/html; charset=utf-8\r\n\r\n"


@pytest.mark.parametrize(
    "raw",
    [
        HEAD + file(),
        HEAD + file(disposition=b"inline"),
        HEAD + multipart(TEXT, file(), kind=b"alternative"),
        HEAD + multipart(file(disposition=b"inline"), TEXT, kind=b"related"),
        mixed(file(kind=b"application/octet-stream")),
        mixed(file(kind=b"text/plain", disposition=b"inline")),
    ],
    ids=["root", "root inline", "alternative", "related", "octet-stream", "called text"],
)
def test_a_pdf_is_found_wherever_it_stands(raw: bytes) -> None:
    """Pitfalls 2 and 15: place and disposition decide nothing, and an inline PDF is no picture of the signature block."""
    mail = read_mail(raw)
    assert [(a.content, a.media_type, a.inline) for a in mail.attachments] == [(PDF, "application/pdf", False)]


def test_a_shown_picture_is_inline_and_a_photo_of_a_letter_is_not() -> None:
    """Pitfall 15: shown by `cid:` or marked inline, and a picture."""
    logo = file(PNG, b"image/png", b'attachment; filename="logo.png"').replace(
        b"Content-Disp", b"Content-ID: <l1@x>\r\nContent-Disp"
    )
    photo = file(PNG, b"image/png", b'attachment; filename="scan.png"')
    body = HTML + b'<p>Groet<img src="cid:L1@x"></p>'
    mail = read_mail(HEAD + multipart(multipart(body, logo, kind=b"related", boundary=b"r"), photo))
    assert [(a.name, a.inline) for a in mail.attachments] == [("logo.png", True), ("scan.png", False)]


@pytest.mark.parametrize("encoding", [b"BASE64 ", b" base64 (x)", b'"base64"', b"base64;"])
def test_odd_spellings_of_base64(encoding: bytes) -> None:
    """Pitfall 3: the standard library hands out undecoded text for the trailing space."""
    mail = read_mail(mixed(file().replace(b"base64", encoding)))
    assert (files(mail), mail.defects) == ([PDF], ())


@pytest.mark.parametrize(
    ("part", "code"),
    [
        (file()[:-6], "base64_broken"),
        (file().replace(b"base64", b"x-geheim"), "transfer_encoding_unknown"),
        (file().replace(b"base64", b"8bit"), "transfer_encoding_lies"),
        (file().replace(b"base64\r\n\r\n", b"quoted-printable\r\n\r\n=ZZ"), "quoted_printable_broken"),
    ],
)
def test_damaged_and_lying_encodings_are_seen(part: bytes, code: str) -> None:
    """Pitfall 12: the bytes are kept, the defect names the file."""
    mail = read_mail(mixed(part))
    assert names(mail) == ["signaal.pdf"]
    assert code in codes(mail)


def test_binary_and_quoted_printable_files_keep_their_bytes() -> None:
    """The line break before a delimiter belongs to the delimiter, no other one does."""
    binary = file().partition(b"\r\n\r\n")[0].replace(b"base64", b"binary") + b"\r\n\r\n" + PDF + b"\r\n"
    quoted = file().partition(b"\r\n\r\n")[0].replace(b"base64", b"quoted-printable") + b"\r\n\r\n"
    quoted += binascii.b2a_qp(PDF, istext=False)
    assert files(read_mail(mixed(binary, quoted))) == [PDF + b"\r\n", PDF]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ((b'; boundary="GRENS"', b""), "boundary_missing"),
        ((b'boundary="GRENS"', b'boundary="ANDERS"'), "boundary_never_seen"),
        ((b"--GRENS--\r\n", b""), "closing_boundary_missing"),
        ((b"--GRENS--\r\n", b"--GRENS--\r\n\r\nVerzonden vanaf een lijst\r\n"), "text_outside_parts"),
    ],
)
def test_broken_boundaries_lose_no_part(change: tuple[bytes, bytes], code: str) -> None:
    """Pitfall 12."""
    mail = read_mail(mixed(file()).replace(*change))
    assert (files(mail), codes(mail)) == ([PDF], {code})


def test_a_part_after_the_end_is_read() -> None:
    """A place to hide a file from programs that stop at the end."""
    mail = read_mail(mixed() + b"--GRENS\r\n" + file() + b"\r\n--GRENS--\r\n")
    assert files(mail) == [PDF]
    assert "part_after_end" in codes(mail)


def test_partial_and_external_bodies_go_to_a_person() -> None:
    """Pitfall 12."""
    assert "partial_message" in codes(
        read_mail(HEAD + b'Content-Type: message/partial; number=1; total=2; id="x"\r\n\r\ndeel')
    )
    external = b"Content-Type: message/external-body; access-type=anon-ftp\r\n\r\nContent-Type: application/pdf\r\n\r\n"
    assert "external_body" in codes(read_mail(mixed(external)))


def test_an_attached_mail_is_the_raw_slice_and_its_files_are_found() -> None:
    """Pitfall 7: a re-serialised mail has another hash, and a broken DKIM signature."""
    inner = mixed(file()).replace(b"GRENS", b"BINNEN").replace(b"Subject: Indiening", b"Subject:   raar\r\n gevouwen")
    part = b'Content-Type: message/rfc822; name="door.eml"\r\n\r\n' + inner
    mail = read_mail(mixed(part))
    assert files(mail) == [inner, PDF]
    assert [(a.name, a.inside) for a in mail.attachments] == [("door.eml", None), ("signaal.pdf", "door.eml")]
    assert [m.subject for m in mail.forwarded] == ["raar gevouwen"]
    assert files(mail.forwarded[0]) == [PDF]


def test_an_attached_mail_in_base64_is_opened() -> None:
    """Pitfall 7: forbidden by RFC 2046 §5.2.1, and common."""
    inner = mixed(file())
    mail = read_mail(
        mixed(
            b'Content-Type: message/rfc822; name="door.eml"\r\nContent-Transfer-Encoding: base64\r\n\r\n' + b64(inner)
        )
    )
    assert files(mail) == [inner, PDF]


def test_defects_of_an_attached_mail_name_their_place() -> None:
    """A person must know which of the mails is meant."""
    inner = b"Subject: geen afzender\r\n\r\n."
    mail = read_mail(mixed(b'Content-Type: message/rfc822; name="door.eml"\r\n\r\n' + inner))
    assert [(d.code, d.where) for d in mail.defects] == [("from_missing", "door.eml/from")]


def test_uuencoded_and_yenc_files_in_the_text_are_files() -> None:
    """Pitfall 10."""
    lines = b"".join(binascii.b2a_uu(PDF[i : i + 45]) for i in range(0, len(PDF), 45))
    escaped = b"".join(
        b"=" + bytes(((c + 106) % 256,)) if (c + 42) % 256 in b"\0\n\r=" else bytes(((c + 42) % 256,)) for c in PDF
    )
    yenc = b"=ybegin line=128 size=%d name=y.pdf\r\n%s\r\n=yend size=%d\r\n" % (len(PDF), escaped, len(PDF))
    mail = read_mail(
        HEAD + b"\r\nVooraf\r\nbegin 644 uu.pdf\r\n" + lines + b"`\r\nend\r\nDaarna\r\n" + yenc + b"Slot\r\n"
    )
    assert (names(mail), files(mail)) == (["uu.pdf", "y.pdf"], [PDF, PDF])
    assert mail.text.split() == ["Vooraf", "Daarna", "Slot"]
    assert mail.defects == ()


def test_a_cut_off_uuencoded_file_is_kept_with_a_defect() -> None:
    """Pitfall 10; and a sentence that begins like one is text."""
    mail = read_mail(HEAD + b"\r\nbegin 644 uu.pdf\r\n" + binascii.b2a_uu(PDF[:45]))
    assert (files(mail), codes(mail)) == ([PDF[:45]], {"embedded_file_broken"})
    assert names(read_mail(HEAD + b"\r\nbegin 2024 waren er\r\ndrie signalen\r\n")) == []


def test_an_encoded_file_left_in_the_text_is_never_no_attachment() -> None:
    """Decision 6 of the reference: an empty result while the text holds a file is not 'no attachment'."""
    assert "encoded_file_in_text" in codes(read_mail(HEAD + b"\r\nZie hieronder\r\n" + b64(PDF)))


@pytest.mark.parametrize(
    ("label", "data", "text", "code"),
    [
        (b"x-mac-cyrillic", b"\x8f\xf0", "Пр", None),
        (b"bestaat-niet", "café".encode(), "café", "charset_unknown"),
        (b"us-ascii", b"caf\xe9 \x80", "café €", "charset_wrong"),
        (b"iso-8859-1", b"\x93ja\x94", "“ja”", None),
        (b"utf-7", b"caf+AOk-", "café", None),
        (b'""', "café".encode(), "café", None),
        (b"zip", b"x", "x", "charset_unknown"),
        (b"idna", b"x", "x", "charset_unknown"),
    ],
)
def test_character_sets(label: bytes, data: bytes, text: str, code: str | None) -> None:
    """Pitfall 16: labels that nobody knows, that lie, or that name no character set at all."""
    mail = read_mail(HEAD + b"Content-Type: text/plain; charset=" + label + b"\r\n\r\n" + data)
    assert (mail.text, codes(mail)) == (text, {code} if code else set())


def test_plain_text_is_taken_of_two_alternatives() -> None:
    """And the HTML source is kept."""
    mail = read_mail(HEAD + multipart(TEXT, HTML + b"<p>Geachte heer, bijgaand het signaal.</p>", kind=b"alternative"))
    assert mail.text == "Geachte heer, bijgaand het signaal."
    assert "<p>" in mail.html
    assert mail.defects == ()


def test_a_stub_of_plain_text_gives_way_to_the_html() -> None:
    """What a person sees is the HTML; the plain text only says so."""
    stub = b"Content-Type: text/plain\r\n\r\nUw programma toont geen HTML."
    html = HTML + (
        b"<p>Hierbij dienen wij formeel het bestuurlijk signaal over zelfopslag in.</p>"
        b"<p>Dit signaal is ondertekend namens drie organisaties; de bijlagen volgen per post.</p>"
    )
    mail = read_mail(HEAD + multipart(stub, html, kind=b"alternative"))
    assert mail.text.startswith("Hierbij dienen wij")
    assert codes(mail) == {"alternatives_differ"}


def test_calendar_and_delivery_reports_are_annexes_with_their_type() -> None:
    """Pitfall 18: they are told apart by type, never lost."""
    event = b"Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
    status = b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x.example\r\n\r\nAction: failed\r\n"
    mail = read_mail(HEAD + multipart(TEXT, event, status, kind=b"report"))
    assert [(a.name, a.media_type) for a in mail.attachments] == [
        ("part-2.ics", "text/calendar"),
        ("part-3.txt", "message/delivery-status"),
    ]


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (b"\n\n" + PDF, "a.doc", "application/pdf"),
        (PNG, "a.pdf", "image/png"),
        (b"MZ\x90\x00\x03", "factuur.pdf", "application/vnd.microsoft.portable-executable"),
        (b"MZ is geen programma", "a.txt", "text/plain"),
        (b"WScript.Echo 1", "brief.pdf.vbs", "application/x-script"),
        (b"#!/bin/sh\n", "x", "application/x-script"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99) + "WordDocument".encode("utf-16-le"),
            "a",
            "application/msword",
        ),
        (b"<!DOCTYPE html><html>", "Signaal.pdf", "text/html"),
        (b"\x00\x01\x02", "a.pdf", "application/octet-stream"),
        (b"Geachte heer", "a.txt", "text/plain"),
    ],
)
def test_files_are_what_their_bytes_say(content: bytes, name: str, media_type: str) -> None:
    """The name and the declared type convince nobody."""
    assert sniff(content, name, "application/pdf") == media_type
