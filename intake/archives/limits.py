"""How much is unpacked from one mail before a person has to look."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """Bounds on everything unpacked from one mail; what exceeds one stays packed and is named in a defect.

    `depth` containers inside each other; `files` and `size` (bytes) unpacked in all; an archive that claims to unpack to more
    than `ratio` times its own size, and to more than `harmless` bytes, is a bomb and is not touched.
    """

    depth: int = 5
    files: int = 2000
    size: int = 512 * MIB
    ratio: int = 150
    harmless: int = 16 * MIB


class Budget:
    """What of the limits is left; shared by all containers of one mail."""

    def __init__(self, limits: ArchiveLimits) -> None:
        self.limits = limits
        self.files = limits.files
        self.size = limits.size

    def is_bomb(self, packed: int, unpacked: int) -> bool:
        """Whether an archive of `packed` bytes that unpacks to `unpacked` bytes is built to exhaust us."""
        return unpacked > max(self.limits.harmless, packed * self.limits.ratio)

    def allowed(self, packed: int) -> int:
        """How many bytes an archive of that size may unpack to where it does not say so itself."""
        return min(self.size, max(self.limits.harmless, packed * self.limits.ratio))

    def take(self, size: int) -> str:
        """Book a file of `size` bytes; the defect code when it does not fit any more, "" when it does."""
        if self.files <= 0:
            return "archive_too_many_files"
        if size > self.size:
            return "archive_too_large"
        self.files -= 1
        self.size -= size
        return ""
