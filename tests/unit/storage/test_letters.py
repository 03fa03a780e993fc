"""The letters of a scan: sorted out, put into dossiers and taken out of them, compared; always what the ledger says."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from storage.dossiers import Records
from storage.errors import LostClaim, NotKnown, StatusConflict
from storage.held import HeldText
from storage.letters import Hand, Letters, LetterView, Outcome, SheetView, Slip, Why
from storage.packages import PackageFile, PackageInfo
from storage.rebuild import rebuild
from storage.values import SOFTWARE, Arrival, NewJob, Registration
from storage.verify import Verdict, verify
from tests.unit.storage.house import NOW, claimed, opened, submit

SCAN = b"%PDF-1.4 scanned"
SOFT, PERSON = Hand(NOW), Hand(NOW, "jansen", "J. Jansen", "staat op de envelop: Zeepaard")
WHY = Why("text_alike", 0.9812, "BS-2026-0002", 0.41)


def tracks(letters: Sequence[LetterView]) -> Mapping[str, str]:
    """As few words as a desk could have."""
    return {"post": next((v.verdict for v in letters if v.verdict), "here" if letters else "none")}


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    """Two dossiers, and a scan that was registered."""
    with opened(tmp_path) as house:
        submit(house, b"first", "1:1")
        submit(house, b"second", "1:2")
        received = house.receive(Arrival("scans", "a.pdf", NOW, house.freeze_raw(SCAN, "pdf"), NOW), once=True)
        house.register(claimed(house), Registration(received.record, "postal_scan", possibly_formal=False, at=NOW))
        yield house


@pytest.fixture
def letters(records: Records) -> Letters:
    """Two letters and a blank back in the scan."""
    found = Letters(records.engine, records.vault, tracks)
    found.sort_out("M-2026-000003", [Slip(1, 0, (1, 2)), Slip(2, 0, (4,))], [SheetView(0, 3, "blank")], SOFT)
    return found


def assert_whole(records: Records) -> None:
    """The tables are what the ledger says, and every copy is as it was."""
    assert rebuild(records.engine, records.vault).differences == ()
    assert [c for c in verify(records) if c.verdict is not Verdict.PASS] == []


def test_a_scan_keeps_its_own_form_and_comes_once(records: Records) -> None:
    """The raw copy is a PDF; the same bytes from another place are the same record, and a mail with those bytes is not."""
    scan = records.message("M-2026-000003")
    assert scan.raw.key.endswith(".pdf")
    assert records.raw(scan.record) == SCAN
    again = records.receive(Arrival("upload", "x", NOW, records.freeze_raw(SCAN, "pdf"), NOW), once=True)
    assert (again.record, again.known) == (scan.record, True)
    mail = records.receive(Arrival("postvak", "1:9", NOW, records.freeze_raw(SCAN), NOW))
    assert (mail.known, mail.same_bytes_as) == (False, scan.record)
    assert_whole(records)


def test_two_letters_lie_in_two_dossiers(records: Records, letters: Letters) -> None:
    """Each dossier shows the scan, the first letter's is its home, and neither timeline tells of the other's letter."""
    letters.link("M-2026-000003", 2, "BS-2026-0002", WHY, SOFT)
    assert letters.waiting() == ("M-2026-000003",)
    letters.link("M-2026-000003", 1, "BS-2026-0001", WHY, SOFT)
    assert letters.waiting() == ()
    assert records.message("M-2026-000003").dossier == "BS-2026-0001"
    for number, part in (("BS-2026-0001", 1), ("BS-2026-0002", 2)):
        assert "M-2026-000003" in records.dossier(number).messages
        assert [m.record for m in records.messages(number)][-1] == "M-2026-000003"
        assert records.dossier(number).tracks["post"] == "here"
        assert {e.details.get("part", part) for e in records.timeline(number)} == {part}
        assert [v.part for v in letters.within(number)] == [part]
    assert letters.sheets("M-2026-000003") == (SheetView(0, 3, "blank"),)
    (first, _) = letters.of("M-2026-000003")
    assert (first.pages, first.why, first.linked_by) == ((1, 2), WHY, SOFTWARE)
    assert_whole(records)


def test_what_a_person_said_is_kept_but_stands_in_no_event(records: Records, letters: Letters) -> None:
    """The event has the name and a digest; the words lie in the vault."""
    letters.link("M-2026-000003", 1, "BS-2026-0001", Why("by_person"), PERSON)
    entry = next(e for e in records.timeline("BS-2026-0001") if e.type == "Opname")
    assert (entry.actor, entry.details["actor_name"]) == ("jansen", "J. Jansen")
    assert "Zeepaard" not in json.dumps([dict(e.details) for e in records.timeline("M-2026-000003")])
    assert letters.note(str(entry.details["note_sha256"])) == PERSON.note
    assert_whole(records)


def test_what_was_taken_out_is_remembered_as_refused(records: Records, letters: Letters) -> None:
    """The track goes back, the comparison is forgotten, and the dossier is on the list of refused ones."""
    letters.link("M-2026-000003", 1, "BS-2026-0001", WHY, SOFT)
    assert letters.unlink("M-2026-000003", 1, PERSON, jobs=(NewJob("card"),)) == "BS-2026-0001"
    (letter, _) = letters.of("M-2026-000003")
    assert (letter.dossier, letter.refused, letter.why.reason) == (None, ("BS-2026-0001",), "")
    assert records.message("M-2026-000003").dossier is None
    assert records.dossier("BS-2026-0001").tracks["post"] == "none"
    with pytest.raises(StatusConflict):
        letters.unlink("M-2026-000003", 1, PERSON)
    assert_whole(records)


def test_a_letter_moves_from_one_dossier_to_another_in_one_act(records: Records, letters: Letters) -> None:
    """Both dossiers know."""
    letters.link("M-2026-000003", 1, "BS-2026-0001", WHY, SOFT)
    letters.link("M-2026-000003", 1, "BS-2026-0002", Why("by_person"), PERSON)
    assert [records.dossier(n).tracks["post"] for n in ("BS-2026-0001", "BS-2026-0002")] == ["none", "here"]
    with pytest.raises(StatusConflict):
        letters.link("M-2026-000003", 1, "BS-2026-0002", WHY, SOFT)
    with pytest.raises(NotKnown):
        letters.link("M-2026-000003", 3, "BS-2026-0002", WHY, SOFT)
    with pytest.raises(NotKnown):
        letters.link("M-2026-000003", 2, "BS-2026-0009", WHY, PERSON)
    assert_whole(records)  # also no note that nobody's act refers to


def outcome(records: Records, record: str = "M-2026-000003") -> Outcome:
    """A comparison, frozen."""
    files = [PackageFile("scan.pdf", SCAN), PackageFile("verslag.html", b"<p>")]
    return Outcome("deviates", 2, 1, "aa" * 32, records.freeze_package(files, PackageInfo(record, NOW, NOW)))


def test_a_comparison_is_kept_with_its_package(records: Records, letters: Letters) -> None:
    """The package of the message itself stays what it was; the job is done; a second time is refused."""
    letters.link("M-2026-000003", 1, "BS-2026-0001", WHY, SOFT, jobs=(NewJob("compare"),))
    claim = records.work.claim("one", NOW, ["compare"])
    assert claim is not None
    assert claim.payload == {"part": 1, "record": "M-2026-000003", "dossier": "BS-2026-0001"}
    (letter, _) = letters.of("M-2026-000003")
    found = outcome(records)
    assert letters.compared(claim, letter, found, SOFT)
    (letter, _) = letters.of("M-2026-000003")
    assert (letter.verdict, letter.deviations, letter.unreadable) == ("deviates", 2, 1)
    assert letter.package_key == found.package.key
    assert records.message("M-2026-000003").package_key is None
    assert records.dossier("BS-2026-0001").tracks["post"] == "deviates"
    with pytest.raises(LostClaim):
        letters.compared(claim, letter, found, SOFT)
    assert_whole(records)


def test_a_comparison_of_a_letter_that_was_taken_out_changes_nothing(records: Records, letters: Letters) -> None:
    """A person was faster: the job is finished, the dossier says nothing of it."""
    letters.link("M-2026-000003", 1, "BS-2026-0001", WHY, SOFT, jobs=(NewJob("compare"),))
    claim = records.work.claim("one", NOW, ["compare"])
    assert claim is not None
    (letter, _) = letters.of("M-2026-000003")
    letters.unlink("M-2026-000003", 1, PERSON)
    assert not letters.compared(claim, letter, outcome(records), SOFT)
    assert records.work.claim("one", NOW, ["compare"]) is None
    assert records.dossier("BS-2026-0001").tracks["post"] == "none"


def test_sorting_out_anew_keeps_what_lies_in_a_dossier(records: Records, letters: Letters) -> None:
    """The rest may be cut otherwise; a letter that a person put into a dossier may not."""
    letters.link("M-2026-000003", 1, "BS-2026-0001", WHY, PERSON)
    letters.sort_out("M-2026-000003", [Slip(1, 0, (1, 2)), Slip(2, 0, (3, 4))], [], SOFT)
    first, second = letters.of("M-2026-000003")
    assert (first.dossier, first.why, second.pages) == ("BS-2026-0001", WHY, (3, 4))
    with pytest.raises(StatusConflict):
        letters.sort_out("M-2026-000003", [Slip(1, 0, (1, 2, 3, 4))], [], SOFT)
    assert_whole(records)


def test_what_the_software_linked_it_may_cut_otherwise(records: Records, letters: Letters) -> None:
    """The letter then lies in no dossier until it is linked again; strange sheets call for another look."""
    letters.sort_out("M-2026-000003", [Slip(1, 0, (1, 2, 3, 4))], [SheetView(0, 4, "foreign")], SOFT)
    letters.link("M-2026-000003", 1, "BS-2026-0001", WHY, SOFT)
    assert (letters.waiting(), letters.unsure()) == ((), ("M-2026-000003",))
    letters.sort_out("M-2026-000003", [Slip(1, 0, (1, 2, 3)), Slip(2, 0, (4,))], [], SOFT)
    assert [v.dossier for v in letters.of("M-2026-000003")] == [None, None]
    assert records.message("M-2026-000003").dossier is None
    assert_whole(records)


def test_a_point_can_stand_open_again(records: Records, letters: Letters) -> None:
    """Raised, settled, raised: twice raised is once."""
    for _ in range(2):
        letters.raise_point("M-2026-000003", "scan_waits", SOFT)
        letters.raise_point("M-2026-000003", "scan_waits", SOFT)
        assert records.message("M-2026-000003").attention == ("scan_waits",)
        letters.settle_points("M-2026-000003", ["scan_waits", "unknown"], SOFT)
        assert records.message("M-2026-000003").attention == ()
    assert sum("raised" in e.details for e in records.timeline("M-2026-000003")) == 2
    assert_whole(records)


def test_texts_are_held_page_by_page(records: Records) -> None:
    """What was put is what comes out; what is lacking is told; only texts of messages in a dossier are linked."""
    assert records.held.lacking(["submission"]) == ("M-2026-000001", "M-2026-000002")
    text = HeldText(0, "aa" * 32, ("één", ""), ("a/1",), ((), ("LOKETBS1",)))
    records.held.put("M-2026-000001", [text])
    records.held.put("M-2026-000001", [text])
    records.held.put("M-2026-000003", [text])
    assert records.held.of("M-2026-000001") == (text,)
    assert records.held.lacking(["submission"]) == ("M-2026-000002",)
    ((key, place),) = records.held.linked(["submission"]).items()
    assert place == ("M-2026-000001", "BS-2026-0001")
    assert records.held.load([key, 99]) == {key: text}
