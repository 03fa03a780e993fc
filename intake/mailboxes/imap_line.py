"""One line to an IMAP server: connect, encrypt, log in, open the folder; every failure told apart by who must act.

Traps of imapclient 4.1 that are handled here: its login methods turn a line that dies during the login (`abort`) into a
`LoginError`, which would tell a person that a good password is bad; its `oauth2_login` answers the server's error message with
the token again; `login` cannot carry a password outside ASCII.
"""

from __future__ import annotations

import contextlib
import imaplib
import ipaddress
import logging
import re
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import CapabilityError, LoginError

from intake.errors import FolderMissing, LoginRefused, MailboxError, UntrustedServer

LINE_LOST = (imaplib.IMAP4.error, OSError, ValueError)
"""imapclient's two families of failure (abort, NO, BAD; socket, TLS, time-out) and what its parser says to a nonsense answer."""

_TEMPORARY = re.compile(r"\[(UNAVAILABLE|INUSE|LIMIT|SERVERBUG)\b", re.IGNORECASE)
"""Response codes of RFC 5530 that pass by themselves."""

# At DEBUG imapclient logs the whole conversation: addresses, subjects, content. No setting of ours may switch that on.
logging.getLogger("imapclient").setLevel(logging.WARNING)
logging.getLogger("imapclient.imaplib").setLevel(logging.WARNING)


class Encryption(StrEnum):
    """How the line is encrypted. Without encryption only this machine itself can be reached."""

    IMPLICIT = "implicit"
    STARTTLS = "starttls"
    NONE_ONLY_FOR_LOOPBACK = "none_only_for_loopback"


@dataclass(frozen=True, slots=True)
class Password:
    """Log in with a password: SASL PLAIN (RFC 4616, UTF-8) where offered, else the command LOGIN."""

    user: str
    password: str = field(repr=False)

    def login(self, client: Any) -> None:
        """Log in; raises what imapclient raises."""
        if client.has_capability("AUTH=PLAIN"):
            answer = f"\0{self.user}\0{self.password}".encode()
            client.sasl_login("PLAIN", lambda _challenge: answer)
        else:
            client.login(self.user, self.password)


@dataclass(frozen=True, slots=True)
class XOAuth2:
    """Log in with an access token (XOAUTH2). `token` is called at every login, so that a new line gets a fresh token.

    `token` itself raises `MailboxError` when no token can be had now and `LoginRefused` when a person must act.
    """

    user: str
    token: Callable[[], str] = field(repr=False)

    def login(self, client: Any) -> None:
        """Log in; raises what imapclient or `token` raises."""
        answer = f"user={self.user}\1auth=Bearer {self.token()}\1\1".encode()
        # A second challenge is the server's error message, which is answered with nothing.
        client.sasl_login("XOAUTH2", lambda challenge: b"" if challenge else answer)


@dataclass(frozen=True, slots=True)
class ImapServer:
    """Where the mailbox is and how to get in; times in seconds. `port` 0: 993 for implicit TLS, 143 else.

    Raises `ValueError` for a line that would carry mail and password unencrypted to another machine.
    """

    host: str
    credentials: Password | XOAuth2
    folder: str = "INBOX"
    port: int = 0
    encryption: Encryption = Encryption.IMPLICIT
    ca_file: Path | None = None
    connect_seconds: float = 15.0
    answer_seconds: float = 60.0

    def __post_init__(self) -> None:
        if self.encryption is Encryption.NONE_ONLY_FOR_LOOPBACK and not is_loopback(self.host):
            raise ValueError(f"an unencrypted line to {self.host} would carry mail and password in the clear; use TLS")


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is logged in with the folder open for reading (EXAMINE)."""

    client: Any
    uidvalidity: int


def open_line(server: ImapServer) -> Line:
    """Connect, log in and open the folder read-only.

    Raises `UntrustedServer`, `LoginRefused` and `FolderMissing` when a person must act, `MailboxError` when it may pass.
    """
    with _as_mailbox_error(f"{server.host} cannot be reached"):
        client = _connect(server)
    with contextlib.ExitStack() as undo:
        undo.callback(hang_up, client)
        _login(server, client)
        line = Line(client, examine(client, server.folder))
        undo.pop_all()
    return line


def said(error: BaseException) -> str:
    """What failed, for a log: never the server's free text, which may quote a subject or an address."""
    if isinstance(error, OSError):
        return f"{type(error).__name__}: {error.strerror or error}"
    code = re.search(r"\[([A-Z-]{3,40})[] ]", str(error))
    return f"{type(error).__name__} [{code.group(1)}]" if code else type(error).__name__


def examine(client: Any, folder: str) -> int:
    """Open the folder for reading only and return its UIDVALIDITY (RFC 3501, EXAMINE)."""
    with _as_mailbox_error(f"the folder {folder!r} cannot be opened now"):
        try:
            answer = client.select_folder(folder, readonly=True)
        except imaplib.IMAP4.error as error:
            if not isinstance(error, imaplib.IMAP4.abort) and _is_missing(client, folder, str(error)):
                raise FolderMissing(f"the folder {folder!r} does not exist on the server; mend the setting") from error
            raise
        if b"UIDVALIDITY" not in answer:
            raise MailboxError(
                f"the server gives no UIDVALIDITY for the folder {folder!r}; without it mail has no name"
            )
        return int(answer[b"UIDVALIDITY"])


def hang_up(client: Any) -> None:
    """Close the socket at once, without a word to the server; the line may already be dead."""
    with contextlib.suppress(*LINE_LOST):
        client.shutdown()


def log_out(client: Any) -> None:
    """Say goodbye, but wait no longer than two seconds for the answer."""
    with contextlib.suppress(*LINE_LOST):
        client.socket().settimeout(2)
        client.logout()
    hang_up(client)


def wake(client: Any) -> None:
    """Cut the line under another thread that reads from it or waits on it; that thread then sees the end of the line.

    The unbound method, because `SSLSocket.shutdown` takes the TLS object away from under the reader.
    """
    with contextlib.suppress(OSError):
        socket.socket.shutdown(client.socket(), socket.SHUT_RDWR)


def _trusted(server: ImapServer) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=server.ca_file)
    except OSError as error:
        raise UntrustedServer(
            f"the certificates of ca_file {server.ca_file} cannot be read; mend the setting"
        ) from error


def _connect(server: ImapServer) -> Any:
    context = _trusted(server)
    implicit = server.encryption is Encryption.IMPLICIT
    port = server.port or (993 if implicit else 143)
    limits = SocketTimeout(connect=server.connect_seconds, read=server.answer_seconds)
    client = IMAPClient(server.host, port, ssl=implicit, ssl_context=context, timeout=limits)
    client.normalise_times = False  # aware times
    if server.encryption is Encryption.STARTTLS:
        try:
            client.starttls(context)
        except CapabilityError as error:
            hang_up(client)
            raise UntrustedServer(
                f"{server.host} does not offer STARTTLS; a person must look, nothing was sent"
            ) from error
        except LINE_LOST:
            hang_up(client)
            raise
    return client


def _login(server: ImapServer, client: Any) -> None:
    with _as_mailbox_error(f"{server.host} cannot judge the login now"):
        try:
            server.credentials.login(client)
        except LoginError as error:
            if isinstance(error.__context__, imaplib.IMAP4.abort) or _TEMPORARY.search(str(error)):
                raise
            raise LoginRefused(f"{server.host} refused the login of {server.credentials.user}; mend it") from error
        except UnicodeEncodeError as error:
            raise LoginRefused(f"{server.host} takes only ASCII user names and passwords") from error


def _is_missing(client: Any, folder: str, answer: str) -> bool:
    """After a refused EXAMINE: NONEXISTENT (RFC 5530) or not in the list means that it is not there.

    BAD says nothing about the folder: Exchange answers so when it has no room for the session.
    """
    if _TEMPORARY.search(answer) or "command error: BAD" in answer:
        return False
    return "[NONEXISTENT]" in answer.upper() or not client.list_folders("", folder)


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, by its name or number alone; no name is resolved."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


@contextlib.contextmanager
def _as_mailbox_error(what: str) -> Iterator[None]:
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise UntrustedServer(
            f"{what}: its certificate is not trusted ({error.verify_message}); a person must look"
        ) from error
    except LINE_LOST as error:
        raise MailboxError(f"{what} ({said(error)}); it is tried again") from error
