"""Notifications of Graph: the handshake, who is believed, what wakes the mailbox, and how the subscription stays alive."""

from __future__ import annotations

import contextlib
import datetime as dt
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.notifications import MOST_BYTES
from intake.errors import MailboxError
from intake.mailboxes.graph_subscription import LIFE, LIFECYCLE, NOTIFICATIONS, Subscription
from tests.simulators import graph_faults as fault
from tests.simulators.graph_house import Microsoft
from tests.simulators.graph_notifier import LATE, LOST, TWICE
from tests.simulators.graph_office import Office

pytestmark = [pytest.mark.server]
MAIL = b"Subject: Signaal\r\n\r\nGeachte heer,\r\n"


@pytest.fixture
def microsoft(tmp_path: Path) -> Iterator[Microsoft]:
    """Both servers; the judge found nothing wrong afterwards."""
    with Microsoft(tmp_path) as servers:
        yield servers
        assert servers.graph.wrong == []


@pytest.fixture
def office(microsoft: Microsoft) -> Iterator[Office]:
    """Our side, subscribed."""
    with Office(microsoft) as opened:
        opened.subscription.keep()
        opened.mailbox._woken.clear()
        yield opened


def state_of(office: Office) -> str:
    """The secret that only Graph and we know."""
    (found,) = office.microsoft.graph.notifier.subscriptions.values()
    return str(found.asked["clientState"])


def test_new_mail_ends_the_wait_at_once(office: Office) -> None:
    """From delivery to the end of `wait`, without a look at the mailbox."""
    office.mailbox.list_new(None)
    timer = threading.Timer(0.2, office.microsoft.graph.deliver, [MAIL])
    timer.start()
    start = time.monotonic()
    office.mailbox._poll_seconds = 30
    office.mailbox.wait(10)
    assert time.monotonic() - start < 1.5
    assert len(office.mailbox.list_new(None).envelopes) == 1
    timer.join()


@pytest.mark.parametrize(
    ("event", "believed"),
    [
        ({}, True),
        ({"clientState": "geraden"}, False),
        ({"clientState": None}, False),
        ({"clientState": ["x"]}, False),
        ({"subscriptionId": "een andere"}, False),
    ],
)
def test_only_what_carries_our_secret_wakes(office: Office, event: dict[str, Any], believed: bool) -> None:
    """Anybody can post there: a 202 for all, so that a guess learns nothing."""
    state = state_of(office)
    assert office.told(state, **event) == 202
    assert office.woken() == believed
    assert office.subscription.refused == (not believed)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"geen json", 400),
        (b"[" * 200_000, 400),
        (b"x" * (MOST_BYTES + 1), 413),
        (b"[]", 202),
        (b'{"value": 1}', 202),
    ],
    ids=["empty", "nonsense", "deep", "large", "list", "number"],
)
def test_nonsense_is_refused_and_wakes_nobody(office: Office, body: bytes, status: int) -> None:
    """No body that somebody sends stops the pages."""
    for path in (NOTIFICATIONS, LIFECYCLE):
        assert httpx.post(office.address + path, content=body, trust_env=False).status_code == status
    assert not office.woken()
    assert httpx.get(office.address, trust_env=False).text == "pagina"


def test_the_handshake_gives_the_token_back_as_plain_text(office: Office) -> None:
    """And never as something that a browser runs; a token longer than any of Graph's is refused."""
    token = "<script>1+1</script> é&b"
    answer = httpx.post(office.address + NOTIFICATIONS, params={"validationToken": token}, trust_env=False)
    assert (answer.status_code, answer.text) == (200, token)
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["x-content-type-options"] == "nosniff"
    long = httpx.post(office.address + NOTIFICATIONS, params={"validationToken": "x" * 5000}, trust_env=False)
    assert long.status_code == 400
    assert httpx.get(office.address + NOTIFICATIONS, trust_env=False).status_code in {404, 405}


def test_a_subscription_is_renewed_long_before_its_end(office: Office) -> None:
    """Half a day later its life is full again; in between nothing is asked."""
    (found,) = office.microsoft.graph.notifier.subscriptions.values()
    first, asked = found.expires, len(office.microsoft.graph.log)
    office.clock.moment += dt.timedelta(hours=6)
    office.subscription.keep()
    assert len(office.microsoft.graph.log) == asked
    office.clock.moment += dt.timedelta(hours=7)
    office.subscription.keep()
    assert found.expires > first
    left = dt.datetime.fromisoformat(found.expires) - office.clock.moment
    assert abs(left - LIFE) < dt.timedelta(minutes=1)


def test_reauthorization_is_given(office: Office) -> None:
    """Graph asks for it before a token of its own ends."""
    office.microsoft.graph.notifier.lifecycle("reauthorizationRequired")
    office.microsoft.graph.notifier.settle(1)
    office.subscription.keep()
    (found,) = office.microsoft.graph.notifier.subscriptions.values()
    assert found.reauthorized == 1


def test_a_removed_subscription_is_made_anew_and_the_mailbox_looked_at(office: Office) -> None:
    """Mail that came while there was none is found by the listing."""
    office.microsoft.graph.notifier.lifecycle("subscriptionRemoved")
    office.microsoft.graph.notifier.settle(1)
    assert office.microsoft.graph.notifier.subscriptions == {}
    assert office.woken()
    office.subscription.keep()
    assert len(office.microsoft.graph.notifier.subscriptions) == 1


def test_one_that_is_gone_without_a_word_is_made_anew_at_the_renewal(office: Office) -> None:
    """404 on the renewal."""
    office.microsoft.graph.notifier.subscriptions.clear()
    office.clock.moment += dt.timedelta(hours=13)
    office.subscription.keep()
    assert len(office.microsoft.graph.notifier.subscriptions) == 1


def test_missed_notifications_are_made_good_by_a_look(office: Office) -> None:
    """The lifecycle event `missed`."""
    office.microsoft.graph.notifier.lifecycle("missed")
    office.microsoft.graph.notifier.settle(1)
    assert office.woken()


def test_a_subscription_of_an_earlier_run_is_taken_away(office: Office, microsoft: Microsoft) -> None:
    """Its secret is gone with that run; somebody else's, at another address, stays."""
    notifier = microsoft.graph.notifier
    (old,) = notifier.subscriptions.values()
    other = notifier.subscribe(
        {**old.asked, "notificationUrl": f"{office.address}{LIFECYCLE}", "lifecycleNotificationUrl": None}
    )
    assert other is not None
    again = Subscription(office.mailbox, office.address, office.clock)
    again.keep()
    assert old.id not in notifier.subscriptions
    assert other.id in notifier.subscriptions
    assert len(notifier.subscriptions) == 2


def test_a_subscription_whose_making_is_unknown_is_not_made_twice(microsoft: Microsoft) -> None:
    """504 after acceptance: the next try takes away what the first one left."""
    with Office(microsoft) as office:
        microsoft.graph.faults.plan("", fault.TIMED_OUT, at="/subscriptions")
        with pytest.raises(MailboxError, match="504"):
            office.subscription.keep()
        assert len(microsoft.graph.notifier.subscriptions) == 1
        office.subscription.keep()
        assert len(microsoft.graph.notifier.subscriptions) == 1
        assert [a.method for a in microsoft.graph.log if "/subscriptions" in a.target] == [
            "GET",
            "POST",
            "GET",
            "DELETE",
            "POST",
        ]


def test_twice_late_and_lost_notifications_lose_and_double_nothing(office: Office) -> None:
    """Hints: each mail is taken once, by its key, whatever is told of it."""
    office.microsoft.graph.faults.rates = {TWICE: 0.3, LATE: 0.3, LOST: 0.3}
    delivered, found, bookmark = set(), [], office.mailbox.list_new(None).bookmark
    end = time.monotonic() + 10
    for _ in range(20):
        delivered.add(office.microsoft.graph.deliver(MAIL).id)
        office.mailbox.wait(0.1)
        listing = office.mailbox.list_new(bookmark)
        found += [e.key for e in listing.envelopes]
        bookmark = listing.bookmark
    while len(found) < len(delivered) and time.monotonic() < end:
        found += [e.key for e in office.mailbox.list_new(bookmark).envelopes]
    assert sorted(found) == sorted(delivered)


def test_a_failure_to_subscribe_does_not_end_the_thread(microsoft: Microsoft) -> None:
    """The mailbox is looked at all the same; the subscription follows when Graph is well again."""
    with Office(microsoft) as office:
        microsoft.graph.faults.plan(*[fault.UNAVAILABLE] * 6, at="/subscriptions")
        thread = threading.Thread(target=office.subscription.run, daemon=True)
        thread.start()
        end = time.monotonic() + 5
        while not microsoft.graph.notifier.subscriptions and time.monotonic() < end:
            time.sleep(0.02)
        office.subscription.close()
        thread.join(5)
        assert len(microsoft.graph.notifier.subscriptions) == 1
        assert not thread.is_alive()
        with contextlib.suppress(MailboxError):
            office.mailbox.list_new(None)
