"""The statuses of a dossier and who may set them: one table, after the desk's own list.

Only ONTVANGEN is set by the software itself; every other status is the act of a named person. The drawing in
docs/architecture.md is made from this table, and a test fails when it is old.
"""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """Main status of a dossier (hoofdstatus)."""

    VOOROVERLEG = "vooroverleg"
    ONTVANGEN = "ontvangen"
    IN_BEOORDELING = "in_beoordeling"
    ONVOLLEDIG = "onvolledig"
    FORMEEL_INGEDIEND = "formeel_ingediend"
    AANGEBODEN = "aangeboden"
    REACTIE_ONTVANGEN = "reactie_ontvangen"
    TERUGGEKOPPELD = "teruggekoppeld"
    AFGEROND = "afgerond"
    INGETROKKEN = "ingetrokken"
    GEEN_SIGNAAL = "geen_signaal"


_TRANSITIONS: dict[Status, frozenset[Status]] = {
    Status.VOOROVERLEG: frozenset({Status.ONTVANGEN}),
    Status.ONTVANGEN: frozenset({Status.IN_BEOORDELING, Status.GEEN_SIGNAAL, Status.INGETROKKEN}),
    Status.IN_BEOORDELING: frozenset(
        {Status.ONVOLLEDIG, Status.FORMEEL_INGEDIEND, Status.GEEN_SIGNAAL, Status.INGETROKKEN}
    ),
    Status.ONVOLLEDIG: frozenset({Status.IN_BEOORDELING, Status.INGETROKKEN}),
    Status.FORMEEL_INGEDIEND: frozenset({Status.AANGEBODEN, Status.INGETROKKEN}),
    Status.AANGEBODEN: frozenset({Status.REACTIE_ONTVANGEN, Status.INGETROKKEN}),
    Status.REACTIE_ONTVANGEN: frozenset({Status.TERUGGEKOPPELD}),
    Status.TERUGGEKOPPELD: frozenset({Status.AFGEROND}),
    Status.AFGEROND: frozenset(),
    Status.INGETROKKEN: frozenset(),
    Status.GEEN_SIGNAAL: frozenset({Status.IN_BEOORDELING}),
}

FINAL = frozenset({Status.AFGEROND, Status.INGETROKKEN, Status.GEEN_SIGNAAL})
"""Statuses that end the desk's part (`eind` in the desk's list); GEEN_SIGNAAL may still be reconsidered."""

SET_BY_SOFTWARE = frozenset({Status.ONTVANGEN})


def following(status: Status) -> frozenset[Status]:
    """The statuses a person may set next."""
    return _TRANSITIONS[status]


def may_follow(old: Status, new: Status) -> bool:
    """Whether the table allows `old` → `new`."""
    return new in _TRANSITIONS[old]
