"""What the records kept about a mail, back as values: findings with their places, defects, and the sentences for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bot import texts
from intake.model import Defect, Finding, Place, Verdict
from storage.errors import StorageError
from storage.values import DossierView

if TYPE_CHECKING:
    from storage.dossiers import Records

RECOGNITION = "herkenning"
"""The rule of the findings that say what kind of mail this is; every other one is a check of the signal."""


def about(records: Records, record: str) -> Mapping[str, Any]:
    """What was kept about a mail; nothing when the vault lost it, so that the rest is shown; `verify` tells of it."""
    try:
        return records.about(record)
    except (StorageError, OSError):
        return {}


def findings(about: Mapping[str, Any]) -> tuple[Finding, ...]:
    """The findings of a kept assessment (`intake.report.about` or `to_findings`), in their order."""
    return tuple(finding(reason) for reason in about.get("reasons", ()))


def finding(reason: Mapping[str, Any]) -> Finding:
    """One finding from its JSON."""
    file, page, quote = (reason.get(key) for key in ("file", "page", "quote"))
    place = Place(file or "", page, quote or "") if file or page or quote else None
    values = tuple(str(value) for value in reason.get("values", ()))
    return Finding(
        reason["rule"], Verdict(reason["verdict"]), reason["why"], place, values, float(reason.get("confidence", 1.0))
    )


def defects(about: Mapping[str, Any]) -> tuple[Defect, ...]:
    """What could not be read."""
    return tuple(Defect(d["code"], d.get("where", ""), d.get("detail", "")) for d in about.get("defects", ()))


def why(about: Mapping[str, Any]) -> str:
    """The first reason for what kind of mail this is, else what could not be read of it, as a sentence; "" for neither."""
    said = [texts.why(f) for f in findings(about) if f.rule == RECOGNITION] or [texts.defect(d) for d in defects(about)]
    return said[0] if said else ""


def attention(dossier: DossierView) -> tuple[str, ...]:
    """What a person must look at in a dossier, for card, page and table alike: the open points, and what its tracks warn of."""
    personal = ("personal_data",) if dossier.tracks.get("persoonsgegevens") == "aanwijzing" else ()
    return (*dossier.attention, *personal)


def missing(about: Mapping[str, Any]) -> tuple[str, ...]:
    """The labels of the items that were not found, the optional one left out."""
    elements: Mapping[str, bool] = about.get("elements", {})
    return tuple(texts.rule(name) for name, there in elements.items() if not there and name != "eerdere_signalen")
