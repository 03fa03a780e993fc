"""Signs of life: the last time counts, and a sign ends the one that contradicts it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from storage.database import open_database
from storage.jobs import Work
from storage.signs import MAILBOX_LOST, MAILBOX_READ, Signs

NOW = dt.datetime(2026, 11, 23, 9, 30, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(minutes=5)


def test_a_sign_lasts_and_ends_its_opposite(tmp_path: Path) -> None:
    """What was lost and is read again is not lost; another life of the process knows it."""
    url = f"sqlite:///{tmp_path}/signs.sqlite"
    engine = open_database(url)
    signs = Signs(engine)
    signs.note(MAILBOX_LOST, NOW)
    signs.note(MAILBOX_READ, NOW, ends=MAILBOX_LOST)
    signs.note(MAILBOX_READ, LATER, ends=MAILBOX_LOST)
    engine.dispose()
    again = open_database(url)
    assert Signs(again).all() == {MAILBOX_READ: LATER}
    again.dispose()


def test_settled_work_is_known_and_never_claimed(tmp_path: Path) -> None:
    """A job that was settled or put before stays as it is, whichever came first."""
    engine = open_database(f"sqlite:///{tmp_path}/jobs.sqlite")
    work = Work(engine)
    work.settle("digest", "digest:2026-W46", NOW)
    work.put("digest", "digest:2026-W46", {}, NOW)
    work.put("digest", "digest:2026-W47", {}, NOW)
    work.settle("digest", "digest:2026-W47", NOW)
    assert work.keys("digest") == {"digest:2026-W46", "digest:2026-W47"}
    claim = work.claim("worker", LATER)
    assert claim is not None
    assert claim.key == "digest:2026-W47"
    assert work.claim("worker", LATER) is None
    engine.dispose()
