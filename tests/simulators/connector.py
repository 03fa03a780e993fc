"""Teams' bot connector as the bot sees it: conversations, threads, edits, its limits, its faults on demand, and signed activities.

Sizes and rates after Microsoft's documentation: 28 KB a message (413), 7 messages a second in a thread (429), 404 for what it does
not know. A message that was taken although the answer was an error (504 after acceptance) is shown all the same.
"""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.simulators.browser import served

ISSUER = "https://api.botframework.com"
MOST_BYTES = 28 << 10
A_SECOND = 7
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
STRANGE_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Fault:
    """One answer that goes wrong: for a method, with a status; `accepted` when the thing was done nevertheless."""

    method: str
    status: int
    retry_after: str = ""
    accepted: bool = False


@dataclass
class Message:
    """A message as the channel shows it."""

    id: str
    thread: str
    activity: dict[str, Any]
    edits: int = 0

    @property
    def card(self) -> dict[str, Any]:
        """Its card."""
        content: dict[str, Any] = self.activity["attachments"][0]["content"]
        return content


@dataclass
class Connector:
    """The service. `good` says whether a bearer token is one of ours; `members` are the accounts of each conversation."""

    good: Callable[[str], bool] = bool
    most_a_second: int = A_SECOND
    conversations: dict[str, list[Message]] = field(default_factory=dict)
    members: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    faults: deque[Fault] = field(default_factory=deque)
    log: list[tuple[str, str, int]] = field(default_factory=list)
    address: str = ""

    def __post_init__(self) -> None:
        self._ids = itertools.count(1_795_000_000_000)
        self._turn = threading.Lock()
        self._times: dict[str, deque[float]] = defaultdict(deque)

    @contextmanager
    def running(self) -> Iterator[Connector]:
        """On a free port of this machine."""
        answered = self._answered
        one = "/v3/conversations/{conversation}/activities"
        routes = [
            Route("/keys", self._keys, methods=["GET"]),
            Route(one, answered, methods=["POST"]),
            Route(one + "/{message}", answered, methods=["PUT"]),
            Route("/v3/conversations/{conversation}/members/{account}", answered, methods=["GET"]),
        ]
        with served(Starlette(routes=routes)) as address:
            self.address = address
            yield self

    def shown(self, conversation: str, thread: str = "") -> list[Message]:
        """What stands in a channel, or in the thread of a message."""
        return [m for m in self.conversations[conversation] if m.thread == thread]

    def remove(self, conversation: str, message: str) -> None:
        """Somebody deletes a message."""
        kept = [m for m in self.conversations[conversation] if m.id != message]
        self.conversations[conversation] = kept

    def token(self, audience: str, *, key: rsa.RSAPrivateKey = KEY, **claims: Any) -> str:
        """A token as the service signs it; `claims` replace its own."""
        now = int(time.time())
        own = {"iss": ISSUER, "aud": audience, "iat": now, "nbf": now, "exp": now + 600, "serviceurl": self.address}
        return jwt.encode({**own, **claims}, key, "RS256", headers={"kid": "sleutel-1"})

    async def _keys(self, request: Request) -> Response:
        del request
        key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
        return JSONResponse({"keys": [{**key, "kid": "sleutel-1", "use": "sig", "endorsements": ["msteams"]}]})

    async def _answered(self, request: Request) -> Response:
        body = await request.body()
        answer = await run_in_threadpool(self._answer, request, body)
        self.log.append((request.method, request.url.path, answer.status_code))
        return answer

    def _answer(self, request: Request, body: bytes) -> Response:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not self.good(token):
            return _error(401, "Unauthorized")
        with self._turn:
            fault = self.faults[0] if self.faults and self.faults[0].method == request.method else None
            if fault:
                self.faults.popleft()
            if fault and not fault.accepted:
                return _error(fault.status, "Fault", fault.retry_after)
            done = self._done(request, body)
            return _error(fault.status, "Fault", fault.retry_after) if fault else done

    def _done(self, request: Request, body: bytes) -> Response:
        conversation, _, thread = request.path_params["conversation"].partition(";messageid=")
        if conversation not in self.conversations:
            return _error(404, "ConversationNotFound")
        if request.method == "GET":
            account = request.path_params["account"]
            known = account in self.members[conversation]
            return JSONResponse({"id": account, "name": ""}) if known else _error(404, "MemberNotFoundInConversation")
        if len(body) > MOST_BYTES:
            return _error(413, "MessageSizeTooBig")
        if self._too_often(f"{conversation};{thread}"):
            return _error(429, "RetryLater", "1")
        activity = json.loads(body)
        if request.method == "POST":
            return self._posted(conversation, thread, activity)
        return self._edited(conversation, request.path_params["message"], activity)

    def _posted(self, conversation: str, thread: str, activity: dict[str, Any]) -> Response:
        messages = self.conversations[conversation]
        if thread and not any(m.id == thread for m in messages):
            return _error(404, "ActivityNotFoundInConversation")
        messages.append(Message(str(next(self._ids)), thread, activity))
        return JSONResponse({"id": messages[-1].id}, 201)

    def _edited(self, conversation: str, message: str, activity: dict[str, Any]) -> Response:
        for known in self.conversations[conversation]:
            if known.id == message:
                known.activity, known.edits = activity, known.edits + 1
                return JSONResponse({"id": message})
        return _error(404, "ActivityNotFoundInConversation")

    def _too_often(self, thread: str) -> bool:
        times, now = self._times[thread], time.monotonic()
        while times and now - times[0] > 1:
            times.popleft()
        times.append(now)
        return len(times) > self.most_a_second


def _error(status: int, code: str, retry_after: str = "") -> Response:
    headers = {"Retry-After": retry_after} if retry_after else {}
    return JSONResponse({"error": {"code": code, "message": code}}, status, headers)
