"""Documents made from the code: `python -m tests.generated` (`make docs`) writes them, tests/architecture compares them."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.config import example
from intake.states import FINAL, Status, following
from tests.paths import ROOT


def architecture() -> str:
    """docs/architecture.md with the drawing of the statuses made anew between its markers."""
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    lines = ["stateDiagram-v2", "    [*] --> vooroverleg", "    [*] --> ontvangen"]
    lines += [f"    {old} --> {new}" for old in Status for new in Status if new in following(old)]
    lines += [f"    {status} --> [*]" for status in Status if status in FINAL]
    drawing = "<!-- states -->\n```mermaid\n" + "\n".join(lines) + "\n```\n<!-- /states -->"
    return re.sub(r"<!-- states -->.*?<!-- /states -->", lambda _: drawing, text, flags=re.DOTALL)


ALL: dict[str, Callable[[], str]] = {"loketbs.example.toml": example, "docs/architecture.md": architecture}

if __name__ == "__main__":
    for name, make in ALL.items():
        (ROOT / name).write_text(make(), encoding="utf-8")
