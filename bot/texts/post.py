"""The postal version in words: why a scan was laid with a dossier, and what stands on the cover sheet."""

from __future__ import annotations

MATCH = {
    "text_alike": "De tekst van de scan past bij dit dossier.",
    "some_pages_alike": "De tekst van een deel van de pagina's past bij dit dossier. Kijk wat de andere pagina's zijn.",
    "runner_up_as_like": "De scan past bij meer dan één dossier even goed. Kies zelf het juiste dossier.",
    "code_and_text": "De code op het voorblad noemt dit dossier, en de tekst past erbij.",
    "code_alone": "De code op het voorblad noemt dit dossier. De tekst was niet te vergelijken. Controleer dit zelf.",
    "code_unfit": "De code op het voorblad noemt een ander dossier dan waar de tekst bij past. Controleer dit zelf.",
    "mark_of_closed_document": "Het kenmerk op de scan hoort bij dit dossier. Het document zelf is niet te openen. Controleer dit.",
    "by_person": "Een medewerker heeft de scan bij dit dossier gelegd.",
    "number_in_mail": "De e-mail met de scan noemt dit dossier. De tekst past bij geen enkel dossier. Controleer dit zelf.",
    "unknown_document": "De scan past bij geen enkel dossier.",
    "nothing_read": "Op de scan was geen tekst te lezen.",
    "nothing_frozen": "Er is nog geen document om de scan mee te vergelijken.",
}
"""A sentence for each reason of `intake.post.match.Match`."""

COVER_HEADING = "Nazending bij dossier"
COVER_STAMP = "Ruimte voor het stempel van de postkamer"
COVER_BESIDE = ("Zet geen stempel en schrijf niet op de code.", "Met deze code vinden wij uw dossier terug.")


def match(reason: str) -> str:
    """Why a scan belongs to a dossier or to none."""
    return MATCH[reason]


def cover_sentences(mailbox: str) -> tuple[str, ...]:
    """What the sender must do with the cover sheet; `mailbox` is the desk's address for questions, empty where unknown."""
    asked = f" Heeft u een vraag? Mail ons: {mailbox}." if mailbox else ""
    return (
        "U stuurde ons een bestuurlijk signaal per e-mail. Stuur hetzelfde signaal ook ondertekend per post.",
        "Leg dit voorblad bovenop het signaal en stuur alles in één envelop naar het adres hierboven.",
        "Verander niets aan het signaal. De versie per post moet gelijk zijn aan de versie per e-mail." + asked,
    )
