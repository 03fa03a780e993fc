"""The port `Desk` over a Workflows address (Power Automate): posts only. No edit, no thread, no button comes back.

The address holds its own secret (`sig=`), so it is never shown. A changed card is posted again as a message of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from bot.teams.buttons import without_buttons
from bot.teams.cards import small_card
from bot.teams.line import CARD_TYPE
from intake.errors import DeskBusy, DeskError
from intake.ports import Clock
from storage.canonical import encode, sha256
from storage.channel import Channel, thread

LIMITS = (
    "a changed card is posted anew, not edited; buttons and commands do not work; events have no thread; "
    "28 KB a message; the flow stops when its owner leaves"
)
"""What this way of posting cannot, for `doctor`."""

_OURS = "workflow:"
_TIMEOUT = 15.0
_AWAY, _TO_MEND = 30.0, 300.0  # seconds
_TOO_LARGE = 413


class WorkflowDesk:
    """A channel behind a Workflows address."""

    def __init__(self, address: str, channel: Channel, clock: Clock) -> None:
        self._address = address
        self._channel = channel
        self._clock = clock

    def post(self, key: str, card: Mapping[str, Any]) -> str:
        """Post a card; the same card under the same key is not posted again. Raises `DeskError`, `DeskBusy`."""
        return self._told(key, key, card)

    def update(self, reference: str, card: Mapping[str, Any]) -> str:
        """Post the changed card anew. Raises as `post`."""
        kept = self._channel.posted(reference=reference)
        return self._told(kept.key if kept else reference, kept.record if kept else reference, card)

    def reply(self, key: str, reference: str, card: Mapping[str, Any]) -> str:
        """Post an event. Raises as `post`."""
        root = self._channel.posted(reference=reference)
        return self._told(key, thread(root.key if root else reference), card)

    def _told(self, key: str, record: str, card: Mapping[str, Any]) -> str:
        shown = without_buttons(card)
        reference = f"{_OURS}{sha256(key.encode() + encode(shown))[:24]}"
        kept = self._channel.posted(key=key)
        if kept and kept.reference == reference:
            return reference
        if self._sent(shown) == _TOO_LARGE and self._sent(small_card(shown)) == _TOO_LARGE:
            raise DeskError("the flow finds even the smallest card too large")
        self._channel.keep(key, record, reference, shown, self._clock.now())
        return reference

    def _sent(self, card: Mapping[str, Any]) -> int:
        """The status of the answer; 2xx, or 413 for the caller to see. A rest that the flow asks for is the outbox's."""
        attachment = {"contentType": CARD_TYPE, "contentUrl": None, "content": dict(card)}
        try:
            answer = httpx.post(self._address, json={"type": "message", "attachments": [attachment]}, timeout=_TIMEOUT)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise DeskBusy("the Workflows address cannot be reached", _AWAY) from error
        if answer.is_success or answer.status_code == _TOO_LARGE:
            return answer.status_code
        asked = answer.headers.get("Retry-After", "")
        rest = float(asked) if asked.isdecimal() else _AWAY
        passes = answer.status_code in {408, 429} or answer.status_code >= 500  # noqa: PLR2004 - HTTP
        raise DeskBusy(f"the flow answered {answer.status_code}", rest if passes else _TO_MEND)
