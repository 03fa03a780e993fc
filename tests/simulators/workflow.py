"""A Workflows flow as its address behaves: takes a message with cards, shows them, knows no edit; 28 KB, faults on demand."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.simulators.browser import served
from tests.simulators.connector import MOST_BYTES


class Workflow:
    """`cards` is what the channel shows, oldest first; `faults` are statuses of the next answers, with their Retry-After."""

    def __init__(self) -> None:
        self.cards: list[dict[str, Any]] = []
        self.faults: deque[tuple[int, str]] = deque()
        self.address = ""

    @contextmanager
    def running(self) -> Iterator[Workflow]:
        """On a free port of this machine."""
        with served(Starlette(routes=[Route("/flow", self._taken, methods=["POST"])])) as address:
            self.address = f"{address}/flow?sig=geheim"
            yield self

    async def _taken(self, request: Request) -> Response:
        body = await request.body()
        if self.faults:
            status, rest = self.faults.popleft()
            return Response(status_code=status, headers={"Retry-After": rest} if rest else {})
        if request.query_params.get("sig") != "geheim":
            return Response(status_code=401)
        if len(body) > MOST_BYTES:
            return Response(status_code=413)
        message = json.loads(body)
        assert message["type"] == "message"
        self.cards += [attachment["content"] for attachment in message["attachments"]]
        return Response(status_code=202)
