"""The pages in a real browser: reachable by keyboard, quiet in the console, readable by contrast, at home on every width."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from bot.dossier.app import pages
from tests.simulators.archive import EXE_BYTES, FictitiousArchive, digest
from tests.simulators.browser import chromium, served

pytestmark = pytest.mark.server

PATHS = ("/", "/?status=aandacht", "/dossier/BS-2026-0007", "/berichten")
WIDTHS = (320, 768, 930, 1100, 1346)

CONTRAST = """() => {
  const canvas = Object.assign(document.createElement('canvas'), {width: 1, height: 1});
  const pen = canvas.getContext('2d', {willReadFrequently: true});
  const rgba = (colour) => {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    return [...pen.getImageData(0, 0, 1, 1).data];
  };
  const linear = (v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * linear(r / 255) + 0.7152 * linear(g / 255) + 0.0722 * linear(b / 255);
  const behind = (node) => {
    for (let n = node; n; n = n.parentElement) {
      const colour = rgba(getComputedStyle(n).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255, 255];
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.data.trim(), node = walker.currentNode.parentElement, style = getComputedStyle(node);
    if (!text || !node.getClientRects().length) continue;
    const [high, low] = [light(rgba(style.color)), light(behind(node))].sort((x, y) => y - x);
    const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && parseInt(style.fontWeight) >= 700);
    found.push({text: text.slice(0, 40), ratio: (high + 0.05) / (low + 0.05), needed: large ? 3 : 4.5});
  }
  return found;
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served(pages(FictitiousArchive())) as found:
        yield found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    found = browser.new_page(viewport={"width": 1400, "height": 900})
    yield found
    found.close()


@pytest.mark.parametrize("path", PATHS)
def test_a_page_loads_without_a_word_in_the_console(page: Page, address: str, path: str) -> None:
    """No blocked style, no missing file, no script error: what the policy forbids the page does not try."""
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address + path)
    assert said == []
    assert all(url.startswith(address) for url in asked)


@pytest.mark.parametrize("path", PATHS)
def test_every_text_has_the_contrast_of_wcag_aa(page: Page, address: str, path: str) -> None:
    """1.4.3: 4.5 to 1, large text 3 to 1, computed from the colours the browser really uses."""
    page.goto(address + path)
    found = page.evaluate(CONTRAST)
    assert len(found) > 20
    assert [text for text in found if text["ratio"] < text["needed"]] == []


@pytest.mark.parametrize("path", PATHS)
def test_nothing_runs_off_the_side(page: Page, address: str, path: str) -> None:
    """1.4.10: no sideways scrolling of the page down to 320 px, and no table that runs under its neighbour."""
    page.goto(address + path)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(
            "[...document.querySelectorAll('.columns > *')].every((e) => e.scrollWidth <= e.clientWidth)"
        )


def test_the_keyboard_reaches_the_content_first(page: Page, address: str) -> None:
    """The first Tab shows the skip link; Enter goes past the menu."""
    page.goto(address)
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Naar de inhoud"
    assert page.locator(".skip").bounding_box()["y"] >= 0  # type: ignore[index]
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "inhoud"


@pytest.mark.parametrize("path", PATHS)
def test_the_keyboard_reaches_every_link_and_shows_where_it_is(page: Page, address: str, path: str) -> None:
    """2.1.1 and 2.4.7: Tab visits every link in the order of the page, each with an outline."""
    page.goto(address + path)
    wanted = page.evaluate(
        "[...document.querySelectorAll('a[href]')].map((a) => a.getAttribute('href') + a.textContent)"
    )
    visited = []
    for _ in range(len(wanted) + 10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        if page.evaluate("document.activeElement.matches('a[href]')"):
            visited.append(
                page.evaluate("document.activeElement.getAttribute('href') + document.activeElement.textContent")
            )
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert visited == wanted


def test_a_dangerous_file_is_saved_and_not_opened(page: Page, address: str) -> None:
    """A click on the download keeps the page and gives a file with a harmless ending and the exact bytes."""
    page.goto(f"{address}/dossier/BS-2026-0007")
    with page.expect_download() as started:
        page.get_by_role("link", name="Download bijlage").click()
    assert started.value.suggested_filename.endswith(".exe.onveilig")
    assert started.value.path().read_bytes() == EXE_BYTES
    assert digest(EXE_BYTES) in page.locator("body").inner_text().replace("\n", "").replace(" ", "")


def test_a_printed_dossier_has_everything_but_the_menus(page: Page, address: str) -> None:
    """On paper: findings and timeline stay, navigation and buttons go."""
    page.goto(f"{address}/dossier/BS-2026-0007")
    page.emulate_media(media="print")
    assert page.locator("table.findings").is_visible()
    assert page.locator("table.timeline").is_visible()
    assert not page.get_by_role("navigation").first.is_visible()
