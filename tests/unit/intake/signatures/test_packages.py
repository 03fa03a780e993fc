"""Signed Word and OpenDocument files: integrity, coverage, wrapping, and what is left open."""

from __future__ import annotations

import pytest

from intake.documents.signatures import signatures_of
from intake.model import DigitalSignature, Trust, Verdict
from tests.paths import shared
from tests.unit.intake.signatures.packages import OFFICE, rels, signed_text, signed_word, text_parts, word_parts, zipped
from tests.unit.intake.signatures.pki import NOW, pki


def word(parts: dict[str, bytes], trust: Trust | None = None) -> DigitalSignature:
    (one,) = signatures_of(zipped(parts), "docx", trust or pki().trust)
    return one


def text(parts: dict[str, bytes]) -> DigitalSignature:
    (one,) = signatures_of(zipped(parts), "odt", pki().trust)
    return one


def test_a_word_file_signed_as_word_does_is_valid() -> None:
    """Manifest, relationship transform, certificate path; the properties may stay outside."""
    one = word(signed_word(pki().mayor))
    assert (one.verdict, one.reason, one.means) == (Verdict.PASS, "signature_valid", "ooxml")
    assert (one.signer, one.organisation, one.signed_at) == ("Ilse Brandenburg", "Gemeente Wolfsdal", NOW)


def test_changed_text_breaks_it() -> None:
    """One word of the body."""
    parts = signed_word(pki().mayor)
    parts["word/document.xml"] = parts["word/document.xml"].replace(b"Signaal", b"Sixnaal")
    assert word(parts).reason == "signature_broken"


def test_a_part_added_afterwards_is_not_covered() -> None:
    """A header that was not there when it was signed."""
    parts = signed_word(pki().mayor)
    parts["word/header1.xml"] = b"<hdr/>"
    assert (word(parts).verdict, word(parts).reason) == (Verdict.FAIL, "not_covering")


def test_a_relationship_added_afterwards_is_not_covered() -> None:
    """It could bring other text into view, and the transform leaves it out of the digest."""
    parts = signed_word(pki().mayor)
    parts["word/_rels/document.xml.rels"] = rels(
        ("rId1", f"{OFFICE}/styles", "styles.xml"), ("rId9", f"{OFFICE}/header", "styles.xml")
    )
    assert word(parts).reason == "not_covering"


def test_properties_may_change() -> None:
    """Author and date of the file are never signed by Word."""
    parts = signed_word(pki().mayor)
    parts["docProps/core.xml"] = b"<core>anders</core>"
    assert word(parts).verdict is Verdict.PASS


def test_a_part_declared_as_something_else_breaks_it() -> None:
    """The content type is signed along in the reference, though the list of types itself is not."""
    parts = signed_word(pki().mayor)
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b'"application/xml"', b'"application/x-other"')
    assert word(parts).reason == "signature_broken"


def test_text_drawn_from_unsigned_xml_is_doubtful() -> None:
    """Content controls bound to custom XML show what that part says."""
    body = word_parts()["word/document.xml"].replace(b"<w:p>", b"<w:p><w:dataBinding/>")
    parts = signed_word(pki().mayor, word_parts() | {"word/document.xml": body})
    parts["customXml/item1.xml"] = b"<i/>"
    assert (word(parts).verdict, word(parts).reason) == (Verdict.UNDETERMINED, "text_bound_to_unsigned_part")


def test_an_unsigned_twin_of_the_manifest_is_not_read() -> None:
    """Signature wrapping: a second object of the same name beside the signed one."""
    parts = signed_word(pki().mayor)
    twin = b'<Object Id="idPackageObject"><Manifest></Manifest></Object></Signature>'
    parts["_xmlsignatures/sig1.xml"] = parts["_xmlsignatures/sig1.xml"].replace(b"</Signature>", twin)
    assert word(parts).verdict is Verdict.UNDETERMINED


def test_a_manifest_outside_the_signed_objects_covers_nothing() -> None:
    """The signature holds, over an object that lists no parts."""
    parts = signed_word(pki().mayor)
    signed = parts["_xmlsignatures/sig1.xml"]
    head, _, tail = signed.partition(b'<Reference URI="#idPackageObject">')
    assert tail
    parts["_xmlsignatures/sig1.xml"] = head + tail.partition(b"</Reference>")[2]
    assert word(parts).verdict is not Verdict.PASS


@pytest.mark.parametrize(("who", "reason"), [("stranger", "untrusted_certificate"), ("lapsed", "certificate_expired")])
def test_the_certificate_must_stand(who: str, reason: str) -> None:
    """Foreign or expired."""
    one = word(signed_word(getattr(pki(), who)))
    assert (one.verdict, one.reason, one.intact) == (Verdict.FAIL, reason, True)


def test_two_parts_of_one_name_are_doubtful() -> None:
    """Office compares names without case: which of the two does a reader see?"""
    parts = signed_word(pki().mayor)
    parts["word/Document.xml"] = b"<other/>"
    assert word(parts).verdict is Verdict.UNDETERMINED


def test_a_damaged_signature_part_is_undetermined() -> None:
    """Never silently unsigned."""
    parts = signed_word(pki().mayor)
    parts["_xmlsignatures/sig1.xml"] = parts["_xmlsignatures/sig1.xml"][:400]
    assert word(parts).verdict is Verdict.UNDETERMINED


def test_an_opendocument_text_signed_whole_is_valid() -> None:
    """All files of the package, as LibreOffice signs them."""
    one = text(signed_text(pki().colleague))
    assert (one.verdict, one.means, one.organisation) == (Verdict.PASS, "odf", "Politie, Eenheid Kustland")


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("content.xml", text_parts("Sixnaal")["content.xml"], "signature_broken"),
        ("Pictures/1.png", b"\x89PNG", "not_covering"),
    ],
)
def test_an_opendocument_text_changed_after_signing_is_invalid(name: str, data: bytes, reason: str) -> None:
    """A changed word, an added picture."""
    one = text(signed_text(pki().mayor) | {name: data})
    assert (one.verdict, one.reason) == (Verdict.FAIL, reason)


def test_unsigned_packages_and_junk_carry_none() -> None:
    """Nothing invented, nothing raised."""
    assert signatures_of(zipped(word_parts()), "docx", pki().trust) == ()
    assert signatures_of(zipped(text_parts()), "odt", pki().trust) == ()
    assert signatures_of(b"PK\x03\x04 junk", "docx", pki().trust) == ()


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "count"),
    [("poi__Office2010-SP1-XAdES-X-L", 1), ("poi__hello-world-signed-twice", 2), ("poi__hello-world-unsigned", 0)],
)
def test_real_word_signatures_are_intact(name: str, count: int) -> None:
    """Files signed by Word itself; old ones with SHA-1 are intact, and still not valid."""
    data = shared("wild", "docx", f"{name}.docx").read_bytes()
    found = signatures_of(data, "docx", pki().trust)
    assert [s.intact for s in found] == [True] * count
    assert all(s.verdict is not Verdict.PASS for s in found)
