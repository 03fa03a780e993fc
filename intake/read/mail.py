"""Bytes of a mail -> `Mail`: the stage `read`. Pure, never raises, loses no part."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from intake.model import Attachment, Mail, Smime
from intake.read.body import Body, Piece, compose
from intake.read.charsets import decode
from intake.read.defects import Notes
from intake.read.heading import read_heading
from intake.read.limits import ReadLimits
from intake.read.names import check_name, given_name, made_name, safe_name
from intake.read.parameters import Parameters, parse_parameters
from intake.read.smime import OPAQUE_TYPES, SIGNATURE_TYPES, looks_like_entity, open_envelope, signed_octets
from intake.read.sniff import CMS, DOC, DOCM, DOCX, EXE, MAIL, MSG, ODT, PDF, TNEF, ZIP, looks_like_mail, sniff
from intake.read.structure import Part, scan
from intake.read.transfer import decode_transfer, encoding_of, split_embedded

_BOM = b"\xef\xbb\xbf"
_CR_ONLY = re.compile(rb"^[!-9;-~]+:[^\n]{0,2000}?\r(?!\n)[!-9;-~]+:")
_LONE_CR = re.compile(rb"\r(?!\n)")
_ENCODED = re.compile(rb"\s*(?:JVBERi0|UEsDB[A-Za-z]|0M8R4KGxGuE|/9j/4|iVBORw0KGgo)")
_HOLDS_FILE = re.compile(
    rb"^(?:JVBERi0|UEsDBB|%PDF-1|--[^\r\n]{1,200}\r?\ncontent-[a-z-]+[ \t]*:)", re.IGNORECASE | re.MULTILINE
)
_BODY_TYPES = {"text/plain", "text/html"}
_FILES = frozenset({CMS, DOC, DOCM, DOCX, EXE, MSG, ODT, TNEF, ZIP})
_MAIL_TYPES = {MAIL, "message/global"}


@dataclass(frozen=True, slots=True)
class Leaf:
    """A part that holds content. `choices` are the multipart/alternative parts around it."""

    part: Part
    disposition: Parameters
    name: str
    choices: tuple[int, ...]

    @property
    def is_annex(self) -> bool:
        """A file, not body text: named, or marked as attachment, or of a type that is no text (the leaf rule)."""
        return bool(self.name) or self.disposition.value == "attachment" or self.part.media_type not in _BODY_TYPES


def read_mail(raw: bytes, limits: ReadLimits | None = None) -> Mail:
    """Read a mail, its body, its attachments and the mails attached to it.

    Archives stay closed; `intake.archives` opens them. Everything that could not be read as meant is a defect of the result.
    """
    return _Reader(limits or ReadLimits()).read(raw)


class _Reader:
    """The state of reading one mail."""

    def __init__(self, limits: ReadLimits) -> None:
        self.limits = limits
        self.notes = Notes()
        self.attachments: list[Attachment] = []
        self.forwarded: list[Mail] = []
        self.pieces: list[Piece] = []
        self.smime: Smime | None = None
        self.signature: Part | None = None
        self.leaves = 0

    def read(self, raw: bytes) -> Mail:
        source, start = self._prepare(raw)
        root = scan(source, self.limits, self.notes, start)
        heading = read_heading(root.block.fields, self.notes)
        for leaf in self._leaves(root, (), self.limits.forwards):
            self._take(leaf)
        body = compose(self.pieces, self.limits.text, self.notes)
        attachments = self._finished(body)
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
            media_type=root.media_type,
            text=body.text,
            html=body.html,
            attachments=attachments,
            forwarded=tuple(self.forwarded),
            smime=self.smime,
            defects=self.notes.all(),
        )

    def _prepare(self, raw: bytes) -> tuple[bytes, int]:
        """The bytes to scan and where the first header starts."""
        if not raw.strip():
            self.notes.add("mail_empty")
        if len(raw) > self.limits.size:
            self.notes.add("mail_too_large", detail=str(len(raw)))
            raw = raw[: self.limits.header]
        if _CR_ONLY.match(raw):
            self.notes.add("line_ends_cr_only")
            raw = _LONE_CR.sub(b"\n", raw)
        if raw.startswith(_BOM):
            self.notes.add("byte_order_mark")
            return raw, len(_BOM)
        return raw, 0

    def _leaves(self, root: Part, choices: tuple[int, ...], shells: int) -> Iterator[Leaf]:
        """Every part that is no multipart, in order; the content of cryptographic shells in place of the shells."""
        stack = [(root, choices)]
        while stack:
            part, around = stack.pop()
            if part.children:
                if part.media_type == "multipart/signed":
                    self._signed(part, root)
                inner = (*around, id(part)) if part.media_type == "multipart/alternative" else around
                stack.extend((child, inner) for child in reversed(part.children))
                continue
            leaf = self._leaf(part, around)
            entity = self._unwrap(leaf, root) if shells else None
            if entity is None:
                yield leaf
            else:
                yield from self._leaves(scan(entity, self.limits, self.notes), around, shells - 1)

    def _leaf(self, part: Part, choices: tuple[int, ...]) -> Leaf:
        disposition = parse_parameters(part.header("content-disposition"))
        return Leaf(part, disposition, given_name(disposition, part.kind, self.notes), choices)

    def _signed(self, part: Part, root: Part) -> None:
        """Remember a detached S/MIME signature with the exact octets it signs."""
        first, *rest = part.children
        signature = next((c for c in rest if _is_signature(c)), None)
        if self.smime is not None or signature is None:
            return
        if part is not root or len(rest) > 1:
            self.notes.add("smime_not_whole_mail")
        cms, code = decode_transfer(signature.content, encoding_of(signature.header("content-transfer-encoding")))
        self.notes.add(code, "smime.p7s")
        self.smime = Smime("detached", cms, signed_octets(first.whole))
        self.signature = signature

    def _unwrap(self, leaf: Leaf, root: Part) -> bytes | None:
        """The MIME entity inside a leaf that is a shell: opaque signed data, or a multipart that was transfer-encoded."""
        part = leaf.part
        encoding = encoding_of(part.header("content-transfer-encoding"))
        if part.is_multipart and encoding in {"base64", "quoted-printable"}:
            content, _ = decode_transfer(part.content, encoding)
            return b"Content-Type: " + (part.block.first("content-type") or b"") + b"\r\n\r\n" + content
        if part.media_type not in OPAQUE_TYPES and not leaf.name.lower().endswith("smime.p7m"):
            return None
        cms, _ = decode_transfer(part.content, encoding)
        envelope = open_envelope(cms)
        if envelope.form == "unknown":
            self.notes.add("smime_unreadable", "smime.p7m")
            return None
        if envelope.form == "opaque" and not looks_like_entity(envelope.content):
            return None  # a signed file (CAdES), not a signed mail
        if self.smime is None:
            self.smime = Smime(envelope.form, cms)
            if part is not root:
                self.notes.add("smime_not_whole_mail")
        if envelope.form == "enveloped":
            self.notes.add("smime_encrypted", "smime.p7m")
            return None
        return envelope.content

    def _take(self, leaf: Leaf) -> None:
        """Sort a leaf: signature, body text, attached mail, or file."""
        part = leaf.part
        self.leaves += 1
        if part is self.signature:
            return
        if part.media_type == "message/partial":
            self.notes.add("partial_message")
        if part.media_type == "message/external-body":
            self.notes.add("external_body")
        encoding = encoding_of(part.header("content-transfer-encoding"))
        encoded = part.content
        content, code = decode_transfer(encoded, encoding)
        if (part.is_multipart or not leaf.is_annex) and not _is_binary(content):
            self.notes.add(code, "body")
            self._text(leaf, content)
            return
        if part.media_type in _MAIL_TYPES and not looks_like_mail(content) and looks_like_mail(encoded):
            content, code = encoded, "transfer_encoding_lies"
        if not code and content is encoded and _ENCODED.match(content):
            code = "transfer_encoding_lies"
        self._file(leaf, content, code)

    def _text(self, leaf: Leaf, content: bytes) -> None:
        text, files = split_embedded(content)
        self.notes.add("encoded_file_in_text" if _HOLDS_FILE.search(text) else "", "body")
        decoded, code = decode(text, leaf.part.kind.get("charset"))
        self.notes.add(code, "body", leaf.part.kind.get("charset") if code else "")
        is_html = leaf.part.media_type == "text/html"
        self.pieces.append(Piece(decoded, is_html, leaf.choices))
        for file in files:
            name = check_name(decode(file.name, "")[0], self.notes)
            self.notes.add("" if file.whole else "embedded_file_broken", name)
            self.attachments.append(Attachment(name, sniff(file.content, name), "", file.content))

    def _file(self, leaf: Leaf, content: bytes, code: str) -> None:
        declared = leaf.part.media_type if leaf.part.declared else ""
        media_type = sniff(content, leaf.name, leaf.part.media_type)
        name = check_name(leaf.name, self.notes) if leaf.name else made_name(self.leaves, media_type)
        self.notes.add(code, name)
        cid = safe_name(leaf.part.header("content-id")).strip("<> ") or None
        inline = media_type.startswith("image/") and leaf.disposition.value == "inline"
        attachment = Attachment(name, media_type, declared, content, inline=inline, content_id=cid)
        self.attachments.append(attachment)
        if media_type == MAIL:
            self._forward(attachment)

    def _forward(self, attachment: Attachment) -> None:
        """Read an attached mail too; its files follow it in the list of attachments."""
        if self.limits.forwards <= 0:
            self.notes.add("nested_too_deep", attachment.name)
            return
        inner = read_mail(attachment.content, replace(self.limits, forwards=self.limits.forwards - 1))
        self.forwarded.append(inner)
        self.notes.extend(inner.defects, attachment.name)
        self.attachments.extend(replace(a, inside=_path(attachment.name, a.inside)) for a in inner.attachments)

    def _finished(self, body: Body) -> tuple[Attachment, ...]:
        """The attachments, with pictures that the HTML shows marked as inline."""
        counts = Counter((a.name, a.inside) for a in self.attachments if not a.inline)
        for (name, inside), count in counts.items():
            self.notes.add("name_doubled" if count > 1 else "", _path(inside or "", name))
        return tuple(
            replace(a, inline=True)
            if a.content_id
            and a.inside is None
            and a.content_id.lower() in body.cids
            and a.media_type.startswith("image/")
            else a
            for a in self.attachments
        )


def _is_signature(part: Part) -> bool:
    names = (part.kind.get("name"), parse_parameters(part.header("content-disposition")).get("filename"))
    return part.media_type in SIGNATURE_TYPES or any(name.lower().endswith(".p7s") for name in names)


def _is_binary(content: bytes) -> bool:
    """Whether a part that calls itself text is a file after all, by its first bytes."""
    kind = sniff(content)
    return kind.startswith("image/") or kind in _FILES or (kind == PDF and content.lstrip().startswith(b"%PDF-"))


def _path(container: str, inner: str | None) -> str:
    return "/".join(part for part in (container, inner) if part)
