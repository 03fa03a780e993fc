"""The faces of loketbs and their wiring: command line, Teams, pages, settings, every Dutch sentence."""

from __future__ import annotations

from pathlib import Path


def samples_of(name: str) -> Path:
    """A file or folder of the fictitious samples that come with loketbs."""
    return Path(__file__).parent / "samples" / name
