"""Reads `recognition.toml`: the cues a mail or a document may hold, and what they weigh. Every mistake in it is told at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

SCOPES = frozenset({"subject", "own", "files", "sender", "mailer", "head", "paper"})
"""Where a cue is looked for: the bare subject, the sender's own sentences, file names, the local part of the sender's address, the
names of programs in the headers, a document's first lines, all of a document."""


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that mean something. `says` finds them in a folded sentence, `unless` in the same sentence takes that back."""

    id: str
    scopes: frozenset[str]
    says: re.Pattern[str]
    unless: re.Pattern[str] | None = None

    def found_in(self, folded: str) -> bool:
        return self.says.search(folded) is not None and not (self.unless and self.unless.search(folded))


@dataclass(frozen=True, slots=True)
class Rule:
    """What it weighs that all of `when` hold, at least one of `any` (if given) and none of `unless`; `weights` per outcome."""

    id: str
    when: tuple[str, ...]
    any: tuple[str, ...]
    unless: tuple[str, ...]
    weights: Mapping[str, float]

    def holds(self, evidence: Mapping[str, object]) -> bool:
        return (
            all(name in evidence for name in self.when)
            and (not self.any or any(name in evidence for name in self.any))
            and not any(name in evidence for name in self.unless)
        )


@dataclass(frozen=True, slots=True)
class RecognitionRules:
    """The whole file: cues, the rules that weigh mails into kinds, and those that weigh documents into papers."""

    cues: tuple[Cue, ...]
    mail_rules: tuple[Rule, ...]
    paper_rules: tuple[Rule, ...]
    doubt: float
    """A submission that scores at most this much less than the winner counts as possibly formal."""


@cache
def recognition_rules() -> RecognitionRules:
    """The rules that ship with this version."""
    return parse_rules((files("intake.formats") / "recognition.toml").read_text(encoding="utf-8"))


def parse_rules(text: str) -> RecognitionRules:
    """Parse a rules file. Raises ValueError naming every wrong entry."""
    data = tomllib.loads(text)
    macros: dict[str, str] = {}
    for name, pattern in data.get("words", {}).items():
        macros[name] = _expand(pattern, macros)
    problems: list[str] = []
    cues = tuple(_cue(row, macros, problems) for row in data["cue"])
    known = {c.id for c in cues} | set(data.get("facts", ()))
    mail_rules = tuple(_rule(row, known, problems) for row in data["mail"])
    paper_rules = tuple(_rule(row, known, problems) for row in data["paper"])
    if problems:
        raise ValueError("recognition rules: " + "; ".join(problems))
    return RecognitionRules(cues, mail_rules, paper_rules, float(data["doubt"]))


def _cue(row: Mapping[str, Any], macros: Mapping[str, str], problems: list[str]) -> Cue:
    scopes = frozenset(row["in"])
    if scopes - SCOPES:
        problems.append(f"cue {row['id']}: unknown scope {sorted(scopes - SCOPES)}")
    says = "|".join(f"(?:{_expand(p, macros)})" for p in row["says"])
    unless = "|".join(f"(?:{_expand(p, macros)})" for p in row.get("unless", ()))
    return Cue(row["id"], scopes, re.compile(says), re.compile(unless) if unless else None)


def _rule(row: Mapping[str, Any], known: set[str], problems: list[str]) -> Rule:
    when, either, unless = (tuple(row.get(key, ())) for key in ("when", "any", "unless"))
    identifier = row.get("id") or "+".join(row.get("when", row.get("any", ())))
    if strange := {*when, *either, *unless} - known:
        problems.append(f"rule {identifier}: unknown evidence {sorted(strange)}")
    return Rule(identifier, when, either, unless, {k: float(v) for k, v in row["weights"].items()})


def _expand(pattern: str, macros: Mapping[str, str]) -> str:
    return re.sub(r"<(\w+)>", lambda m: f"(?:{macros[m.group(1)]})" if m.group(1) in macros else m.group(0), pattern)
