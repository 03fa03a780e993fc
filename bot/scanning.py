"""`loketbs scan`, `link` and `unlink`: scans of post taken in from files, and what a person says about where they belong."""

from __future__ import annotations

import getpass
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot import texts
from bot.errors import SettingsError
from bot.terminal import console, safe
from bot.texts import post as words
from intake.errors import UnreadableFile
from intake.paper.forms import OTHER, form_of
from intake.paper.laying import NO_SCAN, NOT_READ
from intake.paper.track import STATE_OF
from storage.canonical import sha256
from storage.letters import Hand, LetterView, SheetView

if TYPE_CHECKING:
    from bot.app import App

WAY = "scan-command"
"""The name under which the records know that a scan came by the command."""
_LONGEST, _LOOK = 1800.0, 0.3  # seconds to wait for another worker, and between two looks
_DEVIATES = "wijkt_af"


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one file. `known`: the same bytes had a record already."""

    name: str
    record: str
    known: bool
    letters: tuple[LetterView, ...]
    sheets: tuple[SheetView, ...]
    attention: tuple[str, ...]

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "scan": self.name,
            "record": self.record,
            "known": self.known,
            "letters": [_letter(letter) for letter in self.letters],
            "sheets": [{"page": sheet.page, "role": sheet.role} for sheet in self.sheets],
            "attention": list(self.attention),
        }


@dataclass(frozen=True)
class AllTaken:
    """What became of several files."""

    taken: tuple[Taken, ...]

    @property
    def unreadable(self) -> bool:
        """Whether a file of them could not be read."""
        return any({NOT_READ, NO_SCAN} & set(one.attention) for one in self.taken)

    @property
    def deviating(self) -> bool:
        """Whether a letter of them is not what was frozen."""
        return any(STATE_OF[letter.verdict] == _DEVIATES for one in self.taken for letter in one.letters)

    def documents(self) -> object:
        """One JSON object for one scan, an array for several."""
        each = [one.document() for one in self.taken]
        return each[0] if len(each) == 1 else each

    def show(self) -> None:
        """For a person: each file with its letters, and what they wait for."""
        terminal = console()
        for one in self.taken:
            again = " (was bekend)" if one.known else ""
            terminal.print(f"{safe(one.name)}: [bold]{one.record}[/]{again}", highlight=False)
            for letter in one.letters:
                terminal.print(f"    {words.letter(letter)}", highlight=False)
                terminal.print(f"    [dim]{safe(words.why(letter))}[/]", highlight=False)
            for code in one.attention:
                terminal.print(f"    [yellow]▲[/] {texts.attention(code)}", highlight=False)


def take_scans(house: App, files: Sequence[Path]) -> AllTaken:
    """Receive files as scans and wait until all is done that follows. Raises UnreadableFile before anything is received."""
    contents = [(path, _scan(path, house.settings.scans.megabytes << 20)) for path in files]
    received = [(path, receive(house, data, WAY)) for path, data in contents]
    records = [record for _, (record, _) in received]
    _work_off(house, records)
    return AllTaken(tuple(_taken(house, path.name, record, known=known) for path, (record, known) in received))


def _work_off(house: App, records: Sequence[str]) -> None:
    """Do what is due; what another worker holds of these scans is waited for."""
    watch, end = house.watch(with_mailbox=False), time.monotonic() + _LONGEST
    while time.monotonic() < end:
        if not watch.step():
            if not house.records.work.held(records):
                return
            time.sleep(_LOOK)


def receive(house: App, data: bytes, way: str) -> tuple[str, bool]:
    """Receive bytes as a scan; its record, and whether it had one already."""
    receipt = house.service.receive_scan(data, way, sha256(data), house.clock.now())
    return receipt.record, receipt.known


def link_scan(house: App, record: str, part: int | None, number: str, reason: str) -> str:
    """A person puts a letter into a dossier; a sentence that says so. Raises SettingsError, StorageError."""
    chosen = _part(house, record, part)
    house.service.post.link(record, chosen, number, _hand(house, reason))
    return f"{record}: part {chosen} now lies in {number}; the service compares it there"


def unlink_scan(house: App, record: str, part: int | None, reason: str) -> str:
    """A person takes a letter out of its dossier; a sentence that says so. Raises SettingsError, StorageError."""
    chosen = _part(house, record, part)
    number = house.service.post.unlink(record, chosen, _hand(house, reason))
    return f"{record}: part {chosen} no longer lies in {number}"


def _part(house: App, record: str, part: int | None) -> int:
    """The letter that is meant; one of several must be named."""
    letters = house.service.post.letters.of(record)
    if part is None and len(letters) > 1:
        told = ", ".join(f"{v.part} (pages {words.pages(v.pages)})" for v in letters)
        raise SettingsError(f"{record} holds several letters: {told}; say which with --part")
    return part or (letters[0].part if letters else 1)


def _hand(house: App, reason: str) -> Hand:
    if not reason.strip():
        raise SettingsError("--reason is empty; say in a few words why, for who reads it later")
    try:
        user = getpass.getuser()
    except (KeyError, OSError) as error:
        raise SettingsError("the system does not tell who you are; set LOGNAME") from error
    return Hand(house.clock.now(), user, user, reason.strip())


def _scan(path: Path, limit: int) -> bytes:
    try:
        if path.stat().st_size > limit:
            raise UnreadableFile(f"{path} is larger than scans.megabytes allows ({limit >> 20} MB)")
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be read: {error.strerror}") from error
    if form_of(data) == OTHER:
        raise UnreadableFile(f"{path} is no scan: give a PDF, TIFF, JPEG or PNG")
    return data


def _taken(house: App, name: str, record: str, *, known: bool) -> Taken:
    post = house.service.post.letters
    attention = house.records.message(record).attention
    return Taken(name, record, known, post.of(record), post.sheets(record), attention)


def _letter(letter: LetterView) -> dict[str, Any]:
    why = letter.why
    return {
        "part": letter.part,
        "pages": list(letter.pages),
        "dossier": letter.dossier,
        "reason": why.reason,
        "why": words.match(why.reason) if why.reason else "",
        "score": why.score,
        "runner_up": {"ref": why.runner_up, "score": why.runner_up_score} if why.runner_up else None,
        "verdict": letter.verdict or None,
        "deviations": letter.deviations,
        "unreadable": letter.unreadable,
    }
