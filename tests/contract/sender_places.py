"""Ways out for mail seen from the other side, one for each adapter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from intake.outgoing.folder import DRAFTS, SENT, FolderSender
from intake.outgoing.imap_folders import ImapFolders
from intake.outgoing.smtp import SmtpSender
from intake.ports import Sender
from tests.simulators.dovecot import Dovecot
from tests.simulators.graph_house import Microsoft
from tests.simulators.imap_server import ImapServerUnderTest
from tests.simulators.smtp_server import SmtpStandIn


@dataclass
class Far:
    """A way out from its far side: `sent` and `drafts` are the bytes there; `asks` says whether what became of a mail is known."""

    open: Callable[[], Sender]
    sent: Callable[[], list[bytes]]
    drafts: Callable[[], list[bytes]]
    asks: bool
    key: str = ""
    """The mailbox's key of a mail that can be answered."""


def _files(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted(folder.glob("*.eml"))]


def _in_folder(server: ImapServerUnderTest, name: str) -> list[bytes]:
    with server.desk() as client:
        if not client.folder_exists(name):
            return []
        client.select_folder(name, readonly=True)
        return [found[b"BODY[]"] for found in client.fetch(client.search(), ["BODY.PEEK[]"]).values()]


@contextmanager
def directory(path: Path) -> Iterator[Far]:
    """The embedded default."""
    yield Far(lambda: FolderSender(path), lambda: _files(path / SENT), lambda: _files(path / DRAFTS), asks=True)


@contextmanager
def smtp_and_imap(path: Path) -> Iterator[Far]:
    """SMTP, with drafts and copies in a real Dovecot."""
    del path
    with SmtpStandIn().running() as smtp, Dovecot() as dovecot:

        def opened() -> Sender:
            return SmtpSender(smtp.settings(), ImapFolders(dovecot.settings(), "Drafts", "Sent"))

        yield Far(opened, lambda: [raw for _, _, raw in smtp.got], lambda: _in_folder(dovecot, "Drafts"), asks=False)


@contextmanager
def graph(path: Path) -> Iterator[Far]:
    """Microsoft's SDK against our Graph."""
    from intake.mailboxes.graph_sender import GraphSender

    with Microsoft(path) as microsoft:
        outbox, mailbox = microsoft.graph.outbox, microsoft.mailbox()
        answered = microsoft.graph.deliver(
            b"From: jan@politie.example\r\nSubject: Geheime titel\r\n\r\nZie bijlage.\r\n"
        )
        try:
            yield Far(
                lambda: GraphSender(mailbox),
                lambda: [raw for _, raw in outbox.sent],
                lambda: [d.stored.raw for d in outbox.drafts.values() if d.is_draft],
                asks=True,
                key=answered.id,
            )
            assert microsoft.graph.wrong == []
        finally:
            mailbox.close()


PLACES = {"folder": directory, "smtp": smtp_and_imap, "graph": graph}
