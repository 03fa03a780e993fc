"""The desk's pages: what they show, what they refuse, what they never do with a stranger's text."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from bot.dossier.app import pages
from bot.dossier.visible import disposition, download_name, visible
from tests.simulators.archive import EXE_BYTES, MARKUP, PDF_BYTES, ROWS, TITLE, FictitiousArchive, digest
from tests.simulators.asgi import Answer, get

TEMPLATES = Path(__file__).parents[3] / "bot" / "dossier" / "templates"
PAGES = ("/", "/?status=aandacht", "/dossier/BS-2026-0007", "/dossier/BS-2026-0002", "/berichten", "/bestaat-niet")


class BrokenArchive(FictitiousArchive):
    """A database that cannot be reached."""

    def loose_messages(self) -> tuple[()]:
        raise OSError("the disk is gone")


def ask(url: str, *, empty: bool = False, method: str = "GET", host: str = "127.0.0.1:8765") -> Answer:
    return get(pages(FictitiousArchive(empty=empty)), url, method=method, host=host)


def tree_of(answer: Answer) -> Any:
    """The page as lxml reads it."""
    return html.fromstring(answer.text)


def words(answer: Answer) -> str:
    """The text of a page as a reader gets it, white space folded."""
    return " ".join(tree_of(answer).text_content().split())


def test_the_overview_lists_every_dossier_and_every_card() -> None:
    """List and channel stand on one page, each dossier once in the list, linked."""
    tree = tree_of(ask("/"))
    assert _list_links(tree) == [f"/dossier/{row.number}" for row in ROWS]
    assert len(tree.xpath("//ol[@class='posts']/li")) == len(ROWS) + 2


def _list_links(tree: Any) -> list[str]:
    return list(tree.xpath("//table[contains(@class,'dossiers')]/tbody//th/a/@href"))


def test_the_overview_holds_no_word_of_a_signal() -> None:
    """List and channel may be seen in passing: number, status, counters, times."""
    assert TITLE not in ask("/").text
    assert "Voorbeeldstad" not in ask("/").text


def test_the_list_can_be_narrowed_to_one_status() -> None:
    """A filter shows its dossiers and no others, and says which filter is on."""
    tree = tree_of(ask("/?status=afgerond"))
    assert _list_links(tree) == ["/dossier/BS-2026-0002"]
    assert [a.text.strip() for a in tree.xpath("//a[@aria-current='true']")] == ["Afgerond"]
    assert _list_links(tree_of(ask("/?status=aandacht"))) == [
        "/dossier/BS-2026-0007",
        "/dossier/BS-2026-0005",
    ]


def test_a_dossier_shows_findings_with_place_and_quote_in_the_order_of_the_brochure() -> None:
    """Signature and items before conditions; each with file, page and words."""
    tree = tree_of(ask("/dossier/BS-2026-0007"))
    rows = tree.xpath("//table[contains(@class,'findings')]/tbody/tr")
    assert [row.xpath("./th")[0].text for row in rows] == [
        "Wie het signaal indienen",
        "Ondertekening door strategisch vertegenwoordiger(s)",
        "Aanleiding",
        "Beoogd effect",
        "Geen informatie over subject of object",
    ]
    assert "signaal-loodsen.pdf, pagina 9" in rows[1].text_content()
    assert rows[1].xpath(".//q")[0].text == "Burgemeester van Voorbeeldstad"


def test_a_doubt_never_hides_behind_a_pass() -> None:
    """A rule with a fail and a pass reads as a fail, and each finding then shows its own verdict."""
    row = tree_of(ask("/dossier/BS-2026-0007")).xpath("//table[contains(@class,'findings')]/tbody/tr")[-1]
    shown = [" ".join(s.text_content().split()) for s in row.xpath(".//span[starts-with(@class,'state ')]")]
    assert shown == ["Niet in orde", "Niet in orde", "In orde"]


def test_files_show_their_whole_fingerprint_and_the_moment_they_were_frozen() -> None:
    """Evidence is shown to the last digit and to the second."""
    text = words(ask("/dossier/BS-2026-0007"))
    assert digest(PDF_BYTES) in text.replace(" ", "")
    assert "23-11-2026 09:14:07" in text


def test_a_strangers_text_is_text() -> None:
    """Markup in a subject or quote is shown, never obeyed."""
    answer = ask("/dossier/BS-2026-0007")
    assert "<script" not in answer.text
    assert MARKUP in words(answer)


def test_a_name_that_turns_the_reading_direction_shows_its_true_ending() -> None:
    """U+202E in a file name made "…exe.pdf" of an .exe; the page shows the character instead of obeying it."""
    assert "\u202e" not in ask("/dossier/BS-2026-0007").text
    assert "bijlage\ufffdfdp.exe" in words(ask("/dossier/BS-2026-0007"))


def test_an_original_is_given_as_a_download_and_never_shown() -> None:
    """Whatever the file is, the browser gets opaque bytes with a name."""
    answer = ask(f"/bestand/{digest(PDF_BYTES)}")
    assert (answer.status, answer.body) == (200, PDF_BYTES)
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith('attachment; filename="signaal-loodsen.pdf"')
    assert answer.headers["content-length"] == str(len(PDF_BYTES))


def test_a_dangerous_original_gets_a_name_that_nothing_opens() -> None:
    """A program can be kept as evidence without being started by a double click."""
    disposed = ask(f"/bestand/{digest(EXE_BYTES)}").headers["content-disposition"]
    assert 'filename="bijlage_fdp.exe.onveilig"' in disposed


@pytest.mark.parametrize(
    "sha256", ["0" * 64, "x", "..%2f..%2fetc%2fpasswd", digest(PDF_BYTES).upper(), digest(PDF_BYTES) + "0"]
)
def test_only_a_known_fingerprint_gives_a_file(sha256: str) -> None:
    """There is no way from a request to a path."""
    assert ask(f"/bestand/{sha256}").status == 404


@pytest.mark.parametrize("url", [*PAGES, "/stijl/dossier.css", f"/bestand/{digest(PDF_BYTES)}"])
def test_every_answer_forbids_what_pages_do_not_need(url: str) -> None:
    """Scripts, frames, forms, foreign resources and caches are refused on pages, styles, downloads and errors alike."""
    headers = ask(url).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("url", PAGES)
def test_a_page_needs_nothing_from_elsewhere(url: str) -> None:
    """No script, no inline style, and every address is our own or a card's link to our pages."""
    tree = tree_of(ask(url))
    assert tree.xpath("//script | //style | //@style | //iframe | //form | //img") == []
    for address in tree.xpath("//@href | //@src"):
        assert address.startswith(("/", "#", "http://127.0.0.1:8765/"))


@pytest.mark.parametrize("url", PAGES)
def test_a_page_has_the_landmarks_and_headings_a_screen_reader_needs(url: str) -> None:
    """Language, skip link to main, one h1, no heading level skipped, one main, labelled regions, ids once."""
    tree = tree_of(ask(url))
    levels = [int(h.tag[1]) for h in tree.xpath("//h1|//h2|//h3|//h4")]
    ids = tree.xpath("//@id")
    assert tree.get("lang") == "nl"
    assert tree.xpath("//a")[0].get("href") == "#" + tree.xpath("//main")[0].get("id")
    assert (levels.count(1), levels[0]) == (1, 1)
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert len(ids) == len(set(ids))
    assert all(ref in ids for ref in tree.xpath("//@aria-labelledby"))
    assert all(ref[1:] in ids for ref in tree.xpath("//a/@href[starts-with(., '#')]"))


@pytest.mark.parametrize("url", PAGES)
def test_every_state_has_a_word(url: str) -> None:
    """An icon or colour never speaks alone, and icons are silent to screen readers."""
    tree = tree_of(ask(url))
    assert all(s.text_content().strip() for s in tree.xpath("//span[starts-with(@class,'state ')]"))
    assert all(svg.get("aria-hidden") == "true" for svg in tree.xpath("//svg"))


def test_an_empty_desk_says_so() -> None:
    """On the first day every page explains its emptiness."""
    text = words(ask("/", empty=True))
    assert "Er zijn nog geen dossiers." in text
    assert "Er zijn nog geen berichten in het kanaal." in text
    assert "Het postvak is nog niet gelezen." in text
    assert "Alle berichten horen bij een dossier." in words(ask("/berichten", empty=True))


def test_an_unknown_dossier_is_told_in_dutch() -> None:
    """No stack trace, no English, a way back."""
    answer = ask("/dossier/BS-1999-0001")
    assert answer.status == 404
    assert "Deze pagina of dit dossier bestaat niet." in words(answer)


def test_a_failing_archive_gives_a_page_without_details() -> None:
    """The reader learns that nothing is lost; the cause goes to the log, not to the page."""
    answer = get(pages(BrokenArchive()), "/berichten", failing=OSError)
    assert answer.status == 500
    assert "Er gaat niets verloren." in words(answer)
    assert "disk" not in answer.text
    assert "content-security-policy" in answer.headers


def test_nothing_can_be_changed_by_a_request() -> None:
    """The pages only read."""
    for method in ("POST", "PUT", "DELETE"):
        assert ask("/", method=method).status == 405


def test_another_name_for_this_machine_is_refused() -> None:
    """DNS rebinding: a foreign page cannot read the desk by pointing its own name at 127.0.0.1."""
    assert ask("/", host="evil.example").status == 400
    assert ask("/", host="[::1]:8765").status == 200


def test_templates_hold_no_words_of_their_own() -> None:
    """Every sentence stands in bot/texts; a template only names it."""
    for path in TEMPLATES.glob("*.html"):
        bare = re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        text = re.sub(r"<[^>]*>", " ", bare)
        assert re.findall(r"[^\W\d_]{2,}", text) == [], path.name


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ('a"b;c\r\nSet-Cookie: x.pdf', "a_b;c__Set-Cookie_ x.pdf"),
        ("\u202egpj.exe", "_gpj.exe"),
        ("", "bestand"),
        ("...", "bestand"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_a_download_name_stays_a_name(name: str, safe: str) -> None:
    """No path, no header, no hidden ending survives."""
    assert download_name(name) == safe


def test_a_header_carries_a_dutch_name_whole() -> None:
    """RFC 8187: letters with accents arrive; old clients get an ASCII name."""
    assert (
        disposition("coördinatie.pdf")
        == "attachment; filename=\"co_rdinatie.pdf\"; filename*=UTF-8''co%C3%B6rdinatie.pdf"
    )


def test_hidden_characters_become_visible() -> None:
    """Zero-width, control and bidi characters are shown, letters of every script are left alone."""
    assert visible("a\u200bb\u202ec\x00d é 漢 ") == "a\ufffdb\ufffdc\ufffdd é 漢 "
    assert visible("regel een\nregel\ttwee, af\u00adgebroken") == "regel een regel twee, afgebroken"
