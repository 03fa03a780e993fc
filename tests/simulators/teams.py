"""A team in Teams: its channel, its people, and what they do to the bot, as the activities that Teams would send."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.simulators.connector import Connector

TENANT = "11111111-1111-4111-8111-111111111111"
CLIENT = "22222222-2222-4222-8222-222222222222"
TEAM = "19:algemeen@thread.tacv2"
GROUP = "55555555-5555-4555-8555-555555555555"
CHANNEL = "19:signalen@thread.tacv2"


@dataclass(frozen=True)
class Someone:
    """A person with an account."""

    name: str
    id: str
    account: str
    tenant: str = TENANT


ANNA = Someone("Anna de Vries", "33333333-3333-4333-8333-333333333333", "29:anna")
BRAM = Someone("Bram Jansen", "44444444-4444-4444-8444-444444444444", "29:bram")
STRANGER = Someone("Vreemd Persoon", "66666666-6666-4666-8666-666666666666", "29:vreemd")


@dataclass
class Team:
    """Sends activities to the bot at `endpoint`, signed by the connector."""

    connector: Connector
    endpoint: str
    tenant: str = TENANT
    team: str = TEAM
    group: str = GROUP
    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def install(self) -> httpx.Response:
        """Somebody adds the app to the team and chooses the channel."""
        data = {"settings": {"selectedChannel": {"id": CHANNEL}}}
        return self.deliver(self._activity(ANNA, TEAM, data, type="installationUpdate", action="add"))

    def say(self, who: Someone, text: str, thread: str = "") -> httpx.Response:
        """A post in the channel that mentions the bot."""
        where = f"{CHANNEL};messageid={thread}" if thread else CHANNEL
        mention = {"type": "mention", "text": "<at>Loket</at>", "mentioned": {"id": f"28:{CLIENT}", "name": "Loket"}}
        told = f"<at>Loket</at>&nbsp;{text}\n"
        return self.deliver(self._activity(who, where, {}, type="message", text=told, entities=[mention]))

    def whisper(self, who: Someone, text: str) -> httpx.Response:
        """A message to the bot alone."""
        self.connector.conversations.setdefault(f"a:{who.id}", [])
        activity = self._activity(who, f"a:{who.id}", {}, type="message", text=text)
        activity["channelData"] = {"tenant": {"id": self.tenant}}
        activity["conversation"]["conversationType"] = "personal"
        return self.deliver(activity)

    def press(self, who: Someone, message: str, button: dict[str, Any]) -> httpx.Response:
        """A click on a button (Action.Execute) of a card."""
        action = {"type": "Action.Execute", "title": button["title"], "verb": button["verb"], "data": button["data"]}
        where = f"{CHANNEL};messageid={message}"
        value = {"action": action, "trigger": "manual"}
        activity = self._activity(who, where, {}, type="invoke", name="adaptiveCard/action", value=value)
        return self.deliver({**activity, "replyToId": message})

    def deliver(self, activity: dict[str, Any], token: str | None = None) -> httpx.Response:
        """Send it to the bot, as the connector does."""
        signed = self.connector.token(CLIENT) if token is None else token
        headers = {"Authorization": f"Bearer {signed}"} if signed else {}
        return httpx.post(self.endpoint, json=activity, headers=headers, timeout=20)

    def _activity(self, who: Someone, conversation: str, data: dict[str, Any], **more: Any) -> dict[str, Any]:
        return {
            "id": str(next(self._ids)),
            "channelId": "msteams",
            "serviceUrl": self.connector.address,
            "from": {"id": who.account, "name": who.name, "aadObjectId": who.id},
            "recipient": {"id": f"28:{CLIENT}", "name": "Loket"},
            "conversation": {
                "id": conversation,
                "conversationType": "channel",
                "isGroup": True,
                "tenantId": self.tenant,
            },
            "channelData": {
                "tenant": {"id": self.tenant},
                "team": {"id": self.team, "aadGroupId": self.group},
                "channel": {"id": conversation.partition(";")[0]},
                **data,
            },
            **more,
        }


def button(card: dict[str, Any], verb: str) -> dict[str, Any]:
    """The button of a card for an act."""
    found: dict[str, Any] = next(a for a in card["actions"] if a.get("verb") == verb)
    return found


def words(card: dict[str, Any]) -> str:
    """Everything that a card shows, as one text."""
    parts: list[str] = []

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            parts.extend(str(value[k]) for k in ("text", "title", "value") if isinstance(value.get(k), str))
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    walk(card)
    return "\n".join(parts)
