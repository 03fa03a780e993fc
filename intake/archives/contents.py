"""What a container turned out to hold."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class File:
    """A file in a container. `name` as the container gives it; `inline` where it only renders the container's own text."""

    name: str
    content: bytes
    declared: str = ""
    inline: bool = False
    content_id: str | None = None


@dataclass(slots=True)
class Contents:
    """The files of a container in order, the text of its own body, and defects as (code, where, detail)."""

    files: list[File] = field(default_factory=list)
    text: str = ""
    defects: list[tuple[str, str, str]] = field(default_factory=list)

    def note(self, code: str, where: str = "", detail: str = "") -> None:
        """Add a defect; an empty code is none."""
        if code:
            self.defects.append((code, where, detail))
