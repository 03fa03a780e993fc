"""S/MIME signatures of mails (RFC 8551): over the exact octets as they came, detached or opaque."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from intake.documents.signatures.chains import PARSER_ERRORS, SIGNING, Evidence, judged, settle, who
from intake.model import DigitalSignature, Smime, Trust, Verdict

if TYPE_CHECKING:
    import datetime as dt

    from asn1crypto.cms import SignedData


def mail_signature(smime: Smime, trust: Trust) -> DigitalSignature | None:
    """Judge the S/MIME signature of a mail; None for a mail that is only encrypted, which carries none that can be seen.

    The signed octets of a detached signature are part 1 of the mail with its own headers, line ends as CRLF. Never raises for
    what is in the bytes.
    """
    if smime.form == "enveloped":
        return None
    try:
        return _judged(smime, trust)
    except PARSER_ERRORS as error:
        return DigitalSignature("smime", Verdict.UNDETERMINED, "signature_not_judged", detail=type(error).__name__)


def _signed_data(cms: bytes) -> SignedData:
    from asn1crypto.cms import ContentInfo

    info = ContentInfo.load(cms)  # not strict: gateways pad the DER
    if info["content_type"].native != "signed_data":
        raise ValueError("not signed data")
    return info["content"]


def _judged(smime: Smime, trust: Trust) -> DigitalSignature:
    data = _signed_data(smime.cms)
    status, stamped = _status(data, smime.signed, Evidence(trust))
    signer, organisation = who(status.signing_cert)
    intact = bool(status.intact and status.valid)
    problem = None if status.trust_problem_indic is None else status.trust_problem_indic.name
    verdict, reason = judged(problem, trust) if intact else (Verdict.FAIL, "signature_broken")
    return DigitalSignature(
        means="smime",
        verdict=verdict,
        reason="signature_valid" if verdict is Verdict.PASS else reason,
        signer=signer,
        organisation=organisation,
        intact=intact,
        trusted=bool(status.trusted) if trust.roots else None,
        covers=intact,
        signed_at=status.signer_reported_dt,
        stamped_at=stamped,
        detail=status.summary(),
    )


def _status(data: SignedData, signed: bytes | None, evidence: Evidence) -> tuple[Any, dt.datetime | None]:
    """Validate now, and where the certificate no longer stands, at the moment of a trusted time stamp on the signature."""
    status = _validate(data, signed, evidence)
    stamp = status.timestamp_validity
    stamped = stamp.timestamp if stamp is not None and stamp.valid and stamp.intact and stamp.trusted else None
    if stamped is not None and not status.trusted:
        status = _validate(data, signed, evidence.at(stamped))
    return status, stamped


def _validate(data: SignedData, signed: bytes | None, evidence: Evidence) -> Any:
    from pyhanko.sign.validation import async_validate_detached_cms
    from pyhanko.sign.validation.settings import KeyUsageConstraints

    usage = KeyUsageConstraints(key_usage=set(SIGNING), match_all_key_usages=False)
    octets = signed
    if octets is None:  # opaque: what is signed lies inside, and pyHanko takes detached content only
        octets = data["encap_content_info"]["content"].native
        data = data.copy()
        data["encap_content_info"] = {"content_type": "data"}
    return settle(
        async_validate_detached_cms(
            octets, data, evidence.context(), Evidence(evidence.trust).context(), key_usage_settings=usage
        )
    )
