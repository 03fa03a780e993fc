"""The Graph mailbox when Graph has a bad day: nothing is lost, nothing is doubled, and nobody is pestered."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from intake.errors import LoginRefused, MailboxError, MessageTooLarge, MessageUnreadable, PersonNeeded
from intake.mailboxes.graph import GraphMailbox
from intake.ports import FileApart
from tests.simulators import graph_faults as fault
from tests.simulators.graph_faults import Faults
from tests.simulators.graph_house import Microsoft
from tests.simulators.graph_store import Stored

pytestmark = [pytest.mark.server]
MAIL = b"Subject: Signaal\r\n\r\nGeachte heer,\r\n"
INVITATION = (
    b'Content-Type: multipart/alternative; boundary="b"\r\n\r\n--b\r\n\r\nOverleg.\r\n--b\r\n'
    b"Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n--b--\r\n"
)
PARTS = (
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nZie bijlagen.\r\n'
    + b"".join(
        b'--b\r\nContent-Type: application/pdf; name="%d.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0x\r\n'
        % n
        for n in range(8)
    )
    + b"--b--\r\n"
)


@pytest.fixture(scope="module")
def module_microsoft(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Microsoft]:
    """Both servers, for all tests here."""
    with Microsoft(tmp_path_factory.mktemp("graph-faults")) as servers:
        yield servers


@pytest.fixture
def microsoft(module_microsoft: Microsoft) -> Iterator[Microsoft]:
    """The servers on a good day; the judge of requests and answers found nothing wrong afterwards."""
    graph = module_microsoft.graph
    graph.faults = Faults()
    graph.page_size = 0
    graph.may_read = graph.may_write = True
    for stored in list(graph.store.messages.values()):
        graph.store.delete(stored)
    graph.log.clear()
    graph.disobeyed = 0
    yield module_microsoft
    assert graph.wrong == []
    assert graph.disobeyed == 0
    assert [a.target for a in graph.log if "ImmutableId" not in a.prefer or not a.request_id] == []


@pytest.fixture
def mailbox(microsoft: Microsoft) -> Iterator[GraphMailbox]:
    """The adapter under test, connected."""
    with contextlib.closing(microsoft.mailbox()) as opened:
        opened.list_new(None)
        microsoft.graph.log.clear()
        yield opened


def deliver(microsoft: Microsoft, count: int = 1, raw: bytes = MAIL) -> list[Stored]:
    """So many mails; returns them."""
    return [microsoft.graph.deliver(raw) for _ in range(count)]


@pytest.mark.parametrize("one", [fault.THROTTLED, fault.UNAVAILABLE, fault.TIMED_OUT, fault.TRUNCATED, fault.EXPIRED])
@pytest.mark.parametrize("at", ["/delta", "$value", "/attachments", "?$select=id"])
def test_what_passes_is_asked_again(microsoft: Microsoft, mailbox: GraphMailbox, one: str, at: str) -> None:
    """One fault of any sort at any request: the caller notices nothing."""
    (stored,) = deliver(microsoft)
    microsoft.graph.faults.plan(one, at=at)
    (envelope,) = mailbox.list_new(None).envelopes
    assert (envelope.key, mailbox.fetch(envelope.key)) == (stored.id, MAIL)
    mailbox.fetch_apart(envelope.key)
    assert microsoft.graph.faults.struck[one] == 1


def test_a_token_that_ends_after_other_trouble_is_no_refused_login(microsoft: Microsoft, mailbox: GraphMailbox) -> None:
    """Found by the long chaos run: a 401 as the last of four faults stopped the service until a person came."""
    (stored,) = deliver(microsoft)
    trouble = [fault.UNAVAILABLE, fault.TRUNCATED, fault.UNAVAILABLE, fault.EXPIRED]
    microsoft.graph.faults.plan(*trouble, at="$value")
    assert mailbox.fetch(stored.id) == MAIL
    microsoft.graph.faults.plan(*[fault.EXPIRED] * 3, at="$value")
    with pytest.raises(LoginRefused):
        mailbox.fetch(stored.id)


def test_retry_after_rests_all_requests(microsoft: Microsoft, mailbox: GraphMailbox) -> None:
    """A 429 for one is a pause for all; who comes sooner is noticed by the stand-in."""
    (stored,) = deliver(microsoft, raw=PARTS)
    microsoft.graph.faults.plan(fault.THROTTLED, at="/attachments")
    start = time.monotonic()
    mailbox.fetch_apart(stored.id)
    assert 0.95 < time.monotonic() - start < 3


def test_a_long_rest_ends_the_call_and_is_kept_in_wait(microsoft: Microsoft, mailbox: GraphMailbox) -> None:
    """Ten minutes are not slept in a request: the caller gets its turn back, and the server is left alone."""
    microsoft.graph.faults.retry_after = 600
    microsoft.graph.faults.plan(fault.THROTTLED)
    start = time.monotonic()
    with pytest.raises(MailboxError, match="429"):
        mailbox.list_new(None)
    assert time.monotonic() - start < 1
    assert 590 < mailbox.line.resting() <= 600
    asked = len(microsoft.graph.log)
    mailbox.wait(0.5)
    mailbox.wake()
    with pytest.raises(MailboxError, match="429"):
        mailbox.list_new(None)
    assert len(microsoft.graph.log) == asked
    microsoft.graph._not_before = (
        0.0  # the next test asks before the ten minutes are over; it has an adapter of its own
    )


def test_a_forgotten_bookmark_lists_all_again_under_the_same_keys(microsoft: Microsoft, mailbox: GraphMailbox) -> None:
    """410: nothing is lost, and what was known is known by its key."""
    first = deliver(microsoft, 2)
    listing = mailbox.list_new(None)
    microsoft.graph.store.forget()
    second = deliver(microsoft, 1)
    again = mailbox.list_new(listing.bookmark)
    assert {e.key for e in again.envelopes} == {m.id for m in first + second}
    assert not again.relisted


def test_a_state_that_is_forgotten_between_two_pages_lists_all_again(
    microsoft: Microsoft, mailbox: GraphMailbox
) -> None:
    """The second page is gone: half a list is no list."""
    delivered = deliver(microsoft, 5)
    listing = mailbox.list_new(None)
    microsoft.graph.page_size = 2
    for stored in delivered:
        microsoft.graph.store.touch(stored)
    microsoft.graph.faults.plan(fault.FORGOTTEN, at="skiptoken")
    again = mailbox.list_new(listing.bookmark)
    assert {e.key for e in again.envelopes} == {m.id for m in delivered}


def test_a_mail_on_two_pages_is_listed_once(microsoft: Microsoft, mailbox: GraphMailbox) -> None:
    """Paging while mail is moved about: each key once."""
    delivered = deliver(microsoft, 7)
    microsoft.graph.page_size = 2
    listing = mailbox.list_new(None)
    for stored in delivered[:3]:
        microsoft.graph.store.touch(stored)
    again = mailbox.list_new(listing.bookmark)
    assert [len(listing.envelopes), len(again.envelopes)] == [7, 3]


def test_mails_of_one_second_are_listed_in_the_order_in_which_they_came(
    microsoft: Microsoft, mailbox: GraphMailbox
) -> None:
    """Graph's times are whole seconds; a correction listed before what it corrects would open a dossier of its own."""
    delivered = deliver(microsoft, 12)
    microsoft.graph.page_size = 5
    assert [e.key for e in mailbox.list_new(None).envelopes] == [m.id for m in delivered]


def test_a_mail_that_a_person_moved_is_fetched_all_the_same(microsoft: Microsoft, mailbox: GraphMailbox) -> None:
    """Between listing and fetching somebody tidied up: the immutable id still leads to it."""
    (stored,) = deliver(microsoft)
    (envelope,) = mailbox.list_new(None).envelopes
    microsoft.graph.store.move(stored, "archive")
    assert mailbox.fetch(envelope.key) == MAIL


def test_every_attachment_comes_by_itself_three_at_a_time(microsoft: Microsoft, mailbox: GraphMailbox) -> None:
    """Files, and a link that has no bytes; never more than three requests in flight."""
    stored = microsoft.graph.deliver(PARTS, links=("Signaal.docx",))
    microsoft.graph.faults = Faults(rates={fault.SLOW: 1.0}, slow_seconds=0.05)
    apart = mailbox.fetch_apart(stored.id)
    assert [f.content for f in apart.files] == [b"%PDF-1"] * 8 + [None]
    assert apart.files[-1] == FileApart("Signaal.docx", "link", "", None)
    assert microsoft.graph.most_in_flight == 3


def test_an_invitation_is_told_as_such(microsoft: Microsoft, mailbox: GraphMailbox) -> None:
    """Exchange makes its text anew: a person looks."""
    (stored,) = deliver(microsoft, raw=INVITATION)
    assert [d.code for d in mailbox.fetch_apart(stored.id).defects] == ["meeting_request"]


def test_a_mail_past_the_limit_is_left_alone(microsoft: Microsoft, mailbox: GraphMailbox) -> None:
    """Broken off at the limit and not begun again at every listing; the others go on."""
    large, small = deliver(microsoft, raw=b"Subject: groot\r\n\r\n" + b"x" * 300_000)[0], deliver(microsoft)[0]
    with contextlib.closing(GraphMailbox(microsoft.server(), max_bytes=100_000)) as bounded:
        for _ in range(3):
            with pytest.raises(MessageTooLarge):
                bounded.fetch(large.id)
        assert bounded.fetch(small.id) == MAIL
    assert len([a for a in microsoft.graph.log if large.id in a.target]) == 1


def test_a_mail_that_exchange_cannot_export_is_left_to_a_person(microsoft: Microsoft, mailbox: GraphMailbox) -> None:
    """One damaged item does not stop the others."""
    broken, good = deliver(microsoft, 2)
    broken.broken = True
    with pytest.raises(MessageUnreadable):
        mailbox.fetch(broken.id)
    assert mailbox.fetch(good.id) == MAIL


def test_a_mail_on_which_exchange_fails_again_and_again_does_not_stop_the_others(
    microsoft: Microsoft, mailbox: GraphMailbox
) -> None:
    """500 without a word: of the message or of an attachment; a person is told, and it is tried again later."""
    bad, good = deliver(microsoft, raw=PARTS)[0], deliver(microsoft)[0]
    microsoft.graph.faults.plan(*[fault.INTERNAL] * 4, at=f"{bad.id}/$value")
    with pytest.raises(MessageUnreadable):
        mailbox.fetch(bad.id)
    microsoft.graph.faults.plan(*[fault.INTERNAL] * 40, at=f"{bad.id}/attachments/")
    with pytest.raises(MessageUnreadable):
        mailbox.fetch_apart(bad.id)
    assert mailbox.fetch(good.id) == MAIL
    assert mailbox.fetch(bad.id) == PARTS


def test_a_right_that_was_taken_away_needs_a_person(microsoft: Microsoft, mailbox: GraphMailbox) -> None:
    """403 in the middle of the work: clear, and not tried again."""
    microsoft.graph.may_read = False
    with pytest.raises(LoginRefused, match="RBAC for Applications"):
        mailbox.list_new(None)
    assert len(microsoft.graph.log) == 1


def test_without_the_right_to_write_nothing_is_marked(microsoft: Microsoft, mailbox: GraphMailbox) -> None:
    """Reading goes on; marking says that it cannot."""
    (stored,) = deliver(microsoft)
    microsoft.graph.may_write = False
    assert mailbox.mark(stored.id, "Formeel signaal") is False
    assert mailbox.may_mark() is False
    microsoft.graph.may_write = True
    assert mailbox.may_mark() is True
    assert mailbox.mark(stored.id, "Formeel signaal") is True
    assert stored.categories == ["Formeel signaal"]


def test_a_mark_that_was_set_although_the_answer_was_lost_is_set_once(
    microsoft: Microsoft, mailbox: GraphMailbox
) -> None:
    """504 after acceptance on a PATCH: asked again, and the same."""
    (stored,) = deliver(microsoft)
    stored.categories = ["Van Anna"]
    microsoft.graph.faults.plan("", fault.TIMED_OUT, at=stored.id)
    assert mailbox.mark(stored.id, "Formeel signaal")
    assert stored.categories == ["Van Anna", "Formeel signaal"]


def test_a_post_is_never_repeated(microsoft: Microsoft, mailbox: GraphMailbox) -> None:
    """The SDK by itself repeats a POST after a 504 three times, and the first one was carried out."""
    (stored,) = deliver(microsoft)
    microsoft.graph.faults.plan(fault.TIMED_OUT, at="/move")
    body = {"destination_id": microsoft.graph.store.folder_id("archive")}

    async def move() -> object:
        from msgraph.generated.users.item.messages.item.move.move_post_request_body import MovePostRequestBody

        at = mailbox.line.sdk.users.by_user_id(mailbox.line.server.mailbox).messages.by_message_id(stored.id).move
        return await mailbox.calls.request(lambda c: at.post(MovePostRequestBody(**body), c), repeat=False)

    with pytest.raises(MailboxError, match="504"):
        mailbox.line.run(move)
    assert [a.method for a in microsoft.graph.log] == ["POST"]
    assert stored.moves == 1


def test_a_page_on_another_host_is_not_asked(microsoft: Microsoft, mailbox: GraphMailbox, tmp_path: Path) -> None:
    """A link that leads elsewhere would take the token along; a bookmark that does is not ours."""
    with Microsoft(tmp_path) as other:
        deliver(microsoft, 3)
        microsoft.graph.page_size = 2
        address, microsoft.graph.address = microsoft.graph.address, other.graph.address
        try:
            with pytest.raises(MailboxError, match="another host"):
                mailbox.list_new(None)
        finally:
            microsoft.graph.address = address
        theirs = f"{other.graph.url}/users/loket%40example.nl/mailFolders/inbox/messages/delta?$deltatoken=1.0.-1.0"
        assert len(mailbox.list_new(theirs).envelopes) == 3
        assert other.graph.log == []


def test_a_server_that_is_gone_is_left_alone_for_longer_and_longer(tmp_path: Path) -> None:
    """No answer at all: an error that passes, and a pause in `wait`."""
    servers = Microsoft(tmp_path)
    with servers:
        mailbox = servers.mailbox()
        servers.graph.deliver(MAIL)
        mailbox.list_new(None)
    with pytest.raises(MailboxError) as caught:
        mailbox.list_new(None)
    assert not isinstance(caught.value, PersonNeeded)
    start = time.monotonic()
    mailbox.wait(5)
    assert 0 < time.monotonic() - start < 2
    mailbox.close()


def test_close_breaks_off_a_slow_request(microsoft: Microsoft, mailbox: GraphMailbox) -> None:
    """A stop signal does not wait for Graph."""
    (stored,) = deliver(microsoft)
    microsoft.graph.faults = Faults(rates={fault.SLOW: 1.0}, slow_seconds=2)
    timer = threading.Timer(0.3, mailbox.close)
    timer.start()
    start = time.monotonic()
    with pytest.raises(MailboxError, match="closed"):
        mailbox.fetch(stored.id)
    assert time.monotonic() - start < 1
    timer.join()
    with pytest.raises(MailboxError, match="closed"):
        mailbox.list_new(None)


def test_a_change_told_without_its_time_is_asked_for(microsoft: Microsoft, mailbox: GraphMailbox) -> None:
    """A delta may tell of an update with the changed properties only: an unknown mail is not dropped for that."""
    (stored,) = deliver(microsoft)
    microsoft.graph.terse = True
    try:
        (envelope,) = mailbox.list_new(None).envelopes
    finally:
        microsoft.graph.terse = False
    assert abs((envelope.received - stored.received).total_seconds()) < 1
