"""Main statuses and parallel tracks, in the words of the desk's own list."""

from __future__ import annotations

import re

STATUS: dict[str, tuple[str, str]] = {
    "vooroverleg": ("Vooroverleg", "Vraag of concept; nog niet ingediend."),
    "ontvangen": ("Ontvangen", "E-mail of post met mogelijk een formeel signaal is binnen en vastgelegd."),
    "in_beoordeling": (
        "In beoordeling",
        "Een medewerker controleert ondertekening, onderdelen, post en voorwaarden.",
    ),
    "onvolledig": (
        "Onvolledig, aanvulling gevraagd",
        "De indiener is gevraagd iets aan te vullen. De datum is een verzoek, geen wettelijke termijn.",
    ),
    "formeel_ingediend": (
        "Formeel ingediend",
        "Vastgesteld door een medewerker. Vanaf nu geen wijzigingen, vertrouwelijk, geen andere procedures.",
    ),
    "aangeboden": ("Aangeboden aan bewindspersoon", "Per bewindspersoon staan datum en kenmerk in het dossier."),
    "reactie_ontvangen": ("Formele reactie ontvangen", "Alle gevraagde reacties zijn binnen."),
    "teruggekoppeld": ("Teruggekoppeld aan indiener", "De indiener heeft de reactie gekregen."),
    "afgerond": ("Afgerond", "De rol van het loket stopt."),
    "ingetrokken": ("Ingetrokken", "De indiener heeft het signaal ingetrokken."),
    "geen_signaal": (
        "Geen bestuurlijk signaal",
        "Bijvoorbeeld een bestuurlijke rapportage, een vraag of een verkeerd adres.",
    ),
}
"""Main status: label and what it means."""

TRACKS: dict[str, tuple[str, dict[str, str]]] = {
    "vastlegging": (
        "Vastlegging",
        {
            "vastgelegd": "Vastgelegd",
            "ongewijzigd": "Gecontroleerd: ongewijzigd",
            "afwijking": "LET OP: bestand wijkt af van vingerafdruk",
        },
    ),
    "post": (
        "Post",
        {
            "nog_niet": "Post nog niet ontvangen",
            "verwacht": "Post aangekondigd",
            "ontvangen": "Post ontvangen",
            "scan_toegevoegd": "Scan toegevoegd",
            "komt_overeen": "Post komt overeen",
            "alleen_handtekening": "Post komt overeen, alleen handtekeningpagina verschilt",
            "wijkt_af": "Post wijkt af",
            "niet_te_beoordelen": "Niet te beoordelen",
        },
    ),
    "koppeling": (
        "Koppeling van de post",
        {"bevestigd": "Hoort bij dit dossier", "verworpen": "Hoort niet bij dit dossier"},
    ),
    "ondertekening": (
        "Ondertekening",
        {
            "te_beoordelen": "Te beoordelen",
            "aanwezig": "Handtekening aanwezig",
            "verzonden_door": "Verzonden door strategisch vertegenwoordiger",
            "nog_niet": "Handtekening nog niet ontvangen",
            "niet_te_beoordelen": "Niet te beoordelen",
        },
    ),
    "onderdelen": (
        "Onderdelen",
        {
            "aanwezig": "Aanwezig",
            "niet_gevonden": "Niet gevonden",
            "nvt": "Niet van toepassing",
            "vastgesteld": "Vastgesteld door medewerker",
        },
    ),
    "voorwaarden": (
        "Voorwaarden",
        {"akkoord": "Akkoord vermeld", "niet_vermeld": "Niet vermeld", "navragen": "Navragen"},
    ),
    "persoonsgegevens": (
        "Informatie over personen",
        {
            "geen_aanwijzing": "Geen aanwijzing",
            "aanwijzing": "Let op: mogelijk informatie over subject of object",
            "beoordeeld": "Beoordeeld door medewerker",
        },
    ),
    "organisaties": ("Indieners", {}),
    "bewindspersonen": ("Bewindspersonen", {}),
    "openbaarmaking": (
        "Openbaarmaking",
        {
            "onbekend": "Geen toestemming bekend",
            "toestemming_signaal": "Indiener geeft toestemming (signaal)",
            "toestemming_reactie": "Bewindspersoon geeft toestemming (reactie)",
        },
    ),
}
"""Parallel tracks: label of the track and of each of its states; some tracks count instead ("2", "11/13")."""

_COUNT = re.compile(r"(\d+)(?:/(\d+))?")


def status(code: str) -> str:
    """The label of a main status; an unknown one is shown as such."""
    return STATUS[code][0] if code in STATUS else f"Onbekende status ({code})"


def status_help(code: str) -> str:
    """What a main status means, in one or two sentences; empty for an unknown one."""
    return STATUS[code][1] if code in STATUS else ""


def track(code: str) -> str:
    """The label of a parallel track."""
    return TRACKS[code][0] if code in TRACKS else f"Onbekend spoor ({code})"


def track_state(code: str, state: str) -> str:
    """The label of a track's state, or its count ("11 van 13"); an unknown one is shown as such."""
    if counted := _COUNT.fullmatch(state):
        return f"{counted[1]} van {counted[2]}" if counted[2] else counted[1]
    states = TRACKS[code][1] if code in TRACKS else {}
    return states.get(state, f"Onbekend ({state})")
