"""Outgoing mail in the records: told before it goes, once, and made again from the ledger."""

from __future__ import annotations

import datetime as dt

import pytest

from storage.dossiers import Records
from storage.errors import NotKnown
from storage.letters import Hand
from storage.outgoing import News, Writing
from storage.rebuild import rebuild
from storage.values import NewJob
from storage.verify import verify
from tests.unit.storage.house import NOW, submit

HAND = Hand(NOW)
ID = "<een@loket.example>"


def writing(records: Records, message_id: str = ID, again_of: str = "") -> Writing:
    """A receipt for a submission."""
    (message,) = records.messages()
    raw = b"Message-ID: " + message_id.encode() + b"\r\n\r\nOntvangen.\r\n"
    return Writing(message_id, message.record, message.dossier, "receipt", "send", "jan@politie.example", raw, again_of)


def test_a_mail_is_told_before_it_goes_and_stays_as_it_was_written(records: Records) -> None:
    """Preparing again, with other words even, changes nothing: the first is what may have gone out."""
    submit(records, b"mail")
    first = records.outgoing.prepare(writing(records), HAND)
    other = writing(records)
    again = records.outgoing.prepare(
        Writing(other.message_id, other.record, None, "receipt", "send", "x@y.example", b"anders"), HAND
    )
    assert again == first
    assert (first.state, first.recipient) == ("prepared", "jan@politie.example")
    assert records.outgoing.raw(first) == writing(records).raw


def test_the_servers_answer_is_kept_and_stands_in_no_event(records: Records) -> None:
    """It may name an address; the ledger has its digest only."""
    submit(records, b"mail")
    mail = records.outgoing.prepare(writing(records), HAND)
    records.outgoing.set_under_way(ID, "", begun=True)
    records.outgoing.handed_over(mail, "250 2.0.0 jan@politie.example queued", HAND)
    (sent,) = records.outgoing.find(ID)
    told = records.timeline(mail.record)[-1]
    assert (sent.state, told.type) == ("sent", "Verzending")
    assert "jan@politie" not in str(told.details)
    assert records.outgoing.answer(str(told.details["note_sha256"])) == "250 2.0.0 jan@politie.example queued"
    assert records.outgoing.under_way(ID) is None


def test_what_came_back_raises_a_point_once_and_puts_its_work(records: Records) -> None:
    """The same bounce again tells nothing."""
    submit(records, b"mail")
    mail = records.outgoing.prepare(writing(records), HAND)
    news = News("bounced", "5.1.1", mail.record, "receipt_failed", (NewJob("card"),))
    before = len(records.timeline(mail.record))
    for _ in range(2):
        records.outgoing.tell(mail, news, HAND)
    assert len(records.timeline(mail.record)) == before + 2
    assert "receipt_failed" in records.message(mail.record).attention
    assert records.outgoing.of(mail.record)[0].reason == "5.1.1"


def test_the_rows_follow_from_ledger_and_vault_alone(records: Records) -> None:
    """Rebuilt, they are equal; and the written mail counts as a copy that the ledger names."""
    submit(records, b"mail")
    mail = records.outgoing.prepare(writing(records), HAND)
    records.outgoing.handed_over(mail, "250 ok", HAND)
    records.outgoing.prepare(writing(records, "<twee@loket.example>", again_of=ID), HAND)
    records.outgoing.withheld(mail.record, "receipt", "auto_submitted", HAND)
    assert rebuild(records.engine, records.vault).differences == ()
    assert {check.verdict for check in verify(records)} == {"pass"}
    path = mail.copy.key
    assert path in {check.place for check in verify(records)}


def test_mails_to_one_address_are_counted_by_form_and_time(records: Records) -> None:
    """So that no two robots can write to each other all day."""
    submit(records, b"mail")
    records.outgoing.prepare(writing(records), HAND)
    to, day = "jan@politie.example", dt.timedelta(days=1)
    assert records.outgoing.written_to(to, ["receipt"], NOW - day) == 1
    assert records.outgoing.written_to(to, ["draft"], NOW - day) == 0
    assert records.outgoing.written_to(to, ["receipt"], NOW + day) == 0


def test_a_mail_about_nothing_known_is_refused(records: Records) -> None:
    """No record, no mail."""
    submit(records, b"mail")
    known = writing(records)
    with pytest.raises(NotKnown):
        records.outgoing.prepare(Writing(ID, "M-2026-000099", None, "receipt", "send", known.recipient, b"x"), HAND)
    assert records.outgoing.ids() == {}
