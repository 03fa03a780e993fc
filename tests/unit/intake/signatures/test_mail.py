"""Signed mails: the exact octets, detached and opaque."""

from __future__ import annotations

import re

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from intake.documents.signatures.smime import mail_signature
from intake.model import Smime, Trust, Verdict
from tests.paths import shared
from tests.unit.intake.signatures.pki import NOW, Identity, pki

OCTETS = b"Content-Type: text/plain; charset=utf-8\r\n\r\nHierbij dienen wij in.\r\n"


def cms(octets: bytes, who: Identity, *, detached: bool = True) -> bytes:
    """A CMS signature as mail programs make it, with the intermediate along."""
    options = [pkcs7.PKCS7Options.Binary]
    if detached:
        options.append(pkcs7.PKCS7Options.DetachedSignature)
    middle = x509.load_der_x509_certificate(pki().intermediate.der)
    builder = pkcs7.PKCS7SignatureBuilder().set_data(octets).add_signer(who.certificate, who.key, hashes.SHA256())
    return builder.add_certificate(middle).sign(Encoding.DER, options)


def verdict(smime: Smime, trust: Trust | None = None) -> tuple[Verdict, str]:
    found = mail_signature(smime, trust or pki().trust)
    assert found is not None
    return found.verdict, found.reason


@pytest.mark.parametrize("form", ["detached", "opaque"])
def test_an_intact_signature_is_valid(form: str) -> None:
    """Both shapes of RFC 8551, and the signer's name and organisation."""
    made = cms(OCTETS, pki().mayor, detached=form == "detached")
    found = mail_signature(Smime(form, made, OCTETS if form == "detached" else None), pki().trust)
    assert found is not None
    assert (found.verdict, found.means, found.signer) == (Verdict.PASS, "smime", "Ilse Brandenburg")
    assert (found.organisation, found.covers) == ("Gemeente Wolfsdal", True)


def test_a_disclaimer_added_by_a_gateway_breaks_it() -> None:
    """The octets that came are not the octets that were signed."""
    made = cms(OCTETS, pki().mayor)
    assert verdict(Smime("detached", made, OCTETS + b"-- \r\nDisclaimer\r\n")) == (Verdict.FAIL, "signature_broken")


def test_an_opaque_signature_with_changed_content_breaks() -> None:
    """The content lies inside the CMS itself."""
    made = cms(OCTETS, pki().mayor, detached=False)
    assert verdict(Smime("opaque", made.replace(b"dienen", b"dlenen"))) == (Verdict.FAIL, "signature_broken")


@pytest.mark.parametrize(
    ("who", "reason"),
    [
        ("stranger", "untrusted_certificate"),
        ("lapsed", "certificate_expired"),
        ("encipherer", "certificate_not_for_signing"),
    ],
)
def test_the_certificate_must_stand(who: str, reason: str) -> None:
    """Foreign, expired, or not meant for signing."""
    made = cms(OCTETS, getattr(pki(), who))
    assert verdict(Smime("detached", made, OCTETS)) == (Verdict.FAIL, reason)


def test_without_roots_nothing_can_be_known() -> None:
    """No trust material configured."""
    smime = Smime("detached", cms(OCTETS, pki().mayor), OCTETS)
    assert verdict(smime, Trust(moment=NOW)) == (Verdict.UNDETERMINED, "no_trust_roots")


def test_an_encrypted_mail_carries_no_signature_that_can_be_seen() -> None:
    """Enveloped data: nothing to judge."""
    assert mail_signature(Smime("enveloped", b"\x30\x00"), pki().trust) is None


@pytest.mark.parametrize("junk", [b"", b"\x30\x80", b"PK\x03\x04", b"\x30\x03\x02\x01\x05"])
def test_junk_is_undetermined(junk: bytes) -> None:
    """Bytes that are no CMS never raise."""
    assert verdict(Smime("detached", junk, OCTETS))[0] is Verdict.UNDETERMINED


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("mail_with_signature", Verdict.PASS),
        ("mail_with_bad_signature", Verdict.FAIL),
        ("mail_with_signature_and_content_type_xpkcs7mime", Verdict.PASS),
    ],
)
def test_foreign_mails_agree_with_their_projects_verdict(name: str, expected: Verdict) -> None:
    """Their own certificates taken as roots, so that only integrity decides."""
    raw = shared("wild", "eml", f"jamesproject__{name}.eml").read_bytes()
    smime = split(raw)
    from asn1crypto.cms import ContentInfo

    own = tuple(c.chosen.dump() for c in ContentInfo.load(smime.cms)["content"]["certificates"])
    found = mail_signature(smime, Trust(own))
    assert found is not None
    assert found.verdict is expected


def split(raw: bytes) -> Smime:
    """Cut a signed mail in octets and CMS, by hand (the reader's own splitter has its own tests)."""
    import email

    mail = email.message_from_bytes(raw)
    if mail.get_content_type() != "multipart/signed":
        return Smime("opaque", bytes(mail.get_payload(decode=True)))
    mark = re.escape(str(mail.get_boundary()).encode())
    part = re.split(rb"(?:\r\n|\n)--" + mark + rb"(?:--)?[ \t]*(?:\r\n|\n|$)", raw)[1]
    parts = mail.get_payload()
    assert isinstance(parts, list)
    return Smime("detached", bytes(parts[1].get_payload(decode=True)), re.sub(rb"\r?\n", b"\r\n", part))  # type: ignore[union-attr]
