"""The bot's door: `POST /api/messages`, with bounds, before Microsoft's library looks at the token and what is in the message."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

log = logging.getLogger(__name__)

MAX_BYTES = 256 << 10
_raw: ContextVar[Mapping[str, Any]] = ContextVar("activity")


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back to Teams: an HTTP status, and for a press of a button the body with the card."""

    status: int = 200
    body: Mapping[str, Any] | None = None


class Door:
    """The library's HTTP server adapter on Starlette. `receive` gets an activity as it came, after its token was checked.

    `issuer` is who must have signed; "" where nothing is signed. The library also lets in tokens of Entra for another product
    of Microsoft's, whose service address is not signed: those stay out.
    """

    def __init__(self, receive: Callable[[Mapping[str, Any]], Answer]) -> None:
        self._receive = receive
        self.issuer = ""
        self.app = Starlette()

    def register_route(self, method: str, path: str, handler: Any) -> None:
        """For the library: where its handler is to be called."""

        async def called(request: Request) -> Response:
            return await self._called(request, handler)

        self.app.router.routes.append(Route(path, called, methods=[method]))

    def serve_static(self, path: str, directory: str) -> None:
        """For the library, which has nothing to show here."""

    async def start(self, port: int) -> None:
        """For the library; the line serves by itself."""
        raise NotImplementedError

    async def stop(self) -> None:
        """For the library; the line stops by itself."""

    async def received(self, context: Any) -> Any:
        """The library's handler of every activity: it passed the token, so it is ours to answer."""
        del context
        answer = await asyncio.to_thread(self._receive, _raw.get())
        return {"status": answer.status, "body": dict(answer.body)} if answer.body else {"status": answer.status}

    async def _called(self, request: Request, handler: Any) -> Response:
        body = await _bounded(request)
        if body is None:
            return _refused(413, "too_large")
        try:
            activity = json.loads(body)
        except ValueError:
            return _refused(400, "no_json")
        if not isinstance(activity, dict):
            return _refused(400, "no_json")
        if self.issuer and _issuer(request.headers.get("authorization", "")) != self.issuer:
            return _refused(401, "wrong_issuer")
        _raw.set(activity)
        result = await handler({"body": activity, "headers": dict(request.headers)})
        if result["status"] == 401:  # noqa: PLR2004 - HTTP
            log.warning("an activity was refused", extra={"action": "teams_refused", "reason": "token"})
        if result.get("body") is None:
            return Response(status_code=result["status"])
        return JSONResponse(result["body"], result["status"])


async def _bounded(request: Request) -> bytes | None:
    data = bytearray()
    async for piece in request.stream():
        data += piece
        if len(data) > MAX_BYTES:
            return None
    return bytes(data)


def _refused(status: int, why: str) -> Response:
    log.warning("an activity was refused", extra={"action": "teams_refused", "reason": why})
    return Response(status_code=status)


def _issuer(authorization: str) -> str:
    """Who says to have signed a token; not believed, only compared before the library checks the signature."""
    try:
        claims = authorization.removeprefix("Bearer ").split(".")[1]
        value = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
        return str(value["iss"])
    except (ValueError, LookupError, TypeError):
        return ""
