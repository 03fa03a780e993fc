"""Golden files: whole outputs that a person reads in the repository. `GOLDEN=write` writes them anew."""

from __future__ import annotations

import os
from pathlib import Path

WRITE = os.environ.get("GOLDEN", "") == "write"


def assert_golden(path: Path, found: str) -> None:
    """Compare with the file; in writing mode make it. A missing file fails, it is never made in passing."""
    if WRITE:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(found, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == found
