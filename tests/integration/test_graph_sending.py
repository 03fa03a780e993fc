"""Sending through Graph on its bad days: nothing twice, nothing lost without a word; categories and folders kept right."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.outlook.tidy import TidyPerformer
from intake.errors import MailRefused, MailUnsure, SenderAway
from intake.mailboxes.graph_sender import GraphSender
from intake.outgoing.tidying import TIDY
from intake.ports import Fate, Mailbox, OutgoingMail
from intake.sandbox import Sandbox
from tests.integration.test_service import Desk, sample
from tests.simulators import graph_faults as fault
from tests.simulators.dovecot import Dovecot
from tests.simulators.graph_house import Microsoft

OWN = "<3f2a.loketbs@example.nl>"
RAW = (
    f"From: loket@example.nl\r\nTo: jan@politie.example\r\nSubject: dossier BS-2026-0007\r\nMessage-ID: {OWN}\r\n"
    "Auto-Submitted: auto-replied\r\n\r\nOntvangen.\r\n"
).encode()
QUESTION = b"From: jan@politie.example\r\nSubject: Geheime titel\r\n\r\nZie bijlage.\r\n"


@pytest.fixture
def microsoft(tmp_path: Path) -> Iterator[Microsoft]:
    """Graph and Entra; every request and answer fits Microsoft's schema, at most three at a time."""
    with Microsoft(tmp_path) as servers:
        yield servers
        assert servers.graph.wrong == []
        assert servers.graph.most_in_flight <= 3


@pytest.fixture
def sender(microsoft: Microsoft) -> Iterator[GraphSender]:
    """The adapter under test."""
    with contextlib.closing(microsoft.mailbox()) as mailbox:
        yield GraphSender(mailbox)


def mail(microsoft: Microsoft) -> OutgoingMail:
    """A receipt for a mail that lies in the mailbox."""
    return OutgoingMail(OWN, "loket@example.nl", ("jan@politie.example",), RAW, microsoft.graph.deliver(QUESTION).id)


def test_a_time_out_after_sending_is_unsure_and_found_as_sent(microsoft: Microsoft, sender: GraphSender) -> None:
    """504 once sent one mail twice with the SDK's own retries; here one POST goes out."""
    wanted = mail(microsoft)
    draft = sender.prepare(wanted)
    microsoft.graph.faults.plan(fault.TIMED_OUT, at="/send")
    with pytest.raises(MailUnsure):
        sender.send(wanted, draft)
    assert sender.fate(wanted, draft) is Fate.SENT
    assert len(microsoft.graph.outbox.sent) == 1
    assert sum(asked.target.endswith("/send") for asked in microsoft.graph.log) == 1


@pytest.mark.parametrize("trouble", [fault.THROTTLED, fault.UNAVAILABLE])
def test_what_was_not_begun_is_tried_later(microsoft: Microsoft, sender: GraphSender, trouble: str) -> None:
    """429 and 503: still a draft, and sent the next time."""
    wanted = mail(microsoft)
    draft = sender.prepare(wanted)
    microsoft.graph.faults.plan(trouble, at="/send")
    with pytest.raises(SenderAway):
        sender.send(wanted, draft)
    assert sender.fate(wanted, draft) is Fate.NOT_SENT
    sender.send(wanted, draft)
    assert len(microsoft.graph.outbox.sent) == 1


def test_an_inner_error_at_sending_is_unsure(microsoft: Microsoft, sender: GraphSender) -> None:
    """500 says nothing of what was done."""
    wanted = mail(microsoft)
    draft = sender.prepare(wanted)
    microsoft.graph.faults.plan(fault.INTERNAL, at="/send")
    with pytest.raises(MailUnsure):
        sender.send(wanted, draft)
    assert sender.fate(wanted, draft) is Fate.NOT_SENT


def test_a_draft_that_was_made_unseen_is_taken_up(microsoft: Microsoft, sender: GraphSender) -> None:
    """504 after createReply: the next attempt finds it by its Message-ID."""
    wanted = mail(microsoft)
    microsoft.graph.faults.plan(fault.TIMED_OUT, at="/createReply")
    with pytest.raises(SenderAway):
        sender.prepare(wanted)
    sender.send(wanted, sender.prepare(wanted))
    assert len(microsoft.graph.outbox.drafts) == 1
    ((recipients, raw),) = microsoft.graph.outbox.sent
    assert recipients == ["jan@politie.example"]
    assert b"Geheime titel" not in raw
    assert b"Auto-Submitted: auto-replied" in raw


def test_a_draft_that_somebody_threw_away_is_a_task(microsoft: Microsoft, sender: GraphSender) -> None:
    """It may have been sent and deleted: nobody can know."""
    wanted = mail(microsoft)
    draft = sender.prepare(wanted)
    stored = microsoft.graph.outbox.drafts.pop(draft).stored
    microsoft.graph.store.delete(stored)
    with pytest.raises(MailUnsure):
        sender.send(wanted, draft)
    assert sender.fate(wanted, draft) is Fate.UNKNOWN


def test_an_answer_to_a_mail_that_is_gone_goes_as_a_mail_of_its_own(microsoft: Microsoft, sender: GraphSender) -> None:
    """Somebody deleted what is answered."""
    wanted = mail(microsoft)
    microsoft.graph.store.delete(microsoft.graph.store.messages[wanted.answers])
    sender.send(wanted, sender.prepare(wanted))
    assert len(microsoft.graph.outbox.sent) == 1


def test_without_the_right_to_send_a_person_is_told(microsoft: Microsoft, sender: GraphSender) -> None:
    """Mail.ReadWrite makes drafts, Mail.Send is another right."""
    wanted = mail(microsoft)
    draft = sender.prepare(wanted)
    microsoft.graph.may_send = False
    with pytest.raises(MailRefused) as caught:
        sender.send(wanted, draft)
    assert caught.value.code == "not_allowed"
    assert microsoft.graph.outbox.sent == []


class Tidied(Desk):
    """A house whose mailbox shows what became of its mail."""

    def show(self, mailbox: Mailbox, folder: str = "") -> None:
        """Watch this mailbox from now on."""
        clock = self.watch.service.clock
        self.performers[TIDY] = TidyPerformer(self.records, lambda: mailbox, clock, labels=True, folder=folder)
        self.__post_init__()
        self.watch.mailbox = mailbox


def test_what_a_person_changed_in_outlook_is_put_right_at_once(microsoft: Microsoft, tmp_path: Path) -> None:
    """A category of ours taken away comes back; one of theirs stays; a mail dragged elsewhere returns; then all is quiet."""
    with Sandbox() as sandbox, contextlib.closing(microsoft.mailbox()) as mailbox:
        house = Tidied(tmp_path, sandbox)
        house.show(mailbox, "Verwerkt")
        stored = microsoft.graph.deliver(sample("handelaarskenteken"))
        house.watch.drain()
        assert {"Mogelijk formeel signaal", "Wacht op post"} <= set(stored.categories)
        assert microsoft.graph.store.folders[stored.folder] == "Verwerkt"
        microsoft.graph.store.move(stored, "inbox")
        stored.categories = ["Van Anna", "Formeel signaal"]
        microsoft.graph.store.touch(stored)
        house.watch.drain()
        assert {"Van Anna", "Mogelijk formeel signaal", "Wacht op post"} <= set(stored.categories)
        assert "Formeel signaal" not in stored.categories
        assert microsoft.graph.store.folders[stored.folder] == "Verwerkt"
        house.watch.drain()
        patches = sum(asked.method == "PATCH" for asked in microsoft.graph.log)
        house.watch.drain()
        assert sum(asked.method == "PATCH" for asked in microsoft.graph.log) == patches
        assert len(house.records.messages()) == 1
        assert house.records.work.count().keys() == {"done"}
        house.close()


@pytest.mark.server
def test_keywords_and_folder_over_imap(tmp_path: Path) -> None:
    """Moved, found again under its new key, labelled there when the dossier moves on; nothing is received twice."""
    with Dovecot() as server, Sandbox() as sandbox:
        from intake.mailboxes.imap import ImapMailbox

        with contextlib.closing(ImapMailbox(server.settings(), name="imap")) as mailbox:
            house = Tidied(tmp_path, sandbox)
            house.show(mailbox, "Verwerkt")
            server.deliver("INBOX", sample("handelaarskenteken"))
            house.watch.drain()
            assert server.flags("INBOX") == {}
            (flags,) = server.flags("Verwerkt").values()
            assert {b"Mogelijk_formeel_signaal", b"Wacht_op_post"} <= flags
            number = house.records.dossiers()[0].number
            at = house.watch.service.clock.now()
            house.records.set_status(number, "geen_signaal", actor="anna", at=at)
            house.records.work.put(TIDY, "tidy:later", {"dossier": number}, at)
            house.watch.drain()
            (flags,) = server.flags("Verwerkt").values()
            assert b"Geen_signaal" in flags
            assert not {b"Mogelijk_formeel_signaal", b"Wacht_op_post"} & flags
            assert len(house.records.messages()) == 1
            house.close()
