"""Fixtures of the tests of `storage`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.dossiers import Records
from tests.unit.storage.house import opened


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    """Empty records in a folder of their own."""
    with opened(tmp_path) as fresh:
        yield fresh
