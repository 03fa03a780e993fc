"""Cryptographic shells: what was signed, exactly, and what an opaque signature wraps."""

from __future__ import annotations

from pathlib import Path

import pytest
from asn1crypto import algos, cms, core
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder

from intake.archives import read_any
from intake.read import read_mail
from tests.unit.intake.letters import HEAD, PDF, TEXT, b64, codes, file, files, mixed, multipart

SIGNATURE = b'Content-Type: application/pkcs7-signature; name="smime.p7s"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
SIGNED = b'; protocol="application/pkcs7-signature"; micalg=sha-256'


def wrapped(content: bytes) -> bytes:
    """A CMS SignedData around content, without signers: enough for a reader, which judges no signature."""
    signed = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": cms.DigestAlgorithms([algos.DigestAlgorithm({"algorithm": "sha256"})]),
            "encap_content_info": {"content_type": "data", "content": core.OctetString(content)},
            "signer_infos": [],
        }
    )
    dumped = cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump()
    assert isinstance(dumped, bytes)
    return dumped


# The outline of a CMS EnvelopedData: its type says enough.
ENCRYPTED = bytes.fromhex("300f06092a864886f70d010703a0023000")


def shell(content: bytes, name: bytes = b"smime.p7m") -> bytes:
    """Headers and body of a pkcs7-mime part."""
    return (
        b'Content-Type: application/pkcs7-mime; name="'
        + name
        + b'"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
        + b64(content)
    )


@pytest.mark.parametrize("ends", [b"\r\n", b"\n"])
def test_a_detached_signature_comes_with_the_exact_octets_it_signs(ends: bytes) -> None:
    """RFC 8551 §3.1.1: part one with its headers, CRLF, without the line break before the delimiter; the p7s is no annex."""
    entity = multipart(TEXT, file(), boundary=b"BINNEN")
    raw = HEAD + multipart(
        entity, SIGNATURE + b64(b"\x30\x03abc"), kind=b"signed", boundary=b"BUITEN", parameters=SIGNED
    )
    mail = read_mail(raw.replace(b"\r\n", ends))
    assert mail.smime is not None
    assert (mail.smime.form, mail.smime.cms, mail.smime.signed) == ("detached", b"\x30\x03abc", entity)
    assert (files(mail), mail.defects) == ([PDF], ())


def test_the_signed_octets_verify(tmp_path: Path) -> None:
    """A signature made by another program over the entity is one over the octets that the reader hands on."""
    entity = multipart(TEXT, file(), boundary=b"BINNEN")
    key, certificate = self_signed()
    made = (
        PKCS7SignatureBuilder()
        .set_data(entity)
        .add_signer(certificate, key, hashes.SHA256())  # type: ignore[arg-type]
        .sign(serialization.Encoding.DER, [PKCS7Options.DetachedSignature, PKCS7Options.Binary])
    )
    mail = read_mail(
        HEAD + multipart(entity, SIGNATURE + b64(made), kind=b"signed", boundary=b"BUITEN", parameters=SIGNED)
    )
    assert mail.smime is not None
    assert mail.smime.signed is not None
    signer = cms.ContentInfo.load(mail.smime.cms)["content"]["signer_infos"][0]
    digest = hashes.Hash(hashes.SHA256())
    digest.update(mail.smime.signed)
    stated = next(a["values"][0].native for a in signer["signed_attrs"] if a["type"].native == "message_digest")
    assert stated == digest.finalize()


def self_signed() -> tuple[CertificateIssuerPrivateKeyTypes, x509.Certificate]:
    """A key and its certificate, for one test."""
    import datetime as dt

    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "proef")])
    start = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    dated = builder.serial_number(7).not_valid_before(start).not_valid_after(start + dt.timedelta(days=900))
    return key, dated.sign(key, hashes.SHA256())


def test_an_opaque_mail_is_unpacked() -> None:
    """The content of the shell is the mail; the p7m itself is no annex."""
    content = wrapped(multipart(TEXT, file(), boundary=b"BINNEN"))
    mail = read_mail(HEAD + shell(content))
    assert mail.smime is not None
    assert (mail.smime.form, mail.smime.cms, mail.smime.signed) == ("opaque", content, None)
    assert ([(a.content, a.inside) for a in mail.attachments], mail.defects) == ([(PDF, None)], ())
    assert mail.text.startswith("Geachte heer")


def test_an_encrypted_mail_is_never_no_attachment() -> None:
    """Pitfall 8: the shell stays as a file, and the defect says why it is not read."""
    mail = read_mail(HEAD + shell(ENCRYPTED))
    assert (mail.smime and mail.smime.form, codes(mail), len(mail.attachments)) == ("enveloped", {"smime_encrypted"}, 1)


def test_a_broken_shell_is_seen() -> None:
    """Pitfall 8."""
    mail = read_mail(HEAD + shell(b"\x30\x80kapot"))
    assert (mail.smime, codes(mail), len(mail.attachments)) == (None, {"smime_unreadable"}, 1)


def test_a_signature_over_a_part_is_not_one_over_the_mail() -> None:
    """A gateway that adds a banner wraps the signed part."""
    signed = multipart(TEXT, SIGNATURE + b64(b"\x30\x03abc"), kind=b"signed", boundary=b"BINNEN", parameters=SIGNED)
    mail = read_mail(HEAD + multipart(signed, TEXT))
    assert mail.smime is not None
    assert mail.smime.signed == TEXT
    assert codes(mail) == {"smime_not_whole_mail"}


def test_shells_inside_shells_are_opened_to_the_limit() -> None:
    """Triple wrapping (RFC 2634) is legal, hundredfold is an attack."""
    entity = multipart(TEXT, file())
    for _ in range(3):
        entity = shell(wrapped(entity))
    assert files(read_mail(HEAD + entity)) == [PDF]
    for _ in range(12):
        entity = shell(wrapped(entity))
    assert len(read_mail(HEAD + entity).attachments) == 1


def test_a_signed_file_is_a_container() -> None:
    """CAdES: `signaal.pdf.p7m` as annex is a signed file, not a signed mail."""
    mail = read_any(mixed(shell(wrapped(PDF), b"signaal.pdf.p7m")))
    assert mail.smime is None
    assert [(a.name, a.inside, a.media_type) for a in mail.attachments] == [
        ("signaal.pdf.p7m", None, "application/pkcs7-mime"),
        ("signaal.pdf", "signaal.pdf.p7m", "application/pdf"),
    ]
