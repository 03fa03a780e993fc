"""Lines that die, hang or answer from another life of the folder: a real Dovecot, killed, stopped and robbed of its index."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Iterator

import pytest

from intake.errors import FolderMissing, MailboxError, MessageGone
from intake.mailboxes.backoff import Backoff
from intake.mailboxes.imap import ImapMailbox
from tests.simulators.dovecot import Dovecot

MAIL = b"Subject: Signaal\r\n\r\nGeachte heer,\r\n"
TWENTY_MB = b"Subject: groot\r\n\r\n" + b"".join(b"%069d\r\n" % n for n in range(282_000))


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    """A server for this test alone."""
    with Dovecot() as server:
        yield server


@pytest.fixture
def mailbox(dovecot: Dovecot) -> Iterator[ImapMailbox]:
    """An adapter that soon loses patience."""
    settings = dovecot.settings(answer_seconds=0.7, connect_seconds=0.7)
    with contextlib.closing(ImapMailbox(settings, idle_seconds=0.7)) as opened:
        yield opened


@contextlib.contextmanager
def soon(work: object, *arguments: object) -> Iterator[None]:
    """Do `work` in another thread a moment after the body began."""
    assert callable(work)
    timer = threading.Timer(0.3, work, arguments)
    timer.start()
    yield
    timer.join()


def test_a_server_killed_during_idle_is_noticed_at_once(dovecot: Dovecot) -> None:
    """No silence, no busy loop: an error, and after the restart the mail that came meanwhile, by the old bookmark."""
    with contextlib.closing(ImapMailbox(dovecot.settings())) as mailbox:
        dovecot.drop(MAIL)
        first = mailbox.list_new(None)
        started = time.monotonic()
        with soon(dovecot.process.kill), pytest.raises(MailboxError, match="line was lost"):
            mailbox.wait(20)
        assert time.monotonic() - started < 2
        with pytest.raises(MailboxError, match="cannot be reached"):
            mailbox.list_new(first.bookmark)
        dovecot.drop(MAIL)
        dovecot.process.start()
        again = mailbox.list_new(first.bookmark)
        assert (len(again.envelopes), again.relisted) == (1, False)


def test_a_worker_killed_during_a_fetch_costs_no_byte(dovecot: Dovecot) -> None:
    """Killed at three moments of a mail of 20 MB, the adapter reads it anew and gives all of it."""
    dovecot.drop(TWENTY_MB)
    with contextlib.closing(ImapMailbox(dovecot.settings())) as mailbox:
        (envelope,) = mailbox.list_new(None).envelopes
        for moment in (0.0, 0.04, 0.1):
            timer = threading.Timer(moment, os.kill, (dovecot.worker(), signal.SIGKILL))
            timer.start()
            assert mailbox.fetch(envelope.key) == TWENTY_MB
            timer.join()
            mailbox.list_new(None)
    assert (dovecot.root / "dovecot.log").read_text().count("Login: ") == 4


def test_a_server_killed_during_a_fetch_gives_an_error_and_no_half_mail(dovecot: Dovecot) -> None:
    """Nothing answers any more: an error, and the whole mail once the server is back."""
    dovecot.drop(TWENTY_MB)
    with contextlib.closing(ImapMailbox(dovecot.settings())) as mailbox:
        (envelope,) = mailbox.list_new(None).envelopes
        timer = threading.Timer(0.02, dovecot.process.kill)
        timer.start()
        with pytest.raises(MailboxError):
            _fetch_for_ever(mailbox, envelope.key)
        timer.join()
        dovecot.process.start()
        assert mailbox.fetch(envelope.key) == TWENTY_MB


def test_a_hung_server_runs_into_the_time_out(dovecot: Dovecot, mailbox: ImapMailbox) -> None:
    """SIGSTOP, which no socket notices: listing ends in an error in time, and works again when the server does."""
    mailbox.list_new(None)
    dovecot.process.send(signal.SIGSTOP)
    started = time.monotonic()
    with pytest.raises(MailboxError):
        mailbox.list_new(None)
    assert time.monotonic() - started < 3
    dovecot.process.send(signal.SIGCONT)
    assert mailbox.list_new(None).envelopes == ()


def test_a_server_that_hangs_during_idle_is_noticed_at_its_end(dovecot: Dovecot, mailbox: ImapMailbox) -> None:
    """An idle line is silent by nature; the end of the IDLE tells silence from death."""
    mailbox.list_new(None)
    started = time.monotonic()
    with soon(dovecot.process.send, signal.SIGSTOP), pytest.raises(MailboxError, match="TimeoutError"):
        mailbox.wait(20)
    assert time.monotonic() - started < 3
    dovecot.process.send(signal.SIGCONT)


def test_a_line_that_hung_once_is_not_used_again(dovecot: Dovecot, mailbox: ImapMailbox) -> None:
    """Only the worker hangs: the same call gets its answer from a new one."""
    dovecot.drop(MAIL)
    mailbox.list_new(None)
    worker = dovecot.worker()
    os.kill(worker, signal.SIGSTOP)
    assert len(mailbox.list_new(None).envelopes) == 1
    assert dovecot.worker() != worker
    os.kill(worker, signal.SIGCONT)


def test_a_folder_deleted_under_us_is_missing(dovecot: Dovecot) -> None:
    """Not an error to retry for ever: a person must know."""
    folder = dovecot.new_folder()
    dovecot.deliver(folder, MAIL)
    with contextlib.closing(ImapMailbox(dovecot.settings(folder))) as mailbox:
        listing = mailbox.list_new(None)
        with dovecot.desk() as desk:
            desk.delete_folder(folder)
        with pytest.raises(FolderMissing):
            mailbox.fetch(listing.envelopes[0].key)
        with pytest.raises(FolderMissing):
            mailbox.list_new(listing.bookmark)


def test_a_folder_made_anew_lists_all_under_new_keys(dovecot: Dovecot) -> None:
    """Same name, other folder: UID 1 is another mail than before, and nobody takes it for the old one."""
    folder = dovecot.new_folder()
    dovecot.deliver(folder, MAIL)
    with contextlib.closing(ImapMailbox(dovecot.settings(folder))) as mailbox:
        old = mailbox.list_new(None)
        with dovecot.desk() as desk:
            desk.delete_folder(folder)
            time.sleep(1.1)  # Dovecot's UIDVALIDITY is the time in seconds
            desk.create_folder(folder)
        dovecot.deliver(folder, b"Subject: nieuw\r\n\r\n")
        new = mailbox.list_new(old.bookmark)
        assert new.relisted
        assert mailbox.fetch(new.envelopes[0].key) == b"Subject: nieuw\r\n\r\n"
        with pytest.raises(MessageGone, match="earlier life"):
            mailbox.fetch(old.envelopes[0].key)


def test_another_uidvalidity_during_idle_lists_all_again(dovecot: Dovecot) -> None:
    """The index is lost, as after a restore; Dovecot says BYE into the IDLE, and every mail has a new key afterwards."""
    dovecot.drop(MAIL)
    with contextlib.closing(ImapMailbox(dovecot.settings())) as mailbox:
        old = mailbox.list_new(None)

        def restore() -> None:
            dovecot.forget_uids()
            dovecot.drop(MAIL)

        time.sleep(1.1)  # Dovecot's UIDVALIDITY is the time in seconds
        with soon(restore), pytest.raises(MailboxError, match="line was lost"):
            mailbox.wait(5)
        new = mailbox.list_new(old.bookmark)
        assert (len(new.envelopes), new.relisted) == (2, True)
        assert {e.key for e in new.envelopes}.isdisjoint({e.key for e in old.envelopes})
        assert not mailbox.list_new(new.bookmark).relisted


def test_an_idling_line_survives_many_renewals(dovecot: Dovecot) -> None:
    """Mail is told in any of several short IDLEs, on one and the same login."""
    with contextlib.closing(ImapMailbox(dovecot.settings(), idle_seconds=0.15)) as mailbox:
        listing = mailbox.list_new(None)
        for _ in range(6):
            mailbox.wait(20)
        dovecot.drop(MAIL)
        deadline = time.monotonic() + 2
        while not (new := mailbox.list_new(listing.bookmark)).envelopes and time.monotonic() < deadline:
            mailbox.wait(20)
        assert len(new.envelopes) == 1
    assert (dovecot.root / "dovecot.log").read_text().count("Login: ") == 1


def test_a_server_that_is_away_is_left_alone_for_longer_and_longer(dovecot: Dovecot) -> None:
    """The loop "list, then wait" does not knock all the time, and is prompt again after the first success."""
    patience = Backoff(first=0.1)
    with contextlib.closing(ImapMailbox(dovecot.settings(), backoff=patience, random=lambda: 1.0)) as mailbox:
        dovecot.process.kill()
        pauses = []
        for _ in range(3):
            with pytest.raises(MailboxError):
                mailbox.list_new(None)
            started = time.monotonic()
            mailbox.wait(0.25)
            pauses.append(time.monotonic() - started)
        assert pauses[0] >= 0.09
        assert pauses[1] >= 0.19
        assert 0.24 <= pauses[2] < 1  # 0.4, but no longer than asked
        dovecot.process.start()
        mailbox.list_new(None)
        dovecot.process.kill()
        with pytest.raises(MailboxError):
            mailbox.list_new(None)
        started = time.monotonic()
        mailbox.wait(20)
        assert time.monotonic() - started < 1  # the lost line and the refused connection: 0.2 at most


def test_a_stop_signal_ends_the_pause_after_a_failure(dovecot: Dovecot) -> None:
    """Also when the server is away."""
    with contextlib.closing(ImapMailbox(dovecot.settings(), backoff=Backoff(first=100))) as mailbox:
        dovecot.process.kill()
        with pytest.raises(MailboxError):
            mailbox.list_new(None)
        started = time.monotonic()
        with soon(mailbox.close):
            mailbox.wait(20)
        assert time.monotonic() - started < 2


def test_a_stop_signal_ends_a_fetch_too(dovecot: Dovecot) -> None:
    """Closing cuts the line under a fetch from a hung server; it does not wait for the time-out."""
    dovecot.drop(MAIL)
    with contextlib.closing(ImapMailbox(dovecot.settings())) as mailbox:
        (envelope,) = mailbox.list_new(None).envelopes
        dovecot.process.send(signal.SIGSTOP)
        started = time.monotonic()
        with soon(mailbox.close), pytest.raises(MailboxError):
            mailbox.fetch(envelope.key)
        assert time.monotonic() - started < 2
    dovecot.process.send(signal.SIGCONT)


def _fetch_for_ever(mailbox: ImapMailbox, key: str) -> None:
    while True:
        assert mailbox.fetch(key) == TWENTY_MB
