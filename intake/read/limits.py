"""How much of one mail is read before a person has to look."""

from __future__ import annotations

from dataclasses import dataclass

KIB = 1024
MIB = 1024 * KIB


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """Bounds on one mail; what exceeds one is kept unread and named in a defect.

    `size` bytes of the whole mail; `header` bytes of one header block; `parts` MIME parts; `depth` multiparts inside each other;
    `forwards` mails (or cryptographic shells) inside each other; `text` characters of body text.
    """

    size: int = 256 * MIB
    header: int = 4 * MIB
    parts: int = 50_000
    depth: int = 60
    forwards: int = 12
    text: int = 8 * MIB
