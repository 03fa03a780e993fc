"""A real SMTP server on 127.0.0.1 (aiosmtpd) that misbehaves on demand, with STARTTLS, implicit TLS and login."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from intake.mailboxes.imap_line import Encryption
from intake.outgoing.smtp import SmtpServer
from tests.simulators.certificates import ServerCertificate
from tests.simulators.process import free_port

USER, PASSWORD = "loket", "geheim"


class Mood(StrEnum):
    """What the server does with the next mail."""

    ACCEPTS = "accepts"
    BUSY = "busy"
    GREYLISTS = "greylists"
    REFUSES_RECIPIENT = "refuses_recipient"
    REFUSES_CONTENT = "refuses_content"
    DROPS_BEFORE_DATA = "drops_before_data"
    LOSES = "loses"
    TAKES_AND_DROPS = "takes_and_drops"


class SmtpStandIn:
    """The server; `got` are the mails that it took, as (sender, recipients, bytes)."""

    def __init__(
        self, *, certificate: ServerCertificate | None = None, implicit: bool = False, login: bool = False
    ) -> None:
        self.mood = Mood.ACCEPTS
        self.got: list[tuple[str, list[str], bytes]] = []
        self.port = free_port()
        context = _context(certificate) if certificate else None
        plain: dict[str, Any] = {"timeout": 10}
        if login:
            # aiosmtpd takes TLS from the first byte for no TLS, and warns when a login is asked for without it.
            plain |= {"authenticator": _check, "auth_required": not implicit, "auth_require_tls": not implicit}
        if context:
            plain |= {"ssl_context": context} if implicit else {"tls_context": context, "require_starttls": True}
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, **plain)

    @contextlib.contextmanager
    def running(self) -> Iterator[SmtpStandIn]:
        """Start and stop it."""
        try:
            self._controller.start()
            yield self
        finally:
            self._controller.stop(no_assert=True)

    def settings(self, **changes: Any) -> SmtpServer:
        """How the adapter reaches it."""
        plain: dict[str, Any] = {
            "host": "127.0.0.1",
            "port": self.port,
            "encryption": Encryption.NONE_ONLY_FOR_LOOPBACK,
            "connect_seconds": 5.0,
            "answer_seconds": 3.0,
        }
        return SmtpServer(**(plain | changes))

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        if self.mood is Mood.DROPS_BEFORE_DATA:
            server.transport.abort()
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.mood is Mood.GREYLISTS:
            return "450 4.7.1 <jan@politie.example> greylisted, come back"
        if self.mood is Mood.REFUSES_RECIPIENT:
            return "550 5.1.1 <jan@politie.example> unknown here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        if self.mood is Mood.BUSY:
            return "451 4.3.0 try later"
        if self.mood is Mood.REFUSES_CONTENT:
            return "554 5.7.1 not this"
        if self.mood is not Mood.LOSES:
            content = envelope.content
            assert isinstance(content, bytes)
            self.got.append((envelope.mail_from or "", list(envelope.rcpt_tos), content))
        if self.mood in {Mood.LOSES, Mood.TAKES_AND_DROPS}:
            server.transport.abort()
        return "250 2.0.0 queued as 4F2A"


def _context(certificate: ServerCertificate) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate.certificate, certificate.key)
    return context


def _check(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    good = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=good, handled=good)  # `handled` on a failure would leave the client without an answer
