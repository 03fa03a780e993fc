"""What waits for a person: one short sentence for every attention code. Fit for a card: no sentence takes a value."""

from __future__ import annotations

ATTENTION = {
    "threat_executable": "Er zit een programma bij. Niet openen",
    "threat_macro": "Een bestand bevat macro's",
    "threat_zip_bomb": "Een zip-bestand wordt uitgepakt veel te groot",
    "threat_pdf_bomb": "Een pdf-bestand wordt bij openen veel te groot",
    "threat_encrypted": "Een bestand is versleuteld of heeft een wachtwoord",
    "threat_spoofed_sender": "De afzender is waarschijnlijk nagemaakt",
    "threat_link_instead_of_attachment": "Er is een link gestuurd in plaats van een bijlage",
    "threat_corrupt": "Een bestand is beschadigd",
    "case_report": "Dit lijkt een bestuurlijke rapportage. Niet voor dit loket",
    "scan_waits_for_its_mail": "De scan van de post wacht op de e-mail die erbij hoort",
    "scan_to_link": "De scan past bij meer dan één dossier. Kies zelf het juiste",
    "scan_unlinked": "De scan is losgemaakt van een dossier. Koppel die aan het juiste",
    "scan_link_to_confirm": "De scan is bij een dossier gelegd zonder dat de tekst te vergelijken was. Controleer dat",
    "scan_not_readable": "Een scan van de post is niet of niet helemaal te lezen",
    "not_a_scan": "Een bestand in de map met scans is geen scan",
    "dossier_not_found": "Het dossier bij dit bericht is niet gevonden",
    "supplement_to_confirm": "Er is een aanvulling. Stel vast of die bij dit dossier hoort",
    "correction_to_confirm": "Er is een nieuwe versie. Stel vast wat de indiener wil",
    "withdrawal_to_confirm": "De indiener wil misschien intrekken. Stel dat vast",
    "minister_response_to_confirm": "Er is misschien een formele reactie. Stel dat vast",
    "possibly_formal": "Dit is mogelijk een formeel signaal. Beoordeel dat",
    "document_not_found": "Het signaal zelf is niet gevonden in het bericht",
    "message_id_not_unique": "Een ander bericht heeft hetzelfde kenmerk. Vergelijk de twee",
    "defects": "Een deel van het bericht is niet goed leesbaar",
    "signature_undetermined": "De ondertekening is niet zeker. Beoordeel die",
    "personal_data": "Mogelijk informatie over een persoon",
    "post_deviates": "De post wijkt af",
    "freeze_deviates": "LET OP: controle vastlegging geeft afwijking",
    "receipt_failed": "Ontvangstbevestiging niet bezorgd. Bereik de indiener op een andere manier",
    "mail_failed": "Een e-mail van ons is niet bezorgd. Bereik de ontvanger op een andere manier",
    "mail_unsure": "Niet zeker of een e-mail van ons is verzonden. Kijk in de map met verzonden e-mail",
    "job_dead": "Een taak van de software is te vaak mislukt",
}
"""Attention code -> sentence without its full stop."""

OTHER = "Een medewerker moet dit dossier bekijken"


def attention(code: str) -> str:
    """The sentence of an attention code. An unknown code is not repeated: what it says is not ours to show on a card."""
    return ATTENTION.get(code, OTHER)
