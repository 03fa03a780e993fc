"""A small fictitious archive for the pages: nothing in it comes from a real signal, mail or person."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib

from bot.dossier.views import (
    ChannelPost,
    DossierView,
    Entry,
    FileView,
    MailboxState,
    MessageView,
    Original,
    Overview,
    Row,
)
from bot.teams.cards import Arrival, CardFacts, Notice, NoticeFacts, dossier_card, notice_card
from intake.model import Defect, Finding, Kind, Place, Threat, Verdict
from intake.states import Status

BASE = "http://127.0.0.1:8765"
NOW = dt.datetime(2026, 11, 23, 8, 14, 7, tzinfo=dt.UTC)
TITLE = "Verhuur van leegstaande loodsen zonder toets"
MARKUP = "<script>alert('x')</script><b>vet</b>"
PDF_BYTES = b"%PDF-1.7 fictief signaal\n"
EXE_BYTES = b"MZ fictief programma"
RAW_BYTES = b"From: iemand@gemeente.example\r\nSubject: fictief\r\n\r\nTekst\r\n"


def digest(content: bytes) -> str:
    """SHA-256 as 64 hex digits."""
    return hashlib.sha256(content).hexdigest()


def ago(**delta: int) -> dt.datetime:
    """A moment before NOW."""
    return NOW - dt.timedelta(**delta)


_ROWS = (
    Row("BS-2026-0007", Status.ONTVANGEN, Kind.SUBMISSION, NOW, "te_beoordelen", "nog_niet", 11, 13, ("defects",)),
    Row("BS-2026-0006", Status.IN_BEOORDELING, Kind.SUBMISSION, ago(days=2), "aanwezig", "komt_overeen", 13, 13),
    Row(
        "BS-2026-0005",
        Status.ONVOLLEDIG,
        Kind.SUBMISSION,
        ago(days=6),
        "nog_niet",
        "wijkt_af",
        9,
        13,
        ("post_deviates",),
    ),
    Row(
        "BS-2026-0004",
        Status.FORMEEL_INGEDIEND,
        Kind.SUBMISSION,
        ago(days=12),
        "verzonden_door",
        "komt_overeen",
        13,
        13,
    ),
    Row("BS-2026-0003", Status.AANGEBODEN, Kind.SUBMISSION, ago(days=40), "aanwezig", "alleen_handtekening", 13, 13),
    Row("BS-2026-0002", Status.AFGEROND, Kind.SUBMISSION, ago(days=160), "aanwezig", "komt_overeen", 12, 13),
    Row("BS-2026-0001", Status.GEEN_SIGNAAL, Kind.CASE_REPORT, ago(days=200), "niet_te_beoordelen", "nog_niet"),
)


def facts(row: Row) -> CardFacts:
    """The card of a row of the list."""
    offered = row.status is Status.AANGEBODEN
    return CardFacts(
        number=row.number,
        status=row.status,
        kind=row.kind,
        arrival=Arrival.MAIL,
        received=row.received,
        updated=row.received + dt.timedelta(hours=2),
        organisations=2 if offered else 1,
        signature=row.signature,
        post=row.post,
        items_found=row.items_found,
        items_total=row.items_total,
        ministers=2 if offered else 0,
        offered=1 if offered else 0,
        attention=row.attention,
        decided_by="" if row.status is Status.ONTVANGEN else "AB",
        link=f"{BASE}/dossier/{row.number}",
    )


def notices() -> tuple[NoticeFacts, ...]:
    """One notice of every sort."""
    loose = {Notice.UNREADABLE, Notice.UNDECIDED, Notice.DANGEROUS, Notice.MAILBOX_LOST, Notice.MAILBOX_BACK}
    return tuple(
        NoticeFacts(notice, NOW, link=f"{BASE}/berichten")
        if notice in loose
        else NoticeFacts(notice, NOW, "BS-2026-0007", 1, 2, "AB", f"{BASE}/dossier/BS-2026-0007")
        for notice in Notice
    )


_PDF = FileView("signaal-loodsen.pdf", digest(PDF_BYTES), "application/pdf", 1_312_004, NOW, 9)
_EXE = FileView(
    "bijlage\u202efdp.exe",
    digest(EXE_BYTES),
    "application/x-msdownload",
    20_480,
    NOW,
    0,
    "stukken.zip",
    Threat.EXECUTABLE,
)
_MESSAGE = MessageView(
    digest(RAW_BYTES),
    NOW,
    Kind.SUBMISSION,
    possibly_formal=True,
    subject=f"Indiening {MARKUP}",
    sender="A. de Vries <a.devries@gemeente.example>",
    findings=(Finding("herkenning", Verdict.PASS, "fictitious_reason", Place("mail", quote="Hierbij dienen wij in")),),
    defects=(Defect("fictitious_defect", "stukken.zip"),),
    files=(_PDF, _EXE),
)
_FINDINGS = (
    Finding("beoogd_effect", Verdict.FAIL, "fictitious_reason"),
    Finding(
        "indieners", Verdict.PASS, "fictitious_reason", Place(_PDF.name, 1, "Gemeente Voorbeeldstad en RIEC Fictief")
    ),
    Finding(
        "ondertekening",
        Verdict.UNDETERMINED,
        "fictitious_reason",
        Place(_PDF.name, 9, "Burgemeester van Voorbeeldstad"),
    ),
    Finding("aanleiding", Verdict.PASS, "fictitious_reason", Place(_PDF.name, 2, MARKUP)),
    Finding("persoonsgegevens", Verdict.FAIL, "fictitious_reason", Place(_PDF.name, 4, "kenteken X-000-YY")),
    Finding("persoonsgegevens", Verdict.PASS, "fictitious_reason"),
)
_DOSSIER = DossierView(
    _ROWS[0],
    title=TITLE,
    organisations=("Gemeente Voorbeeldstad", "RIEC Fictief"),
    ministers=("minister van Justitie en Veiligheid",),
    signature="unclear",
    means=("wet_ink",),
    signers=("A. de Vries",),
    tracks={
        "vastlegging": "ongewijzigd",
        "post": "nog_niet",
        "ondertekening": "te_beoordelen",
        "onderdelen": "11/13",
        "organisaties": "2",
        "voorwaarden": "niet_vermeld",
        "persoonsgegevens": "aanwijzing",
        "openbaarmaking": "onbekend",
    },
    findings=_FINDINGS,
    timeline=(
        Entry(ago(minutes=-3), "Wijziging", "A. Bakker", {"status": "in_beoordeling"}),
        Entry(ago(minutes=-1), "Creatie", "loketbs", {"status": "ontvangen", "track.post": "nog_niet"}),
        Entry(ago(minutes=-1), "Bevriezing"),
        Entry(NOW, "Ontvangst"),
    ),
    messages=(_MESSAGE,),
)
_LOOSE = (
    dataclasses.replace(_MESSAGE, kind=Kind.QUESTION, possibly_formal=False, files=(), defects=(), sha256=digest(b"1")),
    MessageView(digest(b"2"), ago(days=1), Kind.OTHER, possibly_formal=True, threat=Threat.SPOOFED_SENDER),
)


class FictitiousArchive:
    """The port `Archive` over the values above; `empty` is a desk on its first day."""

    def __init__(self, *, empty: bool = False) -> None:
        self._empty = empty

    def overview(self) -> Overview:
        if self._empty:
            return Overview()
        posts = [ChannelPost(notice_card(n), n.at) for n in notices()[5:7]]
        posts += [ChannelPost(dossier_card(facts(r)), r.received) for r in _ROWS]
        return Overview(_ROWS, tuple(posts), len(_LOOSE), MailboxState(NOW), ago(hours=5))

    def dossier(self, number: str) -> DossierView | None:
        if self._empty:
            return None
        if number == _DOSSIER.row.number:
            return _DOSSIER
        return next((DossierView(row) for row in _ROWS if row.number == number), None)

    def loose_messages(self) -> tuple[MessageView, ...]:
        return () if self._empty else _LOOSE

    def original(self, sha256: str) -> Original | None:
        kept = {
            digest(PDF_BYTES): Original(_PDF.name, len(PDF_BYTES), (PDF_BYTES[:9], PDF_BYTES[9:])),
            digest(EXE_BYTES): Original(_EXE.name, len(EXE_BYTES), (EXE_BYTES,), dangerous=True),
        }
        return kept.get(sha256)


ROWS = _ROWS
