"""Kinds of mail, verdicts, signatures and threats."""

from __future__ import annotations

KIND = {
    "submission": "Mogelijk formeel signaal",
    "supplement": "Aanvulling op een signaal",
    "correction": "Nieuwe versie of correctie",
    "withdrawal": "Intrekking",
    "draft": "Concept",
    "question": "Vraag",
    "case_report": "Bestuurlijke rapportage",
    "minister_response": "Formele reactie van een bewindspersoon",
    "postal_scan": "Scan van post",
    "automatic": "Automatisch bericht",
    "other": "Overig bericht",
}
"""Kinds of mail (`intake.model.Kind`)."""

VERDICT = {"pass": "In orde", "fail": "Niet in orde", "undetermined": "Te beoordelen"}
"""The three values of every judgement."""

SIGNATURE = {
    "valid": "Handtekening aanwezig",
    "invalid": "Handtekening niet geldig",
    "absent": "Handtekening niet gevonden",
    "unclear": "Handtekening te beoordelen",
}
"""Verdict on all signatures together."""

MEANS = {
    "pades": "digitale handtekening in de pdf",
    "smime": "digitale handtekening op de e-mail",
    "ooxml": "digitale handtekening in het Word-bestand",
    "odf": "digitale handtekening in het ODF-bestand",
    "wet_ink": "handtekening met pen",
    "sent_by_representative": "verzonden door strategisch vertegenwoordiger",
    "typed_only": "alleen een getypte naam",
}
"""How a document was signed."""

THREAT = {
    "executable": "Bevat een programma. Open dit bestand niet.",
    "macro": "Bevat macro's. Open dit bestand niet met macro's aan.",
    "zip_bomb": "Zip-bestand dat uitgepakt veel te groot wordt. Open dit bestand niet.",
    "pdf_bomb": "Pdf-bestand dat bij openen veel te groot wordt. Open dit bestand niet.",
    "encrypted": "Beveiligd met een wachtwoord of versleuteld. De software kan dit bestand niet lezen.",
    "spoofed_sender": "De afzender is waarschijnlijk nagemaakt. Neem contact op met de organisatie zelf.",
    "link_instead_of_attachment": "Link in plaats van een bijlage. De software opent geen links.",
    "corrupt": "Het bestand is beschadigd en kan niet (helemaal) worden gelezen.",
}
"""Why a file or mail asks for care."""


def _label(table: dict[str, str], code: str) -> str:
    return table.get(code, f"Onbekend ({code})")


def kind(code: str) -> str:
    """The label of a kind of mail."""
    return _label(KIND, code)


def verdict(code: str) -> str:
    """The label of a verdict."""
    return _label(VERDICT, code)


def signature(code: str) -> str:
    """The label of the verdict on all signatures together."""
    return _label(SIGNATURE, code)


def means(code: str) -> str:
    """How a document was signed."""
    return _label(MEANS, code)


def threat(code: str) -> str:
    """Why a file or mail asks for care."""
    return THREAT.get(code, f"Let op: mogelijk gevaarlijk bestand ({code}).")
