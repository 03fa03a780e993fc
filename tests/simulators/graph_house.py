"""Entra and Graph together, and how the adapter reaches them: what the tests of the Graph mailbox start."""

from __future__ import annotations

import contextlib
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from intake.mailboxes.backoff import Backoff
from intake.mailboxes.graph import GraphMailbox
from intake.mailboxes.graph_line import GraphServer
from intake.mailboxes.graph_login import ClientSecret, Tokens
from tests.simulators.certificates import ServerCertificate, server_certificate
from tests.simulators.entra import CLIENT, SECRET, TENANT, Entra
from tests.simulators.graph_faults import Faults
from tests.simulators.graph_server import MAILBOX
from tests.simulators.graph_server import GraphServer as GraphStandIn

SECRET_LOGIN = ClientSecret(TENANT, CLIENT, SECRET)


class Microsoft:
    """Both servers; `with` starts and stops them. `folder` holds the certificate of the token server."""

    def __init__(self, folder: Path, *, faults: Faults | None = None, certificates: tuple[Path, ...] = ()) -> None:
        self.tls: ServerCertificate = server_certificate(folder / "entra")
        self.entra = Entra(self.tls, certificates)
        self.graph = GraphStandIn(self.entra.book, faults)

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as stack:
            stack.enter_context(self.entra)
            stack.enter_context(self.graph)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def tokens(self, identity: Any = SECRET_LOGIN) -> Tokens:
        """Tokens of an identity, from our Entra."""
        return Tokens(identity, authority=self.entra.address, ca_file=self.tls.certificate)

    def server(self, **changes: Any) -> GraphServer:
        """How the adapter reaches our Graph."""
        plain: dict[str, Any] = {
            "mailbox": MAILBOX,
            "tokens": self.tokens(),
            "url": self.graph.url,
            "answer_seconds": 10.0,
            "patience": 3.0,
            "backoff": Backoff(first=0.02, cap=0.2),
        }
        return GraphServer(**(plain | changes))

    def mailbox(self, folder: str = "inbox", **changes: Any) -> GraphMailbox:
        """A new adapter on a folder."""
        return GraphMailbox(self.server(folder=folder, **changes), poll_seconds=0.2)
