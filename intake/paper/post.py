"""What happens to the post: a scan's texts are kept, its letters are laid with their dossiers, persons link and unlink.

Each act may be killed anywhere and done again: what was told already is not told twice.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

from intake.model import Assessment, Document, Kind
from intake.paper.door import PaperDoor
from intake.paper.known import KnownTexts
from intake.paper.laying import NOT_READ, TO_CONFIRM, UNLINKED, WAITING, Lot, lot_of, numbered, roles_kept
from intake.paper.texts import TEXTS_OF, is_paper, scan_texts, texts_of
from intake.paper.track import post_track
from intake.ports import Clock
from intake.post.codes import parsed
from intake.post.letters import Letter, ScanPage, sort_out
from intake.relate import from_plain
from storage.bag import read_bag
from storage.canonical import sha256
from storage.dossiers import Records
from storage.errors import CopyMissing, NotKnown, StatusConflict
from storage.held import HeldText
from storage.letters import FOREIGN, Hand, Letters, LetterView, Why
from storage.values import SOFTWARE, Claim, NewJob
from storage.vault import MAIL, read

log = logging.getLogger(__name__)

LAY, COMPARE, CARD = "lay", "compare", "card"
BY_PERSON = "by_person"


@dataclass(frozen=True)
class PostRoom:
    """Scans over the records. `read_again` gives the texts of a frozen message of which none are kept."""

    records: Records
    door: PaperDoor
    clock: Clock
    known: KnownTexts

    @cached_property
    def letters(self) -> Letters:
        """The letters, with what follows from them for a dossier."""
        return Letters(self.records.engine, self.records.vault, post_track)

    def texts(self, assessment: Assessment, raw: bytes) -> tuple[HeldText, ...]:
        """What is kept of a message's words: of a submission to hold post against, of a scan to find its dossier."""
        kind = assessment.recognition.kind
        if kind in TEXTS_OF:
            return texts_of(assessment)
        return tuple(scan_texts(_scans(assessment, raw), self.door.codes)) if kind is Kind.POSTAL_SCAN else ()

    def lay(self, job: Claim) -> None:
        """Lay the letters of a scan with their dossiers ●, and finish the job ●."""
        record = str(job.payload["record"])
        self.try_again(record)
        self.records.work.finish(job)

    def lay_waiting(self, number: str) -> None:
        """A dossier got a document: scans that wait are tried again ●, and letters in it compared anew where another counts ●."""
        for record in self.letters.unsure():
            self.try_again(record)
        for letter in self.letters.within(number):
            chosen = self.known.document(number, self.pages_of(letter))
            if letter.verdict and chosen and chosen.text.sha256 != letter.against:
                payload = {"record": letter.record, "part": letter.part, "dossier": number}
                key = f"{COMPARE}:{letter.record}:{letter.part}:{number}:{chosen.text.sha256}"
                self.records.work.put(COMPARE, key, payload, self.clock.now())

    def try_again(self, record: str) -> None:
        """Sort out a scan and put every letter with its dossier where that is certain, until nothing else was registered."""
        seen = -1
        while seen != (seen := self.records.registrations()):
            self._lay(record)
            if all(letter.dossier for letter in self.letters.of(record)):
                return

    def link(self, record: str, part: int, number: str, hand: Hand) -> None:
        """A person puts a letter into a dossier ●. Raises `NotKnown`, `StatusConflict`."""
        self._assert_scan(record)
        follow, left = (NewJob(COMPARE), NewJob(CARD)), (NewJob(CARD),)
        self.letters.link(record, part, number, Why(BY_PERSON), hand, jobs=follow, left=left)
        self.letters.settle_points(record, (TO_CONFIRM,), hand)
        self._settle(record, hand)
        log.info("linked by a person", extra={"action": "Opname", "record": record, "dossier": number})

    def unlink(self, record: str, part: int, hand: Hand) -> str:
        """A person takes a letter out of its dossier ●; returns that. Raises `NotKnown`, `StatusConflict`."""
        self._assert_scan(record)
        number = self.letters.unlink(record, part, hand, jobs=(NewJob(CARD),))
        self.letters.raise_point(record, UNLINKED, Hand(hand.at))
        log.info("unlinked by a person", extra={"action": "Wijziging", "record": record, "dossier": number})
        return number

    def scan(self, record: str, file: int) -> bytes:
        """The bytes of a scan's file. Raises `CopyMissing` when it is not in what was frozen."""
        message = self.records.message(record)
        if not message.raw.key.endswith(f".{MAIL}"):
            return self.records.raw(record)
        wanted = next((text.sha256 for text in self.records.held.of(record) if text.position == file), "")
        return self.document(record, wanted)

    def document(self, record: str, digest: str) -> bytes:
        """A file that was frozen with a message, by its SHA-256. Raises `CopyMissing`."""
        message = self.records.message(record)
        members = read_bag(read(self.records.vault, message.package_key)) if message.package_key else {}
        found = next((data for data in members.values() if sha256(data) == digest), None)
        if found is None:
            raise CopyMissing(f"{record}: a file of it is not in its package; run `loketbs verify`")
        return found

    def pages_of(self, letter: LetterView) -> list[str]:
        """The texts of a letter's pages."""
        held = next((t for t in self.records.held.of(letter.record) if t.position == letter.file), None)
        return [held.pages[n - 1] or "" for n in letter.pages] if held else []

    def _lay(self, record: str) -> None:
        """One look: sort out, then link what is certain and tell of the rest."""
        standing, hand = self.letters.of(record), Hand(self.clock.now())
        strange = {(s.file, s.page) for s in self.letters.sheets(record) if s.role == FOREIGN}
        fixed = [v for v in standing if _stands(v, strange)]
        taken = {(v.file, n) for v in fixed for n in v.pages}
        found, roles = self._sorted(record, taken)
        slips, matches = numbered(standing, fixed, found)
        sheets = roles_kept(self.letters.sheets(record), roles, taken)
        if slips != tuple(v.slip for v in standing) or sheets != self.letters.sheets(record):
            self.letters.sort_out(record, slips, sheets, hand)
        now = {v.part: v for v in self.letters.of(record)}
        named = self._named(record)
        lots = {part: lot_of(match, named, now[part].refused) for part, match in matches.items()}
        for part, lot in lots.items():
            if now[part].dossier is None:
                self._put(record, part, lot, hand)
        self._tell(record, lots, roles, hand)

    def _sorted(
        self, record: str, taken: set[tuple[int, int]]
    ) -> tuple[dict[int, tuple[Letter, ...]], dict[tuple[int, int], str]]:
        """The letters in each file of a scan, and the roles of its other sheets."""
        known = self.known.now()
        found: dict[int, tuple[Letter, ...]] = {}
        roles: dict[tuple[int, int], str] = {}
        for held in self.records.held.of(record):
            post = sort_out(_pages(held), known, {n for file, n in taken if file == held.position})
            found[held.position] = post.letters
            roles |= {(held.position, n): role for n, role in post.roles.items()}
        return found, roles

    def _put(self, record: str, part: int, lot: Lot, hand: Hand) -> None:
        if lot.number is None:
            self.letters.tried(record, part, lot.why, hand)
            return
        with suppress(StatusConflict):  # another worker was faster
            self.letters.link(record, part, lot.number, lot.why, hand, jobs=(NewJob(COMPARE), NewJob(CARD)))
            log.info("laid with its dossier", extra={"action": "Opname", "record": record, "dossier": lot.number})

    def _tell(self, record: str, lots: Mapping[int, Lot], roles: Mapping[tuple[int, int], str], hand: Hand) -> None:
        """Points of attention: raised for what waits, settled for what does not any more; the channel is told once of each."""
        points = dict.fromkeys(lot.point for lot in lots.values() if lot.point)
        if "not_read" in roles.values():
            points[NOT_READ] = None
        for code in points:
            self.letters.raise_point(record, code, hand)
            self.records.work.put(CARD, f"{CARD}:{record}:{code}", {"record": record}, hand.at)
        self.letters.settle_points(record, [code for code in WAITING if code not in points], hand)

    def _settle(self, record: str, hand: Hand) -> None:
        """No letter waits any more: nor does a point that said so."""
        if all(letter.dossier for letter in self.letters.of(record)):
            self.letters.settle_points(record, WAITING, hand)

    def _named(self, record: str) -> frozenset[str]:
        """The dossiers that a scan-to-mail's own words name and that exist."""
        item = self.records.about(record).get("item")
        return frozenset(n for n in from_plain(item).numbers if self._exists(n)) if item else frozenset()

    def _exists(self, number: str) -> bool:
        try:
            self.records.dossier(number)
        except NotKnown:
            return False
        return True

    def _assert_scan(self, record: str) -> None:
        if self.records.message(record).kind != Kind.POSTAL_SCAN.value:
            raise StatusConflict(f"{record} is no scan of the post; only scans are linked and unlinked")


def _stands(letter: LetterView, strange: set[tuple[int, int]]) -> bool:
    """Whether a letter is not looked at again: a person put it there, or nothing strange lies with it."""
    if letter.dossier is None:
        return False
    return letter.linked_by != SOFTWARE or strange.isdisjoint((letter.file, n) for n in letter.pages)


def _scans(assessment: Assessment, raw: bytes) -> list[tuple[Document, bytes]]:
    """The files of a scan: the file itself, or the papers in the mail of a scanner."""
    if assessment.mail is None:
        return [(document, raw) for document in assessment.documents]
    bytes_of = {a.sha256: a.content for a in assessment.mail.attachments}
    return [(d, bytes_of[d.sha256]) for d in assessment.documents if is_paper(d) and d.sha256 in bytes_of]


def _pages(held: HeldText) -> list[ScanPage]:
    codes = held.codes or ((),) * len(held.pages)
    found = (tuple(filter(None, map(parsed, said))) for said in codes)
    return [ScanPage(text, own) for text, own in zip(held.pages, found, strict=True)]
