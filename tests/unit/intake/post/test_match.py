"""A scan finds its own document: the right revision among look-alikes, with pages too many or too few, or nothing at all."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from intake.post.likeness import Reading, lay
from intake.post.match import Frozen, Index
from intake.text import words
from tests.unit.intake.post.near_duplicates import Made, as_read, pages_of, revision, texts

MADE = tuple(texts(120, seed=5, revised=0.0))
INVITATION = (
    "Graag nodigen wij u uit voor de opening van het vernieuwde zwembad op zaterdagmiddag. Na een korte toespraak van de "
    "wethouder is er gelegenheid tot zwemmen, met koffie en gebak. Parkeren kan achter de sporthal."
)
TITLE = "Bestuurlijk signaal paardenhandel in Wijkveldum. Indiener: gemeente Wi"
NOISE = ".,|~ lI1 ;: 'o"


def index(*made: Made) -> Index:
    return Index(Frozen(m.ref, m.text) for m in made)


def reading(text: str) -> Reading:
    return Reading(words(text))


@pytest.mark.parametrize("rate", [0.0, 0.02, 0.05, 0.1])
def test_the_right_one_of_a_hundred_and_twenty(rate: float) -> None:
    """Same themes and sentences, other places and numbers: noise of reading does not lead to another."""
    known, draw = index(*MADE), random.Random(11)
    for made in MADE[::12]:
        found = known.match(pages_of(as_read(made.text, rate, draw)))
        assert (found.ref, found.reason, found.pages) == (made.ref, "text_alike", (1, 2))


def test_the_revision_that_differs_in_one_digit_wins() -> None:
    """Ten revisions of one text, each with one other digit: each scan finds its own."""
    text = MADE[0].text
    at = [n for n, c in enumerate(text) if c.isdigit()][::6][:10]
    revisions = [Made(str(n), 0, text[:n] + str((int(text[n]) + 1) % 10) + text[n + 1 :]) for n in at]
    known, draw = index(*revisions, *MADE[1:]), random.Random(2)
    assert [known.match([scramble(r.text, draw)]).ref for r in revisions] == [r.ref for r in revisions]


def scramble(text: str, draw: random.Random) -> str:
    """One in fifty letters misread, digits spared."""
    return "".join(draw.choice("aeon") if c.isalpha() and draw.random() < 0.02 else c for c in text)


def test_a_dropped_negation_finds_the_text_without_it() -> None:
    """The shorter revision is not beaten by the longer one that holds all its letters, nor the other way round."""
    text = MADE[0].text.replace(" is ", " is niet ", 1)
    known = index(Made("with", 0, text), Made("without", 0, text.replace(" is niet ", " is ", 1)))
    assert known.match([text]).ref == "with"
    assert known.match([text.replace(" is niet ", " is ", 1)]).ref == "without"


def test_covering_letter_blank_back_and_second_letter_do_not_count_against_it() -> None:
    """The pages that belong are named; the answer says that not all do."""
    first, second = pages_of(MADE[7].text)
    found = index(*MADE).match([INVITATION, first, "", second])
    assert (found.ref, found.reason, found.pages) == (MADE[7].ref, "some_pages_alike", (2, 4))
    assert found.score > 0.99


def test_one_page_of_three_is_enough() -> None:
    """The others missing, unreadable, or both."""
    known = index(*MADE)
    for made in MADE[::15]:
        pages = pages_of(made.text, 3)
        assert known.match(["", pages[1], NOISE * 40]).ref == made.ref
        assert known.match(pages[2:]).ref == made.ref


def test_pages_in_another_order_belong_all_the_same() -> None:
    """Swapped and doubled pages are for the comparison to tell."""
    first, second, third = pages_of(MADE[3].text, 3)
    assert index(*MADE).match([third, first, second, first]).pages == (1, 2, 3, 4)


@pytest.mark.parametrize("pages", [[INVITATION], [NOISE * 60], [TITLE], ["Bijlage 1"]])
def test_what_is_not_known_is_not_matched(pages: list[str]) -> None:
    """An invitation, noise, a title alone: a person looks, with the likeliest named."""
    found = index(*MADE[1:]).match(pages)
    assert found.ref is None
    assert found.reason == "unknown_document"


def test_another_signal_of_the_same_theme_is_unknown() -> None:
    """Shared sentences are no proof: places, numbers and order differ."""
    known = index(*MADE)
    found = [known.match(pages_of(made.text)) for made in texts(40, seed=77)]
    assert [f.ref for f in found if f.ref] == []


@pytest.mark.parametrize(("known", "reason"), [((), "nothing_frozen"), (MADE[:3], "nothing_read")])
def test_nothing_to_compare_is_said(known: tuple[Made, ...], reason: str) -> None:
    """An empty archive and an empty scan are different troubles."""
    pages = ["", " \n "] if known else [INVITATION]
    found = index(*known).match(pages)
    assert (found.ref, found.score, found.reason, found.runner_up) == (None, 0.0, reason, None)


def test_the_runner_up_is_another_dossier_and_less_like_on_the_same_pages() -> None:
    """Two texts of one dossier are not each other's rivals."""
    draw = random.Random(4)
    twin = Made("twin", 0, revision(MADE[2].text, draw))
    own = Frozen(MADE[2].ref, MADE[2].text + "\nToegevoegd in de tweede versie van dit stuk.")
    known = Index([Frozen(m.ref, m.text) for m in (*MADE, twin)] + [own])
    found = known.match([MADE[2].text])
    assert found.ref == MADE[2].ref
    assert found.runner_up is not None
    assert found.runner_up.ref == "twin"
    assert 0.9 < found.runner_up.score < found.score == 1.0


def test_the_same_text_under_two_numbers_is_said() -> None:
    """The one frozen first is named, and that the other is as like."""
    found = index(MADE[0], replace(MADE[0], ref="later")).match([MADE[0].text])
    assert (found.ref, found.reason) == (MADE[0].ref, "runner_up_as_like")
    assert found.runner_up is not None
    assert found.runner_up.ref == "later"


def test_signal_and_annex_are_one_dossier() -> None:
    """Each page is laid on the text of the dossier that it is most like."""
    known = Index([Frozen("both", MADE[0].text), Frozen("both", MADE[1].text), Frozen("other", MADE[2].text)])
    found = known.match([MADE[0].text, MADE[1].text])
    assert (found.ref, found.pages) == ("both", (1, 2))


def test_a_document_that_cannot_be_opened_is_known_by_the_sender_s_reference() -> None:
    """Unless a text is surely the one: then the reference is only mentioned there."""
    closed = Frozen("closed", "", frozenset({"wz202609932"}))
    known = Index([closed, *(Frozen(m.ref, m.text) for m in MADE)])
    found = known.match([INVITATION], ["wz202609932"])
    assert (found.ref, found.score, found.reason) == ("closed", 0.0, "mark_of_closed_document")
    assert known.match([MADE[5].text], ["wz202609932"]).ref == MADE[5].ref
    assert known.match([INVITATION], ["other"]).ref is None


def test_a_reference_of_two_documents_decides_nothing() -> None:
    """Both of an organisation's signals bear the same file number."""
    mark = frozenset({"wz2026"})
    assert Index([Frozen("a", "", mark), Frozen("b", "", mark)]).match([INVITATION], mark).ref is None


def test_a_code_decides_between_texts_that_both_fit() -> None:
    """The cover sheet says which of two near-identical dossiers was meant; the runner-up shows the other."""
    twin = Made("twin", 0, revision(MADE[0].text, random.Random(8)))
    found = index(*MADE, twin).match([MADE[0].text], coded="twin")
    assert (found.ref, found.reason) == ("twin", "code_and_text")
    assert found.runner_up is not None
    assert found.runner_up.ref == MADE[0].ref


def test_a_code_that_does_not_fit_decides_nothing() -> None:
    """A cover sheet laid on the wrong letter, or on one that is unknown."""
    known = index(*MADE)
    found = known.match([MADE[0].text], coded=MADE[1].ref)
    assert (found.ref, found.reason) == (MADE[0].ref, "code_unfit")
    unknown = known.match([INVITATION], coded=MADE[1].ref)
    assert (unknown.ref, unknown.reason) == (None, "code_unfit")


@pytest.mark.parametrize("pages", [["", ""], [INVITATION]])
def test_a_code_is_all_there_is_when_nothing_can_be_compared(pages: list[str]) -> None:
    """A scan that cannot be read, or a frozen document that cannot be opened."""
    known = Index([Frozen("closed", ""), *(Frozen(m.ref, m.text) for m in MADE)])
    assert known.match(pages, coded="closed") == known.match(["", ""], coded="closed")
    assert known.match(pages, coded="closed").reason == "code_alone"


def test_the_same_scan_always_gives_the_same_answer() -> None:
    """No order of a set shows through."""
    pages = [as_read(MADE[9].text, 0.1, random.Random(1))]
    assert len({index(*MADE).match(pages) for _ in range(3)}) == 1


def test_a_page_is_laid_letter_by_letter_on_its_own_stretch() -> None:
    """Glued words cost nothing, one changed word its letters, a foreign page everything."""
    text = reading(MADE[0].text)
    lines = MADE[0].text.split("\n")
    page = "\n".join(lines[5:10])
    assert lay(reading(page), text).differing == 0
    assert lay(reading(page.replace(" van ", "van", 1)), text).differing <= 1
    assert lay(reading(page.replace(lines[6].split()[-1], "zwembad.")), text).differing <= 12
    assert lay(reading("Graag tot ziens, met koffie."), text).likeness == 0.0
    assert lay(reading(""), text).likeness == 0.0
