"""The judging stages composed: bytes of a mail or a document to everything loketbs has to say about it. Stores nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from intake.archives import CONTAINERS, read_any
from intake.checks.afzender import UNAUTHENTICATED, authenticate
from intake.checks.bedreigingen import judge_threat
from intake.checks.onderdelen import Parts, judge_parts
from intake.checks.ondertekening import judge_signature
from intake.checks.persoonsgegevens import find_personal_data
from intake.checks.titel import title_in_mail, title_in_subject
from intake.checks.vermelding import (
    houses_of,
    ministers_speaking,
    organisations_named,
    organisations_shown,
    text_document,
    withdrawing,
)
from intake.documents import extract
from intake.formats.signaal import load_format
from intake.model import (
    Assessment,
    Attachment,
    Defect,
    DigitalSignature,
    Document,
    Kind,
    Mail,
    PersonalDatum,
    Recognition,
    Register,
    SignatureVerdict,
    Smime,
    Trust,
)
from intake.post.pages import OcrLimits
from intake.post.scan import ScanReader
from intake.read.sniff import MSG, looks_like_mail, sniff
from intake.recognise import Paper, choose_document, look_at, recognise
from intake.recognise.facts import own_words
from intake.text import bare_subject

_NOT_READ = frozenset(
    {"text/calendar", "application/pkcs7-signature", "application/pkcs7-mime", "message/delivery-status"}
)


MOST_FILES = 60
"""Files of one mail that are read as documents; the rest is kept, listed and told as a defect."""
_HAS_FORMAT = frozenset({Kind.SUBMISSION, Kind.SUPPLEMENT, Kind.CORRECTION, Kind.DRAFT, Kind.POSTAL_SCAN})
_HAS_PARTS = _HAS_FORMAT | {Kind.CASE_REPORT, Kind.MINISTER_RESPONSE, Kind.WITHDRAWAL}


_HAS_SIGNATURE = _HAS_PARTS - {Kind.CASE_REPORT}


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


def assess_mail(raw: bytes, reader: Reader, context: Context, name: str = "bericht.eml") -> Assessment:
    """Judge one raw mail."""
    mail = reader.read(raw, name)
    files = readable_files(mail)
    if len(files) > MOST_FILES:
        mail = replace(mail, defects=(*mail.defects, Defect("too_many_parts", "", f"{len(files)} > {MOST_FILES}")))
    found = [
        (reader.extract(a.content, a.name, a.media_type, a.inside, context.trust), a.content)
        for a in files[:MOST_FILES]
    ]
    documents = reader.read_scans(found)
    sealed = reader.seal(mail.smime, context.trust) if mail.smime else None
    return judge_mail(mail, documents, sealed, context, hashlib.sha256(raw).hexdigest())


def assess_document(data: bytes, name: str, reader: Reader, context: Context) -> Assessment:
    """Judge a bare document as if it were the signal; what only a mail can show stays unknown."""
    (document,) = reader.read_scans([(reader.extract(data, name, sniff(data, name), None, context.trust), data)])
    kind = Kind.SUBMISSION if look_at(document).is_signal or not document.readable else Kind.OTHER
    parts = judge_parts(document, context.register)
    signature = judge_signature(
        None,
        document,
        (document,),
        organisations=parts.organisations,
        register=context.register,
        authentication=UNAUTHENTICATED,
    )
    base = Assessment(
        sha256=hashlib.sha256(data).hexdigest(),
        recognition=Recognition(kind, kind is Kind.SUBMISSION),
        documents=(document,),
        document=name,
        threat=document.threat,
    )
    return _filled(base, parts, signature, find_personal_data(document, context.register))


def judge_mail(
    mail: Mail, documents: Sequence[Document], sealed: DigitalSignature | None, context: Context, sha256: str
) -> Assessment:
    """Judge a mail that has been read; `sealed` is its own S/MIME signature. Pure."""
    register = context.register
    authentication = authenticate(mail, context.authserv_ids)
    papers = [look_at(d) for d in documents]
    recognition = recognise(mail, documents, authentication, register, papers)
    chosen = choose_document(mail, documents, recognition.kind, papers)
    document = text_document(own_words(mail)) if isinstance(chosen, str) else chosen
    parts = judge_kind(recognition.kind, mail, document, documents, register)
    threat, threats = judge_threat(
        mail,
        documents,
        authentication,
        register,
        linked=_is_link(recognition, papers),
        removed=any(p.looks == "removed" for p in papers),
    )
    signature = SignatureVerdict("absent")
    nothing_sent = recognition.kind is Kind.SUPPLEMENT and chosen is None and not documents
    if recognition.kind in _HAS_SIGNATURE and not nothing_sent:
        signature = judge_signature(
            mail,
            document,
            documents,
            organisations=parts.organisations,
            register=register,
            authentication=authentication,
            sealed=sealed,
        )
    base = Assessment(
        sha256=sha256,
        recognition=recognition,
        mail=mail,
        documents=tuple(documents),
        document=document_name(chosen),
        findings=threats,
        threat=threat,
    )
    return _filled(base, parts, signature, find_personal_data(document, register) if document else ())


def _filled(
    base: Assessment, parts: Parts, signature: SignatureVerdict, personal_data: tuple[PersonalDatum, ...]
) -> Assessment:
    """The assessment with what the checks found."""
    return replace(
        base,
        title=parts.title,
        organisations=parts.organisations,
        ministers=parts.ministers,
        signature=signature,
        sections=parts.sections,
        elements=parts.elements,
        personal_data=personal_data,
        findings=(*parts.findings, *base.findings),
        complete=base.recognition.kind is Kind.SUBMISSION and is_complete(parts, signature),
    )


def is_complete(parts: Parts, signature: SignatureVerdict) -> bool:
    """Signed for everybody, every section there, and every item that the format does not leave open (brochure §3.1)."""
    required = (parts.elements[item.id] for item in load_format().items if not item.optional)
    return signature.verdict == "valid" and all(parts.sections.values()) and all(required)


def judge_kind(
    kind: Kind, mail: Mail, document: Document | None, documents: Sequence[Document], register: Register
) -> Parts:
    """The title, names, sections and items, as far as they mean something for this kind of mail."""
    if kind not in _HAS_PARTS:
        return no_parts()
    own = own_words(mail)
    found = judge_parts(document, register) if document else no_parts()
    texts = (bare_subject(mail.subject), own, *(d.text for d in documents))
    title = found.title or next(filter(None, map(title_in_mail, texts)), None)
    if title is None and document is not None and kind in _HAS_FORMAT:
        title = title_in_subject(bare_subject(mail.subject))
    named = organisations_shown if document is not None and document.name == "mail" else organisations_named
    organisations = found.organisations or named(mail, own, register)
    if kind in _HAS_FORMAT:
        unread = kind is Kind.SUPPLEMENT or document is None or not document.text.strip()
        return replace(
            found, title=title, organisations=organisations or (houses_of(mail, own, register) if unread else ())
        )
    if kind is Kind.CASE_REPORT:
        return replace(no_parts(), organisations=organisations or houses_of(mail, own, register))
    if kind is Kind.MINISTER_RESPONSE:
        return replace(no_parts(), title=title, ministers=ministers_speaking(own, document, register))
    return replace(no_parts(), title=title, organisations=withdrawing(mail, own, register))


def no_parts() -> Parts:
    """Nothing found: every section and item false."""
    form = load_format()
    return Parts(
        sections=dict.fromkeys((s.id for s in form.sections), False),
        elements=dict.fromkeys((i.id for i in form.items), False),
    )


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


def document_name(chosen: Document | str | None) -> str | None:
    """The name a person knows the file by: that of the container it came in, unless that is a forwarded mail."""
    if chosen is None or isinstance(chosen, str):
        return chosen
    containers = (part for part in (chosen.inside or "").split("/") if part)
    return next((c for c in containers if not c.lower().endswith((".eml", ".msg"))), chosen.name)


def _is_link(recognition: Recognition, papers: Sequence[Paper]) -> bool:
    linked = any(
        f.reason in {"secure_portal_shape", "files_were_sent", "download", "link"} for f in recognition.findings
    )
    return recognition.possibly_formal and linked and not any(p.is_signal for p in papers)
