"""`python -m tests.evaluation.scans [--only s00]`: match and compare the labelled scans, and tell how well it went."""

from __future__ import annotations

import argparse
import json
import logging
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.comparing import EQUAL
from bot.matching import among_files, match_scan
from bot.register import load_register, load_trust
from intake.archives import read_any
from intake.assess import Context
from intake.model import Trust
from intake.paper.known import Known
from intake.post.comparison import Comparison, DeviationKind
from intake.post.pages import OcrLimits
from intake.sandbox import Sandbox
from intake.text import words
from tests.evaluation.scores import Score, Tally
from tests.paths import ROOT, SHARED

CORPUS = SHARED / "corpus"
PAGE_FAULTS = {"page_missing", "page_added", "pages_swapped", "annex_missing"}
LIKENESS = 0.5  # of a label's words that a found deviation must have on the side that tells

Labels = Mapping[str, Any]


@dataclass
class ScanBoard:
    """All scores over the scans; `add` one scan at a time."""

    documents: Score = field(default_factory=Score)
    verdicts: Score = field(default_factory=Score)
    confusion: Counter[tuple[str, str]] = field(default_factory=Counter)
    deviating: Score = field(default_factory=Score)
    identical: Score = field(default_factory=Score)
    located: Score = field(default_factory=Score)
    located_versions: Score = field(default_factory=Score)
    page_faults: Score = field(default_factory=Score)
    ink: Tally = field(default_factory=Tally)
    ink_wrong: list[str] = field(default_factory=list)
    false_deviations: list[str] = field(default_factory=list)
    identical_pages: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    def add(self, name: str, label: Labels, ref: str | None, found: Comparison, seconds: float) -> None:
        """Compare one scan with its label."""
        self.seconds[name] = round(seconds, 2)
        self.documents.judge(name, label["matches"], ref)
        verdict, wanted = found.verdict.value, label["verdict"]
        equal = wanted == "identical"
        self.confusion[wanted, verdict] += 1
        right = verdict in EQUAL if equal else verdict == wanted
        self.verdicts.judge(name, wanted, wanted if right else verdict)
        if equal:
            self.identical.judge(name, "identical", "identical" if right else verdict)
            self.identical_pages += sum(p.page is not None and p.sheet is not None for p in found.pages)
            self.false_deviations += [
                f"{name}: {d.kind} p.{d.page} {d.frozen!r} -> {d.scan!r}" for d in found.deviations
            ]
        elif label["matches"]:
            self.deviating.judge(name, "deviates", "deviates" if found.deviations else verdict)
        self._deviations(name, label, found)
        if not self.ink.judge(expected=label["wet_signature"], found=found.wet_signature):
            self.ink_wrong.append(f"{name}: expected {label['wet_signature']}")

    def _deviations(self, name: str, label: Labels, found: Comparison) -> None:
        for wanted in label["deviations"]:
            score = self.located if label["verdict"] == "deviates" else self.located_versions
            there = any(_same(wanted, d.kind, d.page, d.frozen, d.scan) for d in found.deviations)
            told = f"{wanted['kind']} p.{wanted['page']} {wanted['frozen'][:40]!r} -> {wanted['scan'][:40]!r}"
            score.judge(f"{name} {told}", expected := "found", expected if there else "missed")
            if wanted["kind"] in PAGE_FAULTS:
                self.page_faults.judge(name, wanted["kind"], wanted["kind"] if there else found.verdict.value)

    def to_json(self) -> dict[str, Any]:
        """All figures and misses."""
        rate = len(self.false_deviations) / self.identical_pages if self.identical_pages else 0.0
        scores = ("documents", "verdicts", "deviating", "identical", "located", "located_versions", "page_faults")
        return {name: getattr(self, name).to_json() for name in scores} | {
            "wet_signature": self.ink.to_json() | {"wrong": self.ink_wrong},
            "false_deviations": self.false_deviations,
            "false_deviations_per_page": round(rate, 4),
            "identical_pages": self.identical_pages,
            "confusion": [{"expected": e, "found": f, "count": n} for (e, f), n in sorted(self.confusion.items())],
            "seconds": self.seconds,
        }


def _same(wanted: Labels, kind: DeviationKind, page: int | None, frozen: str, scan: str) -> bool:
    """Whether a found deviation is the labelled one: the same page, and its words on either side."""
    if wanted["kind"] in PAGE_FAULTS:
        return kind.value == wanted["kind"] and (page is None or page == wanted["page"])
    if page is None or abs(page - wanted["page"]) > 1:
        return False
    if wanted["kind"] == "handwritten_note":
        return kind is DeviationKind.HANDWRITTEN_NOTE
    gone, came = (list((Counter(words(a)) - Counter(words(b))).elements()) for a, b in _sides(wanted))
    return _holds(gone, frozen) and (_holds(came, scan) or not came)


def _sides(wanted: Labels) -> tuple[tuple[str, str], tuple[str, str]]:
    return (wanted["frozen"], wanted["scan"]), (wanted["scan"], wanted["frozen"])


def _holds(some: Sequence[str], text: str) -> bool:
    there = set(words(text))
    return not some or sum(word in there for word in some) >= LIKENESS * len(some)


def evaluate(corpus: Path, only: str = "", *, match: bool = True) -> ScanBoard:
    """Match and compare every labelled scan, through child processes as the service does."""
    labels = json.loads((corpus / "labels.json").read_text(encoding="utf-8"))
    pki = corpus / "pki"
    register = load_register(corpus / "partners.toml")
    context = Context(register, load_trust(pki) if pki.is_dir() else Trust((), ()), register.authserv_ids)
    board = ScanBoard()
    with Sandbox(reading=OcrLimits(seconds=900.0)) as sandbox:
        mails = {p.name: p.read_bytes() for p in sorted((corpus / "mails").iterdir())} if match else {}
        known = among_files(mails, sandbox, context) if match else Known()
        for name, label in _chosen(labels["scans"], only):
            data = (corpus / "scans" / name).read_bytes()
            began = time.perf_counter()
            ref = match_scan(data, name, known, sandbox).ref if match else label["matches"]
            beside = label["matches"] or ref or next(iter(sorted(labels["mails"])))
            found = sandbox.compare(document_of(corpus, labels, beside), data)
            board.add(name, label, ref, found, time.perf_counter() - began)
            print(f"{name} {label['verdict']} -> {found.verdict.value}", file=sys.stderr, flush=True)
    return board


def _chosen(labels: Mapping[str, Labels], only: str) -> Iterator[tuple[str, Labels]]:
    yield from ((name, label) for name, label in sorted(labels.items()) if only in name)


def document_of(corpus: Path, labels: Mapping[str, Any], mail: str) -> bytes:
    """The document that a mail of the corpus submits."""
    label = labels["mails"][mail]
    wanted = label.get("inner_document") or label["document"]
    files = read_any((corpus / "mails" / mail).read_bytes(), mail).attachments
    return next(f.content for f in files if wanted and (f.name == wanted or f.name.endswith(f"/{wanted}")))


def as_text(found: Mapping[str, Any]) -> str:
    """One screen of figures, the confusion, then every miss."""
    lines = [
        f"{name:<18} {found[name]['rate']:.3f}  ({found[name]['right']}/{found[name]['total']})"
        for name in ("documents", "verdicts", "deviating", "identical", "located", "located_versions", "page_faults")
    ]
    ink = found["wet_signature"]
    lines.append(f"{'wet_signature':<18} {ink['rate']:.3f}")
    pages = found["identical_pages"]
    lines.append(f"false deviations   {found['false_deviations_per_page']:.3f} per page ({pages} identical pages)")
    lines.append("confusion (expected -> found)")
    lines += [f"  {r['expected']} -> {r['found']}: {r['count']}" for r in found["confusion"]]
    for name in ("documents", "verdicts", "located", "located_versions", "page_faults"):
        lines += [f"{name}: {line}" for line in found[name]["wrong"]]
    lines += [f"false deviation: {line}" for line in found["false_deviations"]]
    lines += [f"wet_signature: {line}" for line in ink["wrong"]]
    return "\n".join(lines)


def main() -> int:
    """Run, print, and write build/scans.json."""
    parser = argparse.ArgumentParser(prog="python -m tests.evaluation.scans", description=__doc__)
    parser.add_argument("--only", default="", help="only scans whose file name contains this")
    parser.add_argument("--corpus", type=Path, default=CORPUS, help="a folder as described in corpus/LABELS.md")
    parser.add_argument("--without-match", action="store_true", help="compare only: matching reads every mail first")
    arguments = parser.parse_args()
    if not (arguments.corpus / "labels.json").is_file():
        print(f"{arguments.corpus} holds no labelled corpus; the evaluation needs ../shared", file=sys.stderr)
        return 2
    if not any(arguments.only in path.name for path in (arguments.corpus / "scans").iterdir()):
        return 0
    logging.disable(logging.CRITICAL)  # libraries log what a mail does wrong; here that is expected
    found = evaluate(arguments.corpus, arguments.only, match=not arguments.without_match).to_json()
    print(as_text(found))
    build = ROOT / "build"
    build.mkdir(exist_ok=True)
    (build / "scans.json").write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
