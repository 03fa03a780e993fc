"""Outgoing mail in words: what went out and what came back of it, and the labels that mail bears in the mailbox."""

from __future__ import annotations

from collections.abc import Mapping

FORM = {
    "receipt": "Ontvangstbevestiging",
    "joined": "Ontvangstbevestiging",
    "cannot_open": "Ontvangstbevestiging (stuk niet te openen)",
    "supplement_request": "Verzoek om aanvulling",
    "post_deviates": "Bericht dat de post afwijkt",
    "later_version": "Bericht over een nagekomen versie",
}
"""The letters of the desk."""

STATE = {
    "prepared": "{form} geschreven en vastgelegd",
    "sent": "{form} verzonden",
    "drafted": "{form} als concept klaargezet",
    "withheld": "{form} niet gestuurd",
    "refused": "{form} niet verzonden: de mailserver nam de e-mail niet aan",
    "unsure": "{form}: niet zeker of de e-mail is verzonden",
    "delayed": "{form} vertraagd: de mailserver van de ontvanger probeert het nog",
    "bounced_for_now": "{form} niet bezorgd door een tijdelijke storing",
    "bounced": "{form} niet bezorgd",
    "delivered": "{form} bezorgd",
    "read": "{form} gelezen",
    "away": "Automatisch antwoord op: {form}",
}
"""What became of a mail."""

WHY = {
    "auto_submitted": "de e-mail kwam van een computer",
    "empty_return_path": "de e-mail kwam van een computer",
    "mailing_list": "de e-mail kwam via een mailinglijst",
    "bulk": "de e-mail kwam via een mailinglijst",
    "answers_suppressed": "de afzender wil geen automatische antwoorden",
    "report": "de e-mail was een melding van een mailserver",
    "own_address": "de e-mail kwam van ons eigen adres",
    "no_sender": "het is niet zeker wie de afzender is",
    "robot": "op dit adres leest niemand e-mail",
    "too_many": "dit adres kreeg vandaag al veel ontvangstbevestigingen",
    "no_own_address": "het adres van het loket is niet ingesteld",
    "threat_spoofed_sender": "de afzender is waarschijnlijk nagemaakt",
    "threat_executable": "de e-mail is mogelijk gevaarlijk",
    "threat_zip_bomb": "de e-mail is mogelijk gevaarlijk",
    "threat_pdf_bomb": "de e-mail is mogelijk gevaarlijk",
    "too_long": "het lukte twee dagen lang niet",
    "line_lost": "de verbinding viel weg",
    "untrusted_server": "de mailserver is niet te vertrouwen",
    "login_refused": "de mailserver weigert onze aanmelding",
    "no_drafts": "er is geen map voor concepten",
    "folder_refused": "de map is niet te beschrijven",
    "not_allowed": "de toepassing mag dit niet in het postvak",
}
"""Why a mail did not go."""

MAYBE_FORMAL = "Mogelijk formeel signaal"
FORMAL = "Formeel signaal"
NO_SIGNAL = "Geen signaal"
WAITS_FOR_POST = "Wacht op post"
WAITS_FOR_SUPPLEMENT = "Wacht op aanvulling"
NEEDS_ATTENTION = "Vraagt aandacht"
CLOSED = "Afgerond"
LABELS_OF_KIND = {
    "supplement": "Aanvulling",
    "correction": "Nagekomen versie",
    "withdrawal": "Intrekking",
    "minister_response": "Reactie bewindspersoon",
    "postal_scan": "Scan van post",
    "draft": "Vooroverleg",
    "question": "Vraag",
    "automatic": "Automatisch bericht",
    "other": "Overig",
}
LABELS = frozenset(
    {MAYBE_FORMAL, FORMAL, NO_SIGNAL, WAITS_FOR_POST, WAITS_FOR_SUPPLEMENT, NEEDS_ATTENTION, CLOSED}
) | frozenset(LABELS_OF_KIND.values())
"""Every label that is ours; all others belong to persons and stay as they are."""


def told(details: Mapping[str, str | int | bool]) -> str:
    """What became of a mail, from the details of its event; an unknown state is shown as such."""
    form = FORM.get(str(details.get("form", "")), "E-mail")
    state, reason = str(details.get("mail", "")), str(details.get("reason", ""))
    said = STATE.get(state, "{form}: " + state).format(form=form)
    if not reason:
        return said
    why = WHY.get(reason, f"code {reason}")
    return f"{said} ({why})"
