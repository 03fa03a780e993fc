"""Judging what was read: a mail with its documents, or a bare document, to everything loketbs has to say about it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from intake.checks.afzender import UNAUTHENTICATED, authenticate
from intake.checks.bedreigingen import judge_threat
from intake.checks.onderdelen import Parts, judge_parts
from intake.checks.ondertekening import judge_signature, signs_by_mail
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
from intake.formats.signaal import load_format
from intake.model import (
    Assessment,
    Defect,
    DigitalSignature,
    Document,
    Finding,
    Kind,
    Mail,
    PersonalDatum,
    Recognition,
    Register,
    SignatureVerdict,
    Verdict,
)
from intake.recognise import Paper, choose_document, look_at, recognise
from intake.recognise.facts import own_words
from intake.recognise.kinds import RULE
from intake.text import bare_subject

_HAS_FORMAT = frozenset({Kind.SUBMISSION, Kind.SUPPLEMENT, Kind.CORRECTION, Kind.DRAFT, Kind.POSTAL_SCAN})
_HAS_PARTS = _HAS_FORMAT | {Kind.CASE_REPORT, Kind.MINISTER_RESPONSE, Kind.WITHDRAWAL}
_HAS_SIGNATURE = _HAS_PARTS - {Kind.CASE_REPORT}


@dataclass(frozen=True)
class Case:
    """What was read of one mail or, where `mail` is None, of one bare document, and whom the desk knows.

    `sha256` is that of the bytes, `sealed` the mail's own S/MIME signature, `authserv_ids` the mail servers that are ours.
    """

    sha256: str
    mail: Mail | None
    documents: tuple[Document, ...]
    sealed: DigitalSignature | None = None
    register: Register = field(default_factory=Register)
    authserv_ids: tuple[str, ...] = ()


def judge(case: Case) -> Assessment:
    """Judge a mail, or a bare document as if it were the signal; what only a mail can show then stays unknown."""
    return _document(case, case.documents[0]) if case.mail is None else _mail(case, case.mail)


def unjudged(case: Case, why: str) -> Assessment:
    """What is said of a case that could not be judged (`why`: the time or memory it took): a person must look at it."""
    finding = Finding(RULE, Verdict.UNDETERMINED, "not_judged")
    mail = replace(case.mail, defects=(*case.mail.defects, Defect("not_judged", "", why))) if case.mail else None
    return Assessment(
        sha256=case.sha256,
        recognition=Recognition(Kind.OTHER, possibly_formal=True, findings=(finding,)),
        mail=mail,
        documents=case.documents,
        document=None if mail else case.documents[0].name,
        findings=(finding,),
        threat=next((d.threat for d in case.documents if d.threat), None),
    )


def _document(case: Case, document: Document) -> Assessment:
    kind = Kind.SUBMISSION if look_at(document).is_signal or not document.readable else Kind.OTHER
    parts = judge_parts(document, case.register)
    signature = judge_signature(
        None,
        document,
        (document,),
        organisations=parts.organisations,
        register=case.register,
        authentication=UNAUTHENTICATED,
    )
    base = Assessment(
        sha256=case.sha256,
        recognition=Recognition(kind, kind is Kind.SUBMISSION),
        documents=(document,),
        document=document.name,
        threat=document.threat,
    )
    return _filled(base, parts, signature, find_personal_data(document, case.register))


def _mail(case: Case, mail: Mail) -> Assessment:
    documents, register = case.documents, case.register
    authentication = authenticate(mail, case.authserv_ids)
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
    nothing_sent = recognition.kind is Kind.SUPPLEMENT and chosen is None and not documents and not signs_by_mail(mail)
    if recognition.kind in _HAS_SIGNATURE and not nothing_sent:
        signature = judge_signature(
            mail,
            document,
            documents,
            organisations=parts.organisations,
            register=register,
            authentication=authentication,
            sealed=case.sealed,
        )
    base = Assessment(
        sha256=case.sha256,
        recognition=recognition,
        mail=mail,
        documents=documents,
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
    if title is None and kind in _HAS_FORMAT:
        title = title_in_subject(bare_subject(mail.subject), announced=document is None)
    named = organisations_shown if document is not None and document.name == "mail" else organisations_named
    organisations = found.organisations or named(mail, own, register)
    if kind in _HAS_FORMAT:
        own_paper = kind in {Kind.SUPPLEMENT, Kind.DRAFT} or document is None or not document.text.strip()
        return replace(
            found, title=title, organisations=organisations or (houses_of(mail, own, register) if own_paper else ())
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
