"""The stand-ins for Graph and Entra themselves: what they refuse, what they notice, and that Microsoft's schema judges them."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from tests.simulators import graph_faults as fault
from tests.simulators.graph_faults import Faults
from tests.simulators.graph_house import Microsoft
from tests.simulators.graph_schema import EXTRACT, GraphSchema
from tests.simulators.graph_server import MAILBOX
from tests.simulators.http_server import HttpServer, Quiet

pytestmark = [pytest.mark.server]
IMMUTABLE = {"Prefer": 'IdType="ImmutableId"'}
MAIL = b"Subject: Signaal\r\n\r\nGeachte heer,\r\n"
PARTS = (
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nZie bijlagen.\r\n--b\r\nContent-Type: application/pdf; '
    b'name="a.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0x\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n'
    b"Subject: binnen\r\n\r\nx\r\n--b--\r\n"
)


@pytest.fixture
def microsoft(tmp_path: Path) -> Iterator[Microsoft]:
    """Both servers, for one test."""
    with Microsoft(tmp_path) as servers:
        yield servers


@pytest.fixture
def client(microsoft: Microsoft) -> Iterator[httpx.Client]:
    """A client with a good token and an address below the mailbox."""
    headers = {"Authorization": f"Bearer {microsoft.entra.book.issue()}"}
    base = f"{microsoft.graph.url}/users/{quote(MAILBOX)}"
    with httpx.Client(base_url=base, headers=headers, trust_env=False) as opened:
        yield opened


@pytest.fixture(scope="module")
def schema() -> GraphSchema:
    """Microsoft's own description."""
    if not EXTRACT.exists():
        pytest.skip("../shared/reference/data/graph-mail.openapi.json is not here")
    return GraphSchema()


@pytest.mark.parametrize(
    ("method", "target", "body", "wrong"),
    [
        ("GET", "/users/u/messages/m/nonsense", b"", "no such route"),
        ("GET", "/users/u/messages?$colour=red", b"", "unknown query parameter"),
        ("PATCH", "/users/u/messages/m", b'{"importance": "huge"}', "huge"),
        ("POST", "/subscriptions", b'{"changeType": "created"}', "required"),
        ("POST", "/users/u/messages/m/move", b'{"destination": "x"}', "unexpected"),
        ("POST", "/users/u/messages/m/move", b"", "body is missing"),
    ],
)
def test_a_wrong_request_is_noticed(schema: GraphSchema, method: str, target: str, body: bytes, wrong: str) -> None:
    """The judge can say no: to routes, parameters, bodies, enumerations."""
    assert wrong in " ".join(schema.request(method, target, "application/json", body))


@pytest.mark.parametrize(
    ("status", "kind", "value", "wrong"),
    [
        (200, "application/json", {"value": []}, "not valid"),
        (200, "application/json", {"value": [{"id": 1}], "@odata.deltaLink": "x"}, "not valid"),
        (404, "application/json", {"error": "weg"}, "not of type"),
        (204, "", None, "not described"),
    ],
)
def test_a_wrong_answer_is_noticed(schema: GraphSchema, status: int, kind: str, value: object, wrong: str) -> None:
    """Also the stand-in's own mistakes: a page without a link, an id that is a number, an error that is none."""
    body = json.dumps(value).encode() if value is not None else b""
    found = schema.answer("GET", "/users/u/mailFolders/f/messages/delta", status, kind, body)
    assert wrong in " ".join(found)


def test_an_immutable_id_survives_a_move_and_an_ordinary_one_does_not(
    microsoft: Microsoft, client: httpx.Client
) -> None:
    """Who forgets the header loses the mail when a person drags it elsewhere."""
    stored = microsoft.graph.deliver(MAIL)
    ordinary = client.get("/mailFolders/inbox/messages/delta").json()["value"][0]["id"]
    immutable = client.get("/mailFolders/inbox/messages/delta", headers=IMMUTABLE).json()["value"][0]["id"]
    microsoft.graph.store.move(stored, "archive")
    assert client.get(f"/messages/{ordinary}/$value").status_code == 404
    assert client.get(f"/messages/{immutable}/$value", headers=IMMUTABLE).content == MAIL


def test_a_delta_tells_in_pages_what_came_left_and_changed(microsoft: Microsoft, client: httpx.Client) -> None:
    """A page has a next link or a delta link; what left the folder is removed; an old link is forgotten."""
    first, second, third = (microsoft.graph.deliver(MAIL) for _ in range(3))
    microsoft.graph.page_size = 2
    page = client.get("/mailFolders/inbox/messages/delta").json()
    assert len(page["value"]) == 2
    page = client.get(page["@odata.nextLink"]).json()
    assert len(page["value"]) == 1
    link = page["@odata.deltaLink"]
    microsoft.graph.store.delete(first)
    microsoft.graph.store.move(second, "archive")
    client.patch(f"/messages/{third.id}", json={"categories": ["Loket"]})
    microsoft.graph.page_size = 0
    items = client.get(link, headers=IMMUTABLE).json()["value"]
    assert {i["id"] for i in items if "@removed" in i} == {first.id, second.id}
    assert [i["id"] for i in items if "@removed" not in i] == [third.id]
    microsoft.graph.store.forget()
    assert client.get(link).status_code == 410
    assert microsoft.graph.wrong == []


def test_attachments_stand_apart_and_a_link_has_no_bytes(microsoft: Microsoft, client: httpx.Client) -> None:
    """A file, a mail in a mail, and a file that stayed in OneDrive."""
    stored = microsoft.graph.deliver(PARTS, links=("Signaal.docx",))
    listed = client.get(f"/messages/{stored.id}/attachments").json()["value"]
    answers = [client.get(f"/messages/{stored.id}/attachments/{a['id']}/$value") for a in listed]
    assert [a["@odata.type"].rpartition(".")[2] for a in listed] == [
        "fileAttachment",
        "itemAttachment",
        "referenceAttachment",
    ]
    assert [a.status_code for a in answers] == [200, 200, 405]
    assert answers[0].content == b"%PDF-1"
    assert microsoft.graph.wrong == []


def test_more_than_three_in_flight_are_throttled_and_noticed(tmp_path: Path) -> None:
    """The fourth gets a 429, and the stand-in remembers that it happened."""
    faults = Faults(rates={fault.SLOW: 1.0}, slow_seconds=0.3)
    with Microsoft(tmp_path, faults=faults) as servers, ThreadPoolExecutor(4) as pool:
        headers = {"Authorization": f"Bearer {servers.entra.book.issue()}"}
        together = threading.Barrier(4)

        def ask() -> int:
            together.wait()
            return httpx.get(f"{servers.graph.url}/users/{MAILBOX}/mailFolders/inbox", headers=headers).status_code

        answers = [f.result() for f in [pool.submit(ask) for _ in range(4)]]
        assert sorted(answers) == [200, 200, 200, 429]
        assert servers.graph.most_in_flight == 4


def test_faults_strike_where_they_are_planned(microsoft: Microsoft, client: httpx.Client) -> None:
    """429 with Retry-After, who comes too early is noticed, 503, 504 after the work was done, 401 for a token that ended."""
    stored = microsoft.graph.deliver(MAIL)
    faults, at = microsoft.graph.faults, f"/messages/{stored.id}"
    faults.plan(fault.THROTTLED, fault.UNAVAILABLE, fault.TIMED_OUT, fault.EXPIRED, at=at)
    throttled = client.patch(at, json={"categories": ["a"]})
    assert (throttled.status_code, throttled.headers["Retry-After"]) == (429, "1")
    time.sleep(0.2)
    assert client.patch(at, json={"categories": ["b"]}).status_code == 503
    assert microsoft.graph.disobeyed == 1
    assert stored.categories == []
    assert client.patch(at, json={"categories": ["c"]}).status_code == 504
    assert stored.categories == ["c"]
    assert client.get(at).status_code == 401
    assert client.get(at).status_code == 401, "an ended token stays so"


def test_a_truncated_body_is_seen_as_such(microsoft: Microsoft, client: httpx.Client) -> None:
    """The line breaks half-way: no client may take the half for the whole."""
    stored = microsoft.graph.deliver(MAIL)
    microsoft.graph.faults.plan(fault.TRUNCATED)
    with pytest.raises(httpx.RemoteProtocolError):
        client.get(f"/messages/{stored.id}/$value")


def test_without_a_token_nothing_is_told(microsoft: Microsoft) -> None:
    """401, as an error of Graph's form."""
    answer = httpx.get(f"{microsoft.graph.url}/users/{MAILBOX}/mailFolders/inbox", trust_env=False)
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "InvalidAuthenticationToken"


class _Deaf(Quiet):
    """Answers 200 but gives no token back."""

    def answer(self) -> None:
        self.body()
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()


def test_a_subscription_needs_the_handshake(microsoft: Microsoft, client: httpx.Client) -> None:
    """An address that does not give the token back is refused."""
    with HttpServer(_Deaf) as deaf:
        asked = {
            "changeType": "created",
            "notificationUrl": f"{deaf.address}/n",
            "resource": "users/u/messages",
            "expirationDateTime": "2026-12-01T00:00:00Z",
        }
        refused = client.post(f"{microsoft.graph.url}/subscriptions", json=asked)
    assert refused.status_code == 400
    assert microsoft.graph.notifier.subscriptions == {}
