"""A worker that dies: `python -m tests.integration.mortal FOLDER=STEP,STEP…` lives in FOLDER once per STEP, killed at that step.

A step is anything that the world could see half done: a file opened, linked, removed, a folder made, an SQL statement, a commit.
Each life is a fork that kills itself with SIGKILL; then one lives to its end. Several folders are done one after another. It prints
for each folder how many of its deaths came about (a step beyond the end of a life kills nobody).
"""

from __future__ import annotations

import datetime as dt
import os
import signal
import sys
from pathlib import Path

import alembic.command  # before any fork, so that a life's steps are its own
import lxml.etree
from sqlalchemy import event

from storage.backends.local import LocalVault
from storage.database import open_database
from storage.dossiers import Records
from storage.packages import PackageFile, PackageInfo
from storage.values import Arrival, KnownDocument, NewJob, Registration
from storage.workers import Worker, dead_workers, forget

NOW = dt.datetime(2026, 11, 23, 9, 30, tzinfo=dt.UTC)
MAILS = {"1:1": b"first mail", "1:2": b"second mail", "1:3": b"first mail"}
IMPORTED = (alembic.command, lxml.etree)
SEEN_BY_THE_WORLD = frozenset({"open", "os.link", "os.remove", "os.mkdir", "os.rename", "os.truncate"})


class Steps:
    """Counts steps, and dies at the one it was told; 0 = never."""

    def __init__(self, last: int) -> None:
        self._taken, self._last = 0, last

    def take(self, *_: object, **__: object) -> None:
        """One step more."""
        self._taken += 1
        if self._taken == self._last:
            os.kill(os.getpid(), signal.SIGKILL)


def live(folder: Path, last: int) -> None:
    """One life of the desk: receive all, judge all, send all."""
    steps = Steps(last)
    sys.addaudithook(lambda name, _: steps.take() if name in SEEN_BY_THE_WORLD else None)
    with Worker(folder / "workers") as worker:
        records = Records(open_database(f"sqlite:///{folder}/loketbs.sqlite"), LocalVault(folder / "vault"))
        for name in ("before_cursor_execute", "after_cursor_execute", "commit"):
            event.listen(records.engine, name, steps.take)
        dead = dead_workers(folder / "workers")
        records.work.free(dead)
        forget(folder / "workers", dead)
        for key, raw in MAILS.items():
            records.receive(Arrival("postvak", key, NOW, records.freeze_raw(raw), NOW))
        records.set_bookmark("postvak", "1:3")
        _work_off(records, worker.name)
        records.close()


def _work_off(records: Records, owner: str) -> None:
    while claim := records.work.claim(owner, NOW):
        record = str(claim.payload["record"])
        if claim.kind == "card":
            reference = records.channel.post(claim.key, record, {"number": claim.payload["dossier"]}, NOW)
            records.record_sent(record, "local", reference, at=NOW, claim=claim)
        else:
            raw = records.raw(record)
            info = PackageInfo(record, NOW, NOW, {"title": record})
            frozen = records.freeze_package([PackageFile("a.eml", raw)], info)
            records.register(
                claim,
                Registration(
                    record,
                    "submission",
                    possibly_formal=True,
                    at=NOW,
                    package=frozen,
                    opens_dossier=True,
                    statuses=("ontvangen",),
                    documents=(KnownDocument("aa" * 32, "bb" * 32, b"x"),),
                    attention=("defects",),
                    jobs=(NewJob("card"),),
                ),
            )


def death(folder: Path, last: int) -> bool:
    """A life that ends at a step, in a fork; False when it ended by itself. Raises RuntimeError when it broke."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            live(folder, last)
            status = 0
        finally:
            os._exit(status)  # an error has status 1
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status not in {0, -signal.SIGKILL}:
        raise RuntimeError(f"a life in {folder} broke at {last} with status {status}")
    return status != 0


def main() -> None:
    """Do what the arguments say."""
    for told in sys.argv[1:]:
        name, _, steps = told.partition("=")
        folder = Path(name)
        folder.mkdir(exist_ok=True)
        deaths = sum(death(folder, int(step)) for step in steps.split(",") if step)
        if death(folder, 0):
            raise RuntimeError(f"nobody told the last life in {folder} to end")
        sys.stdout.write(f"{deaths}\n")


if __name__ == "__main__":
    main()
