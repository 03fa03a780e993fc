"""Fixtures of the tests of `storage`."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.dossiers import Records
from tests.unit.storage.house import opened

MEMORY = Path("/dev/shm")


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """A folder in memory where there is one: hundreds of transactions, each fsynced, and no test here cuts the power."""
    made = Path(tempfile.mkdtemp(prefix="loketbs-", dir=MEMORY if MEMORY.is_dir() else None))
    yield made
    shutil.rmtree(made)


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    """Empty records in a folder of their own."""
    with opened(tmp_path) as fresh:
        yield fresh
