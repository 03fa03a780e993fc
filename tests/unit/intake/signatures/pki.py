"""A throw-away PKI: root, intermediate, persons, a time-stamp authority (RSA, its simulator wants that), and a foreign root."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from intake.model import Trust

NOW = dt.datetime(2026, 11, 2, 9, 30, tzinfo=dt.UTC)
YEAR = dt.timedelta(days=365)


@dataclass(frozen=True)
class Identity:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def key_der(self) -> bytes:
        return self.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def issue(
    name: str,
    issuer: Identity | None = None,
    *,
    organisation: str = "",
    authority: bool = False,
    start: dt.datetime = NOW - YEAR,
    end: dt.datetime = NOW + YEAR,
    stamping: bool = False,
    signing: bool = True,
) -> Identity:
    """Issue a certificate; without `issuer` it signs itself."""
    key = rsa.generate_private_key(65537, 2048) if stamping else ec.generate_private_key(ec.SECP256R1())
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, name)]
    if organisation:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation))
    subject = x509.Name(parts)
    usage = x509.KeyUsage(
        digital_signature=signing and not authority,
        content_commitment=signing and not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=not signing,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    parent = (issuer.key if issuer else key).public_key()
    builder = builder.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(parent), critical=False)
    if stamping:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return Identity(builder.sign(issuer.key if issuer else key, hashes.SHA256()), key)


@dataclass(frozen=True)
class Pki:
    """Everybody there is."""

    root: Identity
    intermediate: Identity
    mayor: Identity
    colleague: Identity
    lapsed: Identity
    stamper: Identity
    encipherer: Identity
    stranger: Identity

    @property
    def trust(self) -> Trust:
        return Trust((self.root.der,), (self.intermediate.der,), NOW)


@cache
def pki() -> Pki:
    """The PKI, made once per test process."""
    root = issue("Proef Wortel", authority=True, start=NOW - 9 * YEAR, end=NOW + 9 * YEAR)
    middle = issue("Proef Personen", root, authority=True, start=NOW - 8 * YEAR, end=NOW + 8 * YEAR)
    return Pki(
        root=root,
        intermediate=middle,
        mayor=issue("Ilse Brandenburg", middle, organisation="Gemeente Wolfsdal"),
        colleague=issue("Ömer van ’t Zand", middle, organisation="Politie, Eenheid Kustland"),
        lapsed=issue("Ilse Brandenburg", middle, organisation="Gemeente Wolfsdal", end=NOW - dt.timedelta(days=30)),
        stamper=issue("Proef Tijdstempel", root, stamping=True),
        encipherer=issue("Ilse Brandenburg", middle, signing=False),
        stranger=issue("Ilse Brandenburg", issue("Vreemde Wortel", authority=True), organisation="Gemeente Wolfsdal"),
    )
