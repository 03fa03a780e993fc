"""The port `Sender` over SMTP submission (RFC 6409), with drafts and copies in folders of an IMAP mailbox where there is one.

When does a server have a mail? From its 250 after the last line on (RFC 5321 §4.2.5). The last line is sent by itself here, so that
a line lost before it is known to have sent nothing; lost after it, nobody can tell, and SMTP has no question to ask.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from intake.errors import MailRefused, MailUnsure, SenderAway
from intake.mailboxes.imap_line import Encryption, is_loopback
from intake.ports import Fate, OutgoingMail

_LOST = (smtplib.SMTPException, OSError)
_REST = 60.0
"""Seconds after which a server is tried again that cannot be had now."""
_SERVICE_CLOSING = 421


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mail is submitted and how to get in; times in seconds. `port` 0: 465 for implicit TLS, 587 else. `user` "": no login.

    Raises `ValueError` for a line that would carry mail and password unencrypted to another machine.
    """

    host: str
    user: str = ""
    password: str = field(default="", repr=False)
    port: int = 0
    encryption: Encryption = Encryption.STARTTLS
    ca_file: Path | None = None
    connect_seconds: float = 15.0
    answer_seconds: float = 60.0

    def __post_init__(self) -> None:
        if self.encryption is Encryption.NONE_ONLY_FOR_LOOPBACK and not is_loopback(self.host):
            raise ValueError(f"an unencrypted line to {self.host} would carry mail and password in the clear; use TLS")


class Folders(Protocol):
    """Where drafts and copies of what was sent are kept."""

    def keep_draft(self, mail: OutgoingMail) -> str:
        """Lay a mail among the drafts, once; returns a reference."""
        ...

    def keep_sent(self, mail: OutgoingMail) -> None:
        """Lay a copy among what was sent, once."""
        ...

    def has_sent(self, message_id: str) -> bool:
        """Whether a mail lies among what was sent."""
        ...

    def close(self) -> None:
        """Give the line back."""
        ...


class SmtpSender:
    """One connection for each mail: mails are few, and a line kept open would mostly be found dead."""

    def __init__(self, server: SmtpServer, folders: Folders | None = None) -> None:
        self.name = f"smtp:{server.host}"
        self._server = server
        self._folders = folders

    def prepare(self, mail: OutgoingMail) -> str:
        """SMTP prepares nothing."""
        del mail
        return ""

    def send(self, mail: OutgoingMail, reference: str) -> str:
        """Submit it; the copy among what was sent is the folders' matter, and its failure does not undo the sending."""
        del reference
        with self._line() as line:
            answer = _submit(line, mail)
        if self._folders:
            with contextlib.suppress(SenderAway, MailRefused, MailUnsure):
                self._folders.keep_sent(mail)
        return answer

    def fate(self, mail: OutgoingMail, reference: str) -> Fate:
        """A copy among what was sent proves it; that there is none proves nothing."""
        del reference
        return Fate.SENT if self._folders and self._folders.has_sent(mail.message_id) else Fate.UNKNOWN

    def draft(self, mail: OutgoingMail) -> str:
        """Lay it in the folder of drafts."""
        if self._folders is None:
            raise MailRefused("no_drafts", f"{self.name}: SMTP knows no drafts; an IMAP mailbox is needed for them")
        return self._folders.keep_draft(mail)

    def close(self) -> None:
        """Give the line of the folders back."""
        if self._folders:
            self._folders.close()

    def check(self) -> str:
        """Log in and out again; returns what encrypts the line. Raises what `send` raises."""
        with self._line() as line:
            sock = line.sock
            return str(sock.version()) if isinstance(sock, ssl.SSLSocket) else "no encryption"

    @contextlib.contextmanager
    def _line(self) -> Iterator[smtplib.SMTP]:
        """A line that is encrypted and logged in. Nothing was sent when this fails."""
        try:
            line = self._connected()
        except ssl.SSLCertVerificationError as error:
            told = f"{self.name}: its certificate is not trusted ({error.verify_message}); a person must look"
            raise MailRefused("untrusted_server", told) from error
        except _LOST as error:
            raise SenderAway(f"{self.name} cannot be reached ({type(error).__name__})", _REST) from error
        try:
            self._log_in(line)
            yield line
        finally:
            with contextlib.suppress(*_LOST):
                line.quit()
            line.close()

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        context = ssl.create_default_context(cafile=server.ca_file)
        if server.encryption is Encryption.IMPLICIT:
            line: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port or 465, timeout=server.connect_seconds, context=context
            )
        else:
            line = smtplib.SMTP(server.host, server.port or 587, timeout=server.connect_seconds)
        with contextlib.ExitStack() as undo:
            undo.callback(line.close)
            line.ehlo_or_helo_if_needed()
            if server.encryption is Encryption.STARTTLS:
                if not line.has_extn("starttls"):
                    told = f"{self.name} does not offer STARTTLS; a person must look, nothing was sent"
                    raise MailRefused("untrusted_server", told)
                line.starttls(context=context)
                line.ehlo()
            assert line.sock is not None
            line.sock.settimeout(server.answer_seconds)
            undo.pop_all()
        return line

    def _log_in(self, line: smtplib.SMTP) -> None:
        if not self._server.user:
            return
        try:
            line.login(self._server.user, self._server.password)
        except smtplib.SMTPAuthenticationError as error:
            if 400 <= error.smtp_code < 500:  # noqa: PLR2004 - RFC 4954 §6: a passing failure
                raise SenderAway(f"{self.name} cannot judge the login now", _REST) from error
            raise MailRefused("login_refused", f"{self.name} refuses the login of {self._server.user}") from error
        except smtplib.SMTPNotSupportedError as error:
            raise MailRefused("login_refused", f"{self.name} takes no login on this line") from error
        except _LOST as error:
            raise SenderAway(f"{self.name}: the line was lost at the login ({type(error).__name__})", _REST) from error


def _submit(line: smtplib.SMTP, mail: OutgoingMail) -> str:
    try:
        options = ["BODY=8BITMIME"] if line.has_extn("8bitmime") and not mail.raw.isascii() else []
        _expect(line.mail(mail.sender, options), 250)
        for recipient in mail.recipients:
            _expect(line.rcpt(recipient), 250)
        _expect(line.docmd("DATA"), 354)
        line.send(_with_dots(mail.raw))
    except _LOST as error:
        raise SenderAway(f"the line was lost before the mail was whole ({type(error).__name__})", _REST) from error
    try:
        line.send(b".\r\n")
        code, answer = line.getreply()
    except _LOST as error:
        raise MailUnsure(f"the line was lost after the last line of the mail ({type(error).__name__})") from error
    _expect((code, answer), 250)
    return f"{code} {answer.decode('utf-8', 'replace')}"


def _expect(answer: tuple[int, bytes], wanted: int) -> None:
    """RFC 5321 §4.2.1: 4xx passes, 5xx stays. The server's words may name an address, so only its numbers are told."""
    code, text = answer
    if code == wanted or (wanted == 250 and code == 251):  # noqa: PLR2004 - 251: the server forwards
        return
    status = re.match(rb"\s*([245]\.\d{1,3}\.\d{1,3})", text)
    told = status[1].decode() if status else str(code)
    if code == _SERVICE_CLOSING or 400 <= code < 500 or code < 0:  # noqa: PLR2004
        raise SenderAway(f"the mail server does not take the mail now ({told})", _REST * 5)
    raise MailRefused(told, f"the mail server refuses the mail ({told})")


def _with_dots(raw: bytes) -> bytes:
    """Line ends CRLF, a dot before each line that begins with one (RFC 5321 §4.5.2), the last line ended."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", raw)
    doubled = re.sub(rb"(?m)^\.", b"..", lines)
    return doubled if doubled.endswith(b"\r\n") else doubled + b"\r\n"
