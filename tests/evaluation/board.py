"""The scoreboard: labels beside judgements, one score per label of `corpus/LABELS.md`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from unicodedata import normalize

from intake.text import fold, words
from tests.evaluation.scores import Score, Tally

SECTIONS = ("proces", "aanleiding", "bevindingen", "conclusie_aanbevelingen")
DIGITAL = frozenset({"pades", "smime", "ooxml", "odf"})


@dataclass
class Board:
    """All scores over one run; `add` one mail at a time."""

    kinds: Score = field(default_factory=Score)
    confusion: Counter[tuple[str, str]] = field(default_factory=Counter)
    formal: Tally = field(default_factory=Tally)
    opened_for_nothing: list[str] = field(default_factory=list)
    missed_submissions: list[str] = field(default_factory=list)
    documents: Score = field(default_factory=Score)
    titles: Score = field(default_factory=Score)
    organisations: Tally = field(default_factory=Tally)
    ministers: Tally = field(default_factory=Tally)
    named: Score = field(default_factory=Score)
    signatures: Score = field(default_factory=Score)
    digital: Score = field(default_factory=Score)
    means: Score = field(default_factory=Score)
    sections: Score = field(default_factory=Score)
    sections_readable: Score = field(default_factory=Score)
    elements: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    elements_readable: Tally = field(default_factory=Tally)
    element_misses: list[str] = field(default_factory=list)
    personal: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    personal_misses: list[str] = field(default_factory=list)
    complete: Score = field(default_factory=Score)
    threats: Score = field(default_factory=Score)
    seconds: dict[str, float] = field(default_factory=dict)
    reasons: dict[str, list[str]] = field(default_factory=dict)

    def add(self, name: str, label: Mapping[str, Any], found: Mapping[str, Any], seconds: float) -> None:
        """Compare one mail with its label."""
        self.seconds[name] = seconds
        self._kind(name, label, found)
        self.documents.judge(name, *(normalize("NFC", side["document"] or "") for side in (label, found)))
        if label["kind"] in {"submission", "draft", "correction"} and label["title"]:
            self.titles.judge(name, _plain(label["title"]), _plain(found["title"] or ""))
        self._names(name, label, found)
        self._signature(name, label, found)
        self._items(name, label, found)
        self._personal(name, label, found)
        if label["kind"] == "submission":
            self.complete.judge(name, label["complete"], found["complete"], _lacking(found))
        self.threats.judge(name, label["threat"], found["threat"])

    def _kind(self, name: str, label: Mapping[str, Any], found: Mapping[str, Any]) -> None:
        self.confusion[label["kind"], found["kind"]] += 1
        right = self.kinds.judge(name, label["kind"], found["kind"])
        submission = label["kind"] == "submission"
        if not self.formal.judge(expected=submission, found=found["possibly_formal"]):
            (self.missed_submissions if submission else self.opened_for_nothing).append(name)
            right = False
        if not right:
            said = [r for r in found["reasons"] if r["rule"] == "herkenning"]
            self.reasons[name] = [
                f"{r['verdict']} {r['values']} {r['why']}: {(r['quote'] or '')[:90]}" for r in said[:8]
            ]

    def _names(self, name: str, label: Mapping[str, Any], found: Mapping[str, Any]) -> None:
        if label["kind"] in {"question", "automatic", "other"}:
            return
        for key, tally in (("organisations", self.organisations), ("ministers", self.ministers)):
            left, right = ([_plain(n) for n in side[key]] for side in (label, found))
            if not tally.compare(left, right):
                self.named.wrong.append(f"{name} {key}: expected {label[key]}, found {found[key]}")

    def _signature(self, name: str, label: Mapping[str, Any], found: Mapping[str, Any]) -> None:
        expected, verdict = label["signature"], found["signature"]["verdict"]
        self.signatures.judge(name, expected["verdict"], verdict, found["signature"]["why"])
        if DIGITAL & set(expected["means"]):
            self.digital.judge(name, expected["verdict"], verdict)
        self.means.judge(name, sorted(expected["means"]), sorted(found["signature"]["means"]))

    def _items(self, name: str, label: Mapping[str, Any], found: Mapping[str, Any]) -> None:
        if label["kind"] in {"case_report", "withdrawal", "minister_response", "question", "automatic", "other"}:
            return
        read = not any(r["why"] == "no_text" for r in found["reasons"])
        for section in SECTIONS:
            expected, there = label["sections"][section], bool(found["sections"].get(section))
            self.sections.judge(f"{name} {section}", expected, there)
            if read:
                self.sections_readable.judge(f"{name} {section}", expected, there)
        for element, expected in label["elements"].items():
            there = bool(found["elements"].get(element))
            if read:
                self.elements_readable.judge(expected=expected, found=there)
            if not self.elements[element].judge(expected=expected, found=there):
                self.element_misses.append(f"{name} {element}: expected {expected}{_why(element, found)}")

    def _personal(self, name: str, label: Mapping[str, Any], found: Mapping[str, Any]) -> None:
        expected, given = ([(d["type"], _token(d["text"])) for d in side["personal_data"]] for side in (label, found))
        for kind in {k for k, _ in (*expected, *given)}:
            self.personal[kind].compare([t for k, t in expected if k == kind], [t for k, t in given if k == kind])
        self.personal_misses += [f"{name} missed {k}: {t}" for k, t in _minus(expected, given)]
        self.personal_misses += [f"{name} false {k}: {t}" for k, t in _minus(given, expected)]

    def to_json(self) -> dict[str, Any]:
        """All figures and misses."""
        items = Tally()
        for tally in self.elements.values():
            for part in ("hit", "false", "missed", "quiet"):
                setattr(items, part, getattr(items, part) + getattr(tally, part))
        times = sorted(self.seconds.values())
        other = self.formal.false + self.formal.quiet
        return {
            "mails": len(times),
            "kind": self.kinds.to_json(),
            "confusion": [{"expected": e, "found": f, "count": n} for (e, f), n in sorted(self.confusion.items())],
            "possibly_formal": self.formal.to_json()
            | {
                "missed_submissions": self.missed_submissions,
                "opened_for_nothing": self.opened_for_nothing,
                "opened_for_nothing_rate": round(self.formal.false / other, 4) if other else 0.0,
            },
            "document": self.documents.to_json(),
            "title": self.titles.to_json(),
            "organisations": self.organisations.to_json(),
            "ministers": self.ministers.to_json(),
            "name_misses": self.named.wrong,
            "signature": self.signatures.to_json(),
            "signature_digital": self.digital.to_json(),
            "signature_means": self.means.to_json(),
            "sections": self.sections.to_json(),
            "sections_readable": self.sections_readable.to_json(),
            "elements_overall": items.to_json(),
            "elements_readable": self.elements_readable.to_json(),
            "elements": {name: tally.to_json() for name, tally in self.elements.items()},
            "element_misses": self.element_misses,
            "personal_data": {name: tally.to_json() for name, tally in sorted(self.personal.items())},
            "personal_misses": self.personal_misses,
            "complete": self.complete.to_json(),
            "threat": self.threats.to_json(),
            "seconds": {
                "median": round(times[len(times) // 2], 3) if times else 0.0,
                "worst": dict(sorted(self.seconds.items(), key=lambda x: -x[1])[:5]),
            },
            "reasons": self.reasons,
        }


def _why(rule: str, found: Mapping[str, Any]) -> str:
    """What a rule says for itself, and the words it rests on."""
    reason = next((r for r in found["reasons"] if r["rule"] == rule), None)
    return f" ({reason['why']}, {reason['confidence']}: {(reason['quote'] or '')[:120]})" if reason else ""


def _lacking(found: Mapping[str, Any]) -> str:
    """What stands between a mail and being complete."""
    items = [name for name, there in (found["sections"] | found["elements"]).items() if not there]
    return ", ".join([f"signature {found['signature']['verdict']}", *items])


def _plain(text: str) -> str:
    return " ".join(words(text))


def _token(text: str) -> str:
    return "".join(c for c in fold(text) if c.isalnum())


def _minus(left: list[tuple[str, str]], right: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return list((Counter(left) - Counter(right)).elements())
