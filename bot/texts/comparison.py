"""The comparison of the paper with what was frozen, in words: the answer, each difference, what is harmless, the buttons."""

from __future__ import annotations

from collections.abc import Sequence

from bot.texts.defects import defect
from intake.model import Defect, Verdict
from intake.post.comparison import Deviation, DeviationKind, PagePair, PostVerdict

TITLE = "Post vergeleken met de vastgelegde versie"
POST_OF = "Post bij dossier {number}"
BACK = "Terug naar het dossier"
TO_COMPARISON = "Bekijk de vergelijking"
NONE_YET = "Er is bij dit dossier nog geen post vergeleken."
MADE = "Gemaakt op {moment}."
PERSON_DECIDES = "De software vergelijkt, een medewerker stelt vast."

FROZEN, PAPER = "Vastgelegd", "Papier"
FROZEN_PAGE, PAPER_SHEET = "Vastgelegd, bladzijde {number}", "Papier, vel {number}"
PAGES_LISTED, MARKED_HERE = "Bladzijden", "Zie {labels}."
MARKED = "met gemarkeerd: {labels}"
NONE_HERE, GONE, NOT_READ = "staat er niet", "ontbreekt", "niet te lezen"
SURE = "Zekerheid {share:.0%}"
WHY = "Waarom"
SHOW_ON_PAGE = "Toon op de bladzijde"
NO_PICTURE = "Van deze kant is er geen beeld."
BAD_PICTURE = "Het beeld van deze kant kan niet worden getoond."
NO_SHEET = "Deze bladzijde is niet gevonden in de post."
NO_PAGE = "Dit vel hoort niet bij een vastgelegde bladzijde."

DIFFERENCES, DOUBTS, HARMLESS, PAGES, HOW = (
    "Verschillen",
    "Niet te lezen: kijk zelf",
    "Onschuldige verschillen ({count})",
    "Bladzijden naast elkaar",
    "Hoe er is vergeleken",
)
DOUBTS_INTRO = "Hier laat het beeld geen oordeel toe. Cijfers en woorden als ‘niet’ staan vooraan."
HARMLESS_INTRO = "Deze verschillen veranderen niets aan wat er staat, zoals een stempel of een scheve scan."
NO_DIFFERENCES = "De software vond geen verschillen."
NO_SINGLE = "De software wijst geen losse verschillen aan."
FOUND_LIST = "Lijst van gemarkeerde plaatsen"
PAGE_LIST = "Ga naar bladzijde"
EXTRA_SHEET = "vel {number}"
PAGE_LINK_COUNT = "{heading}, {count} gemarkeerd"

TOOLS = "Knoppen voor het vergelijken"
PREVIOUS, NEXT = "Vorige", "Volgende"
ZOOM_OUT, ZOOM_IN, ZOOM_FIT = "Kleiner", "Groter", "Passend"
OPTIONS = "Instellingen voor het vergelijken"
BLINK = "Knipper"
BLINK_HELP = "Wisselt op het papier steeds van beeld, ten hoogste vijf seconden. Elke toets stopt het."
SHOW_HARMLESS = "Toon onschuldige verschillen"
KEYS_ON = "Sneltoetsen aan"
KEYS_HELP = "Sneltoetsen: n volgende, p vorige, + groter, − kleiner, 0 passend, b knipper."
SAID_PLACE = "{place} van {total}. {sentence}"
SAID_ZOOM = "Vergroting {share} procent"
SAID_BLINK = "Het papier wisselt nu met de vastgelegde versie"
SAID_FLIPPED = "Op de plaats van het papier staat nu de vastgelegde versie. Druk nog eens voor het papier"
SAID_NOTHING = "Van deze bladzijde is er maar één beeld. Er is niets om mee te wisselen"
SAID_STILL = "Het wisselen is gestopt"

ANSWER = {
    PostVerdict.IDENTICAL: ("Komt overeen", "de software vond geen verschil"),
    PostVerdict.SIGNATURE_PAGE_ONLY: ("Komt overeen", "alleen bij de handtekening verschilt er iets"),
    PostVerdict.DEVIATES: ("Wijkt af", "het papier is niet gelijk aan de vastgelegde versie"),
    PostVerdict.WRONG_VERSION: ("Andere versie", "op papier staat een andere versie van dit signaal"),
    PostVerdict.UNKNOWN_DOCUMENT: ("Ander stuk", "deze scan is niet het vastgelegde signaal"),
    PostVerdict.UNDETERMINED: ("Niet te beoordelen", "vergelijk het papier zelf met de vastgelegde versie"),
}
"""The verdict in two or three words, and what follows when no single difference tells more."""

_COUNTS = (
    ("1 verschil", "{count} verschillen"),
    ("1 plek niet te lezen", "{count} plekken niet te lezen"),
    ("1 onschuldig verschil", "{count} onschuldige verschillen"),
)
RENDERING = {
    "file": "De vastgelegde bladzijden komen uit het pdf-bestand zelf.",
    "libreoffice": "De vastgelegde bladzijden zijn met LibreOffice gemaakt uit het Word- of ODT-bestand.",
    "text": "Er is geen beeld van het vastgelegde bestand. Alleen de tekst is vergeleken.",
}
MODE = {
    "registered": ("1 bladzijde beeld op beeld vergeleken", "{count} bladzijden beeld op beeld vergeleken"),
    "reflow": ("1 bladzijde alleen op tekst vergeleken", "{count} bladzijden alleen op tekst vergeleken"),
    "none": ("1 bladzijde niet vergeleken", "{count} bladzijden niet vergeleken"),
}
ENGINES, RESOLUTION, INK_LINES, NOT_DECIDED = "Gelezen met", "Scherpte van de scan", "Handtekeningen", "Niet beslist"
COMPARED, DOCUMENT, SCAN = "Vergeleken", "Vastgelegd bestand", "Scan"
DPI = "{least} dpi"
DPI_RANGE = "{least} tot {most} dpi"
ALL_DECIDED = "Over elke plek is beslist."
NOTHING, NAMELESS = "Niet bekend", "Zonder naam"

ROLE = {
    "added": "Dit vel hoort niet bij het signaal.",
    "foreign": "Dit vel is van een andere brief.",
    "blank": "Lege achterkant of leeg vel.",
    "cover_sheet": "Voorblad.",
    "cover_letter": "Begeleidende brief.",
    "envelope": "Envelop.",
}
TURNED = "Het vel lag {degrees} graden gedraaid in de scan. Het is hier rechtop gezet."
SWAPPED = "Dit vel ligt op een andere plaats in de stapel."
BY_TEXT = "Deze bladzijde is alleen op tekst vergeleken."
NOT_IN_LINE = "De twee beelden liggen niet precies op elkaar."
NOT_COMPARED = "Deze bladzijde is niet vergeleken."
INK = {
    "signature": "handtekening met pen",
    "paraph": "paraaf met pen",
    "stamp": "stempel, geen handtekening met pen",
    "empty": "leeg",
    "unclear": "niet te zeggen of dit een handtekening is",
}
SOURCE = {"missing_ink": "Verdwenen inkt", "added_ink": "Bijgekomen inkt", "words_moved": "Verschoven woorden"}
SPEAKS = {
    Verdict.FAIL: "wijst op een echt verschil",
    Verdict.PASS: "wijst op ruis van de scan",
    Verdict.UNDETERMINED: "geeft geen uitsluitsel",
}
BENIGN = {
    "stamp": "Stempel",
    "date_received_stamp": "Stempel met datum van ontvangst",
    "skew": "Scheve scan",
    "staple": "Nietje",
    "hole_punch": "Perforatie",
    "fax_noise": "Ruis van scan of fax",
    "blank_backside": "Lege achterkant",
    "cover_letter": "Begeleidende brief",
    "cover_sheet": "Voorblad",
    "envelope": "Envelop",
    "signature_ink": "Handtekening met pen",
    "initials": "Paraaf onderaan de bladzijde",
    "date_by_hand": "Datum met de hand",
    "upside_down": "Vel ondersteboven",
    "sideways": "Vel op zijn kant",
    "page_twice": "Bladzijde twee keer gescand",
    "two_letters_in_one_scan": "Nog een brief in dezelfde scan",
    "coffee_ring": "Vlek",
    "low_toner": "Te weinig toner",
    "ocr_noise": "Leesfout van de software",
    "typed_signature": "Getypt ‘w.g.’ is weg, zoals bij een handtekening met pen",
    "page_number": "Ander paginanummer",
    "list_number": "Nummer of teken van een opsomming",
}
REASON = {
    "no_page_alike": "Geen enkele bladzijde van de scan lijkt op het vastgelegde stuk.",
    "scan_too_coarse": "De scan is niet scherp genoeg. Scan het papier opnieuw, met ten minste 200 dpi.",
    "nothing_to_compare": "Er is bij dit dossier geen document vastgelegd om de scan mee te vergelijken.",
    "sheets_not_read": "Een of meer vellen van de scan konden niet worden gelezen. Scan het papier opnieuw.",
}
"""A sentence for each reason of `intake.post.comparison.Comparison`; `frozen_…` goes on with the code of a defect."""
_FROZEN = "frozen_"
_FROZEN_UNREADABLE = "Het vastgelegde bestand kon niet worden gebruikt."

_IN_DEGREES = frozenset({"skew", "upside_down", "sideways"})
_LONG = 90  # characters of a reading in a sentence; the whole reading stands below it

_KINDS = DeviationKind
_WORDS = {
    (_KINDS.WORD_MISSING, False): "ontbreekt het woord {frozen}",
    (_KINDS.WORD_MISSING, True): "ontbreken de woorden {frozen}",
    (_KINDS.WORD_ADDED, False): "staat een woord te veel: {scan}",
    (_KINDS.WORD_ADDED, True): "staan woorden te veel: {scan}",
}


def counts(deviations: int, doubts: int, harmless: int) -> tuple[str, ...]:
    """How much there is of each sort, one phrase for each."""
    numbers = zip(_COUNTS, (deviations, doubts, harmless), strict=True)
    return tuple(one_or_many(forms, count) for forms, count in numbers)


def one_or_many(forms: tuple[str, str], count: int) -> str:
    """The singular or the plural with its number."""
    return forms[0] if count == 1 else forms[1].format(count=count)


def answer(verdict: PostVerdict, found: Sequence[Deviation], unreadable: Sequence[Deviation]) -> str:
    """The whole answer in one line, which names the gravest difference; both lists come gravest first."""
    short, told = ANSWER[verdict]
    doubts = len(unreadable)
    if found and verdict is PostVerdict.DEVIATES:
        more = "" if len(found) == 1 else f" En nog {one_or_many(_COUNTS[0], len(found) - 1)}."
        return f"{short}: {difference(found[0])}.{more}"
    if doubts and verdict is PostVerdict.UNDETERMINED:
        more = "" if doubts == 1 else f" En nog {one_or_many(_COUNTS[1], doubts - 1)}."
        return f"{short}: {doubt(unreadable[0])}.{more}"
    if doubts and verdict in {PostVerdict.IDENTICAL, PostVerdict.SIGNATURE_PAGE_ONLY}:
        return f"{short}, voor zover leesbaar: {one_or_many(('kijk zelf naar 1 plek', 'kijk zelf naar {count} plekken'), doubts)}."
    return f"{short}: {told}."


def difference(found: Deviation) -> str:
    """What differs and where, as the rest of a sentence: "op blz. 3 ontbreekt het woord “niet”"."""
    match found.kind:
        case DeviationKind.PAGE_MISSING:
            return f"bladzijde {found.page} ontbreekt"
        case DeviationKind.PAGE_ADDED:
            behind = f", na bladzijde {found.before}," if found.before.isdecimal() else ""
            return f"vel {found.sheet}{behind} hoort niet bij het signaal{_after(found.scan)}"
        case DeviationKind.PAGES_SWAPPED:
            return _swapped(found)
        case DeviationKind.ANNEX_MISSING:
            return f"de bijlage op blz. {found.page} ontbreekt{_after(found.frozen)}"
        case DeviationKind.PARAGRAPH_MISSING:
            return f"{_place(found)} ontbreekt een stuk tekst{_after(found.frozen)}"
        case DeviationKind.HANDWRITTEN_NOTE:
            return f"{_place(found)} is met de hand iets bijgeschreven{_after(found.scan)}"
    return f"{_place(found)} {_words(found)}"


def doubt(found: Deviation) -> str:
    """What cannot be read, and where."""
    if found.frozen:
        return f"{_place(found)} is niet te lezen of er {_quoted(found.frozen)} staat"
    if found.scan:
        return f"{_place(found)} is niet te lezen of er {_quoted(found.scan)} bij is gekomen"
    return f"{_place(found)} is een plek niet te lezen"


def reason(code: str) -> str:
    """Why the answer is as it is; an unknown code is shown as such."""
    if code.startswith(_FROZEN):
        return f"{_FROZEN_UNREADABLE} {defect(Defect(code.removeprefix(_FROZEN)))}"
    return REASON.get(code, f"Onbekende reden ({code}).")


def benign(kind: str) -> str:
    """The name of a harmless difference; an unknown one is shown as such."""
    return BENIGN.get(kind, f"Onbekend ({kind})")


def detail(kind: str, told: str) -> str:
    """What the engine adds to a harmless difference, with its unit."""
    if kind == "ocr_noise" and told:
        return f"gelezen als “{told}”"
    return f"{told.replace('.', ',')} graden" if kind in _IN_DEGREES and told else told


def ink(code: str) -> str:
    """What stands at a signatory's line."""
    return INK.get(code, f"Onbekend ({code})")


def source(name: str) -> str:
    """Who or what gave a piece of evidence; engines go by their own name."""
    return SOURCE.get(name, name)


def pair(found: PagePair) -> str:
    """The heading of two pages beside each other."""
    if found.page is None:
        return f"Vel {found.sheet}"
    return f"Bladzijde {found.page}" + (f", vel {found.sheet}" if found.sheet is not None else "")


def _words(found: Deviation) -> str:
    """A word or number that is gone, came or became another, whatever the kind says: what was read decides."""
    number = found.kind is DeviationKind.NUMBER_CHANGED
    frozen, scan = _quoted(found.frozen), _quoted(found.scan)
    if found.frozen and found.scan and frozen == scan:
        return f"staan andere leestekens bij {frozen}"
    if found.frozen and found.scan:
        return f"staat {'het getal ' if number else ''}{scan} in plaats van {frozen}"
    if number and (found.frozen or found.scan):
        return f"ontbreekt het getal {frozen}" if found.frozen else f"staat een getal te veel: {scan}"
    if not found.frozen and not found.scan:
        return "staat iets anders"
    kind = DeviationKind.WORD_MISSING if found.frozen else DeviationKind.WORD_ADDED
    several = len((found.frozen or found.scan).split()) > 1
    return _WORDS[kind, several].format(frozen=frozen, scan=scan)


def _swapped(found: Deviation) -> str:
    numbers = [part.strip() for part in found.frozen.split(",") if part.strip().isdecimal()]
    if len(numbers) > 1:
        return f"de bladzijden {', '.join(numbers[:-1])} en {numbers[-1]} zijn verwisseld"
    return f"bladzijde {found.page} ligt op een andere plaats"


def _place(found: Deviation) -> str:
    return f"op blz. {found.page}" if found.page is not None else f"op vel {found.sheet}"


def _after(reading: str) -> str:
    return f": {_quoted(reading)}" if reading.strip() else ""


def _quoted(reading: str) -> str:
    """A reading within a sentence: shortened, and without the mark that ends a sentence of its own."""
    text = " ".join(reading.split())
    text = text.rstrip(".,;:") or text
    return f"“{text if len(text) <= _LONG else text[:_LONG].rsplit(' ', 1)[0] + ' …'}”"
