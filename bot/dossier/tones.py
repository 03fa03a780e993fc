"""How a state looks: a tone with its own icon and colour, always beside the word."""

from __future__ import annotations

from intake.model import Verdict
from intake.states import FINAL, Status

NEUTRAL, BUSY, GOOD, WAIT, WARN, ALARM = "neutral", "busy", "good", "wait", "warn", "alarm"

_STATUS = {Status.ONTVANGEN: BUSY, Status.IN_BEOORDELING: BUSY, Status.ONVOLLEDIG: WARN, Status.FORMEEL_INGEDIEND: GOOD}
_STATUS |= {Status.AFGEROND: GOOD, Status.REACTIE_ONTVANGEN: BUSY, Status.TERUGGEKOPPELD: BUSY}
_STATE = {
    "vastgelegd": GOOD,
    "ongewijzigd": GOOD,
    "afwijking": ALARM,
    "nog_niet": WAIT,
    "verwacht": WAIT,
    "ontvangen": BUSY,
    "scan_toegevoegd": BUSY,
    "komt_overeen": GOOD,
    "alleen_handtekening": GOOD,
    "wijkt_af": WARN,
    "niet_te_beoordelen": WARN,
    "te_beoordelen": WAIT,
    "aanwezig": GOOD,
    "verzonden_door": GOOD,
    "niet_gevonden": WARN,
    "vastgesteld": GOOD,
    "akkoord": GOOD,
    "niet_vermeld": WAIT,
    "navragen": WARN,
    "geen_aanwijzing": GOOD,
    "aanwijzing": WARN,
    "beoordeeld": GOOD,
}
COMPARED = frozenset({"komt_overeen", "alleen_handtekening", "wijkt_af", "niet_te_beoordelen"})
"""States of the track `post` from which there is a comparison to look at."""
_VERDICT = {Verdict.PASS: GOOD, Verdict.FAIL: WARN, Verdict.UNDETERMINED: WAIT}


def of_status(status: Status) -> str:
    """The tone of a main status; a status that only waits for others is WAIT, one that ended is NEUTRAL."""
    return _STATUS.get(status, NEUTRAL if status in FINAL else WAIT)


def of_state(state: str) -> str:
    """The tone of a track's state."""
    return _STATE.get(state, NEUTRAL)


def of_verdict(verdict: Verdict) -> str:
    """The tone of a verdict."""
    return _VERDICT[verdict]
