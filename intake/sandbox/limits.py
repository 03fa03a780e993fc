"""What one child process may use."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class SandboxLimits:
    """Bounds on one task in its child process; going over one ends the child and nothing else."""

    memory_bytes: int = 2 << 30  # address space (RLIMIT_AS); the libraries themselves take about 0.4 GiB of it
    cpu_seconds: int = 60  # processor time
    wall_seconds: float = 60.0  # from handing the task over to the last byte of the answer
    answer_bytes: int = 512 << 20  # a mail's attachments come back as base64
    open_files: int = 64

    def to_json(self) -> str:
        """The limits as the zygote gets them."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The limits as the parent sent them."""
        return cls(**json.loads(text))
