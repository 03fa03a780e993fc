"""`loketbs match`: which dossier, or which file of a folder, each scan belongs to; reads in child processes and stores nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.assessing import context_of
from bot.output import plain
from bot.terminal import console, safe
from bot.texts import post
from intake.assess import Context, assess_file
from intake.decide import decide
from intake.errors import UnreadableFile
from intake.model import Assessment, Kind, Trust
from intake.paper.known import Known
from intake.paper.texts import TEXTS_OF, page_texts, texts_of
from intake.post.match import Match
from intake.read.sniff import sniff
from intake.relate import Item, item_of, known_dossier, relate

if TYPE_CHECKING:
    from bot.app import App
    from intake.sandbox import Sandbox


@dataclass(frozen=True)
class Answers:
    """Matches with the scans they are of."""

    found: tuple[tuple[Path, Match], ...]

    def documents(self) -> object:
        """One JSON object for one scan, an array for several."""
        each = [{"scan": path.name, **plain(match), "why": post.match(match.reason)} for path, match in self.found]
        return each[0] if len(each) == 1 else each

    def show(self) -> None:
        """For a person: a line per scan, and why."""
        terminal = console()
        for path, match in self.found:
            ref = f"[bold]{safe(match.ref)}[/]" if match.ref else "–"
            other = f" (dan {safe(match.runner_up.ref)} {match.runner_up.score:.0%})" if match.runner_up else ""
            terminal.print(f"{safe(path.name)}: {ref} {match.score:.0%}{other}", highlight=False)
            terminal.print(f"    [dim]{post.match(match.reason)}[/]", highlight=False)


def match_scans(house: App, scans: Sequence[Path], among: Path | None) -> Answers:
    """Match each scan with the dossiers, or with the files of a folder. Raises UnreadableFile before anything is matched."""
    contents = [(path, _bytes(path)) for path in scans]
    context = context_of(house.settings, None, None, ())
    known = among_files(_files(among), house.sandbox, context) if among else house.service.post.known.now()
    return Answers(tuple((path, match_scan(data, path.name, known, house.sandbox)) for path, data in contents))


def match_scan(data: bytes, name: str, known: Known, sandbox: Sandbox) -> Match:
    """Match one scan: read it, look for the code of a cover sheet, seek its text. Raises UnreadableFile."""
    document = sandbox.extract(data, name, sniff(data, name), None, Trust())
    if not document.readable:
        raise UnreadableFile(f"{name} cannot be read as a scan: give a PDF, TIFF, JPEG or PNG that opens")
    (document,) = sandbox.read_scans([(document, data)])
    pages = page_texts(document)
    codes = [code for page in range(1, len(pages) + 1) for code in sandbox.codes(data, page)]
    return known.find(pages, codes, whole=True)


def among_files(files: Mapping[str, bytes], sandbox: Sandbox, context: Context) -> Known:
    """The files of a folder under their names: documents as they are, mails as the house would keep them.

    A mail that repeats, supplements or corrects another stands under that one's name, as in its dossier.
    """
    judged = {name: assess_file(data, name, sandbox, context) for name, data in files.items()}
    known, dossiers = Known(), dict[str, list[Item]]()
    for name, assessment in sorted(judged.items(), key=_order):
        ref = _ref(name, assessment, dossiers) if assessment.mail else name
        if ref is None:
            continue
        dossiers.setdefault(ref, []).append(item_of(assessment))
        if assessment.mail is None or assessment.recognition.kind in TEXTS_OF:
            known.add(ref, texts_of(assessment))
    return known


def _ref(name: str, assessment: Assessment, dossiers: Mapping[str, list[Item]]) -> str | None:
    """Under which name the house would keep a mail, None for one it would not."""
    related = relate(item_of(assessment), [known_dossier(ref, items) for ref, items in dossiers.items()])
    decision = decide(assessment, related)
    opens = decision.opens_dossier or (decision.joins is None and assessment.recognition.kind is Kind.DRAFT)
    return name if opens else decision.joins


def _order(judged: tuple[str, Assessment]) -> tuple[bool, float, str]:
    """Submissions first, each by its date: a draft stands under what it became."""
    name, assessment = judged
    date = assessment.mail.date if assessment.mail else None
    return assessment.recognition.kind is not Kind.SUBMISSION, date.timestamp() if date else float("inf"), name


def _files(folder: Path) -> dict[str, bytes]:
    """The files of a folder by name, hidden ones left out. Raises UnreadableFile."""
    return {path.name: _bytes(path) for path in _listed(folder) if path.is_file() and not path.name.startswith(".")}


def _listed(folder: Path) -> Iterator[Path]:
    try:
        yield from sorted(folder.iterdir())
    except OSError as error:
        raise UnreadableFile(
            f"{folder} cannot be read: {error.strerror}; give a folder with mails or documents"
        ) from error


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be read: {error.strerror}") from error
