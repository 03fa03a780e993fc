"""The figures of a week, from the dossiers and messages as they stood: pure, so that anyone can count them again."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

from bot.digest.standing import Dossier, Message, Standing, standing
from bot.digest.steps import ON_WHOM, RUNNING, Step, Whom, lacks_post, lacks_signature, next_step
from bot.digest.weeks import Week
from bot.texts.moments import ZONE
from intake.model import Kind
from intake.states import FINAL, Status
from storage.values import TimelineEntry

AGES = (7, 28, 84)
"""Days at which one group of ages ends and the next begins: a week, four weeks, twelve weeks."""

_SPAM = frozenset({"advertises", "spam_flag", "authentication_failed", "imitated_domain", "wants_credentials"})
_OTHER_DESK = frozenset({"other_desk", "invoices", "applies_for_job", "information_request", "tips_off"})
_PERSONAL = ("persoonsgegevens", "aanwijzing")

Reasons = Callable[[str], Collection[str]]
"""Why a message was taken for what it is: reason codes by its record."""


@dataclass(frozen=True, slots=True)
class Wait:
    """How many dossiers wait for something, and for how many days the longest of them has."""

    count: int = 0
    oldest: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A running dossier: where it stands, what is next, on whom, since when, in days too; whether it needs attention."""

    number: str
    status: Status
    step: Step
    whom: Whom
    since: dt.datetime
    days: int
    attention: bool


@dataclass(frozen=True, slots=True)
class Unprocessed:
    """Messages of the week that belong to no dossier, by what they are; `unjudged` ones were not read yet."""

    questions: int = 0
    drafts: int = 0
    misdirected: int = 0
    automatic: int = 0
    spam: int = 0
    others: int = 0
    unjudged: int = 0


@dataclass(frozen=True, slots=True)
class House:
    """Whether the house is in order, as known at `made`. `dead` are pieces of work that failed too often."""

    made: dt.datetime
    read: dt.datetime | None = None
    lost: dt.datetime | None = None
    verified: dt.datetime | None = None
    deviates: dt.datetime | None = None
    dead: int = 0


@dataclass(frozen=True, slots=True)
class Digest:
    """The overview of a week as it stood at `until`: its end, or for a week that still runs the moment of asking.

    `reached` counts the dossiers that came to a status in this week. `ages` holds for each stage the number of dossiers by age,
    in the groups of `AGES`. `attention` counts dossiers, `loose` the messages without a dossier that need a person.
    """

    week: Week
    until: dt.datetime
    house: House
    messages: int = 0
    new: tuple[str, ...] = ()
    reached: Mapping[Status, int] = field(default_factory=dict)
    post: Wait = Wait()
    supplement: Wait = Wait()
    signature: Wait = Wait()
    submitted: Wait = Wait()
    response: Wait = Wait()
    attention: int = 0
    loose: int = 0
    unprocessed: Unprocessed = Unprocessed()
    ages: Mapping[Status, tuple[int, ...]] = field(default_factory=dict)
    lines: tuple[Line, ...] = ()

    @property
    def running(self) -> int:
        """How many dossiers have not ended."""
        return len(self.lines)

    def of(self, whom: Whom) -> tuple[Line, ...]:
        """The dossiers on which somebody is to act, the longest waiting first."""
        return tuple(line for line in self.lines if line.whom is whom)


def count(history: Iterable[TimelineEntry], week: Week, house: House, why: Reasons = lambda _: ()) -> Digest:
    """The overview of a week, from the whole ledger."""
    until = min(week.end, house.made.astimezone(dt.UTC))
    found = standing(history, until)
    pointed = {home for message in found.messages.values() if message.points for home in message.homes}
    lines = tuple(_lines(found, pointed, until))
    arrived = [m for m in found.messages.values() if week.start <= m.recorded]
    return Digest(
        week,
        until,
        house,
        messages=len(arrived),
        new=tuple(sorted(d.number for d in found.dossiers.values() if week.start <= d.opened)),
        reached=_reached(found.dossiers.values(), week),
        **_waits(found, until),
        attention=sum(_needs_attention(d, pointed) for d in found.dossiers.values()),
        loose=sum(1 for m in found.messages.values() if m.points and not m.homes),
        unprocessed=_unprocessed([m for m in arrived if not m.homes], why),
        ages=_ages(lines),
        lines=lines,
    )


def days(since: dt.datetime, until: dt.datetime) -> int:
    """Calendar days in the desk's zone."""
    return max(0, (until.astimezone(ZONE).date() - since.astimezone(ZONE).date()).days)


def age_group(age: int) -> int:
    """The index of the group of `AGES` in which so many days lie."""
    return sum(1 for bound in AGES if age >= bound)


def _needs_attention(dossier: Dossier, pointed: Collection[str]) -> bool:
    """Open points, as on its card; of one that ended the warning for personal data is past."""
    name, state = _PERSONAL
    warned = dossier.status not in FINAL and dossier.tracks.get(name) == state
    return warned or dossier.number in pointed


def _lines(found: Standing, pointed: Collection[str], until: dt.datetime) -> Iterable[Line]:
    running = [d for d in found.dossiers.values() if d.status not in FINAL]
    for dossier in sorted(running, key=lambda d: (_since(d), d.number)):
        step, since = next_step(dossier.status, dossier.tracks), _since(dossier)
        attention = _needs_attention(dossier, pointed)
        age = days(since, until)
        yield Line(dossier.number, dossier.status, step, ON_WHOM[step], since, age, attention)


def _since(dossier: Dossier) -> dt.datetime:
    """Paper and signatures are waited for since the dossier came, everything else since its status."""
    waits = next_step(dossier.status, dossier.tracks) in {Step.POST, Step.SIGN}
    return dossier.opened if waits else dossier.since


def _reached(dossiers: Iterable[Dossier], week: Week) -> Mapping[Status, int]:
    counted = Counter(status for d in dossiers for status in {status for at, status in d.reached if week.start <= at})
    return {status: counted[status] for status in Status if counted[status]}


def _waits(found: Standing, until: dt.datetime) -> dict[str, Wait]:
    dossiers = found.dossiers.values()
    in_status = {
        "supplement": Status.ONVOLLEDIG,
        "submitted": Status.FORMEEL_INGEDIEND,
        "response": Status.AANGEBODEN,
    }
    since = {name: [d.since for d in dossiers if d.status is status] for name, status in in_status.items()}
    since["post"] = [d.opened for d in dossiers if lacks_post(d.status, d.tracks)]
    since["signature"] = [d.opened for d in dossiers if lacks_signature(d.status, d.tracks)]
    return {name: Wait(len(begun), days(min(begun), until) if begun else 0) for name, begun in since.items()}


def _ages(lines: Iterable[Line]) -> Mapping[Status, tuple[int, ...]]:
    counted = Counter((line.status, age_group(line.days)) for line in lines)
    rows = {status: tuple(counted[status, group] for group in range(len(AGES) + 1)) for status in RUNNING}
    return {status: row for status, row in rows.items() if any(row)}


def _unprocessed(messages: Iterable[Message], why: Reasons) -> Unprocessed:
    return Unprocessed(**Counter(_sort(message, why) for message in messages))


_SORT = {
    "": "unjudged",
    Kind.QUESTION: "questions",
    Kind.DRAFT: "drafts",
    Kind.CASE_REPORT: "misdirected",
    Kind.AUTOMATIC: "automatic",
}


def _sort(message: Message, why: Reasons) -> str:
    if message.kind != Kind.OTHER:
        return _SORT.get(message.kind, "others")
    reasons = frozenset(why(message.record))
    if reasons & _SPAM or "threat_spoofed_sender" in message.points:
        return "spam"
    return "misdirected" if reasons & _OTHER_DESK else "others"
