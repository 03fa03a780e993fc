"""What a person decides about a dossier: one function that every face calls, the buttons in Teams and the pages alike.

The table of statuses says what may follow what; the person saw a certain state, and an act on a state that has passed is refused.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from intake.service import CARD, NEWS, RELATE
from intake.states import Status, may_follow
from storage.dossiers import Records
from storage.errors import NotKnown, StatusConflict
from storage.values import DossierView, NewJob


class Act(StrEnum):
    """An act of a person on a dossier; only YET_A_SIGNAL may also be about a mail that has no dossier."""

    TAKE_UP = "take_up"
    CONFIRM = "confirm"
    ASK_SUPPLEMENT = "ask_supplement"
    OFFER = "offer"
    RESPONSE_IN = "response_in"
    FED_BACK = "fed_back"
    CLOSE = "close"
    WITHDRAW = "withdraw"
    NO_SIGNAL = "no_signal"
    YET_A_SIGNAL = "yet_a_signal"
    POST_BELONGS = "post_belongs"
    POST_FOREIGN = "post_foreign"


_TARGET: dict[Act, Status] = {
    Act.TAKE_UP: Status.IN_BEOORDELING,
    Act.CONFIRM: Status.FORMEEL_INGEDIEND,
    Act.ASK_SUPPLEMENT: Status.ONVOLLEDIG,
    Act.OFFER: Status.AANGEBODEN,
    Act.RESPONSE_IN: Status.REACTIE_ONTVANGEN,
    Act.FED_BACK: Status.TERUGGEKOPPELD,
    Act.CLOSE: Status.AFGEROND,
    Act.WITHDRAW: Status.INGETROKKEN,
    Act.NO_SIGNAL: Status.GEEN_SIGNAAL,
    Act.YET_A_SIGNAL: Status.IN_BEOORDELING,
}
POST, LINK = "post", "koppeling"
"""Side tracks: what is known of the post, and whether a person said that it belongs to this dossier."""

_LINKS: dict[Act, str] = {Act.POST_BELONGS: "bevestigd", Act.POST_FOREIGN: "verworpen"}
HAS_POST = frozenset(
    {"ontvangen", "scan_toegevoegd", "komt_overeen", "alleen_handtekening", "wijkt_af", "niet_te_beoordelen"}
)
"""States of the post track that mean that something came, so that a person can say whether it belongs here."""


class Refusal(StrEnum):
    """Why an act was not done."""

    MOVED_ON = "moved_on"
    NOT_POSSIBLE = "not_possible"
    NOT_ALLOWED = "not_allowed"
    UNKNOWN = "unknown"


class Refused(Exception):  # noqa: N818 - states the fact
    """The act was not done and nothing was changed; `why` says it in a code."""

    def __init__(self, why: Refusal) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts: the account's lasting id (Entra's object id) and how the person is called."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Deed:
    """What a person wants done. `seen` is the state that the face showed (`state_of`); "" where it showed none."""

    what: Act
    reference: str
    person: Person
    seen: str = ""


def state_of(status: str, tracks: Mapping[str, str]) -> str:
    """The state on which acts depend, as one word for a button: status, post, and what was said of the post."""
    return "/".join((status, tracks.get(POST, ""), tracks.get(LINK, "")))


def possible(status: Status, tracks: Mapping[str, str]) -> tuple[Act, ...]:
    """The acts that this state allows, in the order of `Act`."""
    return tuple(what for what in Act if _fits(what, status, tracks))


def act(records: Records, deed: Deed, at: dt.datetime, allowed: Collection[str] = ()) -> str:
    """Do it, record who did it, and put the work that follows; returns the dossier's number. Raises `Refused`.

    `allowed` are the account ids that may act; empty: everyone whom the face lets in.
    """
    if not deed.person.id or (allowed and deed.person.id not in allowed):
        raise Refused(Refusal.NOT_ALLOWED)
    if deed.what is Act.YET_A_SIGNAL and deed.reference.startswith("M-"):
        return _opened(records, deed, at)
    try:
        dossier = records.dossier(deed.reference)
    except NotKnown as error:
        raise Refused(Refusal.UNKNOWN) from error
    if deed.seen and not _seen_still(deed, dossier):
        raise Refused(Refusal.MOVED_ON)
    if not _fits(deed.what, Status(dossier.status), dossier.tracks):
        raise Refused(Refusal.NOT_POSSIBLE)
    try:
        _done(records, deed, dossier, at)
    except StatusConflict as error:
        raise Refused(Refusal.MOVED_ON) from error
    return dossier.number


def _seen_still(deed: Deed, dossier: DossierView) -> bool:
    """Whether what this act depends on is as it was shown: the post for an act on the post, the status for any other."""
    now, seen = state_of(dossier.status, dossier.tracks).split("/"), deed.seen.split("/")
    return now[1:] == seen[1:] if deed.what in _LINKS else now[0] == seen[0]


def _fits(what: Act, status: Status, tracks: Mapping[str, str]) -> bool:
    if what in _LINKS:
        return tracks.get(POST) in HAS_POST and tracks.get(LINK) != _LINKS[what]
    if (what is Act.YET_A_SIGNAL) != (status is Status.GEEN_SIGNAAL):
        return False
    return may_follow(status, _TARGET[what])


def _done(records: Records, deed: Deed, dossier: DossierView, at: dt.datetime) -> None:
    follow = (NewJob(CARD), NewJob(NEWS, {"act": deed.what.value, "initials": initials(deed.person.name)}))
    who: dict[str, Any] = {"actor": deed.person.id, "actor_name": deed.person.name, "at": at, "jobs": follow}
    if deed.what in _LINKS:
        seen = {name: dossier.tracks.get(name, "") for name in (POST, LINK)}
        records.set_tracks(dossier.number, {LINK: _LINKS[deed.what]}, expected=seen, **who)
    else:
        records.set_status(dossier.number, _TARGET[deed.what].value, expected=dossier.status, **who)


def _opened(records: Records, deed: Deed, at: dt.datetime) -> str:
    """A mail that the software took for something else opens a dossier after all."""
    who: dict[str, Any] = {"actor": deed.person.id, "actor_name": deed.person.name, "at": at}
    try:
        message = records.message(deed.reference)
        verdict = str(records.about(message.record).get("signature", {}).get("verdict", ""))
        signed = {"valid": "aanwezig", "absent": "nog_niet"}.get(verdict, "niet_te_beoordelen")
        tracks = {"vastlegging": "vastgelegd", POST: "nog_niet", "ondertekening": signed}
        return records.open_dossier(
            message.record,
            Status.ONTVANGEN.value,
            tracks=tracks,
            settles=message.attention,
            jobs=(NewJob(CARD), NewJob(RELATE)),
            **who,
        )
    except NotKnown as error:
        raise Refused(Refusal.UNKNOWN) from error
    except StatusConflict as error:
        raise Refused(Refusal.MOVED_ON) from error


def initials(name: str) -> str:
    """The capitals with which the words of a name begin, as a card shows them: "Anna de Vries" gives "AV"."""
    words = [word[0] for word in name.replace("-", " ").split() if "A" <= word[0] <= "Z"]
    return "".join(words[:4])
