"""Recognition on mails made up before the rules were tuned: the kind a person would give, and no submission missed."""

from __future__ import annotations

import pytest

from intake.checks.afzender import authenticate
from intake.model import Recognition
from intake.recognise import recognise
from tests.unit.intake.building import REGISTER
from tests.unit.intake.made_up_mails import Case, load_cases

SETS = ("made_up_mails.toml", "made_up_mails_2.toml", "made_up_mails_3.toml")
CASES = tuple(case for name in SETS for case in load_cases(name))


def judged(case: Case) -> Recognition:
    return recognise(case.mail, case.documents, authenticate(case.mail, REGISTER.authserv_ids), REGISTER)


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_a_made_up_mail_gets_the_kind_a_person_would_give(case: Case) -> None:
    """Each of the eleven kinds in other words, other layouts and hostile variants."""
    found = judged(case)
    assert (found.kind.value, found.possibly_formal) == (case.kind, case.formal)


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_a_kind_is_never_without_a_reason(case: Case) -> None:
    """Staff see why; only a mail in which nothing was found is `other` without one."""
    found = judged(case)
    assert found.findings or found.kind.value == "other"
    assert all(f.rule == "herkenning" and f.reason for f in found.findings)
