"""What happened: the lines of a dossier's timeline, from the ledger's event types (after MDTO) and their details."""

from __future__ import annotations

from collections.abc import Mapping

from bot.texts import outgoing
from bot.texts.attention import attention
from bot.texts.post import match
from bot.texts.states import status, track, track_state

EVENT = {
    "Ontvangst": "Bericht ontvangen",
    "Registratie": "Bericht gelezen en beoordeeld door de software",
    "Bevriezing": "Vastgelegd. Vanaf nu kan het bestand niet meer worden gewijzigd",
    "Creatie": "Dossier geopend",
    "Opname": "Bericht opgenomen in dit dossier",
    "Wijziging": "Gegevens van het dossier gewijzigd",
    "Verzending": "Verzonden",
}
"""Event type -> what happened."""

RELATION = {
    "opened": "opende dit dossier",
    "duplicate": "zelfde stuk nog een keer",
    "co_submitter": "zelfde stuk van een andere indiener",
    "same_text_other_file": "zelfde tekst in een ander bestand",
    "supplement": "aanvulling",
    "correction": "nagekomen versie",
    "withdrawal": "intrekking",
    "minister_response": "reactie van een bewindspersoon",
    "postal_scan": "scan van de post",
    "draft": "concept",
    "question": "vraag",
    "case_report": "bestuurlijke rapportage",
    "automatic": "automatisch bericht",
    "other": "overig bericht",
}
"""How a message belongs to its dossier."""

RETRIEVAL = {
    "graph": "Opgehaald via Microsoft Graph. Exchange bewaart een e-mail niet zoals die is verzonden, en bouwde deze opnieuw op",
    "imap": "Opgehaald via IMAP",
    "file": "Opgehaald uit een map",
}
"""The way by which the bytes of a message came."""

SENT = {"channel": "Kaart in het kanaal geplaatst of bijgewerkt"}
"""By which channel something went out -> what happened."""

SOFTWARE_ACTOR = "loketbs"
_SOFTWARE = "Software"
_STATUS = "Status: {status}"
_TRACK = "{track}: {state}"
_SETTLED = "Afgehandeld: {what}"
_MOVED = "Bericht staat op een andere plek in het postvak"
_POINT = "Vraagt aandacht: {what}"
_OF_LETTERS = {
    "letters": "De software heeft uitgezocht welke brieven in de scan zitten",
    "unlinked": "Een medewerker heeft de scan losgemaakt van dit dossier",
    "compared": "Post vergeleken met de vastgelegde versie",
}
"""By the detail that tells of it."""


def event(code: str, details: Mapping[str, str | int | bool]) -> str:
    """What happened, in a few words; an unknown event is shown as such."""
    if "mail" in details:
        return outgoing.told(details)
    changed = _changes(details) if code == "Wijziging" else []
    if changed:
        return ". ".join(changed)
    if retrieval := RETRIEVAL.get(str(details.get("retrieval"))):
        return f"{EVENT.get(code, code)}. {retrieval}"
    label = SENT.get(str(details.get("channel")), EVENT.get(code, f"Gebeurtenis ({code})"))
    joined = f"{label} ({relation(str(details['relation']))})" if "relation" in details else label
    told = f"{joined}. {match(str(details['reason'])).rstrip('.')}" if "reason" in details else joined
    return f"{told}. {_STATUS.format(status=status(str(details['status'])))}" if "status" in details else told


def relation(code: str) -> str:
    """How a message belongs to its dossier; an unknown way is shown as such."""
    return RELATION.get(code, f"onbekend verband ({code})")


def actor(account: str) -> str:
    """Who did it: a person's account, or the software itself."""
    return _SOFTWARE if account in {"", SOFTWARE_ACTOR} else account


def _changes(details: Mapping[str, str | int | bool]) -> list[str]:
    found = [_STATUS.format(status=status(str(details["status"])))] if "status" in details else []
    if "settled" in details:
        found.append(_SETTLED.format(what=attention(str(details["settled"]))))
    if "mailbox_key_sha256" in details:
        found.append(_MOVED)
    if "raised" in details:
        found.append(_POINT.format(what=attention(str(details["raised"]))))
    found += [sentence for detail, sentence in _OF_LETTERS.items() if detail in details]
    if "tried" in details:
        found.append(match(str(details["reason"])).rstrip("."))
    tracks = {name.removeprefix("track."): str(value) for name, value in details.items() if name.startswith("track.")}
    return found + [_TRACK.format(track=track(name), state=track_state(name, state)) for name, state in tracks.items()]
