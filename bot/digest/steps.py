"""What a dossier waits for, and on whom: one rule from its status and tracks. Age counts from when it began to wait so."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from intake.acts import POST
from intake.states import FINAL, Status

WAITS_FOR_POST = frozenset({"nog_niet", "verwacht"})
"""States of the post track in which nothing came yet."""
SIGNATURE = "ondertekening"
RUNNING = tuple(status for status in Status if status not in FINAL)
"""The stages in which a dossier waits, in their order."""
_BEFORE_SUBMISSION = frozenset({Status.ONTVANGEN, Status.IN_BEOORDELING, Status.ONVOLLEDIG})


class Whom(StrEnum):
    """Who is to act."""

    LOKET = "loket"
    INDIENER = "indiener"
    BEWINDSPERSOON = "bewindspersoon"


class Step(StrEnum):
    """What is to happen next."""

    SUBMIT = "submit"
    TAKE_UP = "take_up"
    JUDGE_POST = "judge_post"
    SIGN = "sign"
    POST = "post"
    DECIDE = "decide"
    SUPPLEMENT = "supplement"
    OFFER = "offer"
    RESPOND = "respond"
    FEED_BACK = "feed_back"
    CLOSE = "close"


ON_WHOM: dict[Step, Whom] = {
    Step.SUBMIT: Whom.INDIENER,
    Step.TAKE_UP: Whom.LOKET,
    Step.JUDGE_POST: Whom.LOKET,
    Step.SIGN: Whom.INDIENER,
    Step.POST: Whom.INDIENER,
    Step.DECIDE: Whom.LOKET,
    Step.SUPPLEMENT: Whom.INDIENER,
    Step.OFFER: Whom.LOKET,
    Step.RESPOND: Whom.BEWINDSPERSOON,
    Step.FEED_BACK: Whom.LOKET,
    Step.CLOSE: Whom.LOKET,
}
_OF_STATUS = {
    Status.VOOROVERLEG: Step.SUBMIT,
    Status.ONTVANGEN: Step.TAKE_UP,
    Status.ONVOLLEDIG: Step.SUPPLEMENT,
    Status.FORMEEL_INGEDIEND: Step.OFFER,
    Status.AANGEBODEN: Step.RESPOND,
    Status.REACTIE_ONTVANGEN: Step.FEED_BACK,
    Status.TERUGGEKOPPELD: Step.CLOSE,
}


def next_step(status: Status, tracks: Mapping[str, str]) -> Step:
    """The next step of a running dossier; while the desk judges it, what is missing tells. KeyError for one that ended."""
    if status is not Status.IN_BEOORDELING:
        return _OF_STATUS[status]
    if tracks.get(POST) == "wijkt_af":
        return Step.JUDGE_POST
    if lacks_signature(status, tracks):
        return Step.SIGN
    return Step.POST if lacks_post(status, tracks) else Step.DECIDE


def lacks_post(status: Status, tracks: Mapping[str, str]) -> bool:
    """Whether its paper version is still to come; also after a person took it for submitted."""
    return status not in FINAL and tracks.get(POST, "nog_niet") in WAITS_FOR_POST


def lacks_signature(status: Status, tracks: Mapping[str, str]) -> bool:
    """Whether a signature is still to come; a person who takes it for submitted has settled that."""
    return status in _BEFORE_SUBMISSION and tracks.get(SIGNATURE) == "nog_niet"
