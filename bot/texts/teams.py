"""What the bot answers to commands in Teams: numbers, statuses, counts and times."""

from __future__ import annotations

COMMANDS = {
    "overzicht": "Alle lopende dossiers per status",
    "wacht op post": "Dossiers waarvan de post nog niet is ontvangen",
    "dossier": "De kaart van één dossier, bijvoorbeeld: dossier BS-2026-0007",
    "week": "Wat er deze week is gebeurd",
    "help": "Wat deze bot kan",
}
"""Command -> what it does; also the menu in Teams, in this order."""

OVERVIEW = "Overzicht van de dossiers"
NO_DOSSIERS = "Er zijn geen dossiers."
TOTAL = "Lopend"
ATTENTION = "Vraagt aandacht"
LOOSE = "Berichten zonder dossier die aandacht vragen"
WAITS_FOR_POST = "Wacht op post"
NOTHING_WAITS = "Er wacht geen dossier op post."
DAYS = "{status} · {count} dagen"
ONE_DAY = "{status} · 1 dag"
TODAY = "{status} · vandaag"
MORE = "En nog {count}. De rest staat op de pagina van het loket."
WEEK = "Week {week}"
NEW = "Nieuw ontvangen"
CHANGED = "Status gewijzigd"
FORMAL = "Formeel ingediend vastgesteld"
MESSAGES = "Berichten ontvangen"
NOTHING = "Deze week geen nieuwe signalen."
HELP = "Dit kan ik"
NOT_UNDERSTOOD = "Die opdracht ken ik niet. Dit kan ik"
NOT_FOUND = "Dossier {number} is niet gevonden."
OPEN_OVERVIEW = "Open het overzicht"

APP_SHORT = "Loket Bestuurlijke Signalen"
APP_FULL = "Landelijk Loket Bestuurlijke Signalen"
APP_WHAT = "Meldt in het kanaal van het loket wat er binnenkomt en wat er wacht."
APP_ALL = (
    "Deze app plaatst voor elk dossier van het Landelijk Loket Bestuurlijke Signalen één kaart in het kanaal van het loket "
    "en werkt die bij als de stand verandert. Met de knoppen op de kaart stelt een medewerker de status vast. Op een kaart "
    "staan alleen nummer, status, aantallen en tijden: nooit een titel, een naam uit het stuk of inhoud."
)
TAB = "Dossiers"
"""The name of the tab with the desk's pages."""
