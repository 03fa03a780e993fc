"""Outgoing mail (T1-T5) as subject and plain text. Subjects hold the dossier number and no word of the signal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from bot.texts.moments import clock, day, fingerprint, size

HEADERS = {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}
"""What every automatic mail of the desk carries (RFC 3834; the second is Exchange's)."""

NOT_FOUND = "dit onderdeel hebben wij niet gevonden in het signaal"
"""Why an item is asked for of which no more can be said."""
_OPENING = "Geachte heer, mevrouw,"
_BY_POST = (
    "Stuur het ondertekende signaal ook per post: LIEC, t.a.v. Hoofd LIEC, Postbus 20301, 2500 EH Den Haag. "
    'Zet op de brief: "Nazending bij dossier {number}". U kunt het voorblad in de bijlage gebruiken.'
)
_CLOSING = "Landelijk Loket Bestuurlijke Signalen, LIEC"
_QUESTIONS = (
    "Vragen? Beantwoord deze e-mail of bel (070) 370 63 70. Noem dossier {number}. Het proces is vertrouwelijk."
)


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail of the desk: subject and plain text."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as its sender may recognise it. `pages` 0 = unknown; `size` in bytes."""

    name: str
    size: int
    pages: int
    sha256: str


def _letter(subject: str, number: str, *paragraphs: str) -> Letter:
    questions = _QUESTIONS.format(number=number)
    return Letter(f"{subject} – dossier {number}", "\n\n".join((_OPENING, *paragraphs, questions, _CLOSING)) + "\n")


def _listed(lines: Sequence[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _file_line(file: SentFile) -> str:
    pages = {0: "", 1: ", 1 pagina"}.get(file.pages, f", {file.pages} pagina's")
    mark = fingerprint(file.sha256)
    return f"{file.name} ({size(file.size)}{pages}) – digitale vingerafdruk (SHA-256): {mark}"


def receipt(number: str, received: dt.datetime, files: Sequence[SentFile]) -> Letter:
    """T1: the receipt, which judges nothing; sent only for what is possibly a formal submission."""
    return _letter(
        "Ontvangstbevestiging",
        number,
        f"Wij hebben uw e-mail ontvangen op {day(received)} om {clock(received)} uur. Dit bericht bevestigt alleen de "
        "ontvangst. Het zegt nog niet of het bestuurlijk signaal volledig is of formeel is ingediend.",
        "Wat wij hebben ontvangen\n" + (_listed([_file_line(f) for f in files]) or "- Een e-mail zonder bijlage"),
        "Wat u nog moet doen\n"
        + _listed(
            [
                _BY_POST.format(number=number),
                "Wijzig het signaal niet meer. De versie die u heeft gestuurd, is vastgelegd.",
            ]
        ),
        "Wat wij nu doen\nEen medewerker controleert de ondertekening en de onderdelen. "
        "U krijgt bericht van een medewerker.",
    )


def joined(number: str, received: dt.datetime, files: Sequence[SentFile]) -> Letter:
    """T1 for what came to a dossier that was there already: nothing more has to be sent."""
    return _letter(
        "Ontvangstbevestiging",
        number,
        f"Wij hebben uw e-mail ontvangen op {day(received)} om {clock(received)} uur. Dit bericht bevestigt alleen de "
        "ontvangst. Wij hebben nog niet beoordeeld wat u heeft gestuurd.",
        "Wat wij hebben ontvangen\n" + (_listed([_file_line(f) for f in files]) or "- Een e-mail zonder bijlage"),
        "Wat wij nu doen\nEen medewerker bekijkt uw e-mail. Als het nodig is, krijgt u bericht van een medewerker.",
    )


def supplement_request(number: str, missing: Sequence[tuple[str, str]], before: dt.datetime) -> Letter:
    """T2, a draft for staff: what is missing, each with one sentence why."""
    lines = _listed([f"{what}: {reason}" for what, reason in missing])
    return _letter(
        "Verzoek om aanvulling",
        number,
        f"Wij missen nog het volgende:\n{lines}",
        f"Wilt u dit sturen, graag vóór {day(before)}? Lukt dat niet, laat het ons dan weten. "
        "Stuur geen nieuwe versie van het hele signaal, tenzij wij daarom vragen.",
    )


def post_deviates(number: str, mailed: dt.datetime, pages: Sequence[int]) -> Letter:
    """T3, a draft for staff: on which pages paper and mail differ, never what stands there."""
    numbers = ", ".join(str(page) for page in pages)
    return _letter(
        "Versie per post wijkt af",
        number,
        f"De versie per post is niet gelijk aan de versie per e-mail van {day(mailed)}. "
        f"Er is een verschil op pagina: {numbers}.",
        "Welke versie is de juiste? Wij wijzigen niets totdat u schriftelijk antwoordt.",
    )


def later_version(number: str, sent: dt.datetime) -> Letter:
    """T4, a draft for staff: after formal submission nothing can change (brochure §1)."""
    return _letter(
        "Nieuwe versie ontvangen",
        number,
        f"U stuurde op {day(sent)} een nieuwe versie. Na formele indiening kan het signaal niet meer worden gewijzigd "
        "(informatiebrochure, hoofdstuk 1).",
        "Wilt u het signaal intrekken en opnieuw indienen? Neem contact met ons op.",
    )


UNOPENED = {
    "encrypted": "het bestand is versleuteld of heeft een wachtwoord",
    "link_instead_of_attachment": "u stuurde een link en geen bijlage",
    "corrupt": "het bestand is beschadigd",
}
"""Why an attachment could not be opened, in words for its sender."""


def cannot_open(number: str, received: dt.datetime, reason: str) -> Letter:
    """T5: the receipt for what could not be opened; `reason` is a key of UNOPENED, another one names no cause."""
    cause = f" ({UNOPENED[reason]})" if reason in UNOPENED else ""
    return _letter(
        "Ontvangstbevestiging",
        number,
        f"Wij hebben uw e-mail ontvangen op {day(received)} om {clock(received)} uur, maar konden de bijlage niet "
        f"openen{cause}. De ontvangst is geregistreerd. Een medewerker neemt contact met u op.",
    )
