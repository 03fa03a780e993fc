"""What comes back of a mail of ours: bounces (RFC 3464), read receipts (RFC 8098), out-of-office replies. Pure.

A report is untrusted like any mail: it only counts for a Message-ID that the caller knows as one of ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from intake.model import Mail

_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_ID = re.compile(r"<[^<>\s]{3,250}>")
_OWN_FIELD = re.compile(r"(?im)^(?:original-|x-ms-exchange-parent-)?message-id:\s*(<[^<>\s]{3,250}>)")
_DELIVERY, _DISPOSITION = (
    ("message/delivery-status", "message/global-delivery-status"),
    "message/disposition-notification",
)
_RETURNED = frozenset({"text/rfc822-headers", "message/rfc822", "message/global", "message/global-headers"})
_MOST = 50
"""Message-IDs that one report may be about."""


class Returned(StrEnum):
    """What a report says of a mail."""

    BOUNCED = "bounced"
    BOUNCED_FOR_NOW = "bounced_for_now"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    READ = "read"
    AWAY = "away"


@dataclass(frozen=True, slots=True)
class Report:
    """What a mail reports, the enhanced status (RFC 3463; "" for none), and the Message-IDs that it can be about."""

    says: Returned
    status: str
    message_ids: tuple[str, ...]


def report_of(mail: Mail) -> Report | None:
    """What a mail reports about another one; None when it is no report."""
    fields = {a.declared_type: _text(a.content) for a in mail.attachments if a.inside is None}
    delivery = "\n".join(text for kind, text in fields.items() if kind in _DELIVERY)
    if delivery or _is(mail, "delivery-status"):
        says, status = _delivery(delivery)
    elif _DISPOSITION in fields or _is(mail, "disposition-notification"):
        read = re.search(r"(?im)^disposition:.*\b(?:displayed|processed|dispatched)\b", fields.get(_DISPOSITION, ""))
        says, status = (Returned.READ if read else Returned.DELIVERED), ""
    elif _automatic(mail):
        bounce = (mail.header("Return-Path") or "").strip() == "<>" and _STATUS.search(mail.text)
        says, status = _of_status(_codes(mail.text)) if bounce else (Returned.AWAY, "")
    else:
        return None
    ids = dict.fromkeys(_ids(mail))
    return Report(says, status, tuple(ids)[:_MOST])


def _delivery(fields: str) -> tuple[Returned, str]:
    """The worst of what is said of the recipients. Without an Action the status alone counts."""
    actions = {a.lower() for a in re.findall(r"(?im)^action:\s*([a-z]+)", fields)}
    codes = [".".join(m) for line in re.findall(r"(?im)^status:(.*)$", fields) for m in _STATUS.findall(line)]
    if "failed" in actions or not actions:
        return _of_status(codes)
    if "delayed" in actions:
        return Returned.DELAYED, next(iter(codes), "")
    return Returned.DELIVERED, next(iter(codes), "")


def _of_status(codes: list[str]) -> tuple[Returned, str]:
    """A permanent failure (5.x.x) outweighs a passing one (4.x.x); a failure without a status is permanent."""
    worst = next((c for c in codes if c.startswith("5")), next((c for c in codes if c.startswith("4")), ""))
    return (Returned.BOUNCED_FOR_NOW if worst.startswith("4") else Returned.BOUNCED), worst


def _codes(text: str) -> list[str]:
    return [".".join(m) for m in _STATUS.findall(text)]


def _is(mail: Mail, report_type: str) -> bool:
    declared = (mail.header("Content-Type") or "").lower()
    return declared.lstrip().startswith("multipart/report") and report_type in declared


def _automatic(mail: Mail) -> bool:
    said = (mail.header("Auto-Submitted") or "no").partition(";")[0].strip().lower()
    other = any(
        mail.header(name) is not None for name in ("X-Autoreply", "X-Autorespond", "X-MS-Exchange-Inbox-Rules-Loop")
    )
    return said not in {"no", ""} or other or (mail.header("Return-Path") or "x").strip() == "<>"


def _ids(mail: Mail) -> Iterator[str]:
    """In the order of their worth: the returned headers, what the reports name, the thread of the report itself."""
    for part in mail.attachments:
        if part.declared_type in _RETURNED | {_DISPOSITION, *_DELIVERY}:
            yield from _OWN_FIELD.findall(_text(part.content))
    for inner in mail.forwarded:
        yield from _ID.findall(inner.message_id or "")
    yield from mail.in_reply_to
    yield from reversed(mail.references)
    yield from _OWN_FIELD.findall(mail.text)


def _text(content: bytes) -> str:
    """Headers may be folded (RFC 5322 §2.2.3): a Message-ID often stands on a line of its own."""
    return re.sub(r"\r?\n[ \t]+", " ", content[: 1 << 20].decode("utf-8", "replace"))
