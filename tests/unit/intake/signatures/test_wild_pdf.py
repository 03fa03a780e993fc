"""The signed PDFs of public projects: never valid where their own project says invalid."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from intake.documents.signatures import signatures_of
from intake.model import Trust, Verdict
from tests.paths import SHARED, shared

MANIFEST = SHARED / "wild" / "MANIFEST.tsv"


def rows() -> list[tuple[str, dict[str, Any]]]:
    """Every PDF of the manifest with what its project expects of it."""
    if not MANIFEST.exists():
        return [("none", {})]
    with MANIFEST.open(newline="", encoding="utf-8") as file:
        table = csv.DictReader(file, delimiter="\t")
        return [
            (r["name"], json.loads(r["expected_json"]))
            for r in table
            if r["kind"] == "pdf" and "signed" in r["why_hard"]
        ]


def own_roots(data: bytes) -> tuple[bytes, ...]:
    """The certificates a file brings itself, taken as roots so that trust never hides a missed alteration."""
    try:
        found = PdfFileReader(io.BytesIO(data)).embedded_signatures
        return tuple(c.chosen.dump() for s in found for c in s.signed_data["certificates"])
    except (PdfError, ValueError, LookupError):
        return ()


def refused(expected: dict[str, Any]) -> bool:
    """Whether the manifest says that the file's signatures must not all be accepted."""
    return (
        expected.get("suspicious") is True
        or expected.get("bottom_line") is False
        or expected.get("intact") is False
        or "refused" in expected.get("note", "")
    )


@pytest.mark.shared
@pytest.mark.parametrize(("name", "expected"), rows())
def test_a_wild_signed_pdf_agrees_with_its_manifest(name: str, expected: dict[str, Any]) -> None:
    """Suspicious, uncovered or broken: not every signature passes. Valid by the manifest: all pass under its own roots."""
    data = shared("wild", "pdf", name).read_bytes()
    found = signatures_of(data, "pdf", Trust(own_roots(data)))
    verdicts = [s.verdict for s in found]
    if refused(expected):
        assert verdicts
        assert Verdict.PASS not in verdicts or Verdict.FAIL in verdicts
    elif expected.get("valid") is True:
        assert set(verdicts) == {Verdict.PASS}
        assert len(verdicts) == expected.get("n_signatures", len(verdicts))
    assert not any(s.verdict is Verdict.PASS for s in signatures_of(data, "pdf", Trust()))
