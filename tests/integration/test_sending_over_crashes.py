"""Exactly once over crashes: the process dies before and after every step of a delivery, and is started again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from intake.errors import MailUnsure
from intake.outgoing.compose import Envelope, compose, message_id
from intake.outgoing.delivery import Delivery
from intake.outgoing.folder import SENT, FolderSender
from intake.ports import Fate, OutgoingMail
from storage.dossiers import Records
from storage.letters import Hand
from storage.outgoing import OutgoingView, Writing
from tests.unit.storage.house import NOW, opened, submit

DESK, JAN = "loket@loket.example", "jan@politie.example"
STEPS = ("raw", "under_way", "prepare", "set_under_way", "send", "handed_over")


class Killed(BaseException):
    """The process ends here, and nothing of it runs any more."""


class Still:
    """The port `Clock`."""

    def now(self) -> dt.datetime:
        return NOW


def dying(target: Any, name: str, *, after: bool) -> Any:
    """The same object, whose method `name` is where the process dies."""

    class Mortal:
        def __getattr__(self, asked: str) -> Any:
            found = getattr(target, asked)
            if asked != name:
                return found

            def last(*args: Any, **more: Any) -> Any:
                if after:
                    found(*args, **more)
                raise Killed

            return last

    return Mortal()


class House:
    """Records of which the outgoing mail, and a sender of which a method, may be mortal."""

    def __init__(self, records: Records, outgoing: Any) -> None:
        self.work, self.message = records.work, records.message
        self.outgoing = outgoing


def written(records: Records) -> OutgoingView:
    """A receipt, prepared."""
    submit(records, b"mail")
    (message,) = records.messages()
    own = message_id(DESK)
    raw = compose(Envelope(own, DESK, "Loket", JAN, NOW), "dossier BS-2026-0001", "Ontvangen.\n")
    writing = Writing(own, message.record, message.dossier, "receipt", "send", JAN, raw)
    return records.outgoing.prepare(writing, Hand(NOW))


def delivery(records: Any, sender: Any) -> Delivery:
    """Hands mail over."""
    make: Callable[[], Any] = lambda: sender  # noqa: E731 - the port's factory
    return Delivery(records, make, Still(), DESK)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("step", STEPS)
def test_a_mail_goes_once_wherever_the_process_dies(tmp_path: Path, step: str, after: bool) -> None:
    """Before and after every step; the other side can tell what it has."""
    with opened(tmp_path) as records:
        mail = written(records)
        sender = FolderSender(tmp_path / "uit")
        mortal = dying(sender, step, after=after) if hasattr(sender, step) else sender
        outgoing = dying(records.outgoing, step, after=after) if hasattr(records.outgoing, step) else records.outgoing
        if step == "prepare":
            outgoing = records.outgoing  # both have one: here the sender's is meant
        with pytest.raises(Killed):
            delivery(House(records, outgoing), mortal).deliver(mail)
        for _ in range(2):
            delivery(records, sender).deliver(records.outgoing.find(mail.message_id)[0])
        assert len(list((tmp_path / "uit" / SENT).glob("*.eml"))) == 1
        assert records.outgoing.find(mail.message_id)[0].state == "sent"
        events = [
            e for e in records.timeline(mail.record) if e.type == "Verzending" and e.details.get("mail") == "sent"
        ]
        assert len(events) == 1


class Mute:
    """A way out that counts, and of which nobody can ask what it took (SMTP)."""

    name = "mute"

    def __init__(self) -> None:
        self.taken = 0

    def prepare(self, mail: OutgoingMail) -> str:
        return ""

    def send(self, mail: OutgoingMail, reference: str) -> str:
        self.taken += 1
        return "250 ok"

    def fate(self, mail: OutgoingMail, reference: str) -> Fate:
        return Fate.UNKNOWN

    def draft(self, mail: OutgoingMail) -> str:
        raise MailUnsure("no")

    def close(self) -> None:
        pass


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("step", STEPS)
def test_where_nobody_can_tell_it_never_goes_twice(tmp_path: Path, step: str, after: bool) -> None:
    """At most once; and what is not certain is a task for a person."""
    with opened(tmp_path) as records:
        mail, sender = written(records), Mute()
        mortal = dying(sender, step, after=after) if hasattr(sender, step) else sender
        outgoing = dying(records.outgoing, step, after=after) if hasattr(records.outgoing, step) else records.outgoing
        if step == "prepare":
            outgoing = records.outgoing
        with pytest.raises(Killed):
            delivery(House(records, outgoing), mortal).deliver(mail)
        for _ in range(2):
            delivery(records, sender).deliver(records.outgoing.find(mail.message_id)[0])
        state = records.outgoing.find(mail.message_id)[0].state
        begun = step == "send" or (step, after) in {("set_under_way", True), ("handed_over", False)}
        assert sender.taken <= 1
        assert state == ("unsure" if begun else "sent")
        assert ("mail_unsure" in records.message(mail.record).attention) == begun
