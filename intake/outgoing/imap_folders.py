"""Drafts and sent mail in folders of an IMAP mailbox: laid there with APPEND, once, and found again by their Message-ID.

Server and login are those of the mailbox that is watched; the line is its own and short, so that watching is not disturbed.
"""

from __future__ import annotations

import contextlib
import imaplib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from intake.errors import FolderMissing, MailboxError, MailRefused, MailUnsure, PersonNeeded, SenderAway
from intake.mailboxes.imap_line import LINE_LOST, ImapServer, hang_up, log_out, open_line
from intake.ports import OutgoingMail

_REST = 60.0


class ImapFolders:
    """The two folders of one mailbox."""

    def __init__(self, server: ImapServer, drafts: str, sent: str) -> None:
        self._server = server
        self._drafts = drafts
        self._sent = sent

    def keep_draft(self, mail: OutgoingMail) -> str:
        r"""With \Draft, so that mail programs open it for writing."""
        return self._keep(self._drafts, mail, [rb"\Draft", rb"\Seen"])

    def keep_sent(self, mail: OutgoingMail) -> None:
        """Read, as a mail program leaves it there."""
        self._keep(self._sent, mail, [rb"\Seen"])

    def has_sent(self, message_id: str) -> bool:
        """Whether it lies there."""
        with self._folder(self._sent) as client:
            return bool(_by_id(client, message_id))

    def close(self) -> None:
        """Every call has its own line: nothing is open."""

    def _keep(self, folder: str, mail: OutgoingMail, flags: list[bytes]) -> str:
        with self._folder(folder) as client:
            if not (found := _by_id(client, mail.message_id)):
                client.append(folder, mail.raw, flags)
                client.noop()
                found = _by_id(client, mail.message_id)
            return f"{folder}/{found[-1]}" if found else folder

    @contextlib.contextmanager
    def _folder(self, name: str) -> Iterator[Any]:
        """A line with the folder open for reading; made first where it is missing. An APPEND twice is found and not repeated."""
        try:
            client = self._opened(name)
        except PersonNeeded as error:
            raise MailRefused("login_refused", str(error)) from error
        except MailboxError as error:
            raise SenderAway(str(error), _REST) from error
        try:
            yield client
        except imaplib.IMAP4.abort as error:
            raise MailUnsure(f"the line to {name!r} was lost") from error
        except LINE_LOST as error:
            raise SenderAway(f"the folder {name!r} takes no mail now ({type(error).__name__})", _REST) from error
        finally:
            log_out(client)

    def _opened(self, name: str) -> Any:
        server = replace(self._server, folder=name)
        try:
            return open_line(server).client
        except FolderMissing:
            line = open_line(self._server)
            with contextlib.ExitStack() as undo:
                undo.callback(hang_up, line.client)
                with contextlib.suppress(*LINE_LOST):
                    line.client.create_folder(name)
            return open_line(server).client


def _by_id(client: Any, message_id: str) -> list[int]:
    """ASCII and no CHARSET, which is all that Exchange understands."""
    return sorted(client.search(["HEADER", "Message-ID", message_id]))
