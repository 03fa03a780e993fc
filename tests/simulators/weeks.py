"""Fictitious overviews of a week: a usual one, a week in which nothing happened, a bad one, and the largest that can be."""

from __future__ import annotations

import dataclasses
import datetime as dt

from bot.digest.counting import Digest, House, Line, Unprocessed, Wait, age_group
from bot.digest.steps import ON_WHOM, RUNNING, next_step
from bot.digest.weeks import Rhythm, Week
from intake.states import Status

WEEK = Week(2026, 47)
MADE = Rhythm().due(WEEK)
GOOD = House(MADE, read=MADE - dt.timedelta(minutes=1), verified=MADE - dt.timedelta(hours=8, minutes=29))
BAD = House(MADE, lost=MADE - dt.timedelta(hours=21), deviates=MADE - dt.timedelta(hours=8), dead=2)
BASE = "https://loket.liec.example"


def line(number: int, status: Status, days: int, tracks: dict[str, str] | None = None, *, marked: bool = False) -> Line:
    """A dossier that has waited so many days."""
    step = next_step(status, tracks or {})
    since = WEEK.end - dt.timedelta(days=days, hours=-9)
    return Line(f"BS-2026-{number:04}", status, step, ON_WHOM[step], since, days, marked)


def digest(lines: tuple[Line, ...], house: House = GOOD) -> Digest:
    """The overview over these dossiers, with figures that fit."""
    ages = {
        s: tuple(sum(1 for x in lines if x.status is s and age_group(x.days) == g) for g in range(4)) for s in RUNNING
    }
    ordered = tuple(sorted(lines, key=lambda x: (x.since, x.number)))
    return Digest(WEEK, WEEK.end, house, ages={s: row for s, row in ages.items() if any(row)}, lines=ordered)


_SIGNED = {"post": "komt_overeen", "ondertekening": "aanwezig"}
USUAL = dataclasses.replace(
    digest(
        (
            line(31, Status.ONTVANGEN, 1, marked=True),
            line(30, Status.ONTVANGEN, 3),
            line(29, Status.IN_BEOORDELING, 11),
            line(28, Status.IN_BEOORDELING, 12, {"post": "komt_overeen", "ondertekening": "nog_niet"}),
            line(27, Status.IN_BEOORDELING, 5, _SIGNED),
            line(26, Status.IN_BEOORDELING, 30, {"post": "wijkt_af", "ondertekening": "aanwezig"}, marked=True),
            line(25, Status.ONVOLLEDIG, 19),
            line(22, Status.FORMEEL_INGEDIEND, 4),
            line(17, Status.AANGEBODEN, 40),
            line(15, Status.AANGEBODEN, 61),
            line(9, Status.AANGEBODEN, 132),
            line(6, Status.REACTIE_ONTVANGEN, 6),
        )
    ),
    messages=23,
    new=("BS-2026-0030", "BS-2026-0031"),
    reached={Status.ONTVANGEN: 2, Status.FORMEEL_INGEDIEND: 1, Status.AFGEROND: 1},
    post=Wait(3, 11),
    supplement=Wait(1, 19),
    signature=Wait(1, 12),
    submitted=Wait(1, 4),
    response=Wait(3, 132),
    attention=2,
    loose=1,
    unprocessed=Unprocessed(questions=3, drafts=1, misdirected=1, automatic=9, spam=4, others=1, unjudged=0),
)
QUIET = Digest(WEEK, WEEK.end, GOOD)
TROUBLED = dataclasses.replace(USUAL, house=BAD)
LARGEST = dataclasses.replace(
    digest(
        tuple(line(n, RUNNING[n % len(RUNNING)], n, {"post": "nog_niet"}, marked=True) for n in range(1, 4000)),
        BAD,
    ),
    messages=99_999,
    new=tuple(f"BS-2026-{n:04}" for n in range(1, 4000)),
    reached=dict.fromkeys(Status, 9999),
    post=Wait(9999, 9999),
    supplement=Wait(9999, 9999),
    signature=Wait(9999, 9999),
    submitted=Wait(9999, 9999),
    response=Wait(9999, 9999),
    attention=9999,
    loose=9999,
    unprocessed=Unprocessed(*[9999] * 7),
)
ALL = {"usual": USUAL, "quiet": QUIET, "troubled": TROUBLED, "largest": LARGEST}
