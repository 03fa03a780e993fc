"""Weighs the evidence of a mail into one kind, and says which evidence decided."""

from __future__ import annotations

from collections.abc import Sequence

from intake.checks.afzender import Authentication
from intake.formats.recognition import Rule, recognition_rules
from intake.model import Document, Finding, Kind, Mail, Recognition, Register, Verdict
from intake.recognise.evidence import Evidence, weigh
from intake.recognise.facts import mail_evidence, own_words
from intake.recognise.papers import Paper, look_at, paper_of_text

_MAY_BE_FORMAL = frozenset({Kind.DRAFT, Kind.QUESTION, Kind.OTHER})
"""Kinds a submission may be mistaken for; the others join a dossier or say plainly what they are."""
_PAPERS = frozenset({"paper_signal", "paper_picture", "paper_unreadable", "paper_cover_letter"})
RULE = "herkenning"
"""The rule of every finding of this stage; its value is the kind that it speaks for or against."""


def recognise(
    mail: Mail,
    documents: Sequence[Document],
    authentication: Authentication,
    register: Register,
    papers: Sequence[Paper] | None = None,
) -> Recognition:
    """Say what kind a mail is. `papers` are `look_at` of the documents, where the caller has them already."""
    papers = [look_at(d) for d in documents] if papers is None else papers
    evidence = mail_evidence(mail, papers, paper_of_text(own_words(mail)), authentication, register)
    totals, held = weigh(recognition_rules().mail_rules, evidence)
    kind = max(Kind, key=lambda k: totals.get(k, 0.0))
    formal = kind is Kind.SUBMISSION or _in_doubt(kind, totals, evidence) or _unexplained(kind, held, evidence)
    return Recognition(kind, formal, tuple(_findings(kind, formal=formal, held=held, evidence=evidence)))


def _in_doubt(kind: Kind, totals: dict[str, float], evidence: Evidence) -> bool:
    """A submission cannot be ruled out: it came close, and there is something to submit or it says it submits."""
    close = totals.get(Kind.SUBMISSION, 0.0) >= totals.get(kind, 0.0) - recognition_rules().doubt
    return kind in _MAY_BE_FORMAL and close and not {"submits", "paper_signal", "body_signal"}.isdisjoint(evidence)


def _unexplained(kind: Kind, held: Sequence[Rule], evidence: Evidence) -> bool:
    """A partner sent a paper and nothing tells what for: a person must say that it is no submission."""
    says = any(_names(rule) and rule.weights.get(kind, 0.0) > 0 for rule in held)
    return kind is Kind.OTHER and not says and "from_partner" in evidence and not _PAPERS.isdisjoint(evidence)


def _findings(kind: Kind, *, formal: bool, held: Sequence[Rule], evidence: Evidence) -> list[Finding]:
    """What spoke for the kind (pass), against it (fail), and for a submission where that is in doubt (undetermined)."""
    findings = [_finding(r, kind, Verdict.PASS, evidence) for r in held if r.weights.get(kind, 0.0) > 0 and _names(r)]
    findings += [_finding(r, kind, Verdict.FAIL, evidence) for r in held if r.weights.get(kind, 0.0) < 0]
    if formal and kind is not Kind.SUBMISSION:
        wanted = [r for r in held if r.weights.get(Kind.SUBMISSION, 0.0) > 0 and _names(r)]
        findings += [_finding(r, Kind.SUBMISSION, Verdict.UNDETERMINED, evidence) for r in wanted]
    return sorted(findings, key=lambda f: (f.verdict is not Verdict.PASS, -f.confidence))


def _names(rule: Rule) -> bool:
    return bool(rule.when or rule.any)


def _finding(rule: Rule, kind: Kind, verdict: Verdict, evidence: Evidence) -> Finding:
    seen = [name for name in (*rule.when, *rule.any) if name in evidence]
    reason = next((name for name in seen if evidence[name] is not None), seen[0])
    weight = min(1.0, abs(rule.weights[kind]) / 10)
    return Finding(RULE, verdict, reason, evidence[reason], (kind.value,), weight)
