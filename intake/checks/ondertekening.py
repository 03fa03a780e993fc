"""Who signed, with what, and does it count: *Ondertekening* per submitting organisation (brochure §3.1; verdicts: the labels).

Counts: a digital signature that is intact, covers the document and is trusted; ink in the signature block; the mail itself, when
the desk's own server authenticated it and it comes from a registered representative. A typed name never does, and what could not
be verified is never valid.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from intake.checks.afzender import Authentication, representative
from intake.checks.blokken import Mark, marks, owner, partner_named, same_party, signer_in
from intake.checks.namen import names
from intake.model import DigitalSignature, Document, Finding, Mail, Place, Register, SignatureVerdict, Verdict
from intake.text import fold

RULE = "ondertekening"
MAIL = "mail"  # as file of a finding
_ORDER = ("pades", "smime", "ooxml", "odf", "wet_ink", "sent_by_representative", "typed_only")
_DOUBT_ON_CONTENT = frozenset(
    {
        "form_changed_after_signing",
        "signature_unreadable",
        "signature_not_judged",
        "signature_format_unknown",
        "signing_rules_broken",
        "text_bound_to_unsigned_part",
    }
)
"""Reasons that leave open whether the document still is what was signed: no other signature takes that doubt away."""
_SHEET = re.compile(r"handtekening|ondertekening|tekenblad|signature|mandaat|machtiging|getekend", re.IGNORECASE)
_SHEET_TEXT = 1800  # characters: a signature sheet holds little else
_SHEET_PAGES = 2
_SIGNS = re.compile(
    r"\b(?:als|geldt als|is) (?:mijn|onze) (?:handtekening|ondertekening|akkoord)|\b(?:onderteken|teken)(?:en)? (?:ik|wij)\b"
    r"|\b(?:ik|wij) (?:onderteken|teken)(?:en)?\b|\b(?:ik|wij) (?:ga|gaan|sta|staan|ben|zijn) .{0,40}\b(?:akkoord|achter)\b"
    r"|\b(?:i|we) (?:hereby )?(?:sign|co-sign|endorse)\b|\bmede ondertek"
)
_UNREAD = 0.6  # confidence in a stroke on a page that nobody read


@dataclass
class _Tally:
    """What was found, collected while the means are gone through."""

    organisations: tuple[str, ...]
    register: Register
    signed: dict[str, set[str]] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    signers: list[str] = field(default_factory=list)
    typed: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    pending: bool = False
    doubtful: bool = False

    def count(self, organisation: str, means: str, signer: str) -> None:
        """Take down that an organisation signed."""
        self.signed.setdefault(organisation, set()).add(means)
        self.seen.add(means)
        if signer and signer not in self.signers:
            self.signers.append(signer)

    def find(self, verdict: Verdict, reason: str, place: Place | None, *values: str, confidence: float = 1.0) -> None:
        self.findings.append(Finding(RULE, verdict, reason, place, values, confidence))

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(o for o in self.organisations if o not in self.signed)


def judge_signature(
    mail: Mail | None,
    document: Document | None,
    documents: Sequence[Document],
    *,
    organisations: Sequence[str],
    register: Register,
    authentication: Authentication,
    sealed: DigitalSignature | None = None,
) -> SignatureVerdict:
    """Judge whether every submitting organisation signed.

    `document` is the signal itself (None when there is none), `documents` all files of the mail (separate signature sheets count),
    `organisations` the submitters as named ("" stands for the one that is not named), `sealed` the mail's own S/MIME signature.
    """
    tally = _Tally(tuple(organisations) or ("",), register)
    papers = _papers(document, documents)
    for paper in papers:
        for signature in paper.signatures:
            _digital(tally, signature, Place(paper.name), "\n".join(b.text for b in paper.blocks))
    if sealed is not None:
        _digital(tally, sealed, Place(MAIL), "")
    _ink(tally, [m for paper in papers for m in marks(paper)])
    if mail is not None:
        _sender(tally, mail, authentication)
    _typed(tally, document, papers)
    return _concluded(tally, mail, document)


def signs_by_mail(mail: Mail) -> bool:
    """Whether a mail says of itself that it signs: "beschouw deze mail als mijn ondertekening"."""
    return _SIGNS.search(fold(mail.text)) is not None


def _papers(document: Document | None, documents: Sequence[Document]) -> list[Document]:
    """The signal and the separate signature sheets; without a signal every scan may be one."""
    sheets = [d for d in documents if d is not document and _is_sheet(d, alone=document is None)]
    return [*([document] if document else []), *sheets]


def _is_sheet(document: Document, *, alone: bool) -> bool:
    scan = any(p.looks == "page" for p in document.pictures) and not document.text_layer
    short = document.pages <= _SHEET_PAGES and len(document.text) < _SHEET_TEXT
    says = _SHEET.search(document.name) is not None or _SHEET.search(document.text) is not None
    return short and (says or (scan and alone))


def _digital(tally: _Tally, signature: DigitalSignature, place: Place, text: str) -> None:
    """One digital signature: whose it is, and whether it counts."""
    tally.seen.add(signature.means)
    whose = _party(tally, signature, text)
    if signature.verdict is Verdict.FAIL:
        tally.broken.add(place.file)
    elif signature.verdict is Verdict.UNDETERMINED or whose is None:
        tally.pending = True
        tally.doubtful |= signature.reason in _DOUBT_ON_CONTENT and place.file != MAIL
    if signature.signer and signature.signer not in tally.signers:
        tally.signers.append(signature.signer)
    if signature.verdict is Verdict.PASS and whose is not None:
        tally.count(whose, signature.means, signature.signer)
    known = whose is not None or signature.verdict is not Verdict.PASS
    verdict = signature.verdict if known else Verdict.UNDETERMINED
    tally.find(verdict, signature.reason if known else "signer_of_no_submitter", place, whose or "", signature.signer)


def _party(tally: _Tally, signature: DigitalSignature, text: str) -> str | None:
    """The submitter a certificate speaks for: by its organisation, a representative's name, the block its holder stands in."""
    for organisation in tally.organisations:
        partner = partner_named(organisation, tally.register)
        if signature.organisation and same_party(signature.organisation, organisation, tally.register):
            return organisation
        if partner and any(fold(r.name) == fold(signature.signer) for r in partner.representatives):
            return organisation
    if len(tally.organisations) > 1:
        return owner(f"{signature.signer}\n{signature.organisation}", tally.organisations, tally.register)
    named = signature.signer and fold(signature.signer) in fold(text)
    return tally.organisations[0] if named or tally.organisations == ("",) else None


def _ink(tally: _Tally, found: Sequence[Mark]) -> None:
    """Ink, each to the organisation its words speak for; what says nothing is shared out over who is still missing."""
    ink = [m for m in found if m.kind == "ink"]
    loose = []
    for mark in ink:
        whose = (
            tally.organisations[0]
            if len(tally.organisations) == 1
            else owner(mark.words, tally.organisations, tally.register)
        )
        if whose is None:
            loose.append(mark)
        else:
            _signed_in_ink(tally, whose, mark)
    waiting = [o for o in tally.organisations if "wet_ink" not in tally.signed.get(o, set())]
    if loose and len(loose) >= len(waiting):
        for organisation, mark in zip(waiting, loose, strict=False):
            _signed_in_ink(tally, organisation, mark)
    elif loose:
        tally.pending = True
        tally.seen.add("wet_ink")
        for mark in loose:
            tally.find(Verdict.UNDETERMINED, "ink_of_whom", Place(mark.file, mark.page, mark.words), str(len(waiting)))


def _signed_in_ink(tally: _Tally, organisation: str, mark: Mark) -> None:
    signer = _signer(tally, organisation, mark)
    tally.count(organisation, "wet_ink", signer)
    reason = "signed_in_ink_by_mandate" if mark.mandate else "signed_in_ink"
    place = Place(mark.file, mark.page, mark.words)
    tally.find(Verdict.PASS, reason, place, organisation, signer, confidence=0.9 if mark.words else _UNREAD)


def _signer(tally: _Tally, organisation: str, mark: Mark) -> str:
    """Whose name stands with a mark: a registered representative's, else one in its lines."""
    found = (n.text for n in names(mark.words.replace("\n", "; ")))
    lines = (line.strip() for line in reversed(mark.words.split("\n")) if _is_name(line))
    return signer_in(mark.words, organisation, tally.register, (*found, *lines))


def _is_name(line: str) -> bool:
    """Two to five words of which the first and last are capitalised, and nothing that ends a sentence."""
    parts = line.split()
    return 1 < len(parts) < 6 and parts[0][0].isupper() and parts[-1][0].isupper() and line.strip()[-1].isalpha()  # noqa: PLR2004


def _sender(tally: _Tally, mail: Mail, authentication: Authentication) -> None:
    """The mail as signature: sent, authenticated, by a registered representative of a submitter."""
    sending = representative(mail, authentication, tally.register)
    if sending is None:
        return
    name, place = sending.person.name, Place(MAIL, quote=sending.person.email)
    whose = next(
        (o for o in tally.organisations if not o or same_party(o, sending.organisation.name, tally.register)), None
    )
    if whose is None:
        tally.find(Verdict.UNDETERMINED, "representative_of_no_submitter", place, sending.organisation.name, name)
    elif sending.state == "authenticated":
        tally.count(whose, "sent_by_representative", name)
        tally.find(Verdict.PASS, "sent_by_representative", place, whose, name)
    elif sending.state == "failed":
        tally.find(Verdict.FAIL, "sender_not_authentic", place, whose, name)
    else:
        tally.pending = True
        if len(mail.senders) == 1:
            tally.seen.add("sent_by_representative")
            tally.signers.append(name)
        tally.find(Verdict.UNDETERMINED, "sender_not_verified", place, whose, name)


def _typed(tally: _Tally, document: Document | None, papers: Sequence[Document]) -> None:
    """Typed names: shown, never counted. The text of a mail has nothing else to end with."""
    for paper in papers:
        for mark in marks(paper):
            if mark.kind == "typed":
                _take_typed(tally, mark)
    if document is not None and document.format == "text" and not tally.signed:
        tally.seen.add("typed_only")


def _take_typed(tally: _Tally, mark: Mark) -> None:
    alone = len(tally.organisations) == 1
    whose = tally.organisations[0] if alone else owner(mark.words, tally.organisations, tally.register)
    if whose is not None and whose in tally.signed:
        return
    tally.seen.add("typed_only")
    tally.typed += [name for name in [_signer(tally, whose or "", mark)] if name]
    tally.find(Verdict.FAIL, "typed_only", Place(mark.file, mark.page, mark.words), whose or "")


def _concluded(tally: _Tally, mail: Mail | None, document: Document | None) -> SignatureVerdict:
    """The verdict: valid for all, else invalid when broken, unclear when in part or unverified, absent when nothing."""
    if tally.missing and _locked(mail, document):
        tally.pending = True
        tally.find(Verdict.UNDETERMINED, "document_locked", Place(document.name if document else MAIL))
    for organisation in tally.missing:
        tally.find(Verdict.FAIL, "not_signed", None, organisation)
    means = tuple(m for m in _ORDER if m in tally.seen)
    return SignatureVerdict(_verdict(tally), means, tuple(tally.signers or tally.typed), tuple(tally.findings))


def _locked(mail: Mail | None, document: Document | None) -> bool:
    """Whether what was sent cannot be seen without a key or a password: then nobody can say that it is unsigned."""
    encrypted = mail is not None and mail.smime is not None and mail.smime.form == "enveloped" and document is None
    return encrypted or (document is not None and any(p.code == "password_needed" for p in document.problems))


def _verdict(tally: _Tally) -> str:
    if tally.broken - {MAIL} or (tally.broken and tally.missing):
        return "invalid"
    if not tally.missing:
        return "unclear" if tally.doubtful else "valid"
    return "unclear" if tally.signed or tally.pending else "absent"
