"""The overview as an Adaptive Card: it answers in ten seconds, from top to bottom, and holds no word of a signal.

It is made from a `Digest`, which has no field for a title, a name or content.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.digest import words
from bot.digest.counting import Digest
from bot.teams.cards import Card, list_card
from bot.texts import status, when
from bot.texts import week as text

MOST = 8
"""Dossiers that a card lists of each who is to act; the page lists all."""


def digest_card(digest: Digest, address: str) -> Card:
    """The card; `address` leads to the page of this week, "" to none."""
    card = list_card(words.title(digest), [], link=address, link_title=text.OPEN)
    summary = f"{words.title(digest)}. {words.news(digest)} {words.waits(digest)}"
    return {**card, "fallbackText": summary, "speak": summary, "body": list(_body(digest))}


def _body(digest: Digest) -> Iterable[Card]:
    yield _box(
        "accent",
        _text(words.title(digest), weight="Bolder", size="Large", style="heading"),
        _text(words.period(digest), spacing="Small"),
        _text(words.news(digest), weight="Bolder"),
        _text(words.waits(digest), weight="Bolder", spacing="Small"),
    )
    yield _house(digest)
    yield _facts(words.figures(digest))
    yield _text(f"{text.UNPROCESSED}: {words.unprocessed(digest)}.")
    yield _text(text.WAITING, weight="Bolder", style="heading", separator=True)
    yield from _waiting(digest)
    for heading, lines in words.groups(digest):
        yield _text(heading, weight="Bolder", style="heading", separator=True)
        yield from (_text(words.line(line), spacing="Small") for line in lines[:MOST])
        if len(lines) > MOST:
            yield _text(text.MORE.format(count=len(lines) - MOST), spacing="Small", isSubtle=True)


def _house(digest: Digest) -> Card:
    told = words.house(digest.house)
    well = all(good for good, _ in told)
    return _box(
        "good" if well else "attention",
        _text(f"{text.GOOD if well else text.WRONG}: {text.HOUSE}", weight="Bolder"),
        *(_text(f"{text.SIGN_GOOD if good else text.SIGN_WRONG} {said}.", spacing="Small") for good, said in told),
        _text(text.KNOWN_AT.format(moment=when(digest.house.made)), size="Small", spacing="Small"),
    )


def _waiting(digest: Digest) -> Iterable[Card]:
    if not digest.ages:
        yield _text(text.NOTHING_WAITS)
        return
    yield _facts((status(stage), f"{sum(row)} ({words.ages(row)})") for stage, row in digest.ages.items())


def _facts(rows: Iterable[words.Row]) -> Card:
    return {"type": "FactSet", "facts": [{"title": title, "value": value} for title, value in rows]}


def _text(content: str, **style: Any) -> Card:
    return {"type": "TextBlock", "text": content, "wrap": True, **style}


def _box(style: str, *items: Card) -> Card:
    return {"type": "Container", "style": style, "items": list(items)}
