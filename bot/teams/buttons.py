"""Buttons of a card (Action.Execute): each carries the act, what it is about, and the state that was shown when it was made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.texts import cards as text
from intake.acts import Act, possible, state_of
from intake.states import Status

REFERENCE, SEEN = "reference", "seen"
"""Names in a button's data."""

_NOT_ON_CARDS = frozenset({Act.WITHDRAW})
"""Acts that a slip of the thumb should not do; the pages have them, with a question before."""
_SECONDARY = frozenset({Act.NO_SIGNAL})


def button(act: Act, reference: str, seen: str = "") -> dict[str, Any]:
    """One button."""
    data = {REFERENCE: reference, SEEN: seen} if seen else {REFERENCE: reference}
    made = {"type": "Action.Execute", "title": text.ACT[act], "verb": act.value, "data": data}
    return made | ({"mode": "secondary"} if act in _SECONDARY else {})


def buttons(number: str, status: Status, tracks: Mapping[str, str]) -> list[dict[str, Any]]:
    """The buttons that fit the state of a dossier: at most five, so that one remains for opening the page (Teams shows six)."""
    seen = state_of(status, tracks)
    return [button(act, number, seen) for act in possible(status, tracks) if act not in _NOT_ON_CARDS]


def without_buttons(card: Mapping[str, Any]) -> dict[str, Any]:
    """The card for a channel from which no press comes back; links stay."""
    return {**card, "actions": [a for a in card.get("actions", []) if a["type"] != "Action.Execute"]}
