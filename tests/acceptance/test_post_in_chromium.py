"""The comparison of post in a real browser: by keyboard, without script, on paper, on a small screen, for who wants no motion."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from bot.dossier.app import pages
from bot.dossier.post.report import render_report
from tests.acceptance.test_pages_in_chromium import CONTRAST
from tests.simulators.archive import FictitiousArchive
from tests.simulators.browser import chromium, served
from tests.simulators.comparisons import deviating
from tests.unit.bot.test_post_page import PAGE, OnePaper

pytestmark = pytest.mark.server

WIDTHS = (320, 400, 720, 1100, 1150, 1440)
CURRENT = "document.querySelector('.found a[aria-current]')?.dataset.spot ?? null"
IN_SIGHT = """() => [...document.querySelectorAll('.box.current .mark')].map((mark) => {
  const box = mark.getBoundingClientRect(), pane = mark.closest('.pane').getBoundingClientRect();
  const free = document.querySelector('.tools').getBoundingClientRect().bottom;
  return box.top >= free && box.bottom <= innerHeight && box.left >= pane.left && box.right <= pane.right;
})"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served(pages(FictitiousArchive(), paper=OnePaper(deviating()))) as found:
        yield found + PAGE


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    path: Path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(render_report(deviating(), document="signaal.pdf", scan="scan.pdf"), encoding="utf-8")
    return path.as_uri()


@pytest.fixture(params=["page", "report"])
def url(request: pytest.FixtureRequest) -> str:
    """Both faces of the same view."""
    found: str = request.getfixturevalue("address" if request.param == "page" else "report")
    return found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    found = browser.new_page(viewport={"width": 1440, "height": 900})
    yield found
    found.close()


def without_script(browser: Browser) -> BrowserContext:
    return browser.new_context(java_script_enabled=False, viewport={"width": 1440, "height": 900})


def test_it_loads_without_a_word_in_the_console_and_without_the_network(page: Page, url: str, address: str) -> None:
    """The policies hold, every picture is decoded, and the report asks nobody for anything."""
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(url)
    assert said == []
    assert all(u == url or u.startswith(("data:image/", address.partition("/dossier")[0])) for u in asked)
    assert page.locator("[data-tools]").is_visible()
    assert page.evaluate("Promise.all([...document.querySelectorAll('image')].map((i) => i.decode())).then(() => true)")


def test_the_answer_and_the_first_crop_stand_on_the_first_screen(page: Page, url: str) -> None:
    """Nobody scrolls to learn that “niet” is gone."""
    page.goto(url)
    assert "“niet”" in page.locator(".answer-text").inner_text()
    boxes = page.locator(".spot").first.locator(".crop").all()
    assert [b["y"] + b["height"] < 900 for box in boxes if (b := box.bounding_box())] == [True, True]


def test_n_and_p_walk_through_every_place_and_round_again(page: Page, url: str) -> None:
    """Each place is marked in the list, in sight on both sides at any zoom, and told to a screen reader."""
    page.goto(url)
    total = page.locator(".found a").count()
    for key in ("0", "+", "+", "+", "+"):
        page.keyboard.press(key)
    visited = []
    for _ in range(total):
        page.keyboard.press("n")
        visited.append(page.evaluate(CURRENT))
        assert all(page.evaluate(IN_SIGHT))
        told = page.locator(".found a[aria-current]").get_attribute("data-say")
        expect(page.locator("[data-live]")).to_have_text(told or "")
    assert visited == ["1", "2", "3", "?1", "?2", "4"]
    page.keyboard.press("n")
    assert page.evaluate(CURRENT) == "1"
    page.keyboard.press("p")
    assert page.evaluate(CURRENT) == "4"


def test_the_buttons_do_what_the_keys_do(page: Page, url: str) -> None:
    """2.1.1: Tab and Enter reach every deed; the names say what it is."""
    page.goto(url)
    page.get_by_role("button", name="Volgende").focus()
    page.keyboard.press("Enter")
    assert page.evaluate(CURRENT) == "1"
    page.get_by_role("button", name="Vorige").click()
    assert page.evaluate(CURRENT) == "4"
    page.get_by_role("button", name="Groter").click()
    assert page.locator("[data-zoom]").inner_text() == "125 %"
    page.get_by_role("button", name="Passend").click()
    assert page.locator("[data-zoom]").inner_text() == "100 %"
    page.locator(".found a").nth(1).focus()
    page.keyboard.press("Enter")
    assert page.evaluate(CURRENT) == "2"


def test_the_keys_can_be_turned_off_and_leave_the_browsers_own_alone(page: Page, url: str) -> None:
    """2.1.4: single letters bother nobody who speaks to the machine; Ctrl + is the browser's."""
    page.goto(url)
    page.keyboard.press("Control+b")
    page.keyboard.press("Alt+n")
    assert page.evaluate(CURRENT) is None
    page.get_by_label("Sneltoetsen aan").uncheck()
    page.keyboard.press("n")
    assert page.evaluate(CURRENT) is None


def test_both_sides_zoom_and_scroll_together(page: Page, url: str) -> None:
    """What is at the left of the frozen page is at the left of the paper, on every pair."""
    page.goto(url)
    for _ in range(3):
        page.keyboard.press("+")
    widths = page.evaluate("[...document.querySelectorAll('.pane svg')].map((s) => s.clientWidth)")
    assert len(set(widths)) == 1
    for pane, left in ((0, 200), (-1, 50)):
        assert page.evaluate(SCROLL, [pane, left]) == [left] * len(widths)


SCROLL = """async ([pane, left]) => {
  const panes = [...document.querySelectorAll('.pane')], frame = () => new Promise(requestAnimationFrame);
  panes.at(pane).scrollLeft = left;
  await frame(), await frame(), await frame();
  return panes.map((p) => Math.round(p.scrollLeft));
}"""
WATCH = """() => {
  window.turns = [];
  const seen = new MutationObserver(() => window.turns.push([performance.now(), !!document.querySelector('.blinks')]));
  document.querySelectorAll('.leaf').forEach((leaf) => seen.observe(leaf, {attributes: true, attributeFilter: ['class']}));
}"""


def test_blinking_is_slow_and_ends_by_itself(page: Page, url: str) -> None:
    """2.2.2 and 2.3.1: no more than three flashes a second, over within five seconds, and the paper is back."""
    page.goto(url)
    page.keyboard.press("n")
    page.evaluate(WATCH)
    page.keyboard.press("b")
    expect(page.locator('[data-do="blink"]')).to_have_attribute("aria-pressed", "false", timeout=8000)
    turns = page.evaluate("window.turns")
    assert len(turns) >= 6
    assert all(later - sooner >= 400 for (sooner, _), (later, _) in itertools.pairwise(turns))
    assert turns[-1][0] - turns[0][0] <= 5000
    assert turns[-1][1] is False


@pytest.mark.parametrize("key", ["b", "Escape", "n", "Shift"])
def test_any_key_stops_the_blinking(page: Page, report: str, key: str) -> None:
    """Whoever is bothered need not look for the right key."""
    page.goto(report)
    page.keyboard.press("n")
    page.keyboard.press("b")
    assert page.locator(".blinks").count() == 1
    assert page.locator(".blinks .other").evaluate("(n) => getComputedStyle(n).visibility") == "visible"
    page.keyboard.press(key)
    assert page.locator(".blinks").count() == 0
    page.wait_for_timeout(700)
    assert page.locator(".blinks").count() == 0


def test_who_wants_no_motion_turns_the_picture_by_hand(browser: Browser, report: str) -> None:
    """With prefers-reduced-motion nothing moves by itself: each press shows the other side, and it stays."""
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(report)
    page.keyboard.press("n")
    page.keyboard.press("b")
    for _ in range(2):
        page.wait_for_timeout(700)
        assert page.locator(".blinks figcaption").all_inner_texts() == ["Vastgelegd"]
    page.keyboard.press("b")
    assert page.locator(".blinks").count() == 0
    assert page.locator('[data-side="scan"] figcaption').first.inner_text() == "Papier, vel 1"
    context.close()


def test_there_is_no_blinking_where_there_is_nothing_to_blink_with(page: Page, tmp_path: Path) -> None:
    """A document compared by its text: the paper has no other side, so there is no button, and b says so."""
    found = deviating()
    paper = tuple(dataclasses.replace(faces, frozen=None) for faces in found.faces)
    path = tmp_path / "report.html"
    path.write_text(render_report(dataclasses.replace(found, faces=paper, rendering="text")), encoding="utf-8")
    page.goto(path.as_uri())
    assert page.get_by_role("button", name="Groter").is_visible()
    assert not page.locator('[data-do="blink"]').is_visible()
    page.keyboard.press("b")
    expect(page.locator("[data-live]")).to_contain_text("maar één beeld")


def test_without_script_everything_is_still_there(browser: Browser, url: str) -> None:
    """List, crops and pairs below each other, links that lead to their page; no button that would do nothing."""
    context = without_script(browser)
    page = context.new_page()
    page.goto(url)
    assert page.locator(".spot").count() == 6
    assert page.locator(".row svg").first.is_visible()
    assert not page.locator("[data-tools]").is_visible()
    assert page.get_by_role("button").count() == 0
    page.locator(".found a").nth(5).click()
    assert page.url.endswith("#blad-3")
    page.locator("details.harmless summary").click()
    assert page.locator(".harmless-items").first.is_visible()
    context.close()


def test_on_paper_the_tools_go_and_what_was_folded_opens(browser: Browser, url: str) -> None:
    """Also without script: the answer, all crops, both pages, evidence and harmless differences."""
    context = without_script(browser)
    page = context.new_page()
    page.goto(url)
    page.emulate_media(media="print")
    for hidden in (".tools", ".options", ".finder"):
        assert not page.locator(hidden).is_visible()
    for shown in (".answer-text", ".spot .crop", ".row svg", ".harmless-items", ".spot details li"):
        assert page.locator(shown).first.is_visible(), shown
    assert page.locator(".harmless-items").first.evaluate("(n) => n.checkVisibility({contentVisibilityAuto: true})")
    assert len(page.pdf(format="A4")) > 100_000
    context.close()


def test_nothing_runs_off_the_side(page: Page, url: str) -> None:
    """1.4.10: a phone, a narrow window, and 1440 pixels at 200 % (720); zoomed pages scroll in their own frame."""
    page.goto(url)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        for key in ("0", "+", "+"):
            page.keyboard.press(key)
            assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_every_text_has_the_contrast_of_wcag_aa(page: Page, url: str) -> None:
    """1.4.3, with a place chosen and what is folded open; the figures on flags are measured by their fill."""
    page.goto(url)
    page.keyboard.press("n")
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    page.evaluate("document.querySelectorAll('text').forEach((t) => t.remove())")
    found = page.evaluate(CONTRAST)
    assert len(found) > 60
    assert [text for text in found if text["ratio"] < text["needed"]] == []


def test_the_focus_is_seen_on_everything_that_takes_it(page: Page, url: str) -> None:
    """2.4.7: every stop of the Tab key has an outline, and no stop is hidden under the tools (2.4.11)."""
    page.goto(url)
    stops = 0
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        stops += 1
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert stops > 25


def test_a_box_can_be_clicked_and_a_crop_leads_to_its_page(page: Page, url: str) -> None:
    """From picture to list and from crop to picture."""
    page.goto(url)
    page.locator(".spot a[data-go]").first.click()
    assert page.evaluate(CURRENT) == "2"
    assert all(page.evaluate(IN_SIGHT))
    page.locator('[data-box="1"] .flag-text').first.click()
    assert page.evaluate(CURRENT) == "1"


def test_a_zoomed_page_is_dragged_by_mouse_and_moved_by_arrow_keys(page: Page, url: str) -> None:
    """Both ways move both sides; a page that fits is no stop of the Tab key."""
    page.goto(url)
    pane = page.locator(".pane").first
    assert pane.get_attribute("tabindex") is None
    for _ in range(4):
        page.keyboard.press("+")
    pane.scroll_into_view_if_needed()
    page.mouse.move(700, 500)
    page.mouse.down()
    page.mouse.move(600, 450, steps=4)
    page.mouse.up()
    assert page.evaluate("[...document.querySelectorAll('.pane')].map((p) => p.scrollLeft > 90)") == [True] * 6
    before = pane.evaluate("(p) => p.scrollLeft")
    pane.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(":focus")).to_have_class("pane wide")
    page.wait_for_timeout(300)
    assert pane.evaluate("(p) => p.scrollLeft") > before


def test_harmless_differences_are_drawn_when_asked_for(page: Page, url: str) -> None:
    """They stay out of the way until someone wants to see what was called harmless."""
    page.goto(url)
    assert not page.locator(".box-harmless").first.is_visible()
    page.get_by_label("Toon onschuldige verschillen").check()
    assert page.locator(".box-harmless").first.is_visible()
