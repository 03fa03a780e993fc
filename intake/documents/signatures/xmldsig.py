"""The core of XML signatures (W3C XML-Signature 1.1): canonical forms, digests, the signature value.

Own code because the Python libraries tried cannot verify Office signatures (docs/adr/0008). Only what a
signature demonstrably signs is handed back, so that a caller cannot be tricked into reading an unsigned twin (signature
wrapping); what that covers of a package, the callers judge.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from intake.documents.limits import Refused
from intake.documents.package import parse_xml
from intake.documents.signatures.chains import PARSER_ERRORS

DS = "{http://www.w3.org/2000/09/xmldsig#}"
XADES = "{http://uri.etsi.org/01903/v1.3.2#}"
C14N = {
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315": (False, False),
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments": (False, True),
    "http://www.w3.org/2006/12/xml-c14n11": (False, False),
    "http://www.w3.org/2006/12/xml-c14n11#WithComments": (False, True),
    "http://www.w3.org/2001/10/xml-exc-c14n#": (True, False),
    "http://www.w3.org/2001/10/xml-exc-c14n#WithComments": (True, True),
}
"""Canonicalisation algorithms: (exclusive, with comments)."""
_DIGESTS = {
    "http://www.w3.org/2000/09/xmldsig#sha1": "sha1",
    "http://www.w3.org/2001/04/xmlenc#sha256": "sha256",
    "http://www.w3.org/2001/04/xmldsig-more#sha384": "sha384",
    "http://www.w3.org/2001/04/xmlenc#sha512": "sha512",
}
_METHODS = {
    "http://www.w3.org/2000/09/xmldsig#rsa-sha1": ("rsa", "sha1"),
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256": ("rsa", "sha256"),
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384": ("rsa", "sha384"),
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512": ("rsa", "sha512"),
    "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1": ("pss", "sha256"),
    "http://www.w3.org/2007/05/xmldsig-more#sha384-rsa-MGF1": ("pss", "sha384"),
    "http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1": ("pss", "sha512"),
    "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256": ("ecdsa", "sha256"),
    "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384": ("ecdsa", "sha384"),
    "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512": ("ecdsa", "sha512"),
}
XML_ERRORS: tuple[type[Exception], ...] = (Refused, etree.LxmlError, *PARSER_ERRORS)
_WEAK = "sha1"
_IDS = ("Id", "ID", "id", "{http://www.w3.org/XML/1998/namespace}id")


class Unsupported(ValueError):  # noqa: N818 - states the fact
    """The signature uses an algorithm or transform that is not implemented: it cannot be judged."""


@dataclass(frozen=True)
class Reference:
    """One ds:Reference: what is signed (`uri`), how it is prepared (`transforms`, in order), and its digest."""

    uri: str
    transforms: tuple[etree._Element, ...]
    digest: str
    value: bytes

    @classmethod
    def read(cls, element: etree._Element) -> Reference:
        method = _algorithm(_child(element, "DigestMethod"))
        if method not in _DIGESTS:
            raise Unsupported(method)
        value = base64.b64decode(_text(_child(element, "DigestValue")))
        transforms = tuple(element.iterfind(f"{DS}Transforms/{DS}Transform"))
        return cls(element.get("URI") or "", transforms, _DIGESTS[method], value)

    def fits(self, octets: bytes) -> bool:
        """Whether the digest is that of `octets`."""
        return hmac.compare_digest(hashlib.new(self.digest, octets).digest(), self.value)


@dataclass(frozen=True)
class Checked:
    """What one ds:Signature establishes. `signed` are the elements of the signature file that it really signs."""

    intact: bool
    weak: bool
    signer: bytes
    certificates: tuple[bytes, ...]
    signed: tuple[etree._Element, ...]
    references: tuple[Reference, ...]


def tree(data: bytes, where: str) -> etree._Element:
    """Parse a part for canonicalisation: comments and processing instructions kept. Raises `Refused` for damaged XML or a DTD."""
    parse_xml(data, where)
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))


def canonical(element: etree._Element, algorithm: str, prefixes: list[str] | None = None) -> bytes:
    """Canonical XML of an element, of a re-parsed copy: lxml writes a spurious xmlns="" when it canonicalises in place."""
    if algorithm not in C14N:
        raise Unsupported(algorithm)
    exclusive, comments = C14N[algorithm]
    copy = tree(etree.tostring(element, with_tail=False), "signature")
    return etree.tostring(
        copy,
        method="c14n",
        exclusive=exclusive,
        with_comments=comments,
        inclusive_ns_prefixes=(prefixes or None) if exclusive else None,
    )


def check(signature: etree._Element, resolve: Callable[[Reference], bytes]) -> Checked:
    """Verify one ds:Signature: SignedInfo against its value, every reference against its digest.

    `resolve` gives the octets of a reference that points outside the signature file. Raises `Unsupported` or another ValueError
    when the signature cannot be judged; a digest that does not fit gives intact False.
    """
    info = _child(signature, "SignedInfo")
    method = _algorithm(_child(info, "SignatureMethod"))
    if method not in _METHODS:
        raise Unsupported(method)
    certificates = tuple(_certificates(signature))
    canonicalisation = _child(info, "CanonicalizationMethod")
    octets = canonical(info, _algorithm(canonicalisation), _prefixes(canonicalisation))
    value = base64.b64decode(_text(_child(signature, "SignatureValue")))
    signer = next((c for c in certificates if _verifies(c, method, value, octets)), None)
    references = tuple(Reference.read(r) for r in info.iterfind(f"{DS}Reference"))
    signed = tuple(same_document(signature, r) for r in references if r.uri.startswith("#"))
    fits = all(r.fits(_octets(signature, r, resolve)) for r in references)
    weak = _METHODS[method][1] == _WEAK or any(r.digest == _WEAK for r in references)
    return Checked(
        bool(references) and signer is not None and fits,
        weak,
        signer or certificates[0],
        certificates,
        signed,
        references,
    )


def _octets(signature: etree._Element, reference: Reference, resolve: Callable[[Reference], bytes]) -> bytes:
    if not reference.uri.startswith("#"):
        return resolve(reference)
    return transformed(same_document(signature, reference), reference)


def transformed(element: etree._Element, reference: Reference) -> bytes:
    """An element after its reference's transforms, which may only be one canonicalisation (default: inclusive C14N 1.0)."""
    if not reference.transforms:
        return canonical(element, next(iter(C14N)))
    if len(reference.transforms) > 1:
        raise Unsupported("several transforms")
    transform = reference.transforms[0]
    return canonical(element, _algorithm(transform), _prefixes(transform))


def same_document(signature: etree._Element, reference: Reference) -> etree._Element:
    """The one element of this signature that a "#id" reference names; two of the same name are refused (signature wrapping)."""
    name = reference.uri.removeprefix("#")
    found = [e for e in signature.getroottree().iter(etree.Element) if any(e.get(key) == name for key in _IDS)]
    if len(found) != 1 or signature not in (found[0], *found[0].iterancestors()):
        raise ValueError("reference does not name one element of the signature")
    return found[0]


def signing_time(signed: tuple[etree._Element, ...], *paths: str) -> dt.datetime | None:
    """The first signing time claimed among the signed elements (XAdES SigningTime, or the caller's own element names), aware."""
    for element in signed:
        for path in (f"{XADES}SigningTime", *paths):
            for claim in element.iter(path):
                with_zone = (claim.text or "").strip().replace("Z", "+00:00")
                try:
                    moment = dt.datetime.fromisoformat(with_zone)
                except ValueError:
                    continue
                return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    return None


def _certificates(signature: etree._Element) -> Iterator[bytes]:
    found = [base64.b64decode(_text(c)) for c in signature.iterfind(f"{DS}KeyInfo/{DS}X509Data/{DS}X509Certificate")]
    if not found:
        raise Unsupported("no certificate")
    yield from found


def _verifies(certificate: bytes, method: str, value: bytes, octets: bytes) -> bool:
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature

    try:
        _verify(x509.load_der_x509_certificate(certificate).public_key(), *_METHODS[method], value, octets)
    except InvalidSignature:
        return False
    return True


def _verify(key: Any, family: str, digest: str, value: bytes, octets: bytes) -> None:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

    known: dict[str, hashes.HashAlgorithm] = {
        "sha1": hashes.SHA1(),  # noqa: S303 - old Office signs so; the verdict then is at most undetermined
        "sha256": hashes.SHA256(),
        "sha384": hashes.SHA384(),
        "sha512": hashes.SHA512(),
    }
    algorithm = known[digest]
    if family == "ecdsa" and isinstance(key, ec.EllipticCurvePublicKey):
        half = len(value) // 2  # XML carries r and s side by side (RFC 4050), cryptography wants them in DER
        pair = int.from_bytes(value[:half], "big"), int.from_bytes(value[half:], "big")
        key.verify(utils.encode_dss_signature(*pair), octets, ec.ECDSA(algorithm))
    elif family != "ecdsa" and isinstance(key, rsa.RSAPublicKey):
        pss = padding.PSS(padding.MGF1(algorithm), algorithm.digest_size)
        key.verify(value, octets, padding.PKCS1v15() if family == "rsa" else pss, algorithm)
    else:
        raise Unsupported("key does not fit the method")


def _child(element: etree._Element, name: str) -> etree._Element:
    found = element.findall(DS + name)
    if len(found) != 1:
        raise ValueError(f"{len(found)} elements {name}")
    return found[0]


def _algorithm(element: etree._Element) -> str:
    return element.get("Algorithm") or ""


def _text(element: etree._Element) -> str:
    return "".join(str(text) for text in element.itertext())


def _prefixes(transform: etree._Element) -> list[str]:
    named = transform.find("{http://www.w3.org/2001/10/xml-exc-c14n#}InclusiveNamespaces")
    return [] if named is None else (named.get("PrefixList") or "").split()
