"""The weekly overview (T7 of the desk's own text proposal): card, mail and page; numbers, statuses and times only."""

from __future__ import annotations

import datetime as dt
from types import MappingProxyType

NAV = "Weekoverzicht"
TITLE = "Weekoverzicht {week}"
SUBJECT = "Weekoverzicht {week} – Landelijk Loket Bestuurlijke Signalen"
FROM = "Landelijk Loket Bestuurlijke Signalen"
PERIOD = "Maandag {monday} tot en met zondag {sunday}"
STANDING = "Stand van {moment}"
STILL_RUNS = "Deze week loopt nog. Stand van {moment}"
NO_NEWS = "Deze week geen nieuwe signalen."
NO_NEWS_READ = "Deze week geen nieuwe signalen. Het postvak is wel gelezen."
ONE_NEW = "1 nieuw signaal: {numbers}."
MANY_NEW = "{count} nieuwe signalen: {numbers}."
AND_MORE = "{numbers} en nog {count}"

HOUSE = "Postvak en vastlegging"
READ = "Postvak gelezen t/m {moment}"
NEVER_READ = "Het postvak is nog niet gelezen"
NOT_READ_SINCE = "Het postvak is niet meer gelezen sinds {moment}"
LOST = "Geen verbinding met het postvak sinds {moment}. Er gaat niets verloren; wij lezen verder zodra het kan"
VERIFIED = "Laatste geslaagde controle vastlegging {moment}"
NEVER_VERIFIED = "De vastlegging is nog niet met goed gevolg gecontroleerd"
NOT_VERIFIED_SINCE = "De vastlegging is niet meer met goed gevolg gecontroleerd sinds {moment}"
DEVIATES = "LET OP: controle vastlegging geeft afwijking, {moment}"
DEAD = "Taken van de software die te vaak zijn mislukt: {count}"
KNOWN_AT = "Zoals bekend op {moment}"
GOOD, WRONG = "✓ In orde", "▲ Let op"
SIGN_GOOD, SIGN_WRONG = "✓", "▲"

FIGURES = "De cijfers"
NEW = "Nieuw ontvangen"
POST = "Wacht op post"
SUPPLEMENT = "Wacht op aanvulling"
SIGNATURE = "Wacht op handtekening"
SUBMITTED = "Formeel ingediend, nog aan te bieden"
RESPONSE = "Aangeboden, wacht op reactie"
DONE = "Afgerond deze week"
WITHDRAWN = "Ingetrokken deze week"
NO_SIGNAL = "Geen bestuurlijk signaal, deze week"
ATTENTION = "Vraagt aandacht"
LOOSE = "Berichten zonder dossier die aandacht vragen"
MESSAGES = "Berichten ontvangen"
RUNNING = "Lopende dossiers"
OLDEST = "{count} (oudste {days})"
ONE_DAY, MANY_DAYS = "1 dag", "{count} dagen"

UNPROCESSED = "Niet verwerkt"
UNPROCESSED_INTRO = "Berichten van deze week zonder dossier"
SORTS = MappingProxyType(
    {
        "questions": "vragen",
        "drafts": "concepten",
        "misdirected": "verkeerd adres",
        "automatic": "nieuwsbrieven/automatisch",
        "spam": "spam",
        "others": "overig",
        "unjudged": "nog niet gelezen",
    }
)
"""Messages that belong to no dossier, by what they are."""
ALWAYS = ("questions", "misdirected", "automatic", "spam")
"""Those that are told also when there is none."""

WAITING = "Wat wacht, per status en hoe lang"
STAGE, TOTAL = "Status", "Samen"
AGES = ("korter dan 1 week", "1 tot 4 weken", "4 tot 12 weken", "12 weken of langer")
"""The groups of ages."""
CHART = "Staafdiagram: aantal lopende dossiers per status, verdeeld naar hoe lang ze wachten. {rows}"
CHART_ROW = "{stage}: {count} ({ages})."
NOTHING_WAITS = "Er zijn geen lopende dossiers."

DOSSIERS = "Per dossier"
NUMBER, STATUS, STEP, SINCE, HOW_LONG = "Dossier", "Status", "Volgende stap", "Wacht sinds", "Hoe lang"
ON_WHOM = MappingProxyType(
    {"loket": "Bij het loket", "indiener": "Bij de indiener", "bewindspersoon": "Bij de bewindspersoon"}
)
"""Who is to act."""
GROUP = "{whom}: {count}"
RUNS_ONE, RUNS_MANY = "1 lopend dossier. {groups}.", "{count} lopende dossiers. {groups}."
LINE = "{number} · {status} · {step} · sinds {since} ({days})"
MARKED = "▲ {line} · vraagt aandacht"
MARK = "▲ vraagt aandacht"
MORE = "En nog {count}. De rest staat op de pagina van het loket."
NEXT = MappingProxyType(
    {
        "submit": "wacht op de formele stukken",
        "take_up": "in beoordeling nemen",
        "judge_post": "verschil met de post beoordelen",
        "sign": "wacht op handtekening",
        "post": "wacht op post",
        "decide": "status vaststellen",
        "supplement": "wacht op aanvulling",
        "offer": "aanbieden aan bewindspersoon",
        "respond": "wacht op formele reactie",
        "feed_back": "terugkoppelen aan indiener",
        "close": "dossier afronden",
    }
)
"""The next step of a dossier."""

OPEN = "Open het weekoverzicht"
OPEN_AT = "Open het weekoverzicht: {address}"
AUTOMATIC = "Dit bericht is automatisch gemaakt. Er staat geen inhoud van signalen in. Antwoorden heeft geen zin."
EARLIER, LATER = "Vorige week: {week}", "Volgende week: {week}"

MONTHS = (
    *("januari", "februari", "maart", "april", "mei", "juni"),
    *("juli", "augustus", "september", "oktober", "november", "december"),
)


def long_day(day: dt.date) -> str:
    """A day in words: "16 november 2026"."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def how_long(count: int) -> str:
    """A number of days: "1 dag", "11 dagen"."""
    return ONE_DAY if count == 1 else MANY_DAYS.format(count=count)
