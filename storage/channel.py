"""The channel's cards, here and in Teams: what stands there, under which key, and where. Not evidence, and not made again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Engine, select, update
from sqlalchemy.dialects.sqlite import insert

from storage._tables import CHANNEL_PLACE, CHANNEL_POST
from storage.canonical import instant, sha256
from storage.database import reading, writing
from storage.values import ChannelPost

_THREAD = "thread:"


def thread(key: str) -> str:
    """What a card is about that stands in the thread of the card of `key`."""
    return _THREAD + key


class Channel:
    """Cards of one database; each call is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def post(self, key: str, record: str, card: Mapping[str, Any], at: dt.datetime) -> str:
        """Show a card; returns its reference. The same key again shows no second one and leaves the first as it is.

        `record` is what the card is about, or `thread(…)` of the card under which it stands.
        """
        reference = f"local-{sha256(key.encode())[:20]}"
        times = {"posted_at": instant(at), "updated_at": instant(at)}
        row = insert(CHANNEL_POST).values(reference=reference, key=key, record=record, card=dict(card), **times)
        with writing(self._engine) as conn:
            conn.execute(row.on_conflict_do_nothing(index_elements=["key"]))
        return reference

    def keep(self, key: str, record: str, reference: str, card: Mapping[str, Any], at: dt.datetime) -> None:
        """What an outside channel shows under `key` now, by the channel's own `reference`; an earlier card of this key is past."""
        times = {"posted_at": instant(at), "updated_at": instant(at)}
        row = insert(CHANNEL_POST).values(reference=reference, key=key, record=record, card=dict(card), **times)
        now = {"reference": reference, "card": dict(card), "updated_at": instant(at)}
        with writing(self._engine) as conn:
            conn.execute(row.on_conflict_do_update(index_elements=["key"], set_=now))

    def update(self, reference: str, card: Mapping[str, Any], at: dt.datetime) -> bool:
        """Replace a card; False when there is none of this reference."""
        row = update(CHANNEL_POST).where(CHANNEL_POST.c.reference == reference)
        with writing(self._engine) as conn:
            return conn.execute(row.values(card=dict(card), updated_at=instant(at))).rowcount == 1

    def posted(self, *, key: str = "", reference: str = "") -> ChannelPost | None:
        """The card of a key or of a reference; None when there is none."""
        wanted = CHANNEL_POST.c.key == key if key else CHANNEL_POST.c.reference == reference
        with reading(self._engine) as conn:
            row = conn.execute(select(CHANNEL_POST).where(wanted)).first()
        return ChannelPost(**row._mapping) if row else None  # noqa: SLF001 - public

    def posts(self) -> tuple[ChannelPost, ...]:
        """Every card of its own, the newest first; what stands in a thread is not among them."""
        query = select(CHANNEL_POST).where(CHANNEL_POST.c.record.not_like(f"{_THREAD}%"))
        return self._found(query.order_by(CHANNEL_POST.c.posted_at.desc(), CHANNEL_POST.c.reference))

    def replies(self, key: str) -> tuple[ChannelPost, ...]:
        """What stands in the thread of a card, in its order."""
        query = select(CHANNEL_POST).where(CHANNEL_POST.c.record == thread(key))
        return self._found(query.order_by(CHANNEL_POST.c.posted_at, CHANNEL_POST.c.reference))

    def place(self, name: str) -> Mapping[str, Any] | None:
        """Where an outside channel is, as it was kept; None when it never told."""
        with reading(self._engine) as conn:
            row = conn.execute(select(CHANNEL_PLACE.c.value).where(CHANNEL_PLACE.c.name == name)).first()
        return dict(row.value) if row else None

    def set_place(self, name: str, value: Mapping[str, Any]) -> None:
        """Keep where an outside channel is."""
        row = insert(CHANNEL_PLACE).values(name=name, value=dict(value))
        with writing(self._engine) as conn:
            conn.execute(row.on_conflict_do_update(index_elements=["name"], set_={"value": dict(value)}))

    def _found(self, query: Any) -> tuple[ChannelPost, ...]:
        with reading(self._engine) as conn:
            return tuple(ChannelPost(**row._mapping) for row in conn.execute(query))  # noqa: SLF001 - public
