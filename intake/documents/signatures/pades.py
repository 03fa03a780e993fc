"""Signatures in PDFs (ISO 32000-2 §12.8, PAdES EN 319 142): integrity, coverage, later changes, trust at a proven time.

pyHanko judges each signature; this module adds what it leaves open: bytes behind the last revision, form changes after signing
(a shadow attack looks like filling in a form), and going back in time along trusted time stamps.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from intake.documents.signatures.chains import PARSER_ERRORS, SIGNING, Evidence, judged, settle, who
from intake.model import DigitalSignature, Trust, Verdict

if TYPE_CHECKING:
    import datetime as dt

    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import EmbeddedPdfSignature, PdfSignatureStatus

_END = b"%%EOF"
_CORE_PROBLEMS = {Verdict.FAIL: 0, Verdict.UNDETERMINED: 1, Verdict.PASS: 2}


def pdf_signatures(data: bytes, trust: Trust) -> tuple[DigitalSignature, ...]:
    """Judge every filled signature field of a PDF; document time stamps prove times and are not listed.

    What cannot be read gives one UNDETERMINED signature, so that a signed file is never taken for an unsigned one.
    """
    from pyhanko.pdf_utils.misc import PdfError

    try:
        seal = _Seal.read(data, trust)
    except (PdfError, *PARSER_ERRORS) as error:
        return (_unknown("signature_unreadable", error),)
    signatures = [_judged(seal, embedded) for embedded in seal.regular]
    strange = [_unknown("signature_format_unknown", None)] * seal.unknown
    return (*signatures, *strange)


def _unknown(reason: str, error: Exception | None) -> DigitalSignature:
    return DigitalSignature("pades", Verdict.UNDETERMINED, reason, detail=type(error).__name__ if error else "")


@dataclass(frozen=True)
class _Seal:
    """All that one PDF says about its signatures: the fields, the time stamps, and the evidence it embeds."""

    data: bytes
    reader: PdfFileReader
    regular: tuple[EmbeddedPdfSignature, ...]
    stamps: tuple[EmbeddedPdfSignature, ...]
    unknown: int
    evidence: Evidence

    @classmethod
    def read(cls, data: bytes, trust: Trust) -> _Seal:
        from pyhanko.pdf_utils.reader import PdfFileReader
        from pyhanko.sign.fields import enumerate_sig_fields

        reader = PdfFileReader(io.BytesIO(data))
        filled = sum(1 for _ in enumerate_sig_fields(reader, filled_status=True))
        regular, stamps = tuple(reader.embedded_regular_signatures), tuple(reader.embedded_timestamp_signatures)
        return cls(data, reader, regular, stamps, filled - len(regular) - len(stamps), _evidence(reader, trust))

    def proven_before(self, embedded: EmbeddedPdfSignature) -> tuple[Evidence, dt.datetime | None]:
        """Go back along the document time stamps that cover `embedded`, newest first, trusted ones only (EN 319 102-1 §5.6)."""
        evidence, proven = self.evidence, None
        for stamp in sorted(self.stamps, key=lambda s: s.signed_revision, reverse=True):
            if stamp.signed_revision <= embedded.signed_revision:
                continue
            status = _stamp_status(stamp, evidence)
            if status is not None:
                proven = status
                evidence = evidence.at(proven)
        return evidence, proven

    def accounted_for(self) -> bool:
        """Whether no byte stands outside the revisions: one covers the whole file, or only white space follows the last %%EOF."""
        from pyhanko.sign.validation import SignatureCoverageLevel as Coverage

        if any(s.evaluate_signature_coverage() is Coverage.ENTIRE_FILE for s in (*self.regular, *self.stamps)):
            return True
        end = self.data.find(_END, self.reader.last_startxref)  # of the newest revision, whatever a forger appended
        return end >= 0 and not self.data[end + len(_END) :].strip()


def _evidence(reader: PdfFileReader, trust: Trust) -> Evidence:
    """The trust plus certificates and revocation data of the document security store (PAdES-LT), where there is one."""
    from pyhanko.sign.validation.dss import DocumentSecurityStore
    from pyhanko.sign.validation.errors import NoDSSFoundError

    try:
        store = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return Evidence(trust)
    context = store.as_validation_context({"trust_roots": [], "revocation_mode": "soft-fail"})
    manager = context.revinfo_manager
    return Evidence(trust, None, tuple(store.load_certs()), tuple(manager.crls), tuple(manager.ocsps))


def _stamp_status(stamp: EmbeddedPdfSignature, evidence: Evidence) -> dt.datetime | None:
    """The time of a document time stamp that is intact and trusted at the evidence's moment, else None."""
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.sign.validation import async_validate_pdf_timestamp

    try:
        status = settle(async_validate_pdf_timestamp(stamp, evidence.context()))
    except (PdfError, *PARSER_ERRORS):
        return None
    return status.timestamp if status.valid and status.intact and status.trusted else None


def _judged(seal: _Seal, embedded: EmbeddedPdfSignature) -> DigitalSignature:
    from pyhanko.pdf_utils.misc import PdfError

    try:
        evidence, proven = seal.proven_before(embedded)
        status, stamped = _status(embedded, evidence)
        verdict, reason = _verdict(seal, embedded, status)
    except (PdfError, *PARSER_ERRORS) as error:
        return _unknown("signature_not_judged", error)
    signer, organisation = who(status.signing_cert)
    return DigitalSignature(
        means="pades",
        verdict=verdict,
        reason=reason,
        signer=signer,
        organisation=organisation,
        intact=bool(status.intact and status.valid),
        trusted=None if not seal.evidence.trust.roots else bool(status.trusted),
        covers=_covers(seal, embedded, status)[0] is Verdict.PASS,
        signed_at=status.signer_reported_dt,
        stamped_at=stamped or proven,
        detail=status.summary(),
    )


def _status(embedded: EmbeddedPdfSignature, evidence: Evidence) -> tuple[PdfSignatureStatus, dt.datetime | None]:
    """Validate at the evidence's moment, and, where that does not do, again at the signature's own trusted time stamp."""
    from pyhanko.sign.validation import KeyUsageConstraints, async_validate_pdf_signature

    usage = KeyUsageConstraints(key_usage=set(SIGNING), match_all_key_usages=False)

    def run(known: Evidence) -> Any:
        return settle(
            async_validate_pdf_signature(embedded, known.context(), evidence.context(), key_usage_settings=usage)
        )

    status = run(evidence)
    stamp = status.timestamp_validity
    stamped = stamp.timestamp if stamp is not None and stamp.valid and stamp.intact and stamp.trusted else None
    if stamped is not None and not status.trusted:
        status = run(evidence.at(stamped))
    return status, stamped


def _verdict(seal: _Seal, embedded: EmbeddedPdfSignature, status: PdfSignatureStatus) -> tuple[Verdict, str]:
    """Integrity first, then coverage, then trust: the first that is not fine names the verdict, the worst of the three decides."""
    if not (status.intact and status.valid):
        return Verdict.FAIL, "signature_broken"
    problem = None if status.trust_problem_indic is None else status.trust_problem_indic.name
    findings = [
        _covers(seal, embedded, status),
        judged(problem, seal.evidence.trust),
        (Verdict.PASS, "signature_valid") if status.seed_value_ok else (Verdict.UNDETERMINED, "signing_rules_broken"),
    ]
    verdict, reason = min(findings, key=lambda found: _CORE_PROBLEMS[found[0]])
    return verdict, "signature_valid" if verdict is Verdict.PASS else reason


def _covers(seal: _Seal, embedded: EmbeddedPdfSignature, status: PdfSignatureStatus) -> tuple[Verdict, str]:
    """Whether the signature stands for the document as it lies here (reference: documents.md §8.1, mail.md §6)."""
    from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
    from pyhanko.sign.validation import SignatureCoverageLevel as Coverage

    if status.coverage is Coverage.ENTIRE_FILE:
        return Verdict.PASS, "covers_all"
    if status.coverage is not Coverage.ENTIRE_REVISION:
        return Verdict.FAIL, "not_covering"
    if not seal.accounted_for():
        return Verdict.FAIL, "bytes_after_signature"
    change = status.diff_result
    if not isinstance(change, DiffResult) or not status.docmdp_ok:
        return Verdict.FAIL, "changed_after_signing"
    if change.modification_level <= ModificationLevel.LTA_UPDATES:
        return Verdict.PASS, "covers_all"
    if change.modification_level is ModificationLevel.FORM_FILLING and _only_signed(seal, embedded, change):
        return Verdict.PASS, "covers_all"
    return Verdict.UNDETERMINED, "form_changed_after_signing"


def _only_signed(seal: _Seal, embedded: EmbeddedPdfSignature, change: Any) -> bool:
    """Whether the only fields that changed are signatures placed after this one: co-signing, which is no fault."""
    later = {s.field_name for s in (*seal.regular, *seal.stamps) if s.signed_revision > embedded.signed_revision}
    return bool(later) and set(change.changed_form_fields) <= later
