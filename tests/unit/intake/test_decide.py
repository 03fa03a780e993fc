"""What follows from a judgement: a dossier, a place in one, a frozen copy, work for a person."""

from __future__ import annotations

import pytest

from intake.decide import decide, joins_later
from intake.model import Assessment, Defect, Document, Kind, Recognition, Threat
from intake.relate import Relation, Tie

REPEAT = Relation("BS-2026-0001", Tie.SAME_BYTES, same_sender=True)
THREAD = Relation("BS-2026-0001", Tie.THREAD)


def judged(kind: Kind, *, formal: bool, **more: object) -> Assessment:
    """An assessment of nothing but its kind."""
    return Assessment("0" * 64, Recognition(kind, formal), document="signaal.pdf", **more)  # type: ignore[arg-type]


def test_a_submission_opens_a_dossier_and_is_frozen() -> None:
    """The main case."""
    found = decide(judged(Kind.SUBMISSION, formal=True), ())
    assert (found.opens_dossier, found.joins, found.freeze, found.attention) == (True, None, True, ())


@pytest.mark.parametrize("kind", [Kind.DRAFT, Kind.QUESTION, Kind.SUPPLEMENT])
def test_doubt_opens_a_dossier_and_asks_a_person(kind: Kind) -> None:
    """A missed submission costs more than a dossier opened for nothing."""
    found = decide(judged(kind, formal=True), ())
    assert found.opens_dossier
    assert "possibly_formal" in found.attention


@pytest.mark.parametrize("kind", [Kind.DRAFT, Kind.QUESTION, Kind.AUTOMATIC, Kind.OTHER])
def test_what_cannot_be_a_submission_opens_nothing(kind: Kind) -> None:
    """It is recorded, and nobody is called."""
    found = decide(judged(kind, formal=False), ())
    assert (found.opens_dossier, found.joins, found.freeze, found.attention) == (False, None, False, ())


def test_the_same_document_again_opens_no_second_dossier() -> None:
    """The sender sent it twice, or a co-submitter sends the same."""
    again = decide(judged(Kind.SUBMISSION, formal=True), (REPEAT,))
    other = decide(judged(Kind.SUBMISSION, formal=True), (Relation("BS-2026-0001", Tie.SAME_BYTES),))
    saved = decide(judged(Kind.SUBMISSION, formal=True), (Relation("BS-2026-0001", Tie.SAME_TEXT),))
    assert [(d.joins, d.relation) for d in (again, other, saved)] == [
        ("BS-2026-0001", "duplicate"),
        ("BS-2026-0001", "co_submitter"),
        ("BS-2026-0001", "same_text_other_file"),
    ]


def test_a_new_submission_in_an_old_thread_opens_its_own_dossier() -> None:
    """A thread alone does not make two signals one."""
    assert decide(judged(Kind.SUBMISSION, formal=True), (THREAD,)).opens_dossier


@pytest.mark.parametrize("kind", [Kind.SUPPLEMENT, Kind.CORRECTION, Kind.WITHDRAWAL, Kind.MINISTER_RESPONSE])
def test_what_belongs_to_a_dossier_joins_it_and_a_person_confirms(kind: Kind) -> None:
    """Nothing but `ontvangen` is set by the software."""
    found = decide(judged(kind, formal=False), (THREAD,))
    assert (found.joins, found.relation, found.freeze) == ("BS-2026-0001", kind.value, True)
    assert f"{kind.value}_to_confirm" in found.attention


def test_what_finds_no_dossier_waits_where_a_person_sees_it() -> None:
    """A scan waits for its mail, and is tried again with each new dossier."""
    early = decide(judged(Kind.WITHDRAWAL, formal=False), ())
    assert (early.freeze, early.attention) == (True, ("dossier_not_found",))
    scan = decide(judged(Kind.POSTAL_SCAN, formal=False), ())
    assert (scan.freeze, scan.attention) == (True, ("scan_waits_for_its_mail",))
    assert joins_later(Kind.POSTAL_SCAN, (THREAD,)) == "BS-2026-0001"
    assert joins_later(Kind.POSTAL_SCAN, ()) is None
    assert joins_later(Kind.QUESTION, (THREAD,)) is None


def test_a_case_report_is_not_packaged() -> None:
    """Brochure FAQ 1: case data does not belong here; only the raw bytes stay, restricted."""
    found = decide(judged(Kind.CASE_REPORT, formal=False), ())
    assert (found.freeze, found.attention) == (False, ("case_report",))


def test_threats_and_what_cannot_be_read_call_a_person() -> None:
    """Each is named; a threat even where nothing else would be said."""
    broken = Document("a.pdf", "0" * 64, "pdf", readable=False, problems=(Defect("truncated"),))
    found = decide(judged(Kind.SUBMISSION, formal=True, threat=Threat.MACRO, documents=(broken,)), ())
    assert found.attention == ("threat_macro", "defects")
    assert decide(judged(Kind.OTHER, formal=False, threat=Threat.EXECUTABLE), ()).attention == ("threat_executable",)


def test_an_equal_message_id_with_other_bytes_is_told() -> None:
    """Never a silent drop: it is recorded, and a person is told."""
    twin = Relation("BS-2026-0001", Tie.SAME_MESSAGE_ID)
    assert "message_id_not_unique" in decide(judged(Kind.SUBMISSION, formal=True), (twin,)).attention
