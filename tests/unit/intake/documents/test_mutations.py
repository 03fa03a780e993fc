"""Damaged bytes: whatever is broken in a file, reading it ends with a document."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.model import Trust
from intake.sandbox import Sandbox
from tests.unit.intake.documents.papers import docx, odt, p, pages_pdf, relationships, text_at
from tests.unit.intake.documents.reading import read

PDF = pages_pdf(
    [text_at(70, 700, "Bestuurlijk signaal", bold=True) + b"70 600 m 200 600 l S 1 0 0 1 0 0 cm /Fm Do"],
    catalog=b"/OpenAction<</S/JavaScript/JS(x)>>/Names<</EmbeddedFiles<</Names[(a)<<>>]>>>>",
)
LEVEL = '<w:outlineLvl w:val="1"/>'
DOCX_XML = f"<w:tbl><w:tr><w:tc>{p('cel', run='<w:b/>')}</w:tc></w:tr></w:tbl>{p('tekst', properties=LEVEL)}"
DOCX = docx(DOCX_XML, {"word/_rels/document.xml.rels": relationships(("image", "media/image1.png", ""))})
ODT = odt(
    '<text:h text:outline-level="1">kop</text:h><table:table><table:table-row><table:table-cell/></table:table-row></table:table>'
)

damage = st.lists(
    st.tuples(st.floats(0, 1), st.sampled_from([b"", b"\x00", b"\xff\xff", b"9999999999", b"<<", b"/", b"[", b">"])),
    min_size=1,
    max_size=6,
)
hundred = settings(
    max_examples=100, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def damaged(data: bytes, places: list[tuple[float, bytes]]) -> bytes:
    """The bytes with pieces overwritten, or cut out."""
    for share, piece in places:
        at = int(share * len(data))
        data = data[:at] + piece + data[at + max(1, len(piece)) :]
    return data


def damaged_inside(data: bytes, places: list[tuple[float, bytes]]) -> bytes:
    """A zip whose packing is sound and whose every XML part is damaged."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name) if name == "mimetype" else damaged(old.read(name), places))
    return out.getvalue()


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@hundred
@given(places=damage)
def test_damaged_pdfs(sandbox: Sandbox, places: list[tuple[float, bytes]]) -> None:
    """In the sandbox, because pdfium is not ours; no child may die of them either."""
    document = sandbox.extract(damaged(PDF, places), "a.pdf", "", None, Trust())
    assert "reader_died" not in {problem.code for problem in document.problems}
    assert document.readable or document.problems


@pytest.mark.parametrize("engine", ["pypdf"])
@hundred
@given(places=damage)
def test_damaged_pdfs_with_the_second_reader(engine: str, places: list[tuple[float, bytes]]) -> None:
    """pypdf lets many kinds of errors out; none may pass."""
    document = read(damaged(PDF, places), "a.pdf", pdf_engine=engine)
    assert document.readable or document.problems


@pytest.mark.parametrize("data", [DOCX, ODT], ids=["docx", "odt"])
@pytest.mark.parametrize("break_it", [damaged, damaged_inside], ids=["packing", "parts"])
@hundred
@given(places=damage)
def test_damaged_packages(data: bytes, break_it: object, places: list[tuple[float, bytes]]) -> None:
    """Torn zips, and whole zips of torn XML."""
    assert callable(break_it)
    document = read(break_it(data, places), "a.docx")
    assert document.readable or document.problems
