"""Short ways for the document tests to read and look at what was read."""

from __future__ import annotations

from typing import Any

from intake.documents import extract
from intake.model import Block, Document, Role, Trust


def read(data: bytes, name: str = "stuk.pdf", **options: Any) -> Document:
    """Read bytes with nobody trusted."""
    return extract(data, name, "application/octet-stream", trust=Trust(), **options)


def codes(document: Document) -> set[str]:
    """The codes of what is wrong."""
    return {problem.code for problem in document.problems}


def texts(document: Document, role: Role | None = None) -> list[str]:
    """The texts of all blocks, or of those of one role."""
    return [b.text for b in document.blocks if role is None or b.role is role]


def block(document: Document, text: str) -> Block:
    """The one block with this text."""
    (found,) = [b for b in document.blocks if b.text == text]
    return found
