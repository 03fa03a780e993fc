"""The app package for Teams: manifest 1.30 with our commands and tab, and the icons, as the zip that an administrator uploads."""

from __future__ import annotations

import io
import json
import uuid
import zipfile
from typing import Any
from urllib.parse import urlsplit

from bot.config import Settings, TeamsSettings
from bot.errors import SettingsError
from bot.teams.icons import ACCENT, colour_icon, outline_icon
from bot.texts import teams as text

VERSION = "1.0.0"
"""Of the package; raise it when the manifest changes, else Teams takes no new upload."""

_SCHEMA = "https://developer.microsoft.com/json-schemas/teams/v1.30/MicrosoftTeams.schema.json"
_EPOCH = (2026, 1, 1, 0, 0, 0)
"""Time of every member, so that the same settings give the same bytes."""


def package(settings: Settings) -> bytes:
    """The zip. Raises `SettingsError` when the bot's registration is not in the settings."""
    members = {
        "manifest.json": json.dumps(manifest(settings), ensure_ascii=False, indent=2).encode(),
        "color.png": colour_icon(),
        "outline.png": outline_icon(),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def manifest(settings: Settings) -> dict[str, Any]:
    """The manifest. The tab needs pages that staff reach over https: without `pages.address` there is none."""
    teams = settings.teams
    try:
        app = str(uuid.UUID(teams.client_id))
    except ValueError as error:
        raise SettingsError("teams.client_id: set it to the application id of the bot (a GUID) first") from error
    made: dict[str, Any] = {
        "$schema": _SCHEMA,
        "manifestVersion": "1.30",
        "version": VERSION,
        "id": str(uuid.uuid5(uuid.UUID(app), "loketbs")),
        "developer": _developer(teams),
        "name": {"short": text.APP_SHORT, "full": text.APP_FULL},
        "description": {"short": text.APP_WHAT, "full": text.APP_ALL},
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": ACCENT,
        "defaultInstallScope": "team",
        "bots": [_bot(app)],
        "validDomains": [],
    }
    return made | _tab(settings.pages.address)


def _developer(teams: TeamsSettings) -> dict[str, str]:
    return {"name": "LIEC"} | dict.fromkeys(("websiteUrl", "privacyUrl", "termsOfUseUrl"), teams.website)


def _bot(app: str) -> dict[str, Any]:
    scopes = ("team", "personal")
    commands = [{"title": title, "description": told} for title, told in text.COMMANDS.items()]
    return {
        "botId": app,
        "scopes": list(scopes),
        "supportsFiles": False,
        "isNotificationOnly": False,
        "commandLists": [{"scopes": [scope], "commands": commands} for scope in scopes],
    }


def _tab(address: str) -> dict[str, Any]:
    parts = urlsplit(address)
    if parts.scheme != "https" or not parts.hostname:
        return {}
    tab = {"entityId": "dossiers", "name": text.TAB, "contentUrl": f"{address}/", "websiteUrl": f"{address}/"}
    return {"staticTabs": [{**tab, "scopes": ["personal"]}], "validDomains": [parts.netloc]}
