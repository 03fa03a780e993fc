"""The items, sections and names of a signal, judged by content."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.checks.onderdelen import Parts, judge_parts
from intake.model import Block, Document, Register, Role, Verdict
from intake.text import fold
from tests.unit.intake.checks.gemaakt import FOLDER, Gemaakt, as_document, read_folder, read_signal

FOLDERS = ("eerste", "tweede", "slot")
ALL = [signal for folder in FOLDERS for signal in read_folder(folder)]


def _judge(signal: Gemaakt) -> Parts:
    return judge_parts(signal.document, Register())


def _f1(pairs: list[tuple[bool, bool]]) -> float:
    right = sum(found and there for found, there in pairs)
    wrong = sum(found is not there for found, there in pairs)
    return 2 * right / (2 * right + wrong)


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_items_of_made_up_signals_are_found(folder: str) -> None:
    """F1 over all items is at least 0.95 in each set, and no missing item is seen in more than one text of twenty."""
    pairs = []
    for signal in read_folder(folder):
        elements = _judge(signal).elements
        pairs += [(elements[item], there) for item, there in signal.elements.items()]
    assert _f1(pairs) >= 0.95
    assert sum(found and not there for found, there in pairs) <= len(pairs) / 20


@pytest.mark.parametrize("signal", ALL, ids=lambda s: s.name)
def test_sections_title_and_names_of_a_made_up_signal(signal: Gemaakt) -> None:
    """The four sections, the title, the submitters and the ministers are as labelled."""
    found = _judge(signal)
    assert found.sections == signal.sections
    assert fold(found.title or "") == fold(signal.title)
    assert {fold(n) for n in found.organisations} == {fold(n) for n in signal.organisations}
    assert {fold(n) for n in found.ministers} == {fold(n) for n in signal.ministers}


@pytest.mark.parametrize("signal", ALL, ids=lambda s: s.name)
def test_every_item_that_is_found_carries_words_of_the_document(signal: Gemaakt) -> None:
    """A verdict without the words that it rests on cannot be checked by a person."""
    whole = fold(" ".join(b.text for b in signal.document.blocks))
    for finding in _judge(signal).findings:
        if finding.verdict is Verdict.PASS:
            assert finding.place is not None
            assert finding.place.quote
            assert fold(finding.place.quote).rstrip("….")[:40] in whole


def test_headings_are_not_needed() -> None:
    """A letter with its headings taken out keeps its items."""
    signal = read_signal(FOLDER / "eerste" / "h18_begraven_brief_kop.txt")
    bare = replace(signal.document, blocks=tuple(b for b in signal.document.blocks if not b.bold))
    found = judge_parts(bare, Register()).elements
    assert [i for i, there in signal.elements.items() if found[i] is not there] == []


_FULL = """# Conclusie en aanbevelingen
De minister van Financiën kan de drempel verlagen naar duizend euro en een register instellen.
"""


@pytest.mark.parametrize(
    "answer",
    ["", "Volgt later.", "N.v.t.", "-", "PM", "Nog in te vullen.", "Dit onderdeel wordt nog uitgewerkt.",
     "☒ Licht toe wat het beoogd effect is van het bestuurlijke signaal.", "[hier tekst invullen]", "To be completed."],
)  # fmt: skip
def test_a_heading_with_no_content_under_it_is_no_item(answer: str) -> None:
    """An empty heading, a promise, template text or "n.v.t." argues nothing."""
    document = as_document("x.txt", f"{_FULL}# Beoogd effect\n{answer}\n")
    assert judge_parts(document, Register()).elements["beoogd_effect"] is False


def test_a_table_of_contents_argues_nothing() -> None:
    """The names of all parts with page numbers behind them are not the parts."""
    lines = ["Aanleiding", "Maatschappelijke relevantie", "Structureel knelpunt", "Beoogd effect", "Bronnen"]
    contents = "\n".join(f"{line} ........ {n}" for n, line in enumerate(lines, 2))
    assert not any(judge_parts(as_document("x.txt", contents), Register()).elements.values())


def test_without_its_section_no_item_is_there() -> None:
    """A list of sources behind a document without findings is no findings."""
    text = f"{_FULL}# Bronnen\n- Rapport Toezicht 2026, gemeente Voorbeeld, hoofdstuk 2.\n"
    found = judge_parts(as_document("x.txt", text), Register())
    assert found.sections["bevindingen"] is False
    assert found.elements["bronnen"] is False


def test_the_national_level_does_not_follow_from_the_minister() -> None:
    """That a minister is addressed is no reason why the problem cannot be solved elsewhere."""
    text = f"# Bevindingen\nEr is geen verplichting om te registreren wie de koper is.\n{_FULL}"
    assert judge_parts(as_document("x.txt", text), Register()).elements["landelijk"] is False


def test_a_document_without_text_is_undetermined() -> None:
    """A picture of a page says nothing yet; that is not the same as an item that is missing."""
    document = Document(name="scan.pdf", sha256="", format="pdf", readable=True, pages=3, text_layer=False)
    found = judge_parts(document, Register())
    assert {f.verdict for f in found.findings} == {Verdict.UNDETERMINED}
    assert not any(found.elements.values())


_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=120)
_BLOCK = st.builds(
    Block, text=_TEXT, role=st.sampled_from(Role), level=st.integers(0, 3), bold=st.booleans(),
    cell=st.none() | st.tuples(st.integers(0, 2), st.integers(0, 3), st.integers(0, 4)), size=st.sampled_from([0.0, 9.0, 20.0]),
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(st.lists(_BLOCK, max_size=25))
def test_no_document_breaks_the_judgement(blocks: list[Block]) -> None:
    """Whatever a reader hands over, every item gets a verdict."""
    document = Document(name="x.docx", sha256="", format="docx", readable=True, blocks=tuple(blocks))
    found = judge_parts(document, Register())
    assert len(found.findings) == len(found.elements)
