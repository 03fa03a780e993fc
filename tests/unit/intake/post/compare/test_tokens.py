"""What is compared of a word: one spelling whatever the engine made of quotes, accents and line ends."""

from __future__ import annotations

import pytest

from intake.post.compare.tokens import has_digit, is_negation, is_number, key, tokens
from intake.post.pages import Rect

BOX = Rect(0, 0, 10, 10)


@pytest.mark.parametrize(
    ("word", "same"),
    [
        ("“Coördinatie,", "coordinatie"),
        ("1.000,50", "1.000.50"),
        ("E-mail", "email"),
        ("2022-2025", "2022-2025"),
        ("•", ""),
        ("12%", "12%"),
        ("geen.", "geen"),
    ],
)
def test_a_word_has_one_key(word: str, same: str) -> None:
    """Quotes, accents, case, outer punctuation and hyphens within words do not count; digits and points between them do."""
    assert key(word) == same


def test_a_word_broken_over_a_line_end_is_one() -> None:
    """With both its places; a new sentence behind a dash is not joined."""
    words = [
        ("vergun-", BOX, 0, 0.9),
        ("ning", Rect(0, 20, 10, 30), 1, 0.8),
        ("Wmo-", BOX, 2, 0.9),
        ("Jeugdwet", BOX, 3, 0.9),
    ]
    found = tokens(words)
    assert [t.key for t in found] == ["vergunning", "wmo", "jeugdwet"]
    assert (len(found[0].rects), found[0].confidence) == (2, 0.8)


def test_numbers_and_negations_weigh_most() -> None:
    """In digits and in letters."""
    assert has_digit("artikel 13")
    assert not has_digit("artikel")
    assert is_number("zes")
    assert is_number("31")
    assert is_negation("is Geen")
    assert not is_negation("een")
