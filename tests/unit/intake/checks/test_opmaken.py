"""Titles, submitters and ministers in the layouts that people use, each made up before the rules were tried on it."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from intake.checks.onderdelen import Parts
from intake.judge import judge_kind
from intake.model import Block, Document, Kind, Organisation, Role
from tests.unit.intake.building import REGISTER, mail
from tests.unit.intake.checks.gemaakt import as_document

CASES: dict[str, list[dict[str, Any]]] = tomllib.loads(
    (Path(__file__).parent / "opmaken.toml").read_text(encoding="utf-8")
)
EXTRA = Organisation("oaz", "Opsporingsdienst Accijns Zuid", kind="opsporing", domains=("oaz.example",))
PARTNERS = replace(REGISTER, organisations=(*REGISTER.organisations, EXTRA))
BODY = """
In 2025 bleek bij 41 controles dat de regeling werd benut door mensen voor wie zij niet is bedoeld.
Dat gaf de aanleiding voor dit stuk.
De regeling kent geen toets vooraf, en wie haar misbruikt wordt pas na jaren gevonden. Het komt telkens terug, in het hele land.
"""


def _document(case: dict[str, Any]) -> Document:
    text = "\n".join((case.get("text", ""), BODY, case.get("tail", "")))
    made = as_document("signaal.pdf", "\n".join(x for x in text.splitlines() if not x.startswith("F: ")))
    feet = (Block(x[3:], Role.FOOTER, size=8.0) for x in text.splitlines() if x.startswith("F: "))
    blocks = (*(replace(b, text=b.text.replace("⏎", "\n"), page=1) for b in made.blocks), *feet)
    return replace(made, format="pdf", pages=1, blocks=blocks, title=case.get("properties", ""))


def _judged(case: dict[str, Any]) -> Parts:
    message = mail(case.get("mail", "Zie bijlage."), subject=case.get("subject", "Stukken"))
    document = _document(case)
    return judge_kind(Kind.SUBMISSION, message, document, (document,), PARTNERS)


def _cases(theme: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", CASES[theme], ids=[c["name"] for c in CASES[theme]])


@_cases("title")
def test_the_title_is_found_in_any_layout(case: dict[str, Any]) -> None:
    """Where it stands and how it is set makes no difference."""
    assert _judged(case).title == case.get("is")


@_cases("organisations")
def test_the_submitters_are_found_in_any_layout(case: dict[str, Any]) -> None:
    """Letterhead, footer, signature block, sentence or form; who only helped is left out."""
    assert set(_judged(case).organisations) == set(case["is"])


@_cases("ministers")
def test_the_ministers_are_found_however_they_are_written(case: dict[str, Any]) -> None:
    """Abbreviated, in English, two in one sentence, as the label of a row."""
    assert set(_judged(case).ministers) == set(case["is"])
