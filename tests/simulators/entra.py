"""A token server that the real azure-identity accepts: client secret, certificate, managed identity; it refuses as Entra does."""

from __future__ import annotations

import base64
import itertools
import json
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.simulators.certificates import ServerCertificate
from tests.simulators.http_server import HttpServer, Quiet

TENANT = "11111111-1111-4111-8111-111111111111"
CLIENT = "22222222-2222-4222-8222-222222222222"
SECRET = "een~geheim"
IDENTITY_HEADER = "kop-van-de-machine"
Answer = tuple[int, dict[str, Any]]


@dataclass
class TokenBook:
    """Every token that was given, how often it was used, and which were revoked."""

    roles: tuple[str, ...] = ()
    """Application permissions of the whole tenant that the token carries; RBAC for Applications shows nothing here."""
    lifetime: int = 3599
    uses: Counter[str] = field(default_factory=Counter)
    revoked: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._numbers = itertools.count(1)

    def issue(self) -> str:
        """A new token: a JWT as to its form, with a signature that nobody but us needs to understand."""
        now = int(time.time())
        claims: dict[str, Any] = {
            "aud": "https://graph.microsoft.com",
            "tid": TENANT,
            "appid": CLIENT,
            "roles": list(self.roles),
        }
        claims |= {"iat": now, "exp": now + self.lifetime, "uti": str(next(self._numbers))}
        token = ".".join([_b64({"alg": "RS256", "typ": "JWT"}), _b64(claims), "c2lnbmF0dXJl"])
        self.uses[token] = 0
        return token

    def use(self, token: str) -> bool:
        """Whether it is good now; counts."""
        good = token in self.uses and token not in self.revoked
        self.uses[token] += good
        return good


class Entra(HttpServer):
    """The authority. `certificates` are the registered public ones; `refusing` is an AADSTS number for every request."""

    def __init__(self, tls: ServerCertificate | None, certificates: tuple[Path, ...] = ()) -> None:
        self.book = TokenBook()
        self.refusing = ""
        self.broken = False
        self.asked = 0
        self._registered = [x509.load_pem_x509_certificate(path.read_bytes()) for path in certificates]
        self._turn = threading.Lock()
        entra = self

        class Handler(Quiet):
            """One question."""

            def answer(self) -> None:
                if self.command == "GET":
                    status, value = entra._get(self.path, self.headers.get("X-IDENTITY-HEADER"))
                else:
                    status, value = entra._post(self.path, parse_qs(self.body().decode()))
                body = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        super().__init__(Handler, tls)

    def _get(self, target: str, header: str | None) -> Answer:
        path = urlsplit(target).path
        if path == "/msi/token":
            if header != IDENTITY_HEADER:
                return 401, {"error": "unauthorized"}
            return 200, {
                "access_token": self._issued(),
                "expires_on": str(int(time.time()) + self.book.lifetime),
                "resource": "https://graph.microsoft.com",
                "token_type": "Bearer",
            }
        tenant = path.split("/")[1]
        if tenant != TENANT:
            return _refused("90002", "invalid_tenant")
        base = f"{self.address}/{tenant}"
        return 200, {
            "token_endpoint": f"{base}/oauth2/v2.0/token",
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
            "issuer": f"{base}/v2.0",
        }

    def _post(self, target: str, form: dict[str, list[str]]) -> Answer:
        if self.broken:
            return 503, {"error": "temporarily_unavailable"}
        sent = {name: values[0] for name, values in form.items()}
        if self.refusing:
            return _refused(self.refusing, "invalid_client")
        if target.split("/")[1] != TENANT:
            return _refused("90002", "invalid_request")
        if sent.get("client_id") != CLIENT:
            return _refused("700016", "unauthorized_client")
        if sent.get("grant_type") != "client_credentials" or sent.get("scope", "").split(" ")[0] == "":
            return _refused("900144", "invalid_request")
        if "client_assertion" in sent:
            if not any(_signed_by(sent["client_assertion"], known) for known in self._registered):
                return _refused("700027", "invalid_client")
        elif sent.get("client_secret") != SECRET:
            return _refused("7000215", "invalid_client")
        token = self._issued()
        return 200, {"token_type": "Bearer", "expires_in": self.book.lifetime, "access_token": token}

    def _issued(self) -> str:
        with self._turn:
            self.asked += 1
            return self.book.issue()


def _refused(number: str, error: str) -> Answer:
    told = f"AADSTS{number}: told as Entra tells it. Trace ID: 00000000-0000-0000-0000-000000000000"
    return 400 if error != "invalid_client" else 401, {
        "error": error,
        "error_description": told,
        "error_codes": [int(number)],
    }


def _signed_by(assertion: str, certificate: x509.Certificate) -> bool:
    signed, _, signature = assertion.rpartition(".")
    header = json.loads(_bytes(signed.split(".")[0]))
    key = certificate.public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    rs256 = header["alg"] == "RS256"
    pad = padding.PKCS1v15() if rs256 else padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
    try:
        key.verify(_bytes(signature), signed.encode(), pad, hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def _b64(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
