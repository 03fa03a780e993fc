"""What every mailbox promises, whichever it is: the port `Mailbox` as one class of tests."""

from __future__ import annotations

import contextlib
import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol, cast

import pytest

from intake.errors import FolderMissing, MessageGone
from intake.mailboxes.graph import GraphMailbox
from intake.ports import Envelope, Listing, Mailbox, Tidies
from tests.contract.mailbox_places import FolderPlace, GraphPlace, ImapPlace, MaildirPlace, Place, ScanPlace
from tests.simulators.dovecot import LIKE_EXCHANGE, WITHOUT_IDLE, Dovecot
from tests.simulators.graph_house import Microsoft
from tests.simulators.imap_server import ImapProcess
from tests.simulators.pymap_server import Pymap

MAIL = b"From: a@example.nl\r\nSubject: Signaal\r\n\r\nGeachte heer,\r\n"
OTHER = b"From: b@example.nl\r\nSubject: Nagekomen\r\n\r\nZie bijlage.\r\n"
EIGHT_BITS = (
    b"Subject: caf\xe9 \xc3\xa9\r\n\r\n"
    + bytes(range(0x80, 0x100))
    + b" \x01\x7f\t\r\n"
    + b"." * 9000
    + b"\r\n.\r\n\r\n"
)
THREE_PARTS = b"Subject: groot\r\n\r\n" + b"".join(b"%069d\r\n" % n for n in range(38_000))
EXACT_PART = b"Subject: precies\r\n\r\n".ljust((1 << 20) - 2, b"x") + b"\r\n"

Kind = str | ImapProcess | Microsoft
SERVERS: dict[str, Callable[[], ImapProcess]] = {
    "dovecot": Dovecot,
    "dovecot-like-exchange": lambda: Dovecot(capabilities=LIKE_EXCHANGE),
    "dovecot-without-idle": lambda: Dovecot(capabilities=WITHOUT_IDLE),
    "pymap": Pymap,
}


@pytest.fixture(scope="module", params=["folder", "scans", "maildir", "graph", *SERVERS])
def kind(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kind]:
    """The name of a mailbox without server, or the server, which all tests of a module share."""
    with contextlib.ExitStack() as stack:
        if request.param == "graph":
            yield stack.enter_context(Microsoft(tmp_path_factory.mktemp("microsoft")))
        else:
            yield stack.enter_context(SERVERS[request.param]()) if request.param in SERVERS else request.param


@pytest.fixture
def place(kind: Kind, tmp_path: Path) -> Place:
    """An empty mailbox seen from the other side."""
    if isinstance(kind, ImapProcess):
        return ImapPlace(kind)
    if isinstance(kind, Microsoft):
        return GraphPlace(kind)
    places: dict[str, type[FolderPlace | MaildirPlace]] = {"folder": FolderPlace, "scans": ScanPlace}
    return places.get(kind, MaildirPlace)(tmp_path)


@pytest.fixture
def mailbox(place: Place) -> Iterator[Mailbox]:
    """The adapter under test."""
    with contextlib.closing(place.open()) as opened:
        yield opened


def unknown(listing: Listing, before: Listing) -> list[Envelope]:
    """What a caller that knows the keys of `before` takes from a listing."""
    return [e for e in listing.envelopes if e.key not in {known.key for known in before.envelopes}]


class TestMailbox:
    """The contract; every adapter and every server passes all of it."""

    def test_an_empty_mailbox_lists_nothing(self, mailbox: Mailbox) -> None:
        """No mail, no envelope, and a bookmark all the same."""
        listing = mailbox.list_new(None)
        assert listing.envelopes == ()
        assert mailbox.list_new(listing.bookmark).envelopes == ()

    def test_every_mail_is_listed_once_with_its_time_and_size(self, place: Place, mailbox: Mailbox) -> None:
        """Keys differ, times are aware and of just now, sizes are those of the bytes or unknown."""
        place.deliver(MAIL)
        place.deliver(MAIL)
        place.deliver(OTHER)
        listed = mailbox.list_new(None).envelopes
        now = dt.datetime.now(dt.UTC)
        assert len({envelope.key for envelope in listed}) == 3
        assert all(abs(now - envelope.received) < dt.timedelta(seconds=30) for envelope in listed)
        sizes = sorted(envelope.size for envelope in listed)
        assert sizes in (sorted([len(MAIL), len(MAIL), len(OTHER)]), [0, 0, 0])

    def test_after_a_bookmark_new_mail_has_a_new_key(self, place: Place, mailbox: Mailbox) -> None:
        """A caller that knows the keys sees exactly the new mail."""
        place.deliver(MAIL)
        first = mailbox.list_new(None)
        place.deliver(OTHER)
        new = unknown(mailbox.list_new(first.bookmark), first)
        assert [mailbox.fetch(envelope.key) for envelope in new] == [OTHER]

    def test_keys_and_bookmarks_outlive_the_service(self, place: Place, mailbox: Mailbox) -> None:
        """Another adapter on the same mailbox knows the mail by the same key, and new mail by its bookmark."""
        place.deliver(MAIL)
        first = mailbox.list_new(None)
        with contextlib.closing(place.open()) as restarted:
            again = restarted.list_new(None)
            assert [e.key for e in again.envelopes] == [e.key for e in first.envelopes]
            assert unknown(restarted.list_new(first.bookmark), first) == []
            assert not again.relisted
            assert restarted.fetch(first.envelopes[0].key) == MAIL

    def test_a_bookmark_that_is_not_ours_lists_all(self, place: Place, mailbox: Mailbox) -> None:
        """Nothing is missed for a bookmark that another kind of mailbox left behind."""
        place.deliver(MAIL)
        assert len(mailbox.list_new("https://graph.example/delta?token=1").envelopes) == 1

    @pytest.mark.parametrize(
        "raw", [MAIL, EIGHT_BITS, THREE_PARTS, EXACT_PART], ids=["plain", "8bit", "3parts", "1part"]
    )
    def test_bytes_come_back_as_they_are(self, place: Place, mailbox: Mailbox, raw: bytes) -> None:
        """8-bit bytes, long lines, dots and large mails, read twice."""
        place.deliver(raw)
        (envelope,) = mailbox.list_new(None).envelopes
        assert mailbox.fetch(envelope.key) == raw
        assert mailbox.fetch(envelope.key) == raw

    def test_listing_fetching_and_waiting_change_nothing(self, place: Place, mailbox: Mailbox) -> None:
        r"""No \Seen, no flag, no rename, no change time."""
        place.deliver(MAIL)
        before = place.state()
        (envelope,) = mailbox.list_new(None).envelopes
        mailbox.fetch(envelope.key)
        mailbox.wait(0.1)
        assert place.state() == before

    def test_a_deleted_mail_is_gone(self, place: Place, mailbox: Mailbox) -> None:
        """Between listing and fetching somebody deleted it: said as such, and the mailbox works on."""
        place.deliver(MAIL)
        listing = mailbox.list_new(None)
        place.remove_all()
        with pytest.raises(MessageGone):
            mailbox.fetch(listing.envelopes[0].key)
        place.deliver(OTHER)
        (new,) = unknown(mailbox.list_new(listing.bookmark), listing)
        assert mailbox.fetch(new.key) == OTHER

    def test_a_key_that_names_nothing_is_gone(self, mailbox: Mailbox) -> None:
        """Also one that points out of the mailbox."""
        for key in ("", "weg", "1:1", "../geheim.eml", "a/b", "../../etc/passwd/0+0", "bytes/..%2Fx/1+1"):
            with pytest.raises(MessageGone):
                mailbox.fetch(key)

    def test_wait_ends_when_mail_arrives(self, place: Place, mailbox: Mailbox) -> None:
        """Within two seconds."""
        before = _rested(mailbox)
        timer = threading.Timer(0.3, place.deliver, [MAIL])
        timer.start()
        seconds = _seconds_of_wait(mailbox, 4)
        timer.join()
        assert 0.2 < seconds < 2
        assert len(unknown(mailbox.list_new(before.bookmark), before)) == 1

    def test_mail_that_came_before_the_wait_is_not_slept_over(self, place: Place, mailbox: Mailbox) -> None:
        """Between listing and waiting lies the work on the mail before: what came meanwhile ends the wait at once."""
        _rested(mailbox)
        place.deliver(MAIL)
        assert _seconds_of_wait(mailbox, 4) < 2

    def test_wait_ends_in_time_without_mail(self, mailbox: Mailbox) -> None:
        """It lasts as long as asked, not longer, and is no busy loop."""
        _rested(mailbox)
        assert 0.25 < _seconds_of_wait(mailbox, 0.3) < 1.3

    def test_close_ends_a_wait_in_another_thread(self, mailbox: Mailbox) -> None:
        """A stop signal is obeyed within a second, in silence; closing twice is one closing."""
        _rested(mailbox)
        timer = threading.Timer(0.3, mailbox.close)
        timer.start()
        assert _seconds_of_wait(mailbox, 4) < 1.3
        timer.join()
        mailbox.close()
        assert _seconds_of_wait(mailbox, 4) < 0.5

    def test_a_missing_folder_is_said_as_such(self, place: Place) -> None:
        """A person must mend the setting; no other error stands for it."""
        with contextlib.closing(place.open_missing()) as missing, pytest.raises(FolderMissing):
            missing.list_new(None)

    def test_marking_neither_loses_nor_doubles_a_mail(self, place: Place, mailbox: Mailbox) -> None:
        """Whether the mailbox shows labels or not, key and bytes stay; a False means that nothing changed."""
        place.deliver(MAIL)
        listing = mailbox.list_new(None)
        key, before = listing.envelopes[0].key, place.state()
        if not mailbox.mark(key, "Loket: ontvangen"):
            assert place.state() == before
        assert unknown(mailbox.list_new(listing.bookmark), listing) == []
        assert mailbox.fetch(key) == MAIL

    def test_labels_are_put_right_and_those_of_persons_stay(self, place: Place, mailbox: Mailbox) -> None:
        """What is right already is not written; a mailbox that keeps none says so and changes nothing."""
        tidying = _tidying(mailbox)
        place.deliver(MAIL)
        key = mailbox.list_new(None).envelopes[0].key
        mailbox.mark(key, "Van Anna")
        before = place.state()
        first = tidying.relabel(key, {"Wacht op post"}, {"Formeel signaal"})
        if first is None:
            assert place.state() == before
            return
        marked = place.state()
        assert first
        assert tidying.relabel(key, {"Wacht op post"}, {"Formeel signaal"}) is False
        assert place.state() == marked
        assert tidying.relabel(key, {"Formeel signaal"}, {"Wacht op post"}) is True
        assert "post" not in str(place.state())
        assert "Formeel" in str(place.state())
        assert "Anna" in str(place.state())
        assert mailbox.fetch(key) == MAIL

    def test_a_moved_mail_is_listed_no_more_and_found_by_its_new_key(self, place: Place, mailbox: Mailbox) -> None:
        """Moving again does nothing; the folder is made when absent; the other mail stays."""
        tidying = _tidying(mailbox)
        place.deliver(MAIL)
        place.deliver(OTHER)
        listing = mailbox.list_new(None)
        moved = next(e.key for e in listing.envelopes if mailbox.fetch(e.key) == MAIL)
        new = tidying.move(moved, "Verwerkt")
        assert tidying.move(new, "Verwerkt") == new
        left = [mailbox.fetch(e.key) for e in mailbox.list_new(None).envelopes]
        cannot = new == moved and not isinstance(mailbox, GraphMailbox)  # a server without MOVE: nothing was done
        assert left == ([MAIL, OTHER] if cannot else [OTHER])
        assert tidying.relabel(new, {"Formeel signaal"}, set()) in {True, None}

    def test_moving_a_mail_that_is_gone_says_so(self, place: Place, mailbox: Mailbox) -> None:
        """Somebody deleted it; nothing else is moved in its place."""
        tidying = _tidying(mailbox)
        place.deliver(MAIL)
        key = mailbox.list_new(None).envelopes[0].key
        place.remove_all()
        try:
            assert tidying.move(key, "Verwerkt") == key  # a server without MOVE: it was not looked for
        except MessageGone:
            assert mailbox.list_new(None).envelopes == ()


class Tidying(Mailbox, Tidies, Protocol):
    """A mailbox that can show what became of its mail."""


def _tidying(mailbox: Mailbox) -> Tidying:
    if not isinstance(mailbox, Tidies):
        pytest.skip("a Maildir has nowhere to show labels, and its folders belong to its owner's mail program")
    return cast("Tidying", mailbox)


def _rested(mailbox: Mailbox) -> Listing:
    """List until nothing is so fresh that the mailbox wants a second look."""
    mailbox.list_new(None)
    mailbox.wait(0.2)
    return mailbox.list_new(None)


def _seconds_of_wait(mailbox: Mailbox, seconds: float) -> float:
    start = time.monotonic()
    mailbox.wait(seconds)
    return time.monotonic() - start
