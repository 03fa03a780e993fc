"""Calls an ASGI application without a socket, and hands over the whole answer."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers in lower case, body bytes."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


def get(
    application: ASGIApp,
    url: str,
    *,
    method: str = "GET",
    host: str = "127.0.0.1:8765",
    failing: type[Exception] | None = None,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """One request; `url` is a path with an optional query. `failing` is the error that the
    application answers first and then passes on to its server."""
    parts = urlsplit(url)
    sent: list[Message] = []
    asked = asyncio.Event()

    async def receive() -> Message:
        if asked.is_set():  # the client stays on the line and says no more
            await asyncio.Event().wait()
        asked.set()
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": parts.path,
        "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(),
        "headers": [(b"host", host.encode()), *((k.lower().encode(), v.encode()) for k, v in (headers or {}).items())],
        "root_path": "",
    }
    with contextlib.suppress(*([failing] if failing else [])):
        asyncio.run(_call(application, scope, receive, send))
    start = next(m for m in sent if m["type"] == "http.response.start")
    told = b"".join(m.get("body", b"") for m in sent if m["type"] == "http.response.body")
    return Answer(start["status"], {k.decode().lower(): v.decode() for k, v in start["headers"]}, told)


async def _call(application: ASGIApp, *arguments: object) -> None:
    await application(*arguments)  # type: ignore[arg-type]
