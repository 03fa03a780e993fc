"""`loketbs doctor`: each thing that must be right, tried; one line each, with the mend."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import bot
import intake
import storage
from bot.app import App
from bot.config import Settings, load
from bot.doctor_outgoing import examine_outgoing
from bot.doctor_teams import examine_teams
from bot.errors import SettingsError
from bot.register import load_register, load_trust
from intake.clamd import Clamd
from intake.errors import IntakeError, ScannerError
from intake.post.engines import available_engines
from storage.errors import StorageError

_LOW_DISK = 2 << 30  # bytes


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that was tried: "pass", "fail", or "undetermined" for what works but lacks something, and what mends it."""

    name: str
    verdict: str
    told: str
    mend: str = ""

    @property
    def good(self) -> bool:
        """Nothing here stops the service."""
        return self.verdict != "fail"


def examine(config: Path | None) -> tuple[Point, ...]:
    """Everything, in the order in which it would stop the service; without settings nothing else can be tried."""
    packages = tuple(_packages())
    try:
        settings = load(config)
    except SettingsError as error:
        return (*packages, Point("settings", "fail", str(error), "mend these keys; loketbs.example.toml has them all"))
    points = [Point("settings", "pass", "every key is known and fits")]
    with App(settings) as house:
        tries: tuple[Callable[[], Iterator[Point]], ...] = (
            lambda: _register(settings),
            lambda: _trust(settings),
            lambda: _archive(house),
            lambda: examine_mailbox(house),
            lambda: _sandbox(house),
            _reading,
            lambda: _scanner(house),
            lambda: examine_teams(house),
            lambda: examine_outgoing(house),
        )
        for attempt in tries:
            points += attempt()
    return (*packages, *points)


def _packages() -> Iterator[Point]:
    """Other packages are called intake and storage too; one of them on the path would run instead of ours."""
    here = Path(__file__).resolve().parents[1]
    packages: tuple[ModuleType, ...] = (bot, intake, storage)
    foreign = [p.__name__ for p in packages if not Path(p.__file__ or "").resolve().is_relative_to(here)]
    mend = "give loketbs an environment of its own"
    told = f"{', '.join(foreign)} is somebody else's" if foreign else f"ours, Python {sys.version.split()[0]}"
    yield Point("packages", "fail" if foreign else "pass", told, mend if foreign else "")


def _register(settings: Settings) -> Iterator[Point]:
    file = settings.desk.register_file
    if file is None:
        yield Point("register", "undetermined", "none: no sender counts as a representative", "set desk.register_file")
        return
    try:
        register = load_register(file)
    except SettingsError as error:
        yield Point("register", "fail", str(error), "mend the register")
        return
    yield Point(
        "register", "pass", f"{len(register.organisations)} organisations, {len(register.ministries)} ministries"
    )
    if not (register.authserv_ids or settings.desk.authserv_ids):
        told = "no authserv_id: no sender can be authenticated"
        yield Point("mail server", "undetermined", told, "set loket.authserv_ids in the register")


def _trust(settings: Settings) -> Iterator[Point]:
    folder = settings.desk.trust_dir
    if folder is None:
        yield Point("trust", "undetermined", "none: no digital signature can be valid", "set desk.trust_dir")
        return
    try:
        trust = load_trust(folder)
    except SettingsError as error:
        yield Point("trust", "fail", str(error), "put the roots of PKIoverheid there as PEM")
        return
    yield Point("trust", "pass", f"{len(trust.roots)} roots, {len(trust.intermediates)} intermediates")


def _archive(house: App) -> Iterator[Point]:
    folder = house.settings.storage.data_dir
    try:
        state = house.records.work.count()
    except (StorageError, OSError) as error:
        yield Point("archive", "fail", f"{folder}: {error}", "check the folder's rights, or storage.data_dir")
        return
    dead = state.get("dead", 0)
    told = f"{folder} is writable, {len(house.records.dossiers())} dossiers"
    yield Point("archive", "pass", told)
    if dead:
        yield Point("work", "fail", f"{dead} pieces of work failed too often", "see `loketbs list --all`, then the log")
    if (free := shutil.disk_usage(folder).free) < _LOW_DISK:
        yield Point("disk", "fail", f"{free >> 20} MiB free", "make room: a full disk stops the intake")
    if os.geteuid() == 0:
        told = "the service runs as root: frozen files are not protected from it"
        yield Point("user", "undetermined", told, "run it as a user of its own")


def examine_mailbox(house: App) -> Iterator[Point]:
    """The mailbox of the settings: can it be read, and what else its kind asks for."""
    if house.settings.mailbox.kind == "graph":
        from bot.doctor_graph import examine_graph

        yield from examine_graph(house, lambda: _reads(house))
    else:
        yield from _reads(house)


def _reads(house: App) -> Iterator[Point]:
    kind = house.settings.mailbox.kind
    try:
        listing = house.mailbox.list_new(house.records.bookmark(house.mailbox.name))
    except StorageError:
        return  # the archive's own point tells of it
    except (IntakeError, SettingsError, OSError) as error:
        yield Point("mailbox", "fail", f"{kind}: {error}", "mend the [mailbox] section or its secret")
        return
    yield Point("mailbox", "pass", f"{kind} can be read, {len(listing.envelopes)} listed")


def _sandbox(house: App) -> Iterator[Point]:
    mail = house.sandbox.read(b"Subject: doctor\r\n\r\nHello\r\n", "doctor.eml")
    if mail.subject != "doctor":
        yield Point("child process", "fail", "a mail cannot be opened", "Linux is needed; check limits.child_megabytes")
        return
    granted = ", ".join(house.sandbox.granted) or "limits only"
    yield Point("child process", "pass", f"opens mail and files; confined by {granted}")


def _reading() -> Iterator[Point]:
    engines = available_engines()
    if not engines:
        told = "no OCR: scans stay unread"
        yield Point("reading scans", "fail", told, "install rapidocr and onnxruntime, or tesseract-ocr-nld")
        return
    told = f"{engines[0]}{f', then {engines[1]}' if len(engines) > 1 else ''}"
    mend = "" if engines[0].startswith("Tesseract") else "install tesseract-ocr-nld: it reads three times as fast"
    yield Point("reading scans", "undetermined" if mend else "pass", told, mend)


def _scanner(house: App) -> Iterator[Point]:
    if not (address := house.settings.malware.clamd):
        told, mend = "off: files are opened unscanned", "set malware.clamd; BIO2 8.07.04 asks for a scanner"
        yield Point("malware scanner", "undetermined", told, mend)
        return
    try:
        Clamd(address).ping()
    except ScannerError as error:
        yield Point(
            "malware scanner", "fail", str(error), "start clamd, or mend malware.clamd; until then no mail is opened"
        )
        return
    yield Point("malware scanner", "pass", f"clamd at {address} answers")
