"""The weekly overview of a house: its schedule, its jobs, and the command that asks for one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.digest import words
from bot.digest.counting import Digest
from bot.digest.mail import Envelope, page_address
from bot.digest.schedule import (
    DIGEST,
    DIGEST_MAIL,
    DigestMailPerformer,
    DigestPerformer,
    MailboxSign,
    Overview,
    Schedule,
    key,
)
from bot.digest.weeks import Rhythm, Week
from bot.errors import SettingsError
from bot.output import plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.app import App
    from bot.config import DigestSettings
    from intake.service import Performer
    from intake.watch import Watch

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True)
class Asked:
    """What `loketbs digest` answers. `sent`: "now", "before", or "" where nothing was to be sent."""

    digest: Digest
    address: str
    sent: str = ""

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {**plain(self.digest), "week": str(self.digest.week), "sent": self.sent or None}

    def text(self) -> str:
        """As the mail says it."""
        return words.plain(self.digest, self.address)


def rhythm_of(settings: DigestSettings) -> Rhythm:
    """When overviews are due."""
    return Rhythm(_DAYS.index(settings.day), dt.time.fromisoformat(settings.time))


def schedule_of(house: App) -> Schedule:
    """Puts what is due."""
    settings = house.settings.digest
    return Schedule(house.records, house.clock, rhythm_of(settings), mails=bool(settings.recipients))


def overview_of(house: App) -> Overview:
    """Makes overviews."""
    return Overview(house.records, house.clock, house.page_address)


def performers_of(house: App) -> dict[str, Performer]:
    """What does the jobs of the schedule. SettingsError where somebody is to get mail and there is no address to send from."""
    overview, recipients = overview_of(house), house.settings.digest.recipients
    sender = house.settings.outgoing.sender or house.context.register.mailbox
    if recipients and not sender:
        raise SettingsError("digest.recipients needs outgoing.sender, or loket.mailbox in the register")
    mail = DigestMailPerformer(overview, lambda: house.sender, Envelope(sender, recipients))
    return {DIGEST: DigestPerformer(overview, house.desk), DIGEST_MAIL: mail}


def chores_of(house: App, watch: Watch) -> tuple[Callable[[], object], ...]:
    """What the loop looks at: how the mailbox is doing, and which overviews are due."""
    note = MailboxSign(house.records.signs, watch)
    return (note, schedule_of(house)) if house.settings.digest.send else (note,)


def asked(house: App, written: str, *, send: bool) -> Asked:
    """The overview of a week ("" = the last that ended); with `send` it goes out, unless it did.

    ValueError for a week that is none, has not begun or, to be sent, has not ended.
    """
    running = Week.of(house.clock.now())
    week = Week.parse(written) if written else running.moved(-1)
    if week > running or (send and week == running):
        raise ValueError(f"{week}: this week has not {'ended' if send else 'begun'}; ask for an earlier one")
    sent = _sent(house, week) if send else ""
    return Asked(overview_of(house).of(week), page_address(week, house.page_address), sent)


def _sent(house: App, week: Week) -> str:
    schedule = schedule_of(house)
    known = week in schedule.told()
    schedule.put(week, house.clock.now())
    watch = house.watch(with_mailbox=False)
    watch.kinds = (DIGEST, DIGEST_MAIL)
    while watch.step():
        pass
    shown = house.records.channel.posted(key=key(week)) is not None
    return "before" if known else "now" if shown else "later"
