"""The report of a comparison: one file that needs and can reach nothing else, and obeys no word of a scan."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from lxml import html

from bot.dossier.post.report import render_report
from intake.post.comparison import Comparison, Faces, PostVerdict
from tests.simulators.comparisons import (
    HOSTILE,
    deviating,
    hostile,
    identical,
    without_pictures,
)

EVERY = (deviating, identical, hostile, without_pictures)
MEBI = 1 << 20


def tree_of(report: str) -> Any:
    return html.fromstring(report)


def words(node: Any) -> str:
    return " ".join(node.text_content().split())


def test_the_first_line_says_what_is_wrong() -> None:
    """Where a tired reader looks first stands the word that is gone."""
    tree = tree_of(render_report(deviating()))
    answer = tree.xpath("//p[@class='answer-text']")[0]
    assert words(answer) == "Wijkt af: op blz. 1 ontbreekt het woord “niet”. En nog 3 verschillen."
    target = answer.xpath("./a/@href")[0]
    assert "“niet”" in words(tree.get_element_by_id(target[1:]))


def test_each_difference_shows_both_readings_and_both_crops() -> None:
    """Frozen and paper, the words between those around them, and what stands there on either side."""
    tree = tree_of(render_report(deviating()))
    spot = next(li for li in tree.xpath("//li[contains(@class,'spot')]") if "“niet”" in words(li))
    assert [words(m) for m in spot.xpath(".//p[@class='reading']/mark")] == ["niet", "[ontbreekt]"]
    assert [u.get("href") for u in spot.xpath(".//figure//svg/use")] == ["#beeld-0-vastgelegd", "#beeld-0-papier"]
    assert len(spot.xpath(".//figure//svg/rect")) == 2


def test_doubts_stand_apart_with_digits_first() -> None:
    """What cannot be read is no difference and no agreement; what can hurt most comes first."""
    tree = tree_of(render_report(deviating()))
    section = tree.xpath("//section[@aria-labelledby='twijfels']")[0]
    assert ["2026" in words(li) for li in section.xpath(".//li[contains(@class,'spot')]")] == [True, False]
    assert "niet te lezen" in words(section)


def test_a_missing_an_added_and_a_turned_page_are_told_in_their_place() -> None:
    """Beside a page that is gone stands that it is gone; a sheet that lay upside down says so."""
    rows = tree_of(render_report(deviating())).xpath("//section[@data-row]")
    told = [words(row) for row in rows]
    assert "Deze bladzijde is niet gevonden in de post." in told[3]
    assert "Dit vel hoort niet bij het signaal." in told[1]
    assert "180 graden gedraaid" in told[2]


def test_it_says_how_it_was_compared() -> None:
    """Engines, rendering, sharpness, ink, and what was not decided."""
    text = words(tree_of(render_report(deviating())))
    for told in (
        "tesseract 5.3.0",
        "200 dpi",
        "A. de Vries: handtekening met pen",
        "beeld op beeld",
        "2 plekken niet te lezen",
    ):
        assert told in text


def test_an_agreement_is_said_as_plainly() -> None:
    """No list, no alarm."""
    tree = tree_of(render_report(identical()))
    assert words(tree.xpath("//p[@class='answer-text']")[0]) == "Komt overeen: de software vond geen verschil."
    assert tree.xpath("//li[contains(@class,'spot')]") == []


@pytest.mark.parametrize("made", EVERY)
def test_nothing_comes_from_elsewhere(made: Callable[[], Comparison]) -> None:
    """Every address is a place in the file or a picture inside it; no frame, form, link element or inline style."""
    tree = tree_of(render_report(made(), document=HOSTILE, scan=HOSTILE))
    assert (
        tree.xpath("//link | //iframe | //form | //object | //embed | //img | //@style | //script/@src | //base") == []
    )
    for address in tree.xpath("//@href | //@src"):
        assert re.match(r"#[\w-]+$|data:image/(webp|png);base64,[A-Za-z0-9+/=]+$", address)


@pytest.mark.parametrize("made", EVERY)
def test_the_policy_lets_only_our_script_and_style_run(made: Callable[[], Comparison]) -> None:
    """The digests are those of what stands in the file; all else is refused."""
    report = render_report(made())
    policy = tree_of(report).xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for tag, source in (("script", "script-src"), ("style", "style-src")):
        (held,) = re.findall(f"<{tag}>(.*?)</{tag}>", report, re.DOTALL)
        assert f"{source} 'sha256-{b64encode(sha256(held.encode()).digest()).decode()}'" in policy


def test_words_of_a_scan_are_words() -> None:
    """Markup is shown, signs that turn the reading direction are made visible, also in names, engines and reasons."""
    report = render_report(hostile(), document=HOSTILE, scan=HOSTILE)
    tree = tree_of(report)
    assert "\u202e" not in report
    assert len(tree.xpath("//script")) == 1
    assert "<script>alert('x')</script>\ufffd" in words(tree)
    assert tree.xpath("//@*[starts-with(name(), 'on')]") == []


def test_every_picture_is_in_the_file_once_and_whole() -> None:
    """Crops are windows on the same picture; its bytes are those of the engine."""
    found = deviating()
    held = [b64decode(a.partition(",")[2]) for a in tree_of(render_report(found)).xpath("//image/@href")]
    given = [face for faces in found.faces for face in (faces.frozen, faces.scan) if face]
    assert sorted(held) == sorted(given)


@pytest.mark.parametrize("bytes_", [b"", b"<svg onload=alert(1)>", b"GIF89a", b"RIFF1234AVI "])
def test_what_is_no_picture_is_not_put_in(bytes_: bytes) -> None:
    """Neither PNG nor WebP: the report says that it cannot be shown."""
    found = deviating()
    broken = dataclasses.replace(found, faces=(Faces(bytes_, bytes_, 100, 140), *found.faces[1:]))
    report = render_report(broken)
    assert "Het beeld van deze kant kan niet worden getoond." in report
    assert "#beeld-0-" not in report


def test_without_pictures_the_words_remain() -> None:
    """Compared by text alone: the same differences, in words."""
    tree = tree_of(render_report(without_pictures()))
    assert tree.xpath("//image | //use") == []
    assert "Zij klagen zelden, omdat zij vaak [ontbreekt] weten" in words(tree)
    assert "Er is geen beeld van het vastgelegde bestand." in words(tree)


def test_ten_pages_fit_in_six_megabytes() -> None:
    """A report can be mailed within the house: ten pages, both sides, legible at four times their size."""
    found = deviating()
    pages = tuple(dataclasses.replace(found.pages[0], page=n, sheet=n) for n in range(1, 11))
    ten = dataclasses.replace(found, pages=pages, faces=(found.faces[0],) * 10)
    assert len(render_report(ten).encode()) < 6 * MEBI


def test_nothing_at_all_can_be_shown_too() -> None:
    """An unknown document has no pages, no differences and still an answer with its reason."""
    text = words(
        tree_of(
            render_report(Comparison(PostVerdict.UNKNOWN_DOCUMENT), made=dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC))
        )
    )
    assert "Ander stuk: deze scan is niet het vastgelegde signaal." in text
    assert "23-11-2026" in text


@pytest.mark.parametrize("made", EVERY)
def test_landmarks_and_headings_are_in_order(made: Callable[[], Comparison]) -> None:
    """Language, skip link, one h1, no level skipped, ids once, every label and every address within the file is there."""
    tree = tree_of(render_report(made()))
    levels = [int(h.tag[1]) for h in tree.xpath("//h1|//h2|//h3|//h4")]
    ids = tree.xpath("//@id")
    assert tree.get("lang") == "nl"
    assert tree.xpath("//a")[0].get("href") == "#" + tree.xpath("//main")[0].get("id")
    assert (levels.count(1), levels[0]) == (1, 1)
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert len(ids) == len(set(ids))
    assert all(ref in ids for ref in tree.xpath("//@aria-labelledby"))
    assert all(ref[1:] in ids for ref in tree.xpath("//a/@href | //use/@href"))
    assert all(svg.get("aria-label") for svg in tree.xpath("//svg[@role='img']"))
    assert all(words(button) for button in tree.xpath("//button"))
