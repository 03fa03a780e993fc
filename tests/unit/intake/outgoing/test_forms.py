"""Which mail gets a receipt: the desk's table of kinds of mail, column ontvangstbevestiging, row by row."""

from __future__ import annotations

import pytest

from bot.texts.outgoing import FORM
from intake.model import Address, Assessment, Kind, Mail, Organisation, Recognition, Register, Threat
from intake.outgoing.receipts import Answering, Form, answering, form_of
from intake.read.mail import read_mail

KNOWN, STRANGER = Answering(to="jan@politie.example", known=True), Answering(to="jan@burger.example")
REGISTER = Register(
    desk="Loket",
    mailbox="loketbs@liec.example",
    organisations=(Organisation("politie", "Politie", domains=("politie.example",)),),
)


@pytest.mark.parametrize(
    ("row", "kind", "relation", "answer", "form"),
    [
        ("M03", Kind.SUBMISSION, "opened", KNOWN, Form.RECEIPT),
        ("M41", Kind.SUBMISSION, "opened", STRANGER, Form.RECEIPT),
        ("M04", Kind.CASE_REPORT, "opened", KNOWN, None),
        ("M05", Kind.AUTOMATIC, "automatic", KNOWN, None),
        ("M10", Kind.MINISTER_RESPONSE, "minister_response", KNOWN, Form.JOINED),
        ("M12", Kind.WITHDRAWAL, "withdrawal", KNOWN, Form.JOINED),
        ("M13", Kind.CORRECTION, "correction", KNOWN, Form.JOINED),
        ("M16", Kind.SUBMISSION, "co_submitter", KNOWN, Form.JOINED),
        ("M17", Kind.SUBMISSION, "duplicate", KNOWN, None),
        ("M18", Kind.SUBMISSION, "same_text_other_file", KNOWN, Form.JOINED),
        ("M24", Kind.SUBMISSION, "opened", Answering(to="x@y.z", threat="encrypted"), Form.CANNOT_OPEN),
        ("M31", Kind.POSTAL_SCAN, "opened", KNOWN, None),
        ("M36", Kind.OTHER, "other", KNOWN, None),
        ("M37", Kind.SUPPLEMENT, "supplement", KNOWN, Form.JOINED),
        ("M38", Kind.QUESTION, "question", KNOWN, None),
        ("-", Kind.SUPPLEMENT, "supplement", STRANGER, None),
    ],
)
def test_the_table_of_kinds_of_mail(row: str, kind: Kind, relation: str, answer: Answering, form: Form | None) -> None:
    """And what joined a dossier by a likeness tells its number to no stranger."""
    assert form_of(kind, relation, answer) is form, row


def assessed(mail: Mail, threat: Threat | None = None) -> Assessment:
    """A mail that was judged."""
    return Assessment("00", Recognition(Kind.SUBMISSION, possibly_formal=True), mail=mail, threat=threat)


def mail(sender: str = "jan@politie.example", more: str = "") -> Mail:
    """A mail."""
    return read_mail(f"{more}From: Jan <{sender}>\r\nMessage-ID: <a@x>\r\nReferences: <b@x>\r\n\r\nTekst\r\n".encode())


def test_a_partner_is_known_also_by_a_part_of_his_domain() -> None:
    """And another domain that ends alike is not."""
    assert answering(assessed(mail()), REGISTER).known
    assert answering(assessed(mail("jan@mail.politie.example")), REGISTER).known
    assert not answering(assessed(mail("jan@nietpolitie.example")), REGISTER).known


def test_a_forged_sender_and_malware_are_not_answered() -> None:
    """A receipt would confirm the address, and tell a number."""
    assert answering(assessed(mail(), Threat.SPOOFED_SENDER), REGISTER).silent == "threat_spoofed_sender"
    assert answering(assessed(mail(), Threat.EXECUTABLE), REGISTER).silent == "threat_executable"


def test_what_a_colleague_passed_on_waits_for_a_person() -> None:
    """M34: the receipt is for who wrote it, as a draft; without him for nobody."""
    inner = mail("anna@politie.example")
    outer = mail("collega@liec.example")
    passed = Mail(**{**{f: getattr(outer, f) for f in Mail.__dataclass_fields__}, "forwarded": (inner,)})
    found = answering(assessed(passed), REGISTER)
    assert (found.to, found.check, found.silent) == ("anna@politie.example", True, "")
    assert answering(assessed(outer), REGISTER).silent == "no_sender"


def test_it_comes_back_from_the_records_as_it_was() -> None:
    """Kept as JSON; what a later version adds is missed by none."""
    found = answering(assessed(mail(), Threat.ENCRYPTED), REGISTER)
    assert Answering.of_plain(found.plain()) == found
    assert Answering.of_plain({"to": "x@y.z", "colour": 1}) == Answering(to="x@y.z")


def test_an_unread_mail_names_nobody() -> None:
    """Malware is not opened, so nobody knows from whom it is."""
    assert answering(Assessment("00", Recognition(Kind.OTHER, possibly_formal=True)), REGISTER).silent == "no_sender"
    assert Address("", "x@y.z").domain == "y.z"


def test_every_letter_has_a_name() -> None:
    """For the timeline."""
    assert {form.value for form in Form} == set(FORM)
