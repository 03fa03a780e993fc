"""`loketbs demo`: the main job on fictitious sample mails, with the embedded defaults and the real pipeline."""

from __future__ import annotations

import datetime as dt
import email.utils
import os
import re
import shutil
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bot import logs, output, samples_of
from bot.app import App
from bot.config import DeskSettings, MailboxSettings, PageSettings, ScanSettings, Settings, StorageSettings
from bot.terminal import console, safe
from bot.texts import post as words
from intake.watch import Watch
from storage.bag import read_bag
from storage.vault import read


def run_demo(data: Path, *, serve: bool) -> None:
    """Deliver the samples into a folder mailbox in `data`, run the house over it, and show what came of it."""
    logs.configure(quiet=True)
    settings = demo_settings(data)
    assert settings.scans.folder is not None
    new = deliver(samples_of("mails"), settings.mailbox.path)
    post = deliver_post(samples_of("scans"), settings.scans.folder)
    terminal = console()
    terminal.print(f"[bold]loketbs demo[/]: {new} new sample mails delivered to {safe(str(settings.mailbox.path))}")
    terminal.print(f"{post} scan of a letter by post laid in {safe(str(settings.scans.folder))}")
    with App(settings) as house:
        watch = house.watch()
        received = _process(watch, house.scan_watch(watch), terminal)
        _tell(house, received, terminal)
        _tell_post(house, terminal)
        if serve:
            house.listen()
            terminal.print(f"Pages at [link]{house.page_address}[/]; Ctrl-C ends them.")
            house.serve()
        else:
            terminal.print(f"[bold]make demo SERVE=1[/] keeps the desk's pages up at {house.page_address}")


def demo_settings(data: Path) -> Settings:
    """The embedded defaults, with everything under `data`."""
    return Settings(
        desk=DeskSettings(register_file=samples_of("partners.toml"), trust_dir=samples_of("trust")),
        mailbox=MailboxSettings(path=data / "postvak"),
        scans=ScanSettings(folder=data / "scans", settle_seconds=0.5),
        storage=StorageSettings(data_dir=data),
        pages=PageSettings(),
    )


def deliver(samples: Path, mailbox: Path) -> int:
    """Copy samples that are not there yet; a file's time is when the desk's server received it, as in a real mailbox."""
    mailbox.mkdir(parents=True, exist_ok=True)
    new = [path for path in sorted(samples.glob("*.eml")) if not (mailbox / path.name).exists()]
    for path in new:
        target = mailbox / path.name
        shutil.copyfile(path, target.with_suffix(".part"))
        moment = received_at(path.read_bytes()).timestamp()
        os.utime(target.with_suffix(".part"), (moment, moment))
        target.with_suffix(".part").rename(target)
    return len(new)


def deliver_post(samples: Path, folder: Path) -> int:
    """Copy scans that are not there yet, as a scanner that renames when it is done."""
    folder.mkdir(parents=True, exist_ok=True)
    new = [path for path in sorted(samples.glob("*.pdf")) if not (folder / path.name).exists()]
    for path in new:
        part = folder / f"{path.name}.part"
        shutil.copyfile(path, part)
        part.rename(folder / path.name)
    return len(new)


def received_at(raw: bytes) -> dt.datetime:
    """The time in the topmost Received header (RFC 5321: after its last semicolon), else in Date."""
    head = re.sub(r"\r?\n[ \t]+", " ", raw.partition(b"\n\n")[0].decode("ascii", "replace").replace("\r", ""))
    for pattern in (r"^Received:.*;\s*([^;\n]+)$", r"^Date:\s*(.+)$"):
        if found := re.search(pattern, head, re.MULTILINE | re.IGNORECASE):
            return email.utils.parsedate_to_datetime(found.group(1).strip())
    raise ValueError("a sample mail has neither Received nor Date")


def _process(watch: Watch, scans: Watch | None, terminal: Console) -> int:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=terminal, transient=False) as progress:
        received = watch.sweep() + (scans.sweep() if scans else 0)
        due = watch.waiting()
        task = progress.add_task("Reading and judging", total=due or None, visible=due > 0)
        while watch.step():
            progress.advance(task)
            progress.update(task, total=progress.tasks[0].completed + watch.waiting())
    return received


def _tell_post(house: App, terminal: Console) -> None:
    """Where each letter by post lies, how it compares, and where the report is that a person reads."""
    letters = house.service.post.letters
    for message in house.records.messages():
        for letter in letters.of(message.record):
            terminal.print(f"By post, {letter.record}: {words.letter(letter)}", highlight=False)
            terminal.print(f"    [dim]{safe(words.why(letter))}[/]", highlight=False)
            if letter.package_key and (report := _report(house, letter.package_key)):
                file = house.settings.storage.data_dir / f"verslag-{letter.record}-{letter.part}.html"
                file.write_bytes(report)
                terminal.print(f"    Report, to open in a browser: {safe(str(file))}", highlight=False)


def _report(house: App, key: str) -> bytes | None:
    """The report in a frozen comparison."""
    members = read_bag(read(house.records.vault, key))
    return next((data for name, data in members.items() if name.endswith(".html")), None)


def _tell(house: App, received: int, terminal: Console) -> None:
    """The table of dossiers and why, what opened none, and where the frozen copies lie."""
    output.show_dossiers(house.records.dossiers(), house.records, terminal)
    output.show_loose([m for m in house.records.messages() if m.dossier is None], house.records, terminal)
    if not received:
        terminal.print("Nothing new: every sample was known already, and nothing was added.")
    checks = house.verify()
    wrong = sum(check.verdict != "pass" for check in checks)
    terminal.print(f"Verified: {len(checks)} checks of frozen copies, ledger and tables, {wrong} not in order.")
    terminal.print(
        f"Frozen copies: {safe(str(house.settings.storage.data_dir / 'vault'))} (raw/ and packages/, write-once)"
    )
