"""What the post room asks of the sandbox: everything that opens the bytes of a stranger."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from intake.assess import Reader
from intake.post.codes import Code
from intake.post.comparison import Comparison


class PaperDoor(Reader, Protocol):
    """A reader that opens scans as well."""

    def codes(self, data: bytes, page: int) -> tuple[Code, ...]:
        """The codes of our cover sheets on a page (from 1); never raises on bad input."""
        ...

    def excerpt(self, data: bytes, pages: Sequence[int]) -> bytes:
        """Some pages of a scan as a scan of its own. Raises `SandboxError`."""
        ...

    def compare(self, frozen: bytes, scan: bytes, *, faces: bool = False) -> Comparison:
        """Lay a scan beside a frozen document. Raises `Refused` or `SandboxError` when the scan cannot be opened."""
        ...
