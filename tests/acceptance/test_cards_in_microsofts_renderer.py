"""Our rendering on the server and Microsoft's own renderer show the same words of the same card.

Microsoft's renderer (npm `adaptivecards`, MIT) is installed for this test into a cache outside the repository, and never committed.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from bot.dossier.render import render
from tests.simulators.browser import chromium
from tests.unit.bot.digest.test_faces import CARDS as WEEKS
from tests.unit.bot.test_cards import CARDS as DOSSIERS

pytestmark = pytest.mark.server

VERSION = "3.0.6"
CARDS = DOSSIERS | {f"week_{name}": card for name, card in WEEKS.items()}
SHOW = """(card) => {
  const unknown = [];
  const made = new AdaptiveCards.AdaptiveCard();
  made.hostConfig = new AdaptiveCards.HostConfig({fontFamily: 'sans-serif'});
  const context = new AdaptiveCards.SerializationContext(AdaptiveCards.Versions.v1_5);
  made.parse(card, context);
  for (let i = 0; i < context.eventCount; i++) unknown.push(context.getEventAt(i).message);
  document.body.replaceChildren(made.render());
  return {text: document.body.innerText, unknown};
}"""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with chromium() as browser:
        yield browser.new_page()


@pytest.fixture(scope="module")
def microsoft() -> str:
    """The text of Microsoft's renderer; skips where npm is absent or cannot reach its registry."""
    cache = (
        Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "loketbs-tests" / f"adaptivecards-{VERSION}"
    )
    script = cache / "node_modules" / "adaptivecards" / "dist" / "adaptivecards.min.js"
    if not script.exists():
        npm = shutil.which("npm")
        if npm is None:
            pytest.skip("npm is not installed")
        command = [
            npm,
            "install",
            f"adaptivecards@{VERSION}",
            "--prefix",
            str(cache),
            "--no-audit",
            "--no-fund",
            "--ignore-scripts",
        ]
        try:
            done = subprocess.run(command, capture_output=True, check=False, timeout=120)
        except subprocess.TimeoutExpired:
            pytest.skip("npm did not answer in time")
        if done.returncode:
            pytest.skip("npm cannot fetch adaptivecards here")
    return script.read_text(encoding="utf-8")


def words(text: str) -> list[str]:
    """What is read, in its order, however it is laid out."""
    return text.split()


@pytest.mark.parametrize("name", CARDS)
def test_both_renderers_show_the_same_words(page: Page, microsoft: str, name: str) -> None:
    """Word for word and in the same order; Microsoft's parser knows every element and has no remark."""
    page.set_content("")
    page.add_script_tag(content=microsoft)
    theirs = page.evaluate(SHOW, json.loads(json.dumps(CARDS[name])))
    page.set_content(str(render(CARDS[name])))
    ours = page.locator("body").inner_text()
    assert theirs["unknown"] == []
    assert words(ours) == words(theirs["text"])
    assert len(words(ours)) > 5
