"""Test certificates of the fourth set and what they sign: PDFs (PAdES, ETSI EN 319 142) and mails (S/MIME, RFC 8551)."""

from __future__ import annotations

import datetime as dt
import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from asn1crypto import keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs7
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

SINCE, UNTIL = dt.datetime(2025, 2, 1, tzinfo=dt.UTC), dt.datetime(2040, 2, 1, tzinfo=dt.UTC)
FOLDERS = {
    "staat": ("trust/root.pem", "intermediate/personen.pem"),
    "vreemd": ("untrusted/root.pem", "untrusted/personen.pem"),
}


class Seals:
    """Two hierarchies, `staat` (trusted) and `vreemd`; keys live as long as the run."""

    def __init__(self) -> None:
        self.issuers: dict[str, tuple[x509.Certificate, rsa.RSAPrivateKey]] = {}
        self.roots: dict[str, x509.Certificate] = {}
        for name in FOLDERS:
            root_key, key = _key(), _key()
            root = _certificate(f"Test {name} wortel G4", root_key, None, authority=True)
            self.roots[name] = root
            self.issuers[name] = (_certificate(f"Test {name} personen G4", key, (root, root_key), authority=True), key)
        self.made: dict[tuple[str, str], tuple[x509.Certificate, rsa.RSAPrivateKey]] = {}

    def write(self, folder: Path) -> None:
        """The certificates of the issuers, as the labelled corpora have them; no keys."""
        for name, (root, issuer) in FOLDERS.items():
            for path, certificate in ((root, self.roots[name]), (issuer, self.issuers[name][0])):
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_bytes(certificate.public_bytes(Encoding.PEM))

    def identity(self, hierarchy: str, person: str, email: str) -> tuple[x509.Certificate, rsa.RSAPrivateKey]:
        """Certificate and key of a person, made once."""
        if (hierarchy, email) not in self.made:
            key = _key()
            self.made[hierarchy, email] = (_certificate(person, key, self.issuers[hierarchy], email=email), key)
        return self.made[hierarchy, email]

    def pdf(self, raw: bytes, hierarchy: str, person: str, email: str) -> bytes:
        """The PDF with an invisible PAdES baseline-B signature."""
        certificate, key = self.identity(hierarchy, person, email)
        store = SimpleCertificateStore()
        store.register(_asn1(self.issuers[hierarchy][0]))
        secret = keys.PrivateKeyInfo.load(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))
        signer = signers.SimpleSigner(signing_cert=_asn1(certificate), signing_key=secret, cert_registry=store)
        wanted = signers.PdfSignatureMetadata(
            field_name="Handtekening", name=person, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES
        )
        writer = IncrementalPdfFileWriter(io.BytesIO(raw))
        with ThreadPoolExecutor(1) as apart:  # the browser's event loop holds this thread, pyHanko wants one of its own
            out: bytes = apart.submit(signers.sign_pdf, writer, wanted, signer=signer).result().getvalue()
        return out

    def mail(self, content: bytes, person: str, email: str) -> bytes:
        """The detached signature over a MIME part with CRLF line ends."""
        certificate, key = self.identity("staat", person, email)
        builder = pkcs7.PKCS7SignatureBuilder().set_data(content).add_signer(certificate, key, SHA256())
        builder = builder.add_certificate(self.issuers["staat"][0])
        return builder.sign(Encoding.DER, [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary])


def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))


def _certificate(
    name: str,
    key: rsa.RSAPrivateKey,
    issuer: tuple[x509.Certificate, rsa.RSAPrivateKey] | None,
    *,
    authority: bool = False,
    email: str = "",
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "NL"), x509.NameAttribute(NameOID.COMMON_NAME, name)])
    by, signing = (issuer[0].subject, issuer[1]) if issuer else (subject, key)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(by).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(SINCE).not_valid_after(UNTIL)
    uses = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement")
    may = dict.fromkeys((*uses, "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"), False)
    may |= dict.fromkeys(("key_cert_sign", "crl_sign") if authority else uses[:3], True)
    extensions: list[tuple[x509.ExtensionType, bool]] = [
        (x509.BasicConstraints(ca=authority, path_length=None), True),
        (x509.KeyUsage(**may), True),
        (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), False),
    ]
    if email:
        extensions.append((x509.SubjectAlternativeName([x509.RFC822Name(email)]), False))
        extensions.append((x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), False))
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return builder.sign(signing, SHA256())
