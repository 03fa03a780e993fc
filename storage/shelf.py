"""What the tables hold of a record that its events may not: read from the vault, by the digests that the events name.

Two places. The *index* object of a registration holds what later mails are compared with. The *package* of the message that opened
a dossier describes it (`findings.json`).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from storage import canonical
from storage.bag import package_sha256 as bag_digest
from storage.bag import problems, read_bag
from storage.errors import CopyAltered, PackageBroken
from storage.packages import Description, describe
from storage.values import KnownDocument
from storage.vault import INDEX, PACKAGES, Vault, key_for, put_checked, read


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """What of a registered message is compared with later ones."""

    record: str
    sender: str = ""
    threads: tuple[str, ...] = ()
    documents: tuple[KnownDocument, ...] = ()
    about: Mapping[str, Any] = field(default_factory=dict)

    def encode(self) -> bytes:
        """Canonical JSON, sketches in base64."""
        documents = [
            {"sha256": d.sha256, "text_sha256": d.text_sha256, "sketch": base64.b64encode(d.sketch).decode("ascii")}
            for d in self.documents
        ]
        plain = {"record": self.record, "sender": self.sender, "threads": list(self.threads), "documents": documents}
        return canonical.encode(plain | {"about": dict(self.about)})

    @classmethod
    def decode(cls, data: bytes) -> IndexEntry:
        """The entry of `encode`d bytes. ValueError or KeyError for anything else."""
        plain = json.loads(data)
        documents = tuple(
            KnownDocument(d["sha256"], d["text_sha256"], base64.b64decode(d["sketch"])) for d in plain["documents"]
        )
        return cls(plain["record"], plain["sender"], tuple(plain["threads"]), documents, plain["about"])


class Shelf:
    """Reads the vault for the projection, each thing once: look first, then take the database's lock."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._entries: dict[str, IndexEntry] = {}
        self._descriptions: dict[str, Description] = {}

    def place(self, entry: IndexEntry) -> str:
        """Freeze an index entry; returns its digest."""
        data = entry.encode()
        digest = canonical.sha256(data)
        put_checked(self._vault, key_for(INDEX, digest, "json"), data)
        self._entries[digest] = entry
        return digest

    def entry(self, digest: str) -> IndexEntry:
        """The index entry that an event names. Raises `CopyMissing`, `CopyAltered`."""
        if digest not in self._entries:
            key = key_for(INDEX, digest, "json")
            data = read(self._vault, key)
            if canonical.sha256(data) != digest:
                raise CopyAltered(f"{key} holds other bytes than were frozen; run `loketbs verify`")
            self._entries[digest] = IndexEntry.decode(data)
        return self._entries[digest]

    def description(self, package_sha256: str) -> Description:
        """How a package describes its signal. Raises `CopyMissing`, `PackageBroken`."""
        if package_sha256 not in self._descriptions:
            key = key_for(PACKAGES, package_sha256, "tar")
            members = read_bag(read(self._vault, key))
            if bag_digest(members) != package_sha256 or problems(members):
                raise PackageBroken(f"{key} is not the package that was frozen; run `loketbs verify`")
            self._descriptions[package_sha256] = describe(members)
        return self._descriptions[package_sha256]
