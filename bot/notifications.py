"""Where Graph tells of new mail: two addresses beside the pages. What comes in is a hint; the mailbox looks for itself."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route

from intake.mailboxes.graph_subscription import LIFECYCLE, NOTIFICATIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp

    from intake.mailboxes.graph_subscription import Subscription

MOST_BYTES = 256 << 10
LONGEST_TOKEN = 2048
_PLAIN = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}


def with_notifications(pages: ASGIApp, subscription: Subscription) -> ASGIApp:
    """The pages, and beside them the two addresses that Graph calls. Those answer any host name: a reverse proxy has its own."""
    routes = [
        Route(NOTIFICATIONS, _endpoint(subscription.notified), methods=["POST"]),
        Route(LIFECYCLE, _endpoint(subscription.lifecycle), methods=["POST"]),
        Mount("/", app=pages),
    ]
    return Starlette(routes=routes)


def _endpoint(take: Callable[[Any], None]) -> Callable[[Request], Any]:
    async def answer(request: Request) -> Response:
        """The handshake gets its token back; everything else that is JSON gets a 202, so that nobody learns what was believed."""
        token = request.query_params.get("validationToken")
        if token is not None:
            known = len(token) <= LONGEST_TOKEN
            return PlainTextResponse(token, headers=_PLAIN) if known else Response(status_code=HTTPStatus.BAD_REQUEST)
        body = await _bounded(request)
        if body is None:
            return Response(status_code=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        try:
            told = json.loads(body)
        except (ValueError, RecursionError):
            return Response(status_code=HTTPStatus.BAD_REQUEST)
        take(told)
        return Response(status_code=HTTPStatus.ACCEPTED)

    return answer


async def _bounded(request: Request) -> bytes | None:
    """The body; None when it is larger than any notification."""
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MOST_BYTES:
                return None
    except ClientDisconnect:
        return b""
    return bytes(body)
