"""Headers: encoded words, raw bytes, doubles, addresses, dates, parameters and file names."""

from __future__ import annotations

import datetime as dt

import pytest

from intake.read import read_mail
from intake.read.addresses import parse_addresses
from intake.read.parameters import parse_parameters
from intake.read.words import decode_words
from tests.unit.intake.letters import HEAD, PDF, codes, file, files, mixed, names


def subject(raw: bytes) -> tuple[str, set[str]]:
    """How a raw Subject is read."""
    mail = read_mail(b"From: a@b.example\r\nSubject: " + raw + b"\r\n\r\n.")
    return mail.subject, codes(mail)


@pytest.mark.parametrize(
    ("raw", "text", "code"),
    [
        ("coördinatie".encode(), "coördinatie", None),
        ("coördinatie €".encode("cp1252"), "coördinatie €", "raw_8bit_header"),
        (b"=?utf-8?Q?co=C3=B6rdinatie?=", "coördinatie", None),
        (b"=?utf-8?B?Y2/Dtg==?= =?utf-8?B?cmRpbmF0aWU=?=", "coördinatie", None),
        (b"=?utf-8?Q?co=C3?=\r\n =?utf-8?Q?=B6rdinatie?=", "coördinatie", None),
        (b"=?iso-8859-1?Q?dat_is_=80_5?= euro", "dat is € 5 euro", None),
        (b"=?utf-8?B?nn!?= x", "=?utf-8?B?nn!?= x", "encoded_word_broken"),
        (b"=?x-onbekend?Q?caf=E9?=", "café", "charset_unknown"),
        (b"=?us-ascii?Q?caf=C3=A9?=", "café", None),
    ],
)
def test_subjects_are_decoded_as_meant(raw: bytes, text: str, code: str | None) -> None:
    """Pitfall 5: raw bytes, split characters, wrong labels; nothing is lost."""
    assert subject(raw) == (text, {code} if code else set())


def test_adjacent_words_lose_the_space_between_them_and_text_keeps_it() -> None:
    """RFC 2047 §6.2."""
    assert decode_words("=?utf-8?Q?een?= =?utf-8?Q?_twee?= drie =?utf-8?Q?vier?=")[0] == "een twee drie vier"


def test_two_from_headers_are_both_kept() -> None:
    """Pitfall 11: a sign of forgery."""
    mail = read_mail(HEAD + b"From: Minister <minister@rijk.example>\r\n\r\n.")
    assert [a.address for a in mail.senders] == ["a.devries@gemeente.example", "minister@rijk.example"]
    assert {"several_from", "header_doubled"} <= codes(mail)


def test_the_topmost_of_doubled_headers_counts() -> None:
    """Pitfall 11: and the obsolete form with a space before the colon is a header too."""
    mail = read_mail(b"From: a@b.example\r\nSubject : Eerste\r\nSubject: Tweede\r\n\r\n.")
    assert mail.subject == "Eerste"
    assert mail.all_headers("subject") == ("Eerste", "Tweede")
    assert codes(mail) == {"header_doubled"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a@B.example", [("", "a@b.example")]),
        ('"Vries, A. de" <A@b.example>', [("Vries, A. de", "a@b.example")]),
        ("Vries, A. de <a@b.example>, c@d.example", [("Vries, A. de", "a@b.example"), ("", "c@d.example")]),
        ("=?utf-8?Q?Andr=C3=A9=2C_B?= <a@b.example>", [("André, B", "a@b.example")]),
        ("undisclosed-recipients:;", []),
        ("Loket: a@b.example, B <c@d.example>;", [("", "a@b.example"), ("B", "c@d.example")]),
        ("a@b.example (Anna)", [("Anna", "a@b.example")]),
        ('"minister@rijk.example" <x@kwaad.example>', [("minister@rijk.example", "x@kwaad.example")]),
        ("X <a@b.example> <c@d.example>", [("X", "a@b.example"), ("", "c@d.example")]),
        ("zomaar een naam", [("zomaar een naam", "")]),
    ],
)
def test_addresses(text: str, expected: list[tuple[str, str]]) -> None:
    """RFC 5322 §3.4 and what Outlook makes of it."""
    assert [(a.name, a.address) for a in parse_addresses(text)] == expected


def test_dates_are_aware_and_nonsense_is_a_defect() -> None:
    """A date without a zone is UTC (RFC 5322 §4.3)."""
    assert read_mail(HEAD + b"\r\n.").date == dt.datetime(2026, 11, 23, 10, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    mail = read_mail(b"From: a@b.example\r\nDate: gisteren\r\n\r\n.")
    assert (mail.date, codes(mail)) == (None, {"date_unreadable"})


def test_ids_are_in_angle_brackets_each_once() -> None:
    """In-Reply-To and References compare equal to Message-ID."""
    mail = read_mail(
        b"From: a@b.example\r\nIn-Reply-To: 1@x.example\r\nReferences: <1@x.example>\r\n <2@x.example><1@x.example>\r\n\r\n."
    )
    assert (mail.in_reply_to, mail.references) == (("<1@x.example>",), ("<1@x.example>", "<2@x.example>"))


@pytest.mark.parametrize(
    ("disposition", "name", "code"),
    [
        (b"attachment; filename*=utf-8''co%C3%B6rdinatie.pdf", "coördinatie.pdf", None),
        (b"attachment; filename*0*=utf-8''co%C3; filename*1*=%B6; filename*2=x.pdf", "coöx.pdf", None),
        (b"attachment; filename*1=b.pdf; filename*0=a", "ab.pdf", None),
        (b"attachment; filename*=us-ascii''co%C3%B6.pdf", "coö.pdf", None),
        (b'attachment; filename="=?utf-8?Q?co=C3=B6.pdf?="', "coö.pdf", None),
        ('attachment; filename="coö.pdf"'.encode("cp1252"), "coö.pdf", None),
        (b"attachment; filename=mijn signaal.pdf", "mijn signaal.pdf", None),
        (b"attachment; filename=\"oud.pdf\"; filename*=utf-8''nieuw.pdf", "nieuw.pdf", "name_ambiguous"),
        (b'attachment; filename="../../etc/x.pdf"', "../../etc/x.pdf", "name_is_path"),
        (b"attachment; filename*=utf-8''a%E2%80%AEfdp.exe", "a\u202efdp.exe", "name_direction_override"),
        (b"attachment; filename*=utf-8''a%00b%0A.pdf", "a\ufffdb\ufffd.pdf", "name_control_characters"),
        (b'attachment; filename="' + b"a" * 300 + b'.pdf"', "a" * 300 + ".pdf", "name_too_long"),
        (b"attachment", "part-2.pdf", None),
    ],
)
def test_file_names(disposition: bytes, name: str, code: str | None) -> None:
    """Pitfalls 6 and 17: the name as meant; what deceives is kept as evidence and noted."""
    mail = read_mail(mixed(file(disposition=disposition)))
    assert (names(mail), files(mail)) == ([name], [PDF])
    assert codes(mail) == ({code} if code else set())


def test_a_second_name_in_the_content_type_is_noted() -> None:
    """Pitfall 6: one program shows the first name, another the second."""
    mail = read_mail(mixed(file(kind=b'application/pdf; name="factuur.exe"')))
    assert names(mail) == ["signaal.pdf"]
    assert [(d.code, d.where, d.detail) for d in mail.defects] == [("name_ambiguous", "signaal.pdf", "factuur.exe")]


def test_two_files_of_one_name_are_both_kept() -> None:
    """Pitfall 17."""
    mail = read_mail(mixed(file(), file(b"%PDF-1.4 ander")))
    assert names(mail) == ["signaal.pdf", "signaal.pdf"]
    assert codes(mail) == {"name_doubled"}


def test_an_unquoted_boundary_with_special_characters_splits() -> None:
    """Pitfall 4: the modern policy of the standard library finds no parts here."""
    raw = (
        mixed(file())
        .replace(b'boundary="GRENS"', b"boundary=--=_(x)/y?:GRENS (naam)")
        .replace(b"\r\n--GRENS", b"\r\n----=_(x)/y?:GRENS")
    )
    mail = read_mail(raw)
    assert (files(mail), mail.defects) == ([PDF], ())


def test_an_open_quote_ends_at_the_semicolon() -> None:
    """A lost closing quote costs no parameter after it."""
    parsed = parse_parameters('text/plain; name="a.pdf; charset=utf-8')
    assert (parsed.get("name"), parsed.get("charset")) == ("a.pdf", "utf-8")
