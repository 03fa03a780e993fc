"""The texts of the local pages; templates name them and hold no words of their own."""

from __future__ import annotations

DESK = "Landelijk Loket Bestuurlijke Signalen"
DESK_SHORT = "LIEC"
SKIP = "Naar de inhoud"
NAVIGATION = "Hoofdmenu"
NAV_OVERVIEW = "Overzicht"
NAV_MESSAGES = "Berichten zonder dossier"
CONFIDENTIAL = "Vertrouwelijk. Deel deze pagina alleen met wie bij het dossier betrokken is."

OVERVIEW = "Overzicht"
STATE = "Stand van zaken"
MAILBOX_READ = "Postvak gelezen t/m {moment}."
MAILBOX_NEVER = "Het postvak is nog niet gelezen."
MAILBOX_LOST = "Geen verbinding met het postvak sinds {moment}. Er gaat niets verloren; wij lezen verder zodra het kan."
VERIFIED = "Laatste geslaagde controle van de vastlegging: {moment}."
VERIFIED_NEVER = "De vastlegging is nog niet gecontroleerd."
RELOAD = "Vernieuw"

DOSSIERS = "Dossiers"
NO_DOSSIERS = "Er zijn nog geen dossiers."
NO_DOSSIERS_HERE = "Geen dossiers met deze status."
FILTER = "Toon dossiers op status"
FILTER_ALL = "Alle"
FILTER_ATTENTION = "Vraagt aandacht"
COLUMN_NUMBER = "Dossier"
COLUMN_STATUS = "Status"
COLUMN_RECEIVED = "Ontvangen"
COLUMN_SIGNATURE = "Ondertekening"
COLUMN_POST = "Post"
COLUMN_ITEMS = "Onderdelen"
ITEMS_FOUND = "{found} van {total}"
CHANNEL = "Kanaal"
CHANNEL_INTRO = "Een kaart voor elk dossier, zonder inhoud. Nieuwste boven."
NO_POSTS = "Er zijn nog geen berichten in het kanaal."
POSTED = "Geplaatst {moment}"
CARD_UNKNOWN = "Dit onderdeel van de kaart kan hier niet worden getoond ({kind})."
CARD_BUTTON_ELSEWHERE = "(werkt alleen in Teams)"

DOSSIER = "Dossier {number}"
BACK = "Terug naar het overzicht"
STATUS = "Status"
NEXT_STEP = "Volgende stap"
RECEIVED = "Ontvangen"
KIND = "Soort"
TITLE = "Titel"
ORGANISATIONS = "Indieners"
MINISTERS = "Bewindspersonen"
SIGNERS = "Ondertekenaars"
UNKNOWN = "Nog niet herkend"
ATTENTION = "Vraagt aandacht"
ON_THIS_PAGE = "Op deze pagina"
TRACKS = "Stand per spoor"
SUMMARY = "Samenvatting"
FINDINGS = "Ondertekening, onderdelen en voorwaarden"
FINDINGS_INTRO = "De software beoordeelt, een medewerker stelt vast. Controleer het oordeel bij de genoemde plaats."
NO_FINDINGS = "Er zijn nog geen oordelen."
COLUMN_ITEM = "Onderdeel"
COLUMN_VERDICT = "Oordeel"
COLUMN_WHY = "Waarom en waar"
MESSAGES = "Berichten in dit dossier"
MESSAGE_OF = "{kind}, ontvangen {moment}"
SENDER = "Afzender"
SUBJECT = "Onderwerp"
NO_SUBJECT = "(geen onderwerp)"
NO_SENDER = "(geen afzender)"
NOT_KEPT = "(niet gelezen of niet bewaard; staat in het hele bericht)"
NOT_JUDGED = "Nog niet beoordeeld"
NOT_JUDGED_TEXT = (
    "De software heeft dit bericht nog niet beoordeeld. Staat het hier langer dan een uur? Vraag de beheerder om hulp."
)
WHY_KIND = "Waarom dit soort bericht"
DEFECTS = "Niet goed leesbaar"
FILES = "Vastgelegde bestanden"
FILES_INTRO = "Deze bestanden kunnen niet worden gewijzigd of gewist. Een download is een kopie."
NO_FILES = "Dit bericht heeft geen bijlagen."
FILES_INSIDE = "Bijlagen zijn hier niet apart vastgelegd. Zijn er bijlagen? Dan zitten ze in het hele bericht."
COLUMN_FILE = "Bestand"
COLUMN_SIZE = "Grootte"
COLUMN_FINGERPRINT = "Digitale vingerafdruk (SHA-256)"
COLUMN_FROZEN = "Vastgelegd op"
COLUMN_COPY = "Kopie"
DOWNLOAD = "Download"
DOWNLOAD_MESSAGE = "Download het hele bericht (.eml)"
DANGEROUS_NAME = "De download krijgt .onveilig achter de naam, zodat geen programma het bestand vanzelf opent."
INSIDE = "Zat in {name}"
ONE_PAGE = "1 pagina"
MANY_PAGES = "{count} pagina's"
PLACE = "{file}"
PLACE_PAGE = "{file}, pagina {page}"
PLACE_MAIL = "in de e-mail zelf"
TIMELINE = "Tijdlijn"
TIMELINE_INTRO = "Nieuwste boven. U kunt niets wissen."
NO_TIMELINE = "Er is nog niets gebeurd."
COLUMN_WHEN = "Tijd"
COLUMN_WHAT = "Wat"
COLUMN_WHO = "Wie"

LOOSE = "Berichten zonder dossier"
LOOSE_INTRO = (
    "Bij deze berichten is geen dossier geopend. Ook deze berichten zijn vastgelegd. "
    "Klopt een oordeel niet? Meld het bij het beheer; het bericht gaat niet verloren."
)
NO_LOOSE = "Alle berichten horen bij een dossier."
POSSIBLY_FORMAL = "Mogelijk toch een formeel signaal"

NOT_FOUND = "Niet gevonden"
NOT_FOUND_TEXT = "Deze pagina of dit dossier bestaat niet. Controleer het dossiernummer."
FAILED = "Er ging iets mis"
FAILED_TEXT = "De pagina kan nu niet worden getoond. Er gaat niets verloren. Probeer het later opnieuw."
REFUSED = "Niet toegestaan"
REFUSED_TEXT = "Dit verzoek kan hier niet."

NEXT = {
    "vooroverleg": "Beantwoord de vraag of geef advies. Wacht op de formele stukken.",
    "ontvangen": "Neem het dossier in beoordeling.",
    "in_beoordeling": "Controleer ondertekening, onderdelen, post en voorwaarden. Stel daarna de status vast.",
    "onvolledig": "Wacht op de aanvulling van de indiener.",
    "formeel_ingediend": "Bied het signaal aan de bewindspersoon of bewindspersonen aan.",
    "aangeboden": "Wacht op de formele reactie.",
    "reactie_ontvangen": "Koppel de reactie terug aan de indiener.",
    "teruggekoppeld": "Rond het dossier af.",
    "afgerond": "Geen. De rol van het loket is gestopt.",
    "ingetrokken": "Geen. De indiener heeft het signaal ingetrokken.",
    "geen_signaal": "Geen. Een medewerker heeft vastgesteld dat dit geen bestuurlijk signaal is.",
}
"""The next step at each status, said to the desk's staff."""
