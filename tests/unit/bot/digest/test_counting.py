"""The figures of a week equal a count made independently: from the raw ledger by another way, and from the tables."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.digest.counting import Digest, Unprocessed
from bot.digest.schedule import Overview
from bot.digest.weeks import Week
from bot.texts.moments import ZONE
from intake.states import FINAL, Status
from tests.simulators.desk_life import Life, SetClock, opened

BEGIN = dt.datetime(2026, 9, 28, 9, 0, tzinfo=ZONE)
WEEKS = 8
PER_WEEK = 24


@pytest.fixture(scope="module", params=(1, 4))
def lived(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Overview]]:
    """Eight weeks of a desk, over the end of summer time."""
    folder = tmp_path_factory.mktemp("lived")
    records = opened(folder)
    life, clock = Life(records, request.param), SetClock(BEGIN)
    for number in range(WEEKS * PER_WEEK):
        clock.at = BEGIN + dt.timedelta(hours=7 * number)
        life.happen(clock.at)
    clock.at = BEGIN + dt.timedelta(weeks=WEEKS)
    yield folder, Overview(records, clock)
    records.close()


def ledger(folder: Path) -> list[dict[str, Any]]:
    """The entries as they stand in the database, read with nothing of ours."""
    with closing(sqlite3.connect(folder / "loketbs.sqlite")) as conn:
        return [json.loads(row[0]) for row in conn.execute("SELECT body FROM event ORDER BY seq")]


def last(events: list[dict[str, Any]], number: str, name: str) -> Any:
    """What was told last of a dossier."""
    return next((e[name] for e in reversed(events) if e.get("dossier") == number and name in e), None)


def days(since: str, until: dt.datetime) -> int:
    return (until.astimezone(ZONE).date() - dt.datetime.fromisoformat(since).astimezone(ZONE).date()).days


def open_points(events: list[dict[str, Any]], record: str) -> set[str]:
    told = [e for e in events if e["record"] == record]
    raised = {code for e in told for code in e.get("attention", "").split()}
    return raised - {e["settled"] for e in told if "settled" in e}


def counted_otherwise(folder: Path, digest: Digest) -> dict[str, Any]:
    """The figures, each by a search of its own through the list of events."""
    start, end = (m.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ") for m in (digest.week.start, digest.until))
    events = [e for e in ledger(folder) if e["at"] < end]
    this_week = [e for e in events if e["at"] >= start]
    opened_at = {e["dossier"]: e["at"] for e in events if e["type"] == "Creatie"}
    status = {n: last(events, n, "status") for n in opened_at}
    since = {n: [e["at"] for e in events if e.get("dossier") == n and "status" in e][-1] for n in opened_at}
    running = {n for n in opened_at if status[n] not in {s.value for s in FINAL}}
    no_post = [n for n in running if (last(events, n, "track.post") or "nog_niet") in {"nog_niet", "verwacht"}]
    early = [n for n in running if status[n] in {"ontvangen", "in_beoordeling", "onvolledig"}]
    unsigned = [n for n in early if last(events, n, "track.ondertekening") == "nog_niet"]
    home = {e["record"]: e["dossier"] for e in events if e["type"] in {"Creatie", "Opname"}}
    records = [e["record"] for e in events if e["type"] == "Ontvangst"]
    pointed = {r for r in records if open_points(events, r)}
    personal = {n for n in running if last(events, n, "track.persoonsgegevens") == "aanwijzing"}

    def oldest(numbers: list[str], times: dict[str, str]) -> tuple[int, int]:
        return len(numbers), max((days(times[n], digest.until) for n in numbers), default=0)

    def with_status(*wanted: str) -> list[str]:
        return [n for n in opened_at if status[n] in wanted]

    return {
        "new": sorted(n for n, at in opened_at.items() if at >= start),
        "messages": sum(1 for e in this_week if e["type"] == "Ontvangst"),
        "post": oldest(no_post, opened_at),
        "signature": oldest(unsigned, opened_at),
        "supplement": oldest(with_status("onvolledig"), since),
        "submitted": oldest(with_status("formeel_ingediend"), since),
        "response": oldest(with_status("aangeboden"), since),
        "reached": Counter(s for _, s in {(e["dossier"], e["status"]) for e in this_week if "status" in e}),
        "attention": len({home[r] for r in pointed if r in home} | personal),
        "loose": len(pointed - set(home)),
        "running": len(running),
        "stages": Counter(status[n] for n in running),
    }


def figures(digest: Digest) -> dict[str, Any]:
    """The same of a digest."""
    waits = {name: getattr(digest, name) for name in ("post", "signature", "supplement", "submitted", "response")}
    return {
        "new": list(digest.new),
        "messages": digest.messages,
        **{name: (wait.count, wait.oldest) for name, wait in waits.items()},
        "reached": Counter({status.value: n for status, n in digest.reached.items()}),
        "attention": digest.attention,
        "loose": digest.loose,
        "running": digest.running,
        "stages": Counter({status.value: sum(row) for status, row in digest.ages.items()}),
    }


def test_every_week_is_counted_as_the_raw_ledger_says(lived: tuple[Path, Overview]) -> None:
    """Each week of the life, also the empty one before it, and again as it was long after."""
    folder, overview = lived
    for back in range(-1, WEEKS):
        digest = overview.of(Week.of(BEGIN).moved(back))
        assert figures(digest) == counted_otherwise(folder, digest)


@pytest.mark.parametrize("lived", [1], indirect=True)
def test_every_figure_was_once_more_than_nothing(lived: tuple[Path, Overview]) -> None:
    """A figure that is always zero would be proved by nothing."""
    _, overview = lived
    told = [overview.of(Week.of(BEGIN).moved(back)) for back in range(WEEKS)]
    seen = {name for digest in told for name, value in figures(digest).items() if value and value != (0, 0)}
    assert seen == set(figures(told[0]))
    sorts = {name for d in told for name, count in dataclasses.asdict(d.unprocessed).items() if count}
    assert sorts == {field.name for field in dataclasses.fields(Unprocessed)}


def test_the_running_week_is_counted_as_the_tables_say(lived: tuple[Path, Overview]) -> None:
    """The last moment is that of the desk's own tables, which another program makes."""
    _, overview = lived
    digest, dossiers = overview.of(Week.of(overview.now())), overview.records.dossiers()
    running = [d for d in dossiers if d.status not in FINAL]
    assert {line.number: line.status.value for line in digest.lines} == {d.number: d.status for d in running}
    assert digest.loose == len({p.record for p in overview.records.attention() if p.dossier is None})
    warned = [d for d in dossiers if d.attention or (d in running and "persoonsgegevens" in d.tracks)]
    assert digest.attention == len(warned)
    assert {line.number for line in digest.lines if line.attention} == {d.number for d in warned if d in running}


def test_every_message_of_the_week_is_told_once(lived: tuple[Path, Overview]) -> None:
    """What is unprocessed and what lies in a dossier at the end of its week is what was received in it."""
    folder, overview = lived
    events, received = ledger(folder), 0
    for back in range(WEEKS + 1):
        digest = overview.of(Week.of(BEGIN).moved(back))
        told = [e for e in events if dt.datetime.fromisoformat(e["at"]) < digest.until]
        homes = {e["record"] for e in told if e["type"] in {"Creatie", "Opname"}}
        new = [e["record"] for e in told if e["type"] == "Ontvangst" and digest.week == week_of(e)]
        kinds = {e["record"]: e["kind"] for e in told if e["type"] == "Registratie"}
        loose = Counter(kinds.get(r, "") for r in new if r not in homes)
        sorts = dataclasses.asdict(digest.unprocessed)
        assert sum(sorts.values()) == loose.total()
        assert [sorts[name] for name in ("questions", "drafts", "automatic", "unjudged")] == [
            loose[kind] for kind in ("question", "draft", "automatic", "")
        ]
        received += len(new)
    assert received == sum(1 for e in events if e["type"] == "Ontvangst")


def week_of(event: dict[str, Any]) -> Week:
    return Week.of(dt.datetime.fromisoformat(event["at"]))


def test_the_stages_and_lines_tell_each_dossier_once(lived: tuple[Path, Overview]) -> None:
    """Chart, lists and total agree; within a list the longest waiting stands first."""
    _, overview = lived
    digest = overview.of(Week.of(BEGIN).moved(WEEKS - 1))
    assert sum(map(sum, digest.ages.values())) == digest.running == len({line.number for line in digest.lines})
    assert [line.since for line in digest.lines] == sorted(line.since for line in digest.lines)
    assert all(line.days == days(line.since.isoformat(), digest.until) for line in digest.lines)
    assert {Status(line.status) for line in digest.lines}.isdisjoint(FINAL)
