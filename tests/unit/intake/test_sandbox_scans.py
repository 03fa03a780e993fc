"""Scans through the child processes: the same text as read here, hostile pages cost themselves only, RapidOCR apart."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from intake.model import Document, Trust
from intake.post.engines import engines_here
from intake.post.ocr_rapid import rapid_name
from intake.post.pages import OcrLimits
from intake.post.sheets import sheet_of
from intake.sandbox import Sandbox, SandboxLimits
from intake.sandbox.scans import RapidApart
from tests.unit.intake.documents.papers import pages_pdf
from tests.unit.intake.post.paper import HEADING, content, printed, scanned_pdf, tiff

PAGE = printed(content())


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """One door for all tests here."""
    if not engines_here():
        pytest.skip("no OCR engine on this machine")
    with Sandbox(reading=OcrLimits(pages=4)) as door:
        yield door


def extracted(door: Sandbox, data: bytes) -> Document:
    return door.extract(data, "scan", "", None, Trust())


def test_a_scan_is_read_through_children(sandbox: Sandbox) -> None:
    """Rendering and looking in confined children, the engine under limits of its own."""
    for data in (scanned_pdf([PAGE]), tiff([PAGE])):
        (document,) = sandbox.read_scans([(extracted(sandbox, data), data)])
        assert HEADING in [b.text for b in document.blocks]
        assert [p.code for p in document.problems] == ["read_by_ocr"]


def test_scans_of_one_mail_share_their_limit(sandbox: Sandbox) -> None:
    """What goes over it is told with each document; documents of text pass untouched."""
    empty = scanned_pdf([PAGE[:, :-40]] * 3)
    scans = [(extracted(sandbox, data), data) for data in (empty, pages_pdf([content()]), tiff([PAGE, PAGE]))]
    first, text, last = sandbox.read_scans(scans)
    assert text == scans[1][0]
    assert [p.code for p in first.problems] == ["read_by_ocr"]
    assert [(p.code, p.where) for p in last.problems] == [("read_by_ocr", "1"), ("page_not_read", "2")]


def test_a_child_that_dies_on_a_page_costs_that_page_only() -> None:
    """Too little memory to render: the document stays as it was, and a person is told."""
    data = scanned_pdf([PAGE])
    with Sandbox() as door:
        document = extracted(door, data)
    with Sandbox(SandboxLimits(wall_seconds=0.001)) as door:
        (found,) = door.read_scans([(document, data)])
    assert found.blocks == ()
    assert [(p.code, p.where, p.detail) for p in found.problems] == [("page_not_read", "1", "timeout")]


def test_rapidocr_reads_in_a_process_of_its_own() -> None:
    """Its helper holds the models; a child reads one page and is gone."""
    name = rapid_name()
    if name is None:
        pytest.skip("RapidOCR is not installed")
    engine = RapidApart(name)
    try:
        words = engine.words(sheet_of(scanned_pdf([PAGE]), 1), 120)
    finally:
        engine.close()
    assert {"Bevindingen", "minister", "Oosterwaard,"} & {w.text for w in words}
