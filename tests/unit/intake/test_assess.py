"""The judging stages together, on mails built here: from bytes to the JSON that scripts depend on."""

from __future__ import annotations

import io
import json
from email.message import EmailMessage
from typing import Any

import docx

from intake.assess import Context, DirectReader, assess_file, assess_mail
from intake.model import Kind
from intake.report import about, to_findings, to_json, unopened
from tests.unit.intake.building import DESK, PASSED, REGISTER
from tests.unit.intake.made_up_mails import papers

CONTEXT = Context(REGISTER, authserv_ids=REGISTER.authserv_ids)
KEYS = {
    "kind",
    "document",
    "title",
    "organisations",
    "ministers",
    "signature",
    "sections",
    "elements",
    "personal_data",
    "complete",
    "threat",
    "possibly_formal",
    "reasons",
    "subject",
    "attachments",
    "defects",
    "sha256",
}


def word(text: str) -> bytes:
    """A Word file with the headings and paragraphs of a made-up paper."""
    file = docx.Document()
    for part in filter(None, (p.strip() for p in text.split("\n\n"))):
        file.add_heading(part[2:]) if part.startswith("# ") else file.add_paragraph(
            " ".join(part.removeprefix("@ ").split())
        )
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


def raw(text: str, subject: str, sender: str, *files: tuple[str, bytes]) -> bytes:
    """A mail as our own server delivered it."""
    message = EmailMessage()
    message["Authentication-Results"] = PASSED.format(domain=sender.rpartition("@")[2])
    message["From"], message["To"], message["Subject"], message["Message-ID"] = (
        sender,
        DESK,
        subject,
        "<1@test.example>",
    )
    message.set_content(text)
    for name, data in files:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def judged(data: bytes, name: str = "x.eml") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(to_json(assess_file(data, name, DirectReader(), CONTEXT))))
    return found


SIGNAL = word(papers()["signal_format"])


def test_a_submission_by_a_representative_is_told_in_full() -> None:
    """Kind, document, names, items and the signature route, under the promised keys."""
    found = judged(
        raw(
            "Hierbij dien ik ons signaal in.",
            "Bestuurlijk signaal",
            "i.brandenburg@wolfsdal.example",
            ("s.docx", SIGNAL),
        )
    )
    assert found.keys() >= KEYS
    assert (found["kind"], found["possibly_formal"], found["document"]) == ("submission", True, "s.docx")
    assert "Gemeente Wolfsdal" in found["organisations"]
    assert found["ministers"] == ["minister van Financiën"]
    assert all(found["sections"].values())
    assert found["signature"]["means"] == ["sent_by_representative"]
    assert not found["complete"]
    assert all({"rule", "verdict", "why", "file", "page", "quote"} <= reason.keys() for reason in found["reasons"])


def test_a_question_has_no_parts_and_no_signature() -> None:
    """What means nothing for a kind is empty, not guessed."""
    found = judged(raw("Hoe dienen wij een signaal in?", "vraag", "k.jansen@wolfsdal.example"))
    assert (found["kind"], found["document"], found["organisations"]) == ("question", None, [])
    assert not any(found["sections"].values())
    assert found["signature"]["verdict"] == "absent"


def test_a_bare_document_has_no_mail_keys() -> None:
    """The mail's keys are null, the document's are judged."""
    found = judged(SIGNAL, "s.docx")
    assert (found["kind"], found["possibly_formal"], found["subject"]) == (None, None, None)
    assert all(found["sections"].values())


def test_personal_data_are_in_full_only_where_a_person_asked() -> None:
    """The frozen findings and the records say where a datum stands and of what type, never the datum."""
    case = assess_mail(
        raw("Zie bijlage.", "rapport", "k.jansen@wolfsdal.example", ("r.docx", word(papers()["case_report"]))),
        DirectReader(),
        CONTEXT,
    )
    assert case.recognition.kind is Kind.CASE_REPORT
    assert "V-123-BB" in json.dumps(to_json(case)["personal_data"])
    for kept in (to_findings(case), about(case)):
        assert all(datum.text not in json.dumps(kept, ensure_ascii=False) for datum in case.personal_data)


def test_a_mail_with_malware_is_work_for_a_person() -> None:
    """Nothing of it is opened, and it may be a submission."""
    found = unopened(b"raw", "Eicar-Test")
    assert (found.recognition.possibly_formal, found.threat) == (True, "executable")
    assert to_json(found)["reasons"][0]["values"] == ["Eicar-Test"]


def test_hostile_bytes_are_judged_without_a_crash() -> None:
    """Nothing, noise, and a mail without a header."""
    for data in (b"", b"\x00\xff" * 500, b"From: \r\n\r\n", b"\r\n\r\nhello"):
        assert judged(data)["sha256"]
