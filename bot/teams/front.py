"""What we do with what Teams sends: look where it comes from, then install, press or command. The tool of `Line.receive`."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.channel import CardPerformer
from bot.teams.buttons import REFERENCE, SEEN
from bot.teams.cards import Card, answer_card, text_card
from bot.teams.commands import answer
from bot.teams.door import Answer
from bot.teams.inbound import Inbound, inbound
from bot.teams.line import CARD_TYPE, Refusal, Sends
from bot.teams.place import Place, keep_place, place_of
from bot.texts import cards as text
from intake.acts import Act, Deed, Refused, act
from storage.errors import NotKnown, StorageError

log = logging.getLogger(__name__)

_PERSONAL, _CHANNEL = "personal", "channel"
_ACTS = frozenset(Act)
_INSTALLED = frozenset({"installationUpdate", "conversationUpdate"})


@dataclass(frozen=True)
class House:
    """Whose bot this is: tenant and team (its Entra group id or Teams' own id), the channel if not the one of installation.

    `persons` are the Entra ids that may act; empty: every member of the team.
    """

    tenant: str
    team: str
    channel: str = ""
    persons: frozenset[str] = frozenset()


@dataclass
class Front:
    """Answers activities over the records of `cards`. `wake` tells the outbox that an act put work in it."""

    house: House
    cards: CardPerformer
    line: Callable[[], Sends]
    wake: Callable[[], None] = field(default=lambda: None)

    def receive(self, activity: Mapping[str, Any]) -> Answer:
        """Answer one activity whose token was checked."""
        told = inbound(activity)
        if why := self._refusal(told):
            log.warning("an activity was refused", extra={"action": "teams_refused", "reason": why})
            return Answer(403)
        try:
            return self._answered(told)
        except StorageError as error:
            log.error("no answer", extra={"action": "teams_failed", "error": type(error).__name__})  # noqa: TRY400
            return Answer(503)

    def _answered(self, told: Inbound) -> Answer:
        if told.kind in _INSTALLED:
            self._installed(told)
        elif told.kind == "invoke" and told.name == "adaptiveCard/action":
            return _pressed(self._press(told))
        elif told.kind == "message":
            self._say(told, answer(told.text, self.cards))
        return Answer()

    def _refusal(self, told: Inbound) -> str:
        """Why this is not for us; "" when it is. A conversation of several people outside the team is not ours either."""
        if told.tenants != {self.house.tenant}:
            return "wrong_tenant"
        if told.kind in _INSTALLED:
            return "" if told.scope == _PERSONAL or self._our_team(told) else "wrong_team"
        if not told.person.id:
            return "no_person"
        if told.scope == _CHANNEL:
            return "" if self._our_team(told) else "wrong_team"
        if told.scope != _PERSONAL:
            return "wrong_scope"
        return "" if self._known(told) else "no_member"

    def _our_team(self, told: Inbound) -> bool:
        if self.house.team in {told.team, told.group}:
            return True
        place = place_of(self.cards.records.channel)
        return bool(place and place.team and told.team == place.team)

    def _known(self, told: Inbound) -> bool:
        """A person who writes to the bot alone must be one of the team."""
        if told.person.id in self.house.persons:
            return True
        place = place_of(self.cards.records.channel)
        try:
            return bool(place) and self.line().is_member(place.service, place.team, told.account)  # type: ignore[union-attr]
        except Refusal:
            return False

    def _installed(self, told: Inbound) -> None:
        """Keep where the channel is; later news of other members changes only the address of Teams' service."""
        if told.scope == _PERSONAL or not told.service or not told.channel:
            return
        known = place_of(self.cards.records.channel)
        conversation = self.house.channel or (told.channel if told.added or not known else known.conversation)
        place = Place(told.service, conversation, told.team)
        if place != known:
            keep_place(self.cards.records.channel, place)
            log.info("the channel is known", extra={"action": "teams_installed"})

    def _say(self, told: Inbound, card: Card) -> None:
        try:
            self.line().send(told.service, told.conversation, card)
        except Refusal as refusal:
            log.warning("an answer was not taken", extra={"action": "teams_answer", "state": str(refusal.status)})

    def _press(self, told: Inbound) -> Card:
        """Do what the button says; the answer is the card as it is then, with the reason where nothing was done."""
        records, now = self.cards.records, self.cards.clock.now()
        reference, seen = (str(told.data.get(name, "")) for name in (REFERENCE, SEEN))
        if told.verb not in _ACTS:
            return text_card(text.REFUSED["unknown"])
        try:
            number = act(records, Deed(Act(told.verb), reference, told.person, seen), now, self.house.persons)
        except Refused as refused:
            log.info("an act was refused", extra={"action": "act_refused", "reason": refused.why.value})
            return self._refused(reference, text.REFUSED[refused.why])
        log.info("an act was done", extra={"action": "act", "dossier": number, "kind": told.verb})
        self.wake()
        return self.cards.card(number)

    def _refused(self, reference: str, line: str) -> Card:
        try:
            return answer_card(self.cards.card(self._subject(reference)), line)
        except NotKnown:
            return text_card(line)

    def _subject(self, reference: str) -> str:
        """A mail that has a dossier by now is shown as that dossier."""
        if not reference.startswith("M-"):
            return reference
        return self.cards.records.message(reference).dossier or reference


def _pressed(card: Card) -> Answer:
    return Answer(200, {"statusCode": 200, "type": CARD_TYPE, "value": card})
