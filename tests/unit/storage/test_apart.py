"""What a mailbox hands over beside a message is evidence too: named by the ledger, verified, and read back as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.dossiers import Records
from storage.errors import CopyAltered, CopyMissing
from storage.rebuild import rebuild
from storage.values import Arrival
from storage.vault import FrozenCopy
from storage.verify import Verdict, verify
from tests.unit.storage.house import MAILBOX, NOW, receive

FILES = {"001.bin": b"%PDF-1.7", "apart.json": b"{}"}


@pytest.fixture
def record(records: Records) -> str:
    """A message with something beside it."""
    arrival = Arrival(
        MAILBOX, "AAMk", NOW, records.freeze_raw(b"mail"), NOW, retrieval="graph", apart=records.freeze_apart(FILES)
    )
    return records.receive(arrival).record


def place(records: Records, folder: Path) -> Path:
    """Where it lies."""
    return folder / "vault" / next(key for key in records.vault.list("raw") if key.endswith(".tar"))


def test_what_lay_beside_a_message_comes_back(records: Records, record: str) -> None:
    """With the way by which it came; a message without has none; the tables can be made anew."""
    assert records.apart(record) == FILES
    assert records.timeline(record)[0].details["retrieval"] == "graph"
    assert records.apart(receive(records, b"andere").record) == {}
    assert {check.verdict for check in verify(records)} == {Verdict.PASS}
    assert rebuild(records.engine, records.vault).differences == ()


def test_an_altered_copy_is_found_and_not_used(records: Records, record: str, tmp_path: Path) -> None:
    """By `verify`, and by whoever would judge by it."""
    path = place(records, tmp_path)
    path.chmod(0o600)
    path.write_bytes(path.read_bytes().replace(b"%PDF-1.7", b"%PDF-1.8"))
    (found,) = [check for check in verify(records) if check.verdict is Verdict.FAIL]
    assert (found.reason, str(path).endswith(found.place)) == ("altered", True)
    with pytest.raises(CopyAltered):
        records.apart(record)


def test_a_missing_copy_is_found(records: Records, record: str, tmp_path: Path) -> None:
    """The ledger names it."""
    place(records, tmp_path).unlink()
    assert [check.reason for check in verify(records) if check.verdict is Verdict.FAIL] == ["missing"]


def test_a_message_is_not_received_before_what_lies_beside_it(records: Records) -> None:
    """An event never names what is not there."""
    absent = FrozenCopy(f"raw/ab/{'ab' * 32}.tar", "ab" * 32, 10)
    with pytest.raises(CopyMissing):
        records.receive(Arrival(MAILBOX, "AAMk", NOW, records.freeze_raw(b"mail"), NOW, apart=absent))
    assert records.messages() == ()


def test_what_an_interrupted_run_left_is_doubt_and_not_guilt(records: Records) -> None:
    """Killed between freezing and receiving: it is fetched again, and the first copy stays behind."""
    records.freeze_apart(FILES)
    (found,) = [check for check in verify(records) if check.verdict is not Verdict.PASS]
    assert (found.verdict, found.reason) == (Verdict.UNDETERMINED, "left_by_an_interrupted_run")
