"""The failures of `bot` that end a command with one sentence."""

from __future__ import annotations


class SettingsError(Exception):
    """The settings cannot be used; the text lists every problem, one per line, each with the key it is about."""
