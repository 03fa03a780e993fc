"""Where tests find things: the repository, and `../shared`, which a user does not have."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("LOKETBS_SHARED", ROOT.parent / "shared"))
PACKAGES = ("bot", "intake", "storage")


def shared(*parts: str) -> Path:
    """A path in `../shared`; skips the test, with the reason counted, where it is absent."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"../shared/{'/'.join(parts)} is not here")
    return path


def sources() -> list[Path]:
    """Every module of the product, generated and third-party code excluded (there is none)."""
    return sorted(p for package in PACKAGES for p in (ROOT / package).rglob("*.py"))
