"""What follows from an assessment: whether a dossier opens or is joined, what is frozen, what a person must look at. Pure.

One rule for each row of the desk's table of kinds of mail. Doubt opens a dossier (brochure: a missed signal costs the desk its
name, one opened for nothing costs a click); nothing here sets a status that belongs to a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from intake.model import Assessment, Kind, Threat, Verdict
from intake.relate import Relation, Tie

REPEATS = frozenset({Tie.SAME_BYTES, Tie.SAME_TEXT})
"""Ties that mean: this very document is known, so it opens no second dossier."""

WAITS = frozenset({"dossier_not_found", "scan_waits_for_its_mail"})
"""Points of attention that a dossier opened later may settle."""

JOINS_ITS_DOSSIER = frozenset(
    {Kind.SUPPLEMENT, Kind.CORRECTION, Kind.WITHDRAWAL, Kind.MINISTER_RESPONSE, Kind.POSTAL_SCAN}
)
"""Kinds that mean nothing without a dossier; where none is found, a person looks."""

KEPT_APART = frozenset({Kind.CASE_REPORT})
"""Kinds whose content the desk should not hold (brochure FAQ 1): raw bytes only, no findings, restricted."""

QUIET = frozenset({Kind.AUTOMATIC, Kind.OTHER, Kind.QUESTION})
"""Kinds that call a person for a threat only, as long as they open no dossier and come from whom they say."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What the shell must record. `attention` are reason codes that need a person; `relation` says how a mail joins its dossier."""

    opens_dossier: bool
    joins: str | None
    relation: str
    freeze: bool
    tracks: dict[str, str]
    attention: tuple[str, ...]


def decide(assessment: Assessment, relations: Sequence[Relation]) -> Decision:
    """Decide about one mail; `relations` are its ties to known dossiers, best first."""
    kind, best = assessment.recognition.kind, relations[0] if relations else None
    joins = best.number if best and _joins(assessment, best) else None
    opens = joins is None and assessment.recognition.possibly_formal
    return Decision(
        opens_dossier=opens,
        joins=joins,
        relation=_relation(assessment, best) if joins else "",
        freeze=(opens or joins is not None or kind in JOINS_ITS_DOSSIER) and kind not in KEPT_APART,
        tracks=_tracks(assessment) if opens else {},
        attention=_attention(assessment, relations, opens=opens, joins=joins),
    )


def joins_later(kind: Kind, relations: Sequence[Relation]) -> str | None:
    """The dossier of a mail that waited for one, now that another dossier was opened; None while it must go on waiting."""
    return relations[0].number if relations and kind in JOINS_ITS_DOSSIER else None


def _joins(assessment: Assessment, best: Relation) -> bool:
    """A submission joins only what it repeats; everything else joins whatever it belongs to."""
    if assessment.recognition.kind is Kind.SUBMISSION:
        return best.tie in REPEATS
    return assessment.recognition.kind in JOINS_ITS_DOSSIER or not assessment.recognition.possibly_formal


def _relation(assessment: Assessment, best: Relation | None) -> str:
    kind = assessment.recognition.kind
    if kind is not Kind.SUBMISSION or best is None:
        return kind.value
    if best.tie is Tie.SAME_TEXT:
        return "same_text_other_file"
    return "duplicate" if best.same_sender else "co_submitter"


def _tracks(assessment: Assessment) -> dict[str, str]:
    """The side tracks of a new dossier (`zijsporen` of the desk's list), without a word of content."""
    found = sum(1 for present in assessment.elements.values() if present)
    return {
        "vastlegging": "vastgelegd",
        "post": "nog_niet",
        "ondertekening": {"valid": "aanwezig", "absent": "nog_niet"}.get(
            assessment.signature.verdict, "niet_te_beoordelen"
        ),
        "onderdelen": f"{found}/{len(assessment.elements)}",
        "persoonsgegevens": "aanwijzing" if assessment.personal_data else "geen_aanwijzing",
        "organisaties": str(len(assessment.organisations)),
        "bewindspersonen": str(len(assessment.ministers)),
    }


def _attention(
    assessment: Assessment, relations: Sequence[Relation], *, opens: bool, joins: str | None
) -> tuple[str, ...]:
    """Everything about this mail that a person must look at, worst first, each code once."""
    kind, codes = assessment.recognition.kind, list[str]()
    if assessment.threat:
        codes.append(f"threat_{assessment.threat.value}")
    if kind is Kind.CASE_REPORT:
        codes.append("case_report")
    if kind in JOINS_ITS_DOSSIER and joins is None:
        codes.append("scan_waits_for_its_mail" if kind is Kind.POSTAL_SCAN else "dossier_not_found")
    if joins and kind in {Kind.WITHDRAWAL, Kind.CORRECTION, Kind.MINISTER_RESPONSE, Kind.SUPPLEMENT}:
        codes.append(f"{kind.value}_to_confirm")
    if opens and kind is not Kind.SUBMISSION:
        codes.append("possibly_formal")
    if opens and assessment.document is None:
        codes.append("document_not_found")
    if any(r.tie is Tie.SAME_MESSAGE_ID for r in relations) and not any(r.tie in REPEATS for r in relations):
        codes.append("message_id_not_unique")
    if assessment.defects and (opens or joins or assessment.mail is None):
        codes.append("defects")
    if any(f.verdict is Verdict.UNDETERMINED for f in assessment.signature.findings) and opens:
        codes.append("signature_undetermined")
    quiet = kind in QUIET and not opens and assessment.threat is not Threat.SPOOFED_SENDER
    return tuple(dict.fromkeys(code for code in codes if not quiet or code.startswith("threat_")))
