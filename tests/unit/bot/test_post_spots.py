"""Where the marked places of a comparison stand, in which order, and what is said of each."""

from __future__ import annotations

import dataclasses
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dossier.post.spots import Rect, box_of, flags_of, gravest_first, ordered_rows, spots_of, window_of
from bot.texts import comparison as words
from intake.model import Verdict
from intake.post.comparison import Comparison, Deviation, DeviationKind, Faces, PagePair, PostVerdict, Region

KINDS = DeviationKind
AT = Region(0.4, 0.3, 0.5, 0.32)
FACES = Faces(b"", b"", 1000, 1400)


def compared(
    *deviations: Deviation, pages: tuple[PagePair, ...] = (), unreadable: tuple[Deviation, ...] = ()
) -> Comparison:
    """A comparison that deviates."""
    return Comparison(PostVerdict.DEVIATES, pages, deviations, unreadable, faces=(FACES,) * len(pages))


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (Deviation(KINDS.WORD_MISSING, 3, 3, "niet"), "op blz. 3 ontbreekt het woord “niet”"),
        (Deviation(KINDS.WORD_MISSING, 2, 2, "niet."), "op blz. 2 ontbreekt het woord “niet”"),
        (Deviation(KINDS.WORD_CHANGED, 2, 2, "plicht.", "plicht"), "op blz. 2 staan andere leestekens bij “plicht”"),
        (Deviation(KINDS.WORD_MISSING, 3, 3, "niet meer"), "op blz. 3 ontbreken de woorden “niet meer”"),
        (Deviation(KINDS.WORD_ADDED, 1, 2, "", "geen"), "op blz. 1 staat een woord te veel: “geen”"),
        (
            Deviation(KINDS.WORD_CHANGED, 1, 1, "beperken", "verruimen"),
            "op blz. 1 staat “verruimen” in plaats van “beperken”",
        ),
        (Deviation(KINDS.NUMBER_CHANGED, 2, 2, "148", "184"), "op blz. 2 staat het getal “184” in plaats van “148”"),
        (Deviation(KINDS.NUMBER_CHANGED, 2, 2, "148", ""), "op blz. 2 ontbreekt het getal “148”"),
        (Deviation(KINDS.PAGE_MISSING, 4, None), "bladzijde 4 ontbreekt"),
        (Deviation(KINDS.PAGE_ADDED, None, 5), "vel 5 hoort niet bij het signaal"),
        (
            Deviation(KINDS.PAGE_ADDED, None, 5, "", "Geachte heer", before="2"),
            "vel 5, na bladzijde 2, hoort niet bij het signaal: “Geachte heer”",
        ),
        (Deviation(KINDS.PAGES_SWAPPED, 2, 2, "2,3", "3,2"), "de bladzijden 2 en 3 zijn verwisseld"),
        (Deviation(KINDS.PAGES_SWAPPED, 2, 3), "bladzijde 2 ligt op een andere plaats"),
        (Deviation(KINDS.ANNEX_MISSING, 6, None, "Bijlage B"), "de bijlage op blz. 6 ontbreekt: “Bijlage B”"),
        (Deviation(KINDS.PARAGRAPH_MISSING, 2, 2), "op blz. 2 ontbreekt een stuk tekst"),
        (
            Deviation(KINDS.HANDWRITTEN_NOTE, 1, 1, "", "zie mail"),
            "op blz. 1 is met de hand iets bijgeschreven: “zie mail”",
        ),
        (Deviation(KINDS.WORD_CHANGED, 1, 1), "op blz. 1 staat iets anders"),
    ],
)
def test_a_difference_is_told_in_one_plain_sentence(found: Deviation, sentence: str) -> None:
    """What differs, and where, in words that need no legend."""
    assert words.difference(found) == sentence


@pytest.mark.parametrize("kind", list(DeviationKind))
@pytest.mark.parametrize("said", [("", ""), ("woord", ""), ("", "woord"), ("oud", "nieuw")])
def test_every_kind_has_its_sentence_whatever_was_read(kind: DeviationKind, said: tuple[str, str]) -> None:
    """No gap of a sentence stays empty and no word of the code shows."""
    told = words.difference(Deviation(kind, 1, 2, *said))
    assert told
    assert not {"None", "“”", kind.value} & set(told.split())


def test_every_verdict_evidence_and_mode_has_words() -> None:
    """Nobody at the desk reads a code."""
    assert set(words.ANSWER) == set(PostVerdict)
    assert set(words.SPEAKS) == set(Verdict)


def test_the_answer_names_the_gravest_difference_and_counts_the_others() -> None:
    """The line at the top is about what turns the meaning around, wherever it stands."""
    found = spots_of(
        compared(
            Deviation(KINDS.WORD_CHANGED, 1, 1, "een", "de"),
            Deviation(KINDS.PAGE_MISSING, 2, None),
            Deviation(KINDS.NUMBER_CHANGED, 3, 3, "30", "90"),
            Deviation(KINDS.WORD_MISSING, 4, 4, "Niet,"),
        )
    )
    grave = [spot.deviation.kind for spot in gravest_first(found)]
    assert grave == [KINDS.WORD_MISSING, KINDS.NUMBER_CHANGED, KINDS.PAGE_MISSING, KINDS.WORD_CHANGED]
    told = words.answer(PostVerdict.DEVIATES, [spot.deviation for spot in gravest_first(found)], [])
    assert told == "Wijkt af: op blz. 4 ontbreekt het woord “Niet”. En nog 3 verschillen."


def test_an_agreement_with_doubts_says_so_in_the_same_line() -> None:
    """“Komt overeen” is never said without its reserve."""
    doubts = [Deviation(KINDS.NUMBER_CHANGED, 2, 2, "2026")] * 2
    told = words.answer(PostVerdict.IDENTICAL, [], doubts)
    assert told == "Komt overeen, voor zover leesbaar: kijk zelf naar 2 plekken."
    assert words.answer(PostVerdict.IDENTICAL, [], []) == "Komt overeen: de software vond geen verschil."
    told = words.answer(PostVerdict.UNDETERMINED, [], doubts)
    assert told == "Niet te beoordelen: op blz. 2 is niet te lezen of er “2026” staat. En nog 1 plek niet te lezen."


def test_places_are_numbered_as_they_stand_on_the_pages() -> None:
    """Deviations 1, 2 …, doubts ?1 …, page by page from top to bottom, however the engine listed them."""
    pages = (PagePair(2, 1), PagePair(1, 2))
    low, high = (
        Deviation(KINDS.WORD_ADDED, 1, 2, "", "laag", 1, Region(0, 0.8, 1, 0.9)),
        Deviation(KINDS.WORD_ADDED, 1, 2, "", "hoog", 1, AT),
    )
    later = Deviation(KINDS.WORD_ADDED, 2, 1, "", "later", 1, AT)
    found = spots_of(compared(later, low, high, pages=pages, unreadable=(later,)))
    assert [(s.label, s.deviation.scan) for s in found] == [
        ("1", "hoog"),
        ("2", "laag"),
        ("3", "later"),
        ("?1", "later"),
    ]
    assert len({spot.anchor for spot in found}) == 4


def test_pages_stand_in_the_frozen_order_and_strange_sheets_where_they_lay() -> None:
    """A swapped page is shown beside its own page; an added sheet behind the page it lay behind."""
    pages = (
        PagePair(None, 1, role="cover_letter"),
        PagePair(1, 2),
        PagePair(3, 3),
        PagePair(None, 4),
        PagePair(2, 5),
        PagePair(4, None),
    )
    order = [(pages[row].page, pages[row].sheet) for row in ordered_rows(Comparison(PostVerdict.DEVIATES, pages))]
    assert order == [(None, 1), (1, 2), (2, 5), (3, 3), (None, 4), (4, None)]


def test_a_place_is_found_on_the_pair_of_its_page_and_sheet() -> None:
    """A page on two sheets: the place goes to the sheet it names; a page nobody paired has no crop."""
    pages = (PagePair(1, 1), PagePair(1, 2))
    on_second = dataclasses.replace(Deviation(KINDS.WORD_ADDED, 1, 2, "", "x"), region=AT)
    spots = spots_of(compared(on_second, Deviation(KINDS.PAGE_MISSING, 9, None), pages=pages))
    assert [spot.row for spot in spots] == [1, None]
    assert (spots[1].box, spots[1].window) == (None, None)


SHARE = st.floats(-0.2, 1.2, allow_nan=False)


@given(st.builds(Region, SHARE, SHARE, SHARE, SHARE), st.integers(1, 3000), st.integers(1, 3000))
def test_box_and_crop_lie_on_the_page_whatever_the_region(region: Region, width: int, height: int) -> None:
    """A region off the page, turned inside out or empty still gives a rectangle that can be drawn, and a crop that holds it."""
    faces = Faces(b"", None, width, height)
    box = box_of(region, faces)
    assert box is not None
    window = window_of(box, faces)
    for rect in (box, window):
        assert 0 <= rect.x < rect.x + rect.width <= width
        assert 0 <= rect.y < rect.y + rect.height <= height
    assert window.x <= box.x
    assert window.y <= box.y
    assert window.x + window.width >= box.x + box.width
    assert window.y + window.height >= box.y + box.height


def test_flags_cover_no_words() -> None:
    """Labels stand in the margin, those of one line beside each other, that of a note in the margin on the other side."""
    boxes = [("1", Rect(300, 400, 60, 20)), ("2", Rect(500, 402, 60, 20)), ("3", Rect(10, 400, 40, 90))]
    flags = flags_of(boxes, (1000, 1400))
    assert all(flag.rect.x + flag.rect.width <= 90 for flag in flags[:2])
    assert flags[1].rect.x >= flags[0].rect.x + flags[0].rect.width
    assert flags[2].rect.x + flags[2].rect.width == 1000


@given(st.lists(st.tuples(st.integers(0, 990), st.integers(0, 1390)), max_size=40))
def test_flags_never_cover_each_other(places: list[tuple[int, int]]) -> None:
    """However crowded a page is, each number can be read, in a margin and on the page's width."""
    flags = [
        flag.rect for flag in flags_of([(str(n), Rect(x, y, 10, 10)) for n, (x, y) in enumerate(places)], (1000, 1400))
    ]
    for one, other in itertools.combinations(flags, 2):
        apart = one.x + one.width <= other.x or other.x + other.width <= one.x
        assert apart or one.y + one.height <= other.y or other.y + other.height <= one.y
    assert all(0 <= flag.x <= 1000 - flag.width and 0 <= flag.y <= 1400 - flag.height for flag in flags)
    assert all(flag.x + flag.width <= 90 or flag.x >= 910 for flag in flags)
