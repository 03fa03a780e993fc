"""What a file that came as a scan is by its bytes. Pure."""

from __future__ import annotations

from dataclasses import replace

from intake.model import Assessment, Finding, Kind, Recognition, Verdict
from storage.vault import MAIL

_FORMS = (("tif", (b"II*\x00", b"MM\x00*")), ("jpg", (b"\xff\xd8\xff",)), ("png", (b"\x89PNG\r\n\x1a\n",)))
_PDF_HEAD = 1024
"""Bytes in which readers accept the header %PDF- (ISO 32000-2, annex I)."""
OTHER = "bin"
"""The form of a file that is no scan: it is kept all the same, and a person looks."""


def form_of(data: bytes) -> str:
    """The ending under which the vault keeps it: "pdf", "tif", "jpg", "png", else OTHER."""
    if b"%PDF-" in data[:_PDF_HEAD]:
        return "pdf"
    return next((form for form, starts in _FORMS if data.startswith(starts)), OTHER)


def is_file(key: str) -> bool:
    """Whether a raw copy of the vault came as a file and not as a mail."""
    return key.rpartition(".")[2] != MAIL


def as_scan(assessment: Assessment) -> Assessment:
    """The assessment of a file as one of a scan of the post: where it came from says what it is."""
    if assessment.threat is not None and not assessment.documents:
        return assessment  # nothing of it was opened
    found = Finding("herkenning", Verdict.PASS, "came_as_scan", None, (Kind.POSTAL_SCAN.value,))
    return replace(assessment, recognition=Recognition(Kind.POSTAL_SCAN, possibly_formal=False, findings=(found,)))
