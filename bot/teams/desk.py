"""The port `Desk` in a Teams channel: one card per dossier, edited in place, its events as replies in its thread.

What stands where is kept right after Teams took it, so that doing a job again after a crash edits that card. Only a crash between
Teams' answer and that write repeats a post: a bot cannot ask what it posted.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any

from bot.teams.cards import small_card
from bot.teams.line import Refusal, Sends
from bot.teams.pace import Pace
from bot.teams.place import Place, place_of
from intake.errors import DeskBusy, DeskError
from intake.ports import Clock
from storage.channel import Channel, thread
from storage.values import ChannelPost

log = logging.getLogger(__name__)

_OURS = "teams:"
_TRIES = 4
_LONGEST_WAIT = 3.0  # seconds in which the outbox's other work may stand still; longer rests are the outbox's
_AWAY, _TO_MEND = 30.0, 300.0  # seconds until the outbox asks again: Teams is down; a person must mend something
_LATER = frozenset({412, 429, 500, 502, 503, 504})
_GONE, _TOO_LARGE, _REFUSED = 404, 413, frozenset({401, 403})


class TeamsDesk:
    """The channel in which our app was installed. `mention` adds the duty officer to what is posted anew."""

    def __init__(
        self,
        line: Sends,
        channel: Channel,
        clock: Clock,
        *,
        mention: Callable[[Mapping[str, Any]], dict[str, Any]] = dict,
        pace: Pace | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._line = line
        self._channel = channel
        self._clock = clock
        self._mention = mention
        self._pace = pace or Pace()
        self._sleep = sleep

    def post(self, key: str, card: Mapping[str, Any]) -> str:
        """Post a card; a key that has one already gets it edited. Raises `DeskError`, `DeskBusy`."""
        kept = self._channel.posted(key=key)
        if kept and kept.reference.startswith(_OURS):
            return self.update(kept.reference, card)
        return self._posted(key, key, card, self._place().conversation)

    def update(self, reference: str, card: Mapping[str, Any]) -> str:
        """Edit a card in place; one that is gone, or stood in another channel, is posted anew. Raises as `post`."""
        kept = self._channel.posted(reference=reference)
        key = kept.key if kept else reference
        if not reference.startswith(_OURS):
            return self._posted(key, key, card, self._place().conversation)
        if kept and dict(kept.card) == dict(card):
            return reference
        if not self._edited(reference, card):
            log.warning("a card was gone and is posted anew", extra={"action": "reposted"})
            return self._posted(key, key, card, self._place().conversation)
        self._channel.keep(key, kept.record if kept else key, reference, card, self._clock.now())
        return reference

    def reply(self, key: str, reference: str, card: Mapping[str, Any]) -> str:
        """Tell an event in the thread of a card; without its card, in the channel itself. Raises as `post`."""
        if kept := self._channel.posted(key=key):
            return kept.reference
        root: ChannelPost | None = self._channel.posted(reference=reference)
        record = thread(root.key if root else reference)
        conversation = reference.removeprefix(_OURS) if reference.startswith(_OURS) else self._place().conversation
        try:
            return self._posted(key, record, card, conversation)
        except _Gone:
            return self._posted(key, record, card, self._place().conversation)

    def _posted(self, key: str, record: str, card: Mapping[str, Any], conversation: str) -> str:
        service = self._place().service
        shown = self._mention(card) if key == record else card
        try:
            message = self._asked(conversation, lambda where: self._line.send(service, where, shown))
        except _TooLarge:
            message = self._asked(conversation, lambda where: self._line.send(service, where, small_card(dict(card))))
        reference = f"{_OURS}{conversation.partition(';')[0]};messageid={message}"
        self._channel.keep(key, record, reference, card, self._clock.now())
        return reference

    def _edited(self, reference: str, card: Mapping[str, Any]) -> bool:
        """False when Teams does not know the message, also not when asked again: it sometimes says so of what is there."""
        conversation, _, message = reference.removeprefix(_OURS).partition(";messageid=")
        service = self._place().service
        for again in (True, False):
            try:
                self._edit(service, conversation, message, card)
            except _Gone:
                if again:
                    self._sleep(1.0)
                continue
            return True
        return False

    def _edit(self, service: str, conversation: str, message: str, card: Mapping[str, Any]) -> None:
        try:
            self._asked(conversation, lambda where: self._line.edit(service, where, message, card))
        except _TooLarge:
            self._asked(conversation, lambda where: self._line.edit(service, where, message, small_card(dict(card))))

    def _asked(self, conversation: str, call: Callable[[str], Any]) -> Any:
        """Ask Teams, with patience for what passes by itself."""
        for attempt in range(_TRIES):
            if (wait := self._pace.take(conversation)) > 0:
                self._wait(wait, "we wrote as often in this thread as Teams allows")
                continue
            try:
                return call(conversation)
            except Refusal as refusal:
                if refusal.status not in _LATER:
                    raise _told(refusal) from refusal
                backoff = 0.5 * 2**attempt + secrets.randbelow(250) / 1000
                self._wait(max(refusal.rest, backoff), str(refusal))
        raise DeskBusy("Teams asks for rest", _AWAY)

    def _wait(self, seconds: float, why: str) -> None:
        if seconds > _LONGEST_WAIT:
            raise DeskBusy(why, seconds)
        self._sleep(seconds)

    def _place(self) -> Place:
        if (place := place_of(self._channel)) is None:
            told = "Teams has not told where the channel is: install the app in the team, or remove it and install it again"
            raise DeskBusy(told, _TO_MEND)
        return place


class _Gone(DeskBusy):
    """Teams does not know the message or the conversation."""


class _TooLarge(DeskError):  # noqa: N818 - states the fact
    """Teams does not take so large a message."""


def _told(refusal: Refusal) -> DeskError:
    if refusal.status == _GONE:
        return _Gone("Teams does not know the channel; is the app still installed in the team?", _TO_MEND)
    if refusal.status == _TOO_LARGE:
        return _TooLarge("the card is too large for Teams")
    if refusal.status in _REFUSED:
        return DeskBusy("Teams refuses our bot; check its registration, its secret, and the app in the team", _TO_MEND)
    if refusal.status == 0:
        return DeskBusy(str(refusal), _AWAY)
    return DeskError(str(refusal))
