"""The postal version in words: why a scan was laid with a dossier, and what stands on the cover sheet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.texts.states import track_state

if TYPE_CHECKING:
    from storage.letters import LetterView

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
    """Why a scan belongs to a dossier or to none; an unknown reason is shown as such."""
    return MATCH.get(reason, f"Onbekende reden ({reason}).")


def cover_sentences(mailbox: str) -> tuple[str, ...]:
    """What the sender must do with the cover sheet; `mailbox` is the desk's address for questions, empty where unknown."""
    asked = f" Heeft u een vraag? Mail ons: {mailbox}." if mailbox else ""
    return (
        "U stuurde ons een bestuurlijk signaal per e-mail. Stuur hetzelfde signaal ook ondertekend per post.",
        "Leg dit voorblad bovenop het signaal en stuur alles in één envelop naar het adres hierboven.",
        "Verander niets aan het signaal. De versie per post moet gelijk zijn aan de versie per e-mail." + asked,
    )


ROLE = {
    "cover_sheet": "voorblad",
    "cover_letter": "begeleidende brief",
    "envelope": "envelop",
    "blank": "lege bladzijde",
    "foreign": "tekst die niet bij het signaal hoort",
    "not_read": "niet gelezen",
}
"""What a sheet of a scan is that is no page of a document."""
NO_DOSSIER = "nog geen dossier"
PAGE, PAGES = "bladzijde {pages}", "bladzijden {pages}"
RUNNER_UP = "Daarna lijkt {ref} het meest ({score:.0%})."
LIKENESS = "Gelijkenis {score:.1%}."


def role(code: str) -> str:
    """What a sheet is; an unknown role is shown as such."""
    return ROLE.get(code, f"onbekend ({code})")


def pages(numbers: Sequence[int]) -> str:
    """Page numbers in short: "1-3, 5"."""
    spans: list[list[int]] = []
    for n in sorted(numbers):
        if spans and n == spans[-1][1] + 1:
            spans[-1][1] = n
        else:
            spans.append([n, n])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in spans)


def on_pages(numbers: Sequence[int]) -> str:
    """On which pages of a scan something stands."""
    return (PAGE if len(numbers) == 1 else PAGES).format(pages=pages(numbers))


def letter(view: LetterView) -> str:
    """A letter of a scan on one line: its pages, its dossier, how it compares."""
    place = f"{on_pages(view.pages)}: {view.dossier or NO_DOSSIER}"
    return f"{place}, {state(view)}" if view.dossier else place


def state_of(view: LetterView) -> str:
    """The state of the track `post` that a letter alone would give."""
    from intake.paper.track import STATE_OF

    return STATE_OF[view.verdict]


def state(view: LetterView) -> str:
    """How a letter compares with what was frozen, with the number of differences."""
    said = track_state("post", state_of(view))
    counted = [f"{view.deviations} verschil" + "len" * (view.deviations != 1)] if view.deviations else []
    counted += (
        [f"{view.unreadable} plek" + "ken" * (view.unreadable != 1) + " niet te lezen"] if view.unreadable else []
    )
    return f"{said} ({', '.join(counted)})" if counted else said


def why(view: LetterView) -> str:
    """Why a letter lies where it lies, how alike it is, and what comes next."""
    told = view.why
    said = [match(told.reason)] if told.reason else []
    said += [LIKENESS.format(score=told.score)] if told.score else []
    said += [RUNNER_UP.format(ref=told.runner_up, score=told.runner_up_score)] if told.runner_up else []
    return " ".join(said)
