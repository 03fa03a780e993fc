"""The sections, items and conditions of the brochure (§1, §3.1, §3.3) in its own words."""

from __future__ import annotations

SECTION = {
    "proces": "Proces",
    "aanleiding": "Aanleiding",
    "bevindingen": "Bevindingen",
    "conclusie_aanbevelingen": "Conclusie/aanbevelingen",
}
"""The four blocks of the format."""

RULE = {
    "indieners": "Wie het signaal indienen",
    "ondertekening": "Ondertekening door strategisch vertegenwoordiger(s)",
    "aanleiding": "Aanleiding",
    "maatschappelijke_relevantie": "Maatschappelijke relevantie",
    "eerdere_signalen": "Relatie met eerdere signalen (niet verplicht)",
    "knelpunt": "Knelpunten, kwetsbaarheden of omissies",
    "bronnen": "Onderbouwd met bronnen",
    "misbruik_legaal_proces": "Criterium 1: gebruik of misbruik van legale processen",
    "structureel": "Criterium 2: structureel knelpunt",
    "landelijk": "Criterium 3: bestemd voor landelijk niveau",
    "bewindspersoon_actie": "Welke bewindspersoon wat kan doen",
    "onderbouwing": "Onderbouwing van de aanbevelingen",
    "proportionaliteit_haalbaarheid": "Proportionaliteit en haalbaarheid",
    "beoogd_effect": "Beoogd effect",
    "persoonsgegevens": "Geen informatie over subject of object",
    "andere_procedures": "Geen andere procedures tegelijk",
    "vertrouwelijkheid": "Vertrouwelijkheid",
    "herkenning": "Soort bericht",
    "bedreiging": "Veilig om te openen",
}
"""Items, conditions and checks."""


def rule(code: str) -> str:
    """The label of a section, item or check; an unknown one is shown as such."""
    return RULE.get(code) or SECTION.get(code) or f"Controle ({code})"
