"""Words beside words: what differs, what only moved, and by how much the rest of the line moved along."""

from __future__ import annotations

from intake.post.compare.align import Aligned, align
from intake.post.compare.ordering import in_order
from intake.post.compare.tokens import Token
from intake.post.pages import Rect
from tests.unit.intake.post.compare.making import TEXT, laid, placed


def read(aligned: Aligned) -> list[tuple[str, str]]:
    return [
        (" ".join(aligned.frozen[i].token.key for i in h.frozen), " ".join(aligned.scan[j].token.key for j in h.scan))
        for h in aligned.hunks
    ]


def compared(lines: tuple[str, ...], other: tuple[str, ...]) -> Aligned:
    return align(placed(lines), placed(other, sheet=1))


def test_equal_words_give_nothing() -> None:
    """All are paired."""
    found = compared(TEXT, TEXT)
    assert found.hunks == ()
    assert len(found.equal) == len(found.frozen)


def test_one_word_changed_is_one_place() -> None:
    """With the shift of the words before and behind it."""
    changed = (TEXT[0].replace("148", "1848"), *TEXT[1:])
    found = compared(TEXT, changed)
    assert read(found) == [("148", "1848")]
    before, after = found.hunks[0].before, found.hunks[0].after
    assert before is not None
    assert after is not None
    assert (before.x, after.x) == (0.0, 11.0)


def test_a_dropped_word_and_one_put_in() -> None:
    """Each has one empty side."""
    assert read(compared(TEXT, (TEXT[0].replace(" niet", ""), *TEXT[1:]))) == [("niet", "")]
    assert read(compared(TEXT, (TEXT[0], TEXT[1].replace("kan", "kan niet"), *TEXT[2:]))) == [("", "niet")]


def test_a_dropped_paragraph_is_one_place() -> None:
    """Though some of its words stand elsewhere as well."""
    assert read(compared(TEXT, (TEXT[0], TEXT[1], TEXT[3]))) == [(" ".join(t.key for t in laid([TEXT[2]])), "")]


def test_text_that_went_to_the_next_page_is_equal() -> None:
    """Another page break is no deviation."""
    frozen = [*placed(TEXT[:2], page=1), *placed(TEXT[2:], page=2)]
    scan = [*placed(TEXT[:1], page=1, sheet=1), *placed(TEXT[1:], page=2, sheet=2)]
    assert align(frozen, scan).hunks == ()


def test_glued_and_split_words_are_equal() -> None:
    """Engines lose spaces."""
    assert compared(TEXT, (TEXT[0].replace("in het", "inhet"), *TEXT[1:])).hunks == ()
    assert compared(("blad 4 / 6 van het stuk",), ("blad 4/6 van het stuk",)).hunks == ()


def test_words_are_put_in_the_order_of_the_frozen_lines() -> None:
    """Whatever order the engine read them in; a word between two lines comes behind the upper one."""
    frozen = laid(TEXT)
    between = Token("stempel", "stempel", (Rect(300, 330, 360, 331),))
    mixed = [between, *sorted(frozen, key=lambda t: t.text)]
    assert [t.key for t in in_order(frozen, mixed) if t is not between and t.key != "stempel"] == [
        t.key for t in frozen
    ]
