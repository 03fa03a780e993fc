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
OFFERED = "Aangeboden"
RESPONSES = "Formele reacties"
COUNT_OF = "{done} van {total}"
UPDATED = "Bijgewerkt {moment}"
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
}
"""What happened, as one line of the channel."""

LEVEL = {"info": "Melding", "attention": "Vraagt aandacht", "alarm": "Let op"}
"""The word beside a notice's colour."""
