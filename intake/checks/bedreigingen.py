"""What about a mail could harm a careless hand, or shows that the sender is not who he says; named, never opened (DESIGN §4)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from intake.checks.afzender import Authentication, imitated_domain, partner_of
from intake.model import Document, Finding, Mail, Place, Register, Threat, Verdict

RULE = "bedreiging"
_PROGRAM = re.compile(
    r"\.(?:exe|scr|com|pif|bat|cmd|vbs|vbe|js|jse|wsf|wsh|hta|msi|msix|ps1|jar|lnk|dll|cpl|reg|iso|img|vhdx?|appx|apk|one)$",
    re.IGNORECASE,
)
_PROGRAM_TYPES = frozenset(
    {"application/x-msdownload", "application/vnd.microsoft.portable-executable", "application/x-executable"}
)
_MACRO = re.compile(r"\.(?:docm|dotm|xlsm|xltm|xlam|xlsb|pptm|ppsm)$", re.IGNORECASE)
OF_DEFECT = {
    "zip_bomb": Threat.ZIP_BOMB,
    "archive_encrypted": Threat.ENCRYPTED,
    "smime_encrypted": Threat.ENCRYPTED,
    "password_needed": Threat.ENCRYPTED,
    "archive_broken": Threat.CORRUPT,
    "tnef_broken": Threat.CORRUPT,
    "outlook_broken": Threat.CORRUPT,
    "base64_broken": Threat.CORRUPT,
    "partial_message": Threat.CORRUPT,
    "file_by_reference": Threat.LINK_INSTEAD_OF_ATTACHMENT,
    "external_body": Threat.LINK_INSTEAD_OF_ATTACHMENT,
}


def judge_threat(
    mail: Mail,
    documents: Sequence[Document],
    authentication: Authentication,
    register: Register,
    *,
    linked: bool = False,
    removed: bool = False,
) -> tuple[Threat | None, tuple[Finding, ...]]:
    """The worst threat and a finding for each. `linked`: a submission is a link; `removed`: a gateway took the file out."""
    found = [*_files(mail), *_documents(documents), *_defects(mail), *_sender(mail, authentication, register)]
    if linked:
        found.append((Threat.LINK_INSTEAD_OF_ATTACHMENT, "link_instead_of_attachment", Place("mail")))
    if removed:
        found.append((Threat.CORRUPT, "attachment_removed", Place("mail")))
    order = list(Threat)
    found.sort(key=lambda f: order.index(f[0]))
    findings = tuple(Finding(RULE, Verdict.FAIL, reason, place) for _, reason, place in dict.fromkeys(found))
    return (found[0][0] if found else None), findings


_Found = tuple[Threat, str, Place]


def _files(mail: Mail) -> Iterator[_Found]:
    for attachment in mail.attachments:
        where = Place(f"{attachment.inside}/{attachment.name}" if attachment.inside else attachment.name)
        if _PROGRAM.search(attachment.name.strip()) or attachment.media_type in _PROGRAM_TYPES:
            yield Threat.EXECUTABLE, "program", where
        elif _MACRO.search(attachment.name.strip()) or "macroenabled" in attachment.media_type.lower():
            yield Threat.MACRO, "macro", where


def _documents(documents: Sequence[Document]) -> Iterator[_Found]:
    for document in documents:
        if document.threat is not None:
            yield document.threat, f"document_{document.threat.value}", Place(document.name)


def _defects(mail: Mail) -> Iterator[_Found]:
    for defect in mail.defects:
        if defect.code in OF_DEFECT:
            yield OF_DEFECT[defect.code], defect.code, Place(defect.where or "mail")


def _sender(mail: Mail, authentication: Authentication, register: Register) -> Iterator[_Found]:
    """A known domain that our own server did not believe, or a domain made to look like a known one."""
    domain = mail.sender.domain if mail.sender else ""
    known = partner_of(domain, (*register.organisations, *register.ministries)) is not None
    ours = bool(register.mailbox) and domain == register.mailbox.rpartition("@")[2].lower()
    if sum(name.lower() == "from" for name, _ in mail.headers) > 1 and len({a.domain for a in mail.senders}) > 1:
        yield Threat.SPOOFED_SENDER, "several_from_headers", Place("mail")
    if authentication.state == "failed" and (known or ours):
        yield Threat.SPOOFED_SENDER, "sender_failed_authentication", Place("mail")
    elif imitated_domain(domain, register) is not None:
        yield Threat.SPOOFED_SENDER, "sender_imitates_partner", Place("mail", quote=domain)
