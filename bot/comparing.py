"""`loketbs compare`: what differs between a document and its scanned paper version; reads in child processes and stores nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.dossier.post.spots import gravity
from bot.output import plain
from bot.terminal import console, safe
from bot.texts import comparison as words
from intake.assess import Context, assess_file
from intake.documents.limits import Refused
from intake.errors import SandboxError, UnreadableFile
from intake.model import Attachment
from intake.post.comparison import Comparison, PostVerdict
from intake.sandbox import Sandbox

EQUAL = frozenset({PostVerdict.IDENTICAL, PostVerdict.SIGNATURE_PAGE_ONLY})
_PAPERS = (".pdf", ".docx", ".odt")


@dataclass(frozen=True)
class Compared:
    """A comparison with the names of the two files."""

    document: str
    scan: str
    found: Comparison

    @property
    def equal(self) -> bool:
        """Whether the paper says what the document says."""
        return self.found.verdict in EQUAL

    def as_json(self) -> dict[str, Any]:
        """Everything but the pictures (DESIGN §9)."""
        told = plain(self.found)
        del told["faces"]
        return {"document": self.document, "scan": self.scan, **told, "wet_signature": self.found.wet_signature}

    def report(self, made: dt.datetime) -> str:
        """As one HTML file for staff; `made` is aware."""
        from bot.dossier.post.report import render_report

        return render_report(self.found, document=self.document, scan=self.scan, made=made)

    def show(self) -> None:
        """For a person: the verdict, every deviation, and what could not be decided."""
        terminal, found = console(), self.found
        deviations, unreadable = (sorted(group, key=gravity) for group in (found.deviations, found.unreadable))
        answer = words.answer(found.verdict, deviations, unreadable)
        terminal.print(f"[bold]{safe(answer)}[/]", highlight=False)
        for reason in found.reasons:
            terminal.print(f"    [dim]{words.reason(reason)}[/]", highlight=False)
        for deviation in deviations:
            terminal.print(f"[red]✗[/] {safe(words.difference(deviation))}", highlight=False)
        for deviation in unreadable:
            terminal.print(f"[yellow]?[/] {safe(words.doubt(deviation))}", highlight=False)


def compare_files(document: Path, scan: Path, sandbox: Sandbox, context: Context, *, faces: bool = False) -> Compared:
    """Compare a scan with a document, or with the document in a mail. Raises UnreadableFile."""
    frozen, paper = _bytes(document), _bytes(scan)
    try:
        found = sandbox.compare(_document(frozen, document.name, sandbox, context), paper, faces=faces)
    except (Refused, SandboxError) as error:
        raise UnreadableFile(f"{scan} cannot be read as a scan: give a PDF, TIFF, JPEG or PNG that opens") from error
    return Compared(document.name, scan.name, found)


def _document(data: bytes, name: str, sandbox: Sandbox, context: Context) -> bytes:
    """The document itself; of a mail the one it submits. Raises UnreadableFile."""
    if not name.lower().endswith((".eml", ".msg")):
        return data
    assessment = assess_file(data, name, sandbox, context)
    files = assessment.mail.attachments if assessment.mail else ()
    chosen = _chosen(files, assessment.document)
    if chosen is None:
        raise UnreadableFile(f"{name} has no document to compare with: give the document itself")
    return chosen.content


def _chosen(files: Sequence[Attachment], name: str | None) -> Attachment | None:
    """The file of that name, or, where it is a container, the largest document in it."""
    named = next((f for f in files if f.name == name), None)
    inside = [f for f in files if f.inside == name and f.name.lower().endswith(_PAPERS)]
    return max(inside, key=lambda f: f.size, default=named) if named is not None else None


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be read: {error.strerror}") from error
