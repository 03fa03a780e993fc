"""DOCX: every place where words can stand, and what a formally submitted text may not carry."""

from __future__ import annotations

import pytest

from intake.documents import DocumentLimits
from intake.model import Role, Threat
from tests.unit.intake.documents.papers import W, docx, p, relationships
from tests.unit.intake.documents.reading import block, codes, read, texts

MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
STYLES = (
    f'<w:styles {W}><w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="21"/></w:rPr></w:rPrDefault></w:docDefaults>'
    '<w:style w:type="paragraph" w:styleId="Kop1"><w:name w:val="heading 1"/><w:rPr><w:b/><w:sz w:val="28"/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Eigen"><w:name w:val="Eigen kop"/><w:basedOn w:val="Kop1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Lijst"><w:name w:val="List Bullet"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Ronde"><w:name w:val="Ronde"/><w:basedOn w:val="Ronde"/></w:style></w:styles>'
)
RELS = relationships(("styles", "styles.xml", ""))


def styled(body: str) -> bytes:
    """A DOCX with a styles part."""
    return docx(body, {"word/styles.xml": STYLES, "word/_rels/document.xml.rels": RELS})


def part(kind: str, inner: str) -> str:
    """A part beside the body."""
    return f"<w:{kind} {W}>{inner}</w:{kind}>"


def test_every_place_where_words_can_stand_is_read() -> None:
    """The fifteen constructs of the reference page, of which python-docx's paragraphs give four."""
    inserted = "<w:p><w:ins><w:r><w:t>ingevoegd</w:t></w:r></w:ins></w:p>"
    deleted = "<w:p><w:del><w:r><w:delText>geschrapt</w:delText></w:r></w:del></w:p>"
    nested = f"<w:tbl><w:tr><w:tc>{p('binnenste')}</w:tc></w:tr></w:tbl>"
    table = f"<w:tbl><w:tr><w:tc>{p('cel')}{nested}{p('')}</w:tc></w:tr></w:tbl>"
    box = f"<w:p><w:r><w:pict><w:txbxContent>{p('tekstvak')}</w:txbxContent></w:pict></w:r></w:p>"
    control = f"<w:sdt><w:sdtContent>{p('besturingselement')}</w:sdtContent></w:sdt>"
    link = "<w:p><w:hyperlink><w:r><w:t>koppeling</w:t></w:r></w:hyperlink></w:p>"
    listed = p("lijst", properties='<w:numPr><w:ilvl w:val="0"/><w:numId w:val="3"/></w:numPr>')
    hidden = p("verborgen", run="<w:vanish/>")
    data = docx(
        p("alinea") + inserted + deleted + hidden + table + box + control + link + listed,
        {
            "word/header1.xml": part("hdr", p("koptekst")),
            "word/header2.xml": part("hdr", p("koptekst eerste blad")),
            "word/footer1.xml": part("ftr", p("voettekst")),
            "word/footnotes.xml": part("footnotes", f'<w:footnote w:id="1">{p("voetnoot")}</w:footnote>'),
            "word/endnotes.xml": part("endnotes", f'<w:endnote w:id="1">{p("eindnoot")}</w:endnote>'),
            "word/comments.xml": part("comments", f'<w:comment w:id="1">{p("opmerking")}</w:comment>'),
        },
    )
    document = read(data, "stuk.docx")
    roles = {b.text: b.role for b in document.blocks}
    assert roles == {
        "koptekst": Role.HEADER,
        "koptekst eerste blad": Role.HEADER,
        "alinea": Role.PARAGRAPH,
        "ingevoegd": Role.PARAGRAPH,
        "geschrapt": Role.PARAGRAPH,
        "verborgen": Role.PARAGRAPH,
        "cel": Role.CELL,
        "binnenste": Role.CELL,
        "tekstvak": Role.TEXT_BOX,
        "besturingselement": Role.PARAGRAPH,
        "koppeling": Role.PARAGRAPH,
        "lijst": Role.LIST_ITEM,
        "voetnoot": Role.FOOTNOTE,
        "eindnoot": Role.FOOTNOTE,
        "voettekst": Role.FOOTER,
        "opmerking": Role.COMMENT,
    }
    assert codes(document) == {"tracked_changes", "comments", "hidden_text"}
    assert {b.text for b in document.blocks} - set(document.text.split("\n")) == {"geschrapt", "verborgen", "opmerking"}


def test_a_paragraph_with_changes_reads_as_it_would_print() -> None:
    """Deleted words stand apart; the sentence is whole with what was inserted."""
    runs = (
        "<w:r><w:t xml:space='preserve'>De drempel is </w:t></w:r><w:del><w:r><w:delText>25</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>50</w:t></w:r></w:ins><w:r><w:t xml:space='preserve'> euro.</w:t></w:r>"
    )
    document = read(docx(f"<w:p>{runs}</w:p>"), "stuk.docx")
    assert document.text == "De drempel is 50 euro."
    assert [(b.text, b.change) for b in document.blocks] == [("De drempel is 50 euro.", None), ("25", "deleted")]
    assert "tracked_changes" in codes(document)


def test_moved_text_stands_where_it_went() -> None:
    """moveFrom is deleted, moveTo inserted."""
    body = "<w:p><w:moveFrom><w:r><w:t>zin</w:t></w:r></w:moveFrom></w:p><w:p><w:moveTo><w:r><w:t>zin</w:t></w:r></w:moveTo></w:p>"
    assert [b.change for b in read(docx(body), "a.docx").blocks] == ["deleted", "inserted"]


def test_alternate_content_is_read_once() -> None:
    """Word writes a text box twice, for new and for old readers."""
    choice = f"<mc:Choice Requires='wps'><w:txbxContent>{p('eenmaal')}</w:txbxContent></mc:Choice>"
    fallback = f"<mc:Fallback><w:pict><w:txbxContent>{p('eenmaal')}</w:txbxContent></w:pict></mc:Fallback>"
    body = f"<w:p {MC}><w:r><mc:AlternateContent>{choice}{fallback}</mc:AlternateContent></w:r></w:p>"
    assert texts(read(docx(body), "a.docx")) == ["eenmaal"]


def test_headings_come_from_styles_outline_levels_and_weight() -> None:
    """By style, by a style based on it, by outline level, and by a short paragraph all in bold."""
    body = (
        p("Aanleiding", properties='<w:pStyle w:val="Kop1"/>')
        + p("Bevindingen", properties='<w:pStyle w:val="Eigen"/>')
        + p("Omvang", properties='<w:outlineLvl w:val="1"/>')
        + p("3.1 Effect", run="<w:b/>")
        + p("Een hele zin in vet, met een punt.", run="<w:b/>")
        + p("gewoon", properties='<w:pStyle w:val="Ronde"/>')
        + p("punt", properties='<w:pStyle w:val="Lijst"/>')
    )
    document = read(styled(body), "stuk.docx")
    found = {b.text: (b.role, b.level) for b in document.blocks}
    assert found["Aanleiding"] == (Role.HEADING, 1)
    assert found["Bevindingen"] == (Role.HEADING, 1)
    assert found["Omvang"] == (Role.HEADING, 2)
    assert found["3.1 Effect"] == (Role.HEADING, 2)
    assert found["Een hele zin in vet, met een punt."] == (Role.PARAGRAPH, 0)
    assert found["punt"] == (Role.LIST_ITEM, 0)
    assert (block(document, "Aanleiding").size, block(document, "Aanleiding").bold) == (14.0, True)
    assert block(document, "gewoon").size == 10.5


def test_cells_know_their_place_also_behind_merged_ones() -> None:
    """gridSpan moves what follows."""
    wide = f'<w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>{p("breed")}</w:tc>'
    data = docx(
        f"<w:tbl><w:tr>{wide}<w:tc>{p('rechts')}</w:tc></w:tr><w:tr><w:tc>{p('onder')}</w:tc></w:tr></w:tbl>"
        f"<w:tbl><w:tr><w:tc>{p('tweede tabel')}</w:tc></w:tr></w:tbl>"
    )
    assert {b.text: b.cell for b in read(data, "a.docx").blocks} == {
        "breed": (0, 0, 0),
        "rechts": (0, 0, 2),
        "onder": (0, 1, 0),
        "tweede tabel": (1, 0, 0),
    }


def test_the_strict_form_is_read_as_well() -> None:
    """ISO 29500 strict has other namespaces."""
    strict = 'xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"'
    data = docx("", {"word/document.xml": f"<w:document {strict}><w:body>{p('streng')}</w:body></w:document>"})
    assert texts(read(data, "a.docx")) == ["streng"]


def test_tabs_and_breaks_are_kept() -> None:
    """Tabs tell a table of contents; breaks an address block."""
    body = "<w:p><w:r><w:t>Bronnen</w:t><w:tab/><w:t>9</w:t><w:br/><w:t>Den</w:t><w:noBreakHyphen/><w:t>Haag</w:t></w:r></w:p>"
    assert texts(read(docx(body), "a.docx")) == ["Bronnen\t9\nDen-Haag"]


@pytest.mark.parametrize(
    ("more", "code", "threat"),
    [
        ({"word/vbaProject.bin": b"x"}, "macro", Threat.MACRO),
        ({"word/embeddings/oleObject1.bin": b"x"}, "embedded_object", None),
        (
            {
                "word/_rels/settings.xml.rels": relationships(
                    ("attachedTemplate", "https://x.example/a.dotm", "External")
                )
            },
            "external_template",
            None,
        ),
        (
            {"word/_rels/document.xml.rels": relationships(("oleObject", "https://x.example/a", "External"))},
            "external_object",
            None,
        ),
        (
            {"word/_rels/document.xml.rels": relationships(("image", "https://x.example/a.png", "External"))},
            "external_part",
            None,
        ),
        (
            {"word/_rels/document.xml.rels": relationships(("aFChunk", "a.html", "")), "word/a.html": b"<p>tekst</p>"},
            "foreign_text",
            None,
        ),
    ],
)
def test_what_runs_or_fetches_is_told(more: dict[str, str | bytes], code: str, threat: Threat | None) -> None:
    """python-docx takes an external template without a word."""
    document = read(docx(p("tekst"), more), "stuk.docx")
    assert code in codes(document)
    assert document.threat is threat
    assert document.text == "tekst"


def test_a_link_is_nothing_to_tell() -> None:
    """Hyperlinks are external by nature."""
    rels = relationships(("hyperlink", "https://x.example", "External"))
    assert codes(read(docx(p("tekst"), {"word/_rels/document.xml.rels": rels}), "a.docx")) == set()


def test_a_dde_field_is_a_macro_in_disguise() -> None:
    """Also when its name is cut over several runs."""
    body = (
        "<w:p><w:r><w:instrText>DD</w:instrText></w:r><w:r><w:instrText>EAUTO c:\\\\cmd.exe</w:instrText></w:r></w:p>"
    )
    document = read(docx(body), "a.docx")
    assert ("dde_field" in codes(document), document.threat) == (True, Threat.MACRO)


def test_a_document_type_declaration_is_refused() -> None:
    """Billion laughs and external entities both need one."""
    evil = f'<!DOCTYPE w [<!ENTITY a "ha">]><w:document {W}><w:body>{p("&a;")}</w:body></w:document>'
    document = read(docx("", {"word/document.xml": evil}), "a.docx")
    assert (document.readable, codes(document), document.threat) == (False, {"dtd_in_part"}, Threat.CORRUPT)


def test_a_document_type_declaration_in_utf16_is_refused() -> None:
    """The pattern looks through the encoding."""
    evil = f'<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE w [<!ENTITY a "ha">]><w:document {W}/>'.encode("utf-16")
    assert codes(read(docx("", {"word/document.xml": evil}), "a.docx")) == {"dtd_in_part"}


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (DocumentLimits(zip_bytes=1 << 20), "unpacks_too_large"),
        (DocumentLimits(zip_ratio=50), "unpacks_too_large"),
        (DocumentLimits(zip_entries=2), "too_many_parts"),
        (DocumentLimits(xml_bytes=1 << 20, zip_ratio=10_000), "part_too_large"),
    ],
)
def test_a_zip_bomb_is_refused_before_it_is_unpacked(limits: DocumentLimits, code: str) -> None:
    """By size, ratio, count and part."""
    data = docx("", {"word/document.xml": f"<w:document {W}><w:body>{' ' * (3 << 20)}</w:body></w:document>"})
    document = read(data, "a.docx", limits=limits)
    assert (document.readable, codes(document), document.threat) == (False, {code}, Threat.ZIP_BOMB)


def test_too_many_paragraphs_are_refused() -> None:
    """Four hundred kilobytes can hold four million of them."""
    document = read(docx(p("x") * 50), "a.docx", limits=DocumentLimits(blocks=20))
    assert (document.readable, document.threat) == (False, Threat.ZIP_BOMB)


def test_nesting_without_end_is_refused() -> None:
    """Tables in tables in tables."""
    body = "<w:tbl><w:tr><w:tc>" * 100 + p("diep") + "</w:tc></w:tr></w:tbl>" * 100
    assert codes(read(docx(body), "a.docx")) <= {"nested_too_deep", "part_damaged"}
    assert not read(docx(body), "a.docx").readable


def test_a_damaged_part_beside_the_body_does_not_hide_the_body() -> None:
    """The body is read, the damage told."""
    document = read(docx(p("tekst"), {"word/comments.xml": "<w:comments"}), "a.docx")
    assert (document.text, codes(document)) == ("tekst", {"part_damaged"})


def test_a_docx_under_another_name_is_read_and_told() -> None:
    """Content decides, the name is a defect."""
    document = read(docx(p("tekst")), "stuk.pdf")
    assert (document.format, document.text, codes(document)) == ("docx", "tekst", {"misnamed_file"})
