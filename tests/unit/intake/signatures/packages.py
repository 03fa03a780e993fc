"""Signed Word and OpenDocument packages, made here after the standards and not with the code under test."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from collections.abc import Mapping

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from lxml import etree

from tests.unit.intake.signatures.pki import NOW, Identity

C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
ECDSA = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
DSIG = "http://www.w3.org/2000/09/xmldsig#"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MDSSI = f"{PACKAGE}/digital-signature"


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """The parts as a zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return out.getvalue()


def c14n(xml: str) -> bytes:
    """Canonical XML of a text that stands on its own."""
    return etree.tostring(etree.fromstring(xml.encode()), method="c14n")


def digest(octets: bytes) -> str:
    return base64.b64encode(hashlib.sha256(octets).digest()).decode()


def reference(uri: str, octets: bytes, transforms: str = "", kind: str = "") -> str:
    made = f"<Transforms>{transforms}</Transforms>" if transforms else ""
    return (
        f'<Reference URI="{uri}"{kind}>{made}<DigestMethod Algorithm="{SHA256}"></DigestMethod>'
        f"<DigestValue>{digest(octets)}</DigestValue></Reference>"
    )


def signature(who: Identity, references: str, objects: str, key_id: str = "idPackageSignature") -> str:
    """A ds:Signature over `references`, with `objects` inside."""
    info = (
        f'<SignedInfo xmlns="{DSIG}"><CanonicalizationMethod Algorithm="{C14N}"></CanonicalizationMethod>'
        f'<SignatureMethod Algorithm="{ECDSA}"></SignatureMethod>{references}</SignedInfo>'
    )
    assert isinstance(who.key, ec.EllipticCurvePrivateKey)
    r, s = utils.decode_dss_signature(who.key.sign(c14n(info), ec.ECDSA(hashes.SHA256())))
    value = base64.b64encode(r.to_bytes(32, "big") + s.to_bytes(32, "big")).decode()
    certificate = base64.b64encode(who.der).decode()
    return (
        f'<Signature xmlns="{DSIG}" Id="{key_id}">{info}<SignatureValue>{value}</SignatureValue>'
        f"<KeyInfo><X509Data><X509Certificate>{certificate}</X509Certificate></X509Data></KeyInfo>{objects}</Signature>"
    )


def rels(*entries: tuple[str, str, str]) -> bytes:
    """A relationships part of (id, type, target)."""
    inner = "".join(f'<Relationship Id="{i}" Type="{t}" Target="{g}"/>' for i, t, g in entries)
    return f'<?xml version="1.0"?><Relationships xmlns="{PACKAGE}/relationships">{inner}</Relationships>'.encode()


def word_parts(text: str = "Signaal", **more: bytes) -> dict[str, bytes]:
    """A small DOCX, unsigned."""
    parts = {
        "[Content_Types].xml": (
            f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="application/xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/></Types>'
        ).encode(),
        "_rels/.rels": rels(
            ("rId1", f"{OFFICE}/officeDocument", "word/document.xml"),
            ("rId2", f"{PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
        ),
        "word/document.xml": (
            f'<?xml version="1.0"?><w:document xmlns:w="{WORD}"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p>'
            "</w:body></w:document>"
        ).encode(),
        "word/_rels/document.xml.rels": rels(("rId1", f"{OFFICE}/styles", "styles.xml")),
        "word/styles.xml": f'<w:styles xmlns:w="{WORD}"/>'.encode(),
        "docProps/core.xml": b"<core/>",
    }
    return parts | {name.replace("__", "/").replace("_dot_", "."): data for name, data in more.items()}


def signed_word(who: Identity, parts: Mapping[str, bytes] | None = None) -> dict[str, bytes]:
    """Sign all parts of a DOCX as Word does: a manifest, relationships by id, an office object with the time."""
    parts = dict(parts or word_parts())
    manifest = "".join(
        reference(f"/{name}?ContentType=application/xml", data)
        for name, data in parts.items()
        if name.startswith("word/") and not name.endswith(".rels")
    )
    for name, ids in (("_rels/.rels", ["rId1"]), ("word/_rels/document.xml.rels", ["rId1"])):
        manifest += _relationships(name, parts[name], ids)
    time = NOW.strftime("%Y-%m-%dT%H:%M:%SZ")
    package = (
        f'<Object xmlns="{DSIG}" Id="idPackageObject"><Manifest>{manifest}</Manifest><SignatureProperties>'
        f'<SignatureProperty Id="idSignatureTime" Target="#idPackageSignature"><mdssi:SignatureTime xmlns:mdssi="{MDSSI}">'
        f"<mdssi:Format>YYYY-MM-DDThh:mm:ssTZD</mdssi:Format><mdssi:Value>{time}</mdssi:Value></mdssi:SignatureTime>"
        "</SignatureProperty></SignatureProperties></Object>"
    )
    made = signature(who, reference("#idPackageObject", c14n(package)), package)
    parts["_xmlsignatures/sig1.xml"] = f'<?xml version="1.0" encoding="UTF-8"?>{made}'.encode()
    return parts


def _relationships(name: str, data: bytes, ids: list[str]) -> str:
    chosen = sorted((r for r in etree.fromstring(data) if r.get("Id") in ids), key=lambda r: r.get("Id") or "")
    inner = "".join(
        f'<Relationship Id="{r.get("Id")}" Target="{r.get("Target")}" TargetMode="Internal" Type="{r.get("Type")}">'
        "</Relationship>"
        for r in chosen
    )
    octets = f'<Relationships xmlns="{PACKAGE}/relationships">{inner}</Relationships>'.encode()
    named = "".join(
        f'<mdssi:RelationshipReference xmlns:mdssi="{MDSSI}" SourceId="{i}"></mdssi:RelationshipReference>' for i in ids
    )
    transforms = (
        f'<Transform Algorithm="{PACKAGE}/RelationshipTransform">{named}</Transform>'
        f'<Transform Algorithm="{C14N}"></Transform>'
    )
    return reference(f"/{name}?ContentType=application/xml", octets, transforms)


def text_parts(text: str = "Signaal") -> dict[str, bytes]:
    """A small ODT, unsigned."""
    office = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
    return {
        "mimetype": b"application/vnd.oasis.opendocument.text",
        "content.xml": f'<o:document-content xmlns:o="{office}"><o:body>{text}</o:body></o:document-content>'.encode(),
        "styles.xml": f'<o:document-styles xmlns:o="{office}"/>'.encode(),
        "META-INF/manifest.xml": b"<manifest/>",
    }


def signed_text(who: Identity, parts: Mapping[str, bytes] | None = None) -> dict[str, bytes]:
    """Sign all files of an ODT as LibreOffice does."""
    parts = dict(parts or text_parts())
    canonical = f'<Transform Algorithm="{C14N}"></Transform>'
    references = "".join(
        reference(name, c14n(data.decode()), canonical) if name.endswith(".xml") else reference(name, data)
        for name, data in parts.items()
    )
    properties = (
        f'<Object xmlns="{DSIG}" Id="ID_P"><SignatureProperties><SignatureProperty Target="#ID_S">'
        f'<dc:date xmlns:dc="http://purl.org/dc/elements/1.1/">{NOW:%Y-%m-%dT%H:%M:%S}</dc:date>'
        "</SignatureProperty></SignatureProperties></Object>"
    )
    references += reference("#ID_P", c14n(properties))
    wrapped = '<document-signatures xmlns="urn:oasis:names:tc:opendocument:xmlns:digitalsignature:1.0">'
    made = f"{wrapped}{signature(who, references, properties, 'ID_S')}</document-signatures>"
    return parts | {"META-INF/documentsignatures.xml": made.encode()}
