"""Finds the stable codes that the source can give: reasons of findings and signatures, and defects.

It reads the syntax tree: codes stand directly in a call, after a `Verdict`, in a table a name was assigned, in a branch, or in a
call of a helper that has a parameter `code` or `reason`.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.paths import ROOT

ROOMS = (
    "read",
    "archives",
    "documents",
    "documents/signatures",
    "checks",
    "recognise",
    "formats",
    "post",
    "sandbox",
    "mailboxes",
    "",
)
SORT_OF_PARAMETER = {"code": "defect", "reason": "reason"}
MADE_BY = {"Defect": [(0, "defect")], "Finding": [(2, "reason")], "DigitalSignature": [(2, "reason")]}
_NOTES = ("read", "archives")  # where `.add(code)` is that of Notes and not that of a set
_DEEP = 3

Names = dict[str, list[ast.expr]]


@dataclass
class Codes:
    """Codes by sort ("reason", "defect"), each with one place where it is given."""

    found: dict[str, dict[str, str]] = field(default_factory=lambda: {"reason": {}, "defect": {}})

    def add(self, sort: str, node: ast.expr | None, names: Names, place: str) -> None:
        """Take over every code that an expression can be."""
        for code in constants(node, names):
            self.found[sort].setdefault(code, place)


def collect() -> Codes:
    """All codes of `intake`."""
    paths = [path for room in ROOMS for path in sorted((ROOT / "intake" / room).glob("*.py"))]
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in paths}
    codes, helpers = Codes(), _helpers(trees)
    for path, tree in trees.items():
        names = _assigned(tree)
        for node in ast.walk(tree):
            place = f"{path.name}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Tuple):
                codes.add("reason", _after_verdict(node.elts), names, place)
            elif isinstance(node, ast.Call) and (called(node) != "add" or path.parent.name in _NOTES):
                _of_call(node, helpers, names, codes, place)
    return codes


def constants(node: ast.expr | None, names: Names, depth: int = 0) -> Iterator[str]:
    """The string constants an expression can be: itself, both branches, what a name was assigned, a table's values."""
    match node:
        case ast.Constant(value=str() as text) if text:
            yield text
        case ast.IfExp(body=body, orelse=orelse):
            yield from itertools.chain(constants(body, names, depth), constants(orelse, names, depth))
        case ast.BoolOp(values=values) | ast.Dict(values=values):
            yield from itertools.chain.from_iterable(constants(value, names, depth) for value in values)
        case ast.Name(id=name) if depth < _DEEP:
            yield from itertools.chain.from_iterable(constants(v, names, depth + 1) for v in names.get(name, []))
        case ast.Subscript(value=table):
            yield from constants(table, names, depth)
        case ast.Call(func=ast.Attribute(attr="get", value=table), args=[_, *default]):
            yield from itertools.chain.from_iterable(constants(v, names, depth) for v in (table, *default))


def called(node: ast.Call) -> str:
    """The bare name of what is called."""
    match node.func:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""


def _of_call(
    node: ast.Call, helpers: Mapping[str, list[tuple[int, str]]], names: Names, codes: Codes, place: str
) -> None:
    codes.add("reason", _after_verdict(node.args), names, place)
    for position, sort in helpers.get(called(node), []):
        codes.add(sort, node.args[position] if len(node.args) > position else None, names, place)
    if called(node) in MADE_BY:
        for keyword in node.keywords:
            if keyword.arg in SORT_OF_PARAMETER:
                codes.add(SORT_OF_PARAMETER[keyword.arg], keyword.value, names, place)


def _assigned(tree: ast.Module) -> Names:
    """What each name of a module is assigned anywhere in it, unpacked tuples and loops over tables of tuples included."""
    names: Names = {}
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                names.setdefault(name, []).append(value)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                names.setdefault(name, []).append(value)
            case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
                _unpack(names, targets, values)
    for node in ast.walk(tree):
        match node:
            case (
                ast.For(target=ast.Tuple(elts=targets), iter=ast.Name(id=table))
                | ast.comprehension(target=ast.Tuple(elts=targets), iter=ast.Name(id=table))
            ):
                for row in [row for rows in names.get(table, []) for row in getattr(rows, "elts", [])]:
                    _unpack(names, targets, getattr(row, "elts", []))
    return names


def _unpack(names: Names, targets: list[ast.expr], values: list[ast.expr]) -> None:
    for target, value in zip(targets, values, strict=False):
        if isinstance(target, ast.Name):
            names.setdefault(target.id, []).append(value)


def _after_verdict(elements: list[ast.expr]) -> ast.expr | None:
    """In `Finding("rule", Verdict.FAIL, "code")` and in `(Verdict.FAIL, "code")` the code follows the verdict."""
    for verdict, code in itertools.pairwise(elements):
        match verdict:
            case ast.Attribute(value=ast.Name(id="Verdict")):
                return code
    return None


def _helpers(trees: Mapping[Path, ast.Module]) -> dict[str, list[tuple[int, str]]]:
    """Functions of our own that take a code: name -> (position, sort). Methods count without self."""
    found = {name: list(places) for name, places in MADE_BY.items()}
    for node in itertools.chain.from_iterable(ast.walk(tree) for tree in trees.values()):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names = [a.arg for a in node.args.args if a.arg != "self"]
            found.setdefault(node.name, []).extend(
                (names.index(n), s) for n, s in SORT_OF_PARAMETER.items() if n in names
            )
    return found
