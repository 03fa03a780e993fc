"""Change notifications of Graph: a subscription kept alive, and what comes in judged.

They are hints only, for they can be lost, doubled, late or false. A notification carries no signature: what proves it is
`clientState`, a secret of this run. Subscriptions of earlier runs, whose secret is gone, are taken away first; that also mends a
POST whose outcome is unknown.
"""

from __future__ import annotations

import datetime as dt
import hmac
import logging
import secrets
import threading
from collections.abc import Mapping
from typing import Any

from intake.errors import MailboxError
from intake.mailboxes.graph import GraphMailbox
from intake.mailboxes.graph_errors import Refusal
from intake.ports import Clock

LIFE = dt.timedelta(days=6)
"""Graph allows under seven days for messages."""
RENEW_AFTER = dt.timedelta(hours=12)
NOTIFICATIONS, LIFECYCLE = "/graph/notifications", "/graph/lifecycle"
_log = logging.getLogger(__name__)


class Subscription:
    """One subscription on the folder of a mailbox. `keep` is for a thread of its own, `notified` and `lifecycle` for the server's.

    `address` is the public one under which our pages' `/graph/` can be reached.
    """

    def __init__(self, mailbox: GraphMailbox, address: str, clock: Clock) -> None:
        self._mailbox = mailbox
        self._address = address.rstrip("/")
        self._clock = clock
        self._secret = secrets.token_urlsafe(32)
        self._id: str | None = None
        self._renew_at: dt.datetime | None = None
        self._reauthorize = False
        self._due = threading.Event()
        self._closed = False
        self.refused = 0
        """Notifications that did not prove to be Graph's."""

    def run(self) -> None:
        """Keep the subscription until `close`; a failure is tried again, for the mailbox is looked at meanwhile all the same."""
        failures = self._mailbox.line.server.backoff
        while not self._closed:
            try:
                pause = self.keep()
                failures = failures.reset()
            except MailboxError as error:
                failures = failures.failed()
                pause = max(failures.delay(lambda: 0.5), self._mailbox.line.resting())
                _log.warning("no notifications now: %s", error, extra={"action": "notifications"})
            self._due.wait(pause)
            self._due.clear()

    def keep(self) -> float:
        """Do what is due now; returns the seconds until there is more to do. Raises `MailboxError`."""
        now = self._clock.now()
        if self._id is None:
            self._mailbox.line.run(self._establish)
            self._mailbox.wake()  # what came before it was established
        elif self._reauthorize or self._renew_at is None or now >= self._renew_at:
            self._mailbox.line.run(self._renew)
        assert self._renew_at is not None
        return max(1.0, (self._renew_at - now).total_seconds())

    def notified(self, told: Any) -> None:
        """Mail came or changed, they say: wake the mailbox, which looks for itself."""
        if self._proven(told):
            self._mailbox.wake()

    def lifecycle(self, told: Any) -> None:
        """What Graph says of the subscription itself (lifecycleEvent)."""
        for event in self._proven(told):
            match event.get("lifecycleEvent"):
                case "reauthorizationRequired":
                    self._reauthorize = True
                case "subscriptionRemoved":
                    self._id = None
                    self._mailbox.wake()
                case "missed":
                    self._mailbox.wake()
            self._due.set()

    def close(self) -> None:
        """End `run`; the subscription stays, and the next run takes it away."""
        self._closed = True
        self._due.set()

    async def _establish(self) -> None:
        """Take away what earlier runs left, then make our own: at most one try, for the outcome of a POST may be unknown."""
        from msgraph.generated.models.subscription import Subscription as Body

        calls, sdk = self._mailbox.calls, self._mailbox.line.sdk
        page = await calls.request(sdk.subscriptions.get)
        for left in page.value or ():
            if left.notification_url == self._address + NOTIFICATIONS:
                await self._take_away(str(left.id))
        body = Body(
            change_type="created",
            notification_url=self._address + NOTIFICATIONS,
            lifecycle_notification_url=self._address + LIFECYCLE,
            resource=f"users/{self._mailbox.line.server.mailbox}/mailFolders/{await self._mailbox.folder()}/messages",
            expiration_date_time=self._clock.now() + LIFE,
            client_state=self._secret,
        )
        made = await calls.request(lambda c: sdk.subscriptions.post(body, c), repeat=False)
        self._id = str(made.id)
        self._note_life(made)
        _log.info("notifications are on", extra={"action": "notifications"})

    async def _renew(self) -> None:
        from msgraph.generated.models.subscription import Subscription as Body

        calls, at = self._mailbox.calls, self._mailbox.line.sdk.subscriptions.by_subscription_id(self._id)
        try:
            if self._reauthorize:
                await calls.request(at.reauthorize.post, repeat=False)
                self._reauthorize = False
            body = Body(expiration_date_time=self._clock.now() + LIFE)
            self._note_life(await calls.request(lambda c: at.patch(body, c)))
        except Refusal as refusal:
            if refusal.status != 404:  # noqa: PLR2004 - HTTP
                raise
            self._id = None
            await self._establish()
            self._mailbox.wake()

    async def _take_away(self, key: str) -> None:
        try:
            await self._mailbox.calls.request(self._mailbox.line.sdk.subscriptions.by_subscription_id(key).delete)
        except Refusal as refusal:
            if refusal.status != 404:  # noqa: PLR2004 - HTTP
                raise

    def _note_life(self, made: Any) -> None:
        """Renew long before the end that Graph granted, which may be sooner than asked."""
        now = self._clock.now()
        life = (made.expiration_date_time or now + LIFE) - now
        self._renew_at = now + min(RENEW_AFTER, life / 2)

    def _proven(self, told: Any) -> list[Mapping[str, Any]]:
        """The events that carry our secret and our subscription."""
        events = told.get("value") if isinstance(told, dict) else None
        given = [event for event in events if isinstance(event, dict)] if isinstance(events, list) else []
        proven: list[Mapping[str, Any]] = [event for event in given if self._is_ours(event)]
        if len(proven) < max(1, len(given)):
            self.refused += 1
            _log.warning("a notification does not prove to be Graph's", extra={"action": "notification_refused"})
        return proven

    def _is_ours(self, event: Mapping[str, Any]) -> bool:
        state = str(event.get("clientState") or "")
        same = hmac.compare_digest(state.encode(), self._secret.encode())
        return same and self._id in {None, event.get("subscriptionId")}
