"""Rebuilding: whatever happened, the ledger and the vault tell it again, row by row."""

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from storage.database import connect, open_database
from storage.dossiers import Records
from storage.errors import CopyMissing, LedgerBroken, PackageBroken
from storage.rebuild import Difference, rebuild
from storage.values import Claim, Join, KnownDocument, NewJob, Registration
from storage.verify import Verdict, verify
from tests.unit.storage.house import NOW, opened, package, receive, submit

CODES = st.sampled_from(["defects", "signature_undetermined", "document_not_found"])
TRACKS = st.dictionaries(
    st.sampled_from(["post", "vastlegging"]), st.sampled_from(["nog_niet", "ontvangen"]), max_size=2
)
DOCUMENTS = st.lists(
    st.builds(KnownDocument, st.just("aa" * 32), st.just("bb" * 32), st.binary(max_size=4)), max_size=2
)


class Life(RuleBasedStateMachine):
    """A random life of the desk; after every step the replay equals the live tables and the numbers have no gaps."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.uid = self.life = 0
        self.raws: dict[str, bytes] = {}
        self.loose: list[str] = []
        self.claims: list[Claim] = []

    @initialize()
    def start(self) -> None:
        memory = Path("/dev/shm")  # only the speed of the test hangs on it
        self.folder = Path(tempfile.mkdtemp(dir=memory if memory.is_dir() else None))
        self.stack.callback(shutil.rmtree, self.folder)
        self.records = self.stack.enter_context(opened(self.folder))

    def teardown(self) -> None:
        self.stack.close()

    def _numbers(self) -> list[str]:
        return [dossier.number for dossier in self.records.dossiers()]

    @rule(raw=st.sampled_from([b"een", b"twee", b"drie"]))
    def a_mail_comes(self, raw: bytes) -> None:
        self.uid += 1
        receipt = receive(self.records, raw, f"{self.life}:{self.uid}", message_id=raw.decode())
        assert not receipt.known
        self.raws[receipt.record] = raw

    @rule()
    def the_mailbox_begins_a_new_life(self) -> None:
        self.life += 1
        for n, message in enumerate(self.records.messages()):
            assert receive(self.records, self.raws[message.record], f"{self.life}:{n}", relisted=True).known
        self.uid = len(self.raws)

    @rule()
    def a_worker_claims(self) -> None:
        if claim := self.records.work.claim("one", NOW, ["process"]):
            self.claims.append(claim)

    @precondition(lambda self: self.claims)
    @rule(data=st.data(), opens=st.booleans(), tracks=TRACKS, codes=st.lists(CODES, max_size=3), documents=DOCUMENTS)
    def a_mail_is_judged(
        self, data: st.DataObject, opens: bool, tracks: dict[str, str], codes: list[str], documents: list[KnownDocument]
    ) -> None:
        claim = self.claims.pop()
        record, numbers = str(claim.payload["record"]), self._numbers()
        freezes: bool = data.draw(st.booleans())
        joins = None if opens else data.draw(st.sampled_from([None, *numbers]))
        frozen = package(self.records, record, self.raws[record]) if opens or joins or freezes else None
        done = self.records.register(
            claim,
            Registration(
                record,
                data.draw(st.sampled_from(["submission", "question"])),
                possibly_formal=opens,
                at=NOW,
                package=frozen,
                opens_dossier=opens,
                joins=Join(joins, "supplement") if joins else None,
                statuses=("ontvangen", "in_beoordeling")[: data.draw(st.integers(1, 2))] if opens else (),
                tracks=tracks if opens or joins else {},
                documents=tuple(documents),
                threads=(record,),
                attention=tuple(codes),
                jobs=(NewJob("card"), NewJob("card")),
            ),
        )
        assert done.opened == opens
        if not done.dossier:
            self.loose.append(record)

    @precondition(lambda self: self.loose)
    @rule(data=st.data())
    def a_person_finds_a_dossier_for_it(self, data: st.DataObject) -> None:
        record, numbers = self.loose.pop(), self._numbers()
        chosen = data.draw(st.sampled_from([None, *numbers]))
        if chosen:
            self.records.join(record, chosen, "postal_scan", actor="8c1f", at=NOW)
        else:
            self.records.open_dossier(record, "ontvangen", actor="8c1f", at=NOW)

    @precondition(lambda self: self._numbers())
    @rule(data=st.data(), tracks=TRACKS, minutes=st.integers(0, 9))
    def a_person_acts(self, data: st.DataObject, tracks: dict[str, str], minutes: int) -> None:
        number: str = data.draw(st.sampled_from(self._numbers()))
        by: dict[str, Any] = {"actor": "8c1f", "at": NOW + dt.timedelta(minutes=minutes)}
        self.records.set_status(number, data.draw(st.sampled_from(["in_beoordeling", "onvolledig"])), **by)
        self.records.set_tracks(number, tracks, **by)
        self.records.record_sent(number, "teams", "1", **by)
        for code in self.records.dossier(number).attention[:1]:
            record = next(m.record for m in self.records.messages(number) if code in m.attention)
            self.records.settle(record, code, **by)

    @invariant()
    def the_ledger_tells_it_again(self) -> None:
        if hasattr(self, "records"):
            assert rebuild(self.records.engine, self.records.vault).differences == ()

    @invariant()
    def numbers_have_no_gaps(self) -> None:
        if hasattr(self, "records"):
            dossiers, messages = sorted(self._numbers()), [m.record for m in self.records.messages()]
            assert dossiers == [f"BS-2026-{n:04}" for n in range(1, len(dossiers) + 1)]
            assert messages == [f"M-2026-{n:06}" for n in range(1, len(messages) + 1)]
            assert len(messages) == len(self.raws)

    @invariant()
    def everything_verifies(self) -> None:
        if hasattr(self, "records"):
            assert {check.verdict for check in verify(self.records)} == {Verdict.PASS}


Life.TestCase.settings = settings(
    max_examples=6, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
)
TestLife = Life.TestCase


def raw(folder: Path, statement: str) -> None:
    with sqlite3.connect(folder / "loketbs.sqlite") as conn:
        conn.execute(statement)


@pytest.mark.parametrize(
    ("attack", "expected"),
    [
        ("UPDATE dossier SET status = 'afgerond'", Difference("dossier", ("BS-2026-0001",), "altered", ("status",))),
        (
            "UPDATE dossier SET organisations = '[]'",
            Difference("dossier", ("BS-2026-0001",), "altered", ("organisations",)),
        ),
        (
            "UPDATE message SET sender = 'x', kind = 'y'",
            Difference("message", ("M-2026-000001",), "altered", ("kind", "sender")),
        ),
        ("DELETE FROM attention", Difference("attention", ("M-2026-000001", "signature_undetermined"), "missing")),
        (
            "INSERT INTO track VALUES ('BS-2026-0001', 'x', 'y', 'z')",
            Difference("track", ("BS-2026-0001", "x"), "extra"),
        ),
        ("UPDATE document SET sketch = x'00'", Difference("document", ("M-2026-000001", 0), "altered", ("sketch",))),
    ],
)
def test_an_edited_table_is_found_and_mended(
    records: Records, tmp_path: Path, attack: str, expected: Difference
) -> None:
    """Every difference is named; replacing mends it, and only says so when it did."""
    submit(records, b"mail")
    raw(tmp_path, attack)
    assert rebuild(records.engine, records.vault).differences == (expected,)
    mended = rebuild(records.engine, records.vault, replace=True)
    assert (mended.differences, mended.replaced) == ((expected,), True)
    assert rebuild(records.engine, records.vault).differences == ()


def test_lost_tables_come_back(records: Records, tmp_path: Path) -> None:
    """With only ledger and vault left, everything that was known is known again."""
    for n in range(2):
        submit(records, f"mail {n}".encode(), f"1:{n}")
    before = (records.dossiers(), records.messages(), records.known_items(), records.attention())
    for table in ("message", "dossier", "track", "document", "thread", "attention", "entry"):
        raw(tmp_path, f"DELETE FROM {table}")
    assert records.dossiers() == ()
    rebuild(records.engine, records.vault, replace=True)
    assert (records.dossiers(), records.messages(), records.known_items(), records.attention()) == before
    assert receive(records, b"mail 0", "1:0").known


def test_fresh_tables_can_be_kept_aside(records: Records, tmp_path: Path) -> None:
    """`into` fills another database, to look at both."""
    submit(records, b"mail")
    aside = connect(f"sqlite:///{tmp_path}/aside.sqlite")
    assert rebuild(records.engine, records.vault, into=aside).differences == ()
    assert Records(aside, records.vault).dossier("BS-2026-0001").title == "Voertuigen zonder eigenaar"
    aside.dispose()


def test_a_missing_or_edited_copy_stops_a_rebuild(records: Records, tmp_path: Path) -> None:
    """Tables are never made from what is no longer the evidence, nor with the gaps left empty."""
    submit(records, b"mail")
    key = records.message("M-2026-000001").package_key
    assert key is not None
    path = tmp_path / "vault" / key
    path.chmod(0o600)
    path.write_bytes(path.read_bytes().replace(b"Voertuigen", b"Vliegtuigen"[:10]))
    with pytest.raises(PackageBroken):
        rebuild(records.engine, records.vault, replace=True)
    path.unlink()
    with pytest.raises(CopyMissing):
        rebuild(records.engine, records.vault, replace=True)
    assert records.dossier("BS-2026-0001").title == "Voertuigen zonder eigenaar"


def test_an_event_that_cannot_be_replayed_is_told(records: Records, tmp_path: Path) -> None:
    """A planted event in our spelling, but without what its sort needs, stops the replay at its number."""
    submit(records, b"mail")
    with sqlite3.connect(tmp_path / "loketbs.sqlite") as conn:
        body = (
            conn.execute("SELECT body FROM event WHERE seq = 1")
            .fetchone()[0]
            .replace(b"possibly_formal", b"possibly_normal")
        )
        conn.execute("DROP TRIGGER event_no_update")
        conn.execute("UPDATE event SET body = ? WHERE seq = 1", (body,))
    with pytest.raises(LedgerBroken):
        rebuild(records.engine, records.vault)


def test_an_empty_ledger_makes_empty_tables() -> None:
    """A first start has nothing to tell."""
    engine = open_database("sqlite://")
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as records:
        assert rebuild(records.engine, records.vault).events == 0
    engine.dispose()
