"""The port `Vault`: a write-once store of frozen copies, and the names under which they lie.

A key is content-addressed, `raw/ab/ab….eml`: the room, two digits of spread, the digest, what it is. A key once written never
holds anything else; no method changes or deletes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from storage.errors import CopyAltered, VaultRefused

RAW, PACKAGES, INDEX = "raw", "packages", "index"
"""The rooms: messages as received, packages (BagIt in tar), and what the tables hold of a record beside its events."""
APART = "tar"
"""Suffix of what a mailbox handed over beside a message, which lies in the room of the messages."""

MAIL = "eml"
RAW_SUFFIXES = (MAIL, "pdf", "tif", "jpg", "png", "bin")
"""What a message as received can be: a mail, or a file that came as a scan."""

_KEY = re.compile(r"[a-z]+/[0-9a-f]{2}/[0-9a-f]{64}\.[a-z]+")


@dataclass(frozen=True, slots=True)
class FrozenCopy:
    """Bytes that lie in the vault, fsynced. `sha256` is of the stored bytes, `size` in bytes."""

    key: str
    sha256: str
    size: int

    @property
    def name(self) -> str:
        """The digest that the key is named after: the bytes' own, and `package_sha256` for a package."""
        return digest_of(self.key)


@dataclass(frozen=True, slots=True)
class Head:
    """What a vault tells of a copy without reading it; `size` in bytes."""

    key: str
    size: int


class Vault(Protocol):
    """Write-once keeping. Every method raises `VaultRefused` for a key that is no key."""

    def put_once(self, key: str, data: bytes) -> None:
        """Keep the bytes; on return they survive a power cut. The same bytes again: nothing. Others: `CopyAltered`."""
        ...

    def open(self, key: str) -> BinaryIO:
        """The bytes, to be read and closed. Raises `CopyMissing`."""
        ...

    def head(self, key: str) -> Head:
        """Size without reading. Raises `CopyMissing`."""
        ...

    def exists(self, key: str) -> bool:
        """Whether something lies under this key."""
        ...

    def list(self, room: str = "") -> Iterator[str]:
        """Every name in a room (all rooms for ""), sorted; also names that are no key, so that a planted file shows."""
        ...


def key_for(room: str, digest: str, suffix: str) -> str:
    """The key of a digest in a room."""
    return checked(f"{room}/{digest[:2]}/{digest}.{suffix}")


def checked(key: str) -> str:
    """The key itself, or `VaultRefused` when it could lead anywhere else."""
    if not is_key(key):
        raise VaultRefused(f"{key!r} is not a key of the vault; nothing was read or written")
    return key


def is_key(name: str) -> bool:
    """Whether a name found in the vault is one that `key_for` makes."""
    return bool(_KEY.fullmatch(name)) and name.split("/")[1] == digest_of(name)[:2]


def digest_of(key: str) -> str:
    """The digest that a key is named after."""
    return key.rpartition("/")[2].partition(".")[0]


def read(vault: Vault, key: str) -> bytes:
    """All bytes under a key. Raises `CopyMissing`."""
    with vault.open(key) as stream:
        return stream.read()


def put_checked(vault: Vault, key: str, data: bytes) -> None:
    """`put_once`, then read back and compared: what a disk or a service did not keep is never called frozen."""
    vault.put_once(key, data)
    if read(vault, key) != data:
        raise CopyAltered(f"{key}: what was read back differs from what was written; check the disk")
