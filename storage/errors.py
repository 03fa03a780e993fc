"""The failures of `storage` that a caller can act on; texts name keys and records, never content."""

from __future__ import annotations


class StorageError(Exception):
    """Base of the package; the text says what happened, to what, and what to do now."""


class CopyAltered(StorageError):  # noqa: N818 - states the fact
    """A key of the vault holds other bytes than it must: somebody changed a frozen copy, or tried to. Run `loketbs verify`."""


class CopyMissing(StorageError):  # noqa: N818 - states the fact
    """The vault has nothing under this key."""


class VaultRefused(StorageError):  # noqa: N818 - states the fact
    """The vault's place cannot be used: not a folder, not writable, or a key that could lead out of it."""


class PackageBroken(StorageError):  # noqa: N818 - states the fact
    """A package is not the bag it must be (RFC 8493): a file more, a file less, another digest, or no tar at all."""


class LedgerBroken(StorageError):  # noqa: N818 - states the fact
    """An event cannot be read as the canonical JSON that was appended."""


class DatabaseRefused(StorageError):  # noqa: N818 - states the fact
    """The database cannot be opened safely: made by a newer loketbs, its guards are gone, or of an unknown sort."""


class DatabaseFailed(StorageError):  # noqa: N818 - states the fact
    """The database could not do it: a full disk, a lock held too long, a damaged or read-only file. `said` is SQLite's word."""

    def __init__(self, said: str) -> None:
        super().__init__(f"the database did not do it ({said}); check the disk, the file and its rights")
        self.said = said


class LostClaim(StorageError):  # noqa: N818 - states the fact
    """Another worker took this job over, or it is done: roll everything back and leave the job alone."""


class StatusConflict(StorageError):  # noqa: N818 - states the fact
    """The dossier no longer has the status that the act was based on: look again, then decide again."""


class NotKnown(StorageError):  # noqa: N818 - states the fact
    """No record or dossier of this name."""


class Outdated(StorageError):  # noqa: N818 - states the fact
    """What a decision rests on changed before it was recorded: look again and decide again."""
