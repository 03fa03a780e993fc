"""The comparison of a letter as a job of its own: minutes of work, done apart from everything else, and frozen with its report."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from pydantic import TypeAdapter

from intake.documents.limits import Refused
from intake.errors import SandboxError
from intake.paper.known import Chosen
from intake.paper.post import CARD, PostRoom
from intake.post.comparison import Comparison, PostVerdict
from storage.canonical import moment
from storage.letters import Hand, LetterView, Outcome
from storage.packages import PackageFile, PackageInfo
from storage.values import Claim, NewJob
from storage.vault import FrozenCopy

log = logging.getLogger(__name__)

COMPARISON, REPORT = "vergelijking.json", "verslag.html"
"""The files of the package of a comparison, beside the scan itself."""
Report = Callable[[Comparison, str], str]
"""Makes the report that people read, for a comparison and the number of its dossier: a page of HTML with everything in it."""
JSON: TypeAdapter[Comparison] = TypeAdapter(Comparison)
_Sheeted = TypeVar("_Sheeted", bound=Any)


@dataclass(frozen=True)
class Comparing:
    """Does the jobs of comparing, for one post room; `report` is None where nobody reads."""

    post: PostRoom
    report: Report | None = None

    def __call__(self, job: Claim) -> None:
        """Compare ●, freeze the result ●, tell it ●; a letter that lies elsewhere by now is left to its next job."""
        record, part, number = str(job.payload["record"]), int(job.payload["part"]), str(job.payload["dossier"])
        letter = next((v for v in self.post.letters.of(record) if v.part == part and v.dossier == number), None)
        if letter is None:
            self.post.records.work.finish(job)
            return
        chosen = self.post.known.document(number, self.post.pages_of(letter))
        found = replace(self._compare(letter, chosen), timings={})  # the same work gives the same package
        package = self._freeze(found, letter, number)
        counts = len(found.deviations), len(found.unreadable)
        outcome = Outcome(found.verdict.value, *counts, chosen.text.sha256 if chosen else "", package)
        hand = Hand(self.post.clock.now())
        told = self.post.letters.compared(job, letter, outcome, hand, jobs=(NewJob(CARD),))
        extra = {"action": "Vergelijking", "record": record, "dossier": number, "verdict": found.verdict.value}
        log.info("compared" if told else "compared in vain", extra=extra)

    def _compare(self, letter: LetterView, chosen: Chosen | None) -> Comparison:
        if chosen is None:
            return Comparison(PostVerdict.UNDETERMINED, reasons=("nothing_to_compare",))
        frozen = self._frozen(chosen)
        scan = self.post.scan(letter.record, letter.file)
        stack = sum(
            text.position == letter.file and len(text.pages) for text in self.post.records.held.of(letter.record)
        )
        try:
            if len(letter.pages) == stack:
                return self.post.door.compare(frozen, scan, faces=True)
            cut = self.post.door.excerpt(scan, letter.pages)
            return renumbered(self.post.door.compare(frozen, cut, faces=True), letter.pages)
        except (Refused, SandboxError):
            return Comparison(PostVerdict.UNDETERMINED, reasons=("sheets_not_read",))

    def _frozen(self, chosen: Chosen) -> bytes:
        """The document's bytes; of a signal that stands in a mail itself, its words."""
        if not chosen.text.sha256:
            return chosen.text.text.encode()
        return self.post.document(chosen.record, chosen.text.sha256)

    def _freeze(self, found: Comparison, letter: LetterView, number: str) -> FrozenCopy:
        """One package: the scan, everything that the comparison says, and the report."""
        records = self.post.records
        message = records.message(letter.record)
        name = f"{letter.record}.{message.raw.key.rpartition('.')[2]}"
        files = [PackageFile(name, records.raw(letter.record)), PackageFile(COMPARISON, JSON.dump_json(found))]
        if self.report:
            files.append(PackageFile(REPORT, self.report(found, number).encode()))
        findings = {
            "letter": letter.part,
            "pages": list(letter.pages),
            "dossier": number,
            "verdict": found.verdict.value,
            "deviations": len(found.deviations),
            "unreadable": len(found.unreadable),
        }
        received, recorded = moment(message.received_at), moment(message.recorded_at)
        return records.freeze_package(files, PackageInfo(letter.record, received, recorded, findings))


def renumbered(found: Comparison, pages: Sequence[int]) -> Comparison:
    """A comparison of some pages of a scan, with the numbers that its sheets have in the whole scan."""

    def moved(values: Sequence[_Sheeted]) -> tuple[_Sheeted, ...]:
        return tuple(replace(v, sheet=pages[v.sheet - 1]) if v.sheet else v for v in values)

    return replace(
        found,
        pages=moved(found.pages),
        deviations=moved(found.deviations),
        unreadable=moved(found.unreadable),
        benign=moved(found.benign),
        signatures=moved(found.signatures),
    )
