"""PDF text with its places and roles, on pages made by hand."""

from __future__ import annotations

import pytest

from intake.documents.text import is_contents_line
from intake.model import Role
from tests.unit.intake.documents.papers import minimal_pdf, pages_pdf, pdf, stream, text_at
from tests.unit.intake.documents.reading import block, codes, read, texts


def lines_at(x: float, top: float, lines: list[str], *, step: float = 14, size: float = 11) -> bytes:
    """Lines under each other."""
    return b"".join(text_at(x, top - step * i, line, size=size) for i, line in enumerate(lines))


def rule(x0: float, y0: float, x1: float, y1: float) -> bytes:
    """A drawn line."""
    return b"%g %g m %g %g l S\n" % (x0, y0, x1, y1)


def test_lines_become_paragraphs_with_page_box_and_size() -> None:
    """A paragraph is its lines joined; a wider step starts the next one."""
    page = lines_at(70, 700, ["De eerste zin van de alinea loopt over de regel heen en", "eindigt op de tweede."])
    page += lines_at(70, 660, ["Een tweede alinea staat lager op de bladzijde, met een zin", "die ook doorloopt."])
    document = read(pages_pdf([page]))
    assert texts(document) == [
        "De eerste zin van de alinea loopt over de regel heen en eindigt op de tweede.",
        "Een tweede alinea staat lager op de bladzijde, met een zin die ook doorloopt.",
    ]
    first = document.blocks[0]
    assert (first.page, first.size, first.bold, first.role) == (1, 11.0, False, Role.PARAGRAPH)
    assert first.box is not None
    assert first.box.x0 == pytest.approx(70, abs=2)
    assert first.box.y1 == pytest.approx(708, abs=2)


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        ("de maatregelen zijn proportio-", "neel en haalbaar", "de maatregelen zijn proportioneel en haalbaar"),
        ("de in-", "en uitvoer van grond", "de in- en uitvoer van grond"),
        (
            "de regeling van het ministerie van OCW-",
            "JenV wordt gewijzigd",
            "de regeling van het ministerie van OCW-JenV wordt gewijzigd",
        ),
    ],
)
def test_words_broken_at_a_line_end_are_made_whole(first: str, second: str, joined: str) -> None:
    """A hyphen at a line end goes, except where it belongs to the word."""
    assert texts(read(minimal_pdf([first, second]))) == [joined]


def test_bold_or_large_lines_are_headings_and_their_number_gives_the_level() -> None:
    """Bold and short, or larger than the body; a sentence in bold is none."""
    page = text_at(70, 760, "Anonieme opslag", size=20)
    page += text_at(70, 720, "2.1 Werkwijze", bold=True)
    page += lines_at(
        70, 700, ["Gewone tekst van het stuk, lang genoeg om de maat te geven aan alle", "andere regels op dit blad."]
    )
    page += text_at(70, 650, "Dit is een vette zin, en geen kop.", bold=True)
    document = read(pages_pdf([page]))
    assert texts(document, Role.HEADING) == ["Anonieme opslag", "2.1 Werkwijze"]
    assert block(document, "2.1 Werkwijze").level == 2
    assert block(document, "Dit is een vette zin, en geen kop.").bold


def test_running_headers_and_footers_are_told_by_repetition() -> None:
    """What comes back in the margin on every page runs; the same margin's other text does not."""
    pages = [
        text_at(70, 810, "VERTROUWELIJK")
        + lines_at(70, 700, [f"De inhoud van blad {n} is telkens anders dan die van een ander blad."])
        + text_at(70, 40, f"Kenmerk 2026-11 - blad {n}")
        for n in (1, 2, 3)
    ]
    pages[2] += text_at(70, 70, "Alleen hier onderaan staat deze ene zin.")
    document = read(pages_pdf(pages))
    assert texts(document, Role.HEADER) == ["VERTROUWELIJK"] * 3
    assert texts(document, Role.FOOTER) == [f"Kenmerk 2026-11 - blad {n}" for n in (1, 2, 3)]
    assert block(document, "Alleen hier onderaan staat deze ene zin.").role is not Role.FOOTER


def test_a_page_number_alone_is_a_footer_on_a_single_page_too() -> None:
    """One page cannot repeat itself."""
    document = read(pages_pdf([lines_at(70, 700, ["Tekst van het stuk."]) + text_at(280, 40, "Pagina 1 van 1")]))
    assert texts(document, Role.FOOTER) == ["Pagina 1 van 1"]


LEFT = [f"linker regel {n} van de eerste kolom gaat door" for n in range(8)]
RIGHT = [f"rechter regel {n} van de tweede kolom loopt" for n in range(8)]


@pytest.mark.parametrize("drawn", ["column after column", "row by row", "upside down"])
def test_two_columns_are_read_one_after_the_other(drawn: str) -> None:
    """However the producer drew them."""
    rows = [(text_at(60, 700 - 14 * n, LEFT[n]), text_at(330, 700 - 14 * n, RIGHT[n])) for n in range(8)]
    content = {
        "column after column": b"".join(a for a, _ in rows) + b"".join(b for _, b in rows),
        "row by row": b"".join(a + b for a, b in rows),
        "upside down": b"".join(a + b for a, b in reversed(rows)),
    }[drawn]
    text = " ".join(texts(read(pages_pdf([content]))))
    order = [text.index(line) for line in (*LEFT, *RIGHT)]
    assert order == sorted(order)


def test_a_ruled_table_gives_cells() -> None:
    """Rows and columns come from the rules; lines of one cell are joined; cells near each other stay apart."""
    grid = b"".join(rule(60, y, 500, y) for y in (700, 660, 600)) + b"".join(
        rule(x, 600, x, 700) for x in (60, 200, 500)
    )
    words = text_at(65, 685, "Onderwerp") + text_at(205, 685, "Toelichting", bold=True)
    words += text_at(65, 645, "Maatschappelijk") + text_at(65, 631, "belang")
    words += text_at(205, 645, "Veel mensen hebben er last van, en dat is al", size=10) + text_at(
        205, 631, "jaren zo.", size=10
    )
    document = read(pages_pdf([text_at(60, 760, "Boven de tabel.") + grid + words]))
    assert {b.cell: b.text for b in document.blocks if b.role is Role.CELL} == {
        (0, 0, 0): "Onderwerp",
        (0, 0, 1): "Toelichting",
        (0, 1, 0): "Maatschappelijk belang",
        (0, 1, 1): "Veel mensen hebben er last van, en dat is al jaren zo.",
    }
    assert block(document, "Boven de tabel.").cell is None


def test_cells_that_touch_are_parted_by_the_rule_between_them() -> None:
    """A long word right up to the rule does not run into the next cell."""
    grid = b"".join(rule(60, y, 300, y) for y in (700, 680, 660)) + b"".join(
        rule(x, 660, x, 700) for x in (60, 121, 300)
    )
    words = text_at(62, 685, "Staatssecr.") + text_at(123, 685, "Stelt de regel bij")
    document = read(pages_pdf([grid + words]))
    assert [(b.cell, b.text) for b in document.blocks] == [
        ((0, 0, 0), "Staatssecr."),
        ((0, 0, 1), "Stelt de regel bij"),
    ]


def test_a_table_of_blanks_gives_cells_too() -> None:
    """Labels and values next to each other, without any rule."""
    rows = [("Datum", "8 oktober 2026"), ("Kenmerk", "BR-2026-0610"), ("Betreft", "bestuurlijk signaal")]
    page = b"".join(text_at(70, 700 - 16 * i, a) + text_at(200, 700 - 16 * i, b) for i, (a, b) in enumerate(rows))
    document = read(pages_pdf([page]))
    assert [(b.cell, b.text) for b in document.blocks] == [((0, r, c), rows[r][c]) for r in range(3) for c in range(2)]


def test_bullets_are_list_items() -> None:
    """A bullet drawn apart from its words is one item with them."""
    page = lines_at(70, 760, ["Wij vragen de minister om het volgende te doen in de komende periode:"])
    for i in range(3):
        page += text_at(74, 730 - 30 * i, "\u2022") + text_at(92, 730 - 30 * i, f"Maatregel {i} wordt genomen")
        page += text_at(92, 716 - 30 * i, "en loopt door op de volgende regel.")
    document = read(pages_pdf([page]))
    assert texts(document, Role.LIST_ITEM) == [
        f"\u2022 Maatregel {i} wordt genomen en loopt door op de volgende regel." for i in range(3)
    ]


def test_small_numbered_text_below_is_a_footnote() -> None:
    """Smaller than the body, at the foot of the page, with its number."""
    body = lines_at(70, 700, [f"Regel {n} van de lopende tekst op dit blad, in de gewone maat." for n in range(10)])
    document = read(pages_pdf([body + text_at(70, 130, "1 Thematische doorlichting, politie, 2026.", size=8)]))
    assert texts(document, Role.FOOTNOTE) == ["1 Thematische doorlichting, politie, 2026."]


def test_a_turned_page_reads_as_it_is_shown() -> None:
    """/Rotate 90: boxes are those of the page on the screen."""
    turned = b"BT /F1 11 Tf 0 1 -1 0 100 50 Tm (Dit blad ligt op zijn kant) Tj ET"
    document = read(pages_pdf([turned], entries=b"/Rotate 90"))
    (only,) = document.blocks
    assert only.text == "Dit blad ligt op zijn kant"
    assert only.box is not None
    assert only.box.x1 - only.box.x0 > only.box.y1 - only.box.y0
    assert only.box.y0 == pytest.approx(495, abs=4)


def test_boxes_count_from_the_crop_box() -> None:
    """The page as shown starts at its crop box."""
    document = read(pages_pdf([text_at(150, 300, "Tekst")], entries=b"/CropBox[100 200 500 700]"))
    box = document.blocks[0].box
    assert box is not None
    assert box.x0 == pytest.approx(50, abs=2)
    assert box.y0 == pytest.approx(100, abs=2)


def test_filled_in_fields_are_read_where_they_stand() -> None:
    """A form's appearance is drawn in before the text is read; a value without appearance is not lost either."""
    shown = b"/Tx BMC q BT /F1 11 Tf 2 4 Td (Gemeente Veenrade) Tj ET Q EMC"
    fonts = b"/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"
    field = b"<</Type/Annot/Subtype/Widget/FT/Tx/T(%s)/V(%s)/Rect[%s]/F 4%s>>"
    data = pages_pdf(
        [text_at(70, 700, "Indiener:")],
        entries=b"/Annots[5 0 R 6 0 R]",
        catalog=b"/AcroForm<</Fields[5 0 R 6 0 R]>>",
        more=[
            field % (b"a", b"Gemeente Veenrade", b"150 695 400 715", b"/AP<</N 7 0 R>>"),
            field % (b"b", b"Alleen in de gegevens", b"150 595 150 595", b""),
            stream(shown, b"/Type/XObject/Subtype/Form/BBox[0 0 250 20]" + fonts),
        ],
    )
    document = read(data)
    assert "Gemeente Veenrade" in document.text
    assert document.text.count("Gemeente Veenrade") == 1
    assert "Alleen in de gegevens" in texts(document)


def test_a_page_without_text_is_said_to_have_none() -> None:
    """A scan has no text layer."""
    document = read(pages_pdf([b""]))
    assert (document.readable, document.text_layer, document.pages, document.blocks) == (True, False, 1, ())


def test_control_characters_are_replaced_and_told() -> None:
    """No NUL reaches the database, and a person sees that something stood there."""
    cmap = b"/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <FF> endcodespacerange "
    cmap += b"2 beginbfchar <41> <0007> <42> <D800> endbfchar endcmap end"
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 5 0 R>>"
    data = pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 %s>>>>/Contents 4 0 R>>" % font,
            stream(b"BT /F1 11 Tf 70 700 Td (xAyBz) Tj ET"),
            stream(cmap),
        ]
    )
    document = read(data)
    assert not set(document.text) & {chr(7), chr(0xD800), chr(0)}
    assert "odd_characters" in codes(document)


@pytest.mark.parametrize(
    "line",
    ["1.2 Werkwijze op hoofdlijnen ........ 4", "Bijlage A . . . . . 12", "Conclusies\t7", "Bronnen \u2026\u2026 9"],
)
def test_a_line_of_a_table_of_contents_is_recognisable(line: str) -> None:
    """Leader dots or a tab, and a page number."""
    assert is_contents_line(line)


@pytest.mark.parametrize(
    "line",
    ["In 2026 waren er 31 zaken.", "Zie paragraaf 4.", "Dit ... is geen inhoudsopgave 2026 meer", "8 oktober 2026"],
)
def test_ordinary_lines_are_no_table_of_contents(line: str) -> None:
    """Digits at the end alone say nothing."""
    assert not is_contents_line(line)


def test_contents_lines_in_bold_are_no_headings() -> None:
    """Otherwise every heading would stand there twice, the first time empty."""
    page = b"".join(text_at(70, 700 - 16 * n, f"{n}. Hoofdstuk .......... {n}", bold=True) for n in range(1, 5))
    assert texts(read(pages_pdf([page])), Role.HEADING) == []
