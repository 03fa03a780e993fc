"""Our side of Graph's notifications: the mailbox, its subscription, and the two addresses on a port of their own."""

from __future__ import annotations

import datetime as dt
import socket
import threading
import time
from typing import Any, Self

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.notifications import with_notifications
from intake.mailboxes.graph import GraphMailbox
from intake.mailboxes.graph_subscription import NOTIFICATIONS, Subscription
from tests.simulators.graph_house import Microsoft


class SteppingClock:
    """The port `Clock`, moved by hand."""

    def __init__(self) -> None:
        self.moment = dt.datetime.now(dt.UTC)

    def now(self) -> dt.datetime:
        return self.moment


class Office:
    """`with` starts and stops it; the mailbox may be put in its place anew, as after a restart."""

    def __init__(self, microsoft: Microsoft) -> None:
        self.microsoft = microsoft
        self.line = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.line.getsockname()[1]}"
        self.clock = SteppingClock()
        self.mailbox: GraphMailbox = microsoft.mailbox()
        self.subscription = Subscription(self.mailbox, self.address, self.clock)
        pages = Starlette(routes=[Route("/", lambda _: PlainTextResponse("pagina"))])
        app = with_notifications(pages, self.subscription)
        self.server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off"))
        self._thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self.line]}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.subscription.close()
        self.mailbox.close()
        self.server.should_exit = True
        self._thread.join()
        self.line.close()

    def restart(self) -> None:
        """Another adapter in the place of this one."""
        self.mailbox.close()
        self.mailbox = self.microsoft.mailbox()
        self.subscription._mailbox = self.mailbox

    def told(self, state: str, path: str = NOTIFICATIONS, **event: Any) -> int:
        """Somebody posts an event with this clientState; returns the status."""
        (found,) = self.microsoft.graph.notifier.subscriptions.values()
        value = {"subscriptionId": found.id, "clientState": state, "changeType": "created", **event}
        return httpx.post(self.address + path, json={"value": [value]}, trust_env=False).status_code

    def woken(self, seconds: float = 0.25) -> bool:
        """Whether `wait` ends before its time; the mailbox is not looked at meanwhile."""
        start = time.monotonic()
        self.mailbox.wait(seconds)
        woken = time.monotonic() - start < seconds * 0.9
        self.mailbox._woken.clear()
        return woken
