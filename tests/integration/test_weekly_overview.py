"""The weekly overview of a real house: the command, the outbox, the mail in its folder, and that nothing of a mail is in it."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from bot import samples_of
from bot.app import App, SystemClock
from bot.config import load
from bot.digest.card import digest_card
from bot.digest.mail import html
from bot.digest.weeks import Week
from bot.digest.wiring import asked, rhythm_of
from bot.errors import SettingsError
from intake.errors import MailboxError
from intake.ports import Listing
from storage.signs import MAILBOX_LOST, MAILBOX_READ, VERIFIED
from tests.acceptance.test_confidential import canaries, delivered, words
from tests.paths import ROOT
from tests.simulators.desk_life import Life
from tests.simulators.mailbox import MemoryMailbox

NOW = SystemClock().now()
LAST = Week.of(NOW).moved(-1)
SETTINGS = """
[storage]
data_dir = "data"
[outgoing]
sender = "loket@liec.example"
[digest]
recipients = ["team@liec.example"]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A house that worked in the week before this one."""
    (tmp_path / "loketbs.toml").write_text(SETTINGS, encoding="utf-8")
    with App(load(tmp_path / "loketbs.toml")) as house:
        life = Life(house.records, 7)
        for hours in range(0, 160, 5):
            life.happen(LAST.start + dt.timedelta(hours=hours))
        for kind in ("process", "card", "news"):
            while job := house.records.work.claim("test", NOW, [kind]):
                house.records.work.finish(job)
    return tmp_path


def command(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command as an administrator gives it."""
    run = [sys.executable, "-m", "bot", "digest", *arguments, "--config", str(folder / "loketbs.toml")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(run, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False)


def mails(folder: Path) -> list[Path]:
    return sorted((folder / "uitgaand").rglob("*.eml"))


def test_the_command_repeats_an_overview_and_sends_nothing(folder: Path) -> None:
    """Text for a person, one JSON document for a script; neither card nor mail goes out."""
    told, as_json = command(folder), command(folder, "--week", str(LAST), "--json")
    assert told.returncode == as_json.returncode == 0
    assert told.stdout.startswith(f"Weekoverzicht {LAST}\n")
    document = json.loads(as_json.stdout)
    assert document["week"] == str(LAST)
    assert document["sent"] is None
    assert document["messages"] > 5
    assert len(document["lines"]) == sum(sum(row) for row in document["ages"].values()) > 1
    assert mails(folder) == []
    with App(load(folder / "loketbs.toml")) as house:
        assert house.records.channel.posts() == ()


def test_send_sends_once(folder: Path) -> None:
    """The second time says so; the service, which comes later, adds nothing."""
    assert command(folder, "--send").stderr.endswith(": sent\n")
    assert command(folder, "--send").stderr.endswith("was sent before; nothing was sent now\n")
    with App(load(folder / "loketbs.toml")) as house:
        house.drain()
        (card,) = house.records.channel.posts()
        assert card.key == f"digest:{LAST}"
    (mail,) = mails(folder)
    read = message_from_bytes(mail.read_bytes(), policy=policy.default)
    assert read["To"] == "team@liec.example"
    assert str(LAST) in read["Subject"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--week", "week 47"), "write a week as 2026-W47"),
        (("--week", "2999-W01"), "has not begun"),
        (("--week", str(LAST.moved(1)), "--send"), "has not ended"),
    ],
)
def test_a_week_that_cannot_be_told_is_refused(folder: Path, arguments: tuple[str, ...], said: str) -> None:
    """One sentence on stderr, exit code 2, nothing on stdout."""
    done = command(folder, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_the_service_sends_it_by_itself(folder: Path) -> None:
    """`run --once`, as by a timer: the week that ended is told, and the house is said to be in order, since it is."""
    for _ in range(2):
        with App(load(folder / "loketbs.toml")) as house:
            house.verify()
            house.drain()
            assert {MAILBOX_READ, VERIFIED} <= set(house.records.signs.all())
            posts = [p for p in house.records.channel.posts() if p.key.startswith("digest:")]
    due = rhythm_of(load(folder / "loketbs.toml").digest).due(LAST)  # this test may run on a Monday before breakfast
    assert [p.key for p in posts] == ([f"digest:{LAST}"] if due <= NOW else [])
    assert len(mails(folder)) == len(posts)


def test_the_setting_turns_it_off(folder: Path) -> None:
    """Nothing goes out by itself; the command still shows it."""
    with (folder / "loketbs.toml").open("a", encoding="utf-8") as file:
        file.write("send = false\n")
    with App(load(folder / "loketbs.toml")) as house:
        house.drain()
        assert house.records.channel.posts() == ()
    assert command(folder).returncode == 0


def test_recipients_without_a_sender_are_refused(tmp_path: Path) -> None:
    """Told at the start, not on Monday morning."""
    (tmp_path / "loketbs.toml").write_text('[digest]\nrecipients = ["team@liec.example"]\n', encoding="utf-8")
    with App(load(tmp_path / "loketbs.toml")) as house, pytest.raises(SettingsError, match=r"outgoing\.sender"):
        house.watch()


@pytest.mark.parametrize("wrong", ['time = "25:00"', 'day = "maandag"', 'recipients = ["twee a@b.nl"]'])
def test_a_wrong_setting_is_told(tmp_path: Path, wrong: str) -> None:
    """By its name."""
    (tmp_path / "loketbs.toml").write_text(f"[digest]\n{wrong}\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="digest"):
        load(tmp_path / "loketbs.toml")


class LostMailbox(MemoryMailbox):
    """A mailbox whose line is lost while `lost`."""

    lost = True

    def list_new(self, bookmark: str | None) -> Listing:
        if self.lost:
            raise MailboxError("the line is lost")
        return super().list_new(bookmark)


def test_a_mailbox_out_of_reach_is_in_the_overview(folder: Path) -> None:
    """Noted in the records, so that another worker can tell it; and taken back when the mailbox is read again."""
    with App(load(folder / "loketbs.toml")) as house:
        house.__dict__["mailbox"] = mailbox = LostMailbox()
        watch = house.watch()
        watch.wait = 0
        for lost in (True, False):
            mailbox.lost = lost
            watch._survive(watch._receive_once, lambda error: None)
            watch._do_chores()
            signs = house.records.signs.all()
            assert (MAILBOX_LOST in signs) is lost
            assert (asked(house, str(LAST), send=False).digest.house.lost is not None) is lost


def test_nothing_of_a_mail_is_in_it(tmp_path: Path) -> None:
    """Our sample mails, judged by the whole house: no title, name, address or word of theirs in card, mail or text."""
    samples = sorted(samples_of("mails").glob("*.eml"))[:6]
    delivered(tmp_path, samples)
    with App(load(tmp_path / "loketbs.toml")) as house:
        house.drain()
        found = asked(house, str(Week.of(house.clock.now())), send=False)
    assert found.digest.messages >= len(samples)
    assert found.digest.lines
    strings, foreign = canaries(samples)
    told = (
        json.dumps(digest_card(found.digest, found.address), ensure_ascii=False),
        json.dumps(found.document(), ensure_ascii=False),
        html(found.digest, "https://loket.example", "cid:x"),
        found.text(),
    )
    for text in told:
        assert not {s for s in strings if s in text}
        assert not words(text) & foreign
