"""The local channel: where the embedded defaults show the cards that Teams would get. Not evidence, and not made again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Engine, select, update
from sqlalchemy.dialects.sqlite import insert

from storage._tables import CHANNEL_POST
from storage.canonical import instant, sha256
from storage.database import reading, writing
from storage.values import ChannelPost


class Channel:
    """Cards of one database; each call is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def post(self, key: str, record: str, card: Mapping[str, Any], at: dt.datetime) -> str:
        """Show a card; returns its reference. The same key again shows no second one and leaves the first as it is."""
        reference = f"local-{sha256(key.encode())[:20]}"
        times = {"posted_at": instant(at), "updated_at": instant(at)}
        row = insert(CHANNEL_POST).values(reference=reference, key=key, record=record, card=dict(card), **times)
        with writing(self._engine) as conn:
            conn.execute(row.on_conflict_do_nothing(index_elements=["key"]))
        return reference

    def update(self, reference: str, card: Mapping[str, Any], at: dt.datetime) -> bool:
        """Replace a card; False when there is none of this reference."""
        row = update(CHANNEL_POST).where(CHANNEL_POST.c.reference == reference)
        with writing(self._engine) as conn:
            return conn.execute(row.values(card=dict(card), updated_at=instant(at))).rowcount == 1

    def posts(self) -> tuple[ChannelPost, ...]:
        """Every card, the newest first."""
        query = select(CHANNEL_POST).order_by(CHANNEL_POST.c.posted_at.desc(), CHANNEL_POST.c.reference)
        with reading(self._engine) as conn:
            return tuple(ChannelPost(**row._mapping) for row in conn.execute(query))  # noqa: SLF001 - public
