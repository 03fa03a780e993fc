"""Threats: each is named with its place, and the worst one is the mail's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from intake.checks.afzender import authenticate
from intake.checks.bedreigingen import judge_threat
from intake.model import Attachment, Defect, Mail, Threat
from tests.unit.intake.building import REGISTER, file, mail, paper

FAILED = (("Authentication-Results", "mx.desk.example; dmarc=fail header.from=wolfsdal.example"),)


def threat(sent: Mail, **given: bool) -> Threat | None:
    return judge_threat(sent, (), authenticate(sent, REGISTER.authserv_ids), REGISTER, **given)[0]


@pytest.mark.parametrize(
    ("attachment", "expected"),
    [
        (file("Signaal.pdf.exe", "application/octet-stream", inside="signaal.zip"), Threat.EXECUTABLE),
        (file("signaal.PDF.LNK", "application/octet-stream"), Threat.EXECUTABLE),
        (file("signaal.pdf", "application/x-msdownload"), Threat.EXECUTABLE),
        (file("Signaal.docm", "application/octet-stream"), Threat.MACRO),
        (file("signaal.docx", "application/vnd.ms-word.document.macroEnabled.12"), Threat.MACRO),
        (file("executive summary.pdf"), None),
        (file("com.pdf"), None),
    ],
)
def test_dangerous_files_are_known_by_name_and_by_bytes(attachment: Attachment, expected: Threat | None) -> None:
    """A double extension, a program under a harmless name, and names that only look like it."""
    assert threat(mail(files=[attachment])) is expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("zip_bomb", Threat.ZIP_BOMB),
        ("smime_encrypted", Threat.ENCRYPTED),
        ("archive_broken", Threat.CORRUPT),
        ("name_doubled", None),
    ],
)
def test_what_reading_could_not_open_is_a_threat(code: str, expected: Threat | None) -> None:
    """Defects of the readers become the threat they stand for."""
    assert threat(replace(mail(), defects=(Defect(code, "x.zip"),))) is expected


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (mail(passed=False, headers=FAILED), Threat.SPOOFED_SENDER),
        (mail(sender="x@wo1fsdal.example"), Threat.SPOOFED_SENDER),
        (mail(passed=False), None),
        (mail(sender="ilse@webmail.example", name="Ilse Brandenburg, burgemeester"), None),
    ],
)
def test_a_spoofed_sender_is_one_we_know_and_our_server_does_not_believe(sent: Mail, expected: Threat | None) -> None:
    """No result at all is no proof of forgery, and a private address is no imitation."""
    assert threat(sent) is expected


def test_the_worst_threat_names_the_mail_and_all_are_findings() -> None:
    """A program in a spoofed mail whose other file was cut off."""
    sent = mail(passed=False, headers=FAILED, files=[file("run.exe")])
    documents = [replace(paper("a.pdf"), threat=Threat.CORRUPT)]
    worst, findings = judge_threat(
        sent, documents, authenticate(sent, REGISTER.authserv_ids), REGISTER, linked=True, removed=True
    )
    assert worst is Threat.EXECUTABLE
    assert [f.reason for f in findings] == [
        "program",
        "sender_failed_authentication",
        "link_instead_of_attachment",
        "document_corrupt",
        "attachment_removed",
    ]
