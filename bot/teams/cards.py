"""Adaptive Cards 1.5 for the desk's channel, as pure functions from facts to JSON.

A card goes to a channel that more people read than may read the signal. So it is made from `CardFacts` or `NoticeFacts`, which
have no field for a title, a name or content and refuse a value that is not a number, a code of our own, a count, a time or a link.
Limits: under 25 KB, so that the Workflows fallback (28 KB a message) can take the same card; version 1.5, the newest that Teams
shows everywhere. State is never said by colour alone.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from bot.teams.buttons import button, buttons
from bot.texts import attention as attention_text
from bot.texts import cards as text
from bot.texts import clock, kind, relation, status, track_state, when
from bot.texts.events import RELATION
from bot.texts.states import TRACKS
from intake.acts import LINK, POST, Act
from intake.model import Kind
from intake.states import FINAL, Status

Card = dict[str, Any]

MAX_BYTES = 25_000
DOSSIER_PAGE = "/dossier/{number}"
MESSAGES_PAGE = "/berichten"
_NUMBER = re.compile(r"[A-Z]{2,6}-\d{4}-\d{4,6}")
_RECORD = re.compile(r"M-\d{4}-\d{6,8}")
_INITIALS = re.compile(r"[A-Z](\.?[A-Z]){0,5}\.?")


class Arrival(StrEnum):
    """By which way the first item of a dossier came."""

    MAIL = "mail"
    POST = "post"


class Notice(StrEnum):
    """What can be told in the channel beside the dossier's own card."""

    RECEIVED = "received"
    POST_COMPARED = "post_compared"
    FORMALLY_SUBMITTED = "formally_submitted"
    OFFERED = "offered"
    RESPONSE = "response"
    UNREADABLE = "unreadable"
    UNDECIDED = "undecided"
    DANGEROUS = "dangerous"
    TOO_LARGE = "too_large"
    RECEIPT_FAILED = "receipt_failed"
    FREEZE_DEVIATES = "freeze_deviates"
    MAILBOX_LOST = "mailbox_lost"
    MAILBOX_BACK = "mailbox_back"
    JOINED = "joined"
    TAKEN_UP = "taken_up"
    SUPPLEMENT_ASKED = "supplement_asked"
    OFFERED_FIRST = "offered_first"
    RESPONSE_IN = "response_in"
    FED_BACK = "fed_back"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    NO_SIGNAL = "no_signal"
    YET_A_SIGNAL = "yet_a_signal"
    POST_BELONGS = "post_belongs"
    POST_FOREIGN = "post_foreign"


OF_ACT = {
    Act.TAKE_UP: Notice.TAKEN_UP,
    Act.CONFIRM: Notice.FORMALLY_SUBMITTED,
    Act.ASK_SUPPLEMENT: Notice.SUPPLEMENT_ASKED,
    Act.OFFER: Notice.OFFERED_FIRST,
    Act.RESPONSE_IN: Notice.RESPONSE_IN,
    Act.FED_BACK: Notice.FED_BACK,
    Act.CLOSE: Notice.CLOSED,
    Act.WITHDRAW: Notice.WITHDRAWN,
    Act.NO_SIGNAL: Notice.NO_SIGNAL,
    Act.YET_A_SIGNAL: Notice.YET_A_SIGNAL,
    Act.POST_BELONGS: Notice.POST_BELONGS,
    Act.POST_FOREIGN: Notice.POST_FOREIGN,
}
"""The event that the thread tells after a person's act."""


_LEVEL = {
    Notice.UNREADABLE: "attention",
    Notice.UNDECIDED: "attention",
    Notice.DANGEROUS: "attention",
    Notice.TOO_LARGE: "attention",
    Notice.RECEIPT_FAILED: "attention",
    Notice.MAILBOX_LOST: "alarm",
    Notice.FREEZE_DEVIATES: "alarm",
}
_LEVEL_STYLE = {"info": "emphasis", "attention": "warning", "alarm": "attention"}
_LEVEL_SIGN = {"info": "●", "attention": "▲", "alarm": "▲"}
_DONE_STYLE = {Status.AFGEROND: "good", Status.FORMEEL_INGEDIEND: "good"}


def _refuse(field: str) -> ValueError:
    return ValueError(f"{field}: only numbers, codes, counts, times and links may stand on a card")


def _check_number(number: str) -> None:
    if not _NUMBER.fullmatch(number):
        raise _refuse("number")


def _check_initials(initials: str) -> None:
    if initials and not _INITIALS.fullmatch(initials):
        raise _refuse("initials")


def _check_link(link: str, page: str) -> None:
    parts = urlsplit(link)
    plain = parts.scheme in {"http", "https"} and not (parts.query or parts.fragment or parts.username)
    if link and not (plain and parts.hostname and parts.path == page):
        raise _refuse("link")


def _check_counts(**counts: object) -> None:
    for field, count in counts.items():
        if type(count) is not int or count < 0:
            raise _refuse(field)


def _check_state(track: str, state: str) -> None:
    if state not in TRACKS[track][1]:
        raise _refuse(track)


@dataclass(frozen=True, slots=True)
class CardFacts:
    """All that a dossier's card may say; raises ValueError for anything that could carry content.

    Times are aware, `link` leads to the dossier page, states are ids of the desk's tracks.

    `attention` holds attention codes, of which only our own sentence is shown.
    """

    number: str
    status: Status
    kind: Kind
    arrival: Arrival
    received: dt.datetime
    updated: dt.datetime
    organisations: int = 0
    signature: str = "te_beoordelen"
    post: str = "nog_niet"
    linked: str = ""
    freeze: str = "vastgelegd"
    items_found: int = 0
    items_total: int = 0
    ministers: int = 0
    offered: int = 0
    responses: int = 0
    attention: tuple[str, ...] = ()
    decided_by: str = ""
    link: str = ""

    def __post_init__(self) -> None:
        _check_number(self.number)
        _check_initials(self.decided_by)
        _check_link(self.link, DOSSIER_PAGE.format(number=self.number))
        _check_state("ondertekening", self.signature)
        _check_state("post", self.post)
        _check_state("vastlegging", self.freeze)
        if self.linked:
            _check_state(LINK, self.linked)
        _check_counts(
            organisations=self.organisations,
            items_found=self.items_found,
            items_total=self.items_total,
            ministers=self.ministers,
            offered=self.offered,
            responses=self.responses,
        )


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """All that a notice may say: what happened and when, with a dossier number where there is one.

    `relation` says how a message belongs to the dossier that it came to; `record` is the mail that a person may call a signal
    after all, by a button.
    """

    notice: Notice
    at: dt.datetime
    number: str = ""
    done: int = 0
    total: int = 0
    initials: str = ""
    link: str = ""
    relation: str = ""
    record: str = ""

    def __post_init__(self) -> None:
        if self.relation and self.relation not in RELATION:
            raise _refuse("relation")
        if self.record and not _RECORD.fullmatch(self.record):
            raise _refuse("record")
        if self.number:
            _check_number(self.number)
        _check_initials(self.initials)
        _check_link(self.link, DOSSIER_PAGE.format(number=self.number) if self.number else MESSAGES_PAGE)
        _check_counts(done=self.done, total=self.total)


def dossier_card(facts: CardFacts, *, pressable: bool = False) -> Card:
    """The one card of a dossier, edited in place as its state changes; `pressable` where a press comes back to us."""
    label = status(facts.status)
    body = [_heading(facts, label), *_attention(facts.attention), _facts(facts), _footer(facts)]
    summary = text.CARD_SUMMARY.format(number=facts.number, status=label, received=when(facts.received))
    acts = buttons(facts.number, facts.status, _tracks(facts)) if pressable else []
    return _card(body, summary, [*acts, *_open(text.OPEN_DOSSIER.format(number=facts.number), facts.link)])


def answer_card(card: Card, line: str) -> Card:
    """A card as the answer to one person, with a line for that person above it."""
    return {**card, "body": [_container("warning", _text(f"▲ {line}", weight="Bolder")), *card["body"]]}


def small_card(card: Card) -> Card:
    """What remains of a card that a channel found too large: its summary and its links."""
    return {**card, "body": [_text(card["fallbackText"], weight="Bolder")]}


def notice_card(facts: NoticeFacts) -> Card:
    """One event, as a reply in the dossier's thread or, without a dossier, as a post of its own."""
    level = _LEVEL.get(facts.notice, "info")
    line = text.NOTICE[facts.notice].format(
        initials=facts.initials or "?",
        done=facts.done,
        total=facts.total,
        clock=clock(facts.at),
        relation=relation(facts.relation) if facts.relation else "",
    )
    about = [text.DOSSIER.format(number=facts.number)] if facts.number else []
    body = [
        _container(
            _LEVEL_STYLE[level],
            _text(f"{_LEVEL_SIGN[level]} {text.LEVEL[level]}", weight="Bolder", size="Small"),
            _text(line, weight="Bolder", size="Medium", style="heading"),
            _text(" · ".join([*about, when(facts.at)]), spacing="Small"),
        )
    ]
    title = text.OPEN_DOSSIER.format(number=facts.number) if facts.number else text.OPEN_MESSAGES
    acts = [button(Act.YET_A_SIGNAL, facts.record)] if facts.record else []
    return _card(body, " – ".join([*about, line]), [*acts, *_open(title, facts.link)])


def list_card(
    title: str, rows: Sequence[tuple[str, str]], lines: Sequence[str] = (), *, link: str = "", link_title: str = ""
) -> Card:
    """The answer to a command: a heading, rows of our own words and counts, and lines below."""
    body = [_text(title, weight="Bolder", size="Large", style="heading")]
    body += [_rows(rows)] if rows else []
    body += [_text(line) for line in lines]
    return _card(body, title, _open(link_title, link))


def text_card(line: str) -> Card:
    """One sentence."""
    return _card([_text(line)], line, [])


def _rows(rows: Sequence[tuple[str, str]]) -> Card:
    return {"type": "FactSet", "facts": [{"title": title, "value": value} for title, value in rows]}


def _card(body: list[Card], summary: str, actions: list[Card]) -> Card:
    return {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.5",
        "lang": "nl",
        "fallbackText": summary,
        "speak": summary,
        "body": body,
        "actions": actions,
    }


def _text(content: str, **style: Any) -> Card:
    return {"type": "TextBlock", "text": content, "wrap": True, **style}


def _container(style: str, *items: Card) -> Card:
    return {"type": "Container", "style": style, "items": list(items)}


def _heading(facts: CardFacts, label: str) -> Card:
    style = _DONE_STYLE.get(facts.status, "emphasis" if facts.status in FINAL else "accent")
    return _container(
        style,
        _text(text.DOSSIER.format(number=facts.number), weight="Bolder", size="Large", style="heading"),
        _text(label, weight="Bolder", size="Medium", spacing="Small"),
    )


def _attention(codes: tuple[str, ...]) -> list[Card]:
    if not codes:
        return []
    lines = [_text(line, spacing="Small") for line in dict.fromkeys(attention_text(code) for code in codes)]
    return [_container("warning", _text(f"▲ {text.ATTENTION_HEADING}", weight="Bolder"), *lines)]


def _organisations(count: int) -> str:
    if count == 0:
        return text.NO_ORGANISATION
    return text.ONE_ORGANISATION if count == 1 else text.MANY_ORGANISATIONS.format(count=count)


def _facts(facts: CardFacts) -> Card:
    arrival = text.RECEIVED_BY_POST if facts.arrival is Arrival.POST else text.RECEIVED_BY_MAIL
    rows = [
        (text.RECEIVED, arrival.format(moment=when(facts.received))),
        (text.KIND, kind(facts.kind)),
        (text.ORGANISATIONS, _organisations(facts.organisations)),
        (text.SIGNATURE, track_state("ondertekening", facts.signature)),
        (text.POST, track_state("post", facts.post)),
        (text.FREEZE, track_state("vastlegging", facts.freeze)),
    ]
    if facts.linked:
        rows.insert(5, (text.LINK, track_state(LINK, facts.linked)))
    if facts.items_total:
        rows.append((text.ITEMS, text.ITEMS_FOUND.format(found=facts.items_found, total=facts.items_total)))
    if facts.offered:
        rows.append((text.OFFERED, text.COUNT_OF.format(done=facts.offered, total=facts.ministers)))
        rows.append((text.RESPONSES, text.COUNT_OF.format(done=facts.responses, total=facts.ministers)))
    return _rows(rows)


def _tracks(facts: CardFacts) -> dict[str, str]:
    return {POST: facts.post} | ({LINK: facts.linked} if facts.linked else {})


def _footer(facts: CardFacts) -> Card:
    lines = [text.UPDATED.format(moment=when(facts.updated))]
    if facts.decided_by:
        lines.insert(0, text.DECIDED_BY.format(initials=facts.decided_by))
    return _text(" · ".join(lines), size="Small", isSubtle=True)


def _open(title: str, link: str) -> list[Card]:
    return [{"type": "Action.OpenUrl", "title": title, "url": link}] if link else []
