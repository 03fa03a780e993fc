"""Signatures in OpenDocument files (ODF 1.3 part 2 §5.3): `META-INF/documentsignatures.xml` signs the files of the package."""

from __future__ import annotations

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
    check,
    signing_time,
    transformed,
    tree,
)
from intake.model import DigitalSignature, Trust, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

SIGNATURES = "META-INF/documentsignatures.xml"
_LATER = frozenset({SIGNATURES, "META-INF/macrosignatures.xml", "META-INF/packagesignatures.xml"})
_DATE = "{http://purl.org/dc/elements/1.1/}date"


def package_signatures(data: bytes, trust: Trust) -> tuple[DigitalSignature, ...]:
    """Judge every signature of an ODT. A package that cannot be opened has none to judge; its reader reports that."""
    try:
        package = Package(data, DocumentLimits())
    except Refused:
        return ()
    with package:
        if SIGNATURES not in package:
            return ()
        try:
            found = tree(package.read(SIGNATURES), SIGNATURES).findall(f".//{DS}Signature")
        except XML_ERRORS as error:
            return (_unjudged(error),)
        return tuple(_judged(package, signature, trust) for signature in found)


def _unjudged(error: Exception) -> DigitalSignature:
    return DigitalSignature("odf", Verdict.UNDETERMINED, "signature_not_judged", detail=type(error).__name__)


def _judged(package: Package, signature: etree._Element, trust: Trust) -> DigitalSignature:
    def octets(reference: Reference) -> bytes:
        name = unquote(reference.uri)
        data = package.read(name)
        return transformed(tree(data, name), reference) if reference.transforms else data

    try:
        checked = check(signature, octets)
        coverage = Coverage(intact=True, loose=tuple(_loose(package.names, checked)))
        stamped = next(signature.iter("{http://uri.etsi.org/01903/v1.3.2#}EncapsulatedTimeStamp"), None) is not None
        return judge("odf", checked, coverage, trust, signing_time(checked.signed, _DATE), stamped=stamped)
    except XML_ERRORS as error:
        return _unjudged(error)


def _loose(names: Iterable[str], checked: Checked) -> list[str]:
    """Files of the package that this signature does not cover; other signature files come later by nature."""
    covered = {unquote(r.uri) for r in checked.references}
    return sorted(n for n in names if not n.endswith("/") and n not in covered and n not in _LATER)
