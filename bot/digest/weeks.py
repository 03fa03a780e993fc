"""ISO weeks in the desk's own zone, and when the overview of each is due.

Moments are given in UTC: Python compares two times of one zone by their clock faces, which is wrong across a change of clocks.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import dataclass

from bot.texts.moments import ZONE

MOST_OWED = 12
"""Overviews that are caught up with after downtime; earlier weeks can be asked for by hand."""
_WRITTEN = re.compile(r"([0-9]{4})-W([0-9]{2})")


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """A week of ISO 8601, from Monday to Sunday."""

    year: int
    number: int

    @classmethod
    def of(cls, moment: dt.datetime) -> Week:
        """The week in which an aware moment lies."""
        year, number, _ = moment.astimezone(ZONE).isocalendar()
        return cls(year, number)

    @classmethod
    def parse(cls, text: str) -> Week:
        """A week as `str` writes it, such as 2026-W47. ValueError for anything else."""
        found = _WRITTEN.fullmatch(text)
        if found is None:
            raise ValueError(f"{text}: write a week as 2026-W47")
        week = cls(int(found[1]), int(found[2]))
        dt.date.fromisocalendar(week.year, week.number, 1)
        return week

    def __str__(self) -> str:
        return f"{self.year:04}-W{self.number:02}"

    @property
    def monday(self) -> dt.date:
        """Its first day."""
        return dt.date.fromisocalendar(self.year, self.number, 1)

    @property
    def sunday(self) -> dt.date:
        """Its last day."""
        return self.monday + dt.timedelta(days=6)

    @property
    def start(self) -> dt.datetime:
        """Its first moment."""
        return dt.datetime.combine(self.monday, dt.time(), ZONE).astimezone(dt.UTC)

    @property
    def end(self) -> dt.datetime:
        """The first moment that is no longer in it."""
        return self.moved(1).start

    def moved(self, weeks: int) -> Week:
        """The week that lies so many weeks later."""
        year, number, _ = (self.monday + dt.timedelta(weeks=weeks)).isocalendar()
        return Week(year, number)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When the overview of a week is due: a day of the following week (0 = Monday) and a time in the desk's zone.

    A time that the change of clocks skips falls an hour later; of one that it repeats the first counts.
    """

    day: int = 0
    at: dt.time = dt.time(8, 30)

    def due(self, week: Week) -> dt.datetime:
        """When the overview of a week is due."""
        date = week.moved(1).monday + dt.timedelta(days=self.day)
        return dt.datetime.combine(date, self.at, ZONE).astimezone(dt.UTC)

    def latest(self, now: dt.datetime) -> Week:
        """The latest week whose overview is due by now."""
        before = Week.of(now).moved(-1)
        return before if self.due(before) <= now.astimezone(dt.UTC) else before.moved(-1)


def owed(latest: Week, told: Collection[Week]) -> tuple[Week, ...]:
    """The weeks since the first that was told, up to `latest`, that were not told; the last `MOST_OWED` weeks at most."""
    since = max(min(told), latest.moved(1 - MOST_OWED))
    weeks = (latest.moved(-back) for back in reversed(range(MOST_OWED)))
    return tuple(week for week in weeks if week >= since and week not in told)
