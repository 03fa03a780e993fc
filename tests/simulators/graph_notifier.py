"""The side of Graph that calls out: handshake, change notifications and lifecycle notifications, also twice, late or never."""

from __future__ import annotations

import http.client
import itertools
import json
import threading
import time
from dataclasses import dataclass
from queue import Queue
from typing import Any
from urllib.parse import quote, urlsplit

from tests.simulators.entra import TENANT
from tests.simulators.graph_faults import Faults

TWICE, LATE, LOST = "twice", "late", "lost"


@dataclass
class Subscribed:
    """One subscription."""

    id: str
    asked: dict[str, Any]
    expires: str
    reauthorized: int = 0

    def as_json(self) -> dict[str, Any]:
        """As Graph shows it: without clientState."""
        shown = {
            name: self.asked.get(name)
            for name in ("changeType", "notificationUrl", "lifecycleNotificationUrl", "resource")
        }
        return {"id": self.id, **shown, "expirationDateTime": self.expires, "clientState": None}


class Notifier:
    """Subscriptions and their deliveries, in the order of a queue of its own thread."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.subscriptions: dict[str, Subscribed] = {}
        self.answers: list[int] = []
        """The status of every delivery."""
        self._numbers = itertools.count(1)
        self._queue: Queue[tuple[str, dict[str, Any]] | None] = Queue()
        threading.Thread(target=self._deliver, daemon=True).start()

    def subscribe(self, asked: dict[str, Any]) -> Subscribed | None:
        """After a handshake with both addresses; None when one fails."""
        addresses = [asked["notificationUrl"], asked.get("lifecycleNotificationUrl")]
        if not all(_shakes_hands(address) for address in addresses if address):
            return None
        made = Subscribed(f"sub-{next(self._numbers)}", asked, asked["expirationDateTime"])
        self.subscriptions[made.id] = made
        return made

    def changed(self, message: str) -> None:
        """Tell every subscriber that a message was created."""
        for found in list(self.subscriptions.values()):
            if self.faults.happens(LOST):
                continue
            told = {**self._about(found), "changeType": "created", "resource": f"Users/u/Messages/{message}"}
            told["resourceData"] = {"@odata.type": "#Microsoft.Graph.Message", "id": message}
            copies = 2 if self.faults.happens(TWICE) else 1
            if self.faults.happens(LATE):
                threading.Timer(0.3, self._put, [found, told, copies]).start()
            else:
                self._put(found, told, copies)

    def lifecycle(self, event: str) -> None:
        """`reauthorizationRequired`, `subscriptionRemoved` (it is gone then) or `missed`."""
        for found in list(self.subscriptions.values()):
            if event == "subscriptionRemoved":
                del self.subscriptions[found.id]
            address = found.asked.get("lifecycleNotificationUrl")
            if address:
                self._queue.put((address, {"value": [{**self._about(found), "lifecycleEvent": event}]}))

    def close(self) -> None:
        """End the thread."""
        self._queue.put(None)

    def settle(self, deliveries: int, seconds: float = 5) -> None:
        """Wait until so many were answered."""
        end = time.monotonic() + seconds
        while len(self.answers) < deliveries:
            assert time.monotonic() < end, "no delivery"
            time.sleep(0.01)

    def _put(self, found: Subscribed, told: dict[str, Any], copies: int) -> None:
        for _ in range(copies):
            self._queue.put((found.asked["notificationUrl"], {"value": [told]}))

    def _about(self, found: Subscribed) -> dict[str, Any]:
        return {
            "subscriptionId": found.id,
            "subscriptionExpirationDateTime": found.expires,
            "clientState": found.asked.get("clientState"),
            "tenantId": TENANT,
        }

    def _deliver(self) -> None:
        while (item := self._queue.get()) is not None:
            address, value = item
            self.answers.append(_post(address, json.dumps(value).encode(), "application/json")[0])


def _shakes_hands(address: str) -> bool:
    token = "Validation: Testing client application reachability 1+1=2 é"
    status, kind, body = _post(f"{address}?validationToken={quote(token)}", b"", "text/plain; charset=utf-8")
    return status == 200 and kind.startswith("text/plain") and body.decode() == token


def _post(address: str, body: bytes, kind: str) -> tuple[int, str, bytes]:
    parts = urlsplit(address)
    line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    try:
        line.request("POST", parts.path + (f"?{parts.query}" if parts.query else ""), body, {"Content-Type": kind})
        answer = line.getresponse()
        return answer.status, answer.getheader("Content-Type") or "", answer.read()
    except OSError:
        return 0, "", b""
    finally:
        line.close()
