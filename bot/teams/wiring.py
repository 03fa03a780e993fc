"""The parts of the Teams bot, made from the settings."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bot.config import TeamsSettings, secret
from bot.errors import SettingsError
from bot.teams.door import Answer
from bot.teams.front import House
from bot.teams.line import Activity, Cloud, Identity, Line
from bot.teams.login import Login, tokens


@dataclass(frozen=True)
class Peers:
    """Whom the bot talks with: Microsoft's cloud, or in tests the stand-ins. No setting leads here."""

    cloud: Cloud = field(default_factory=Cloud)
    authority: str = ""
    ca_file: Path | None = None


def line_of(settings: TeamsSettings, receive: Callable[[Activity], Answer], peers: Peers) -> Line:
    """The bot's line. Raises `SettingsError` when its secret is not set."""
    supplier = tokens(login_of(settings, peers))
    return Line(Identity(settings.client_id, settings.tenant, supplier), receive, peers.cloud)


def login_of(settings: TeamsSettings, peers: Peers) -> Login:
    """How the bot proves who it is. Raises `SettingsError` when its secret is not set."""
    value = secret("TEAMS_CLIENT_SECRET") or ""
    if settings.auth == "secret" and not value:
        raise SettingsError("LOKETBS_TEAMS_CLIENT_SECRET: the secret of the bot's Entra application is not set")
    certificate = settings.certificate_file if settings.auth == "certificate" else None
    given = value if settings.auth == "secret" else ""
    return Login(settings.tenant, settings.client_id, given, certificate, peers.authority, peers.ca_file)


def workflow_address() -> str:
    """The Workflows address, which is a secret. Raises `SettingsError` when it is not set or would go in the clear."""
    address = secret("TEAMS_WORKFLOW_URL") or ""
    if not address.startswith(("https://", "http://127.0.0.1:")):
        raise SettingsError("LOKETBS_TEAMS_WORKFLOW_URL: the address of the Workflows flow is not set, or is not https")
    return address


def house_of(settings: TeamsSettings) -> House:
    """Whose bot this is."""
    return House(settings.tenant, settings.team, settings.channel, frozenset(settings.persons))


def listener(port: int) -> socket.socket:
    """The line on which Teams' activities come in, by way of the reverse proxy. Raises `SettingsError` when it is taken."""
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError as error:
        told = f"teams.port: port {port} cannot be had ({error.strerror}); is loketbs running already?"
        raise SettingsError(told) from error
