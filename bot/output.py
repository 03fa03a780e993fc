"""What the command line prints: one JSON document, or tables for a person. Nothing here judges or reads files."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import TYPE_CHECKING, Any

from rich.table import Table

from bot import kept, texts
from bot.terminal import console, safe
from bot.texts import pages

if TYPE_CHECKING:
    from rich.console import Console

    from bot.doctor import Point
    from storage.dossiers import Records
    from storage.rebuild import Rebuilt
    from storage.values import DossierView, MessageView
    from storage.verify import Check

SIGN = {"pass": "[green]✓[/]", "fail": "[red]✗[/]", "undetermined": "[yellow]?[/]"}


def plain(value: Any) -> Any:
    """Dataclasses, enums and times as JSON has them."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dt.datetime):
        return value.isoformat()
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    return value


def show_dossiers(dossiers: Iterable[DossierView], records: Records, on: Console | None = None) -> None:
    """The dossiers, and why each is as it is, as a table that fits 80 columns."""
    rows = list(dossiers)
    table = _table(f"{len(rows)} dossier{'' if len(rows) == 1 else 's'}", "number", "opened", "state")
    for row in rows:
        said = [_state(row), safe(_why(records, row)), *(texts.attention(code) for code in kept.attention(row))]
        table.add_row(row.number, _day(row.opened_at), "\n".join(filter(None, said)))
    (on or console()).print(table)


def _table(title: str, *headings: str) -> Table:
    """A table whose last column takes what is left of the line."""
    table = Table(title=title, title_justify="left", expand=True, show_lines=True)
    for heading in headings[:-1]:
        table.add_column(heading, no_wrap=True)
    table.add_column(headings[-1], ratio=1)
    return table


def _day(moment: str) -> str:
    return texts.day(dt.datetime.fromisoformat(moment))


def _state(row: DossierView) -> str:
    tracks = row.tracks
    said = [
        f"[bold]{texts.status(row.status)}[/]",
        texts.track_state("ondertekening", tracks.get("ondertekening", "")),
        f"onderdelen {tracks.get('onderdelen', '–')}",
        texts.track_state("post", tracks.get("post", "")),
        f"{len(row.messages)} bericht{'' if len(row.messages) == 1 else 'en'}",
    ]
    return " · ".join(said)


def _why(records: Records, row: DossierView) -> str:
    about = kept.about(records, row.opened_with)
    gone = kept.missing(about)
    lacking = f"Niet gevonden: {', '.join(gone)}." if gone else ""
    return "\n".join(filter(None, [kept.why(about), lacking]))


def show_loose(messages: Iterable[MessageView], records: Records, on: Console | None = None) -> None:
    """Messages that opened no dossier, with why."""
    rows = list(messages)
    table = _table(
        f"{len(rows)} message{'' if len(rows) == 1 else 's'} without a dossier", "record", "received", "what and why"
    )
    for row in rows:
        kind = f"[bold]{texts.kind(row.kind) if row.kind else pages.NOT_JUDGED}[/]"
        said = [
            kind,
            safe(kept.why(kept.about(records, row.record))),
            *(texts.attention(code) for code in row.attention),
        ]
        table.add_row(row.record, _day(row.received_at), "\n".join(filter(None, said)))
    (on or console()).print(table)


def found(records: Records, reference: str) -> dict[str, Any] | None:
    """A dossier or record with its timeline, as JSON has it; None when there is none of that name."""
    from storage.errors import NotKnown

    try:
        view = records.dossier(reference) if reference.startswith("BS-") else records.message(reference)
    except NotKnown:
        return None
    return {**plain(view), "timeline": plain(records.timeline(reference))}


def show_one(found: Mapping[str, Any]) -> None:
    """A dossier or record, key by key, with its timeline as a table."""
    terminal = console()
    facts = Table(show_header=False, box=None)
    facts.add_column(no_wrap=True)
    facts.add_column(overflow="fold")  # a digest must be whole
    for key, value in found.items():
        if key != "timeline":
            facts.add_row(f"[bold]{key}[/]", safe(_told(value)))
    terminal.print(facts)
    timeline = Table(title="timeline", title_justify="left", box=None)
    for heading in ("seq", "at", "type and record"):
        timeline.add_column(heading, no_wrap=True)
    timeline.add_column("actor and details", overflow="fold")
    for entry in found.get("timeline", ()):
        details = [entry["actor"], *(f"{key}={value}" for key, value in entry["details"].items())]
        at = texts.when(dt.datetime.fromisoformat(entry["at"]))
        timeline.add_row(str(entry["seq"]), at, f"{entry['type']}\n{entry['record']}", safe("\n".join(details)))
    terminal.print(timeline)


def _told(value: object) -> str:
    if isinstance(value, Mapping):
        return " · ".join(f"{k}: {_told(v)}" for k, v in value.items())
    if isinstance(value, list | tuple):
        return " · ".join(_told(v) for v in value) or "–"
    return "–" if value is None or value == "" else str(value)


def show_checks(checks: Iterable[Check]) -> None:
    """What `verify` found: a line per check, a tally at the end."""
    terminal, rows = console(), list(checks)
    for check in rows:
        place = f" [dim]{safe(check.place)}[/]" if check.place else ""
        terminal.print(f"{SIGN[check.verdict]} {check.rule}: {check.reason}{place}", highlight=False)
    wrong = sum(1 for check in rows if check.verdict == "fail")
    terminal.print(f"{len(rows)} checks, {wrong} failed")


def show_rebuilt(rebuilt: Rebuilt) -> None:
    """What `rebuild` found."""
    terminal = console()
    for difference in rebuilt.differences:
        place = safe(f"{difference.table} {difference.key}")
        terminal.print(f"[red]✗[/] {place}: {difference.kind} {', '.join(difference.columns)}", highlight=False)
    state = "differ" if rebuilt.differences else "follow from the ledger"
    terminal.print(f"{rebuilt.events} events replayed; the tables {state}")


def show_points(points: Iterable[Point]) -> None:
    """What `doctor` found: a line per point, with the mend."""
    terminal = console()
    for point in points:
        told = f"{point.name}: {point.told}" + (f" → {point.mend}" if point.mend else "")
        terminal.print(f"{SIGN[point.verdict]} {safe(told)}", highlight=False)
