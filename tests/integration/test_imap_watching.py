r"""Watching a real Dovecot: how soon new mail shows, what its bytes are, and that nobody sees that we looked."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator

import pytest

from intake.errors import MessageTooLarge
from intake.mailboxes.imap import ImapMailbox
from intake.mailboxes.imap_line import Encryption, ImapServer
from tests.simulators.certificates import ServerCertificate, server_certificate
from tests.simulators.dovecot import Dovecot

MAIL = b"Subject: Signaal\r\n\r\nGeachte heer,\r\n"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> ServerCertificate:
    """The server's certificate."""
    return server_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="module")
def dovecot(certificate: ServerCertificate) -> Iterator[Dovecot]:
    """A server with TLS, for all tests of the module; each has a folder of its own."""
    with Dovecot(certificate=certificate) as server:
        yield server


@pytest.fixture(params=["plain", "tls"])
def settings(request: pytest.FixtureRequest, dovecot: Dovecot, certificate: ServerCertificate) -> ImapServer:
    """The way to a new folder, unencrypted and over TLS: the library buffers differently."""
    plain = dovecot.settings(dovecot.new_folder())
    if request.param == "plain":
        return plain
    return dovecot.settings(
        plain.folder, encryption=Encryption.IMPLICIT, port=dovecot.tls_port, ca_file=certificate.certificate
    )


def test_idle_wakes_within_two_seconds(dovecot: Dovecot, settings: ImapServer) -> None:
    """Three mails in a row, each delivered as a mail server does, each listed within two seconds, without a second login."""
    with contextlib.closing(ImapMailbox(settings)) as mailbox:
        bookmark = mailbox.list_new(None).bookmark
        for _ in range(3):
            timer = threading.Timer(0.15, dovecot.drop, (MAIL, settings.folder))
            timer.start()
            started = time.monotonic()
            while not (listing := mailbox.list_new(bookmark)).envelopes:
                mailbox.wait(50)
            assert time.monotonic() - started < 2.15
            bookmark = listing.bookmark
            timer.join()


def test_mail_told_together_with_the_start_of_idle_is_not_slept_over(dovecot: Dovecot, settings: ImapServer) -> None:
    """The mail comes in the moment before IDLE, when the library reads the news into its buffer and no socket shows it."""
    with contextlib.closing(ImapMailbox(settings)) as mailbox:
        for number in range(5):
            mailbox.list_new(None)
            dovecot.drop(MAIL, settings.folder)
            started = time.monotonic()
            mailbox.wait(50)
            assert time.monotonic() - started < 2
            assert len(mailbox.list_new(None).envelopes) == number + 1


def test_nothing_is_ever_marked_as_seen(dovecot: Dovecot, settings: ImapServer) -> None:
    r"""Neither \Seen nor anything else after listing, fetching in parts, waiting; and \Recent is left to the desk's program."""
    dovecot.drop(MAIL, settings.folder)
    dovecot.drop(MAIL + b"x" * 3_000_000 + b"\r\n", settings.folder)
    with contextlib.closing(ImapMailbox(settings)) as mailbox:
        for envelope in mailbox.list_new(None).envelopes:
            mailbox.fetch(envelope.key)
        mailbox.wait(0.1)
    names = [p.name for p in dovecot.maildir(settings.folder).glob("cur/*")]
    assert all(name.endswith(":2,") or ":2," not in name for name in names)
    assert dovecot.flags(settings.folder) == {1: set(), 2: set()}


def test_a_mark_is_a_keyword_and_leaves_the_folder_closed_for_writing(dovecot: Dovecot, settings: ImapServer) -> None:
    """The desk sees the label; the mail is not seen; later reading is read-only again."""
    dovecot.drop(MAIL, settings.folder)
    with contextlib.closing(ImapMailbox(settings)) as mailbox:
        (envelope,) = mailbox.list_new(None).envelopes
        assert mailbox.mark(envelope.key, "Loket: ontvangen")
        assert mailbox.mark(envelope.key, "Loket: ontvangen")
        mailbox.fetch(envelope.key)
    assert dovecot.flags(settings.folder) == {1: {b"Loket_ontvangen"}}


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\r\n",
        b"no header",
        b"Subject: a\n\nbare LF\n",
        b"Subject: a\r\n\r\na\rb\r\n",
        b"\xef\xbb\xbfSubject: a\r\n\r\n\xff\r\n",
    ],
    ids=["empty", "blank", "no end", "bare LF", "bare CR", "BOM"],
)
def test_hostile_bytes_come_as_the_server_has_them(dovecot: Dovecot, raw: bytes) -> None:
    """Dovecot serves a Maildir file with every line end as CRLF and changes nothing else."""
    settings = dovecot.settings(dovecot.new_folder())
    dovecot.drop(raw, settings.folder)
    with contextlib.closing(ImapMailbox(settings)) as mailbox:
        (envelope,) = mailbox.list_new(None).envelopes
        assert mailbox.fetch(envelope.key) == raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def test_a_mail_over_the_limit_is_refused_and_the_next_one_read(dovecot: Dovecot) -> None:
    """Its size is asked before its bytes; the line stays in use."""
    settings = dovecot.settings(dovecot.new_folder())
    dovecot.drop(MAIL + b"x" * 1000, settings.folder)
    dovecot.drop(MAIL, settings.folder)
    with contextlib.closing(ImapMailbox(settings, max_bytes=len(MAIL))) as mailbox:
        large, small = mailbox.list_new(None).envelopes
        with pytest.raises(MessageTooLarge):
            mailbox.fetch(large.key)
        assert mailbox.fetch(small.key) == MAIL


def test_a_first_listing_of_many_mails_names_each(dovecot: Dovecot) -> None:
    """More than fit into one FETCH command."""
    settings = dovecot.settings(dovecot.new_folder())
    for _ in range(1203):
        dovecot.drop(MAIL, settings.folder)
    with contextlib.closing(ImapMailbox(settings)) as mailbox:
        listing = mailbox.list_new(None)
        assert [int(e.key.partition(":")[2]) for e in listing.envelopes] == list(range(1, 1204))
        assert mailbox.list_new(listing.bookmark).envelopes == ()


def test_the_desk_may_work_in_the_folder_meanwhile(dovecot: Dovecot) -> None:
    """Flags and deletions by other clients between our commands: every mail that stays is read, and no other in its place."""
    settings = dovecot.settings(dovecot.new_folder())
    mails = [b"Subject: %d\r\n\r\n" % number for number in range(20)]
    for raw in mails:
        dovecot.deliver(settings.folder, raw)
    with contextlib.closing(ImapMailbox(settings)) as mailbox, dovecot.desk(settings.folder) as desk:
        listing = mailbox.list_new(None)
        desk.add_flags(list(range(1, 21)), [rb"\Flagged"])
        desk.delete_messages(list(range(1, 21, 2)))
        desk.expunge()
        for envelope, raw in list(zip(listing.envelopes, mails, strict=True))[1::2]:
            assert mailbox.fetch(envelope.key) == raw
        assert len(mailbox.list_new(None).envelopes) == 10
