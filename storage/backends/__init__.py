"""Adapters of the port `Vault`."""
