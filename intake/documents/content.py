"""What a reader found in one file, before it becomes a `Document`."""

from __future__ import annotations

from dataclasses import dataclass

from intake.model import Block, Defect, Picture, Threat


@dataclass(frozen=True, slots=True)
class Content:
    """The result of one format's reader; `extract` adds name, hash and signatures."""

    format: str
    blocks: tuple[Block, ...] = ()
    pictures: tuple[Picture, ...] = ()
    problems: tuple[Defect, ...] = ()
    pages: int = 0
    title: str = ""
    text_layer: bool = True
    threat: Threat | None = None
    readable: bool = True
