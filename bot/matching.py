"""`loketbs match`: which dossier, or which file of a folder, each scan belongs to; reads in child processes and stores nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from bot.assessing import context_of
from bot.output import plain
from bot.terminal import console, safe
from bot.texts import post
from intake.assess import Context, assess_file, assess_mail
from intake.decide import decide
from intake.errors import UnreadableFile
from intake.model import Assessment, Document, Kind, Trust
from intake.post.codes import Code
from intake.post.match import Frozen, Index, Match
from intake.read.sniff import sniff
from intake.relate import Item, item_of, known_dossier, reference_codes, relate
from intake.text import words

if TYPE_CHECKING:
    from bot.app import App
    from intake.sandbox import Sandbox

_TEXTS_OF = frozenset({Kind.SUBMISSION, Kind.SUPPLEMENT, Kind.CORRECTION, Kind.DRAFT})
"""Kinds of mail whose documents are what a partner sent in: post is held against those, not against answers or other scans."""
_ENOUGH_WORDS = 40  # of a document: a picture of a logo and a sheet with a signature match everything
_HEAD = 1500  # letters at the top of a letter, where its sender writes his reference


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


@dataclass
class Known:
    """What scans are held against: the texts, and the fingerprints of the documents of each dossier."""

    index: Index = field(default_factory=Index)
    prints: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, ref: str, assessment: Assessment) -> None:
        """Take over the documents of a mail or a bare document; one that cannot be opened by its references alone."""
        marks = item_of(assessment).references
        texts = [d.text for d in assessment.documents]
        if assessment.document == "body" and assessment.mail:
            texts.append(assessment.mail.text)
        told = [text for text in texts if len(words(text)) >= _ENOUGH_WORDS]
        for text in told or [""]:
            self.index.add(Frozen(ref, text, marks))
        self.prints[ref] |= {d.sha256 for d in assessment.documents}

    def coded(self, codes: Iterable[Code]) -> str | None:
        """The one dossier that codes name, when it holds a document of that fingerprint."""
        named = {c.number for c in codes if any(c.fits(sha256) for sha256 in self.prints.get(c.number, ()))}
        return next(iter(named)) if len(named) == 1 else None


def match_scans(house: App, scans: Sequence[Path], among: Path | None) -> Answers:
    """Match each scan with the dossiers, or with the files of a folder. Raises UnreadableFile before anything is matched."""
    contents = [(path, _bytes(path)) for path in scans]
    context = context_of(house.settings, None, None, ())
    known = among_files(_files(among), house.sandbox, context) if among else among_dossiers(house, context)
    return Answers(tuple((path, match_scan(data, path.name, known, house.sandbox)) for path, data in contents))


def match_scan(data: bytes, name: str, known: Known, sandbox: Sandbox) -> Match:
    """Match one scan: read it, look for the code of a cover sheet, seek its text. Raises UnreadableFile."""
    document = sandbox.extract(data, name, sniff(data, name), None, Trust())
    if not document.readable:
        raise UnreadableFile(f"{name} cannot be read as a scan: give a PDF, TIFF, JPEG or PNG that opens")
    (document,) = sandbox.read_scans([(document, data)])
    pages = page_texts(document)
    codes = [code for page in range(1, len(pages) + 1) for code in sandbox.codes(data, page)]
    marks = frozenset[str]().union(*(reference_codes(page[:_HEAD]) for page in pages))
    return known.index.match(pages, marks, known.coded(codes))


def page_texts(document: Document) -> list[str]:
    """The text of each page as it prints; all of it as one page where the format has none."""
    count = max([document.pages, 1, *(b.page or 1 for b in document.blocks)])
    texts: list[list[str]] = [[] for _ in range(count)]
    for block in document.blocks:
        if block.change != "deleted" and not block.hidden:
            texts[(block.page or 1) - 1].append(block.text)
    return ["\n".join(text) for text in texts]


def among_dossiers(house: App, context: Context) -> Known:
    """The documents that partners sent in, under their dossiers' numbers."""
    known = Known()
    for message in house.records.messages():
        if message.dossier and message.kind in _TEXTS_OF:
            known.add(message.dossier, assess_mail(house.records.raw(message.record), house.sandbox, context))
    return known


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
        if assessment.mail is None or assessment.recognition.kind in _TEXTS_OF:
            known.add(ref, assessment)
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
