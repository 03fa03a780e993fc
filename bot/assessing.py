"""`loketbs assess`: judges files as the service would, through the same child processes, and stores nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.table import Table

from bot import kept, texts
from bot.app import App
from bot.config import Settings
from bot.output import SIGN
from bot.register import load_register, load_trust, merged_authserv_ids
from bot.terminal import console, safe
from intake.assess import Context, assess_file
from intake.errors import UnreadableFile
from intake.model import Assessment, Finding, Register, Trust
from intake.report import to_json

if TYPE_CHECKING:
    from rich.console import Console


@dataclass(frozen=True)
class Answers:
    """Assessments with the files they are of."""

    judged: tuple[tuple[Path, Assessment], ...]

    def documents(self) -> object:
        """One JSON object for one file, an array for several."""
        found = [explained(to_json(assessment)) for _, assessment in self.judged]
        return found[0] if len(found) == 1 else found

    def show(self, *, explain: bool) -> None:
        """For a person: a short answer per file, or the whole reasoning."""
        terminal = console()
        for path, assessment in self.judged:
            _show(terminal, path, assessment)
            if explain:
                _explain(terminal, assessment)


def explained(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer with a sentence for every reason: `why` in Dutch, as staff read it, and the stable code as `reason`."""
    findings = [(reason, kept.finding(reason)) for reason in answer["reasons"]]
    reasons = [{**reason, "reason": found.reason, "why": texts.why(found)} for reason, found in findings]
    told = dict.fromkeys(texts.why(found) for _, found in findings if found.rule == "ondertekening")
    return {**answer, "reasons": reasons, "signature": {**answer["signature"], "why": " ".join(told)}}


def context_of(settings: Settings, partners: Path | None, trust: Path | None, authserv_ids: Sequence[str]) -> Context:
    """The context of the settings, with what the command line names instead."""
    desk = settings.desk
    register_file, trust_dir = partners or desk.register_file, trust or desk.trust_dir
    register = load_register(register_file) if register_file else Register()
    names = merged_authserv_ids(register, (*desk.authserv_ids, *authserv_ids))
    return Context(register, load_trust(trust_dir) if trust_dir else Trust(), names)


def assess_files(
    settings: Settings, files: Sequence[Path], partners: Path | None, trust: Path | None, authserv_ids: Sequence[str]
) -> Answers:
    """Judge each file. Raises UnreadableFile for the first that cannot be read, before anything is judged."""
    contents = [(path, _bytes(path)) for path in files]
    context = context_of(settings, partners, trust, authserv_ids)
    with App(settings) as house:
        return Answers(tuple((path, assess_file(data, path.name, house.sandbox, context)) for path, data in contents))


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be read: {error.strerror}") from error


def _show(terminal: Console, path: Path, assessment: Assessment) -> None:
    recognition, signature = assessment.recognition, assessment.signature
    missing = [texts.rule(name) for name, there in assessment.elements.items() if not there]
    table = Table(title=safe(str(path)), title_justify="left", show_header=False)
    rows: list[tuple[str, str | None]] = [
        ("kind", f"{texts.kind(recognition.kind)}{' (mogelijk formeel)' if recognition.possibly_formal else ''}"),
        ("document", assessment.document),
        ("title", assessment.title),
        ("organisations", "; ".join(assessment.organisations)),
        ("ministers", "; ".join(assessment.ministers)),
        ("signature", f"{texts.signature(signature.verdict)} {', '.join(texts.means(m) for m in signature.means)}"),
        ("not found", ", ".join(missing) if assessment.document else ""),
        ("threat", texts.threat(assessment.threat) if assessment.threat else ""),
        ("personal data", f"{len(assessment.personal_data)} possible" if assessment.personal_data else ""),
        ("not readable", "; ".join(texts.defect(d) for d in assessment.defects)),
    ]
    for name, value in rows:
        if value:
            table.add_row(f"[bold]{name}[/]", safe(value))
    terminal.print(table)


def _explain(terminal: Console, assessment: Assessment) -> None:
    findings: list[Finding] = [
        *assessment.recognition.findings,
        *assessment.signature.findings,
        *assessment.findings,
    ]
    for finding in findings:
        place = finding.place
        where = f"{place.file}{f', p. {place.page}' if place.page else ''}" if place else ""
        told = f"[bold]{texts.rule(finding.rule)}[/] {safe(texts.why(finding))}"
        terminal.print(f"{SIGN[finding.verdict]} {told}", highlight=False)
        if place and (where or place.quote):
            quote = f" “{place.quote[:300]}”" if place.quote else ""
            terminal.print(f"    [dim]{safe(where)}[/]{safe(quote)}", highlight=False)
