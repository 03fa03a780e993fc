"""Getting in at Microsoft: the real azure-identity against our token server; each refusal said as what it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from intake.errors import FolderMissing, LoginRefused, MailboxError, PersonNeeded, UntrustedServer
from intake.mailboxes.graph_line import GraphServer
from intake.mailboxes.graph_login import Certificate, ClientSecret, ManagedIdentity, Tokens
from tests.simulators.certificates import server_certificate
from tests.simulators.entra import CLIENT, IDENTITY_HEADER, SECRET, TENANT, Entra
from tests.simulators.graph_house import Microsoft

pytestmark = [pytest.mark.server]


def application_certificate(folder: Path, name: str, *, days: int = 30) -> Path:
    """An application's certificate with its key in one PEM file."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    ends = dt.datetime.now(dt.UTC) + dt.timedelta(days=days)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(ends - dt.timedelta(days=400))
        .not_valid_after(ends)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the certificates lie."""
    return tmp_path_factory.mktemp("graph-login")


@pytest.fixture(scope="module")
def known(folder: Path) -> Path:
    """The certificate that is registered with the application."""
    return application_certificate(folder, "bekend")


@pytest.fixture(scope="module")
def microsoft(folder: Path, known: Path) -> Iterator[Microsoft]:
    """Both servers."""
    with Microsoft(folder, certificates=(known,)) as servers:
        yield servers


def test_a_certificate_gets_a_token(microsoft: Microsoft, known: Path) -> None:
    """The assertion is signed by the key of the registered certificate; the token is kept for the next time."""
    tokens = microsoft.tokens(Certificate(TENANT, CLIENT, known))
    asked = microsoft.entra.asked
    assert tokens.token() == tokens.token()
    assert microsoft.entra.asked == asked + 1


def test_a_secret_gets_a_token_and_a_refused_one_is_asked_anew(microsoft: Microsoft) -> None:
    """A token that was revoked is not used again; another thread's newer one is left alone."""
    tokens = microsoft.tokens()
    first = tokens.token()
    tokens.renew(first)
    second = tokens.token()
    assert second != first
    tokens.renew(first)
    assert tokens.token() == second


def test_the_identity_of_an_azure_machine_gets_a_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """As App Service and Container Apps give it: an address and a header in the environment."""
    with Entra(None) as machine:
        monkeypatch.setenv("IDENTITY_ENDPOINT", f"{machine.address}/msi/token")
        monkeypatch.setenv("IDENTITY_HEADER", IDENTITY_HEADER)
        assert machine.book.use(Tokens(ManagedIdentity()).token())


@pytest.mark.parametrize(
    ("identity", "mend"),
    [
        (ClientSecret(TENANT, CLIENT, "fout"), "LOKETBS_GRAPH_CLIENT_SECRET"),
        (ClientSecret(TENANT, "33333333-3333-4333-8333-333333333333", SECRET), "graph.client_id"),
        (ClientSecret("99999999-9999-4999-8999-999999999999", CLIENT, SECRET), "graph.tenant"),
    ],
    ids=["secret", "client_id", "tenant"],
)
def test_what_is_wrong_is_named_with_its_mend(microsoft: Microsoft, identity: ClientSecret, mend: str) -> None:
    """One sentence; no secret and none of Entra's own text in it."""
    with pytest.raises(LoginRefused, match=mend) as caught:
        microsoft.tokens(identity).token()
    assert not {"fout", SECRET, "Trace"} & set(str(caught.value).split())


def test_a_certificate_that_entra_does_not_know_is_named(microsoft: Microsoft, folder: Path) -> None:
    """Made anew, but not uploaded."""
    other = application_certificate(folder, "onbekend")
    with pytest.raises(LoginRefused, match="upload its public part"):
        microsoft.tokens(Certificate(TENANT, CLIENT, other)).token()


@pytest.mark.parametrize("content", [None, b"", b"geen certificaat"], ids=["absent", "empty", "nonsense"])
def test_a_certificate_that_cannot_be_read_is_named(microsoft: Microsoft, folder: Path, content: bytes | None) -> None:
    """The file, and what must be in it."""
    file = folder / "kapot.pem"
    file.unlink(missing_ok=True)
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(LoginRefused, match=r"kapot\.pem"):
        microsoft.tokens(Certificate(TENANT, CLIENT, file)).token()


@pytest.mark.parametrize("number", ["7000222", "53003", "7000112", "123456"])
def test_other_refusals_need_a_person_too(microsoft: Microsoft, number: str) -> None:
    """An expired secret, a policy, an application switched off, a number we do not know."""
    microsoft.entra.refusing = number
    try:
        with pytest.raises(LoginRefused, match=f"AADSTS{number}"):
            microsoft.tokens().token()
    finally:
        microsoft.entra.refusing = ""


def test_trouble_of_entra_itself_passes(microsoft: Microsoft) -> None:
    """AADSTS90033 says so itself: nobody is called for it."""
    microsoft.entra.refusing = "90033"
    try:
        with pytest.raises(MailboxError) as caught:
            microsoft.tokens().token()
    finally:
        microsoft.entra.refusing = ""
    assert not isinstance(caught.value, PersonNeeded)


def test_a_token_server_that_nobody_vouches_for_gets_no_secret(microsoft: Microsoft, folder: Path) -> None:
    """Its certificate is of another authority."""
    other = server_certificate(folder / "ander").certificate
    tokens = Tokens(ClientSecret(TENANT, CLIENT, SECRET), authority=microsoft.entra.address, ca_file=other)
    asked = microsoft.entra.asked
    with pytest.raises(UntrustedServer):
        tokens.token()
    assert microsoft.entra.asked == asked


@pytest.mark.parametrize(
    "address", ["https://login.example", "http://login.microsoftonline.com", "https://evil.example@x"]
)
def test_a_foreign_address_gets_no_secret_and_no_token(microsoft: Microsoft, address: str) -> None:
    """A typing mistake, or a setting that somebody else wrote."""
    with pytest.raises(ValueError, match="nothing secret is sent there"):
        Tokens(ClientSecret(TENANT, CLIENT, SECRET), authority=address)
    with pytest.raises(ValueError, match="nothing secret is sent there"):
        GraphServer("loket@example.nl", microsoft.tokens(), url=address)


def test_a_mailbox_that_is_not_ours_to_open_is_said_as_such(microsoft: Microsoft) -> None:
    """Refused, unknown, folder absent: three different mends."""
    for mailbox, folder, error, mend in (
        ("ander@example.nl", "inbox", LoginRefused, "RBAC for Applications"),
        ("onbekend@example.nl", "inbox", FolderMissing, "graph.mailbox"),
        ("loket@example.nl", "Bestaat niet", FolderMissing, "graph.folder"),
    ):
        opened = microsoft.mailbox(folder, mailbox=mailbox)
        with pytest.raises(error, match=mend):
            opened.list_new(None)
        opened.close()


def test_a_graph_that_nobody_vouches_for_gets_no_token(microsoft: Microsoft) -> None:
    """TLS with a certificate of an unknown authority: a person must look, and nothing was sent."""
    opened = microsoft.mailbox(url=f"{microsoft.entra.address}/v1.0")
    with pytest.raises(UntrustedServer):
        opened.list_new(None)
    opened.close()
