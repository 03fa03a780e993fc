"""Packages against ledger, ledger against itself, tables against ledger: every point a verdict of three values, with its place.

What this cannot see, because nothing here remembers it: a ledger cut short at its end together with the vault (an old backup put
back). For that, checkpoints must lie outside (issue *Proof*).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain

from sqlalchemy import text

from storage import bag, guards, ledger
from storage.canonical import instant, sha256
from storage.database import reading
from storage.dossiers import Records
from storage.errors import CopyMissing, LedgerBroken, NotKnown, PackageBroken, StorageError
from storage.ledger import Event, EventType
from storage.rebuild import rebuild
from storage.vault import APART, INDEX, MAIL, PACKAGES, RAW, RAW_SUFFIXES, Vault, digest_of, is_key, key_for, read


class Verdict(StrEnum):
    """PASS: as it was recorded. FAIL: somebody or something changed it. UNDETERMINED: a person must look."""

    PASS = "pass"  # noqa: S105 - a verdict
    FAIL = "fail"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True, slots=True)
class Check:
    """One point. `rule` and `reason` are stable codes; `place` is a key of the vault, a `seq`, or a table with its row."""

    rule: str
    verdict: Verdict
    reason: str
    place: str = ""
    detail: str = ""


@dataclass(slots=True)
class _Told:
    """What the ledger says lies in the vault: key → event."""

    raw: dict[str, Event] = field(default_factory=dict)
    packages: dict[str, Event] = field(default_factory=dict)
    index: dict[str, Event] = field(default_factory=dict)
    raw_of: dict[str, str] = field(default_factory=dict)
    """Record → SHA-256 of its raw message."""
    dossiers_of: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


def verify(records: Records, reference: str | None = None) -> tuple[Check, ...]:
    """Check everything, or the copies of one dossier or message (the ledger, its guards and the tables always whole).

    Raises `NotKnown` for a reference of which the ledger does not tell.
    """
    with reading(records.engine) as conn:
        bodies, times = list(ledger.bodies(conn)), ledger.times(conn)
        unguarded = guards.missing(conn)
        integrity = str(conn.execute(text("PRAGMA integrity_check(1)")).scalar())
    checks = [_database(integrity), _guards(unguarded)]
    told, broken = _Told(), []
    for place, ((seq, body), at) in enumerate(zip(bodies, times, strict=True)):
        try:
            event = ledger.parse(body)
        except LedgerBroken:
            broken.append(Check("ledger", Verdict.FAIL, "event_unreadable", f"event {seq}"))
            continue
        _listen(told, event)
        if seq != place:
            broken.append(Check("ledger", Verdict.FAIL, "sequence_broken", f"event {seq}"))
        if instant(event.at) != at:
            broken.append(Check("ledger", Verdict.FAIL, "time_altered", f"event {seq}"))
    checks += broken or [Check("ledger", Verdict.PASS, "complete_and_canonical", f"{len(bodies)} events")]
    checks += _tables(records)
    checks += _copies(records.vault, told, reference)
    if reference is None:
        checks += _strangers(records.vault, told)
    return tuple(checks)


def _listen(told: _Told, event: Event) -> None:
    if event.type is EventType.ONTVANGST:
        digest = event.text("raw_sha256")
        told.raw[key_for(RAW, digest, event.text("raw_suffix") or MAIL)] = event
        told.raw_of[event.record] = digest
        if apart := event.text("apart_sha256"):
            told.raw[f"{RAW}/{apart[:2]}/{apart}.{APART}"] = event
    if event.type is EventType.REGISTRATIE:
        digest = event.text("index_sha256")
        told.index[f"{INDEX}/{digest[:2]}/{digest}.json"] = event
    if copy := event.text("copy_sha256"):
        told.raw[key_for(RAW, copy, MAIL)] = event
    if note := event.text("note_sha256"):
        told.index[key_for(INDEX, note, "json")] = event
    if event.type is EventType.BEVRIEZING:
        digest = event.text("package_sha256")
        told.packages[f"{PACKAGES}/{digest[:2]}/{digest}.tar"] = event
    if event.type in {EventType.CREATIE, EventType.OPNAME}:
        told.dossiers_of[event.record].add(event.text("dossier"))


def _database(integrity: str) -> Check:
    if integrity == "ok":
        return Check("database", Verdict.PASS, "sound")
    return Check("database", Verdict.FAIL, "database_damaged", detail=integrity)


def _guards(unguarded: tuple[str, ...]) -> Check:
    if unguarded:
        return Check("guards", Verdict.FAIL, "trigger_missing", ", ".join(unguarded))
    return Check("guards", Verdict.PASS, "in_place")


def _tables(records: Records) -> Iterator[Check]:
    try:
        rebuilt = rebuild(records.engine, records.vault)
    except (StorageError, OSError) as error:
        yield Check("tables", Verdict.UNDETERMINED, "cannot_replay", detail=str(error))
        return
    for difference in rebuilt.differences:
        place = f"{difference.table} {' '.join(map(str, difference.key))}"
        yield Check("tables", Verdict.FAIL, f"row_{difference.kind}", place, ", ".join(difference.columns))
    if not rebuilt.differences:
        yield Check("tables", Verdict.PASS, "as_the_ledger_says", f"{rebuilt.rows} rows")


def _copies(vault: Vault, told: _Told, reference: str | None) -> Iterator[Check]:
    """Every copy that the ledger names is there, and is what it was."""
    if reference is not None and reference not in {*told.raw_of, *chain(*told.dossiers_of.values())}:
        raise NotKnown(f"the ledger does not tell of {reference}")
    for rule, copies in ((RAW, told.raw), (PACKAGES, told.packages), (INDEX, told.index)):
        for key, event in copies.items():
            if reference in {None, event.record, *told.dossiers_of[event.record]}:
                yield _copy(vault, rule, key, event, told)


def _copy(vault: Vault, rule: str, key: str, event: Event, told: _Told) -> Check:
    try:
        data = read(vault, key)
        if rule == PACKAGES:
            _assert_package(data, event, told)
    except CopyMissing:
        return Check(rule, Verdict.FAIL, "missing", key)
    except PackageBroken as error:
        return Check(rule, Verdict.FAIL, "package_broken", key, str(error))
    except (StorageError, OSError) as error:
        return Check(rule, Verdict.FAIL, "unreadable", key, str(error))
    expected = event.text("package_file_sha256") if rule == PACKAGES else digest_of(key)
    if sha256(data) != expected:
        return Check(rule, Verdict.FAIL, "altered", key)
    return Check(rule, Verdict.PASS, "unchanged", key)


def _assert_package(data: bytes, event: Event, told: _Told) -> None:
    members = bag.read_bag(data)
    if found := bag.problems(members):
        raise PackageBroken("; ".join(found))
    if bag.package_sha256(members) != event.text("package_sha256"):
        raise PackageBroken("a valid bag, but not the one that was frozen")
    if told.raw_of.get(event.record) not in _payload_digests(members):
        raise PackageBroken("the message as received is not in it")


def _payload_digests(members: dict[str, bytes]) -> set[str]:
    return {sha256(data) for path, data in members.items() if path.startswith("data/")}


def _strangers(vault: Vault, told: _Told) -> Iterator[Check]:
    """What lies in the vault without a word in the ledger: left by an interrupted run, or planted."""
    named = told.raw.keys() | told.packages.keys() | told.index.keys()
    for name in vault.list():
        if name in named:
            continue
        if not is_key(name):
            yield Check("strangers", Verdict.FAIL, "not_a_copy", name)
        elif _could_be_ours(vault, name, told):
            yield Check("strangers", Verdict.UNDETERMINED, "left_by_an_interrupted_run", name)
        else:
            yield Check("strangers", Verdict.FAIL, "not_in_the_ledger", name)


def _could_be_ours(vault: Vault, key: str, told: _Told) -> bool:
    """Whether an interrupted run can have left this: its bytes fit its name, and it belongs to something that was received."""
    room = key.partition("/")[0]
    try:
        data = read(vault, key)
        if room == PACKAGES:
            members = bag.read_bag(data)
            sound = not bag.problems(members) and bag.package_sha256(members) == digest_of(key)
            return sound and not _payload_digests(members).isdisjoint(told.raw_of.values())
        suffixes = (*RAW_SUFFIXES, APART) if room == RAW else ("json",)
        fits = key in {key_for(room, sha256(data), suffix) for suffix in suffixes}
        return fits and (room == RAW or (room == INDEX and json.loads(data).get("record") in told.raw_of))
    except (StorageError, OSError, ValueError, AttributeError):
        return False
