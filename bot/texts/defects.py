"""What could not be read as meant: one sentence for every defect code."""

from __future__ import annotations

from intake.model import Defect

DEFECT: dict[str, str] = {}
"""Defect code -> sentence."""


def defect(found: Defect) -> str:
    """A defect as a sentence, with the place where the reader knows it; a code without one is named neutrally."""
    sentence = DEFECT.get(found.code, f"Iets in dit bericht kon niet goed worden gelezen ({found.code}).")
    return f"{sentence} Plaats: {found.where}." if found.where else sentence
