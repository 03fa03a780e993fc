"""ODT: every place where words can stand, changes, hidden text, encryption, macros."""

from __future__ import annotations

from intake.model import Role, Threat
from tests.unit.intake.documents.papers import odt, odt_styles
from tests.unit.intake.documents.reading import block, codes, read, texts


def test_every_place_where_words_can_stand_is_read() -> None:
    """Body, list, nested table, text box, note, comment, section, headers and footers of all kinds."""
    body = (
        '<text:h text:outline-level="2">Aanleiding</text:h><text:p>alinea met<text:s text:c="2"/>spatie<text:tab/>tab</text:p>'
        "<text:list><text:list-item><text:p>punt</text:p></text:list-item></text:list>"
        "<table:table><table:table-header-rows><table:table-row><table:table-cell><text:p>kop</text:p></table:table-cell>"
        '<table:table-cell table:number-columns-repeated="2"/><table:table-cell><text:p>vierde</text:p></table:table-cell>'
        "</table:table-row></table:table-header-rows><table:table-row><table:table-cell><text:p>cel</text:p>"
        "<table:table><table:table-row><table:table-cell><text:p>binnenste</text:p></table:table-cell></table:table-row>"
        "</table:table></table:table-cell></table:table-row></table:table>"
        "<text:p><draw:frame><draw:text-box><text:p>tekstvak</text:p></draw:text-box></draw:frame></text:p>"
        "<text:p>met noot<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>voetnoot</text:p>"
        "</text:note-body></text:note></text:p><text:p>met opmerking<office:annotation><text:p>opmerking</text:p>"
        "</office:annotation></text:p><text:section><text:p>in een sectie</text:p></text:section>"
    )
    margins = (
        "<style:master-page><style:header><text:p>koptekst</text:p></style:header><style:header-first><text:p>eerste blad</text:p>"
        "</style:header-first><style:footer><text:p>voettekst</text:p></style:footer></style:master-page>"
    )
    document = read(odt(body, more={"styles.xml": odt_styles(margins)}), "stuk.odt")
    assert [(b.text, b.role) for b in document.blocks] == [
        ("koptekst", Role.HEADER),
        ("eerste blad", Role.HEADER),
        ("Aanleiding", Role.HEADING),
        ("alinea met spatie\ttab", Role.PARAGRAPH),
        ("punt", Role.LIST_ITEM),
        ("kop", Role.CELL),
        ("vierde", Role.CELL),
        ("cel", Role.CELL),
        ("binnenste", Role.CELL),
        ("tekstvak", Role.TEXT_BOX),
        ("met noot", Role.PARAGRAPH),
        ("voetnoot", Role.FOOTNOTE),
        ("met opmerking", Role.PARAGRAPH),
        ("opmerking", Role.COMMENT),
        ("in een sectie", Role.PARAGRAPH),
        ("voettekst", Role.FOOTER),
    ]
    assert block(document, "Aanleiding").level == 2
    assert (block(document, "vierde").cell, block(document, "cel").cell) == ((0, 0, 3), (0, 1, 0))
    assert codes(document) == {"comments"}


def test_tracked_changes_and_hidden_text_are_told_apart() -> None:
    """Deletions stand in front of an ODF text, insertions between milestones."""
    changes = (
        '<text:tracked-changes><text:changed-region text:id="d"><text:deletion><text:p>geschrapt</text:p></text:deletion>'
        '</text:changed-region><text:changed-region text:id="i"><text:insertion/></text:changed-region></text:tracked-changes>'
    )
    body = (
        f'{changes}<text:p>oud</text:p><text:p><text:change-start text:change-id="i"/>'
        'nieuw<text:change-end text:change-id="i"/></text:p>'
        '<text:section text:display="none"><text:p>weg</text:p></text:section><text:p>zicht'
        '<text:span text:style-name="V">onzicht</text:span>baar</text:p>'
    )
    styles = (
        '<style:style style:name="V" style:family="text"><style:text-properties text:display="none"/></style:style>'
    )
    document = read(odt(body, styles=styles), "stuk.odt")
    assert document.text == "oud\nnieuw\nzichtbaar"
    assert block(document, "geschrapt").change == "deleted"
    assert block(document, "nieuw").change == "inserted"
    assert (block(document, "weg").hidden, block(document, "onzicht").hidden) == (True, True)
    assert codes(document) == {"tracked_changes", "hidden_text"}


def test_weight_and_size_come_from_styles_and_their_parents() -> None:
    """A short bold paragraph is a heading; a bold word in a sentence makes none."""
    styles = (
        '<style:style style:name="Ouder" style:family="paragraph">'
        '<style:text-properties fo:font-size="14pt" fo:font-weight="bold"/></style:style>'
        '<style:style style:name="Kind" style:family="paragraph" style:parent-style-name="Ouder"/>'
        '<style:style style:name="Vet" style:family="text"><style:text-properties fo:font-weight="700"/></style:style>'
    )
    body = '<text:p text:style-name="Kind">Bevindingen</text:p>'
    body += '<text:p>een <text:span text:style-name="Vet">vet</text:span> woord</text:p>'
    document = read(odt(body, styles=styles), "stuk.odt")
    assert texts(document, Role.HEADING) == ["Bevindingen"]
    assert (block(document, "Bevindingen").size, block(document, "een vet woord").bold) == (14.0, False)


def test_a_locked_odt_is_encrypted_not_damaged() -> None:
    """The manifest says so."""
    manifest = (
        '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><m:file-entry m:full-path="content.xml">'
        "<m:encryption-data/></m:file-entry></m:manifest>"
    )
    document = read(odt("", more={"META-INF/manifest.xml": manifest, "content.xml": b"\x8f\x00"}), "stuk.odt")
    assert (document.readable, document.threat, codes(document)) == (False, Threat.ENCRYPTED, {"password_needed"})


def test_macros_are_told_and_the_text_is_read() -> None:
    """Basic modules in the package."""
    document = read(odt("<text:p>tekst</text:p>", more={"Basic/Standard/Module1.xml": "<a/>"}), "stuk.odt")
    assert (document.threat, codes(document), document.text) == (Threat.MACRO, {"macro"}, "tekst")
