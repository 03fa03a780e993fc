"""Who signed: held-out signature blocks, digital signatures, the sender as signature, scans and sheets."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from intake.checks.afzender import authenticate
from intake.checks.ondertekening import judge_signature
from intake.model import (
    Block,
    Box,
    Defect,
    DigitalSignature,
    Document,
    Mail,
    Picture,
    Role,
    SignatureVerdict,
    Smime,
    Verdict,
)
from tests.unit.intake.building import REGISTER, mail

LAYOUTS: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "handtekeningen.toml").read_text(encoding="utf-8")
)["layout"]
BODY = tuple(
    Block(f"Alinea {n}: de partners stellen vast dat het knelpunt structureel is en landelijk.") for n in range(8)
)
REPRESENTATIVE = "i.brandenburg@wolfsdal.example"
WOLFSDAL, KUSTLAND = "Gemeente Wolfsdal", "Politie, Eenheid Kustland"
PICTURES = {"ink", "logo", "stamp"}
VALID = DigitalSignature("pades", Verdict.PASS, "signature_valid", "Ilse Brandenburg", WOLFSDAL)


def picture(looks: str, after: int, **where: Any) -> Picture:
    return Picture(looks, 300, 90, after, **where)


def drawn(layout: dict[str, Any]) -> Document:
    """A document with an ordinary body and the signature block of a layout."""
    blocks, pictures = list(BODY), [picture(k, 1) for k in layout.get("first", ())]
    for line in layout.get("lines", ()):
        if line in PICTURES:
            pictures.append(picture(line, len(blocks) - 1))
        else:
            blocks.append(Block(line))
    for row, cells in enumerate(layout.get("cells", ())):
        for column, text in enumerate(cells):
            cell = (0, row, column)
            if text in PICTURES:
                pictures.append(picture(text, len(blocks) - 1, cell=cell))
            elif text:
                blocks.append(Block(text, Role.CELL, cell=cell))
    for x0, y0, x1, y1, text in layout.get("page", ()):
        if text in PICTURES:
            pictures.append(picture(text, len(blocks) - 1, page=2, box=Box(x0, y0, x1, y1)))
        else:
            blocks.append(Block(text, page=2, box=Box(x0, y0, x1, y1)))
    return paper(blocks, pictures)


def paper(
    blocks: Sequence[Block] = BODY,
    pictures: Sequence[Picture] = (),
    signatures: Sequence[DigitalSignature] = (),
    name: str = "signaal.pdf",
) -> Document:
    return Document(
        name,
        "0",
        "pdf",
        readable=True,
        pages=2,
        blocks=tuple(blocks),
        pictures=tuple(pictures),
        signatures=tuple(signatures),
    )


def scan(strokes: int, name: str = "scan.pdf", pages: int = 2) -> Document:
    """A scan: pages as pictures, and strokes on the last of them."""
    sheets = [picture("page", -1, page=n + 1) for n in range(pages)]
    ink = [picture("ink", -1, page=pages, detail="on a scanned page") for _ in range(strokes)]
    return Document(name, "0", "pdf", readable=True, pages=pages, text_layer=False, pictures=(*sheets, *ink))


def judge(
    document: Document | None,
    organisations: Sequence[str] = (WOLFSDAL,),
    *,
    sender: Mail | None = None,
    others: Sequence[Document] = (),
    sealed: DigitalSignature | None = None,
) -> SignatureVerdict:
    message = sender or mail()
    files = [*([document] if document else []), *others]
    return judge_signature(
        message,
        document,
        files,
        organisations=organisations,
        register=REGISTER,
        authentication=authenticate(message, REGISTER.authserv_ids),
        sealed=sealed,
    )


def reasons(verdict: SignatureVerdict) -> set[str]:
    return {f.reason for f in verdict.findings}


@pytest.mark.parametrize("layout", LAYOUTS, ids=[x["name"] for x in LAYOUTS])
def test_a_held_out_signature_block_is_read_as_a_person_would(layout: dict[str, Any]) -> None:
    """Verdict and means of each layout, and who signed where the layout says so."""
    found = judge(drawn(layout), layout["organisations"])
    assert (found.verdict, set(found.means)) == (layout["verdict"], set(layout["means"]))
    assert set(layout.get("signers", found.signers)) == set(found.signers)
    assert set(layout.get("reasons", ())) <= reasons(found)


def test_a_valid_digital_signature_signs_for_its_organisation_only() -> None:
    """One of two submitters: unclear, and the finding names who is missing."""
    found = judge(paper(signatures=[VALID]), [WOLFSDAL, KUSTLAND])
    assert (found.verdict, found.means, found.signers) == ("unclear", ("pades",), ("Ilse Brandenburg",))
    assert [f.values for f in found.findings if f.reason == "not_signed"] == [(KUSTLAND,)]
    assert judge(paper(signatures=[VALID])).verdict == "valid"


@pytest.mark.parametrize("reason", ["signature_broken", "untrusted_certificate", "changed_after_signing"])
def test_a_broken_digital_signature_makes_it_invalid_whatever_else_signs(reason: str) -> None:
    """Ink on a document that was changed afterwards is no comfort."""
    broken = replace(VALID, verdict=Verdict.FAIL, reason=reason)
    layout = next(x for x in LAYOUTS if x["name"] == "letter, function, ink, name")
    assert judge(replace(drawn(layout), signatures=(broken,))).verdict == "invalid"
    assert reason in reasons(judge(paper(signatures=[broken])))


def test_an_undetermined_digital_signature_is_never_valid() -> None:
    """It could not be verified: unclear."""
    doubtful = replace(VALID, verdict=Verdict.UNDETERMINED, reason="no_trust_roots")
    assert judge(paper(signatures=[doubtful])).verdict == "unclear"


def test_doubt_on_the_content_is_not_taken_away_by_another_signature() -> None:
    """A form filled in between two signatures: the later signer may not know what the first one signed."""
    doubtful = replace(VALID, verdict=Verdict.UNDETERMINED, reason="form_changed_after_signing")
    assert judge(paper(signatures=[doubtful, VALID])).verdict == "unclear"
    unknown = replace(VALID, verdict=Verdict.UNDETERMINED, reason="no_trust_roots")
    assert judge(paper(signatures=[unknown, VALID])).verdict == "valid"


def test_a_valid_certificate_of_a_stranger_signs_for_nobody() -> None:
    """Trusted and intact, but neither organisation nor name is the submitter's."""
    stranger = replace(VALID, signer="Piet Precies", organisation="Notariskantoor Precies")
    found = judge(paper(signatures=[stranger]))
    assert (found.verdict, "signer_of_no_submitter" in reasons(found)) == ("unclear", True)


def test_the_mails_own_signature_counts_and_a_broken_one_tells() -> None:
    """S/MIME over the message; broken by a gateway it is invalid unless everybody signed in another way."""
    sealed = replace(VALID, means="smime")
    broken = replace(sealed, verdict=Verdict.FAIL, reason="signature_broken")
    assert judge(paper(), sealed=sealed).verdict == "valid"
    assert judge(paper(), sealed=broken).verdict == "invalid"
    layout = next(x for x in LAYOUTS if x["name"] == "letter, function, ink, name")
    assert judge(drawn(layout), sealed=broken).verdict == "valid"


@pytest.mark.parametrize(
    ("headers", "passed", "verdict", "means"),
    [
        ((), True, "valid", ("sent_by_representative",)),
        ((), False, "unclear", ("sent_by_representative",)),
        (
            (("Authentication-Results", "mx.desk.example; dmarc=fail header.from=wolfsdal.example"),),
            False,
            "absent",
            (),
        ),
        (
            (("Authentication-Results", "elders.example; dmarc=pass header.from=wolfsdal.example"),),
            False,
            "unclear",
            ("sent_by_representative",),
        ),
    ],
    ids=["authenticated", "no header", "failed", "foreign header"],
)
def test_the_representative_as_sender(
    headers: Sequence[tuple[str, str]], passed: bool, verdict: str, means: tuple[str, ...]
) -> None:
    """Only the desk's own mail server can vouch for the address."""
    found = judge(paper(), sender=mail(sender=REPRESENTATIVE, headers=headers, passed=passed))
    assert (found.verdict, found.means) == (verdict, means)


def test_the_representative_signs_for_his_own_organisation_only() -> None:
    """Also when he writes that he speaks for the other."""
    sender = mail("Mede namens de politie.", sender=REPRESENTATIVE)
    assert judge(paper(), [WOLFSDAL, KUSTLAND], sender=sender).verdict == "unclear"
    assert judge(paper(), [KUSTLAND], sender=sender).verdict == "absent"


def test_ink_and_sender_together_sign_for_two() -> None:
    """Each of the submitters in its own way."""
    layout = {"lines": ["De politiechef van de eenheid Kustland,", "ink", "R. Zandbergen"]}
    found = judge(drawn(layout), [WOLFSDAL, KUSTLAND], sender=mail(sender=REPRESENTATIVE))
    assert (found.verdict, found.means) == ("valid", ("wet_ink", "sent_by_representative"))


@pytest.mark.parametrize(("strokes", "verdict"), [(0, "absent"), (1, "unclear"), (2, "valid")])
def test_strokes_on_a_scan_are_shared_out(strokes: int, verdict: str) -> None:
    """Nothing is read yet: as many strokes as submitters, and all signed."""
    assert judge(scan(strokes), [WOLFSDAL, KUSTLAND]).verdict == verdict


def test_a_scan_that_was_read_says_whose_the_strokes_are() -> None:
    """With words on the page (OCR, or a text layer under the scan) a stroke belongs to the block it stands in."""
    lines = [
        Block("De burgemeester van Wolfsdal,", page=2, box=Box(70, 400, 220, 412)),
        Block("De politiechef van de eenheid Kustland,", page=2, box=Box(320, 400, 500, 412)),
        Block("Rutger Zandbergen", page=2, box=Box(320, 310, 420, 322)),
    ]
    stroke = picture("ink", -1, page=2, box=Box(325, 340, 440, 380), detail="on a scanned page")
    found = judge(replace(scan(0), blocks=tuple(lines), pictures=(*scan(0).pictures, stroke)), [WOLFSDAL, KUSTLAND])
    assert (found.verdict, found.signers) == ("unclear", ("Rutger Zandbergen",))
    assert [f.values for f in found.findings if f.reason == "not_signed"] == [(WOLFSDAL,)]


def test_a_separate_sheet_completes_the_signal() -> None:
    """The police signs on a sheet of its own; a cover letter with ink is no such sheet."""
    layout = next(x for x in LAYOUTS if x["name"] == "columns of a table, the left one empty")
    sheet = scan(1, "Handtekeningblad Wolfsdal.pdf", pages=1)
    letter = paper([*BODY, Block("Hoogachtend,")], [picture("ink", 8)], name="aanbiedingsbrief.pdf")
    both = [WOLFSDAL, KUSTLAND]
    assert judge(drawn(layout), both, others=[sheet]).verdict == "valid"
    assert judge(drawn(layout), both, others=[letter]).verdict == "unclear"


def test_what_is_locked_cannot_be_called_unsigned() -> None:
    """A password on the file, or an encrypted mail: unclear, unless the sender himself signs by sending."""
    locked = Document("s.pdf", "0", "pdf", readable=False, problems=(Defect("password_needed"),))
    encrypted = replace(mail(), smime=Smime("enveloped", b"0"))
    assert judge(locked).verdict == "unclear"
    assert judge(None, sender=encrypted).verdict == "unclear"
    assert judge(locked, sender=mail(sender=REPRESENTATIVE)).verdict == "valid"


def test_the_held_out_set_is_large_enough() -> None:
    """At least twenty layouts of all three shapes."""
    assert len(LAYOUTS) >= 20
    assert {k for x in LAYOUTS for k in ("lines", "cells", "page") if k in x} == {"lines", "cells", "page"}
