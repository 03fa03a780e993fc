"""Outlook items (.msg, MS-OXMSG) as mails."""

from __future__ import annotations

import datetime as dt
import struct
from dataclasses import replace
from typing import Any

from intake.archives.rtf import is_sound_rtf
from intake.model import Attachment, Mail
from intake.read.body import Piece, compose
from intake.read.charsets import clean, decode
from intake.read.defects import Notes
from intake.read.fields import Field, read_block
from intake.read.heading import Heading, read_heading
from intake.read.limits import ReadLimits
from intake.read.mail import read_mail
from intake.read.markup import meta_charset
from intake.read.names import check_name, made_name
from intake.read.smime import looks_like_entity
from intake.read.sniff import MSG, sniff

_PREAMBLE = "Microsoft Mail Internet Headers Version 2.0"
_SMIME_CLASS = "ipm.note.smime"
_MAIL_CLASSES = ("ipm.note", "ipm.post", "report.", "ipm.schedule.meeting", "ipm.outlook.recall")
_KINDS = {1: "To", 2: "Cc"}  # PidTagRecipientType


def read_msg(raw: bytes, limits: ReadLimits | None = None) -> Mail:
    """Read an Outlook item. Embedded items stay closed attachments; damage is a defect, nothing is raised.

    Headers are those that came over the wire where Outlook kept them, else they are made from the item's properties: whatever
    they say, a file proves nothing about who sent it.
    """
    from extract_msg import Message
    from extract_msg.enums import ErrorBehavior

    notes = Notes()
    try:
        with Message(raw, errorBehavior=ErrorBehavior.SUPPRESS_ALL, delayAttachments=True) as item:
            return _Item(item, limits or ReadLimits(), notes).mail()
    except _broken() as error:
        notes.add("outlook_broken", detail=type(error).__name__)
    return replace(read_mail(b"", limits), media_type=MSG, defects=notes.all())


def _broken() -> tuple[type[Exception], ...]:
    """What extract-msg and olefile raise on damaged items (measured by fuzzing)."""
    from extract_msg.exceptions import ExMsgBaseException

    usual = (OSError, ValueError, TypeError, LookupError, AttributeError, AssertionError, ArithmeticError, NameError)
    return (ExMsgBaseException, struct.error, NotImplementedError, RecursionError, MemoryError, ReferenceError, *usual)


class _Item:
    """An open Outlook item."""

    def __init__(self, item: Any, limits: ReadLimits, notes: Notes) -> None:
        self.item, self.limits, self.notes = item, limits, notes

    def mail(self) -> Mail:
        kind = str(self._get(self.item, "classType") or "").lower()
        if not kind.startswith(_MAIL_CLASSES) and kind != "ipm":
            self.notes.add("outlook_not_mail", detail=kind)
        heading = self._heading()
        attachments = self._attachments()
        if kind.startswith(_SMIME_CLASS) and attachments:
            return self._unwrapped(heading, attachments[0])
        plain, html = self._bodies()
        pieces = [Piece(plain, is_html=False, choices=(0,))] if plain.strip() else []
        body = compose(
            [*pieces, *([Piece(html, is_html=True, choices=(0,))] if html else [])], self.limits.text, self.notes
        )
        shown = tuple(replace(a, inline=True) if _is_shown(a, body.cids) else a for a in attachments)
        return _mail(heading, body.text, body.html, shown, self.notes)

    def _heading(self) -> Heading:
        text = _tidy(self._get(self.item, "headerText")).removeprefix(_PREAMBLE).lstrip()
        raw = text.encode("utf-8", "replace")
        fields = read_block(raw, 0, self.limits.header, lambda _: False).fields if raw else ()
        heading = read_heading(fields or self._made_fields(), self.notes)
        subject = heading.subject or _tidy(self._get(self.item, "subject")).strip()
        return replace(heading, subject=subject, date=heading.date or _moment(self._get(self.item, "date")))

    def _made_fields(self) -> tuple[Field, ...]:
        """Headers as the item's properties would give them (MS-OXCMAIL)."""
        made = [("From", _tidy(self._get(self.item, "sender")))]
        people: dict[str, list[str]] = {}
        for person in self._get(self.item, "recipients") or []:
            name, address = _tidy(self._get(person, "name")), _tidy(self._get(person, "email"))
            quoted = name.replace("\\", "").replace('"', "'")
            people.setdefault(_KINDS.get(int(self._get(person, "type") or 0), ""), []).append(f'"{quoted}" <{address}>')
        made += [(key, ", ".join(people[key])) for key in ("To", "Cc") if key in people]
        made += [("Message-ID", _tidy(self._get(self.item, "messageId")))]
        made += [("In-Reply-To", _tidy(self._get(self.item, "inReplyTo")))]
        return tuple(Field(name, value.encode("utf-8", "replace")) for name, value in made if value.strip())

    def _bodies(self) -> tuple[str, str]:
        """Plain text and HTML as stored, else what the RTF body wraps (MS-OXRTFEX)."""
        plain = _tidy(self._call(self.item.getStringStream, "__substg1.0_1000"))
        stored = self._call(self.item.getStream, "__substg1.0_10130102") or b""
        html = decode(stored, meta_charset(stored))[0] or _tidy(
            self._call(self.item.getStringStream, "__substg1.0_1013")
        )
        rtf = self._get(self.item, "compressedRtf")
        if plain or html or not rtf:
            return plain, html
        if not is_sound_rtf(rtf):
            self.notes.add("outlook_broken", "body.rtf")
            return "", ""
        wrapped = self._get(self.item, "htmlBody")
        return _tidy(self._get(self.item, "body")), decode(wrapped, "utf-8")[0] if isinstance(wrapped, bytes) else ""

    def _attachments(self) -> tuple[Attachment, ...]:
        found = [self._attachment(a, number) for number, a in enumerate(self._get(self.item, "attachments") or [], 1)]
        return tuple(a for a in found if a is not None)

    def _attachment(self, part: Any, number: int) -> Attachment | None:
        names = (
            _tidy(self._get(part, key)).strip() for key in ("longFilename", "shortFilename", "name", "displayName")
        )
        given = next((name for name in names if name), "")
        kind = getattr(part.type, "name", "")
        if kind == "WEB":
            self.notes.add("file_by_reference", given, _tidy(self._get(part, "url")))
            return None
        data = self._get(part, "data")
        if hasattr(data, "exportBytes"):
            data = self._call(data.exportBytes, allowBadEmbed=True)
            given = given if given.lower().endswith(".msg") else f"{given or f'part-{number}'}.msg"
        if not isinstance(data, bytes):
            self.notes.add("outlook_broken", given or f"attachment {number}", kind.lower())
            return None
        declared = _tidy(self._get(part, "mimetype")).lower()
        media_type = sniff(data, given, declared)
        name = check_name(given, self.notes) if given else made_name(number, media_type)
        cid = _tidy(self._get(part, "cid")).strip("<> ") or None
        return Attachment(name, media_type, declared, data, content_id=cid)

    def _unwrapped(self, heading: Heading, shell: Attachment) -> Mail:
        """A signed or encrypted item keeps the whole MIME entity, or the bare CMS, as its only attachment (MS-OXOSMIME)."""
        entity = shell.content
        if not looks_like_entity(entity):
            entity = b"Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: binary\r\n\r\n" + entity
        inner = read_mail(entity, self.limits)
        for defect in inner.defects:
            self.notes.add("" if defect.code == "from_missing" else defect.code, defect.where, defect.detail)
        outer = _mail(heading, inner.text, inner.html, inner.attachments, self.notes)
        return replace(outer, forwarded=inner.forwarded, smime=inner.smime)

    def _get(self, owner: Any, name: str) -> Any:
        """A property of the item, or None with a defect where the library fails on it."""
        return self._call(getattr, owner, name)

    def _call(self, function: Any, *arguments: Any, **options: Any) -> Any:
        try:
            return function(*arguments, **options)
        except _broken() as error:
            self.notes.add("outlook_broken", str(arguments[-1]) if arguments else "", type(error).__name__)
            return None


def _mail(heading: Heading, text: str, html: str, attachments: tuple[Attachment, ...], notes: Notes) -> Mail:
    return Mail(
        message_id=heading.message_id,
        subject=heading.subject,
        senders=heading.senders,
        to=heading.to,
        cc=heading.cc,
        reply_to=heading.reply_to,
        date=heading.date,
        in_reply_to=heading.in_reply_to,
        references=heading.references,
        headers=heading.headers,
        media_type=MSG,
        text=text,
        html=html,
        attachments=attachments,
        defects=notes.all(),
    )


def _is_shown(attachment: Attachment, cids: frozenset[str]) -> bool:
    cid = attachment.content_id
    return cid is not None and cid.lower() in cids and attachment.media_type.startswith("image/")


def _moment(value: object) -> dt.datetime | None:
    if not isinstance(value, dt.datetime):
        return None
    return value if value.tzinfo else value.replace(tzinfo=dt.UTC)


def _tidy(value: object) -> str:
    """Text of a property; Outlook ends some with NULs."""
    return clean(value.rstrip("\x00")) if isinstance(value, str) else ""
