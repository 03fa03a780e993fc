"""A Graph server on 127.0.0.1 for one mailbox: what the real SDK asks, answered and judged by Microsoft's own schema."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

from tests.simulators import graph_faults as fault
from tests.simulators.entra import TokenBook
from tests.simulators.graph_faults import Faults
from tests.simulators.graph_notifier import Notifier
from tests.simulators.graph_outbox import Outbox
from tests.simulators.graph_schema import EXTRACT, GraphSchema
from tests.simulators.graph_store import GraphStore, Stored, StoredFile, files_of, is_meeting_request
from tests.simulators.http_server import HttpServer, Quiet

VERSION = "/v1.0"
MAILBOX = "loket@example.nl"
MOST = 3
"""Requests in flight that are allowed; Exchange allows four."""
_YOUNG = 6
"""A token that served less often does not end before its time: no credential of the world helps against that."""


class Refused(Exception):  # noqa: N818 - states the fact
    """An answer that is an error."""

    def __init__(self, status: int, code: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(code)
        self.status, self.code, self.headers = status, code, headers or {}


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came, and what the schema says of it and of its answer."""

    method: str
    target: str
    status: int
    prefer: str
    request_id: str
    wrong: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Request:
    """A request, taken apart."""

    method: str
    path: tuple[str, ...]
    query: dict[str, str]
    prefer: str
    body: bytes

    @property
    def immutable(self) -> bool:
        return 'IdType="ImmutableId"' in self.prefer


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer; no type on an empty one."""

    status: int
    body: bytes = b""
    media_type: str = ""


class GraphServer(HttpServer):
    """The stand-in. `may_write` and `known_mailboxes` are the application's rights; `faults` what goes wrong."""

    def __init__(self, book: TokenBook, faults: Faults | None = None) -> None:
        self.store = GraphStore()
        self.outbox = Outbox(self.store)
        self.book = book
        self.faults = faults or Faults()
        self.schema = GraphSchema() if EXTRACT.exists() else None
        self.may_read = self.may_write = self.may_send = True
        self.reach = {MAILBOX}
        """Mailboxes that the application may open; others are there but refused."""
        self.terse = False
        """A delta tells of each message by its id only, as of one where something else changed."""
        self.page_size = 0
        """0 = as the client asks."""
        self.log: list[Asked] = []
        self.most_in_flight = 0
        self.disobeyed = 0
        """Requests that came before the time that Retry-After named."""
        self.notifier = Notifier(self.faults)
        self._in_flight = 0
        self._not_before = self._resting_from = 0.0
        self._turn = threading.Lock()
        server = self

        class Handler(Quiet):
            """One request."""

            def answer(self) -> None:
                server.handle(self)

        super().__init__(Handler)

    @property
    def url(self) -> str:
        return self.address + VERSION

    @property
    def wrong(self) -> list[str]:
        """What the schema found in all requests and answers so far."""
        return [f"{asked.method} {asked.target}: {wrong}" for asked in self.log for wrong in asked.wrong]

    def __exit__(self, *error: object) -> None:
        self.notifier.close()
        super().__exit__(*error)

    def deliver(self, raw: bytes, folder: str = "inbox", *, links: tuple[str, ...] = ()) -> Stored:
        """A mail comes in, and who subscribed is told."""
        stored = self.store.deliver(raw, folder, links=links)
        self.notifier.changed(stored.id)
        return stored

    def handle(self, line: Quiet) -> None:
        """Answer one request; it is in flight until the last byte but one has gone."""
        body = line.body()
        target = line.path.removeprefix(VERSION)
        with self._turn:
            self._in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self._in_flight)
            crowded = self._in_flight > MOST
            self.disobeyed += self._resting_from < time.monotonic() < self._not_before - 0.02
        done = threading.Event()

        def leave() -> None:
            if not done.is_set():
                done.set()
                with self._turn:
                    self._in_flight -= 1

        try:
            answer, headers, half = self._answered(line, target, body, crowded=crowded)
            self._note(line, target, body, answer)
            _write(line, answer, headers, half, leave)
        finally:
            leave()

    def _answered(self, line: Quiet, target: str, body: bytes, *, crowded: bool) -> tuple[Answer, dict[str, str], bool]:
        """Answer, further headers, and whether the line breaks half-way."""
        try:
            token = line.headers.get("Authorization", "").removeprefix("Bearer ")
            struck = self._struck(line.command, target, token)
            if struck == fault.SLOW:
                time.sleep(self.faults.slow_seconds)
            self._fail_before(fault.THROTTLED if crowded else struck, token)
            parts = urlsplit(target)
            path = tuple(unquote(p) for p in parts.path.strip("/").split("/"))
            query = {k: v[0] for k, v in parse_qs(parts.query).items()}
            prefer = ", ".join(line.headers.get_all("Prefer") or ())
            answer = self._route(Request(line.command, path, query, prefer, body))
            self._fail_after(struck)
        except Refused as refused:
            value = {"error": {"code": refused.code, "message": "told as Graph tells it"}}
            return Answer(refused.status, json.dumps(value).encode(), "application/json"), refused.headers, False
        return answer, {}, struck == fault.TRUNCATED

    def _struck(self, method: str, target: str, token: str) -> str | None:
        possible = {fault.THROTTLED, fault.UNAVAILABLE, fault.TIMED_OUT, fault.SLOW}
        if method == "GET":
            possible.add(fault.TRUNCATED)
        if "deltatoken" in target:
            possible.add(fault.FORGOTTEN)
        if self.book.uses[token] >= _YOUNG:
            possible.add(fault.EXPIRED)
        return self.faults.strike(target, frozenset(possible))

    def _fail_before(self, struck: str | None, token: str) -> None:
        if struck == fault.EXPIRED:
            self.book.revoked.add(token)
        if not self.book.use(token):
            raise Refused(401, "InvalidAuthenticationToken")
        if struck == fault.THROTTLED:
            raise Refused(429, "ApplicationThrottled", self._rest())
        if struck == fault.UNAVAILABLE:
            raise Refused(503, "ServiceUnavailable")
        if struck == fault.INTERNAL:
            raise Refused(500, "ErrorInternalServerError")
        if struck == fault.FORGOTTEN:
            raise Refused(410, "SyncStateNotFound")

    def _fail_after(self, struck: str | None) -> None:
        if struck == fault.TIMED_OUT:
            raise Refused(504, "GatewayTimeout")

    def _rest(self) -> dict[str, str]:
        with self._turn:
            self._resting_from = time.monotonic() + 0.1  # what is on its way already could not know
            self._not_before = time.monotonic() + self.faults.retry_after
        return {"Retry-After": str(self.faults.retry_after)}

    def _note(self, line: Quiet, target: str, body: bytes, answer: Answer) -> None:
        wrong: list[str] = []
        if self.schema:
            sent = line.headers.get("Content-Type", "")
            wrong += self.schema.request(line.command, target, sent, body)
            wrong += self.schema.answer(line.command, target, answer.status, answer.media_type, answer.body)
        prefer = ", ".join(line.headers.get_all("Prefer") or ())
        request_id = line.headers.get("client-request-id", "")
        with self._turn:
            self.log.append(Asked(line.command, target, answer.status, prefer, request_id, tuple(wrong)))

    def _route(self, asked: Request) -> Answer:
        if asked.path[0] == "subscriptions":
            return self._subscriptions(asked)
        self._check_mailbox(asked.path[1])
        match asked.method, asked.path[2:]:
            case "GET", ("mailFolders",):
                return self._folders(asked)
            case "POST", ("mailFolders",):
                self._check_write()
                name = self.store.new_folder(str(json.loads(asked.body)["displayName"]))
                return _json(self._folder_json(self._folder(name)), 201)
            case "GET", ("messages",):
                found = self.outbox.found(asked.query.get("$filter", ""))
                return _json({"value": [_select(draft.as_json(), asked, keep=("id",)) for draft in found]})
            case "POST", ("messages",):
                self._check_write()
                return _json(self.outbox.create(asked.body, None).as_json(), 201)
            case "GET", ("mailFolders", folder):
                return _json(self._folder_json(self._folder(folder)))
            case "GET", ("mailFolders", folder, "messages", "delta" | "delta()"):
                return self._delta(asked, self._folder(folder))
            case method, ("messages", *_) if method != "GET" and not self.may_write:
                raise Refused(403, "ErrorAccessDenied")
            case method, ("messages", key, *rest):
                return self._message(asked, method, self._found(key), rest)
        raise Refused(404, "UnknownError")

    def _check_mailbox(self, mailbox: str) -> None:
        if mailbox.lower() not in {known.lower() for known in self.reach}:
            raise Refused(404, "ErrorInvalidUser") if "onbekend" in mailbox else Refused(403, "ErrorAccessDenied")
        if not self.may_read:
            raise Refused(403, "ErrorAccessDenied")

    def _check_write(self) -> None:
        if not self.may_write:
            raise Refused(403, "ErrorAccessDenied")

    def _draft(self, asked: Request, method: str, stored: Stored, rest: list[str]) -> Answer | None:
        """What is asked of a draft, or makes one; None for anything else."""
        draft = self.outbox.drafts.get(stored.id)
        match method, rest:
            case "POST", ["createReply"]:
                return _json(self.outbox.create(asked.body, stored).as_json(), 201)
            case "POST", ["send"]:
                if not self.may_send or draft is None or not draft.is_draft:
                    raise Refused(403 if not self.may_send else 400, "ErrorAccessDenied")
                self.outbox.send(draft)
                return Answer(202)
            case "PATCH", [] if draft:
                self.outbox.change(draft, asked.body)
                return _json(draft.as_json())
            case "GET", [] if draft:
                return _json(_select(draft.as_json(), asked, keep=("id",)))
        return None

    def _message(self, asked: Request, method: str, stored: Stored, rest: list[str]) -> Answer:
        if (of_draft := self._draft(asked, method, stored, rest)) is not None:
            return of_draft
        match method, rest:
            case "GET", []:
                return _json(self._message_json(stored, asked))
            case "PATCH", []:
                return self._patch(stored, asked)
            case "POST", ["move"]:
                self.store.move(stored, str({k.lower(): v for k, v in json.loads(asked.body).items()}["destinationid"]))
                return _json(self._message_json(stored, asked), 201)
            case "GET", ["$value"]:
                if stored.broken:
                    raise Refused(500, "ErrorMimeContentConversionFailed")
                return Answer(200, stored.raw, "text/plain")
            case "GET", ["attachments"]:
                listed = [_select(f.as_json(), asked, keep=("id",)) for f in files_of(stored)]
                return _json({"value": listed})
            case "GET", ["attachments", key, "$value"]:
                return _file(next((f for f in files_of(stored) if f.id == key), None))
        raise Refused(404, "UnknownError")

    def _patch(self, stored: Stored, asked: Request) -> Answer:
        sent = json.loads(asked.body)
        stored.categories = list(sent.get("categories", stored.categories))
        stored.read = bool(sent.get("isRead", stored.read))
        self.store.touch(stored)
        return _json(self._message_json(stored, asked))

    def _folders(self, asked: Request) -> Answer:
        wanted = asked.query.get("$filter", "").partition("eq '")[2].rstrip("'").replace("''", "'")
        ids = [key for key, name in self.store.folders.items() if not wanted or name == wanted]
        return _json({"value": [_select(self._folder_json(key), asked, keep=("id",)) for key in ids]})

    def _folder_json(self, key: str) -> dict[str, Any]:
        inside = [m for m in self.store.messages.values() if m.folder == key]
        return {
            "id": key,
            "displayName": self.store.folders[key],
            "totalItemCount": len(inside),
            "unreadItemCount": sum(not m.read for m in inside),
        }

    def _delta(self, asked: Request, folder: str) -> Answer:
        """Everything that changed between two positions of the log, in pages; the last one has the link for the next time."""
        state = asked.query.get("$skiptoken") or asked.query.get("$deltatoken")
        epoch, since, until, skip = (int(n) for n in (state or f"{self.store.epoch}.0.-1.0").split("."))
        if epoch != self.store.epoch:
            raise Refused(410, "SyncStateNotFound")
        until = self.store.position() if until < 0 else until
        changed = self.store.changed(folder, since, until)
        items = [self._changed_json(key, stored, asked) for key, stored in changed if stored or since]
        size = self.page_size or _page_size(asked.prefer)
        base = f"{self.url}/users/{quote(asked.path[1])}/mailFolders/{folder}/messages/delta"
        answer: dict[str, Any] = {"value": items[skip : skip + size]}
        if skip + size < len(items):
            answer["@odata.nextLink"] = f"{base}?$skiptoken={epoch}.{since}.{until}.{skip + size}"
        else:
            answer["@odata.deltaLink"] = f"{base}?$deltatoken={epoch}.{until}.-1.0"
        return _json(answer)

    def _changed_json(self, key: str, stored: Stored | None, asked: Request) -> dict[str, Any]:
        if stored is None:
            return {"id": key, "@removed": {"reason": "deleted"}}
        properties = "id" if self.terse else "receivedDateTime"
        selecting = Request(asked.method, asked.path, {"$select": properties}, asked.prefer, b"")
        return self._message_json(stored, selecting)

    def _message_json(self, stored: Stored, asked: Request) -> dict[str, Any]:
        sort = "eventMessageRequest" if is_meeting_request(stored.raw) else "message"
        value = {
            "@odata.type": f"#microsoft.graph.{sort}",
            "id": stored.id if asked.immutable else stored.ordinary_id,
            "receivedDateTime": stored.received.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "hasAttachments": any(not f.inline for f in files_of(stored)),
            "isRead": stored.read,
            "categories": stored.categories,
            "parentFolderId": stored.folder,
        }
        return _select(value, asked, keep=("id",))

    def _subscriptions(self, asked: Request) -> Answer:
        match asked.method, asked.path[1:]:
            case "GET", ():
                return _json({"value": [s.as_json() for s in self.notifier.subscriptions.values()]})
            case "POST", ():
                made = self.notifier.subscribe(json.loads(asked.body))
                if made is None:
                    raise Refused(400, "ValidationError")
                return _json(made.as_json(), 201)
            case method, (key, *rest) if key in self.notifier.subscriptions:
                if method == "DELETE":
                    del self.notifier.subscriptions[key]
                    return Answer(204)
                found = self.notifier.subscriptions[key]
                if method == "PATCH":
                    found.expires = str(json.loads(asked.body)["expirationDateTime"])
                elif rest == ["reauthorize"]:
                    found.reauthorized += 1
                    return Answer(204)
                return _json(found.as_json())
        raise Refused(404, "ResourceNotFound")

    def _folder(self, name: str) -> str:
        if key := self.store.folder_id(name):
            return key
        raise Refused(404, "ErrorItemNotFound") if name.startswith("AAMk") else Refused(400, "ErrorInvalidIdMalformed")

    def _found(self, key: str) -> Stored:
        if stored := self.store.find(key):
            return stored
        raise Refused(404, "ErrorItemNotFound") if key.startswith("AAMk") else Refused(400, "ErrorInvalidIdMalformed")


def _write(line: Quiet, answer: Answer, headers: dict[str, str], half: bool, leave: Callable[[], None]) -> None:
    with contextlib.suppress(ConnectionError):
        line.send_response(answer.status)
        if answer.media_type:
            line.send_header("Content-Type", answer.media_type)
        for name, value in headers.items():
            line.send_header(name, value)
        line.send_header("Content-Length", str(len(answer.body)))
        if not answer.body:
            leave()
        line.end_headers()
        if half:
            line.wfile.write(answer.body[: len(answer.body) // 2])
            line.close_connection = True
            return
        line.wfile.write(answer.body[:-1])
        leave()
        line.wfile.write(answer.body[-1:])


def _json(value: dict[str, Any], status: int = 200) -> Answer:
    return Answer(status, json.dumps(value).encode(), "application/json")


def _file(found: StoredFile | None) -> Answer:
    if found is None:
        raise Refused(404, "ErrorItemNotFound")
    if found.content is None:
        raise Refused(405, "ErrorInvalidRequest")
    return Answer(200, found.content, found.media_type or "application/octet-stream")


def _select(value: dict[str, Any], asked: Request, *, keep: tuple[str, ...]) -> dict[str, Any]:
    wanted = asked.query.get("$select")
    if wanted is None:
        return value
    names = {*wanted.split(","), *keep}
    return {name: v for name, v in value.items() if name in names or name.startswith("@")}


def _page_size(prefer: str) -> int:
    size = prefer.partition("odata.maxpagesize=")[2].partition(",")[0]
    return int(size) if size else 10
