"""What others see of an assessment: the JSON of `loketbs assess`, and what the records keep."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from intake.model import Assessment, Defect, Finding, Kind, Mail, Recognition, Threat, Verdict


def to_json(assessment: Assessment) -> dict[str, Any]:
    """Everything, personal data in full: only for `assess --json`, run by hand. For a bare document the mail's keys are null."""
    mail = assessment.mail
    return _judgement(assessment) | {
        "personal_data": [
            {"type": d.type, "text": d.text, "file": d.place.file, "page": d.place.page}
            for d in assessment.personal_data
        ],
        "subject": mail.subject if mail else None,
        "attachments": _attachments(assessment),
        "reasons": [_reason(f) for f in _all_findings(assessment)],
    }


def to_findings(assessment: Assessment) -> dict[str, Any]:
    """What is frozen beside the mail: the same without a personal datum; where one stands is kept, and of what type."""
    hidden = [d.text for d in assessment.personal_data]
    return _judgement(assessment) | {
        "personal_data": [
            {"type": d.type, "file": d.place.file, "page": d.place.page} for d in assessment.personal_data
        ],
        "attachments": _attachments(assessment),
        "reasons": [_reason(f, hidden) for f in _all_findings(assessment)],
    }


def about(assessment: Assessment) -> dict[str, Any]:
    """What the records keep for the desk's own pages; confidential, never for a card.

    Of a case report, which the desk should not have, only why it was taken for one.
    """
    found = to_findings(assessment)
    kept = (
        "title",
        "organisations",
        "ministers",
        "document",
        "sections",
        "elements",
        "complete",
        "signature",
        "threat",
    )
    reasons = {"reasons": found["reasons"], "defects": found["defects"]}
    if assessment.recognition.kind is Kind.CASE_REPORT:
        return {"reasons": [reason | {"quote": None} for reason in found["reasons"]], "defects": []}
    mail = assessment.mail
    told = {"subject": mail.subject, "sender": _sender(mail), "attachments": found["attachments"]} if mail else {}
    return {key: found[key] for key in kept} | reasons | told


def unopened(raw: bytes, malware: str) -> Assessment:
    """The assessment of a mail in which the scanner found something: nothing of it was opened."""
    found = Finding("bedreiging", Verdict.FAIL, "malware_found", None, (malware,))
    recognition = Recognition(Kind.OTHER, possibly_formal=True, findings=(found,))
    return Assessment(hashlib.sha256(raw).hexdigest(), recognition, findings=(found,), threat=Threat.EXECUTABLE)


def _judgement(assessment: Assessment) -> dict[str, Any]:
    mail, signature = assessment.mail, assessment.signature
    return {
        "sha256": assessment.sha256,
        "kind": str(assessment.recognition.kind) if mail else None,
        "possibly_formal": assessment.recognition.possibly_formal if mail else None,
        "document": assessment.document,
        "title": assessment.title,
        "organisations": list(assessment.organisations),
        "ministers": list(assessment.ministers),
        "signature": {
            "verdict": signature.verdict,
            "means": list(signature.means),
            "signers": list(signature.signers),
            "why": "; ".join(dict.fromkeys(f.reason for f in signature.findings)),
        },
        "sections": dict(assessment.sections),
        "elements": dict(assessment.elements),
        "complete": assessment.complete,
        "threat": str(assessment.threat) if assessment.threat else None,
        "defects": [_defect(d) for d in assessment.defects],
    }


def _all_findings(assessment: Assessment) -> tuple[Finding, ...]:
    return (*assessment.recognition.findings, *assessment.signature.findings, *assessment.findings)


def _sender(mail: Mail) -> str:
    return f"{mail.sender.name} <{mail.sender.address}>".strip() if mail.sender else ""


def _attachments(assessment: Assessment) -> list[dict[str, Any]]:
    if assessment.mail is None:
        return []
    threats = {d.sha256: str(d.threat) for d in assessment.documents if d.threat}
    return [
        {
            "name": a.name,
            "type": a.media_type,
            "size": a.size,
            "sha256": a.sha256,
            "inside": a.inside,
            "threat": threats.get(a.sha256),
        }
        for a in assessment.mail.attachments
    ]


def _reason(finding: Finding, hidden: Sequence[str] = ()) -> dict[str, Any]:
    place = finding.place
    quote = place.quote if place else None
    return {
        "rule": finding.rule,
        "verdict": str(finding.verdict),
        "why": finding.reason,
        "values": list(finding.values),
        "confidence": round(finding.confidence, 2),
        "file": place.file if place else None,
        "page": place.page if place else None,
        "quote": _masked(quote, hidden) if quote else None,
    }


def _masked(quote: str, hidden: Sequence[str]) -> str:
    for text in hidden:
        quote = quote.replace(text, "…")
    return quote


def _defect(defect: Defect) -> dict[str, str]:
    return {"code": defect.code, "where": defect.where, "detail": defect.detail}
