"""What the tests of `storage` share: records in a folder, a time that stands still, a mail that goes all the way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.backends.local import LocalVault
from storage.database import open_database
from storage.dossiers import Records
from storage.packages import PackageFile, PackageInfo
from storage.values import Arrival, Claim, KnownDocument, NewJob, Receipt, Registered, Registration
from storage.vault import FrozenCopy

NOW = dt.datetime(2026, 11, 23, 9, 30, tzinfo=dt.UTC)
MAILBOX = "postvak"
FINDINGS = {"title": "Voertuigen zonder eigenaar", "organisations": ["Politie", "Gemeente Ede"], "ministers": ["JenV"]}


@contextmanager
def opened(folder: Path) -> Iterator[Records]:
    """Records whose database and vault lie in a folder."""
    records = Records(open_database(f"sqlite:///{folder}/loketbs.sqlite"), LocalVault(folder / "vault"))
    try:
        yield records
    finally:
        records.close()


def receive(
    records: Records, raw: bytes, key: str = "1:1", *, message_id: str | None = None, relisted: bool = False
) -> Receipt:
    """Freeze and receive one mail."""
    copy = records.freeze_raw(raw)
    return records.receive(Arrival(MAILBOX, key, NOW, copy, NOW, message_id), relisted=relisted)


def claimed(records: Records, owner: str = "one", at: dt.datetime = NOW) -> Claim:
    """The next job that judges a message."""
    claim = records.work.claim(owner, at, ["process"])
    assert claim is not None
    return claim


def package(records: Records, record: str, raw: bytes, findings: dict[str, object] | None = None) -> FrozenCopy:
    """A package of one mail with one attachment."""
    files = [PackageFile("message.eml", raw), PackageFile("signaal.pdf", b"%PDF-1.7 of " + raw)]
    return records.freeze_package(files, PackageInfo(record, NOW, NOW, FINDINGS if findings is None else findings))


def opening(record: str, frozen: FrozenCopy | None) -> Registration:
    """A formal submission that opens a dossier, with everything that a registration can hold."""
    return Registration(
        record,
        "submission",
        possibly_formal=True,
        at=NOW,
        package=frozen,
        opens_dossier=True,
        statuses=("ontvangen",),
        tracks={"post": "nog_niet", "vastlegging": "vastgelegd"},
        counters={"pass": 9, "undetermined": 1},
        documents=(KnownDocument("aa" * 32, "bb" * 32, b"\x00\x01"),),
        threads=("<een@politie.example>", "<nul@politie.example>"),
        sender="jan@politie.example",
        attention=("signature_undetermined",),
        jobs=(NewJob("card"), NewJob("mark", {"label": "ontvangen"})),
    )


def submit(records: Records, raw: bytes, key: str = "1:1") -> Registered:
    """The whole way of one submission."""
    record = receive(records, raw, key).record
    claim = claimed(records)
    assert claim.payload["record"] == record
    return records.register(claim, opening(record, package(records, record, raw)))
