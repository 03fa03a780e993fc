"""A year of weeks: each overview goes out exactly once, whatever happens to the service and its clock."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from bot.digest.mail import Envelope
from bot.digest.schedule import DIGEST, DIGEST_MAIL, DigestMailPerformer, DigestPerformer, Overview, Schedule
from bot.digest.weeks import MOST_OWED, Rhythm, Week, owed
from bot.texts.moments import ZONE
from intake.errors import DeskBusy, MailRefused, MailUnsure, SenderAway
from intake.outgoing.folder import FolderSender
from intake.ports import Fate, OutgoingMail, Sender
from storage.dossiers import Records
from storage.values import Arrival, Claim
from tests.simulators.desk_life import CountingDesk, SetClock, opened

WEEK = Week(2026, 47)
ENVELOPE = Envelope("loket@liec.example", ("team@liec.example",))


class House:
    """What a service has of overviews; `restart` forgets all that it had in memory."""

    def __init__(self, folder: Path, begin: dt.datetime, sender: Sender | None = None) -> None:
        self.folder, self.clock = folder, SetClock(begin)
        self.records: Records = opened(folder)
        self.desk = CountingDesk(self.records, self.clock)
        self.sender = sender or FolderSender(folder / "uitgaand")
        self.restart()

    def restart(self) -> None:
        self.schedule = Schedule(self.records, self.clock, Rhythm(), mails=True)
        overview = Overview(self.records, self.clock, "https://loket.example")
        self.card = DigestPerformer(overview, self.desk)
        self.mail = DigestMailPerformer(overview, lambda: self.sender, ENVELOPE)

    def claim(self, kind: str = "") -> Claim | None:
        return self.records.work.claim("worker", self.clock.at, [kind] if kind else [])

    def tick(self, *, often: bool = False) -> None:
        """What the loop does: put what is due, do what is due; `often` spares the queue while nothing fell due."""
        before = self.schedule._latest
        self.schedule()
        if often and before is not None and before == self.schedule._latest:
            return
        while job := self.claim():
            (self.card if job.kind == DIGEST else self.mail)(job)

    def mails(self) -> list[str]:
        return [
            str(message_from_bytes(path.read_bytes(), policy=policy.default)["Message-ID"])
            for path in (self.folder / "uitgaand").rglob("*.eml")
        ]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A house that begins to live in the middle of week 47."""
    found = House(tmp_path, dt.datetime(2026, 11, 18, 12, tzinfo=ZONE))
    yield found
    found.records.close()


def test_a_year_with_restarts_downtime_and_a_clock_set_back(tmp_path: Path) -> None:
    """From summer time into winter time and back, hour by hour; every week once, and none before the house was there."""
    chance = random.Random(2026)
    begin = dt.datetime(2026, 1, 7, 12, tzinfo=ZONE)
    house = House(tmp_path, begin)
    true, wrong, down = begin.astimezone(dt.UTC), dt.timedelta(), 0
    end = true + dt.timedelta(weeks=53)
    happened: Counter[str] = Counter()
    while true < end:
        true += dt.timedelta(minutes=30)
        down -= 1
        if chance.random() < 0.004:
            house.restart()
            happened["restart"] += 1
        if chance.random() < 0.0006:
            down = chance.randrange(4, 21 * 48)
            happened["down"] += 1
        if chance.random() < 0.002 and true - begin > dt.timedelta(weeks=2):
            wrong = dt.timedelta(hours=chance.choice((-1, -30, -200)))
            happened["set back"] += 1
        elif chance.random() < 0.01:
            wrong = dt.timedelta()
        if down <= 0:
            house.clock.at = (true + wrong).astimezone(ZONE)
            house.tick(often=True)
    house.clock.at = end
    house.tick()
    assert min(happened[name] for name in ("restart", "down", "set back")) > 2
    told, expected = [key for key, _ in house.desk.posts], []
    week = Week.of(begin)
    while Rhythm().due(week) <= end:
        expected.append(f"digest:{week}")
        week = week.moved(1)
    assert len(expected) in {52, 53}
    assert sorted(told) == expected
    assert sorted(house.mails()) == sorted(
        f"<weekoverzicht.{key.partition(':')[2]}.loketbs@liec.example>" for key in expected
    )
    assert house.records.work.claim("worker", end + dt.timedelta(days=1)) is None
    house.records.close()


def test_it_is_half_past_eight_in_summer_and_in_winter(tmp_path: Path) -> None:
    """Without trouble each goes out on Monday at 08:30 Dutch time, to the minute; around both changes of clocks too."""
    house = House(tmp_path, dt.datetime(2026, 3, 18, 12, tzinfo=ZONE))
    moment, end = house.clock.at.astimezone(dt.UTC), dt.datetime(2026, 11, 10, tzinfo=dt.UTC)
    while moment < end:
        moment += dt.timedelta(minutes=30)
        house.clock.at = moment.astimezone(ZONE)
        house.tick(often=True)
    times = {(at.weekday(), at.strftime("%H:%M")) for _, at in house.desk.posts}
    assert times == {(0, "08:30")}
    assert {at.utcoffset() for _, at in house.desk.posts} == {dt.timedelta(hours=1), dt.timedelta(hours=2)}
    assert len(house.desk.posts) == len(house.mails()) == 34
    house.records.close()


@pytest.mark.parametrize(
    ("day", "at", "due"),
    [
        (0, dt.time(8, 30), "2026-03-23T07:30:00+00:00"),
        (6, dt.time(2, 30), "2026-03-29T01:30:00+00:00"),
        (6, dt.time(3, 30), "2026-03-29T01:30:00+00:00"),
    ],
)
def test_a_time_that_the_change_of_clocks_skips_falls_an_hour_later(day: int, at: dt.time, due: str) -> None:
    """On 29 March 2026 there is no half past two; overview and clock agree on what comes instead."""
    rhythm, week = Rhythm(day, at), Week(2026, 12)
    assert rhythm.due(week).isoformat() == due
    assert rhythm.latest(rhythm.due(week)) == week
    assert rhythm.latest(rhythm.due(week) - dt.timedelta(seconds=1)) == week.moved(-1)


def test_a_time_that_comes_twice_counts_once() -> None:
    """On 25 October 2026 half past two comes twice: the first counts, and the second changes nothing."""
    rhythm, week = Rhythm(6, dt.time(2, 30)), Week(2026, 42)
    assert rhythm.due(week).isoformat() == "2026-10-25T00:30:00+00:00"
    twice = dt.datetime(2026, 10, 25, 2, 30, tzinfo=ZONE)
    assert [rhythm.latest(twice.replace(fold=fold)) for fold in (0, 1)] == [week, week]


def test_a_first_start_tells_of_no_week_before_it(house: House) -> None:
    """A new house has nothing to say of weeks in which it read no mailbox, also when it is restarted at once."""
    for _ in range(2):
        house.restart()
        house.tick()
    assert house.desk.posts == []
    house.clock.at = Rhythm().due(WEEK)
    house.tick()
    assert [key for key, _ in house.desk.posts] == ["digest:2026-W47"]


def test_a_house_that_worked_last_week_tells_of_it_at_once(house: House) -> None:
    """A house that gets this version on a Tuesday: the week of which its ledger tells is told, none before."""
    at = house.clock.at
    house.records.receive(Arrival("postvak", "1:1", at, house.records.freeze_raw(b"mail"), at))
    house.records.work.finish(claim) if (claim := house.claim("process")) else None
    house.clock.at = Rhythm().due(WEEK) + dt.timedelta(days=1)
    house.tick()
    assert [key for key, _ in house.desk.posts] == ["digest:2026-W47"]


def test_downtime_is_caught_up_with_oldest_first(house: House) -> None:
    """Three weeks of silence are told as three overviews; of half a year only the last twelve."""
    house.tick()
    house.clock.at = Rhythm().due(WEEK.moved(2))
    house.tick()
    assert [key for key, _ in house.desk.posts] == [f"digest:{WEEK.moved(n)}" for n in range(3)]
    last = WEEK.moved(30)
    house.clock.at = Rhythm().due(last)
    house.tick()
    assert [key for key, _ in house.desk.posts][3:] == [f"digest:{last.moved(n - 11)}" for n in range(MOST_OWED)]
    assert owed(last, house.schedule.told()) == ()


def test_two_workers_at_once_tell_it_once(house: House) -> None:
    """Both put the jobs; the key lets one through."""
    house.tick()
    house.clock.at = Rhythm().due(WEEK)
    for _ in range(2):
        Schedule(house.records, house.clock, Rhythm(), mails=True)()
    house.tick()
    assert len(house.desk.posts) == len(house.mails()) == 1


def test_a_worker_that_died_after_posting_leaves_one_card(house: House) -> None:
    """The next one sees that the card stands, and posts no other, though what it would say has changed meanwhile."""
    house.tick()
    house.clock.at = Rhythm().due(WEEK)
    house.schedule()
    dead = house.claim(DIGEST)
    assert dead is not None
    house.desk.post(dead.key, {"type": "AdaptiveCard"})
    house.clock.at += dt.timedelta(minutes=30)
    house.tick()
    assert [key for key, _ in house.desk.posts] == [dead.key]


def test_a_channel_that_is_away_delays_the_card_and_not_the_mail(house: House) -> None:
    """Two jobs: one may wait for Teams while the other goes."""

    class Away(CountingDesk):
        def post(self, key: str, card: object) -> str:
            raise DeskBusy("Teams is down", 30.0)

    house.tick()
    house.clock.at = Rhythm().due(WEEK)
    house.schedule()
    job = house.claim(DIGEST)
    assert job is not None
    with pytest.raises(DeskBusy):
        DigestPerformer(house.card.overview, Away(house.records, house.clock))(job)
    house.records.work.postpone(job, house.clock.at + dt.timedelta(seconds=30), "DeskBusy")
    house.tick()
    assert len(house.mails()) == 1
    assert house.desk.posts == []
    house.clock.at += dt.timedelta(minutes=1)
    house.tick()
    assert len(house.desk.posts) == 1


class Line:
    """A way out whose line breaks: `trouble` is raised once, after the mail was taken when `takes`; `knows` whether it can tell."""

    name = "line"

    def __init__(self, trouble: BaseException | None, *, takes: bool, knows: bool) -> None:
        self.trouble, self.takes, self.knows = trouble, takes, knows
        self.taken: list[str] = []

    def prepare(self, mail: OutgoingMail) -> str:
        return f"prepared {mail.message_id}"

    def send(self, mail: OutgoingMail, reference: str) -> str:
        assert reference == f"prepared {mail.message_id}"
        trouble, self.trouble = self.trouble, None
        if trouble is None or self.takes:
            self.taken.append(mail.message_id)
        if trouble:
            raise trouble
        return "250 taken"

    def fate(self, mail: OutgoingMail, reference: str) -> Fate:
        assert reference == f"prepared {mail.message_id}"
        if not self.knows:
            return Fate.UNKNOWN
        return Fate.SENT if mail.message_id in self.taken else Fate.NOT_SENT

    def draft(self, mail: OutgoingMail) -> str:
        raise MailRefused("no_drafts", mail.message_id)

    def close(self) -> None:
        """Nothing is open."""


def broken(house: House, line: Line) -> Claim:
    """A mail whose first attempt fails."""
    house.tick()
    house.sender = line
    house.clock.at = Rhythm().due(WEEK)
    house.schedule()
    job = house.claim(DIGEST_MAIL)
    assert job is not None
    with pytest.raises((SenderAway, MailUnsure, MailRefused)):
        house.mail(job)
    return job


@pytest.mark.parametrize("takes", [True, False])
def test_a_line_lost_at_the_last_moment_sends_no_second_mail(house: House, takes: bool) -> None:
    """The other side knows: what it took is not sent again, what it did not take is."""
    line = Line(MailUnsure("lost"), takes=takes, knows=True)
    house.mail(broken(house, line))
    assert len(line.taken) == 1


def test_a_mail_of_which_nobody_knows_waits_for_a_person(house: House) -> None:
    """Neither sent twice nor forgotten: the job fails until it is dead, and then stands among what needs attention."""
    line = Line(MailUnsure("lost"), takes=True, knows=False)
    job: Claim | None = broken(house, line)
    for _ in range(20):
        if job is None:
            break
        with pytest.raises(MailUnsure):
            house.mail(job)
        house.records.work.fail(job, "MailUnsure", house.clock.at)
        house.clock.at += dt.timedelta(hours=2)
        job = house.claim(DIGEST_MAIL)
    assert len(line.taken) == 1
    assert house.card.overview.house().dead == 1


@pytest.mark.parametrize("trouble", [SenderAway("away", 60.0), MailRefused("refused", "refused")])
def test_what_was_certainly_not_sent_is_sent_later(house: House, trouble: Exception) -> None:
    """A server that is away takes it the next time."""
    line = Line(trouble, takes=False, knows=False)
    house.mail(broken(house, line))
    assert len(line.taken) == 1


def test_a_worker_that_died_while_sending_is_followed_by_the_question(house: House) -> None:
    """It was noted as begun before the first byte left; the next worker asks what became of it."""
    line = Line(KeyboardInterrupt(), takes=True, knows=True)  # as sudden as a kill
    house.tick()
    house.sender = line
    house.clock.at = Rhythm().due(WEEK)
    house.schedule()
    job = house.claim(DIGEST_MAIL)
    assert job is not None
    with pytest.raises(KeyboardInterrupt):
        house.mail(job)
    house.clock.at += dt.timedelta(minutes=10)
    house.tick()
    assert len(line.taken) == 1


@pytest.mark.parametrize("text", ["2026-W54", "2026-W00", "2025-W53", "2026-47", "W47", "2026-W4٧", ""])
def test_a_week_that_is_none_is_refused(text: str) -> None:
    """2025 has 52 weeks; digits are ASCII."""
    with pytest.raises(ValueError, match=r"."):
        Week.parse(text)


def test_weeks_go_over_the_turn_of_the_year() -> None:
    """2026 has 53 weeks; 1 January 2027 lies in the last of them."""
    assert str(Week.of(dt.datetime(2027, 1, 1, 12, tzinfo=ZONE))) == "2026-W53"
    assert Week.parse("2026-W53").moved(1) == Week(2027, 1)
    assert Week(2027, 1).moved(-1) == Week(2026, 53)
