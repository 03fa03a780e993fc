"""A mention of the duty officer on a card that is posted anew. Teams tells that person; an edit does not tell again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.texts.cards import DUTY


def mentioning(account: str, name: str) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """Adds the mention to a card; `account` is an Entra object id, "" mentions nobody."""
    if not account:
        return dict
    at = f"<at>{name}</at>"
    entity = {"type": "mention", "text": at, "mentioned": {"id": account, "name": name}}

    def mentioned(card: Mapping[str, Any]) -> dict[str, Any]:
        line = {"type": "TextBlock", "text": DUTY.format(at=at), "wrap": True, "size": "Small"}
        return {**card, "body": [*card["body"], line], "msteams": {"entities": [entity]}}

    return mentioned
