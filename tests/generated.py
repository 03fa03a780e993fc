"""Documents made from the code: `python -m tests.generated` (`make docs`) writes them, tests/architecture compares them."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from bot.config import example
from intake.states import FINAL, Status, following
from tests.paths import PACKAGES, ROOT


def architecture() -> str:
    """docs/architecture.md with the drawing of the statuses made anew between its markers."""
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    lines = ["stateDiagram-v2", "    [*] --> vooroverleg", "    [*] --> ontvangen"]
    lines += [f"    {old} --> {new}" for old in Status for new in Status if new in following(old)]
    lines += [f"    {status} --> [*]" for status in Status if status in FINAL]
    drawing = "<!-- states -->\n```mermaid\n" + "\n".join(lines) + "\n```\n<!-- /states -->"
    return re.sub(r"<!-- states -->.*?<!-- /states -->", lambda _: drawing, text, flags=re.DOTALL)


def readme() -> str:
    """README.md with the map of the house: every room of the three packages with the first sentence of its docstring."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = [f"{name:<{_WIDTH}}{_first_sentence(file)}" for name, file in _rooms()]
    drawing = "<!-- map -->\n```\n" + "\n".join(lines) + "\n```\n<!-- /map -->"
    return re.sub(r"<!-- map -->.*?<!-- /map -->", lambda _: drawing, text, flags=re.DOTALL)


_WIDTH = 24


def _rooms() -> Iterator[tuple[str, Path]]:
    for package in PACKAGES:
        yield f"{package}/", ROOT / package / "__init__.py"
        for path in sorted((ROOT / package).iterdir()):
            if (path / "__init__.py").exists():
                yield f"  {path.name}/", path / "__init__.py"
            elif path.suffix == ".py" and not path.stem.startswith("__"):
                yield f"  {path.name}", path


def _first_sentence(path: Path) -> str:
    told = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return re.split(r"(?<=[a-z)])[.;] |\n", told, maxsplit=1)[0].rstrip(".")


ALL: dict[str, Callable[[], str]] = {
    "README.md": readme,
    "docs/architecture.md": architecture,
    "loketbs.example.toml": example,
}

if __name__ == "__main__":
    for name, make in ALL.items():
        (ROOT / name).write_text(make(), encoding="utf-8")
