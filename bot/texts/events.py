"""What happened: the lines of a dossier's timeline, in the event names of MDTO and of the desk."""

from __future__ import annotations

EVENT = {
    "Ontvangst": "Ontvangen",
    "Bevriezing": "Vastgelegd. Vanaf nu kan het bestand niet meer worden gewijzigd",
    "Opname": "Opgenomen in het dossier",
    "Beoordeling": "Gelezen en gecontroleerd door de software",
    "Statuswijziging": "Status gewijzigd",
    "Wijziging": "Gegevens van het dossier gewijzigd",
    "Koppeling": "Bericht gekoppeld aan dit dossier",
    "Ontkoppeling": "Bericht losgemaakt van dit dossier",
    "Verzending": "Bericht verzonden",
    "Digitalisering": "Post gescand",
    "Validatie Handtekening": "Handtekening gecontroleerd",
    "Accordering": "Akkoord vastgelegd",
    "Controle": "Vastlegging gecontroleerd",
    "Export": "Kopie van het dossier gemaakt",
    "Import": "Ingelezen",
    "Kopie": "Kopie gemaakt",
    "Creatie": "Gemaakt",
    "Vernietigen": "Vernietigd",
}
"""Event types; MDTO's own list where one fits."""

ACTOR_SOFTWARE = "Software"
"""Who did it, when no person did."""


def event(code: str) -> str:
    """What happened, in a few words; an unknown event is shown as such."""
    return EVENT.get(code, f"Gebeurtenis ({code})")
