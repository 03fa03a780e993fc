"""The command line. Commands are thin: they read settings, call the house, print, and choose the exit code.

Everything heavy is imported inside the commands, so that `loketbs --help` answers at once.
"""

from __future__ import annotations

import os
import signal
import sys
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot import terminal
from bot.errors import SettingsError

if TYPE_CHECKING:
    from bot.app import App


class Exit(IntEnum):
    """Exit codes; scripts depend on them."""

    DONE = 0
    FOUND = 1
    USAGE = 2
    UNREADABLE = 3
    UNREACHABLE = 4


class Failure(Exception):  # noqa: N818 - states the fact
    """Ends the command with one sentence on stderr: what, which file, what now."""

    def __init__(self, code: Exit, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


app = typer.Typer(
    name="loketbs",
    help="Software of the desk for bestuurlijke signalen: receives, checks, freezes and proves formal submissions.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # rich alone would double the time of --help
    pretty_exceptions_enable=False,
)

Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout and nothing else.")]
Config = Annotated[
    Path | None, typer.Option("--config", help="Settings file; default: loketbs.toml here, or LOKETBS_CONFIG.")
]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Log every step.")]


class Stopped(BaseException):
    """SIGINT or SIGTERM came: everything is given back on the way out."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.code = 128 + number


def main() -> None:
    """Entry point: turns every failure we know into one sentence and its exit code."""
    from intake.errors import IntakeError, MailboxError, UnreadableFile
    from storage.errors import StorageError

    terminal.prepare()
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _stop)
    try:
        app()
    except Stopped as stopped:
        sys.exit(stopped.code)
    except SettingsError as error:
        _end(Exit.USAGE, error)
    except Failure as error:
        _end(error.code, error)
    except UnreadableFile as error:
        _end(Exit.UNREADABLE, error)
    except MailboxError as error:
        _end(Exit.UNREACHABLE, error)
    except (IntakeError, StorageError) as error:
        _end(Exit.USAGE, error)
    except OSError as error:
        _end(Exit.UNREADABLE, _sentence(error))


def _stop(number: int, _: object) -> None:
    raise Stopped(number)


def _end(code: Exit, error: object) -> None:
    print(f"loketbs: {error}", file=sys.stderr)
    sys.exit(code)


def _sentence(error: OSError) -> str:
    """A full disk, a folder that may not be written: which, and what the system said."""
    said = error.strerror or type(error).__name__
    what = f"{os.fsdecode(error.filename)}: {said}" if isinstance(error.filename, str | bytes) else said
    return f"{what}; check the disk and the rights, then do it again"


def _open(config: Path | None, *, verbose: bool = False, quiet: bool = True) -> App:
    from bot import logs
    from bot.app import App
    from bot.config import load

    logs.configure(verbose=verbose, quiet=quiet)
    return App(load(config))


def _existing(config: Path | None) -> App:
    """The house over an archive that is there. Looking must not make one: empty, it would say that nothing ever came."""
    house = _open(config)
    if not house.database.exists():
        raise Failure(Exit.USAGE, f"{house.database}: no archive is here; is this the right settings file and folder?")
    return house


@app.command()
def demo(
    serve: Annotated[bool, typer.Option("--serve", help="Keep the pages up until Ctrl-C.")] = False,
    data: Annotated[Path, typer.Option("--data", help="Where the demo keeps its mailbox and archive.")] = Path(
        "loketbs-data/demo"
    ),
) -> None:
    """The main job on sample mails with the embedded defaults."""
    from bot.demo import run_demo

    run_demo(data, serve=serve)


@app.command()
def run(
    once: Annotated[bool, typer.Option("--once", help="Drain mailbox and outbox, then stop.")] = False,
    config: Config = None,
    verbose: Verbose = False,
) -> None:
    """The service: watch the mailbox, process, post, serve the pages."""
    with _open(config, verbose=verbose, quiet=False) as house:
        if once:
            done = house.drain()
            told = f"{done.received} new, {done.processed} pieces of work done or tried, {done.waiting} still to do"
            typer.echo(told, err=True)
            return
        house.serve()


@app.command()
def work(config: Config = None, verbose: Verbose = False) -> None:
    """A further worker on the same archive: processes what another `loketbs run` receives."""
    with _open(config, verbose=verbose, quiet=False) as house:
        house.work()


@app.command()
def assess(
    files: Annotated[list[Path], typer.Argument(help="Mails (.eml, .msg) or documents (PDF, DOCX, ODT).")],
    partners: Annotated[Path | None, typer.Option("--partners", help="Register of partners (TOML).")] = None,
    trust: Annotated[Path | None, typer.Option("--trust", help="Folder with trust roots.")] = None,
    authserv_id: Annotated[
        list[str] | None, typer.Option("--authserv-id", help="Our own mail server in Authentication-Results.")
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="The whole reasoning, for a person.")] = False,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Judge files as the service would; stores nothing."""
    from bot import logs
    from bot.assessing import assess_files
    from bot.config import load

    logs.configure(quiet=True)
    answers = assess_files(load(config), files, partners, trust, tuple(authserv_id or ()))
    if as_json:
        terminal.print_json(answers.documents())
    else:
        answers.show(explain=explain)


@app.command()
def match(
    scans: Annotated[list[Path], typer.Argument(help="Scans of post (PDF, TIFF, JPEG, PNG).")],
    among: Annotated[
        Path | None, typer.Option("--among", help="Match with the mails or documents in this folder instead.")
    ] = None,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Which dossier each scan belongs to; stores nothing."""
    from bot.matching import match_scans

    with _open(config) if among else _existing(config) as house:
        answers = match_scans(house, scans, among)
    terminal.print_json(answers.documents()) if as_json else answers.show()


@app.command()
def compare(
    document: Annotated[
        Path, typer.Argument(help="The frozen document (PDF, DOCX, ODT, picture), or the mail with it.")
    ],
    scan: Annotated[Path, typer.Argument(help="Its paper version as scanned (PDF, TIFF, JPEG, PNG).")],
    report: Annotated[
        Path | None, typer.Option("--report", help="Also write it as one HTML file, with the pages beside each other.")
    ] = None,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """What differs between a document and its scanned paper version; stores nothing but the report asked for."""
    from bot.assessing import context_of
    from bot.comparing import compare_files

    if report and not report.parent.is_dir():
        raise Failure(Exit.USAGE, f"{report}: there is no folder {report.parent}; make it, or name another file")
    with _open(config) as house:
        context = context_of(house.settings, None, None, ())
        found = compare_files(document, scan, house.sandbox, context, faces=report is not None)
        if report:
            report.write_text(found.report(house.clock.now()), encoding="utf-8")
    terminal.print_json(found.as_json()) if as_json else found.show()
    if not found.equal:
        raise typer.Exit(Exit.FOUND)


@app.command()
def scan(
    files: Annotated[list[Path], typer.Argument(help="Scans of post (PDF, TIFF, JPEG, PNG).")],
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Receive scans of post: freeze, log, lay with their dossiers and compare; says what became of each."""
    from bot.scanning import take_scans

    with _open(config) as house:
        taken = take_scans(house, files)
    terminal.print_json(taken.documents()) if as_json else taken.show()
    if taken.unreadable:
        raise typer.Exit(Exit.UNREADABLE)
    if taken.deviating:
        raise typer.Exit(Exit.FOUND)


Reason = Annotated[str, typer.Option("--reason", help="Why, for who reads it later.")]
Part = Annotated[int | None, typer.Option("--part", help="Which letter of the scan, where it holds several.")]


@app.command()
def link(
    record: Annotated[str, typer.Argument(help="Scan (M-2026-000012).")],
    dossier: Annotated[str, typer.Argument(help="Dossier (BS-2026-0007).")],
    reason: Reason,
    part: Part = None,
    config: Config = None,
) -> None:
    """Put a scan of post into a dossier; the service compares it there."""
    from bot.scanning import link_scan

    with _existing(config) as house:
        typer.echo(link_scan(house, record, part, dossier, reason))


@app.command()
def unlink(
    record: Annotated[str, typer.Argument(help="Scan (M-2026-000012).")],
    reason: Reason,
    part: Part = None,
    config: Config = None,
) -> None:
    """Take a scan of post out of its dossier; it is not put back there without a person."""
    from bot.scanning import unlink_scan

    with _existing(config) as house:
        typer.echo(unlink_scan(house, record, part, reason))


@app.command()
def draft(
    dossier: Annotated[str, typer.Argument(help="Dossier (BS-2026-0007).")],
    letter: Annotated[str, typer.Argument(help="supplement_request, post_deviates, later_version or cannot_open.")],
    page: Annotated[
        list[int] | None, typer.Option("--page", help="A page that differs, for post_deviates; may be repeated.")
    ] = None,
    config: Config = None,
) -> None:
    """Lay a letter about a dossier among the drafts of the mailbox, for a person to read and send."""
    from bot.outlook.command import lay_draft

    with _existing(config) as house:
        typer.echo(lay_draft(house, dossier, letter, tuple(page or ())))


@app.command("list")
def list_dossiers(
    everything: Annotated[
        bool, typer.Option("--all", help="Also the messages without a dossier; with --json every message.")
    ] = False,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """The dossiers: number, status, what is waiting."""
    from bot import output

    with _existing(config) as house:
        dossiers, messages = house.records.dossiers(), house.records.messages() if everything else ()
        if as_json:
            terminal.print_json(output.plain({"dossiers": dossiers} | ({"messages": messages} if everything else {})))
            return
        output.show_dossiers(dossiers, house.records)
        if everything:
            output.show_loose([m for m in messages if m.dossier is None], house.records)


@app.command()
def show(
    ref: Annotated[str, typer.Argument(help="Dossier (BS-2026-0007) or record (M-2026-000012).")],
    as_json: Json = False,
    config: Config = None,
) -> None:
    """One dossier or record, with its timeline."""
    from bot import output

    with _existing(config) as house:
        found = output.found(house.records, ref)
        if found is None:
            raise Failure(Exit.USAGE, f"{ref}: there is no such dossier or record; see `loketbs list`")
        if as_json:
            terminal.print_json(found)
        else:
            output.show_one(found)


@app.command()
def verify(
    ref: Annotated[str | None, typer.Argument(help="Only this dossier or record.")] = None,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Packages against the ledger, the ledger against itself, tables against the ledger."""
    from bot import output

    with _existing(config) as house:
        checks = house.verify(ref)
        terminal.print_json([output.plain(c) for c in checks]) if as_json else output.show_checks(checks)
        if any(check.verdict == "fail" for check in checks):
            raise typer.Exit(Exit.FOUND)


@app.command()
def rebuild(
    replace: Annotated[bool, typer.Option("--replace", help="Put the rebuilt tables in place.")] = False,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Recreate the tables from the ledger and compare."""
    from bot import output

    with _existing(config) as house:
        rebuilt = house.rebuild(replace=replace)
        terminal.print_json(output.plain(rebuilt)) if as_json else output.show_rebuilt(rebuilt)
        if rebuilt.differences and not replace:
            raise typer.Exit(Exit.FOUND)


@app.command()
def digest(
    week: Annotated[str, typer.Option("--week", help="ISO week, such as 2026-W47; default: the last that ended.")] = "",
    send: Annotated[bool, typer.Option("--send", help="Send it too, unless that was done.")] = False,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """The overview of a week; sends nothing by itself."""
    from bot.digest.wiring import asked

    with _existing(config) as house:
        try:
            found = asked(house, week, send=send)
        except ValueError as error:
            raise Failure(Exit.USAGE, str(error)) from error
    terminal.print_json(found.document()) if as_json else typer.echo(found.text(), nl=False)
    if send:
        told = {"now": "sent", "before": "was sent before; nothing was sent now", "later": "waits for the channel"}
        typer.echo(f"loketbs: {found.digest.week}: {told[found.sent]}", err=True)


@app.command("teams-package")
def teams_package(
    out: Annotated[Path, typer.Argument(help="The zip to write, for Teams' admin centre.")], config: Config = None
) -> None:
    """The Teams app package: manifest, icons, commands, tab."""
    from bot import logs
    from bot.config import load
    from bot.teams.package import package

    logs.configure(quiet=True)
    settings = load(config)
    out.write_bytes(package(settings))
    if not settings.pages.address.startswith("https://"):
        told = "the app has no tab: set pages.address to the https address of the pages, and make it again"
        typer.echo(f"loketbs: {told}", err=True)


@app.command()
def doctor(as_json: Json = False, config: Config = None) -> None:
    """Configuration, rights, connections, keys: one line each, with the mend."""
    from bot import logs, output
    from bot.doctor import examine

    logs.configure(quiet=True)
    points = examine(config)
    terminal.print_json([output.plain(p) for p in points]) if as_json else output.show_points(points)
    if any(not p.good for p in points):
        raise typer.Exit(Exit.FOUND)
