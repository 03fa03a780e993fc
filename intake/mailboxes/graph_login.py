"""Access tokens for Graph from Entra through azure-identity: certificate, managed identity or client secret.

Only this adapter and `bot/tokens.py` import azure. What Entra says is told by its number (AADSTS…) and our own sentence: its
text names tenants, addresses and trace ids.
"""

from __future__ import annotations

import logging
import re
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from intake.errors import LoginRefused, MailboxError, UntrustedServer
from intake.mailboxes.graph_hosts import AUTHORITIES, check_host

SCOPE = "https://graph.microsoft.com/.default"
AUTHORITY = "https://login.microsoftonline.com"

# At WARNING azure-identity logs Entra's own text, and msal its questions.
for _name in ("azure", "msal"):
    logging.getLogger(_name).setLevel(logging.ERROR)

_NUMBER = re.compile(r"AADSTS(\d+)")
_PASSING = frozenset({"90033", "90055", "90009", "50196"})
"""Entra's own trouble: a transient fault, too many requests."""
_MENDS = {
    "7000215": "the client secret is wrong: set LOKETBS_GRAPH_CLIENT_SECRET to the secret's value, not to its id",
    "7000222": "the client secret has expired: make a new one in Entra, or use a certificate",
    "700027": "Entra does not know this certificate: upload its public part to the application",
    "700016": "the tenant does not know this application: check graph.client_id",
    "90002": "there is no such tenant: check graph.tenant",
    "900023": "there is no such tenant: check graph.tenant",
    "7000112": "the application is switched off in Entra: switch it on",
    "53003": "a Conditional Access policy refuses the application: exempt this workload identity",
}


@dataclass(frozen=True, slots=True)
class Certificate:
    """An application with a certificate; `file` holds certificate and private key (PEM, or PFX with `password`)."""

    tenant: str
    client_id: str
    file: Path
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class ClientSecret:
    """An application with a secret, which expires."""

    tenant: str
    client_id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ManagedIdentity:
    """The identity of the Azure machine on which the service runs; `client_id` names a user-assigned one."""

    client_id: str = ""


class Tokens:
    """Tokens of one identity. azure-identity keeps one until shortly before it ends; `renew` asks a new one before that.

    Raises `ValueError` for a foreign `authority`, `LoginRefused` for a certificate that cannot be read.
    """

    def __init__(
        self,
        identity: Certificate | ClientSecret | ManagedIdentity,
        *,
        authority: str = AUTHORITY,
        ca_file: Path | None = None,
    ) -> None:
        check_host(authority, AUTHORITIES, "Entra")
        host = urlsplit(authority).hostname
        self._identity = identity
        self._options: dict[str, Any] = {
            "authority": authority,
            "disable_instance_discovery": host not in AUTHORITIES,
            "retry_total": 2,
        }
        if ca_file:
            self._options["connection_verify"] = str(ca_file)
        self._turn = threading.Lock()
        self._credential: Any = None
        self._given = ""

    def token(self) -> str:
        """The token to use now; blocks while Entra is asked. Raises `LoginRefused` and `MailboxError`."""
        with self._turn:
            self._credential = self._credential or self._made()
            self._given = _ask(self._credential)
            return self._given

    def renew(self, refused: str) -> None:
        """Graph refused this token although it had not ended (revoked, a clock that is wrong): the next one is asked anew."""
        with self._turn:
            if refused == self._given:
                self._credential = None

    def _made(self) -> Any:
        from azure.identity import CertificateCredential, ClientSecretCredential, ManagedIdentityCredential

        match self._identity:
            case ManagedIdentity(client_id):
                return ManagedIdentityCredential(client_id=client_id) if client_id else ManagedIdentityCredential()
            case ClientSecret(tenant, client_id, secret):
                return ClientSecretCredential(tenant, client_id, secret, **self._options)
            case Certificate(tenant, client_id, file, password):
                try:
                    return CertificateCredential(
                        tenant, client_id, certificate_path=str(file), password=password, **self._options
                    )
                except (OSError, ValueError) as error:
                    raise LoginRefused(
                        f"the certificate {file} cannot be used; it must hold certificate and private key, and be readable"
                    ) from error


def _ask(credential: Any) -> str:
    from azure.core.exceptions import AzureError
    from azure.identity import CredentialUnavailableError

    try:
        return str(credential.get_token(SCOPE).token)
    except CredentialUnavailableError as error:
        raise MailboxError(
            "this machine gives no managed identity now; is it an Azure machine that has one? It is tried again"
        ) from error
    except AzureError as error:
        raise _told(error) from error


def _told(error: Exception) -> MailboxError:
    """What a failure of azure-identity means for us; it wraps all sorts, so its text and cause are looked at."""
    number = _NUMBER.search(str(error))
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return UntrustedServer("the certificate of graph.authority is not trusted; a person must look")
    if isinstance(error.__cause__, ValueError):  # msal about an answer 4xx to its question for the tenant's addresses
        return LoginRefused("Entra does not know the tenant: check graph.tenant and graph.authority")
    if number is None or number[1] in _PASSING:
        return MailboxError("Entra gives no token now; it is tried again")
    mend = _MENDS.get(number[1], "check graph.tenant, graph.client_id and the application in Entra")
    return LoginRefused(f"Entra refused the application (AADSTS{number[1]}): {mend}")
