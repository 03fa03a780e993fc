"""Receiving, registering and the acts of persons: once each, with their events, and nothing of the content in them."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from storage.dossiers import Records
from storage.errors import CopyAltered, CopyMissing, NotKnown, Outdated, StatusConflict
from storage.values import Arrival, Join, KnownDocument, NewJob, Registration
from storage.vault import FrozenCopy
from tests.unit.storage.house import FINDINGS, MAILBOX, NOW, claimed, opening, package, receive, submit

PERSON = {"actor": "8c1f", "at": NOW + dt.timedelta(hours=1)}


def types(records: Records, reference: str) -> list[str]:
    return [entry.type for entry in records.timeline(reference)]


def joining(record: str, number: str, relation: str = "supplement") -> Registration:
    return Registration(record, relation, possibly_formal=False, at=NOW, joins=Join(number, relation))


def test_a_new_message_gets_record_event_and_job(records: Records) -> None:
    """One transaction gives all three."""
    receipt = receive(records, b"mail")
    assert (receipt.record, receipt.known, receipt.same_bytes_as) == ("M-2026-000001", False, None)
    assert types(records, receipt.record) == ["Ontvangst"]
    assert claimed(records).payload == {"record": receipt.record}
    message = records.message(receipt.record)
    assert (message.kind, message.key, message.received_at) == (None, "1:1", "2026-11-23T09:30:00.000000Z")
    assert records.raw(receipt.record) == b"mail"


def test_a_known_place_adds_nothing(records: Records) -> None:
    """Listing again after a crash finds the record that is there."""
    first = receive(records, b"mail")
    again = receive(records, b"mail")
    assert (again.record, again.known, again.other_bytes) == (first.record, True, False)
    assert len(records.messages()) == len(records.timeline(first.record)) == 1
    assert records.is_known(MAILBOX, "1:1")
    assert not records.is_known(MAILBOX, "1:2")


def test_other_bytes_at_a_known_place_are_told(records: Records) -> None:
    """On Graph the id decides and the bytes may differ; in a folder somebody replaced a file: the caller must know."""
    receive(records, b"mail")
    assert receive(records, b"other mail").other_bytes


def test_equal_bytes_and_equal_message_ids_are_found_never_dropped(records: Records) -> None:
    """Each mail has its own record; a Message-ID used again with other bytes too."""
    receive(records, b"mail", "1:1", message_id="<een@x>")
    copy = receive(records, b"mail", "1:2", message_id="<een@x>")
    other = receive(records, b"other", "1:3", message_id="<een@x>")
    assert (copy.known, copy.same_bytes_as, copy.same_message_id_as) == (False, "M-2026-000001", ("M-2026-000001",))
    assert (other.same_bytes_as, other.same_message_id_as) == (None, ("M-2026-000001", "M-2026-000002"))
    assert receive(records, b"third", "1:4").same_message_id_as == ()
    assert len(records.messages()) == 4


def test_the_same_key_in_two_mailboxes_is_two_messages(records: Records) -> None:
    """Keys are a mailbox's own."""
    copy = records.freeze_raw(b"mail")
    numbers = {records.receive(Arrival(box, "1:1", NOW, copy, NOW)).record for box in ("een", "twee")}
    assert len(numbers) == 2
    assert records.known_digests("een") == {copy.sha256}
    assert records.known_digests("drie") == frozenset()


def test_a_new_life_of_the_mailbox_doubles_nothing(records: Records) -> None:
    """After a UIDVALIDITY change every mail is listed under a new key: it moves, also when two are byte for byte the same."""
    for key, raw in [("1:1", b"mail"), ("1:2", b"mail"), ("1:3", b"other")]:
        receive(records, raw, key)
    moved = [
        receive(records, raw, key, relisted=True)
        for key, raw in [("2:1", b"mail"), ("2:2", b"mail"), ("2:3", b"other")]
    ]
    assert [(receipt.record, receipt.known) for receipt in moved] == [(f"M-2026-00000{n}", True) for n in (1, 2, 3)]
    assert [message.key for message in records.messages()] == ["2:1", "2:2", "2:3"]
    assert receive(records, b"mail", "2:1", relisted=True).known
    new = receive(records, b"mail", "2:4", relisted=True)
    assert (new.known, new.same_bytes_as) == (False, "M-2026-000001")


def test_without_relisting_equal_bytes_never_move(records: Records) -> None:
    """Somebody sent the same mail twice: that is a duplicate to be judged, not the same arrival."""
    receive(records, b"mail", "1:1")
    assert not receive(records, b"mail", "2:1").known
    receive(records, b"file", "a.eml")
    assert not receive(records, b"file", "b.eml", relisted=True).known


def test_numbers_follow_the_year_without_gaps(records: Records) -> None:
    """Each year begins at 1, also when a mail of the last year is still worked on."""
    copy = records.freeze_raw(b"mail")
    times = [NOW, NOW.replace(year=2027), NOW, NOW.replace(year=2027)]
    made = [records.receive(Arrival(MAILBOX, f"1:{n}", at, copy, at)).record for n, at in enumerate(times)]
    assert made == ["M-2026-000001", "M-2027-000001", "M-2026-000002", "M-2027-000002"]


def test_numbers_go_on_past_their_width(records: Records, tmp_path: Path) -> None:
    """Text order would give number 10000 twice."""
    submit(records, b"mail", "1:1")
    with sqlite3.connect(tmp_path / "loketbs.sqlite") as raw:
        raw.execute("UPDATE dossier SET number = 'BS-2026-9999'")
    assert [submit(records, b"mail", f"1:{n}").dossier for n in (2, 3)] == ["BS-2026-10000", "BS-2026-10001"]


def test_a_submission_becomes_a_dossier(records: Records) -> None:
    """Events, rows, work and the finished job stand together."""
    registered = submit(records, b"mail")
    assert dataclasses.astuple(registered) == ("M-2026-000001", "BS-2026-0001", True)
    assert types(records, "BS-2026-0001") == ["Ontvangst", "Registratie", "Bevriezing", "Creatie"]
    dossier = records.dossier("BS-2026-0001")
    assert (dossier.status, dossier.title, dossier.organisations) == (
        "ontvangen",
        FINDINGS["title"],
        ("Politie", "Gemeente Ede"),
    )
    assert dossier.tracks == {"post": "nog_niet", "vastlegging": "vastgelegd"}
    assert (dossier.messages, dossier.attention) == (("M-2026-000001",), ("signature_undetermined",))
    message = records.message("M-2026-000001")
    assert (message.kind, message.possibly_formal, message.relation, message.sender) == (
        "submission",
        True,
        "opened",
        "jan@politie.example",
    )
    work = [records.work.claim("one", NOW) for _ in range(3)]
    assert [job and (job.kind, job.payload) for job in work] == [
        ("card", {"record": "M-2026-000001", "dossier": "BS-2026-0001"}),
        ("mark", {"record": "M-2026-000001", "dossier": "BS-2026-0001", "label": "ontvangen"}),
        None,
    ]


def test_nothing_of_the_content_stands_in_the_ledger(records: Records, tmp_path: Path) -> None:
    """No title, name, address, Message-ID or file name, and no key of the mailbox, which may be a file name."""
    copy = records.freeze_raw(b"geheim")
    records.receive(Arrival(MAILBOX, "Signaal loodsen.eml", NOW, copy, NOW, "<een@politie.example>"))
    records.register(claimed(records), opening("M-2026-000001", package(records, "M-2026-000001", b"geheim")))
    rows = sqlite3.connect(tmp_path / "loketbs.sqlite").execute("SELECT body FROM event")
    told = b"".join(body for (body,) in rows).decode()
    for secret in ("Voertuigen", "Politie", "politie", "JenV", "jan@", "loodsen", "een@", "geheim", "signaal.pdf"):
        assert secret not in told


def test_later_mails_find_what_they_belong_to(records: Records) -> None:
    """Documents, thread and sender come back as they were given; unregistered messages are not compared with."""
    submit(records, b"mail")
    receive(records, b"second", "1:2")
    (known,) = records.known_items()
    assert known.documents == (KnownDocument("aa" * 32, "bb" * 32, b"\x00\x01"),)
    assert known.threads == ("<een@politie.example>", "<nul@politie.example>")
    assert (known.sender, known.dossier, known.kind) == ("jan@politie.example", "BS-2026-0001", "submission")


def test_a_mail_joins_a_dossier(records: Records) -> None:
    """A supplement changes nothing of the dossier's description, and shows on its timeline."""
    submit(records, b"mail")
    record = receive(records, b"second", "1:2").record
    wanted = dataclasses.replace(
        joining(record, "BS-2026-0001"),
        package=package(records, record, b"second", {"title": "Een andere titel"}),
        tracks={"post": "verwacht"},
        statuses=("in_beoordeling",),
    )
    assert not records.register(claimed(records), wanted).opened
    dossier = records.dossier("BS-2026-0001")
    assert (dossier.messages, dossier.status, dossier.title) == (
        ("M-2026-000001", record),
        "in_beoordeling",
        FINDINGS["title"],
    )
    assert dossier.tracks == {"post": "verwacht", "vastlegging": "vastgelegd"}
    assert types(records, record) == ["Ontvangst", "Registratie", "Bevriezing", "Opname", "Wijziging", "Wijziging"]


def test_a_mail_that_is_no_signal_is_kept_without_a_dossier(records: Records) -> None:
    """A question has its record, and no number is used up."""
    record = receive(records, b"vraag").record
    done = records.register(claimed(records), Registration(record, "question", possibly_formal=False, at=NOW))
    assert (done.dossier, done.opened, records.dossiers()) == (None, False, ())
    assert submit(records, b"mail", "1:2").dossier == "BS-2026-0001"


def test_judging_again_replaces_the_judgement_and_keeps_the_dossier(records: Records) -> None:
    """A later version of the checks may see more; both judgements stand in the ledger."""
    submit(records, b"mail")
    records.work.put("process", "again", {"record": "M-2026-000001"}, NOW)
    again = Registration("M-2026-000001", "draft", possibly_formal=True, at=NOW, attention=("defects",))
    assert records.register(claimed(records), again).dossier == "BS-2026-0001"
    message = records.message("M-2026-000001")
    assert (message.kind, message.dossier, message.attention) == ("draft", "BS-2026-0001", ("defects",))
    assert records.known_items()[0].documents == ()
    assert types(records, "M-2026-000001").count("Registratie") == 2


def test_a_mail_lies_in_one_dossier(records: Records) -> None:
    """Opening or joining once more is refused, and nothing of the attempt stays."""
    submit(records, b"mail")
    records.work.put("process", "again", {"record": "M-2026-000001"}, NOW)
    claim, before = claimed(records), records.timeline("BS-2026-0001")
    for again in (opening("M-2026-000001", None), joining("M-2026-000001", "BS-2026-0001")):
        with pytest.raises(StatusConflict):
            records.register(claim, again)
    with pytest.raises(StatusConflict):
        records.open_dossier("M-2026-000001", "ontvangen", **PERSON)  # type: ignore[arg-type]
    assert records.timeline("BS-2026-0001") == before
    assert len(records.dossiers()) == 1


def test_a_decision_on_an_old_view_is_refused(records: Records) -> None:
    """Two workers judge the same signal sent twice: the second must look again, or two dossiers open."""
    for n in (1, 2):
        receive(records, b"mail", f"1:{n}")
    claims, seen = [claimed(records) for _ in range(2)], records.registrations()
    first, second = (dataclasses.replace(opening(f"M-2026-00000{n}", None), seen=seen) for n in (1, 2))
    records.register(claims[0], first)
    with pytest.raises(Outdated):
        records.register(claims[1], second)
    again = dataclasses.replace(joining("M-2026-000002", "BS-2026-0001", "duplicate"), seen=records.registrations())
    assert records.register(claims[1], again).dossier == "BS-2026-0001"


def test_a_package_that_is_not_there_cannot_be_named(records: Records) -> None:
    """An event never names what the vault does not hold."""
    record = receive(records, b"mail").record
    digest = "ab" * 32
    claim = claimed(records)
    with pytest.raises(CopyMissing):
        records.register(claim, opening(record, FrozenCopy(f"packages/ab/{digest}.tar", digest, 10)))
    frozen = package(records, record, b"mail")
    with pytest.raises(CopyAltered):
        records.register(claim, opening(record, dataclasses.replace(frozen, size=frozen.size + 1)))
    with pytest.raises(CopyMissing):
        records.receive(Arrival(MAILBOX, "1:2", NOW, FrozenCopy(f"raw/ab/{digest}.eml", digest, 10), NOW))
    assert records.register(claim, opening(record, frozen)).opened


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"joins": Join("BS-2026-0001", "duplicate")}, "not both"),
        ({"statuses": ()}, "opens with a status"),
        ({"opens_dossier": False}, "has none"),
        ({"attention": ("two words",)}, "one word"),
        ({"attention": ("",)}, "one word"),
    ],
)
def test_a_registration_that_contradicts_itself_is_refused(
    records: Records, wrong: dict[str, object], reason: str
) -> None:
    """A caller's mistake is told before anything is written."""
    record = receive(records, b"mail").record
    with pytest.raises(ValueError, match=reason):
        records.register(claimed(records), dataclasses.replace(opening(record, None), **wrong))  # type: ignore[arg-type]
    assert types(records, record) == ["Ontvangst"]


def test_what_is_not_known_is_told(records: Records) -> None:
    """A wrong number is an error of its own, for every act and every view."""
    submit(records, b"mail")
    record = receive(records, b"second", "1:2").record
    claim = claimed(records)
    with pytest.raises(NotKnown):
        records.register(claim, joining(record, "BS-2026-0099"))
    records.register(claim, Registration(record, "question", possibly_formal=False, at=NOW))
    for act in (
        lambda: records.dossier("BS-2026-0099"),
        lambda: records.message("M-2026-000099"),
        lambda: records.raw("M-2026-000099"),
        lambda: records.set_status("BS-2026-0099", "x", actor="a", at=NOW),
        lambda: records.set_tracks("BS-2026-0099", {"post": "x"}, actor="a", at=NOW),
        lambda: records.join(record, "BS-2026-0099", "postal_scan", actor="a", at=NOW),
        lambda: records.open_dossier("M-2026-000099", "x", actor="a", at=NOW),
        lambda: records.settle("M-2026-000001", "unknown", actor="a", at=NOW),
        lambda: records.record_sent("BS-2026-0099", "teams", "1", at=NOW),
    ):
        with pytest.raises(NotKnown):
            act()
    assert records.timeline("BS-2026-0099") == ()


def test_a_status_is_set_by_a_person_on_what_they_saw(records: Records) -> None:
    """Two persons press different buttons: the second is told, and nothing is overwritten."""
    submit(records, b"mail")
    records.set_status(
        "BS-2026-0001", "in_beoordeling", actor="8c1f", at=NOW, expected="ontvangen", jobs=[NewJob("card")]
    )
    with pytest.raises(StatusConflict, match="in_beoordeling"):
        records.set_status("BS-2026-0001", "geen_signaal", actor="77aa", at=NOW, expected="ontvangen")
    assert records.dossier("BS-2026-0001").status == "in_beoordeling"
    assert [d.number for d in records.dossiers("in_beoordeling")] == ["BS-2026-0001"]
    assert records.dossiers("ontvangen") == ()
    last = records.timeline("BS-2026-0001")[-1]
    assert (last.actor, last.details["before"], last.details["status"]) == ("8c1f", "ontvangen", "in_beoordeling")


def test_a_scan_waits_and_joins_later(records: Records) -> None:
    """Post may come before mail; a person, or a new submission, brings them together."""
    scan = receive(records, b"scan", "1:1").record
    records.register(
        claimed(records), Registration(scan, "postal_scan", possibly_formal=False, at=NOW, attention=("scan_waits",))
    )
    submit(records, b"mail", "1:2")
    records.join(scan, "BS-2026-0001", "postal_scan", tracks={"post": "ontvangen"}, jobs=[NewJob("card")], **PERSON)  # type: ignore[arg-type]
    records.settle(scan, "scan_waits", **PERSON)  # type: ignore[arg-type]
    dossier = records.dossier("BS-2026-0001")
    assert dossier.messages == (scan, "M-2026-000002")
    assert dossier.tracks["post"] == "ontvangen"
    assert [item.code for item in records.attention()] == ["signature_undetermined"]
    with pytest.raises(NotKnown):
        records.settle(scan, "scan_waits", **PERSON)  # type: ignore[arg-type]


def test_joining_settles_what_it_answers(records: Records) -> None:
    """One act, one transaction: a scan that found its dossier no longer waits; points that do not stand open are no error."""
    scan = receive(records, b"scan", "1:1").record
    waiting = Registration(scan, "postal_scan", possibly_formal=False, at=NOW, attention=("scan_waits", "defects"))
    records.register(claimed(records), waiting)
    submit(records, b"mail", "1:2")
    records.join(scan, "BS-2026-0001", "postal_scan", settles=["scan_waits", "unknown"], **PERSON)  # type: ignore[arg-type]
    assert records.message(scan).attention == ("defects",)


def test_what_was_not_judged_yet_cannot_be_placed(records: Records) -> None:
    """Otherwise the judgement that is on its way would find its message placed, and fail."""
    record = receive(records, b"mail", "1:1").record
    with pytest.raises(StatusConflict, match="not judged"):
        records.open_dossier(record, "ontvangen", **PERSON)  # type: ignore[arg-type]
    assert records.register(claimed(records), opening(record, None)).opened


def test_a_person_opens_what_the_software_did_not(records: Records) -> None:
    """A missed signal is mended with one act, and described by the package that was frozen for it."""
    record = receive(records, b"mail").record
    frozen = package(records, record, b"mail")
    records.register(claimed(records), Registration(record, "other", possibly_formal=False, at=NOW, package=frozen))
    number = records.open_dossier(record, "ontvangen", tracks={"post": "nog_niet"}, **PERSON)  # type: ignore[arg-type]
    assert (number, records.dossier(number).title) == ("BS-2026-0001", FINDINGS["title"])


def test_what_went_out_is_recorded_with_the_job_that_sent_it(records: Records) -> None:
    """Sent, recorded and finished are one; the last reference of a channel can be asked."""
    submit(records, b"mail")
    job = records.work.claim("one", NOW, ["card"])
    records.record_sent("BS-2026-0001", "teams", "1:abc", at=NOW, claim=job)
    records.record_sent("M-2026-000001", "mail", "<bevestiging@loket>", at=NOW)
    records.record_sent("M-2026-000001", "teams", "1:def", at=NOW)
    assert records.sent("BS-2026-0001", "teams") == "1:def"
    assert records.sent("M-2026-000001", "mail") == "<bevestiging@loket>"
    assert records.sent("BS-2026-0001", "post") is None
    assert records.work.claim("one", NOW, ["card"]) is None


def test_a_bookmark_is_kept(records: Records) -> None:
    """The last one counts, each mailbox its own."""
    assert records.bookmark("een") is None
    for value in ("1:5", "1:9"):
        records.set_bookmark("een", value)
    records.set_bookmark("twee", "7:7")
    assert (records.bookmark("een"), records.bookmark("twee")) == ("1:9", "7:7")


def test_an_altered_raw_message_is_not_read_as_if_nothing_happened(records: Records, tmp_path: Path) -> None:
    """Judging works on what was received, or not at all."""
    record = receive(records, b"mail").record
    path = tmp_path / "vault" / records.message(record).raw.key
    path.chmod(0o600)
    path.write_bytes(b"liam")
    with pytest.raises(CopyAltered):
        records.raw(record)


def test_views_are_plain_enough_for_json(records: Records) -> None:
    """Every view but the sketches goes through json as it is."""
    submit(records, b"mail")
    views: list[Any] = [
        *records.dossiers(),
        *records.messages(),
        *records.timeline("BS-2026-0001"),
        *records.attention(),
    ]
    assert json.loads(json.dumps([dataclasses.asdict(view) for view in views]))


def test_the_local_channel_shows_one_card_a_key(records: Records) -> None:
    """Posting again after a crash shows no second card; updating replaces it."""
    first = records.channel.post("card:1", "M-2026-000001", {"v": 1}, NOW)
    assert records.channel.post("card:1", "M-2026-000001", {"v": 2}, NOW) == first
    assert [post.card for post in records.channel.posts()] == [{"v": 1}]
    assert records.channel.update(first, {"v": 3}, NOW + dt.timedelta(minutes=1))
    assert not records.channel.update("local-unknown", {"v": 3}, NOW)
    (post,) = records.channel.posts()
    assert (post.card, post.key, post.updated_at > post.posted_at) == ({"v": 3}, "card:1", True)
