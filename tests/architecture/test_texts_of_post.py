"""Every code that the comparison of post can give has its Dutch words; one without fails here, by name."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from bot.texts import comparison as words
from tests.architecture.codes import _assigned, called, constants
from tests.paths import ROOT

TREES = [ast.parse(path.read_text(encoding="utf-8")) for path in sorted((ROOT / "intake" / "post").rglob("*.py"))]
FROZEN = "frozen_"


def nodes() -> Iterator[ast.AST]:
    for tree in TREES:
        yield from ast.walk(tree)


def first_arguments(name: str) -> set[str]:
    """What the first argument of a call of this name can be, names and tables of the module followed."""
    found: set[str] = set()
    for tree in TREES:
        names = _assigned(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and called(node) == name and node.args:
                found |= set(constants(node.args[0], names))
    return found


def reasons() -> set[str]:
    """The codes in `reasons=(…)` and `reasons.append(…)`."""
    found: set[str] = set()
    for node in nodes():
        match node:
            case (
                ast.keyword(arg="reasons", value=ast.Tuple(elts=elements))
                | ast.Call(func=ast.Attribute(attr="append", value=ast.Name(id="reasons")), args=elements)
            ):
                found |= {code for element in elements for code in constants(element, {})}
    return found


def returned_by(name: str) -> set[str]:
    """What a function of this name returns as constants."""
    made = (node for node in nodes() if isinstance(node, ast.FunctionDef) and node.name == name)
    returns = (node for function in made for node in ast.walk(function) if isinstance(node, ast.Return))
    return {code for found in returns for code in constants(found.value, {})}


def test_every_reason_has_a_sentence() -> None:
    """What makes an answer what it is, is said in Dutch; `frozen_…` borrows the sentence of its defect."""
    assert {"no_page_alike", "sheets_not_read"} <= reasons()
    assert reasons() - set(words.REASON) == set()
    assert "beveiligd" in words.reason(f"{FROZEN}password_needed") or "wachtwoord" in words.reason(
        f"{FROZEN}password_needed"
    )


def test_every_harmless_difference_has_a_name() -> None:
    """Those named at once, by the role of a sheet, and by why a difference has no meaning."""
    assert {"ocr_noise", "skew", "upside_down"} <= first_arguments("Benign")
    assert (first_arguments("Benign") | returned_by("_harmless")) - set(words.BENIGN) == set()


def test_every_role_of_a_sheet_has_a_sentence() -> None:
    """A sheet that is no frozen page says what it is."""
    assert {"envelope", "added"} <= returned_by("_role")
    assert returned_by("_role") - set(words.ROLE) == set()


def test_every_source_of_evidence_has_a_name() -> None:
    """Engines go by their own; all else is ours to name."""
    assert "missing_ink" in first_arguments("Evidence")
    assert first_arguments("Evidence") - set(words.SOURCE) == set()
