"""What Teams sends, as a value: an activity's JSON is a stranger's until `front` has looked where it comes from. Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from intake.acts import Person

_MENTION = re.compile(r"<at\b[^>]*>.*?</at>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")
_LONGEST = 200  # characters of a command, of a name


@dataclass(frozen=True, slots=True)
class Inbound:
    """One activity. What it does not tell is "". `tenants` are all that it names; `group` is the team's id in Entra.

    `channel` is the channel that was meant: the one chosen at installation, else the one it happened in.
    """

    kind: str
    name: str
    scope: str
    service: str
    conversation: str
    tenants: frozenset[str]
    team: str
    group: str
    channel: str
    person: Person
    account: str
    text: str
    verb: str
    data: Mapping[str, Any]
    added: bool


def inbound(activity: Mapping[str, Any]) -> Inbound:
    """The value of an activity; never raises: what is not of the form we know is left out."""
    conversation, sender = _map(activity.get("conversation")), _map(activity.get("from"))
    data = _map(activity.get("channelData"))
    team, action = _map(data.get("team")), _map(_map(activity.get("value")).get("action"))
    tenants = {_text(conversation.get("tenantId")), _text(_map(data.get("tenant")).get("id"))} - {""}
    chosen = _map(_map(data.get("settings")).get("selectedChannel"))
    where = _text(conversation.get("id"))
    channel = _text(chosen.get("id")) or _text(_map(data.get("channel")).get("id")) or where.partition(";")[0]
    return Inbound(
        kind=_text(activity.get("type")),
        name=_text(activity.get("name")) or _text(activity.get("action")),
        scope=_text(conversation.get("conversationType")) or ("channel" if team else ""),
        service=_text(activity.get("serviceUrl")),
        conversation=where,
        tenants=frozenset(tenants),
        team=_text(team.get("id")),
        group=_text(team.get("aadGroupId")),
        channel=channel,
        person=Person(_text(sender.get("aadObjectId")), shown_name(_text(sender.get("name")))),
        account=_text(sender.get("id")),
        text=said(_text(activity.get("text"))),
        verb=_text(action.get("verb")),
        data=_map(action.get("data")),
        added=_added(activity),
    )


def said(text: str) -> str:
    """What a person wrote, without the mention of the bot and without markup, in small letters."""
    plain = html.unescape(_TAG.sub(" ", _MENTION.sub(" ", text)))
    return " ".join(plain.split()).lower()[:_LONGEST]


def shown_name(name: str) -> str:
    """A person's name as it may stand in an event: one line, printable, not long."""
    return "".join(letter for letter in " ".join(name.split()) if letter.isprintable())[:_LONGEST]


def _added(activity: Mapping[str, Any]) -> bool:
    """Whether this tells that the bot itself was put in the conversation."""
    if activity.get("type") == "installationUpdate":
        return str(activity.get("action", "")).startswith("add")
    members = activity.get("membersAdded")
    us = _text(_map(activity.get("recipient")).get("id"))
    return isinstance(members, list) and bool(us) and any(_map(m).get("id") == us for m in members)


def _map(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
