"""Durable work: put once, held by one, finished by its holder only, given up after enough tries."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable

import pytest

from storage.database import writing
from storage.dossiers import Records
from storage.errors import LostClaim
from storage.jobs import LEASE, MAX_FAILURES, MAX_LOST, JobState, claim, delay, finish
from storage.values import Claim
from tests.unit.storage.house import NOW, claimed, opening, receive

SECOND = dt.timedelta(seconds=1)


def put(records: Records, key: str = "card:1", kind: str = "card") -> None:
    records.work.put(kind, key, {"record": "M-2026-000001"}, NOW)


def take(records: Records, owner: str = "one", at: dt.datetime = NOW) -> Claim:
    held = records.work.claim(owner, at)
    assert held is not None
    return held


def test_the_same_key_is_one_job(records: Records) -> None:
    """Putting again what was put, done or not, adds nothing."""
    put(records)
    put(records)
    records.work.finish(take(records))
    put(records)
    assert records.work.claim("one", NOW) is None
    assert records.work.count() == {"done": 1}


def test_a_job_is_held_by_one(records: Records) -> None:
    """Two workers never hold the same job, and the oldest goes first."""
    for n in range(3):
        put(records, f"card:{n}")
    held = [records.work.claim(owner, NOW) for owner in ("one", "two", "three", "four")]
    assert [job and job.key for job in held] == ["card:0", "card:1", "card:2", None]


def test_a_worker_takes_only_what_it_asks_for(records: Records) -> None:
    """The judging and the posting worker do not take each other's work."""
    put(records, "card:1", "card")
    assert records.work.claim("one", NOW, ["process"]) is None
    assert records.work.claim("one", NOW, ["process", "card"]) is not None


def test_a_lease_that_ran_out_frees_the_job(records: Records) -> None:
    """Work of a dead worker is taken over, not before the lease ends."""
    put(records)
    take(records, "one")
    assert records.work.claim("two", NOW + LEASE) is None
    assert take(records, "two", NOW + LEASE + SECOND).attempts == 2


def test_a_heartbeat_keeps_the_job(records: Records) -> None:
    """A slow worker that lives is left alone."""
    put(records)
    held = take(records)
    records.work.heartbeat(held, NOW + LEASE)
    assert records.work.claim("two", NOW + LEASE + SECOND) is None
    records.work.finish(held)


STALE: list[Callable[[Records, Claim], object]] = [
    lambda records, held: records.work.finish(held),
    lambda records, held: records.work.fail(held, "desk_error", NOW),
    lambda records, held: records.work.heartbeat(held, NOW),
]


@pytest.mark.parametrize("act", STALE, ids=["finish", "fail", "heartbeat"])
@pytest.mark.parametrize("successor", ["two", "one"])
def test_a_stale_worker_can_do_nothing(
    records: Records, act: Callable[[Records, Claim], object], successor: str
) -> None:
    """Who lost the lease, even to a later claim of its own, changes nothing any more."""
    put(records)
    stale = take(records, "one")
    held = take(records, successor, NOW + LEASE + SECOND)
    with pytest.raises(LostClaim):
        act(records, stale)
    records.work.finish(held)


@pytest.mark.parametrize("act", STALE, ids=["finish", "fail", "heartbeat"])
def test_a_finished_job_stays_finished(records: Records, act: Callable[[Records, Claim], object]) -> None:
    """Nothing is done twice, by its own worker either."""
    put(records)
    held = take(records)
    records.work.finish(held)
    with pytest.raises(LostClaim):
        act(records, held)
    assert records.work.count() == {"done": 1}


@pytest.mark.parametrize("act", STALE, ids=["finish", "fail", "heartbeat"])
def test_a_claim_is_its_owners_alone(records: Records, act: Callable[[Records, Claim], object]) -> None:
    """The same job and attempt under another name is nobody's claim."""
    put(records)
    held = take(records, "one")
    with pytest.raises(LostClaim):
        act(records, dataclasses.replace(held, owner="two"))
    records.work.finish(held)


def test_a_stale_worker_cannot_register(records: Records) -> None:
    """The whole registration of a worker that lost its claim is rolled back: no event, no dossier, no work."""
    record = receive(records, b"mail").record
    stale = claimed(records, "one")
    held = claimed(records, "two", NOW + LEASE + SECOND)
    before = records.timeline(record)
    with pytest.raises(LostClaim):
        records.register(stale, opening(record, None))
    assert records.timeline(record) == before
    assert records.dossiers() == ()
    assert records.register(held, opening(record, None)).opened
    assert records.work.count() == {"done": 1, "ready": 2}


def test_a_failed_job_comes_back_later_and_later(records: Records) -> None:
    """Back-off doubles up to an hour; at the end a person is asked."""
    put(records)
    at, waits = NOW, []
    for _ in range(MAX_FAILURES - 1):
        held = take(records, at=at)
        assert records.work.fail(held, "desk_error", at) is JobState.READY
        assert records.work.claim("one", at) is None
        due = records.work.next_due()
        assert due is not None
        waits.append(due - at)
        at = due
    assert waits == sorted(waits)
    assert waits[0] == 5 * SECOND
    assert records.work.fail(take(records, at=at), "desk_error", at) is JobState.DEAD
    assert [(item.code, item.reason, item.record) for item in records.attention()] == [
        ("job_dead", "desk_error", "M-2026-000001")
    ]
    assert records.work.next_due() is None


def test_waiting_has_an_end() -> None:
    """However often something failed, it is tried every hour."""
    assert delay(1) < delay(5) < delay(30) == delay(10**6) == dt.timedelta(hours=1)


def test_a_job_that_kills_its_worker_does_not_go_round_for_ever(records: Records) -> None:
    """A worker that dies each time (out of memory) reports no failure; the deaths are counted all the same."""
    put(records)
    at = NOW
    for _ in range(MAX_LOST + 1):
        take(records, at=at)
        at += LEASE + SECOND
    assert records.work.claim("one", at) is None
    assert [item.reason for item in records.attention()] == ["worker_lost"]


def test_deaths_from_outside_do_not_use_up_the_tries(records: Records) -> None:
    """Twenty restarts by an impatient administrator are no failure of the job: the first one after them is number one."""
    put(records)
    at = NOW
    for _ in range(20):
        take(records, at=at)
        at += LEASE + SECOND
    assert records.work.fail(take(records, at=at), "desk_error", at) is JobState.READY


def test_a_person_revives_a_dead_job(records: Records) -> None:
    """After the cause is mended it is tried again from the start; a living job is left as it is."""
    put(records)
    at = NOW
    for _ in range(MAX_FAILURES):
        held = take(records, at=at)
        records.work.fail(held, "desk_error", at)
        at += dt.timedelta(hours=2)
    assert records.work.revive(held.id, at)
    assert not records.work.revive(held.id, at)
    assert take(records, at=at).failures == 0
    assert records.attention() == ()


def test_leases_of_the_dead_are_freed_at_once(records: Records) -> None:
    """A restarted service does not wait for its own last life."""
    put(records)
    stale = take(records, "dead")
    assert records.work.free(["dead", "unknown"]) == 1
    assert records.work.next_due() == NOW
    held = take(records, "two")
    with pytest.raises(LostClaim):
        records.work.finish(stale)
    records.work.finish(held)


def test_claim_and_finish_share_the_callers_transaction(records: Records) -> None:
    """What rolls back was never claimed."""
    put(records)
    with records.engine.connect() as conn, conn.begin() as transaction:
        held = claim(conn, "one", NOW)
        assert held is not None
        finish(conn, held)
        transaction.rollback()
    with writing(records.engine) as conn:
        assert claim(conn, "one", NOW) == held


def test_the_next_moment_of_work_is_known(records: Records) -> None:
    """The loop sleeps until a job is due or a lease ends."""
    assert records.work.next_due() is None
    put(records)
    assert records.work.next_due() == NOW
    take(records)
    assert records.work.next_due() == NOW + LEASE


def test_a_job_that_must_rest_does_not_fail_however_often(records: Records) -> None:
    """The other side asked for rest: due again then, and never dead of it; another worker's claim is not touched."""
    records.work.put("card", "card:1", {}, NOW)
    now = NOW
    for _ in range(3 * MAX_FAILURES):
        job = records.work.claim("one", now)
        assert job is not None
        assert job.failures == 0
        records.work.postpone(job, now + dt.timedelta(minutes=10), "DeskBusy")
        assert records.work.claim("one", now + dt.timedelta(minutes=9)) is None
        with pytest.raises(LostClaim):
            records.work.postpone(job, now, "DeskBusy")
        now += dt.timedelta(minutes=10)
    assert records.attention() == ()
