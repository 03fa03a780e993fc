"""Words with places → blocks: lines that engines break, columns, tables by their rules, bullets, stamps, heavy type."""

from __future__ import annotations

import cv2
import numpy as np

from intake.model import Block, Role
from intake.post.layout import blocks_of_pages
from intake.post.looks import looks_of_sheet
from intake.post.pages import Looks, OcrPage, Rect, Word

SIZE = 30  # pixels of a font size at 200 dpi: 10.8 points
WIDE = 15  # pixels of a letter


def line(
    number: int, x: int, base: int, text: str, *, size: int = SIZE, stroke: float = 3.0, sure: float = 0.95
) -> list[tuple[Word, float]]:
    """The words of a line as an engine gives them: boxes as high as their letters."""
    found = []
    for word in text.split(" "):
        stems = any(c.isupper() or c.isdigit() or c in "bdfhijklt" for c in word)
        tails = any(c in "gjpqy,;" for c in word)
        top = base - round(size * (0.73 if stems else 0.52))
        right = x + round(len(word) * WIDE * size / SIZE)
        box = Rect(x, top, right, base + (round(size * 0.21) if tails else 0))
        found.append((Word(word, box, sure, number), stroke * size / SIZE))
        x = right + round(WIDE * 0.6 * size / SIZE)
    return found


def page(words: list[tuple[Word, float]], rules: tuple[Rect, ...] = ()) -> OcrPage:
    looks = Looks(tuple(s for _, s in words), rules)
    return OcrPage(1, 1654, 2339, 200, 200, 0, 0.0, "made here", tuple(w for w, _ in words), looks)


def blocks(words: list[tuple[Word, float]], rules: tuple[Rect, ...] = ()) -> list[Block]:
    return blocks_of_pages([page(words, rules)])


BODY = [
    *line(0, 200, 300, "In het afgelopen jaar hebben wij samen met de politie een ronde gemaakt langs alle"),
    *line(1, 200, 342, "bedrijven in de regio. Daarbij bleek dat er van alles mis was, maar dat wij op die"),
    *line(2, 200, 384, "vraag geen antwoord kregen."),
]


def test_lines_become_a_paragraph() -> None:
    """Heights of words differ with their letters; the font does not."""
    (block,) = blocks(BODY)
    assert block.role is Role.PARAGRAPH
    assert block.text.startswith("In het afgelopen jaar")
    assert block.text.endswith("geen antwoord kregen.")


def test_a_line_that_the_engine_took_for_two_columns_is_made_whole() -> None:
    """As Tesseract does where a page is noisy: the right ends of the lines come last."""
    left = [(Word(w.text, w.box, w.confidence, w.line), s) for w, s in BODY if w.box.x0 < 900]
    right = [(Word(w.text, w.box, w.confidence, w.line + 10), s) for w, s in BODY if w.box.x0 >= 900]
    assert [b.text for b in blocks(left + right)] == [b.text for b in blocks(BODY)]


def test_two_columns_are_read_one_after_the_other() -> None:
    """A gutter is wider than a blank."""
    left = [w for n in range(6) for w in line(n, 150, 300 + 42 * n, "de linker kolom loopt door tot")]
    right = [w for n in range(6) for w in line(10 + n, 900, 300 + 42 * n, "en de rechter kolom begint daar")]
    text = " ".join(b.text for b in blocks(left + right))
    assert text.rindex("linker") < text.index("rechter")


def test_a_hyphen_at_a_line_end_is_joined() -> None:
    """Broken words are whole again; a prefix keeps its hyphen."""
    words = [
        *line(0, 200, 300, "Het gaat om een wettelijke grondslag voor het delen van gege-"),
        *line(1, 200, 342, "vens over deze bedrijven, bij in-"),
        *line(2, 200, 384, "en uitvoer."),
    ]
    assert "delen van gegevens over" in blocks(words)[0].text
    assert "in- en uitvoer" in blocks(words)[0].text


def test_headings_by_size_and_by_weight() -> None:
    """Larger type, or heavier type on a short line of its own."""
    words = [
        *line(0, 200, 200, "Bevindingen", size=42),
        *BODY,
        *line(4, 200, 460, "Hoe de keten werkt", stroke=3.8),
        *line(5, 200, 502, "Een gemeente sluit een contract met een aannemer die aan alle eisen voldoet en dan"),
    ]
    found = blocks(words)
    assert [(b.text, b.role) for b in found if b.role is Role.HEADING] == [
        ("Bevindingen", Role.HEADING),
        ("Hoe de keten werkt", Role.HEADING),
    ]


def test_a_height_that_a_stroke_of_ink_made_is_no_heading() -> None:
    """The box reaches up into a signature, but the letters are as thin as all others."""
    words = [*BODY, *line(4, 200, 460, "sectorhoofd", size=54, stroke=3.0 * SIZE / 54)]
    assert Role.HEADING not in {b.role for b in blocks(words)}


def test_bullets_read_as_letters_are_bullets() -> None:
    """Engines take the dot in front of an item for a small e or o."""
    words = list(BODY)
    for n, item in enumerate(("De minister past de regeling aan", "De gemeente krijgt inzage")):
        base = 460 + 42 * n
        words.append((Word("e", Rect(210, base - 14, 221, base - 3), 0.8, 5 + n), 3.0))
        words += line(5 + n, 250, base, item)
    items = [b for b in blocks(words) if b.role is Role.LIST_ITEM]
    assert [b.text for b in items] == ["• De minister past de regeling aan", "• De gemeente krijgt inzage"]


def test_the_stamp_of_the_post_room_is_no_text() -> None:
    """It stays to be seen, as what runs above a page does."""
    words = [
        *line(0, 1100, 150, "INGEKOMEN", size=44),
        *line(1, 1100, 205, "11 NOV 2026", size=36),
        *line(2, 1100, 250, "LIEC / POSTKAMER"),
        *BODY,
    ]
    stamp, *rest = blocks(words)
    assert (stamp.role, stamp.text) == (Role.HEADER, "INGEKOMEN 11 NOV 2026 LIEC / POSTKAMER")
    assert [b.text for b in rest] == [b.text for b in blocks(BODY)]


def test_what_engines_make_of_specks_and_rules_is_left_out() -> None:
    """Unsure signs without letters, and upright bars."""
    noise = [
        (Word(t, Rect(1200, 275, 1215, 300), c, 0), 3.0) for t, c in (("°", 0.5), ("|", 0.9), ("~`", 0.9), ("x", 0.1))
    ]
    assert [b.text for b in blocks([*BODY[:16], *noise, *BODY[16:]])] == [b.text for b in blocks(BODY)]


def test_a_table_by_its_rules() -> None:
    """Words side by side are parted by an upright rule, however near."""
    rules = (
        *(Rect(180, y, 1400, y + 3) for y in (250, 320, 410)),
        *(Rect(x, 250, x + 3, 410) for x in (180, 500, 1400)),
    )
    words = [
        *line(0, 200, 300, "Bewindspersoon"),
        *line(0, 520, 300, "Aanbeveling"),
        *line(1, 200, 355, "Minister van"),
        *line(1, 520, 355, "Pas de regeling aan en geef de"),
        *line(2, 200, 395, "Financiën"),
        *line(2, 520, 395, "gemeenten inzage."),
    ]
    cells = {b.cell: b.text for b in blocks(words, rules)}
    assert cells == {
        (0, 0, 0): "Bewindspersoon",
        (0, 0, 1): "Aanbeveling",
        (0, 1, 0): "Minister van Financiën",
        (0, 1, 1): "Pas de regeling aan en geef de gemeenten inzage.",
    }


def test_faint_rules_are_seen_and_shaded_cells_are_not() -> None:
    """Rules of one pixel in light grey, a shaded head, and words."""
    sheet = np.full((800, 1400), 245, np.uint8)
    sheet[100:160, 100:1300] = 222
    for y in (100, 160, 300):
        sheet[y, 100:1300] = 180
    for x in (100, 600, 1300):
        sheet[100:300, x] = 180
    cv2.putText(
        sheet, "Toelichting op de regeling", (120, 240), cv2.FONT_HERSHEY_COMPLEX_SMALL, 1.2, 20, 1, cv2.LINE_AA
    )
    rules = looks_of_sheet(sheet, 200, ()).rules
    level = sorted(round((r.y0 + r.y1) / 2, -1) for r in rules if r.width > r.height)
    upright = sorted(round((r.x0 + r.x1) / 2, -1) for r in rules if r.height > r.width)
    assert (level, upright) == ([100, 160, 300], [100, 600, 1300])


def test_a_word_read_well_without_confidence_stays() -> None:
    """Tesseract gives some good words a confidence of nought; letters of another size are still noise."""
    unsure = [
        (Word(w.text, w.box, 0.0 if w.text in {"police", "bedrijven", "ronde"} else w.confidence, w.line), s)
        for w, s in BODY
    ]
    assert [b.text for b in blocks(unsure)] == [b.text for b in blocks(BODY)]
    loop = (Word("Ulla", Rect(1300, 230, 1500, 310), 0.0, 0), 3.0)
    assert "Ulla" not in blocks([*BODY, loop])[0].text
