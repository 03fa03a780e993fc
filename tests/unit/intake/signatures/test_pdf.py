"""Signed PDFs: what makes a signature valid, invalid, or impossible to judge."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from asn1crypto import keys, x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter
from pyhanko.sign import fields, signers, timestamps
from pyhanko_certvalidator.registry import SimpleCertificateStore

from intake.documents.signatures import signatures_of
from intake.model import DigitalSignature, Trust, Verdict
from tests.unit.intake.signatures.pki import NOW, Identity, pki

HOUR = dt.timedelta(hours=1)
DAYS = dt.timedelta(days=1)


def plain(*, form: bool = False) -> bytes:
    """A PDF of one page; with a text field to fill in where asked."""
    writer = PdfFileWriter(stream_xrefs=False)
    content = generic.StreamObject(stream_data=b"BT /F1 12 Tf 72 700 Td (Signaal) Tj ET")
    page = writer.insert_page(PageObject(contents=writer.add_object(content), media_box=(0, 0, 595, 842)))
    if form:
        field = generic.DictionaryObject(
            {
                generic.pdf_name("/FT"): generic.pdf_name("/Tx"),
                generic.pdf_name("/T"): generic.pdf_string("bedrag"),
                generic.pdf_name("/V"): generic.pdf_string("100"),
                generic.pdf_name("/Type"): generic.pdf_name("/Annot"),
                generic.pdf_name("/Subtype"): generic.pdf_name("/Widget"),
                generic.pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (72, 600, 200, 620))),
                generic.pdf_name("/P"): page,
            }
        )
        reference = writer.add_object(field)
        page.get_object()["/Annots"] = generic.ArrayObject([reference])
        writer.root["/AcroForm"] = generic.DictionaryObject(
            {generic.pdf_name("/Fields"): generic.ArrayObject([reference])}
        )
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _signer(identity: Identity, *, chain: bool = True) -> signers.SimpleSigner:
    store = SimpleCertificateStore()
    if chain:
        store.register(x509.Certificate.load(pki().intermediate.der))
    return signers.SimpleSigner(
        signing_cert=x509.Certificate.load(identity.der),
        signing_key=keys.PrivateKeyInfo.load(identity.key_der),
        cert_registry=store,
    )


def stamper(moment: dt.datetime) -> timestamps.DummyTimeStamper:
    """A time-stamp authority whose clock stands at `moment`."""
    who = pki().stamper
    return timestamps.DummyTimeStamper(
        tsa_cert=x509.Certificate.load(who.der),
        tsa_key=keys.PrivateKeyInfo.load(who.key_der),
        certs_to_embed=None,
        fixed_dt=moment,
    )


def signed(
    pdf: bytes, who: Identity, field: str = "Handtekening1", at: dt.datetime | None = None, *, chain: bool = True
) -> bytes:
    """Sign a PDF in a new revision; `at` adds a time stamp of that moment."""
    metadata = signers.PdfSignatureMetadata(
        field_name=field, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES
    )
    signer = signers.PdfSigner(metadata, _signer(who, chain=chain), timestamper=stamper(at) if at else None)
    return bytes(signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf))).getvalue())


def revised(pdf: bytes, change: str) -> bytes:
    """Append a revision that changes the page, or the value of the text field."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    if change == "page":
        content = generic.StreamObject(stream_data=b"BT /F1 12 Tf 72 700 Td (Anders) Tj ET")
        writer.insert_page(PageObject(contents=writer.add_object(content), media_box=(0, 0, 595, 842)))
    else:
        field = writer.root["/AcroForm"]["/Fields"][0]
        field["/V"] = generic.pdf_string("900")
        writer.mark_update(writer.root["/AcroForm"]["/Fields"].raw_get(0))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def judged(pdf: bytes, trust: Trust | None = None) -> tuple[DigitalSignature, ...]:
    return signatures_of(pdf, "pdf", trust or pki().trust)


def only(pdf: bytes, trust: Trust | None = None) -> tuple[Verdict, str]:
    (one,) = judged(pdf, trust)
    return one.verdict, one.reason


def test_an_intact_trusted_signature_over_the_whole_file_is_valid() -> None:
    """The plain good case names signer and organisation from the certificate."""
    (one,) = judged(signed(plain(), pki().mayor))
    assert (one.verdict, one.means, one.signer) == (Verdict.PASS, "pades", "Ilse Brandenburg")
    assert (one.organisation, one.intact, one.trusted, one.covers) == ("Gemeente Wolfsdal", True, True, True)


def test_the_administrators_intermediate_completes_the_path() -> None:
    """A file that brings no chain is valid with the intermediate configured, and not without."""
    pdf = signed(plain(), pki().mayor, chain=False)
    assert only(pdf)[0] is Verdict.PASS
    assert only(pdf, Trust((pki().root.der,), (), NOW)) == (Verdict.FAIL, "untrusted_certificate")


def test_without_roots_nothing_can_be_known() -> None:
    """No trust material: an intact signature is undetermined, a broken one is still broken."""
    pdf = signed(plain(), pki().mayor)
    assert only(pdf, Trust(moment=NOW)) == (Verdict.UNDETERMINED, "no_trust_roots")
    assert only(pdf.replace(b"Signaal", b"Sabbaal"), Trust(moment=NOW)) == (Verdict.FAIL, "signature_broken")


def test_a_foreign_authority_is_not_trusted() -> None:
    """Same names in the certificate, other root."""
    (one,) = judged(signed(plain(), pki().stranger))
    assert (one.verdict, one.reason, one.intact) == (Verdict.FAIL, "untrusted_certificate", True)


def test_one_changed_byte_breaks_it() -> None:
    """A digit changed within the signed range."""
    assert only(signed(plain(), pki().mayor).replace(b"Signaal", b"Signaat")) == (Verdict.FAIL, "signature_broken")


def test_a_page_added_afterwards_is_not_covered() -> None:
    """The signature is intact, the document is another one."""
    (one,) = judged(revised(signed(plain(), pki().mayor), "page"))
    assert (one.verdict, one.reason, one.intact, one.covers) == (Verdict.FAIL, "changed_after_signing", True, False)


@pytest.mark.parametrize(
    ("tail", "verdict"),
    [
        (b"\r\n", Verdict.PASS),
        (b"\n<script>", Verdict.FAIL),
        (b"\0" * 9, Verdict.FAIL),
        (b"\n%x\n%%EOF\n", Verdict.UNDETERMINED),
    ],
)
def test_bytes_behind_the_end_count_unless_white(tail: bytes, verdict: Verdict) -> None:
    """A mail gateway's line break is harmless; anything else stands outside the signature."""
    assert only(signed(plain(), pki().mayor) + tail)[0] is verdict


def test_a_copied_end_does_not_hide_appended_bytes() -> None:
    """A forger repeats the file's own startxref and %%EOF behind what he appended."""
    pdf = signed(plain(), pki().mayor)
    assert only(pdf + b"\n% anders\n" + pdf[pdf.rfind(b"startxref") :]) == (Verdict.FAIL, "bytes_after_signature")


def test_a_co_signature_is_no_change() -> None:
    """Serial signing: the first signature covers an earlier revision, and both are valid."""
    first, second = judged(signed(signed(plain(), pki().mayor), pki().colleague, "Handtekening2"))
    assert [first.verdict, second.verdict] == [Verdict.PASS, Verdict.PASS]
    assert {first.organisation, second.organisation} == {"Gemeente Wolfsdal", "Politie, Eenheid Kustland"}


def test_a_form_filled_in_after_signing_goes_to_a_person() -> None:
    """What pyHanko calls acceptable form filling is how shadow attacks replace an amount."""
    pdf = revised(signed(plain(form=True), pki().mayor), "field")
    assert only(pdf) == (Verdict.UNDETERMINED, "form_changed_after_signing")


def test_a_form_changed_between_two_signatures_goes_to_a_person() -> None:
    """A later co-signature does not excuse it for the first signer."""
    pdf = signed(revised(signed(plain(form=True), pki().mayor), "field"), pki().colleague, "Handtekening2")
    assert [s.verdict for s in judged(pdf)] == [Verdict.UNDETERMINED, Verdict.PASS]


def test_expired_without_time_stamp_is_invalid() -> None:
    """A claimed signing time proves nothing."""
    assert only(signed(plain(), pki().lapsed)) == (Verdict.FAIL, "certificate_expired")


@pytest.mark.parametrize(
    ("at", "verdict"), [(NOW - 60 * DAYS, Verdict.PASS), (NOW - HOUR, Verdict.FAIL)], ids=["before", "after"]
)
def test_a_time_stamp_before_expiry_saves_it(at: dt.datetime, verdict: Verdict) -> None:
    """Two passes: now, and at the moment of the trusted time stamp."""
    assert only(signed(plain(), pki().lapsed, at=at))[0] is verdict


def test_a_document_time_stamp_before_expiry_saves_it_too() -> None:
    """PAdES-LTA: the stamp is a revision of its own, is not listed, and proves when the signature existed."""
    pdf = io.BytesIO(signed(plain(), pki().lapsed))
    stamping = signers.PdfTimeStamper(stamper(NOW - 60 * DAYS))
    stamped = stamping.timestamp_pdf(IncrementalPdfFileWriter(pdf), "sha256", validation_context=None).getvalue()
    (one,) = judged(bytes(stamped))
    assert (one.verdict, one.stamped_at) == (Verdict.PASS, NOW - 60 * DAYS)


def test_a_certificate_that_may_not_sign_does_not() -> None:
    """Key usage: key agreement only."""
    assert only(signed(plain(), pki().encipherer)) == (Verdict.FAIL, "certificate_not_for_signing")


def test_an_unsigned_pdf_and_an_empty_field_carry_no_signature() -> None:
    """An empty signature field is an invitation, not a signature."""
    writer = IncrementalPdfFileWriter(io.BytesIO(plain()))
    fields.append_signature_field(writer, fields.SigFieldSpec("Leeg"))
    out = io.BytesIO()
    writer.write(out)
    assert judged(plain()) == ()
    assert judged(out.getvalue()) == ()


@pytest.mark.parametrize("cut", [0.3, 0.9, 0.99])
def test_a_damaged_signed_file_is_undetermined_and_never_raises(cut: float) -> None:
    """Truncated in the middle of its structure: not valid, not silently unsigned."""
    pdf = signed(plain(), pki().mayor)
    head = pdf[: int(len(pdf) * cut)] + b"/ByteRange"
    assert [s.verdict for s in judged(head)] == [Verdict.UNDETERMINED]
