"""What the desk reads: times, sizes, labels, and that nothing unknown is hidden."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from bot import texts
from bot.texts import letters, post, reasons
from bot.texts.attention import ATTENTION
from bot.texts.kinds import KIND, MEANS, SIGNATURE, THREAT, VERDICT
from bot.texts.states import STATUS, TRACKS
from intake.model import Defect, Finding, Kind, Threat, Verdict
from intake.paper import laying
from intake.states import Status
from tests.paths import shared

SUMMER = dt.datetime(2026, 7, 1, 22, 30, tzinfo=dt.UTC)
WINTER = dt.datetime(2026, 11, 23, 8, 14, 7, tzinfo=dt.UTC)


def test_times_are_dutch_in_winter_and_in_summer() -> None:
    """The desk reads local time, also past midnight and in summer time."""
    assert (texts.when(WINTER), texts.when(SUMMER)) == ("23-11-2026 09:14", "02-07-2026 00:30")
    assert (texts.second(WINTER), texts.day(SUMMER), texts.clock(WINTER)) == (
        "23-11-2026 09:14:07",
        "02-07-2026",
        "09:14",
    )


def test_the_doubled_hour_of_october_is_told_as_the_clock_shows_it() -> None:
    """Both 02:30s of the night the clock goes back read 02:30, in the order they happened."""
    first = dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)
    assert texts.when(first) == texts.when(first + dt.timedelta(hours=1)) == "25-10-2026 02:30"


def test_a_time_without_a_zone_is_refused() -> None:
    """Guessing the zone of a receipt time would falsify evidence."""
    with pytest.raises(ValueError, match="zone"):
        texts.when(WINTER.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1 kB"),
        (1_312_004, "1,3 MB"),
        (999_999, "1 MB"),
        (5 * 10**9, "5 GB"),
    ],
)
def test_sizes_read_as_people_write_them(count: int, said: str) -> None:
    """Decimal units with a comma, never "1000 kB"."""
    assert texts.size(count) == said


def test_every_value_of_the_vocabulary_has_a_label() -> None:
    """No kind, verdict, threat or status of intake reads as unknown."""
    assert {kind.value for kind in Kind} == set(KIND)
    assert {verdict.value for verdict in Verdict} == set(VERDICT)
    assert {threat.value for threat in Threat} == set(THREAT)
    assert {status.value for status in Status} == set(STATUS)
    assert set(SIGNATURE) == {"valid", "invalid", "absent", "unclear"}
    assert set(MEANS) >= {"pades", "smime", "ooxml", "wet_ink", "sent_by_representative", "typed_only"}


def test_labels_are_those_of_the_desks_own_list() -> None:
    """Statuses and tracks carry the desk's words, letter for letter."""
    listed = json.loads(shared("domain", "statussen.json").read_text(encoding="utf-8"))
    assert {s["id"]: s["label"] for s in listed["hoofdstatus"]} == {code: texts.status(code) for code in STATUS}
    names = {"ondertekening_per_organisatie": "ondertekening", "onderdeel": "onderdelen"}
    for track, states in listed["zijsporen"].items():
        ours = TRACKS[names.get(track, track)][1]
        assert {code: ours[code] for code, _ in states} == dict(states)


def test_an_unknown_code_is_named_and_not_hidden() -> None:
    """A code without a sentence still reaches a person."""
    assert "brand_new" in texts.why(Finding("x", Verdict.FAIL, "brand_new"))
    assert "brand_new" in texts.defect(Defect("brand_new"))
    assert "brand_new" in texts.status("brand_new")
    assert "brand_new" in texts.rule("brand_new")


def test_an_attention_code_that_is_unknown_is_not_repeated() -> None:
    """What stands on a card is only ever a sentence of our own."""
    assert "brand_new" not in texts.attention("brand_new")


def test_values_of_a_finding_cannot_break_or_steer_its_sentence() -> None:
    """Braces in a stranger's text are text, and a missing value reads as unknown."""
    sentence = reasons._fill.vformat("Genoemd: {0} en {1}.", ("{0.__class__}",), {})
    assert sentence == "Genoemd: {0.__class__} en (onbekend)."


def test_counted_tracks_read_as_counts() -> None:
    """Tracks that count are told as a count, others by their label."""
    assert texts.track_state("onderdelen", "11/13") == "11 van 13"
    assert texts.track_state("post", "wijkt_af") == "Post wijkt af"
    assert texts.track_state("post", "brand_new") == "Onbekend (brand_new)"


def test_the_timeline_tells_a_change_of_status_and_tracks() -> None:
    """An event of the ledger reads as a sentence, its actor as a person or the software."""
    assert texts.event("Wijziging", {"status": "aangeboden"}) == "Status: Aangeboden aan bewindspersoon"
    assert texts.event("Wijziging", {"track.post": "ontvangen"}) == "Post: Post ontvangen"
    assert texts.event("Opname", {"relation": "supplement"}) == "Bericht opgenomen in dit dossier (aanvulling)"
    assert (texts.actor("loketbs"), texts.actor("a.bakker")) == ("Software", "a.bakker")


def test_the_receipt_says_what_came_and_judges_nothing() -> None:
    """T1 names files with fingerprints, asks for the post, and its subject holds the number only."""
    file = letters.SentFile("signaal.pdf", 1_312_004, 9, "ab" * 32)
    letter = letters.receipt("BS-2026-0007", WINTER, [file])
    assert letter.subject == "Ontvangstbevestiging – dossier BS-2026-0007"
    assert "signaal.pdf (1,3 MB, 9 pagina's) – digitale vingerafdruk (SHA-256): abababab … abababab" in letter.text
    assert 'Zet op de brief: "Nazending bij dossier BS-2026-0007".' in letter.text
    assert "Het zegt nog niet of het bestuurlijk signaal volledig is of formeel is ingediend." in letter.text


def test_every_letter_names_the_dossier_and_ends_alike() -> None:
    """T1-T5 share opening, number, telephone and closing."""
    number = "BS-2026-0007"
    written = [
        letters.receipt(number, WINTER, []),
        letters.supplement_request(number, [("Beoogd effect", "Dat staat niet in het stuk.")], WINTER),
        letters.post_deviates(number, WINTER, [2, 5]),
        letters.later_version(number, WINTER),
        letters.cannot_open(number, WINTER, "encrypted"),
    ]
    for letter in written:
        assert letter.subject.endswith(f"– dossier {number}")
        assert letter.text.startswith("Geachte heer, mevrouw,\n\n")
        assert f"Noem dossier {number}" in letter.text
        assert letter.text.endswith("Landelijk Loket Bestuurlijke Signalen, LIEC\n")


def test_what_happens_to_a_scan_reads_as_a_sentence() -> None:
    """Sorted out, tried, laid with a dossier, compared, taken out, and what it waits for."""
    told = [
        texts.event("Wijziging", {"letters": "1:0:1-2"}),
        texts.event("Wijziging", {"part": 1, "tried": True, "reason": "unknown_document", "score": "0.1"}),
        texts.event("Opname", {"part": 1, "relation": "postal_scan", "reason": "text_alike"}),
        texts.event("Wijziging", {"part": 1, "compared": "deviates", "deviations": 2}),
        texts.event("Wijziging", {"part": 1, "unlinked": True}),
        texts.event("Wijziging", {"raised": "scan_unlinked"}),
    ]
    assert told[1] == "De scan past bij geen enkel dossier"
    assert told[2] == "Bericht opgenomen in dit dossier (scan van de post). De tekst van de scan past bij dit dossier"
    assert told[3] == "Post vergeleken met de vastgelegde versie"
    assert told[5].startswith("Vraagt aandacht: De scan is losgemaakt")
    assert len(set(told)) == len(told)
    assert not [sentence for sentence in told if "Onbeken" in sentence or "Gebeurtenis" in sentence]


def test_every_word_about_scans_is_there() -> None:
    """Roles of sheets, reasons, points of attention: nobody at the desk reads a code."""
    points = (laying.WAITS, laying.TO_LINK, laying.UNLINKED, laying.TO_CONFIRM, laying.NOT_READ, laying.NO_SCAN)
    assert set(points) <= set(ATTENTION)
    assert {"by_person", "number_in_mail"} <= set(post.MATCH)
    assert {"cover_sheet", "cover_letter", "envelope", "blank", "foreign", "not_read"} == set(post.ROLE)
    assert post.pages((1, 2, 3, 5)) == "1-3, 5"
