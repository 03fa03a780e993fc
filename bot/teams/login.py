"""The bot's access tokens from Entra through azure-identity: secret, certificate or managed identity. Imported only when asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from intake.errors import DeskBusy

_REST = 300.0  # seconds; what a person must mend is looked at again now and then


@dataclass(frozen=True, slots=True)
class Login:
    """How the bot proves who it is. `authority` and `ca_file` are for a token server of our own; no setting leads there."""

    tenant: str
    client_id: str
    secret: str = ""
    certificate: Path | None = None
    authority: str = ""
    ca_file: Path | None = None


def tokens(login: Login) -> Callable[[str], str]:
    """A supplier of tokens for a scope; azure-identity keeps and renews them. It raises `DeskBusy` when Entra gives none."""
    credential: list[Any] = []

    def token(scope: str) -> str:
        from azure.core.exceptions import AzureError

        try:
            if not credential:
                credential.append(_credential(login))
            return str(credential[0].get_token(scope).token)
        except (AzureError, OSError, ValueError) as error:
            told = f"Entra gives the bot no token ({type(error).__name__}): check teams.tenant, teams.client_id and its secret"
            raise DeskBusy(told, _REST) from error

    return token


def _credential(login: Login) -> Any:
    from azure.identity import CertificateCredential, ClientSecretCredential, ManagedIdentityCredential

    options: dict[str, Any] = {}
    if login.authority:
        options = {"authority": login.authority, "disable_instance_discovery": True}
        options["connection_verify"] = str(login.ca_file) if login.ca_file else True
    if login.certificate:
        return CertificateCredential(login.tenant, login.client_id, certificate_path=str(login.certificate), **options)
    if login.secret:
        return ClientSecretCredential(login.tenant, login.client_id, login.secret, **options)
    return ManagedIdentityCredential(client_id=login.client_id)
