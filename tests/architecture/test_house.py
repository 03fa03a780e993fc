"""The shape of the house: whose packages these are, how large rooms may be, what no room may hold."""

from __future__ import annotations

import ast
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import bot
import intake
import storage
from tests.paths import ROOT, sources

MODULE_MEDIAN, MODULE_MAX = 120, 400
FUNCTION_MEDIAN, FUNCTION_MAX = 12, 60
HEAVY = (
    "msgraph",
    "microsoft_teams",
    "azure",
    "pyhanko",
    "cv2",
    "numpy",
    "sqlalchemy",
    "docx",
    "pypdfium2",
    "extract_msg",
    "lxml",
)
Function = ast.FunctionDef | ast.AsyncFunctionDef


def sloc(path: Path) -> int:
    """Lines that are neither blank nor comment."""
    return sum(
        1 for line in path.read_text(encoding="utf-8").splitlines() if line.strip() and not line.strip().startswith("#")
    )


def functions() -> Iterator[tuple[str, int]]:
    """Every function with the number of lines from its def to its end."""
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, Function):
                assert node.end_lineno is not None
                yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", node.end_lineno - node.lineno + 1


@pytest.mark.parametrize("package", [bot, intake, storage])
def test_the_three_names_are_ours(package: ModuleType) -> None:
    """An installed package of the same name (PyPI has an `intake` and a `storage`) wins over an editable install without a word."""
    assert package.__file__ is not None
    assert Path(package.__file__).is_relative_to(ROOT)


def test_no_module_is_over_budget() -> None:
    """Rooms stay readable: median and largest module."""
    sizes = {str(p.relative_to(ROOT)): sloc(p) for p in sources()}
    assert {name: n for name, n in sizes.items() if n > MODULE_MAX} == {}
    assert statistics.median(n for name, n in sizes.items() if not name.endswith("__init__.py")) <= MODULE_MEDIAN


def test_no_function_is_over_budget() -> None:
    """A function fits on a screen: median and longest function."""
    lengths = dict(functions())
    assert {name: n for name, n in lengths.items() if n > FUNCTION_MAX} == {}
    assert statistics.median(lengths.values()) <= FUNCTION_MEDIAN


def test_one_broad_handler_at_the_edge_of_the_watch_loop() -> None:
    """A broad `except` hides bugs; the one that keeps a single mail from stopping the watcher is allowed."""
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sources()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.match(r"\s*except( Exception| BaseException)?( as \w+)?:", line)
    ]
    assert [place.rpartition(":")[0] for place in found] in ([], ["intake/watch.py"]), found


def test_nothing_is_mocked() -> None:
    """Simulators and real servers only: a patched product is not the product."""
    forbidden = re.compile("unittest" + r"\.mock|\bmock" + r"er\b|Magic" + r"Mock|monkeypatch\.set" + "attr")
    assert [p.name for p in (ROOT / "tests").rglob("*.py") if forbidden.search(p.read_text(encoding="utf-8"))] == []


def test_every_test_folder_is_a_package() -> None:
    """Without `__init__.py` a folder tests/intake would shadow the package intake."""
    folders = {p.parent for p in (ROOT / "tests").rglob("*.py")}
    assert [str(f.relative_to(ROOT)) for f in folders if not (f / "__init__.py").exists()] == []


def test_every_public_thing_says_what_it_is() -> None:
    """Modules, classes and public functions of the product have a docstring."""
    silent = []
    for path in sources():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if "migrations/versions" in path.as_posix():
            continue
        for node in [tree, *tree.body]:
            if not isinstance(node, ast.Module | ast.ClassDef | Function):
                continue
            name = getattr(node, "name", "module")
            if not name.startswith("_") and ast.get_docstring(node) is None and (tree.body or name != "module"):
                silent.append(f"{path.relative_to(ROOT)} {name}")
    assert silent == []


def test_the_command_line_starts_without_heavy_libraries() -> None:
    """`loketbs --help` imports no cloud SDK and no parser of documents."""
    code = "import sys, bot.cli; print(*sorted({m.partition('.')[0] for m in sys.modules}))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout.split()
    assert [name for name in HEAVY if name in loaded] == []


def test_the_graph_sdk_stays_in_its_adapter() -> None:
    """200 MB and 1,200 modules at its first use: only the Graph mailbox knows it, and only within functions."""
    pattern = re.compile(r"^( *)(?:from|import) (?:msgraph|kiota_|microsoft_kiota)", re.MULTILINE)
    found = {
        str(path.relative_to(ROOT)): match[1]
        for path in sources()
        if (match := pattern.search(path.read_text(encoding="utf-8")))
    }
    assert [name for name in found if not name.startswith("intake/mailboxes/graph")] == []
    assert found
    assert all(found.values()), "imported at the top of a module"


def test_nobody_imports_the_tests() -> None:
    """The editable install puts the repository root on the path, so `import tests` would work by accident."""
    pattern = re.compile(r"^\s*(from|import) tests\b", re.MULTILINE)
    assert [str(p) for p in sources() if pattern.search(p.read_text(encoding="utf-8"))] == []


def test_import_contracts_hold() -> None:
    """bot -> intake -> storage, never back; the layers inside intake; the pure core."""
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stdout[-3000:]
