"""The ledger, read up to a moment: every dossier and message as it stood then, and what happened in between.

One fold over the events, which needs neither tables nor vault. Events count by the time that stands in them and in the order of the
ledger, so that a week can be counted again years later with the same outcome. Where a clock was set back, something can be told of
what by its own time was not there yet: that counts from when it was there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from intake.states import Status
from storage.ledger import EventType
from storage.values import TimelineEntry

_TRACK = "track."


@dataclass(slots=True)
class Dossier:
    """A dossier as it stood. `reached` tells when it came to each status, the first time and each time after."""

    number: str
    opened: dt.datetime
    status: Status
    since: dt.datetime
    tracks: dict[str, str] = field(default_factory=dict)
    reached: list[tuple[dt.datetime, Status]] = field(default_factory=list)


@dataclass(slots=True)
class Message:
    """A message as it stood; `letters` are those of a scan: the pages of each, and its dossier."""

    record: str
    recorded: dt.datetime
    kind: str = ""
    dossier: str = ""
    points: set[str] = field(default_factory=set)
    letters: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def homes(self) -> frozenset[str]:
        """The dossiers in which it lies."""
        return frozenset({self.dossier, *(dossier for _, dossier in self.letters.values())} - {""})


@dataclass(slots=True)
class Standing:
    """All that the ledger tells up to a moment."""

    dossiers: dict[str, Dossier] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)


def standing(history: Iterable[TimelineEntry], until: dt.datetime) -> Standing:
    """Everything as it stood at `until` (aware), by the events that were before it."""
    found = Standing()
    for event in history:
        at = dt.datetime.fromisoformat(event.at)
        if at < until:
            _TOLD.get(event.type, _nothing)(found, event, at)
    return found


def _nothing(found: Standing, event: TimelineEntry, at: dt.datetime) -> None:
    """Freezing and sending change nothing that is counted."""


def _received(found: Standing, event: TimelineEntry, at: dt.datetime) -> None:
    found.messages[event.record] = Message(event.record, at)


def _judged(found: Standing, event: TimelineEntry, _: dt.datetime) -> None:
    if message := found.messages.get(event.record):
        message.kind, message.points = str(event.details["kind"]), set(str(event.details.get("attention", "")).split())


def _opened(found: Standing, event: TimelineEntry, at: dt.datetime) -> None:
    number, status = str(event.details["dossier"]), Status(str(event.details["status"]))
    found.dossiers[number] = Dossier(number, at, status, at, _tracks(event), [(at, status)])
    if message := found.messages.get(event.record):
        message.dossier = number


def _joined(found: Standing, event: TimelineEntry, _: dt.datetime) -> None:
    message, number = found.messages.get(event.record), str(event.details["dossier"])
    if message is None:
        return
    if "part" in event.details:
        _lay(message, str(event.details["part"]), number)
    else:
        message.dossier = number


def _lay(message: Message, part: str, number: str) -> None:
    if part in message.letters:
        message.letters[part] = (message.letters[part][0], number)


def _changed(found: Standing, event: TimelineEntry, at: dt.datetime) -> None:
    details = event.details
    if message := found.messages.get(event.record):
        _message_changed(message, event)
    if dossier := found.dossiers.get(str(details.get("dossier", ""))):
        dossier.tracks |= _tracks(event)
        if "status" in details:
            dossier.status, dossier.since = Status(str(details["status"])), at
            dossier.reached.append((at, dossier.status))


def _message_changed(message: Message, event: TimelineEntry) -> None:
    details = event.details
    message.points -= {str(details.get("settled", ""))}
    if "raised" in details:
        message.points.add(str(details["raised"]))
    if "letters" in details:
        message.letters = dict(_letters(str(details["letters"]), message.letters))
    if "unlinked" in details:
        _lay(message, str(details["part"]), "")


def _letters(told: str, before: dict[str, tuple[str, str]]) -> Iterable[tuple[str, tuple[str, str]]]:
    """A letter that keeps its number and its pages stays where it lies."""
    for text in filter(None, told.split(";")):
        part, _, pages = text.partition(":")
        known = before.get(part, ("", ""))
        yield part, known if known[0] == pages else (pages, "")


def _tracks(event: TimelineEntry) -> dict[str, str]:
    return {k.removeprefix(_TRACK): str(v) for k, v in event.details.items() if k.startswith(_TRACK)}


_TOLD: dict[str, Callable[[Standing, TimelineEntry, dt.datetime], None]] = {
    EventType.ONTVANGST: _received,
    EventType.REGISTRATIE: _judged,
    EventType.CREATIE: _opened,
    EventType.OPNAME: _joined,
    EventType.WIJZIGING: _changed,
}
