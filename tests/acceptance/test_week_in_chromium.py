"""Mail, card and page of the weekly overview in a real browser: contrast, width, no request to elsewhere, no word in the console.

`PICTURES=folder` keeps a picture of each, for a person to look at.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route

from bot.digest.chart import chart
from bot.digest.mail import html
from bot.dossier.app import pages
from bot.dossier.render import render
from bot.dossier.templating import STATIC
from tests.acceptance.test_pages_in_chromium import CONTRAST, WIDTHS
from tests.simulators.archive import FictitiousArchive
from tests.simulators.browser import chromium, served
from tests.simulators.weeks import ALL, BASE, WEEK
from tests.unit.bot.digest.test_faces import CARDS, Told

pytestmark = pytest.mark.server

NAMES = [name for name in ALL if name != "largest"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that may ask nothing of anybody but our own server, and may not say a word."""
    found = browser.new_page(viewport={"width": 760, "height": 900})
    said: list[str] = []

    def only_ours(route: Route) -> None:
        if route.request.url.startswith("http://127.0.0.1:"):
            route.continue_()
        else:
            said.append(route.request.url)
            route.abort()

    found.route("**/*", only_ours)
    found.on("console", lambda message: said.append(message.text))
    found.on("pageerror", lambda error: said.append(str(error)))
    yield found
    found.close()
    assert said == []


def keep(page: Page, name: str) -> None:
    """A picture for a person."""
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def assert_readable(page: Page, least: int) -> None:
    """1.4.3 and 1.4.10 of WCAG 2.1 AA."""
    found = page.evaluate(CONTRAST)
    assert len(found) >= least
    assert [text for text in found if text["ratio"] < text["needed"]] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_mail_in_a_browser(page: Page, name: str) -> None:
    """As a mail program shows it, with the picture that came along."""
    picture = "data:image/png;base64," + base64.b64encode(chart(ALL[name])).decode()
    page.set_content(html(ALL[name], BASE, picture))
    assert_readable(page, 15)
    assert page.evaluate("[...document.images].every((i) => i.complete && i.naturalWidth > 0)")
    keep(page, f"mail_{name}")
    page.emulate_media(color_scheme="dark")
    assert_readable(page, 15)


@pytest.mark.parametrize("name", NAMES)
def test_the_card_in_a_browser(page: Page, name: str) -> None:
    """As our own page shows it; Microsoft's renderer is compared elsewhere."""
    style = (STATIC / "dossier.css").read_text(encoding="utf-8")
    page.set_content(
        f"<html lang='nl'><style>{style}</style><body style='padding:1rem'>{render(CARDS[name])}</body></html>"
    )
    assert_readable(page, 15)
    assert page.locator(".ac-unknown").count() == 0
    keep(page, f"card_{name}")


def test_the_page_in_a_browser(page: Page) -> None:
    """Under the pages' own policy, from a phone to a screen."""
    with served(pages(FictitiousArchive(), weeks=Told())) as address:
        page.goto(f"{address}/weekoverzicht/{WEEK}")
        assert_readable(page, 60)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        keep(page, "page")
        page.set_viewport_size({"width": 320, "height": 900})
        keep(page, "page_320")
        page.locator("nav.filters a").first.click()
        assert page.locator("h1").inner_text() == "Weekoverzicht 2026-W46"
