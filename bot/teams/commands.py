"""What the bot answers to a command: a card made from the records, with numbers, statuses, counts and times only."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable

from bot.channel import CardPerformer
from bot.teams.cards import Card, list_card, text_card
from bot.texts import status
from bot.texts import teams as text
from intake.states import FINAL, Status
from storage.errors import NotKnown
from storage.values import DossierView

_NUMBER = re.compile(r"(?:dossier )?(bs-\d{4}-\d{4,6})")
_WAITS = frozenset({"nog_niet", "verwacht"})
_MOST = 25
"""Dossiers that one card lists."""


def answer(said: str, cards: CardPerformer) -> Card:
    """The card for what a person said (in small letters, without the mention)."""
    if found := _NUMBER.fullmatch(said):
        return _dossier(found[1].upper(), cards)
    match said:
        case "overzicht":
            return _overview(cards)
        case "wacht op post":
            return _waiting(cards)
        case "week":
            return _week(cards)
    title = text.HELP if said in {"help", "hulp", ""} else text.NOT_UNDERSTOOD
    return list_card(title, list(text.COMMANDS.items()))


def _dossier(number: str, cards: CardPerformer) -> Card:
    try:
        return cards.card(number)
    except NotKnown:
        return text_card(text.NOT_FOUND.format(number=number))


def _overview(cards: CardPerformer) -> Card:
    dossiers = cards.records.dossiers()
    counted = Counter(Status(d.status) for d in dossiers)
    running = sum(count for found, count in counted.items() if found not in FINAL)
    loose = sum(1 for point in cards.records.attention() if point.dossier is None)
    rows = [(text.TOTAL, str(running)), *((status(s), str(counted[s])) for s in Status if counted[s])]
    rows += [(text.ATTENTION, str(sum(1 for d in dossiers if d.attention)))]
    rows += [(text.LOOSE, str(loose))] if loose else []
    lines = () if dossiers else (text.NO_DOSSIERS,)
    return list_card(text.OVERVIEW, rows, lines, link=cards.pages, link_title=text.OPEN_OVERVIEW)


def _waiting(cards: CardPerformer) -> Card:
    now = cards.clock.now()
    found = [d for d in _running(cards.records.dossiers()) if d.tracks.get("post", "nog_niet") in _WAITS]
    if not found:
        return list_card(text.WAITS_FOR_POST, [], (text.NOTHING_WAITS,))
    longest_first = sorted(found, key=lambda d: (d.opened_at, d.number))
    rows = [(d.number, _since(d, now)) for d in longest_first[:_MOST]]
    more = (text.MORE.format(count=len(found) - _MOST),) if len(found) > _MOST else ()
    return list_card(text.WAITS_FOR_POST, rows, more, link=cards.pages, link_title=text.OPEN_OVERVIEW)


def _week(cards: CardPerformer) -> Card:
    now = cards.clock.now()
    monday = (now - dt.timedelta(days=now.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    year, week, _ = now.isocalendar()
    dossiers, messages = cards.records.dossiers(), cards.records.messages()
    new = sum(1 for d in dossiers if _moment(d.opened_at) >= monday)
    moved = [d for d in dossiers if _moment(d.status_since) >= monday and d.status != Status.ONTVANGEN]
    rows = [
        (text.NEW, str(new)),
        (text.CHANGED, str(len(moved))),
        (text.FORMAL, str(sum(1 for d in moved if d.status == Status.FORMEEL_INGEDIEND))),
        (text.MESSAGES, str(sum(1 for m in messages if _moment(m.received_at) >= monday))),
    ]
    return list_card(text.WEEK.format(week=f"{year}-W{week:02}"), rows, () if new else (text.NOTHING,))


def _running(dossiers: Iterable[DossierView]) -> Iterable[DossierView]:
    return (d for d in dossiers if Status(d.status) not in FINAL)


def _since(dossier: DossierView, now: dt.datetime) -> str:
    days = (now - _moment(dossier.opened_at)).days
    form = text.TODAY if days < 1 else text.ONE_DAY if days == 1 else text.DAYS
    return form.format(status=status(dossier.status), count=days)


def _moment(value: str) -> dt.datetime:
    return dt.datetime.fromisoformat(value)
