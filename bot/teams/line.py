"""The line to Teams: Microsoft's library in an event loop of its own. It posts and edits, and hands on what comes in.

Nothing else imports `microsoft_teams`. The library checks the token of what comes in (signature, issuer, audience, time, service
address); whether it comes from our tenant and team is asked in `front`, for the library does not look at that.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import os
import socket
import threading
import warnings
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from bot.teams.door import Answer, Door

if TYPE_CHECKING:
    import uvicorn

Activity = Mapping[str, Any]
"""What Teams sends, as JSON."""

CARD_TYPE = "application/vnd.microsoft.card.adaptive"
_TIMEOUT = 15.0  # seconds; the library itself would wait for ever


class Refusal(Exception):  # noqa: N818 - it is what Teams gave
    """Teams did not do it. `status` is HTTP's, 0 when it could not be reached; `rest` the seconds that it asks for."""

    def __init__(self, status: int, rest: float = 0.0) -> None:
        super().__init__(f"Teams answered {status}" if status else "Teams cannot be reached")
        self.status = status
        self.rest = rest


class Sends(Protocol):
    """What the desk and the front ask of the line. Every method raises `Refusal`."""

    def send(self, service: str, conversation: str, card: Mapping[str, Any]) -> str:
        """Post a card; returns the message's id. A conversation `…;messageid=…` is a thread."""
        ...

    def edit(self, service: str, conversation: str, message: str, card: Mapping[str, Any]) -> None:
        """Replace the card of a message."""
        ...

    def is_member(self, service: str, conversation: str, account: str) -> bool:
        """Whether an account belongs to a conversation or team."""
        ...


@dataclass(frozen=True)
class Identity:
    """The bot's registration; `token` gives an access token for a scope (see `login`)."""

    client_id: str
    tenant: str
    token: Callable[[str], str]


@dataclass(frozen=True)
class Cloud:
    """Whose keys sign what comes in; empty: Microsoft's public cloud. `unchecked` is for the Playground, which signs nothing.

    No setting leads here: the service always checks.
    """

    keys: str = ""
    issuer: str = ""
    unchecked: bool = False


class Line:
    """The bot's line; `close` gives everything back. `receive` is called in a thread for each activity."""

    def __init__(self, identity: Identity, receive: Callable[[Activity], Answer], cloud: Cloud | None = None) -> None:
        self._identity = identity
        self._cloud = cloud or Cloud()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="teams", daemon=True)
        self.door = Door(receive)
        self._app: Any = None
        self._server: uvicorn.Server | None = None
        self._serving: concurrent.futures.Future[None] | None = None
        self._turn = threading.Lock()

    def start(self) -> None:
        """Load the library and make its parts, once; some seconds. The first use does so too."""
        with self._turn:
            if self._app is None:
                if not self._thread.is_alive():
                    self._thread.start()
                self._run(self._prepare())

    def close(self) -> None:
        """Stop serving, end the connections and the loop; safe to call twice."""
        if self._thread.is_alive():
            asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(timeout=_TIMEOUT)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(timeout=_TIMEOUT)
        if not self._loop.is_closed():
            self._loop.close()

    def serve(self, listener: socket.socket) -> None:
        """Take in what Teams sends to `/api/messages` on a listening line, until `close`; returns at once."""
        import uvicorn

        self.start()
        config = uvicorn.Config(self.door.app, log_config=None, access_log=False, server_header=False, lifespan="off")
        self._server = uvicorn.Server(config)
        self._serving = asyncio.run_coroutine_threadsafe(self._server.serve(sockets=[listener]), self._loop)

    def send(self, service: str, conversation: str, card: Mapping[str, Any]) -> str:
        """See `Sends`."""
        self.start()
        sent = self._run(self._app.send(conversation, _message(card), service_url=service))
        return str(sent.id)

    def edit(self, service: str, conversation: str, message: str, card: Mapping[str, Any]) -> None:
        """See `Sends`."""
        self.start()
        calls = self._app.api.conversations
        self._run(calls.update_activity(conversation, message, _message(card), service_url=service))

    def is_member(self, service: str, conversation: str, account: str) -> bool:
        """See `Sends`."""
        self.start()
        api = self._app.api.clone(service_url=service)
        try:
            self._run(api.conversations.get_member_by_id(conversation, account))
        except Refusal as refusal:
            if refusal.status in {400, 403, 404}:
                return False
            raise
        return True

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Do it in the loop and wait; what goes wrong outside is a `Refusal`."""
        import httpx

        try:
            return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=4 * _TIMEOUT)
        except httpx.HTTPStatusError as error:
            raise Refusal(error.response.status_code, _rest(error.response.headers.get("Retry-After", ""))) from error
        except (httpx.TransportError, TimeoutError) as error:
            raise Refusal(0) from error

    async def _end(self) -> None:
        if self._server and self._serving:
            self._server.should_exit = True
            await asyncio.wrap_future(self._serving)
        if self._app is not None:
            for client in (self._app.http_client, self._app.api.conversations.http):
                await client.http.aclose()

    async def _prepare(self) -> None:
        os.environ["PYTHON_DOTENV_DISABLED"] = "1"  # else a stray .env in the working directory becomes configuration
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the library warns of its own classes, at import and when it makes them
            self._app = self._made()
        self._app.use(self.door.received)
        await self._app.initialize()

    def _made(self) -> Any:
        from microsoft_teams.api.auth.cloud_environment import PUBLIC, with_overrides
        from microsoft_teams.apps import App
        from microsoft_teams.common.http import ClientOptions

        cloud, mine = self._cloud, self._identity
        signed = with_overrides(PUBLIC, openid_metadata_url=cloud.keys or None, token_issuer=cloud.issuer or None)
        self.door.issuer = "" if cloud.unchecked else signed.token_issuer
        return App(
            client_id=mine.client_id,
            tenant_id=mine.tenant,
            token=lambda scope, tenant=None: mine.token(scope),  # noqa: ARG005 - the library passes it; ours has one tenant
            client=ClientOptions(timeout=_TIMEOUT),
            cloud=signed,
            service_url="https://smba.trafficmanager.net/teams",  # given, so that no variable of the environment changes it
            dangerously_allow_unauthenticated_requests=cloud.unchecked,
            http_server_adapter=self.door,
            telemetry={"agent365": False},
        )


def _message(card: Mapping[str, Any]) -> Any:
    from microsoft_teams.api import Attachment, MessageActivityInput

    attachment = Attachment(content_type=CARD_TYPE, content=dict(card))
    return MessageActivityInput(summary=card.get("fallbackText"), attachments=[attachment])


def _rest(value: str) -> float:
    return float(value) if value.isdecimal() else 0.0
