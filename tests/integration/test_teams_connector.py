"""Our stand-in for Teams' connector behaves as Teams is documented to: limits, threads, faults, tokens."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import jwt
import pytest

from tests.simulators.connector import ISSUER, MOST_BYTES, STRANGE_KEY, Connector, Fault
from tests.simulators.teams import CHANNEL, CLIENT
from tests.simulators.workflow import Workflow


@pytest.fixture
def connector() -> Iterator[Connector]:
    with Connector(good=lambda token: token == "goed").running() as running:
        running.conversations[CHANNEL] = []
        running.members[CHANNEL] = {"29:anna"}
        yield running


def ask(
    connector: Connector, method: str, rest: str = "", *, conversation: str = CHANNEL, **more: object
) -> httpx.Response:
    """One request with a good token."""
    address = f"{connector.address}/v3/conversations/{conversation}/activities{rest}"
    body = {"type": "message", "attachments": [{"content": {"n": 1}}], **more}
    return httpx.request(method, address, json=body, headers={"Authorization": "Bearer goed"})


def test_a_message_gets_an_id_that_edits_and_threads_know(connector: Connector) -> None:
    """Ids are digits; a thread is `conversation;messageid=id`; what is not there is 404."""
    first = ask(connector, "POST").json()["id"]
    assert first.isdecimal()
    assert ask(connector, "PUT", f"/{first}").status_code == 200
    assert ask(connector, "POST", conversation=f"{CHANNEL};messageid={first}").status_code == 201
    assert [m.edits for m in connector.shown(CHANNEL)] == [1]
    assert len(connector.shown(CHANNEL, first)) == 1
    assert ask(connector, "PUT", "/1").status_code == 404
    assert ask(connector, "POST", conversation=f"{CHANNEL};messageid=1").status_code == 404
    assert ask(connector, "POST", conversation="19:anders@thread.tacv2").status_code == 404


def test_what_is_larger_than_28_kb_is_refused(connector: Connector) -> None:
    """And not shown."""
    assert ask(connector, "POST", text="x" * MOST_BYTES).status_code == 413
    assert ask(connector, "POST", text="x" * (MOST_BYTES - 1000)).status_code == 201
    assert len(connector.shown(CHANNEL)) == 1


def test_the_eighth_message_in_a_second_is_refused(connector: Connector) -> None:
    """In one thread; with the seconds to rest."""
    connector.most_a_second = 3
    answers = [ask(connector, "POST") for _ in range(4)]
    assert [a.status_code for a in answers] == [201, 201, 201, 429]
    assert answers[-1].headers["Retry-After"] == "1"


def test_faults_come_in_turn_and_may_hide_that_it_was_done(connector: Connector) -> None:
    """A 504 after acceptance leaves the message there."""
    connector.faults.extend([Fault("POST", 429, retry_after="7"), Fault("POST", 504, accepted=True), Fault("PUT", 412)])
    assert ask(connector, "POST").headers["Retry-After"] == "7"
    assert len(connector.shown(CHANNEL)) == 0
    assert ask(connector, "POST").status_code == 504
    assert len(connector.shown(CHANNEL)) == 1
    assert ask(connector, "PUT", f"/{connector.shown(CHANNEL)[0].id}").status_code == 412
    assert connector.shown(CHANNEL)[0].edits == 0


def test_only_our_tokens_are_good(connector: Connector) -> None:
    """Without one, or with another, nothing is done; members are asked the same way."""
    address = f"{connector.address}/v3/conversations/{CHANNEL}"
    for headers in ({}, {"Authorization": "Bearer slecht"}):
        assert httpx.post(f"{address}/activities", json={}, headers=headers).status_code == 401
    good = {"Authorization": "Bearer goed"}
    assert httpx.get(f"{address}/members/29:anna", headers=good).status_code == 200
    assert httpx.get(f"{address}/members/29:bram", headers=good).status_code == 404


def test_what_it_signs_is_checked_with_the_key_that_it_shows(connector: Connector) -> None:
    """As any client of Microsoft's would: key by its id from the address of the keys."""
    keys = jwt.PyJWKClient(f"{connector.address}/keys")
    token = connector.token(CLIENT)
    claims = jwt.decode(token, keys.get_signing_key_from_jwt(token).key, ["RS256"], audience=CLIENT, issuer=ISSUER)
    assert claims["serviceurl"] == connector.address
    forged = connector.token(CLIENT, key=STRANGE_KEY)
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(forged, keys.get_signing_key_from_jwt(forged).key, ["RS256"], audience=CLIENT)


def test_a_flow_takes_what_holds_its_secret_and_is_not_too_large() -> None:
    """The address is the key."""
    with Workflow().running() as flow:
        message = {"type": "message", "attachments": [{"content": {"n": 1}}]}
        assert httpx.post(flow.address, json=message).status_code == 202
        assert httpx.post(flow.address.replace("geheim", "x"), json=message).status_code == 401
        assert httpx.post(flow.address, json={**message, "x": "x" * MOST_BYTES}).status_code == 413
        assert flow.cards == [{"n": 1}]
