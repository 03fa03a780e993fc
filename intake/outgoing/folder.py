"""The port `Sender` into a directory: mails as files, for a house without a mail server. Nothing leaves the machine.

A file is named by its Message-ID and appears whole or not at all, so that what was sent is always known.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from intake.errors import MailRefused, SenderAway
from intake.ports import Fate, OutgoingMail

SENT, DRAFTS = "verzonden", "concepten"


class FolderSender:
    """`verzonden/` and `concepten/` below a directory, made when absent."""

    def __init__(self, path: Path) -> None:
        self.name = "folder"
        self._path = path

    def prepare(self, mail: OutgoingMail) -> str:
        """Nothing can be prepared."""
        del mail
        return ""

    def send(self, mail: OutgoingMail, reference: str) -> str:
        """Write the file; the same mail again leaves it as it is."""
        del reference
        return self._write(SENT, mail)

    def fate(self, mail: OutgoingMail, reference: str) -> Fate:
        """A file that is there is whole."""
        del reference
        return Fate.SENT if self._place(SENT, mail).exists() else Fate.NOT_SENT

    def draft(self, mail: OutgoingMail) -> str:
        """Write the file among the drafts."""
        return self._write(DRAFTS, mail)

    def close(self) -> None:
        """Nothing is open."""

    def _place(self, folder: str, mail: OutgoingMail) -> Path:
        return self._path / folder / f"{hashlib.sha256(mail.message_id.encode()).hexdigest()[:32]}.eml"

    def _write(self, folder: str, mail: OutgoingMail) -> str:
        place = self._place(folder, mail)
        part = place.with_name(f".{place.name}.{os.getpid()}")
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as file:
                file.write(mail.raw)
                file.flush()
                os.fsync(file.fileno())
            part.replace(place)
        except PermissionError as error:
            raise MailRefused(
                "folder_refused", f"{self._path}: mail cannot be written there; check its rights"
            ) from error
        except OSError as error:
            raise SenderAway(f"{self._path}: mail cannot be written now ({error.strerror})", 60.0) from error
        return f"{folder}/{place.name}"
