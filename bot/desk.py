"""The embedded desk: the channel's cards on the local page, for set-ups without Teams."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from intake.ports import Clock
from storage.channel import thread
from storage.dossiers import Records


class LocalDesk:
    """The port `Desk` on the table of channel posts. The key of a card is what it is about: a dossier's number or a record.

    It never refuses a card; only the database itself can fail, and then the outbox tries again.
    """

    def __init__(self, records: Records, clock: Clock) -> None:
        self._channel = records.channel
        self._clock = clock

    def post(self, key: str, card: Mapping[str, Any]) -> str:
        """Show a card; the same key again shows no second one. Returns its reference."""
        return self._channel.post(key, key, card, self._clock.now())

    def reply(self, key: str, reference: str, card: Mapping[str, Any]) -> str:
        """Keep an event with its card; the page shows the dossier's timeline for it, and no second card."""
        root = self._channel.posted(reference=reference)
        return self._channel.post(key, thread(root.key if root else reference), card, self._clock.now())

    def update(self, reference: str, card: Mapping[str, Any]) -> str:
        """Replace the card; one that is no longer there (the table is not evidence and may be emptied) is posted anew."""
        if self._channel.update(reference, card, self._clock.now()):
            return reference
        return self.post(reference, card)
