"""What every IMAP server of the tests offers, spoken over IMAP by a second client: the desk's own mail program, as it were."""

from __future__ import annotations

import contextlib
import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from imapclient import IMAPClient

from intake.mailboxes.imap_line import Encryption, ImapServer, Password
from tests.simulators.process import ServerProcess

USER, PASSWORD = "desk@example.nl", "geheim"
_numbers = itertools.count(1)


class ImapServerUnderTest:
    """A running server on 127.0.0.1 without encryption, with one user."""

    port: int

    @contextlib.contextmanager
    def desk(self, folder: str | None = None) -> Iterator[Any]:
        """A client of our own beside the adapter's, with `folder` open for writing."""
        client = IMAPClient("127.0.0.1", self.port, ssl=False, timeout=10)
        try:
            client.login(USER, PASSWORD)
            if folder is not None:
                client.select_folder(folder)
            yield client
        finally:
            client.shutdown()

    def new_folder(self) -> str:
        """Make an empty folder."""
        name = f"Signalen-{next(_numbers)}"
        with self.desk() as client:
            client.create_folder(name)
        return name

    def deliver(self, folder: str, raw: bytes) -> None:
        """Put a message into the folder."""
        with self.desk() as client:
            client.append(folder, raw)

    def flags(self, folder: str) -> dict[int, set[bytes]]:
        r"""The flags of every message but \Recent, which no client can set or clear."""
        with self.desk() as client:
            client.select_folder(folder, readonly=True)
            return {uid: set(flags) - {rb"\Recent"} for uid, flags in client.get_flags(client.search()).items()}

    def delete(self, folder: str) -> None:
        """Delete every message in the folder."""
        with self.desk(folder) as client:
            client.delete_messages(client.search())
            client.expunge()

    def settings(self, folder: str = "INBOX", **changes: Any) -> ImapServer:
        """How the adapter reaches this server."""
        plain: dict[str, Any] = {
            "host": "127.0.0.1",
            "port": self.port,
            "credentials": Password(USER, PASSWORD),
            "folder": folder,
            "encryption": Encryption.NONE_ONLY_FOR_LOOPBACK,
            "answer_seconds": 10.0,
        }
        return ImapServer(**(plain | changes))


class ImapProcess(ImapServerUnderTest):
    """A server that is a process with a folder of its own; `with` starts it, and removes both."""

    root: Path
    process: ServerProcess

    def __enter__(self) -> Self:
        self.process.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        shutil.rmtree(self.root)
