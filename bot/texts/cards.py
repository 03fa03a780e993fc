"""The texts of the channel's cards: number, kind, status, counters, times; nothing that comes from a signal."""

from __future__ import annotations

DOSSIER = "Dossier {number}"
CARD_SUMMARY = "Dossier {number}, status {status}. Ontvangen op {received}."
OPEN_DOSSIER = "Open dossier {number}"
OPEN_MESSAGES = "Bekijk berichten zonder dossier"

RECEIVED = "Ontvangen"
RECEIVED_BY_MAIL = "Per e-mail, {moment}"
RECEIVED_BY_POST = "Per post, {moment}"
KIND = "Soort"
ORGANISATIONS = "Indieners"
ONE_ORGANISATION = "1 organisatie"
MANY_ORGANISATIONS = "{count} organisaties"
NO_ORGANISATION = "Nog niet herkend"
SIGNATURE = "Ondertekening"
POST = "Post"
ITEMS = "Onderdelen"
ITEMS_FOUND = "{found} van {total} gevonden"
FREEZE = "Vastlegging"
LINK = "Koppeling van de post"
OFFERED = "Aangeboden"
RESPONSES = "Formele reacties"
COUNT_OF = "{done} van {total}"
UPDATED = "Bijgewerkt {moment}"
DUTY = "Dienst: {at}"
DECIDED_BY = "Status vastgesteld door {initials}"

ATTENTION_HEADING = "Vraagt aandacht"
NOTICE = {
    "received": "Ontvangen",
    "post_compared": "Post ontvangen – vergelijking klaar",
    "formally_submitted": "Formeel ingediend vastgesteld door {initials}",
    "offered": "Aangeboden ({done} van {total} bewindspersonen)",
    "response": "Formele reactie ontvangen ({done} van {total})",
    "unreadable": "Bericht vraagt aandacht: niet leesbaar",
    "undecided": "Bericht vraagt aandacht: de software kan niet bepalen wat het is",
    "dangerous": "Bericht vraagt aandacht: mogelijk gevaarlijk",
    "too_large": "Een bericht is te groot om op te halen. Het staat nog in het postvak",
    "receipt_failed": "Ontvangstbevestiging niet bezorgd",
    "freeze_deviates": "LET OP: controle vastlegging geeft afwijking",
    "mailbox_lost": "Geen verbinding met het postvak sinds {clock}. Er gaat niets verloren; "
    "wij lezen verder zodra het kan",
    "mailbox_back": "Het postvak wordt weer gelezen",
    "joined": "Nieuw bij dit dossier: {relation}",
    "taken_up": "In beoordeling genomen door {initials}",
    "supplement_asked": "Aanvulling gevraagd door {initials}",
    "offered_first": "Aangeboden aan bewindspersoon, vastgesteld door {initials}",
    "response_in": "Formele reactie ontvangen, vastgesteld door {initials}",
    "fed_back": "Teruggekoppeld aan indiener, vastgesteld door {initials}",
    "closed": "Afgerond door {initials}",
    "withdrawn": "Ingetrokken, vastgesteld door {initials}",
    "no_signal": "Geen bestuurlijk signaal, vastgesteld door {initials}",
    "yet_a_signal": "Toch een signaal, vastgesteld door {initials}",
    "post_belongs": "De post hoort bij dit dossier, vastgesteld door {initials}",
    "post_foreign": "De post hoort niet bij dit dossier, vastgesteld door {initials}",
}
"""What happened, as one line of the channel."""

LEVEL = {"info": "Melding", "attention": "Vraagt aandacht", "alarm": "Let op"}
"""The word beside a notice's colour."""

ACT = {
    "take_up": "In beoordeling nemen",
    "confirm": "Formeel ingediend",
    "ask_supplement": "Aanvulling vragen",
    "offer": "Aangeboden",
    "response_in": "Reactie ontvangen",
    "fed_back": "Teruggekoppeld",
    "close": "Afgerond",
    "withdraw": "Ingetrokken",
    "no_signal": "Geen signaal",
    "yet_a_signal": "Toch een signaal",
    "post_belongs": "Post hoort hierbij",
    "post_foreign": "Post hoort hier niet bij",
}
"""The title of an act's button."""

REFUSED = {
    "moved_on": "Dit dossier is intussen veranderd. Er is niets gewijzigd. Hieronder staat de stand van nu",
    "not_possible": "Dit kan niet bij de status van nu. Er is niets gewijzigd",
    "not_allowed": "U mag dit niet vaststellen. Er is niets gewijzigd. Vraag de beheerder van het loket",
    "unknown": "Dit dossier is niet gevonden. Er is niets gewijzigd",
}
"""Why an act was not done."""
