"""The app package: valid by Microsoft's schema, icons as Teams asks, our commands in its menu."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.config import Settings, parse
from bot.errors import SettingsError
from bot.teams.package import manifest, package
from bot.texts.teams import COMMANDS
from tests.paths import shared

ADDRESS = "https://loket.liec.example:8443"


def settings(address: str = ADDRESS, client: str = "22222222-2222-4222-8222-222222222222") -> Settings:
    """Settings of a bot."""
    teams = {"kind": "bot", "tenant": "t", "client_id": client, "team": "g"}
    return parse({"teams": teams, "pages": {"address": address}}, Path())


def members(data: bytes) -> dict[str, bytes]:
    """What is in a zip."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.shared
@pytest.mark.parametrize("address", [ADDRESS, "", "http://127.0.0.1:8765"])
def test_the_manifest_is_valid_by_microsofts_schema(address: str) -> None:
    """With a tab and without."""
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")
    schema = json.loads(shared("reference", "data", "MicrosoftTeams.v1.30.schema.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft4Validator(schema)
    assert [f"{e.json_path}: {e.message}" for e in validator.iter_errors(manifest(settings(address)))] == []
    broken: dict[str, Any] = {**manifest(settings(address)), "bots": [{"botId": "x", "scopes": ["iedereen"]}]}
    assert list(validator.iter_errors(broken)) != []


def test_the_zip_holds_what_the_manifest_names_and_is_the_same_each_time() -> None:
    """Three members at the top, as the admin centre wants them."""
    data = package(settings())
    found = members(data)
    made = json.loads(found["manifest.json"])
    assert set(found) == {"manifest.json", *made["icons"].values()}
    assert package(settings()) == data
    other = package(settings(client="33333333-3333-4333-8333-333333333333"))
    assert json.loads(members(other)["manifest.json"])["id"] != made["id"]


def test_the_icons_are_as_teams_asks() -> None:
    """192 pixels in colour and filled; 32 pixels in nothing but white, with room that one sees through."""
    found = members(package(settings()))
    colour, outline = (Image.open(io.BytesIO(found[name])).convert("RGBA") for name in ("color.png", "outline.png"))
    assert (colour.size, outline.size) == ((192, 192), (32, 32))
    assert colour.getchannel("A").getextrema() == (255, 255)
    assert outline.getchannel("A").getextrema() == (0, 255)
    assert [outline.getchannel(c).getextrema() for c in "RGB"] == [(255, 255)] * 3


def test_every_command_is_in_the_menu_of_channel_and_chat() -> None:
    """What `help` tells and what Teams offers are one list."""
    (bot,) = manifest(settings())["bots"]
    for listed in bot["commandLists"]:
        assert [c["title"] for c in listed["commands"]] == list(COMMANDS)
    assert [listed["scopes"] for listed in bot["commandLists"]] == [["team"], ["personal"]]


def test_the_tab_leads_to_the_pages_only_over_https() -> None:
    """Teams shows no tab of another kind, and 127.0.0.1 is the reader's own machine."""
    (tab,) = manifest(settings())["staticTabs"]
    assert tab["contentUrl"] == f"{ADDRESS}/"
    assert manifest(settings())["validDomains"] == ["loket.liec.example:8443"]
    assert "staticTabs" not in manifest(settings("http://127.0.0.1:8765"))


def test_without_the_bots_id_there_is_no_package() -> None:
    """The setting is named."""
    with pytest.raises(SettingsError, match=r"teams\.client_id"):
        package(Settings())
