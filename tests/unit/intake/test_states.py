"""The table of statuses, against the desk's own list where it is at hand."""

from __future__ import annotations

import json

import pytest

from intake.states import FINAL, SET_BY_SOFTWARE, Status, following, may_follow
from tests.paths import shared


@pytest.mark.shared
def test_the_table_equals_the_desks_list() -> None:
    """Every status and transition of `domain/statussen.json`, and no other."""
    told = json.loads(shared("domain", "statussen.json").read_text(encoding="utf-8"))
    assert [s["id"] for s in told["hoofdstatus"]] == [s.value for s in Status]
    assert {s["id"] for s in told["hoofdstatus"] if s["eind"]} == {s.value for s in FINAL}
    assert {s["id"] for s in told["hoofdstatus"] if s["zet"] == "software"} == {s.value for s in SET_BY_SOFTWARE}
    pairs = {(old, new) for old, new in told["overgangen"] if old != "*"}
    assert pairs == {(old.value, new.value) for old in Status for new in following(old)}


def test_a_closed_dossier_stays_closed() -> None:
    """Only 'geen signaal' may be reconsidered."""
    assert [s for s in FINAL if following(s)] == [Status.GEEN_SIGNAAL]
    assert not may_follow(Status.AFGEROND, Status.IN_BEOORDELING)
