"""Bytes of a mail or a document to everything loketbs has to say about it: read, unpacked, extracted, judged. Stores nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from intake.apart import joined
from intake.archives import CONTAINERS, read_any
from intake.documents import extract
from intake.judge import Case, judge
from intake.model import Assessment, Attachment, Defect, DigitalSignature, Document, Mail, Register, Smime, Trust
from intake.ports import Apart
from intake.post.pages import OcrLimits
from intake.post.scan import ScanReader
from intake.read.sniff import MSG, looks_like_mail, sniff

_NOT_READ = frozenset(
    {"text/calendar", "application/pkcs7-signature", "application/pkcs7-mime", "message/delivery-status"}
)


MOST_FILES = 60
"""Files of one mail that are read as documents; the rest is kept, listed and told as a defect."""


class Reader(Protocol):
    """Opens untrusted bytes: the sandbox in production, `DirectReader` in tests and the evaluation."""

    def read(self, raw: bytes, name: str) -> Mail:
        """A mail with its containers opened; never raises on bad input."""
        ...

    def extract(self, data: bytes, name: str, media_type: str, inside: str | None, trust: Trust) -> Document:
        """A document; never raises on bad input."""
        ...

    def read_scans(self, scans: Sequence[tuple[Document, bytes]]) -> tuple[Document, ...]:
        """The same documents, those that are pictures of pages with the text read from them; never raises on bad input."""
        ...

    def seal(self, smime: Smime, trust: Trust) -> DigitalSignature | None:
        """The S/MIME signature of a mail, None where it carries none; never raises on bad input."""
        ...

    def judge(self, case: Case) -> Assessment:
        """What the rules say of what was read; `unjudged` where they do not come to an end."""
        ...


class DirectReader:
    """The same in this process, for bytes we made ourselves."""

    def __init__(self) -> None:
        from intake.post.here import EyesHere

        self._scans = ScanReader(EyesHere(), OcrLimits(workers=1))

    def read(self, raw: bytes, name: str) -> Mail:
        return read_any(raw, name)

    def extract(self, data: bytes, name: str, media_type: str, inside: str | None, trust: Trust) -> Document:
        return extract(data, name, media_type, trust=trust, inside=inside)

    def read_scans(self, scans: Sequence[tuple[Document, bytes]]) -> tuple[Document, ...]:
        return self._scans.read(scans)

    def seal(self, smime: Smime, trust: Trust) -> DigitalSignature | None:
        from intake.documents.signatures.smime import mail_signature

        return mail_signature(smime, trust)

    def judge(self, case: Case) -> Assessment:
        return judge(case)


@dataclass(frozen=True, slots=True)
class Context:
    """What judging depends on besides the bytes: whom we know, which roots we trust, which mail server is ours."""

    register: Register = field(default_factory=Register)
    trust: Trust = field(default_factory=Trust)
    authserv_ids: tuple[str, ...] = ()


def assess_file(data: bytes, name: str, reader: Reader, context: Context) -> Assessment:
    """Judge a file by what its bytes are: a mail (`.eml`, `.msg`) or a document."""
    named_mail = name.lower().endswith((".eml", ".msg"))
    if named_mail or sniff(data, name) == MSG or looks_like_mail(data):
        return assess_mail(data, reader, context, name)
    return assess_document(data, name, reader, context)


def assess_mail(
    raw: bytes, reader: Reader, context: Context, name: str = "bericht.eml", apart: Apart | None = None
) -> Assessment:
    """Judge one raw mail; `apart` is what its mailbox handed over beside it."""
    mail = joined(reader.read(raw, name), apart or Apart())
    files = readable_files(mail)
    if len(files) > MOST_FILES:
        mail = replace(mail, defects=(*mail.defects, Defect("too_many_parts", "", f"{len(files)} > {MOST_FILES}")))
    found = [
        (reader.extract(a.content, a.name, a.media_type, a.inside, context.trust), a.content)
        for a in files[:MOST_FILES]
    ]
    documents = reader.read_scans(found)
    sealed = reader.seal(mail.smime, context.trust) if mail.smime else None
    return reader.judge(
        Case(hashlib.sha256(raw).hexdigest(), mail, documents, sealed, context.register, context.authserv_ids)
    )


def assess_document(data: bytes, name: str, reader: Reader, context: Context) -> Assessment:
    """Judge a bare document as if it were the signal; what only a mail can show stays unknown."""
    documents = reader.read_scans([(reader.extract(data, name, sniff(data, name), None, context.trust), data)])
    return reader.judge(Case(hashlib.sha256(data).hexdigest(), None, documents, register=context.register))


def readable_files(mail: Mail) -> tuple[Attachment, ...]:
    """The attachments that are documents: no pictures of the body, invitations or signatures, and no container that was opened."""
    opened = {a.inside for a in mail.attachments}
    return tuple(
        a
        for a in mail.attachments
        if not (a.inline and a.media_type.startswith("image/"))
        and a.media_type not in _NOT_READ
        and not (a.media_type in CONTAINERS and (a.name in opened or a.media_type.startswith("message/")))
    )
