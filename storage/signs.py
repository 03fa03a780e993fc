"""Signs of life: when something last went well, kept over restarts. Not evidence; what matters is in the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import Engine, delete, select
from sqlalchemy.dialects.sqlite import insert

from storage._tables import SIGN
from storage.canonical import instant, moment
from storage.database import reading, writing

MAILBOX_READ = "mailbox_read"
MAILBOX_LOST = "mailbox_lost"
VERIFIED = "verified"
DEVIATES = "deviates"
"""Names: the mailbox was read until then, or is out of reach since then; the archive agreed then, or deviated then."""


class Signs:
    """The signs of one database; each call is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def note(self, name: str, at: dt.datetime, *, ends: str = "") -> None:
        """It was so at `at`; the sign `ends`, which it contradicts, is taken away."""
        row = insert(SIGN).values(name=name, at=instant(at))
        with writing(self._engine) as conn:
            conn.execute(row.on_conflict_do_update(index_elements=["name"], set_={"at": instant(at)}))
            conn.execute(delete(SIGN).where(SIGN.c.name == ends))

    def all(self) -> Mapping[str, dt.datetime]:
        """Every sign with its time."""
        with reading(self._engine) as conn:
            return {row.name: moment(row.at) for row in conn.execute(select(SIGN))}
