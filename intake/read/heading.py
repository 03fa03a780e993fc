"""The headers of a mail as values: subject, addresses, dates, ids."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from intake.model import Address
from intake.read.addresses import parse_addresses
from intake.read.charsets import clean, guess
from intake.read.defects import Notes
from intake.read.fields import Field
from intake.read.words import decode_words

# RFC 5322 §3.6, RFC 2045
_ONCE = frozenset(
    {"from", "sender", "reply-to", "to", "cc", "bcc", "message-id", "in-reply-to", "references", "subject", "date"}
    | {"mime-version", "content-type", "content-transfer-encoding", "content-disposition", "content-id"}
)
_ADDRESSES = ("from", "to", "cc", "reply-to")
_ID = re.compile(r"<([^<>\s]+)>|(?<![^<>\s,;])([^<>\s,;]+@[^<>\s,;]+)")


@dataclass(frozen=True, slots=True)
class Heading:
    """The headers, decoded; every one in `headers`, in order, and those that have a meaning for us apart."""

    headers: tuple[tuple[str, str], ...]
    subject: str
    senders: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    date: dt.datetime | None
    message_id: str | None
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]


def read_heading(fields: tuple[Field, ...], notes: Notes) -> Heading:
    """Decode a header block. Never raises: what cannot be read is noted and left empty."""
    raw = [(field.name, raw_text(field, notes)) for field in fields]
    headers = tuple((name, _decoded(name, text, notes)) for name, text in raw)
    counts = Counter(name.lower() for name, _ in raw)
    for name in sorted(_ONCE & {n for n, count in counts.items() if count > 1}):
        notes.add("header_doubled", name)
    people = {key: _people(raw, key, notes) for key in _ADDRESSES}
    if counts["from"] > 1:
        notes.add("several_from", "from", str(counts["from"]))
    if not people["from"]:
        notes.add("from_missing", "from")
    first = {name.lower(): text for name, text in reversed(raw)}
    return Heading(
        headers=headers,
        subject=next((text for name, text in headers if name.lower() == "subject"), ""),
        senders=people["from"],
        to=people["to"],
        cc=people["cc"],
        reply_to=people["reply-to"],
        date=_date(first.get("date", ""), notes),
        message_id=next(iter(_ids(first.get("message-id", ""))), None),
        in_reply_to=_ids(first.get("in-reply-to", "")),
        references=_ids(first.get("references", "")),
    )


def raw_text(field: Field, notes: Notes) -> str:
    """A header's bytes as text, encoded words still encoded: UTF-8 (RFC 6532), else Windows-1252 with a defect."""
    try:
        return field.value.decode()
    except UnicodeDecodeError:
        notes.add("raw_8bit_header", field.name.lower())
        return guess(field.value)


def _decoded(name: str, text: str, notes: Notes) -> str:
    value, code = decode_words(text)
    notes.add(code, name.lower())
    return value


def _people(raw: list[tuple[str, str]], key: str, notes: Notes) -> tuple[Address, ...]:
    people = tuple(a for name, text in raw if name.lower() == key for a in parse_addresses(text))
    if any("@" not in a.address for a in people):
        notes.add("address_unreadable", key)
    return people


def _date(text: str, notes: Notes) -> dt.datetime | None:
    if not text.strip():
        return None
    try:
        date = parsedate_to_datetime(text[:100])
    except (ValueError, TypeError, IndexError, OverflowError):
        notes.add("date_unreadable", "date")
        return None
    return date if date.tzinfo else date.replace(tzinfo=dt.UTC)


def _ids(text: str) -> tuple[str, ...]:
    """Message ids, always in angle brackets, each once."""
    found = (clean(f"<{match[1] or match[2]}>") for match in _ID.finditer(text))
    return tuple(dict.fromkeys(found))
