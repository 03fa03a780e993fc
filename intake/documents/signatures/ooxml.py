"""Signatures in Word files (ECMA-376-2 §13, MS-OFFCRYPTO §2.5): verified here, with what they leave uncovered.

A Word signature signs a manifest of parts and, through the relationship transform, single relationships. Everything that can
change what a reader sees must be in it; names and dates of the file's properties need not.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import unquote

from lxml import etree

from intake.documents.limits import DocumentLimits, Refused
from intake.documents.package import Package
from intake.documents.signatures.packages import Coverage, judge
from intake.documents.signatures.xmldsig import (
    DS,
    XML_ERRORS,
    Checked,
    Reference,
    Unsupported,
    canonical,
    check,
    signing_time,
    tree,
)
from intake.model import DigitalSignature, Trust, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

_RELS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_MDSSI = "{http://schemas.openxmlformats.org/package/2006/digital-signature}"
_RELATIONSHIP_TRANSFORM = "http://schemas.openxmlformats.org/package/2006/RelationshipTransform"
_SIGNATURE_PART = re.compile(r"^_xmlsignatures/(?!_rels/)[^/]+\.xml$", re.IGNORECASE)
_HARMLESS_PARTS = re.compile(
    r"^(\[content_types\]\.xml|_xmlsignatures/.*|docprops/.*|customxml/.*|\[trash\]/.*)$", re.IGNORECASE
)
_HARMLESS_TYPES = (
    "/digital-signature/",
    "/core-properties",
    "/extended-properties",
    "/custom-properties",
    "/thumbnail",
    "/customXml",
    "/customXmlProps",
)


def package_signatures(data: bytes, trust: Trust) -> tuple[DigitalSignature, ...]:
    """Judge every signature part of a DOCX. A package that cannot be opened has none to judge; its reader reports that."""
    try:
        package = Package(data, DocumentLimits())
    except Refused:
        return ()
    with package:
        parts = [name for name in package.names if _SIGNATURE_PART.match(name)]
        return tuple(_judged(package, name, trust) for name in parts)


def _judged(package: Package, name: str, trust: Trust) -> DigitalSignature:
    try:
        root = tree(package.read(name), name)
        signature = root if root.tag == f"{DS}Signature" else root.find(f".//{DS}Signature")
        if signature is None:
            raise Unsupported("no signature")
        parts = _Parts(package)
        checked = check(signature, parts.octets)
        coverage = parts.coverage(checked)
        when = signing_time(checked.signed, f"{_MDSSI}Value")
        return judge("ooxml", checked, coverage, trust, when, stamped=_has_stamp(signature))
    except XML_ERRORS as error:
        return DigitalSignature("ooxml", Verdict.UNDETERMINED, "signature_not_judged", detail=type(error).__name__)


def _has_stamp(signature: etree._Element) -> bool:
    return next(signature.iter("{http://uri.etsi.org/01903/v1.3.2#}EncapsulatedTimeStamp"), None) is not None


class _Parts:
    """The package as its signature sees it: part names compared without case and after URL-unquoting (OPC §9.1.1)."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._names: Mapping[str, str] = {_key(name): name for name in package.names if not name.endswith("/")}
        if len(self._names) != sum(not n.endswith("/") for n in package.names):
            raise ValueError("two parts of one name")

    def octets(self, reference: Reference) -> bytes:
        """The octets of a part after the reference's transforms."""
        name = _part(reference)
        data = self._package.read(self._names[name])
        algorithms = [t.get("Algorithm") or "" for t in reference.transforms]
        if not algorithms:
            return data
        root = tree(data, name)
        if algorithms[0] == _RELATIONSHIP_TRANSFORM:
            root = _selected(root, reference.transforms[0])
            algorithms = algorithms[1:] or ["http://www.w3.org/TR/2001/REC-xml-c14n-20010315"]
        if len(algorithms) != 1:
            raise Unsupported("several transforms")
        return canonical(root, algorithms[0])

    def coverage(self, checked: Checked) -> Coverage:
        """Whether the manifests that are really signed hold, and which parts and relationships they leave open."""
        references = [Reference.read(r) for e in checked.signed for r in e.iterfind(f".//{DS}Manifest/{DS}Reference")]
        references += [r for r in checked.references if not r.uri.startswith("#")]
        intact = all(r.fits(self.octets(r)) and self._declared_as_signed(r) for r in references)
        whole = {_part(r) for r in references}
        rels = {_part(r): r for r in references if _part(r).endswith(".rels")}
        loose = sorted(
            n for n in self._names if n not in whole and not n.endswith(".rels") and not _HARMLESS_PARTS.match(n)
        )
        loose += self._loose_relationships(rels)
        bound = any(n.startswith("customxml/") and n not in whole for n in self._names) and self._binds_custom_xml()
        return Coverage(intact, tuple(loose), doubtful=bound)

    def _declared_as_signed(self, reference: Reference) -> bool:
        """Whether the package still declares the part as what it was signed as (the ContentType in the reference's URI)."""
        query = reference.uri.partition("?ContentType=")[2]
        return not query or unquote(query).casefold() == self._content_type(_part(reference))

    def _content_type(self, key: str) -> str:
        types = tree(self._package.read(self._names["[content_types].xml"]), "[Content_Types].xml")
        defaults = {(e.get("Extension") or "").casefold(): e for e in types.iter(f"{_TYPES}Default")}
        overrides = {_key(e.get("PartName") or ""): e for e in types.iter(f"{_TYPES}Override")}
        found = overrides.get(key, defaults.get(key.rpartition(".")[2]))
        return "" if found is None else (found.get("ContentType") or "").casefold()

    def _loose_relationships(self, signed: Mapping[str, Reference]) -> list[str]:
        """Relationships that no signature covers and that could bring other content into view."""
        loose = []
        for key, name in self._names.items():
            if not key.endswith(".rels") or key.startswith(("_xmlsignatures/", "customxml/", "docprops/")):
                continue
            root = tree(self._package.read(name), name)
            covered = set()
            if key in signed:
                transforms = signed[key].transforms
                covered = {r.get("Id") for r in (_selected(root, transforms[0]) if transforms else root)}
            loose += [
                f"{name}#{r.get('Id')}"
                for r in root.iter(f"{_RELS}Relationship")
                if r.get("Id") not in covered and not any(t in (r.get("Type") or "") for t in _HARMLESS_TYPES)
            ]
        return loose

    def _binds_custom_xml(self) -> bool:
        """Whether text of the document is drawn from custom XML (w:dataBinding), which Word does not always sign."""
        bodies = (n for k, n in self._names.items() if k.startswith("word/") and k.endswith(".xml"))
        return any(b"dataBinding" in self._package.read(n) for n in bodies)


def _key(name: str) -> str:
    return posixpath.normpath(unquote(name)).lstrip("/").casefold()


def _part(reference: Reference) -> str:
    return _key(reference.uri.partition("?")[0])


def _selected(root: etree._Element, transform: etree._Element) -> etree._Element:
    """The relationship transform (ECMA-376-2 §13.2.4.24): the named relationships only, sorted by Id, TargetMode written out."""
    ids = {r.get("SourceId") for r in transform.iter(f"{_MDSSI}RelationshipReference")}
    types = {r.get("SourceType") for r in transform.iter(f"{_MDSSI}RelationshipsGroupReference")}
    chosen = etree.Element(f"{_RELS}Relationships", nsmap={None: _RELS.strip("{}")})  # type: ignore[dict-item] # the stubs know no default namespace
    for relationship in sorted(_named(root, ids, types), key=lambda r: r.get("Id") or ""):
        kept = etree.SubElement(chosen, f"{_RELS}Relationship")
        for attribute in ("Id", "Target", "Type"):
            kept.set(attribute, relationship.get(attribute) or "")
        kept.set("TargetMode", relationship.get("TargetMode") or "Internal")
    return chosen


def _named(root: etree._Element, ids: set[str | None], types: set[str | None]) -> Iterator[etree._Element]:
    for relationship in root.iter(f"{_RELS}Relationship"):
        if relationship.get("Id") in ids or relationship.get("Type") in types:
            yield relationship
