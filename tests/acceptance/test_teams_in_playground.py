"""The bot in Microsoft's Agents Playground, driven in Chromium: what a person at the desk sees and presses.

The pictures of docs/teams are written anew with SCREENSHOTS=write in the environment; look at them before committing.
The Playground signs nothing and knows no limits: those are tried over our own connector (`tests/integration/test_teams_flow.py`).
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot import samples_of
from bot.app import App
from bot.config import parse
from bot.teams.line import Cloud
from bot.teams.wiring import Peers
from intake.acts import Act, Deed, Person, act
from intake.service import CARD, NEWS
from intake.watch import Watch
from storage.values import SOFTWARE, NewJob
from tests.paths import ROOT
from tests.simulators.browser import chromium
from tests.simulators.certificates import server_certificate
from tests.simulators.entra import SECRET, Entra
from tests.simulators.playground import playground
from tests.simulators.teams import ANNA, BRAM, CLIENT, GROUP, TENANT

pytestmark = pytest.mark.server

_MOST_BYTES = 200_000


@dataclass
class Channel:
    """The desk, and the channel as Anna sees it."""

    app: App
    watch: Watch
    page: Page
    playground: str

    def submit(self) -> str:
        """A submission comes in; gives its dossier."""
        mail = next(samples_of("mails").glob("*handelaarskenteken*.eml"))
        shutil.copyfile(mail, self.app.settings.mailbox.path / mail.name)
        self.watch.drain()
        return self.app.records.dossiers()[0].number

    def say(self, text: str) -> None:
        """Anna posts in the channel, with a mention of the bot that she picks from the list."""
        self.page.get_by_role("textbox").first.click()
        self.page.keyboard.type("@Lo", delay=60)
        self.page.get_by_role("menuitem", name="Loket").click()
        self.page.keyboard.type(f" {text}", delay=10)
        self.page.get_by_role("button", name="Post", exact=True).click()

    def picture(self, name: str) -> None:
        """Keep what is seen now, where asked."""
        if os.environ.get("SCREENSHOTS") == "write":
            self.page.screenshot(path=ROOT / "docs" / "teams" / f"{name}.png", animations="disabled")


@pytest.fixture
def channel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Channel]:
    monkeypatch.setenv("LOKETBS_TEAMS_CLIENT_SECRET", SECRET)
    tls = server_certificate(tmp_path / "tls")
    settings = {
        "desk": {"register_file": str(samples_of("partners.toml")), "trust_dir": str(samples_of("trust"))},
        "teams": {"kind": "bot", "tenant": TENANT, "client_id": CLIENT, "team": GROUP, "port": 0},
    }
    with (
        Entra(tls) as entra,
        App(parse(settings, tmp_path), Peers(Cloud(unchecked=True), entra.address, tls.certificate)) as app,
    ):
        app.teams_line.serve(app.bot_line)
        endpoint = f"http://127.0.0.1:{app.bot_line.getsockname()[1]}/api/messages"
        with playground(tmp_path, endpoint) as address, chromium() as browser:
            page = browser.new_page(viewport={"width": 1280, "height": 960})
            page.goto(address, wait_until="domcontentloaded")
            page.get_by_role("button", name="Hide log panel").click()
            page.get_by_text("Signalen", exact=True).first.dispatch_event("click")
            until(lambda: app.records.channel.place("teams") is not None)
            yield Channel(app, app.watch(), page, address)


def until(true: Callable[[], bool]) -> None:
    """Wait for what another process does."""
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_a_day_in_the_channel(channel: Channel) -> None:
    """A card appears, is edited as post arrives, an old button is refused, a press sets the status, `overzicht` answers."""
    records, page = channel.app.records, channel.page
    number = channel.submit()
    expect(page.get_by_text(f"Dossier {number}", exact=True)).to_be_visible()
    expect(page.get_by_text("Post nog niet ontvangen")).to_be_visible()
    channel.picture("1-ontvangen")

    news = (NewJob(CARD), NewJob(NEWS, {"relation": "postal_scan"}))
    records.set_tracks(number, {"post": "komt_overeen"}, actor=SOFTWARE, at=channel.app.clock.now(), jobs=news)
    channel.watch.drain()
    expect(page.get_by_text("Post komt overeen")).to_be_visible()
    expect(page.get_by_text("Post nog niet ontvangen")).to_have_count(0)
    expect(page.get_by_text("Nieuw bij dit dossier: scan van de post")).to_be_visible()
    channel.picture("2-post")

    bram = Person(BRAM.id, BRAM.name)
    act(records, Deed(Act.TAKE_UP, number, bram), channel.app.clock.now())
    page.get_by_role("button", name="In beoordeling nemen").click()
    expect(page.get_by_text("Dit dossier is intussen veranderd")).to_be_visible()
    channel.picture("3-te-laat")
    channel.watch.drain()
    expect(page.get_by_text("In beoordeling genomen door BJ")).to_be_visible()
    expect(page.get_by_text("Dit dossier is intussen veranderd")).to_have_count(0)

    page.get_by_role("button", name="Formeel ingediend").click()
    until(lambda: records.dossier(number).status == "formeel_ingediend")
    channel.watch.drain()
    expect(page.get_by_text("Formeel ingediend vastgesteld door AV")).to_be_visible()
    acts = [e for e in records.timeline(number) if e.details.get("actor_name")]
    assert [(e.actor, e.details["actor_name"]) for e in acts] == [(BRAM.id, BRAM.name), (ANNA.id, ANNA.name)]
    channel.picture("4-formeel-ingediend")

    channel.say("overzicht")
    expect(page.get_by_text("Overzicht van de dossiers")).to_be_visible()
    channel.picture("5-overzicht")


def test_the_pictures_are_small_enough_to_keep() -> None:
    """They are in every clone."""
    pictures = sorted((ROOT / "docs" / "teams").glob("*.png"))
    assert len(pictures) == 5
    assert [p.name for p in pictures if p.stat().st_size > _MOST_BYTES] == []
