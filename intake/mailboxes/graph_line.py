"""The line to Microsoft Graph: one event loop in a thread of its own, at most three requests in flight, one scheduler of pauses.

Traps of msgraph-sdk 1.65 that are handled here: its retry handler repeats POSTs and sleeps in place, so it is off and `ask`
decides; its token provider sends the token to any host that a link names unless hosts are listed; it reads bodies whole, so mail
and files are streamed with httpx; its first use imports 1,200 modules, which happens in this thread and not in a caller's.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import random
import ssl
import threading
import time
import uuid
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from concurrent.futures import CancelledError
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

from intake.errors import MailboxError, MessageTooLarge, UntrustedServer
from intake.mailboxes.backoff import Backoff
from intake.mailboxes.graph_errors import Refusal, rest_of, told
from intake.mailboxes.graph_hosts import HOSTS, check_host, is_loopback
from intake.mailboxes.graph_login import SCOPE, Tokens

URL = "https://graph.microsoft.com/v1.0"
IN_FLIGHT = 3
"""Exchange allows four at a time for one application; one stays free for a person's script."""
IMMUTABLE = 'IdType="ImmutableId"'
TRIES = 4
NEW_TOKENS = 2
"""Tokens asked anew for one request; when Graph refuses the last as well, the login itself is refused."""
LINE_LOST = 599
"""Our own status for no answer, or half of one."""
_CHUNK = 1 << 16  # bytes
_Result = TypeVar("_Result")
_token: ContextVar[str] = ContextVar("graph_token")

# At INFO httpx logs every address, which names the mailbox and its messages.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class GraphServer:
    """Which mailbox and folder, and how to get in; times in seconds. `url` ends in the version, as `…/v1.0`.

    `folder` is a well-known name (`inbox`), an id, or the name of a folder at the top of the mailbox. `patience` is the longest
    pause that a request waits out; a longer one ends the call, and `Mailbox.wait` rests. Raises `ValueError` for a foreign host.
    """

    mailbox: str
    tokens: Tokens
    folder: str = "inbox"
    url: str = URL
    ca_file: Path | None = None
    connect_seconds: float = 10.0
    answer_seconds: float = 60.0
    patience: float = 20.0
    backoff: Backoff = Backoff(first=0.5, cap=60.0)  # noqa: RUF009 - a frozen value

    def __post_init__(self) -> None:
        check_host(self.url, HOSTS, "Microsoft Graph")


class GraphLine:
    """Requests to one mailbox, from any thread. `run` is for callers outside the loop; the `async` methods run in it."""

    def __init__(self, server: GraphServer, name: str) -> None:
        self.server = server
        self.name = name
        self.sdk: Any = None
        """The SDK's client (`GraphServiceClient`), there within the loop."""
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._failure: Exception | None = MailboxError(f"{name}: the Graph SDK cannot be loaded; install loketbs anew")
        self._submitting = threading.RLock()
        self._closed = False
        self._slots = asyncio.Semaphore(IN_FLIGHT)
        self._backoff = server.backoff
        self._not_before = 0.0
        threading.Thread(target=self._main, name="graph", daemon=True).start()

    def run(self, work: Callable[[], Coroutine[Any, Any, _Result]]) -> _Result:
        """Do `work` in the loop and wait for it. Raises the failures of `intake.errors`; nothing of the SDK comes out."""
        self._ready.wait()
        if self._failure:
            raise self._failure
        with self._submitting:
            if self._closed:
                raise MailboxError(f"{self.name}: the mailbox was closed")
            future = asyncio.run_coroutine_threadsafe(work(), self._loop)
        try:
            return future.result()
        except CancelledError:
            raise MailboxError(f"{self.name}: the mailbox was closed") from None
        except Refusal as refusal:
            raise told(refusal, self.name, self.server.folder) from refusal

    def close(self) -> None:
        """Break off what is busy; waits for nobody, safe to call twice and from a signal handler."""
        with self._submitting:
            if not self._closed:
                self._closed = True
                self._loop.call_soon_threadsafe(self._loop.create_task, self._end())

    def resting(self) -> float:
        """Seconds for which the server wants to be left alone, or for which we leave it alone after a failure."""
        return max(0.0, self._not_before - time.monotonic())

    async def ask(self, request: Callable[[], Awaitable[_Result]], *, repeat: bool = True) -> _Result:
        """One request, again after what passes by itself; `repeat` False for a POST, whose outcome may be unknown.

        Raises `Refusal` with the last answer, `UntrustedServer`, and what `Tokens` raises.
        """
        attempt = denied = 0
        while True:
            attempt += 1
            if self.resting() > self.server.patience:
                raise Refusal(429, "Resting", self.resting())
            async with self._slots:
                token = await asyncio.to_thread(self.server.tokens.token)
                while rest := self.resting():  # noqa: ASYNC110 - another request may lengthen it meanwhile
                    await asyncio.sleep(rest)
                _token.set(token)
                try:
                    answer = await request()
                except self._foreign as error:
                    refusal = _refusal(error)
                else:
                    self._backoff = self._backoff.reset()
                    return answer
                self._note(refusal, token)
            if refusal.status == 401 and repeat and denied < NEW_TOKENS:  # noqa: PLR2004 - HTTP
                denied, attempt = denied + 1, attempt - 1  # a token that ended says nothing about the login
                continue
            if not refusal.passes or not repeat or attempt == TRIES or self.resting() > self.server.patience:
                raise refusal

    async def read(self, path: Sequence[str], limit: int) -> bytes:
        """The bytes at `path` below the mailbox, streamed; `MessageTooLarge` as soon as there are more than `limit`."""
        address = f"{self.server.url}/users/{'/'.join(quote(p, safe='$') for p in (self.server.mailbox, *path))}"
        return await self.ask(lambda: self._stream(address, limit))

    async def _stream(self, address: str, limit: int) -> bytes:
        headers = {
            "Authorization": f"Bearer {_token.get()}",
            "Prefer": IMMUTABLE,
            "client-request-id": str(uuid.uuid4()),
            "Accept-Encoding": "identity",
        }
        raw = bytearray()
        async with self._streaming.stream("GET", address, headers=headers) as answer:
            if answer.status_code != 200:  # noqa: PLR2004 - HTTP
                raise Refusal(answer.status_code, _code(await answer.aread()), rest_of(answer.headers, None))
            size = int(answer.headers.get("Content-Length", 0))
            async for chunk in answer.aiter_raw(_CHUNK):
                raw += chunk
                if max(size, len(raw)) > limit:
                    raise MessageTooLarge(
                        f"a message has more than {limit} bytes; it stays in the mailbox, look at it there"
                    )
        return bytes(raw)

    def _note(self, refusal: Refusal, token: str) -> None:
        """What this refusal means for the next requests: a new token, or a pause for all of them."""
        if refusal.status == 401:  # noqa: PLR2004 - HTTP
            self.server.tokens.renew(token)
        if refusal.passes:
            self._backoff = self._backoff.failed()
            rest = refusal.rest if refusal.rest is not None else self._backoff.delay(random.random)
            self._not_before = max(self._not_before, time.monotonic() + rest)

    def _main(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self.sdk, self._streaming, self._lines, self._foreign = _clients(self.server)
            self._failure = None
        except OSError as error:  # the file of own certificate authorities
            self._failure = UntrustedServer(
                f"the certificates of {self.server.ca_file} cannot be read ({error.strerror})"
            )
            return
        finally:
            self._ready.set()
        self._loop.run_forever()
        self._loop.close()

    async def _end(self) -> None:
        busy = asyncio.all_tasks() - {asyncio.current_task()}
        for task in busy:
            task.cancel()
        await asyncio.gather(*busy, return_exceptions=True)
        for lines in self._lines:
            await lines.aclose()
        await asyncio.sleep(0.01)  # a socket closes one turn of the loop later
        self._loop.stop()


class _GivenToken:
    """The credential that the SDK sees: the token that `ask` took for this very request."""

    def get_token(self, *_scopes: str, **_options: Any) -> Any:
        from azure.core.credentials import AccessToken

        return AccessToken(_token.get(), int(time.time()) + 60)


def _clients(server: GraphServer) -> tuple[Any, Any, list[Any], tuple[type[Exception], ...]]:
    """The SDK, a client that streams, what must be closed, and what both raise. Slow at the first call: see the module."""
    import httpx
    from kiota_abstractions.api_error import APIError
    from kiota_authentication_azure.azure_identity_authentication_provider import AzureIdentityAuthenticationProvider
    from kiota_http.middleware.options import RedirectHandlerOption, RetryHandlerOption
    from msgraph import GraphRequestAdapter, GraphServiceClient
    from msgraph.generated.models.message import Message
    from msgraph.graph_request_adapter import options
    from msgraph_core import GraphClientFactory

    def client() -> Any:
        return httpx.AsyncClient(
            timeout=httpx.Timeout(server.answer_seconds, connect=server.connect_seconds),
            verify=ssl.create_default_context(cafile=server.ca_file),
            trust_env=not is_loopback(server.url),  # an administrator's proxy
            limits=httpx.Limits(max_connections=IN_FLIGHT),
        )

    handlers = {
        **options,
        RetryHandlerOption.get_key(): RetryHandlerOption(max_retries=0, should_retry=False),
        RedirectHandlerOption.get_key(): RedirectHandlerOption(should_redirect=False),
    }
    host = urlsplit(server.url).hostname
    login = AzureIdentityAuthenticationProvider(_GivenToken(), scopes=[SCOPE], allowed_hosts=[host])
    typed, streaming = client(), client()
    # The factory puts its own transport around these and then forgets to close them.
    lines = [typed._transport, *filter(None, typed._mounts.values()), streaming]  # noqa: SLF001 - httpx shows them nowhere
    adapter = GraphRequestAdapter(
        login, GraphClientFactory.create_with_default_middleware(client=typed, options=handlers)
    )
    adapter.base_url = server.url  # before the client is made, which reads it
    sdk = GraphServiceClient(request_adapter=adapter)
    user = sdk.users.by_user_id("-")  # each step imports its modules: 2 s that no mail should wait for
    _ = (user.mail_folders.by_mail_folder_id("-").messages.delta, user.messages.by_message_id("-").attachments)
    Message().get_field_deserializers()
    return sdk, streaming, lines, (APIError, Refusal, httpx.HTTPError, OSError, ValueError)


def _refusal(error: Exception) -> Refusal:
    """What the SDK or httpx raised, as one sort. A lost line is a refusal with status 599, which passes."""
    if isinstance(error, Refusal):
        return error
    causes = [error, error.__cause__, error.__context__, getattr(error.__cause__, "__context__", None)]
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes) or "CERTIFICATE_VERIFY" in str(error):
        raise UntrustedServer("the certificate of Graph's address is not trusted; a person must look") from error
    status = getattr(error, "response_status_code", None)
    if status is None:
        return Refusal(LINE_LOST, type(error).__name__)
    headers: Mapping[str, Any] = getattr(error, "response_headers", None) or {}
    return Refusal(status, str(getattr(getattr(error, "error", None), "code", None) or ""), rest_of(headers, None))


def _code(body: bytes) -> str:
    with contextlib.suppress(ValueError, TypeError, KeyError):
        return str(json.loads(body)["error"]["code"])
    return ""
