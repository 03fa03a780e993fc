"""The overview in words, the same for card, mail and page: rows of figures, lines per dossier, the state of the house."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Sequence

from bot.digest.counting import Digest, House, Line, Wait
from bot.digest.steps import Whom
from bot.texts import day, status, when
from bot.texts import week as text
from intake.states import Status

STALE_MAILBOX = dt.timedelta(hours=1)
STALE_ARCHIVE = dt.timedelta(days=2)
"""After so long something that happens every minute, or every day, has stopped."""
_NEW_NAMED = 10

Row = tuple[str, str]


def title(digest: Digest) -> str:
    """The heading."""
    return text.TITLE.format(week=digest.week)


def period(digest: Digest) -> str:
    """Which days, and as of when."""
    monday, sunday = text.long_day(digest.week.monday), text.long_day(digest.week.sunday)
    as_of = text.STILL_RUNS if digest.until < digest.week.end else text.STANDING
    days = text.PERIOD.format(monday=monday, sunday=sunday)
    return f"{days}. {as_of.format(moment=when(digest.until))}."


def news(digest: Digest) -> str:
    """What is new, in a sentence. That the mailbox was read is said only when that is known of the whole week."""
    numbers = digest.new
    if not numbers:
        read = digest.house.read is not None and digest.house.read >= digest.until
        return text.NO_NEWS_READ if read else text.NO_NEWS
    named = ", ".join(numbers[:_NEW_NAMED])
    if len(numbers) > _NEW_NAMED:
        named = text.AND_MORE.format(numbers=named, count=len(numbers) - _NEW_NAMED)
    form = text.ONE_NEW if len(numbers) == 1 else text.MANY_NEW
    return form.format(count=len(numbers), numbers=named)


def waits(digest: Digest) -> str:
    """How many dossiers wait, and on whom, in a sentence."""
    headings = ", ".join(heading[0].lower() + heading[1:] for heading, _ in groups(digest))
    if not headings:
        return text.NOTHING_WAITS
    form = text.RUNS_ONE if digest.running == 1 else text.RUNS_MANY
    return form.format(count=digest.running, groups=headings[0].upper() + headings[1:])


def house(found: House) -> tuple[tuple[bool, str], ...]:
    """Whether the mailbox is read and the archive agrees: for each whether it is well, and the sentence."""
    dead = ((False, text.DEAD.format(count=found.dead)),) if found.dead else ()
    return (_mailbox(found), _archive(found), *dead)


def figures(digest: Digest) -> tuple[Row, ...]:
    """The figures of T7, in its order; what ended otherwise and loose messages only where there are some."""
    reached = digest.reached
    more = [
        (text.WITHDRAWN, reached.get(Status.INGETROKKEN, 0)),
        (text.NO_SIGNAL, reached.get(Status.GEEN_SIGNAAL, 0)),
        (text.LOOSE, digest.loose),
    ]
    return (
        (text.NEW, str(len(digest.new))),
        (text.POST, _waits(digest.post)),
        (text.SUPPLEMENT, _waits(digest.supplement)),
        (text.SIGNATURE, _waits(digest.signature)),
        (text.SUBMITTED, _waits(digest.submitted)),
        (text.RESPONSE, _waits(digest.response)),
        (text.DONE, str(reached.get(Status.AFGEROND, 0))),
        (text.ATTENTION, str(digest.attention)),
        *((label, str(count)) for label, count in more if count),
    )


def unprocessed(digest: Digest) -> str:
    """What came in this week and belongs to no dossier: "vragen 3, verkeerd adres 0, …"."""
    counts = dataclasses.asdict(digest.unprocessed)
    told = (f"{text.SORTS[name]} {n}" for name, n in counts.items() if n or name in text.ALWAYS)
    return ", ".join(told)


def line(found: Line, *, marked: bool = True) -> str:
    """One dossier: number, status, next step, since when."""
    told = text.LINE.format(
        number=found.number,
        status=status(found.status),
        step=text.NEXT[found.step],
        since=day(found.since),
        days=text.how_long(found.days),
    )
    return text.MARKED.format(line=told) if marked and found.attention else told


def groups(digest: Digest) -> tuple[tuple[str, tuple[Line, ...]], ...]:
    """The dossiers by who is to act, with a heading; nobody is named without any."""
    found = ((whom, digest.of(whom)) for whom in Whom)
    return tuple(
        (text.GROUP.format(whom=text.ON_WHOM[whom], count=len(lines)), lines) for whom, lines in found if lines
    )


def ages(row: Sequence[int]) -> str:
    """How old: "2 korter dan 1 week, 1 4 tot 12 weken" would mislead, so each group says its count after its name."""
    return ", ".join(f"{name}: {n}" for name, n in zip(text.AGES, row, strict=True) if n)


def chart(digest: Digest) -> str:
    """The chart in words, for who cannot see it."""
    rows = (
        text.CHART_ROW.format(stage=status(stage), count=sum(row), ages=ages(row)) for stage, row in digest.ages.items()
    )
    return text.CHART.format(rows=" ".join(rows)).strip()


def plain(digest: Digest, address: str) -> str:
    """The whole overview as plain text."""
    parts: list[Iterable[str]] = [
        [title(digest), period(digest)],
        [news(digest), waits(digest)],
        [f"{text.SIGN_GOOD if well else text.SIGN_WRONG} {said}." for well, said in house(digest.house)],
        [f"{label}: {value}" for label, value in figures(digest)],
        [f"{text.UNPROCESSED}: {unprocessed(digest)}."],
        [text.WAITING, *(f"- {status(s)}: {sum(row)} ({ages(row)})" for s, row in digest.ages.items())]
        if digest.ages
        else [text.NOTHING_WAITS],
        *([heading, *(f"- {line(found)}" for found in lines)] for heading, lines in groups(digest)),
        [text.OPEN_AT.format(address=address)] if address else [],
        [text.AUTOMATIC],
    ]
    return "\n\n".join(joined for part in parts if (joined := "\n".join(part))) + "\n"


def _waits(found: Wait) -> str:
    if not found.count:
        return "0"
    return text.OLDEST.format(count=found.count, days=text.how_long(found.oldest))


def _mailbox(found: House) -> tuple[bool, str]:
    if found.lost:
        return False, text.LOST.format(moment=when(found.lost))
    if found.read is None:
        return False, text.NEVER_READ
    stale = found.made - found.read > STALE_MAILBOX
    return not stale, (text.NOT_READ_SINCE if stale else text.READ).format(moment=when(found.read))


def _archive(found: House) -> tuple[bool, str]:
    if found.deviates:
        return False, text.DEVIATES.format(moment=when(found.deviates))
    if found.verified is None:
        return False, text.NEVER_VERIFIED
    stale = found.made - found.verified > STALE_ARCHIVE
    return not stale, (text.NOT_VERIFIED_SINCE if stale else text.VERIFIED).format(moment=when(found.verified))
