"""Which dossier a mail belongs to, and that a likeness never beats a fact or a tie with two candidates."""

from __future__ import annotations

from dataclasses import replace

from intake.decide import REPEATS
from intake.model import Assessment, Attachment, Kind, Recognition
from intake.relate import Item, KnownItem, Tie, dossier_numbers, item_of, reference_codes, relate
from intake.text import sketch, text_sha256
from tests.unit.intake.building import mail, paper

BOATS = (
    "Jachten worden contant betaald en de herkomst van het geld blijft onbekend omdat de werf niets hoeft te melden. "
    * 4
)
MANURE = (
    "Een vervoersbewijs wordt achteraf ingevuld zodat dezelfde vracht op papier twee keer rijdt door het hele land. "
    * 4
)
KNOWN = (
    KnownItem(
        "BS-2026-0001",
        Item(
            sha256="a1",
            message_id="<first@kustland.example>",
            references=frozenset({"kl2026118"}),
            digests=frozenset({"d1"}),
            texts=frozenset({text_sha256(BOATS)}),
            sketches=(sketch(BOATS),),
            subject="Indiening contant betalen",
            title="Contant betalen bij jachtbouwers: geld zonder herkomst",
            organisations=("Politie, Eenheid Kustland",),
            sender="r.visser@kustland.example",
        ),
    ),
    KnownItem(
        "BS-2026-0002",
        Item(
            sha256="a2",
            message_id="<second@od.example>",
            digests=frozenset({"d2"}),
            texts=frozenset({text_sha256(MANURE)}),
            sketches=(sketch(MANURE),),
            subject="Mest zonder merk",
            title="Mest zonder merk",
            organisations=("Omgevingsdienst Meren",),
            sender="directie@od.example",
        ),
    ),
)


def best(item: Item) -> tuple[str, Tie] | None:
    found = relate(item, KNOWN)
    return (found[0].number, found[0].tie) if found else None


def test_the_same_file_is_known_whoever_sends_it() -> None:
    """A co-submitter's copy opens no second dossier."""
    found = relate(Item(digests=frozenset({"d1"}), sender="other@wolfsdal.example"), KNOWN)[0]
    assert (found.number, found.tie, found.same_sender) == ("BS-2026-0001", Tie.SAME_BYTES, False)


def test_a_file_saved_again_has_the_same_text() -> None:
    """Other bytes, same words."""
    assert best(Item(texts=frozenset({text_sha256(BOATS.upper())}))) == ("BS-2026-0001", Tie.SAME_TEXT)


def test_a_new_version_is_near_and_another_text_is_not() -> None:
    """A changed sentence keeps the tie; a text on the same theme has none."""
    near = Item(sketches=(sketch(BOATS.replace("onbekend", "onduidelijk", 1)),))
    assert best(near) == ("BS-2026-0001", Tie.NEAR_TEXT)
    assert best(Item(sketches=(sketch("Iets heel anders over vuurwerk in garages en schuren. " * 5),))) is None


def test_our_number_and_our_thread_are_facts() -> None:
    """They win from a likeness to another dossier."""
    likeness = {"mest", "merk", "zonder"}
    assert best(Item(numbers=frozenset({"BS-2026-0001"}), words=frozenset(likeness))) == ("BS-2026-0001", Tie.NUMBER)
    assert best(Item(thread=frozenset({"<first@kustland.example>"}))) == ("BS-2026-0001", Tie.THREAD)


def test_a_reference_of_the_sender_is_found_in_other_typography() -> None:
    """KL/2026-118 and KL-2026.118 are one reference."""
    assert reference_codes("kenmerk KL/2026-118") == reference_codes("Ons kenmerk: KL-2026.118.") == {"kl2026118"}
    assert best(Item(references=reference_codes("betreft KL/2026-118"))) == ("BS-2026-0001", Tie.REFERENCE)


def test_a_title_named_in_a_sentence_ties_with_its_party() -> None:
    """A ministry quotes the title; a journalist who names one word of it has no tie."""
    said = frozenset({"uitstel", "reactie", "contant", "betalen", "jachtbouwers"})
    assert best(Item(words=said)) == ("BS-2026-0001", Tie.TOPIC)
    assert best(Item(words=frozenset({"betalen", "factuur"}))) is None


def test_two_likely_dossiers_are_no_tie() -> None:
    """Guessing between two is worse than asking a person."""
    twin = KnownItem("BS-2026-0003", replace(KNOWN[0].item, digests=frozenset(), message_id="<third@x.example>"))
    assert relate(Item(sketches=(sketch(BOATS),)), (*KNOWN, twin)) == ()


def test_an_equal_message_id_with_other_bytes_is_told() -> None:
    """Never a silent drop: it is a tie of its own, besides the best one."""
    found = relate(Item(sha256="zz", message_id="<first@kustland.example>"), KNOWN)
    assert [r.tie for r in found] == [Tie.SAME_MESSAGE_ID]
    assert relate(Item(sha256="a1", message_id="<first@kustland.example>"), KNOWN) == ()


def test_numbers_are_read_however_typed() -> None:
    """Dashes and capitals differ; a number of another desk is none."""
    assert dossier_numbers("bs 2026-0031, BS–2026–0007 en ABS-2026-0001 en BS-26-1") == {"BS-2026-0031", "BS-2026-0007"}


def test_a_bounce_belongs_to_the_message_it_returns() -> None:
    """The returned headers hold our Message-ID and our number."""
    headers = b"Message-ID: <bs-2026-0001.1@desk.example>\r\nSubject: dossier BS-2026-0001\r\n"
    returned = Attachment("part-3.txt", "text/plain", "text/rfc822-headers", headers)
    bounce = mail("kon niet worden bezorgd", files=[returned])
    item = item_of(Assessment("b", Recognition(Kind.AUTOMATIC, possibly_formal=False), mail=bounce))
    assert item.thread == {"<bs-2026-0001.1@desk.example>"}
    assert item.numbers == {"BS-2026-0001"}


def test_a_reference_in_a_file_name_is_not_glued_to_the_text_before_it() -> None:
    """The only thing known of a document under a password may be the name of its file."""
    closed = Attachment("WZ-2026-09932 beveiligd.pdf", "application/pdf", "application/pdf", b"%PDF-")
    sent = mail("Hoogachtend,\nde dijkgraaf", files=[closed])
    assert (
        "wz202609932"
        in item_of(Assessment("c", Recognition(Kind.SUBMISSION, possibly_formal=True), mail=sent)).references
    )


def with_annex(text: str, annex: str, document: str | None = "signaal.docx") -> Item:
    """The item of a mail with a document and an annex."""
    files = (paper("signaal.docx", text), paper("folder.docx", annex))
    recognition = Recognition(Kind.SUBMISSION, possibly_formal=True)
    judged = Assessment("aa", recognition, mail=mail(), document=document, documents=files)
    return replace(item_of(judged), sender="r.visser@kustland.example")


def test_a_shared_annex_does_not_make_two_signals_one() -> None:
    """The desk's own leaflet with two submissions: the second would open no dossier, and nobody would know."""
    leaflet = "De werkwijze van het loket in een folder. " * 20
    first, second = KnownItem("BS-2026-0003", with_annex(BOATS, leaflet)), with_annex(MANURE, leaflet)
    second = replace(second, digests=frozenset({"other"}))  # two files of the same name, with other bytes
    assert not {r.tie for r in relate(second, [first])} & REPEATS
    assert relate(replace(first.item, sender="x@y.example"), [first])[0].tie is Tie.SAME_BYTES


def test_where_no_document_was_found_several_files_prove_no_repetition() -> None:
    """One of them may be the leaflet."""
    first = KnownItem("BS-2026-0003", with_annex(BOATS, MANURE, document=None))
    assert not {r.tie for r in relate(first.item, [first])} & REPEATS


def test_an_annex_in_common_says_something_between_the_same_parties() -> None:
    """A supplement finds the dossier that has its annex, unless two have it."""
    annex = Item(annexes=frozenset({"d1"}), sender="r.visser@kustland.example")
    assert best(annex) == ("BS-2026-0001", Tie.ANNEX)
    assert best(replace(annex, sender="")) is None
    twice = (*KNOWN, replace(KNOWN[0], number="BS-2026-0003"))
    assert Tie.ANNEX not in {r.tie for r in relate(annex, twice)}
