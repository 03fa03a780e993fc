"""A letter as a message (RFC 5322), under a Message-ID of our own choice."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

_LONGEST_THREAD = 20
"""Message-IDs in References; RFC 5322 §3.6.4 lets one cut the middle."""
_MESSAGE_ID = re.compile(r"<[!-;=?-~]+>")  # no white space, no line end


@dataclass(frozen=True, slots=True)
class PdfFile:
    """An annex of ours."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Thread:
    """The message that is answered: its Message-ID ("" for none) and those before it."""

    message_id: str = ""
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Envelope:
    """From whom, to whom, under which Message-ID, at what time (aware)."""

    message_id: str
    sender: str
    sender_name: str
    recipient: str
    at: dt.datetime


def compose(
    envelope: Envelope,
    subject: str,
    text: str,
    thread: Thread = Thread(),
    *,
    headers: Mapping[str, str] | None = None,
    annexes: tuple[PdfFile, ...] = (),
) -> bytes:
    """The message with CRLF line ends; equal input gives equal bytes. ValueError for an address or header that is none."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(envelope.sender_name, addr_spec=envelope.sender)
    message["To"] = Address(addr_spec=envelope.recipient)
    message["Subject"] = subject
    message["Date"] = format_datetime(envelope.at)
    message["Message-ID"] = envelope.message_id
    if answered := [i for i in (thread.message_id,) if _MESSAGE_ID.fullmatch(i)]:
        before = [i for i in thread.references if _MESSAGE_ID.fullmatch(i) and i not in answered]
        kept = before[:1] + before[1:][-_LONGEST_THREAD:]
        message["In-Reply-To"] = answered[0]
        message["References"] = " ".join((*kept, *answered))
    for name, value in (headers or {}).items():
        message[name] = value
    message.set_content(text, cte="quoted-printable")
    for annex in annexes:
        message.add_attachment(annex.content, maintype="application", subtype="pdf", filename=annex.name)
    if message.is_multipart():
        mark = hashlib.sha256(envelope.message_id.encode()).hexdigest()[:32]
        message.set_boundary(f"=_{mark}")  # "=_" cannot stand in quoted-printable or base64 (RFC 2045 §6.7)
    return message.as_bytes()


def message_id(sender: str) -> str:
    """A new Message-ID of the desk, which nobody outside can guess, so that nobody can report about a mail that he never got."""
    return f"<{secrets.token_hex(12)}.loketbs@{sender.rpartition('@')[2]}>"


def under_new_id(raw: bytes, old: str, new: str) -> bytes:
    """The same message under another Message-ID. ValueError when it has not the old one."""
    if raw.count(old.encode("ascii")) != 1:
        raise ValueError("this message does not bear that Message-ID")
    return raw.replace(old.encode("ascii"), new.encode("ascii"))
