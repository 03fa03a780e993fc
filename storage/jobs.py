"""Durable work: a job is put once by its key, claimed under a lease, finished only by the claim that holds it.

Times are given by the caller; every function works within the caller's write transaction. Commit a claim before working on it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, and_, case, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from storage._tables import JOB
from storage.canonical import instant, moment
from storage.database import reading, writing
from storage.errors import LostClaim
from storage.values import Claim

MAX_FAILURES = 8
MAX_LOST = 40
"""How many workers may die over a job before it is dead: many, since most are killed by others, not by the job."""

LEASE = dt.timedelta(minutes=5)
_FIRST_DELAY, _LONGEST_DELAY = dt.timedelta(seconds=5), dt.timedelta(hours=1)


class JobState(StrEnum):
    """Where a job stands; DEAD waits for a person."""

    READY = "ready"
    LEASED = "leased"
    DONE = "done"
    DEAD = "dead"


def put(conn: Connection, kind: str, key: str, payload: Mapping[str, Any], at: dt.datetime) -> None:
    """Add a job that is due at `at`; the same key a second time adds nothing."""
    values = {"kind": kind, "key": key, "payload": dict(payload), "run_at": instant(at)}
    row = insert(JOB).values(values | {"state": JobState.READY.value, "attempts": 0, "failures": 0, "lost": 0})
    conn.execute(row.on_conflict_do_nothing(index_elements=["key"]))


def settle(conn: Connection, kind: str, key: str, at: dt.datetime) -> None:
    """Note a job as done that nobody need do any more; one that is known stays as it is."""
    values = {"kind": kind, "key": key, "payload": {}, "run_at": instant(at), "state": JobState.DONE.value}
    row = insert(JOB).values(values | {"attempts": 0, "failures": 0, "lost": 0})
    conn.execute(row.on_conflict_do_nothing(index_elements=["key"]))


def keys(conn: Connection, kind: str) -> frozenset[str]:
    """The keys of every job of a kind, done or not."""
    return frozenset(conn.execute(select(JOB.c.key).where(JOB.c.kind == kind)).scalars())


def claim(
    conn: Connection, owner: str, now: dt.datetime, kinds: Sequence[str] = (), lease: dt.timedelta = LEASE
) -> Claim | None:
    """Take the oldest due job (of `kinds`, when given) for `owner`, whose name is unique per start of a process."""
    _bury(conn, now)
    due = or_(
        and_(JOB.c.state == JobState.READY.value, JOB.c.run_at <= instant(now)),
        and_(JOB.c.state == JobState.LEASED.value, JOB.c.lease_until < instant(now)),
    )
    wanted = and_(due, JOB.c.kind.in_(kinds)) if kinds else due
    abandoned = case((JOB.c.state == JobState.LEASED.value, 1), else_=0)
    oldest = select(JOB.c.id).where(wanted).order_by(JOB.c.run_at, JOB.c.id).limit(1).scalar_subquery()
    taken = conn.execute(
        update(JOB)
        .where(JOB.c.id == oldest)
        .values(
            state=JobState.LEASED.value,
            owner=owner,
            attempts=JOB.c.attempts + 1,
            lost=JOB.c.lost + abandoned,
            lease_until=instant(now + lease),
        )
        .returning(JOB.c.id, JOB.c.kind, JOB.c.key, JOB.c.payload, JOB.c.attempts, JOB.c.failures)
    ).first()
    return Claim(**taken._mapping, owner=owner) if taken else None  # noqa: SLF001 - public


def heartbeat(conn: Connection, held: Claim, now: dt.datetime, lease: dt.timedelta = LEASE) -> None:
    """Make the lease run longer. Raises `LostClaim`."""
    _fenced(conn, held, lease_until=instant(now + lease))


def finish(conn: Connection, held: Claim) -> None:
    """The job is done. Raises `LostClaim`: then the caller's whole transaction must roll back."""
    _fenced(conn, held, state=JobState.DONE.value, lease_until=None, reason=None)


def fail(conn: Connection, held: Claim, reason: str, now: dt.datetime) -> JobState:
    """Try again later, each time twice as much later, or DEAD after MAX_FAILURES. `reason` is a code. Raises `LostClaim`."""
    failures = held.failures + 1
    state = JobState.DEAD if failures >= MAX_FAILURES else JobState.READY
    later = instant(now + delay(failures))
    _fenced(conn, held, state=state.value, run_at=later, lease_until=None, reason=reason, failures=failures)
    return state


def postpone(conn: Connection, held: Claim, until: dt.datetime, reason: str) -> None:
    """Try again at `until`; no failure of the job: the other side asked for rest or is away. Raises `LostClaim`."""
    _fenced(conn, held, state=JobState.READY.value, run_at=instant(until), lease_until=None, reason=reason)


def delay(failures: int) -> dt.timedelta:
    """How long a job rests after its n-th failure."""
    doublings = min(failures - 1, 20)
    return min(_FIRST_DELAY * (1 << doublings), _LONGEST_DELAY)


def revive(conn: Connection, job: int, now: dt.datetime) -> bool:
    """A person lets a dead job be tried again; False when it is not dead."""
    row = update(JOB).where(JOB.c.id == job, JOB.c.state == JobState.DEAD.value)
    values = {
        "state": JobState.READY.value,
        "run_at": instant(now),
        "failures": 0,
        "lost": 0,
        "owner": None,
        "reason": None,
    }
    return conn.execute(row.values(values)).rowcount == 1


def free(conn: Connection, owners: Sequence[str]) -> int:
    """End the leases of workers known to be dead, so that nobody waits for them; returns how many jobs that are."""
    row = update(JOB).where(JOB.c.state == JobState.LEASED.value, JOB.c.owner.in_(owners))
    values = {"state": JobState.READY.value, "owner": None, "lease_until": None, "lost": JOB.c.lost + 1}
    return conn.execute(row.values(values)).rowcount


def count(conn: Connection) -> dict[str, int]:
    """How many jobs there are in each state."""
    return {
        row.state: row.n for row in conn.execute(select(JOB.c.state, func.count().label("n")).group_by(JOB.c.state))
    }


def held(conn: Connection, records: Sequence[str]) -> int:
    """How many jobs about these records a worker has in hands."""
    about = JOB.c.payload["record"].as_string().in_(records)
    of_records = select(func.count()).select_from(JOB).where(JOB.c.state == JobState.LEASED.value, about)
    return int(conn.execute(of_records).scalar_one())


def next_due(conn: Connection) -> str | None:
    """When the next job is due or the next lease ends; None when nothing is to be done."""
    waiting = select(func.min(JOB.c.run_at)).where(JOB.c.state == JobState.READY.value)
    leased = select(func.min(JOB.c.lease_until)).where(JOB.c.state == JobState.LEASED.value)
    times = [time for time in (conn.execute(waiting).scalar(), conn.execute(leased).scalar()) if time is not None]
    return min(times, default=None)


def _bury(conn: Connection, now: dt.datetime) -> None:
    """A job whose worker died each time (out of memory, killed) must not go round for ever."""
    idle = or_(JOB.c.state == JobState.READY.value, JOB.c.lease_until < instant(now))
    living = JOB.c.state.in_([JobState.READY.value, JobState.LEASED.value])
    spent: ColumnElement[bool] = and_(living, idle, JOB.c.lost >= MAX_LOST)
    conn.execute(update(JOB).where(spent).values(state=JobState.DEAD.value, lease_until=None, reason="worker_lost"))


def _fenced(conn: Connection, held: Claim, **values: Any) -> None:
    mine = and_(
        JOB.c.id == held.id,
        JOB.c.owner == held.owner,
        JOB.c.attempts == held.attempts,
        JOB.c.state == JobState.LEASED.value,
    )
    if conn.execute(update(JOB).where(mine).values(**values)).rowcount != 1:
        raise LostClaim(f"job {held.id} ({held.kind}) is no longer ours; another worker has it or finished it")


class Work:
    """The job table of one database, each call its own transaction. Commit is before return: a claim returned is ours."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def claim(
        self, owner: str, now: dt.datetime, kinds: Sequence[str] = (), lease: dt.timedelta = LEASE
    ) -> Claim | None:
        """See `claim`."""
        with writing(self._engine) as conn:
            return claim(conn, owner, now, kinds, lease)

    def heartbeat(self, held: Claim, now: dt.datetime, lease: dt.timedelta = LEASE) -> None:
        """See `heartbeat`."""
        with writing(self._engine) as conn:
            heartbeat(conn, held, now, lease)

    def finish(self, held: Claim) -> None:
        """See `finish`."""
        with writing(self._engine) as conn:
            finish(conn, held)

    def fail(self, held: Claim, reason: str, now: dt.datetime) -> JobState:
        """See `fail`."""
        with writing(self._engine) as conn:
            return fail(conn, held, reason, now)

    def postpone(self, held: Claim, until: dt.datetime, reason: str) -> None:
        """See `postpone`."""
        with writing(self._engine) as conn:
            postpone(conn, held, until, reason)

    def put(self, kind: str, key: str, payload: Mapping[str, Any], at: dt.datetime) -> None:
        """See `put`; for work that follows from no event, such as a weekly overview."""
        with writing(self._engine) as conn:
            put(conn, kind, key, payload, at)

    def settle(self, kind: str, key: str, at: dt.datetime) -> None:
        """See `settle`."""
        with writing(self._engine) as conn:
            settle(conn, kind, key, at)

    def keys(self, kind: str) -> frozenset[str]:
        """See `keys`."""
        with reading(self._engine) as conn:
            return keys(conn, kind)

    def revive(self, job: int, now: dt.datetime) -> bool:
        """See `revive`."""
        with writing(self._engine) as conn:
            return revive(conn, job, now)

    def free(self, owners: Sequence[str]) -> int:
        """See `free`."""
        with writing(self._engine) as conn:
            return free(conn, owners)

    def count(self) -> dict[str, int]:
        """See `count`."""
        with reading(self._engine) as conn:
            return count(conn)

    def held(self, records: Sequence[str]) -> int:
        """See `held`."""
        with reading(self._engine) as conn:
            return held(conn, records)

    def next_due(self) -> dt.datetime | None:
        """When the next job is due or the next lease ends; None when nothing is to be done."""
        with reading(self._engine) as conn:
            time = next_due(conn)
        return moment(time) if time else None
