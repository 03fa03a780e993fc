"""Digital signatures for unseen sets: a made-up authority, PDFs sealed by pyHanko (PAdES), mails by S/MIME; no key is kept."""

from __future__ import annotations

import datetime as dt
import io
import tempfile
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

BEGIN, END = dt.datetime(2026, 1, 5, tzinfo=dt.UTC), dt.datetime(2036, 1, 5, tzinfo=dt.UTC)
PRODUCER = b"/Producer (Skia/PDF"


@dataclass(frozen=True)
class Identity:
    """A certificate with its key; an authority when `ca`."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey

    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)


def identity(name: str, organisation: str, *, issuer: Identity | None = None, email: str | None = None) -> Identity:
    """A person of an organisation when `email` is given, otherwise an authority; self-signed without an issuer."""
    key = rsa.generate_private_key(65537, 2048)
    subject = x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation), x509.NameAttribute(NameOID.COMMON_NAME, name)]
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(BEGIN)
        .not_valid_after(END)
        .add_extension(x509.BasicConstraints(ca=email is None, path_length=None), critical=True)
        .add_extension(_usage(authority=email is None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if issuer:
        above = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key())
        builder = builder.add_extension(above, critical=False)
    if email:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.RFC822Name(email)]), critical=False)
    return Identity(builder.sign(issuer.key if issuer else key, hashes.SHA256()), key)


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_cert_sign=authority,
        crl_sign=authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def seal_pdf(printed: bytes, person: Identity, chain: list[Identity], *, broken: bool = False) -> bytes:
    """The PDF with a visible PAdES signature on its last page; `broken` changes a signed byte afterwards."""
    with tempfile.TemporaryDirectory() as scratch:
        paths = [Path(scratch, f"{number}.pem") for number in range(len(chain) + 2)]
        paths[0].write_bytes(_key_pem(person.key))
        for path, one in zip(paths[1:], [person, *chain], strict=True):
            path.write_bytes(one.pem())
        key, own, *others = [str(path) for path in paths]
        signer = signers.SimpleSigner.load(key, own, ca_chain_files=others)
    assert signer is not None
    where = fields.SigFieldSpec("Ondertekening", on_page=-1, box=(330, 40, 550, 90))
    meta = signers.PdfSignatureMetadata(
        field_name="Ondertekening", md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES
    )
    out = io.BytesIO()
    signers.PdfSigner(meta, signer, new_field_spec=where).sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(printed)), output=out
    )
    made = out.getvalue()
    if broken:
        assert PRODUCER in made
        made = made.replace(PRODUCER, PRODUCER.replace(b"Skia", b"Sk1a"), 1)
    return made


def sign_mail(raw: bytes, person: Identity, chain: list[Identity]) -> bytes:
    """The mail as multipart/signed with a detached signature over all its content (RFC 8551 section 3.5.3)."""
    head, _, body = raw.partition(b"\r\n\r\n")
    outside, inside = _split(head.split(b"\r\n"))
    content = b"\r\n".join(inside) + b"\r\n\r\n" + body.rstrip(b"\r\n") + b"\r\n"
    builder = pkcs7.PKCS7SignatureBuilder().set_data(content)
    builder = builder.add_signer(person.certificate, person.key, hashes.SHA256())
    for one in chain:
        builder = builder.add_certificate(one.certificate)
    options = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary]
    seal = _base64(builder.sign(serialization.Encoding.DER, options))
    edge = b"----=_seal_3f1c"
    opening = b'Content-Type: multipart/signed; protocol="application/pkcs7-signature";\r\n'
    opening += b' micalg="sha-256"; boundary="' + edge + b'"\r\n'
    part = b'Content-Type: application/pkcs7-signature; name="smime.p7s"\r\nContent-Transfer-Encoding: base64\r\n'
    part += b'Content-Disposition: attachment; filename="smime.p7s"\r\n\r\n' + seal
    frame = b"--" + edge
    top = b"\r\n".join(outside) + b"\r\nMIME-Version: 1.0\r\n" + opening + b"\r\n"
    return top + frame + b"\r\n" + content + b"\r\n" + frame + b"\r\n" + part + frame + b"--\r\n"


def _split(lines: list[bytes]) -> tuple[list[bytes], list[bytes]]:
    """Header lines of the message, and those of its content; folded lines stay with their header."""
    outside: list[bytes] = []
    inside: list[bytes] = []
    current = outside
    for line in lines:
        if line.lower().startswith(b"mime-version"):
            continue
        if not line.startswith((b" ", b"\t")):
            current = inside if line.lower().startswith(b"content-") else outside
        current.append(line)
    return outside, inside


def _base64(der: bytes) -> bytes:
    import base64

    return base64.encodebytes(der).replace(b"\n", b"\r\n")


def _key_pem(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
