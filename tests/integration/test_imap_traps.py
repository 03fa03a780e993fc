"""What a healthy server never says: dialogues by script, each one trap of the protocol or of the library."""

from __future__ import annotations

import base64
import contextlib
import time
from typing import Any

import pytest

from intake.errors import LoginRefused, MailboxError, PersonNeeded, UntrustedServer
from intake.mailboxes.imap import ImapMailbox
from intake.mailboxes.imap_line import Encryption, Password, XOAuth2
from tests.simulators.imap_server import USER
from tests.simulators.scripted_imap import ANSWERS, HANG_UP, ScriptedImap


def raised_by_listing(server: ScriptedImap, **settings: Any) -> MailboxError:
    """What listing raises."""
    mailbox = ImapMailbox(server.settings(answer_seconds=1.0, connect_seconds=1.0, **settings))
    with contextlib.closing(mailbox), pytest.raises(MailboxError) as caught:
        mailbox.list_new(None)
    return caught.value


def test_the_script_itself_is_a_mailbox_with_one_mail() -> None:
    """So that every other test here differs by one line from what works."""
    with ScriptedImap() as server, contextlib.closing(ImapMailbox(server.settings())) as mailbox:
        listing = mailbox.list_new(None)
        assert ([e.key for e in listing.envelopes], listing.bookmark) == (["7:5"], "7:5")
        assert mailbox.list_new("7:5").envelopes == ()  # SEARCH 6:* names UID 5 all the same (RFC 3501)
        assert "EXAMINE INBOX" in " ".join(server.heard).replace('"', "")
        assert not any(command.startswith(("SELECT", "UID STORE")) for command in server.heard)


def test_news_in_one_packet_with_the_start_of_idle_ends_the_wait() -> None:
    """imapclient's own idle_check would sleep here until the next event."""
    answers = {"IDLE": b"+ idling\r\n* 2 EXISTS\r\n"}
    with ScriptedImap(answers) as server, contextlib.closing(ImapMailbox(server.settings())) as mailbox:
        mailbox.list_new(None)
        started = time.monotonic()
        mailbox.wait(20)
        assert time.monotonic() - started < 1
        assert "DONE" in server.heard


@pytest.mark.parametrize(
    "answers",
    [
        {"IDLE": b"* 2 EXISTS\r\n+ idling\r\n"},
        {"IDLE": b"{tag} NO not now\r\n"},
        {"IDLE": b"+ idling\r\n* BYE state is inconsistent, please relogin.\r\n"},
        {"IDLE": b"+ idling\r\n* 2 EXI"},
        {"IDLE": b"+ idling\r\nnonsense\r\n"},
        {"IDLE": HANG_UP},
        {"DONE": HANG_UP},
        {"DONE": b"{tag} BAD what\r\n"},
        {"NOOP": b"* BYE shutting down\r\n"},
    ],
    ids=["news first", "refused", "BYE", "half a line", "nonsense", "end", "end at DONE", "BAD at DONE", "BYE at NOOP"],
)
def test_whatever_breaks_idle_is_a_lost_line_and_no_busy_loop(answers: dict[str, bytes]) -> None:
    """An error, soon, once: and the next listing works on a new line."""
    with ScriptedImap() as server:
        mailbox = ImapMailbox(server.settings(answer_seconds=0.5), idle_seconds=0.3)
        with contextlib.closing(mailbox):
            mailbox.list_new(None)
            server.answers.update(answers)
            started = time.monotonic()
            with pytest.raises(MailboxError, match="line was lost"):
                mailbox.wait(20)
            assert time.monotonic() - started < 2
            server.answers.update(ANSWERS)
            assert len(mailbox.list_new(None).envelopes) == 1


@pytest.mark.parametrize(
    "answer",
    [
        HANG_UP,
        b"* BYE too busy\r\n",
        b"{tag} NO [UNAVAILABLE] Temporary authentication failure.\r\n",
        b"{tag} NO [INUSE] later\r\n",
        b"{tag} NO [LIMIT] too many connections\r\n",
    ],
)
def test_a_login_that_was_not_judged_is_not_a_refusal(answer: bytes) -> None:
    """imapclient calls a line that dies in the login a LoginError: a person would look for a fault in a good password."""
    with ScriptedImap({"AUTHENTICATE": answer}) as server:
        assert not isinstance(raised_by_listing(server), PersonNeeded)


@pytest.mark.parametrize("code", [b"[AUTHENTICATIONFAILED] ", b"[AUTHORIZATIONFAILED] ", b"[EXPIRED] ", b""])
def test_a_login_that_was_judged_is_a_refusal(code: bytes) -> None:
    """With whatever reason, and also with none: knocking on would lock the account."""
    with ScriptedImap({"AUTHENTICATE": b"{tag} NO " + code + b"no\r\n"}) as server:
        assert isinstance(raised_by_listing(server), LoginRefused)


def test_the_error_message_of_xoauth2_is_not_answered_with_the_token_again() -> None:
    """The server's second challenge is its reason, in JSON; the reply to it is empty."""
    reason = b"+ " + base64.b64encode(b'{"status":"401"}') + b"\r\n"
    with ScriptedImap({"AUTHENTICATE": reason}) as server:
        assert isinstance(raised_by_listing(server, credentials=XOAuth2(USER, lambda: "token")), LoginRefused)
        first, second = [reply for reply in server.heard if reply.startswith("REPLY")]
        assert (base64.b64decode(first[6:]), second) == (b"user=desk@example.nl\1auth=Bearer token\1\1", "REPLY ")


def test_a_password_outside_ascii_goes_by_plain_and_is_refused_without() -> None:
    """The command LOGIN cannot carry it; that is said, and no UnicodeError leaks."""
    secret = Password(USER, "géhèim")
    with ScriptedImap() as server, contextlib.closing(ImapMailbox(server.settings(credentials=secret))) as mailbox:
        assert len(mailbox.list_new(None).envelopes) == 1
    with ScriptedImap({"CAPABILITY": b"* CAPABILITY IMAP4rev1\r\n{tag} OK done\r\n"}) as server:
        assert isinstance(raised_by_listing(server, credentials=secret), LoginRefused)


def test_a_server_that_hides_starttls_gets_no_password() -> None:
    """As when somebody on the way strips it: a person must look."""
    with ScriptedImap() as server:
        assert isinstance(raised_by_listing(server, encryption=Encryption.STARTTLS), UntrustedServer)
        assert set(server.heard) <= {"CAPABILITY", "LOGOUT"}


@pytest.mark.parametrize("greeting", [b"* BYE busy\r\n", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"", b"* OK [ALERT"])
def test_a_greeting_that_is_none_is_temporary(greeting: bytes) -> None:
    """Another service, a busy server, silence."""
    with ScriptedImap(greeting=greeting) as server:
        assert type(raised_by_listing(server)) is MailboxError


@pytest.mark.parametrize(
    "answers",
    [
        {"EXAMINE": b"* 1 EXISTS\r\n{tag} OK [READ-ONLY] done\r\n"},
        {"EXAMINE": b"{tag} NO [UNAVAILABLE] backend down\r\n"},
        {"EXAMINE": b"{tag} BAD User is authenticated but not connected.\r\n"},
        {"UID SEARCH": b"{tag} NO later\r\n"},
        {"UID SEARCH": b"* SEARCH five\r\n{tag} OK done\r\n"},
        {"UID FETCH": b"{tag} OK done\r\n"},
        {"UID FETCH": b"* 1 FETCH (UID 5 RFC822.SIZE 19)\r\n{tag} OK done\r\n"},
        {"UID FETCH": b'* 1 FETCH (UID 5 INTERNALDATE "gisteren" RFC822.SIZE 19)\r\n{tag} OK done\r\n'},
        {"UID FETCH": b"* 1 FETCH (UID 5 Subject: geheim\r\n{tag} OK done\r\n"},
    ],
    ids=["no UIDVALIDITY", "down", "Exchange", "NO", "no number", "silent", "no date", "odd date", "half"],
)
def test_a_nonsense_listing_is_an_error_and_never_a_short_list(answers: dict[str, bytes]) -> None:
    """A mail that the server has and does not describe must not slip under the bookmark; nothing of its words is quoted."""
    with ScriptedImap(answers) as server:
        error = raised_by_listing(server)
        assert type(error) is MailboxError
        assert "geheim" not in str(error)


def test_a_mail_deleted_between_search_and_fetch_is_left_out() -> None:
    """SEARCH named it, FETCH is silent, and a second SEARCH does not name it any more."""
    with ScriptedImap({"UID FETCH": b"{tag} OK done\r\n"}) as server:
        mailbox = ImapMailbox(server.settings())
        with contextlib.closing(mailbox):
            server.then["UID SEARCH"] = [b"* SEARCH\r\n{tag} OK done\r\n"]
            assert mailbox.list_new(None).envelopes == ()


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (b"* 1 FETCH (UID 5 RFC822.SIZE 4 BODY[]<0> {4}\r\nabcd)\r\n{tag} OK done\r\n", b"abcd"),
        (b"* 1 FETCH (UID 5 RFC822.SIZE 4 BODY[] {4}\r\nabcd)\r\n{tag} OK done\r\n", b"abcd"),
        (b'* 1 FETCH (UID 5 RFC822.SIZE 3 BODY[]<0> "007")\r\n{tag} OK done\r\n', b"007"),
        (b"* 1 FETCH (UID 5 RFC822.SIZE 0 BODY[]<0> NIL)\r\n{tag} OK done\r\n", b""),
        (b"* 1 FETCH (FLAGS (\\Seen) UID 5)\r\n* 1 FETCH (UID 5 BODY[]<0> {2}\r\n*\n)\r\n{tag} OK done\r\n", b"*\n"),
    ],
    ids=["part", "whole from a server without parts", "quoted", "NIL", "with an answer nobody asked for"],
)
def test_every_form_of_a_body_is_read(answer: bytes, expected: bytes) -> None:
    """Literals, quoted strings, NIL (RFC 3501 nstring)."""
    with ScriptedImap({"UID FETCH": answer}) as server, contextlib.closing(ImapMailbox(server.settings())) as mailbox:
        assert mailbox.fetch("7:5") == expected
        bodies = [command for command in server.heard if "BODY" in command]
        assert all("BODY.PEEK[]<" in command for command in bodies)


def test_a_short_part_is_not_the_end_while_the_size_says_more() -> None:
    """Of a message of 8 bytes a server gives 4, then 4."""
    with ScriptedImap() as server, contextlib.closing(ImapMailbox(server.settings())) as mailbox:
        part = b"* 1 FETCH (UID 5 BODY[]<%d> {4}\r\n%s)\r\n{tag} OK done\r\n"
        server.answers["UID FETCH"] = b"* 1 FETCH (UID 5 RFC822.SIZE 8)\r\n{tag} OK done\r\n"
        server.then["UID FETCH"] = [part % (0, b"abcd"), part % (4, b"efgh")]
        assert mailbox.fetch("7:5") == b"abcdefgh"


def test_a_size_that_says_too_much_does_not_hang() -> None:
    """Exchange's RFC822.SIZE may be inexact: an empty part is the end."""
    with ScriptedImap() as server, contextlib.closing(ImapMailbox(server.settings())) as mailbox:
        server.answers["UID FETCH"] = b"* 1 FETCH (UID 5 RFC822.SIZE 9)\r\n{tag} OK done\r\n"
        server.then["UID FETCH"] = [
            b"* 1 FETCH (UID 5 BODY[]<0> {4}\r\nabcd)\r\n{tag} OK done\r\n",
            b'* 1 FETCH (UID 5 BODY[]<4> "")\r\n{tag} OK done\r\n',
        ]
        assert mailbox.fetch("7:5") == b"abcd"


@pytest.mark.parametrize(
    "answer",
    [
        b"* 1 FETCH (UID 5 RFC822.SIZE 9)\r\n{tag} OK done\r\n",
        b"* 1 FETCH (UID 5 RFC822.SIZE 9 BODY[]<0> 123)\r\n{tag} OK done\r\n",
        b"* 1 FETCH (UID 5 RFC822.SIZE 9 BODY[]<0> {9}\r\nabc",
        b"* 1 FETCH (UID 5 RFC822.SIZE 9 BODY[]<4> {3}\r\nabc)\r\n{tag} OK done\r\n",
        b"{tag} NO [SERVERBUG] sorry\r\n",
    ],
    ids=["none", "number", "cut off", "another part", "NO"],
)
def test_half_a_body_is_an_error(answer: bytes) -> None:
    """Never fewer bytes than the server has, never others."""
    with ScriptedImap({"UID FETCH": answer}) as server:
        mailbox = ImapMailbox(server.settings(answer_seconds=0.3))
        with contextlib.closing(mailbox), pytest.raises(MailboxError):
            mailbox.fetch("7:5")
