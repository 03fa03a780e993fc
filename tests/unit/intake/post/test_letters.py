"""Which letters are in one scan: cover sheets, covering letters, blank backs, two letters, two copies, a letter of nobody."""

from __future__ import annotations

import random
from collections.abc import Collection

import pytest

from intake.paper.known import Known
from intake.post.codes import Code
from intake.post.letters import Letter, Post, ScanPage, sort_out
from storage.held import HeldText
from tests.unit.intake.post.near_duplicates import Made, as_read, pages_of, texts

MADE = tuple(texts(6, seed=71, revised=0.0))
A, B, STRANGE = MADE[0], MADE[1], MADE[5]
COVERING = (
    "Geachte heer, mevrouw,\nHierbij ontvangt u het ondertekende bestuurlijk signaal van onze gemeente, zoals wij dat vorige "
    "week per e-mail aan u stuurden. Wij horen graag van u.\nMet vriendelijke groet,\nhet secretariaat"
)
ENVELOPE = "LIEC, t.a.v. Hoofd LIEC\nPostbus 20301\n2500 EH Den Haag"


def sha(made: Made) -> str:
    return f"{made.ref[-1]}" * 64


def number(made: Made) -> str:
    return f"BS-2026-000{MADE.index(made) + 1}"


@pytest.fixture(scope="module")
def known() -> Known:
    """Four frozen signals; STRANGE is not among them."""
    found = Known()
    for made in MADE[:4]:
        found.add(number(made), [HeldText(0, f"{MADE.index(made)}" * 64, tuple(pages_of(made.text)))])
    return found


def read(made: Made, noise: float = 0.03) -> list[ScanPage]:
    """Its pages as an engine reads them."""
    return [ScanPage(page) for page in pages_of(as_read(made.text, noise, random.Random(8)))]


def code(made: Made) -> ScanPage:
    """Its cover sheet."""
    return ScanPage("Nazending bij dossier", (Code.of(number(made), f"{MADE.index(made)}" * 64),))


def laid(post: Post) -> list[tuple[str | None, tuple[int, ...]]]:
    """Dossier and pages of each letter."""
    return [(letter.match.ref, letter.pages) for letter in post.letters]


def span(first: int, count: int) -> tuple[int, ...]:
    return tuple(range(first, first + count))


def assert_every_page_once(post: Post, pages: Collection[ScanPage]) -> None:
    told = sorted(n for letter in post.letters for n in letter.pages)
    assert told == list(range(1, len(pages) + 1))


def test_one_letter_with_what_came_with_it(known: Known) -> None:
    """Envelope, cover sheet, covering letter on top, a blank back between: one letter, and each sheet under its role."""
    a = read(A)
    pages = [ScanPage(ENVELOPE), code(A), ScanPage(COVERING), a[0], ScanPage(" . "), *a[1:]]
    post = sort_out(pages, known)
    assert_every_page_once(post, pages)
    assert [letter.match.ref for letter in post.letters if letter.match.ref] == [number(A)]
    roles = dict(post.roles)
    assert (roles[2], roles[3], roles[5]) == ("cover_sheet", "cover_letter", "blank")


def test_two_letters_without_any_sheet_between(known: Known) -> None:
    """The top of the second document begins the second letter."""
    a, b = read(A), read(B)
    post = sort_out([*a, *b], known)
    assert laid(post) == [(number(A), span(1, len(a))), (number(B), span(len(a) + 1, len(b)))]
    assert post.roles == {}


def test_four_letters_none_of_which_fills_a_third(known: Known) -> None:
    """However many, with a blank back after each and a covering letter before the third."""
    pages: list[ScanPage] = []
    for place, made in enumerate(MADE[:4]):
        pages += [ScanPage(COVERING)] * (place == 2) + read(made) + [ScanPage("")]
    post = sort_out(pages, known)
    assert_every_page_once(post, pages)
    assert [letter.match.ref for letter in post.letters] == [number(m) for m in MADE[:4]]
    assert [role for _, role in sorted(post.roles.items())] == ["blank", "blank", "cover_letter", "blank", "blank"]


def test_a_cover_sheet_begins_a_letter_also_of_an_unknown_text(known: Known) -> None:
    """What lies below a code is its letter, whatever comes before."""
    a, strange = read(A), read(STRANGE)
    pages = [*strange, code(A), *a]
    post = sort_out(pages, known)
    assert laid(post) == [(None, span(1, len(strange))), (number(A), span(len(strange) + 1, len(a) + 1))]
    assert post.letters[1].match.reason == "code_and_text"


def test_a_cover_sheet_at_the_bottom_belongs_to_what_lies_on_it(known: Known) -> None:
    """A stack put face down into the scanner."""
    a = read(A)
    post = sort_out([*a, code(A)], known)
    assert [(letter.match.ref, letter.match.reason) for letter in post.letters] == [(number(A), "code_and_text")]


def test_a_letter_of_nobody_behind_a_known_one_waits_by_itself(known: Known) -> None:
    """It greets, so it is no page added to the signal."""
    a, strange = read(A), read(STRANGE)
    letter = [ScanPage("Geachte heer, mevrouw,\n" + strange[0].text), *strange[1:]]
    assert laid(sort_out([*a, *letter], known)) == [
        (number(A), span(1, len(a))),
        (None, span(len(a) + 1, len(letter))),
    ]


def test_a_page_slipped_into_a_letter_stays_with_it(known: Known) -> None:
    """An added page is for the comparison to find, not to be taken away."""
    a = read(A)
    assert len(a) > 1
    added = ScanPage("Aanvullend wordt opgemerkt dat het college hiervan afziet. " * 12)
    post = sort_out([a[0], added, *a[1:]], known)
    assert laid(post) == [(number(A), span(1, len(a) + 1))]
    assert post.roles == {2: "foreign"}


def test_two_signed_copies_are_two_letters_and_a_page_twice_is_none(known: Known) -> None:
    """Two parties each sent the same paper; a page that went through twice is harmless."""
    a = read(A)
    assert laid(sort_out([*a, *a], known)) == [(number(A), span(1, len(a))), (number(A), span(len(a) + 1, len(a)))]
    if len(a) > 2:
        assert len(sort_out([a[0], *a], known).letters) == 1


def test_pages_that_are_known_already_are_left_alone(known: Known) -> None:
    """The rest is sorted out as if they were not there."""
    a, b = read(A), read(B)
    post = sort_out([*a, *b], known, taken=span(1, len(a)))
    assert laid(post) == [(number(B), span(len(a) + 1, len(b)))]


def test_nothing_is_lost_of_blank_and_unread_pages(known: Known) -> None:
    """A scan of blanks is one letter that waits; a page that could not be read is not taken for blank."""
    assert laid(sort_out([ScanPage(""), ScanPage("·")], known)) == [(None, (1, 2))]
    a = read(A)
    post = sort_out([*a, ScanPage(None)], known)
    assert laid(post) == [(number(A), span(1, len(a) + 1))]
    assert post.roles == {len(a) + 1: "not_read"}


def test_the_same_scan_gives_the_same_letters(known: Known) -> None:
    """Whatever the order of sets."""
    pages = [*read(B), *read(A), ScanPage("")]
    first: tuple[Letter, ...] = sort_out(pages, known).letters
    assert all(sort_out(pages, known).letters == first for _ in range(3))


def test_several_documents_of_one_dossier_are_one_letter() -> None:
    """A letter, the signal and an annex were mailed as three files: on paper they are one stack, twice they are two."""
    found = Known()
    files = [HeldText(n, f"{n}" * 64, (made.text,)) for n, made in enumerate(MADE[:3])]
    found.add("BS-2026-0001", files)
    stack = [page for made in MADE[:3] for page in read(made)]
    assert laid(sort_out(stack, found)) == [("BS-2026-0001", span(1, len(stack)))]
    assert [len(letter.pages) for letter in sort_out([*stack, *stack], found).letters] == [len(stack), len(stack)]


def test_a_last_page_that_signals_share_stays_with_its_own_letter() -> None:
    """Two signals end in nearly the same words: each keeps its own end."""
    ending = (
        "Aldus opgemaakt en ondertekend door de burgemeester en de officier van justitie, met het verzoek om een reactie. "
        * 4
    )
    made = [(A, ending + " Plaats: Wolfsdal. Kenmerk 11."), (B, ending + " Plaats: Oosterwaard. Kenmerk 27.")]
    found = Known()
    for one, end in made:
        found.add(number(one), [HeldText(0, "", (one.text, end))])
    pages = [page for one, end in made for page in (*read(one), ScanPage(end))]
    sizes = [len(read(one)) + 1 for one, _ in made]
    assert laid(sort_out(pages, found)) == [(number(A), span(1, sizes[0])), (number(B), span(sizes[0] + 1, sizes[1]))]
