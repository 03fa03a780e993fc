"""Many small mails on Graph's worst day: every fault at a rate, restarts, mail that people move; and a count afterwards.

`python -m tests.simulators.graph_chaos 1000` prints what happened as JSON; `make test` runs a smaller one.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.app import NoScanner, SystemClock
from intake.assess import Context
from intake.errors import MailboxError, PersonNeeded
from intake.sandbox import Sandbox
from intake.service import Service
from intake.watch import Watch
from storage.backends.local import LocalVault
from storage.canonical import sha256
from storage.database import open_database
from storage.dossiers import Records
from storage.verify import verify
from tests.simulators import graph_faults as fault
from tests.simulators.graph_faults import Faults
from tests.simulators.graph_house import Microsoft
from tests.simulators.graph_notifier import LATE, LOST, TWICE
from tests.simulators.graph_office import Office

BATCH = 10
"""Mails that arrive at a time."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a run showed; the first line are circumstances, the rest must be 0 or as `good` says."""

    mails: int
    seconds: float
    requests: int
    struck: dict[str, int]
    sweeps: int
    failed_sweeps: int
    restarts: int
    lost: int
    doubled: int
    altered: int
    attachments_missing: int
    marked_twice: int
    most_in_flight: int
    too_early: int
    posts_repeated: int
    wrong_by_schema: int
    unverified: int

    @property
    def good(self) -> bool:
        """Nothing lost, doubled, altered or repeated, and the rules of the other side kept."""
        bad = (self.lost, self.doubled, self.altered, self.attachments_missing, self.marked_twice, self.too_early)
        return not any((*bad, self.posts_repeated, self.wrong_by_schema, self.unverified)) and self.most_in_flight <= 3


class Chaos:
    """One run in a folder."""

    def __init__(self, folder: Path, count: int, rate: float, seed: int = 20261124) -> None:
        self.folder = folder
        self.count = count
        self.chance = random.Random(seed)
        self.faults = Faults(dict.fromkeys((*fault.ALL, TWICE, LATE, LOST), rate), seed=seed, slow_seconds=0.05)
        self.sweeps = self.failed = self.restarts = 0
        self.marked: Counter[str] = Counter()

    def run(self) -> Report:
        """Deliver, sweep, fail, restart, until everything that was delivered has its record."""
        start = time.monotonic()
        with Microsoft(self.folder, faults=self.faults) as microsoft, self._records() as records:
            with Office(microsoft) as office:
                keeping = threading.Thread(target=office.subscription.run, daemon=True)
                keeping.start()
                self._live(office, records)
            keeping.join()
            return self._report(microsoft, records, time.monotonic() - start)

    @contextlib.contextmanager
    def _records(self) -> Iterator[Records]:
        engine = open_database(f"sqlite:///{self.folder / 'loketbs.sqlite'}")
        with contextlib.closing(Records(engine, LocalVault(self.folder / "vault"))) as records:
            yield records

    def _live(self, office: Office, records: Records) -> None:
        with Sandbox() as reader:  # nothing is judged here
            self._until_quiet(office, Service(records, reader, Context(), NoScanner(), SystemClock(), {}))

    def _until_quiet(self, office: Office, service: Service) -> None:
        delivered, quiet = 0, 0
        while quiet < 2:  # two whole sweeps without news after the last delivery
            delivered = self._deliver(office, delivered)
            if self._sweep(office, service) == 0 and delivered == self.count:
                quiet += 1
            office.mailbox.wait(0.05)
            if self.chance.random() < 0.05:
                self._restart(office)

    def _deliver(self, office: Office, delivered: int) -> int:
        """Some mails come in, and a person flags one."""
        for number in range(delivered, min(self.count, delivered + BATCH)):
            office.microsoft.graph.deliver(mail(number))
        store = office.microsoft.graph.store
        known = [m for m in store.messages.values() if store.folders[m.folder] == "inbox"]
        if known and delivered < self.count:
            store.touch(self.chance.choice(known))
        return min(self.count, delivered + BATCH)

    def _sweep(self, office: Office, service: Service) -> int | None:
        """One sweep, and a mark on what it took; None when Graph broke it off."""
        self.sweeps += 1
        before = {m.key for m in service.records.messages()}
        try:
            Watch(service, office.mailbox, "chaos").sweep()
        except PersonNeeded:
            raise
        except MailboxError:
            self.failed += 1
            return None
        finally:
            new = [m.key for m in service.records.messages() if m.key not in before]
        for key in new[:2]:
            with contextlib.suppress(MailboxError):
                assert key
                office.mailbox.mark(key, "Formeel signaal")
        if new and self.chance.random() < 0.2:  # a person tidies up
            stored = office.microsoft.graph.store.find(str(self.chance.choice(new)))
            assert stored
            office.microsoft.graph.store.move(stored, "archive")
        return len(new)

    def _restart(self, office: Office) -> None:
        """The service stops and starts: another adapter, the same archive."""
        self.restarts += 1
        office.restart()

    def _report(self, microsoft: Microsoft, records: Records, seconds: float) -> Report:
        graph = microsoft.graph
        wanted = Counter(sha256(mail(n)) for n in range(self.count))
        found = Counter(m.raw.sha256 for m in records.messages())
        ids = Counter(asked.request_id for asked in graph.log if asked.method == "POST")
        whole = {sha256(mail(n)): {name.encode() for name in attached(n)} for n in range(0, self.count, 5)}
        missing = sum(
            len(whole[m.raw.sha256] - set(records.apart(m.record).values()))
            for m in records.messages()
            if m.raw.sha256 in whole
        )
        return Report(
            mails=self.count,
            seconds=round(seconds, 1),
            requests=len(graph.log),
            struck=dict(self.faults.struck),
            sweeps=self.sweeps,
            failed_sweeps=self.failed,
            restarts=self.restarts,
            lost=(wanted - found).total(),
            doubled=(found - wanted).total(),
            altered=len(found.keys() - wanted.keys()),
            attachments_missing=missing,
            marked_twice=sum(len(m.categories) > 1 for m in graph.store.messages.values()),
            most_in_flight=graph.most_in_flight,
            too_early=graph.disobeyed,
            posts_repeated=sum(times - 1 for times in ids.values()),
            wrong_by_schema=len(graph.wrong),
            unverified=sum(check.verdict != "pass" for check in verify(records)),
        )


def mail(number: int) -> bytes:
    """A small mail; every fifth has an attachment, every twentieth four."""
    head = f"From: a{number}@example.nl\r\nMessage-ID: <{number}@example.nl>\r\nSubject: Bericht {number}\r\n"
    if number % 5:
        return f"{head}\r\nGoedemorgen, dit is bericht {number}.\r\n".encode()
    parts = "".join(
        f'--b\r\nContent-Type: text/plain; name="{name}.txt"\r\nContent-Disposition: attachment\r\n\r\n{name}\r\n'
        for name in attached(number)
    )
    return (
        f'{head}Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nZie bijlage {number}.\r\n{parts}--b--\r\n'
    ).encode()


def attached(number: int) -> tuple[str, ...]:
    """Name and content of each attachment."""
    return (f"{number}", f"{number}b", f"{number}c", f"{number}d") if number % 20 == 0 else (f"{number}",)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        report = Chaos(Path(place), int(sys.argv[1]), 0.05).run()
    print(json.dumps(dataclasses.asdict(report) | {"good": report.good}, indent=1))
