"""Access tokens for the mailbox, through azure-identity, which is imported here and not before."""

from __future__ import annotations

from collections.abc import Callable

from bot.config import secret
from bot.errors import SettingsError
from intake.errors import LoginRefused, MailboxError

IMAP_SCOPE = "https://outlook.office365.com/.default"


def imap_token(tenant: str, client_id: str) -> Callable[[], str]:
    """A supplier of tokens for IMAP with XOAUTH2 (client credentials); azure-identity caches and renews them.

    The supplier raises `LoginRefused` when Entra refuses the application, `MailboxError` when Entra cannot be reached.
    """
    value = secret("IMAP_CLIENT_SECRET")
    if not value:
        raise SettingsError("LOKETBS_IMAP_CLIENT_SECRET: the secret of the Entra application is not set")
    from azure.core.exceptions import ClientAuthenticationError, ServiceRequestError, ServiceResponseError
    from azure.identity import ClientSecretCredential

    credential = ClientSecretCredential(tenant, client_id, value)

    def token() -> str:
        try:
            return credential.get_token(IMAP_SCOPE).token
        except ClientAuthenticationError as error:
            raise LoginRefused("Entra refused the application; check tenant, client_id and secret") from error
        except (ServiceRequestError, ServiceResponseError) as error:
            raise MailboxError("Entra cannot be reached for an access token; trying again") from error

    return token
