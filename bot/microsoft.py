"""Microsoft 365 from the settings: the Graph mailbox with its login, and the subscription that wakes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.config import secret
from bot.errors import SettingsError

if TYPE_CHECKING:
    from bot.config import GraphSettings, Settings
    from intake.mailboxes.graph import GraphMailbox
    from intake.mailboxes.graph_line import GraphServer
    from intake.mailboxes.graph_login import Certificate, ClientSecret, ManagedIdentity
    from intake.mailboxes.graph_subscription import Subscription
    from intake.ports import Clock


def graph_mailbox(settings: Settings) -> GraphMailbox:
    """The mailbox that [graph] names. Raises SettingsError for a secret that is not set."""
    from intake.mailboxes.graph import GraphMailbox

    limit = settings.limits.mail_megabytes << 20
    return GraphMailbox(graph_server(settings.graph), poll_seconds=settings.mailbox.poll_seconds, max_bytes=limit)


def graph_server(settings: GraphSettings, mailbox: str = "") -> GraphServer:
    """How Graph is reached; `mailbox` is another one than that of the settings."""
    from intake.mailboxes.graph_line import GraphServer
    from intake.mailboxes.graph_login import Tokens

    tokens = Tokens(_identity(settings), authority=settings.authority, ca_file=settings.ca_file)
    return GraphServer(
        mailbox or settings.mailbox, tokens, folder=settings.folder, url=settings.url, ca_file=settings.ca_file
    )


def subscription(settings: GraphSettings, mailbox: GraphMailbox, clock: Clock) -> Subscription | None:
    """What keeps Graph telling us of new mail; None when that is off."""
    from intake.mailboxes.graph_subscription import Subscription

    return Subscription(mailbox, settings.notification_url, clock) if settings.notification_url else None


def _identity(settings: GraphSettings) -> Certificate | ClientSecret | ManagedIdentity:
    from intake.mailboxes.graph_login import Certificate, ClientSecret, ManagedIdentity

    if settings.login == "managed_identity":
        return ManagedIdentity(settings.client_id)
    if settings.login == "certificate":
        assert settings.certificate_file is not None
        password = secret("GRAPH_CERTIFICATE_PASSWORD")
        return Certificate(settings.tenant, settings.client_id, settings.certificate_file, password)
    value = secret("GRAPH_CLIENT_SECRET")
    if not value:
        raise SettingsError(
            "LOKETBS_GRAPH_CLIENT_SECRET: the secret of the Entra application is not set; set it, or a certificate"
        )
    return ClientSecret(settings.tenant, settings.client_id, value)
