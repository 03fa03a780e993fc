"""LibreOffice as a program of its own: its PDF, no PDF, and one that never ends. Stand-ins for it are scripts written here."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from intake.post.office import find_office, laid_out
from tests.unit.intake.documents.papers import docx, p

FROZEN = docx(p("Hierbij dienen wij een bestuurlijk signaal in."))


def office(folder: Path, does: str) -> str:
    program = folder / "soffice"
    program.write_text(f"#!/bin/sh\n{does}\n", encoding="utf-8")
    program.chmod(0o755)
    return str(program)


def test_its_pdf_is_what_the_comparison_gets(tmp_path: Path) -> None:
    """Written into a folder of its own, from a file with the document's bytes and ending."""
    does = 'for last; do :; done; test "${last##*.}" = docx && printf "%%PDF-1.7 %s" "$(wc -c < "$last")" > "${last%.*}.pdf"'
    made = laid_out(FROZEN, "docx", 20.0, office(tmp_path, does))
    assert made is not None
    assert made.split() == [b"%PDF-1.7", str(len(FROZEN)).encode()]


@pytest.mark.parametrize("does", ["exit 3", "exit 0", 'for last; do :; done; echo no > "${last%.*}.pdf"'])
def test_without_a_pdf_the_text_is_compared(tmp_path: Path, does: str) -> None:
    """A failure, silence or junk: None, never an error."""
    assert laid_out(FROZEN, "docx", 20.0, office(tmp_path, does)) is None


def test_one_that_never_ends_is_ended_with_all_it_started(tmp_path: Path) -> None:
    """By the clock."""
    began = time.monotonic()
    assert laid_out(FROZEN, "odt", 1.0, office(tmp_path, "sleep 60 & sleep 60")) is None
    assert time.monotonic() - began < 20


def test_other_kinds_are_not_for_it(tmp_path: Path) -> None:
    """A PDF has its pages already."""
    assert laid_out(FROZEN, "pdf", 5.0, office(tmp_path, "exit 0")) is None


def test_a_real_one_lays_out_a_document() -> None:
    """Where it is installed."""
    if find_office() is None:
        pytest.skip("LibreOffice is not installed")
    made = laid_out(FROZEN, "docx", 60.0)
    assert made is not None
    assert made.startswith(b"%PDF-")
