"""The channels that the contract of the port `Desk` is tried on: the local page, Teams by our bot, Teams by a Workflows address."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jwt

from bot.app import SystemClock
from bot.desk import LocalDesk
from bot.teams.desk import TeamsDesk
from bot.teams.door import Answer
from bot.teams.line import Cloud, Identity, Line
from bot.teams.place import Place, keep_place
from bot.teams.webhook import WorkflowDesk
from intake.ports import Desk
from storage.dossiers import Records
from tests.simulators.connector import Connector
from tests.simulators.teams import CHANNEL, CLIENT, TEAM, TENANT
from tests.simulators.workflow import Workflow
from tests.unit.storage.house import opened

BEARER = jwt.encode({"appid": CLIENT, "tid": TENANT, "exp": int(time.time()) + 86_400}, "k" * 32, "HS256")


@dataclass
class Far:
    """A channel from its far side: what it shows at the top, what in the thread of the first card, whether it can edit."""

    desk: Desk
    records: Records
    shown: Callable[[], list[dict[str, Any]]]
    told: Callable[[], list[dict[str, Any]]]
    edits: bool = True


@contextmanager
def on_the_page(folder: Path) -> Iterator[Far]:
    """The embedded default."""
    with opened(folder) as records:
        channel = records.channel

        def told() -> list[dict[str, Any]]:
            return [dict(r.card) for p in channel.posts() for r in channel.replies(p.key)]

        yield Far(
            LocalDesk(records, SystemClock()), records, lambda: [dict(p.card) for p in channel.posts()][::-1], told
        )


@contextmanager
def line_to(connector: Connector, receive: Callable[[Any], Answer] = lambda activity: Answer()) -> Iterator[Line]:
    """The bot's line to a connector that asks for no more than some token."""
    line = Line(Identity(CLIENT, TENANT, lambda scope: BEARER), receive, Cloud(unchecked=True))
    try:
        yield line
    finally:
        line.close()


@contextmanager
def in_teams(folder: Path) -> Iterator[Far]:
    """The bot, over Microsoft's library, in our connector."""
    with opened(folder) as records, Connector().running() as connector, line_to(connector) as line:
        connector.conversations |= {CHANNEL: [], TEAM: []}
        keep_place(records.channel, Place(connector.address, CHANNEL, TEAM))

        def told() -> list[dict[str, Any]]:
            return [m.card for root in connector.shown(CHANNEL) for m in connector.shown(CHANNEL, root.id)]

        desk = TeamsDesk(line, records.channel, SystemClock())
        yield Far(desk, records, lambda: [m.card for m in connector.shown(CHANNEL)], told)


@contextmanager
def by_workflow(folder: Path) -> Iterator[Far]:
    """A Workflows address: everything is a message of its own."""
    with opened(folder) as records, Workflow().running() as flow:
        desk = WorkflowDesk(flow.address, records.channel, SystemClock())
        yield Far(desk, records, lambda: list(flow.cards), lambda: list(flow.cards), edits=False)


PLACES: dict[str, Callable[[Path], AbstractContextManager[Far]]] = {
    "page": on_the_page,
    "teams": in_teams,
    "workflow": by_workflow,
}
