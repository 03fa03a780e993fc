"""Findings in the order of the brochure, one group per item, so that a page reads like the format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.texts.items import RULE, SECTION
from intake.model import Finding, Verdict

_ORDER = {rule: place for place, rule in enumerate(dict.fromkeys([*RULE, *SECTION]))}
_GRAVITY = (Verdict.FAIL, Verdict.UNDETERMINED, Verdict.PASS)


@dataclass(frozen=True, slots=True)
class Group:
    """All findings of one rule. `verdict` is the gravest of them, so that no doubt hides behind a pass."""

    rule: str
    verdict: Verdict
    findings: tuple[Finding, ...]

    @property
    def mixed(self) -> bool:
        """Whether the findings disagree, so that each must show its own verdict."""
        return len({finding.verdict for finding in self.findings}) > 1


def by_rule(findings: Sequence[Finding]) -> tuple[Group, ...]:
    """Group by rule, brochure order first; rules the page does not know follow in the order they came."""
    rules = sorted(dict.fromkeys(f.rule for f in findings), key=lambda rule: _ORDER.get(rule, len(_ORDER)))
    return tuple(_group(rule, tuple(f for f in findings if f.rule == rule)) for rule in rules)


def _group(rule: str, findings: tuple[Finding, ...]) -> Group:
    verdict = next(grave for grave in _GRAVITY if any(f.verdict is grave for f in findings))
    return Group(rule, verdict, findings)
