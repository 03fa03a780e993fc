"""What `loketbs doctor` tries of the channel: the bot's registration, its token, its place in Teams; or the Workflows address."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.errors import SettingsError
from intake.errors import DeskBusy
from storage.errors import StorageError

if TYPE_CHECKING:
    from bot.app import App
    from bot.doctor import Point

_BOT_SCOPE = "https://api.botframework.com/.default"
_NAME = "channel"


def examine_teams(house: App) -> Iterator[Point]:
    """The channel of the settings, one point for each thing that must be right, with its mend."""
    from bot.doctor import Point

    kind = house.settings.teams.kind
    if kind == "page":
        yield Point(_NAME, "pass", "cards are shown on the local page; Teams is not used")
    elif kind == "workflows":
        yield from _workflows()
    else:
        yield from _login(house)
        yield from _place(house)
        yield from _persons(house)
        yield from _pages(house)


def _workflows() -> Iterator[Point]:
    from bot.doctor import Point
    from bot.teams.webhook import LIMITS
    from bot.teams.wiring import workflow_address

    try:
        workflow_address()
    except SettingsError as error:
        yield Point(
            _NAME, "fail", str(error), "make the flow in Teams, and put its address in the environment or a file"
        )
        return
    yield Point(_NAME, "undetermined", f"Workflows address: {LIMITS}", "use teams.kind = 'bot' for what this cannot")


def _login(house: App) -> Iterator[Point]:
    from bot.doctor import Point
    from bot.teams.login import tokens
    from bot.teams.wiring import login_of

    try:
        tokens(login_of(house.settings.teams, house.peers))(_BOT_SCOPE)
    except SettingsError as error:
        yield Point("bot login", "fail", str(error), "set it in the environment, or name its file in …_FILE")
        return
    except DeskBusy as error:
        yield Point("bot login", "fail", str(error), "see Azure Bot in docs/teams.md; the bot is single tenant")
        return
    yield Point("bot login", "pass", "Entra gives the bot a token")


def _place(house: App) -> Iterator[Point]:
    from bot.doctor import Point
    from bot.teams.place import place_of

    try:
        place = place_of(house.records.channel)
    except StorageError:
        return  # the archive's own point tells of it
    if place is None:
        mend = "run `loketbs run`, upload the package of `loketbs teams-package`, and install the app in the team"
        yield Point(_NAME, "fail", "Teams has not told where the channel is", mend)
        return
    wanted = house.settings.teams.channel
    if wanted and wanted != place.conversation:
        told = "the app was installed for another channel than teams.channel"
        yield Point(_NAME, "undetermined", told, "remove the app from the team and install it again")
        return
    yield Point(_NAME, "pass", "Teams told where the channel is")


def _persons(house: App) -> Iterator[Point]:
    from bot.doctor import Point

    if persons := house.settings.teams.persons:
        yield Point("who may decide", "pass", f"{len(persons)} persons")
    else:
        told = "every member of the team, guests too"
        yield Point("who may decide", "undetermined", told, "name the Entra object ids in teams.persons")


def _pages(house: App) -> Iterator[Point]:
    from bot.doctor import Point

    address = house.settings.pages.address
    if address.startswith("https://"):
        yield Point("links on cards", "pass", "lead to pages.address")
        return
    told = "lead to this machine only, and the app has no tab"
    yield Point("links on cards", "undetermined", told, "set pages.address to https://… of the proxy with sign-in")
