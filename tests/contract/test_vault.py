"""What every `Vault` must do; a new backend adds its fixture here."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.backends.local import LocalVault
from storage.canonical import sha256
from storage.errors import CopyAltered, CopyMissing, VaultRefused
from storage.vault import RAW, Vault, is_key, key_for, read

KEY = key_for(RAW, sha256(b"bytes"), "eml")


@pytest.fixture(params=["local"])
def vault(tmp_path: Path) -> Vault:
    """An empty vault of each sort."""
    return LocalVault(tmp_path / "vault")


class TestVault:
    """Write once, read for ever."""

    def test_what_is_put_is_read(self, vault: Vault) -> None:
        """The bytes come back as they were, and the key is listed."""
        vault.put_once(KEY, b"bytes")
        assert read(vault, KEY) == b"bytes"
        assert vault.head(KEY).size == 5
        assert vault.exists(KEY)
        assert list(vault.list()) == list(vault.list(RAW)) == [KEY]

    def test_the_same_bytes_again_are_fine(self, vault: Vault) -> None:
        """Work done again after a crash puts the same copy again."""
        vault.put_once(KEY, b"bytes")
        vault.put_once(KEY, b"bytes")
        assert list(vault.list()) == [KEY]

    @pytest.mark.parametrize("other", [b"", b"byte", b"bytes ", b"BYTES"])
    def test_other_bytes_are_refused_and_the_first_stay(self, vault: Vault, other: bytes) -> None:
        """Nobody replaces a frozen copy through this door."""
        vault.put_once(KEY, b"bytes")
        with pytest.raises(CopyAltered):
            vault.put_once(KEY, other)
        assert read(vault, KEY) == b"bytes"

    def test_what_is_not_there_is_missing(self, vault: Vault) -> None:
        """Absence is an error of its own."""
        assert not vault.exists(KEY)
        assert list(vault.list()) == []
        with pytest.raises(CopyMissing):
            vault.open(KEY)
        with pytest.raises(CopyMissing):
            vault.head(KEY)

    @pytest.mark.parametrize(
        "key",
        [
            "",
            "raw",
            "../../etc/passwd",
            "/etc/passwd",
            f"raw/../{KEY}",
            f"{KEY}\n",
            f"{KEY}/..",
            KEY.upper(),
            KEY.replace("raw/", "raw//"),
            KEY.replace("/", "\\"),
        ],
    )
    def test_a_key_leads_nowhere_else(self, vault: Vault, key: str) -> None:
        """What is no key is neither read nor written."""
        assert not is_key(key)
        with pytest.raises(VaultRefused):
            vault.put_once(key, b"x")
        with pytest.raises(VaultRefused):
            vault.open(key)
        with pytest.raises(VaultRefused):
            vault.exists(key)
