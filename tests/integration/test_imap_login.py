"""Getting in: passwords, tokens, certificates, folders; each refusal said as what it is, on a real Dovecot."""

from __future__ import annotations

import contextlib
import http.server
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

import pytest

from intake.errors import FolderMissing, LoginRefused, MailboxError, PersonNeeded, UntrustedServer
from intake.mailboxes.imap import ImapMailbox
from intake.mailboxes.imap_line import Encryption, ImapServer, Password, XOAuth2
from tests.simulators.certificates import ServerCertificate, server_certificate
from tests.simulators.dovecot import Dovecot
from tests.simulators.imap_server import PASSWORD, USER
from tests.simulators.process import free_port

GOOD, EXPIRED = "goed-token", "verlopen-token"


class TokenEndpoint:
    """The identity provider that Dovecot asks about a token: 200 for a good one, 401 for another, 500 while `broken`."""

    def __init__(self) -> None:
        self.broken = False
        endpoint = self

        class Answer(http.server.BaseHTTPRequestHandler):
            """One question."""

            def do_GET(self) -> None:
                good = self.path.endswith(f"={GOOD}")
                self.send_response(500 if endpoint.broken else 200 if good else 401)
                body = json.dumps({"preferred_username": USER} if good and not endpoint.broken else {}).encode()
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Silent."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.settings = (
            f"tokeninfo_url = http://127.0.0.1:{self.server.server_address[1]}/t?oauth=\n"
            "username_attribute = preferred_username\n"
        )

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self._thread.join()


@pytest.fixture(scope="module")
def identity() -> Iterator[TokenEndpoint]:
    """The identity provider."""
    with TokenEndpoint() as endpoint:
        yield endpoint


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> ServerCertificate:
    """The server's certificate, its own authority."""
    return server_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="module")
def dovecot(identity: TokenEndpoint, certificate: ServerCertificate) -> Iterator[Dovecot]:
    """A server with passwords, tokens and TLS."""
    with Dovecot(certificate=certificate, oauth2=identity.settings) as server:
        yield server


def failure(server: ImapServer) -> MailboxError:
    """What listing raises."""
    with contextlib.closing(ImapMailbox(server)) as mailbox, pytest.raises(MailboxError) as caught:
        mailbox.list_new(None)
    assert PASSWORD not in str(caught.value)
    assert GOOD not in str(caught.value)
    return caught.value


def is_let_in(server: ImapServer) -> bool:
    """Whether listing works."""
    with contextlib.closing(ImapMailbox(server)) as mailbox:
        return mailbox.list_new(None).bookmark.endswith(":0")


def test_a_wrong_password_waits_for_a_person(dovecot: Dovecot) -> None:
    """Not a lost line: trying again only locks the account. The cause is kept."""
    error = failure(dovecot.settings(credentials=Password(USER, "fout")))
    assert isinstance(error, LoginRefused)
    assert "AUTHENTICATIONFAILED" in str(error.__cause__)


def test_a_missing_folder_waits_for_a_person(dovecot: Dovecot) -> None:
    """Also one whose name needs encoding (modified UTF-7)."""
    assert isinstance(failure(dovecot.settings("Signalen & co é")), FolderMissing)


def test_a_folder_with_an_odd_name_is_found(dovecot: Dovecot) -> None:
    """Spaces, ampersand, accents."""
    with dovecot.desk() as desk:
        desk.create_folder("Signalen & co ë")
    assert is_let_in(dovecot.settings("Signalen & co ë"))


@pytest.mark.parametrize(("encryption", "port"), [(Encryption.IMPLICIT, "tls_port"), (Encryption.STARTTLS, "port")])
def test_tls_lets_in_with_the_right_authority_only(
    dovecot: Dovecot, certificate: ServerCertificate, tmp_path: Path, encryption: Encryption, port: str
) -> None:
    """Known authority: in. System's authorities or another's: a state that a person must mend, and no password was sent."""
    number = getattr(dovecot, port)
    trusting = dovecot.settings(encryption=encryption, port=number, ca_file=certificate.certificate)
    assert is_let_in(trusting)
    logins = (dovecot.root / "dovecot.log").read_text().count("Login: ")
    for authority in (None, server_certificate(tmp_path).certificate):
        error = failure(dovecot.settings(encryption=encryption, port=number, ca_file=authority))
        assert isinstance(error, UntrustedServer)
        assert "certificate" in str(error)
    assert (dovecot.root / "dovecot.log").read_text().count("Login: ") == logins


@pytest.mark.parametrize("fault", [{"valid_days": -1}, {"address": "192.0.2.1"}], ids=["expired", "of another host"])
def test_a_faulty_certificate_is_not_trusted(tmp_path: Path, fault: dict[str, Any]) -> None:
    """Also when its authority is known."""
    faulty = server_certificate(tmp_path, **fault)
    with Dovecot(certificate=faulty) as server:
        settings = server.settings(encryption=Encryption.IMPLICIT, port=server.tls_port, ca_file=faulty.certificate)
        assert isinstance(failure(settings), UntrustedServer)


def test_a_missing_authority_file_is_said_as_such(dovecot: Dovecot, tmp_path: Path) -> None:
    """A setting to mend, not a server that is down."""
    settings = dovecot.settings(encryption=Encryption.IMPLICIT, port=dovecot.tls_port, ca_file=tmp_path / "weg.pem")
    error = failure(settings)
    assert isinstance(error, UntrustedServer)
    assert "ca_file" in str(error)


def test_a_good_token_lets_in(dovecot: Dovecot) -> None:
    """XOAUTH2."""
    assert is_let_in(dovecot.settings(credentials=XOAuth2(USER, lambda: GOOD)))


def test_an_expired_token_waits_for_a_person(dovecot: Dovecot) -> None:
    """The provider says 401: refused."""
    assert isinstance(failure(dovecot.settings(credentials=XOAuth2(USER, lambda: EXPIRED))), LoginRefused)


def test_a_broken_identity_provider_is_temporary(dovecot: Dovecot, identity: TokenEndpoint) -> None:
    """It says 500, Dovecot [UNAVAILABLE]: try again, and do not call a good token bad; then it works."""
    settings = dovecot.settings(credentials=XOAuth2(USER, lambda: GOOD))
    identity.broken = True
    try:
        error = failure(settings)
    finally:
        identity.broken = False
    assert not isinstance(error, PersonNeeded)
    assert "UNAVAILABLE" in str(error.__cause__)
    assert is_let_in(settings)


def test_every_new_line_gets_a_fresh_token(dovecot: Dovecot) -> None:
    """The first token has expired when the line is lost: the reconnect asks for another one."""
    tokens = iter([GOOD, EXPIRED, GOOD])
    with contextlib.closing(ImapMailbox(dovecot.settings(credentials=XOAuth2(USER, lambda: next(tokens))))) as mailbox:
        listing = mailbox.list_new(None)
        for refused in (True, False):
            dovecot.process.kill()
            dovecot.process.start()
            with pytest.raises(LoginRefused) if refused else contextlib.nullcontext():
                assert mailbox.list_new(listing.bookmark).envelopes == ()


@pytest.mark.parametrize("kind", [MailboxError, LoginRefused])
def test_what_the_token_supplier_raises_comes_through(dovecot: Dovecot, kind: type[MailboxError]) -> None:
    """It knows best whether a retry helps."""

    def supplier() -> str:
        raise kind("no token")

    assert type(failure(dovecot.settings(credentials=XOAuth2(USER, supplier)))) is kind


@pytest.mark.parametrize("host", ["mail.example.nl", "10.0.0.1", "localhost.example.nl", "127.0.0.1.example.nl"])
def test_no_password_in_the_clear_to_another_machine(host: str) -> None:
    """Refused before a name is looked up."""
    with pytest.raises(ValueError, match="in the clear"):
        ImapServer(host, Password(USER, PASSWORD), encryption=Encryption.NONE_ONLY_FOR_LOOPBACK)


def test_secrets_do_not_show() -> None:
    """A settings object in a traceback or a log tells neither password nor token."""
    token: Callable[[], str] = lambda: GOOD  # noqa: E731 - a value in a field
    shown = repr([ImapServer("h", Password(USER, PASSWORD)), ImapServer("h", XOAuth2(USER, token))])
    assert PASSWORD not in shown
    assert GOOD not in shown


def test_a_server_that_is_down_is_temporary() -> None:
    """Connection refused: try again."""
    local = Encryption.NONE_ONLY_FOR_LOOPBACK
    error = failure(ImapServer("127.0.0.1", Password(USER, PASSWORD), port=free_port(), encryption=local))
    assert type(error) is MailboxError
    assert "cannot be reached" in str(error)
