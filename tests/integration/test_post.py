"""Post over real records, a real sandbox, real OCR: before its mail and after, several letters in one scan, persons, bad files."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.app import NoScanner, SystemClock
from bot.channel import CardPerformer
from bot.desk import LocalDesk
from bot.dossier.post.report import render_report
from bot.dossier.post.stored import StoredPaper
from intake.assess import Context
from intake.documents.ink import Pixels
from intake.mailboxes.scans import ScanFolder
from intake.ports import MalwareScanner, ScanResult
from intake.post.comparison import Comparison, PostVerdict
from intake.sandbox import Sandbox
from intake.service import CARD, NEWS, Performer, Service
from intake.watch import Watch
from storage.backends.local import LocalVault
from storage.bag import read_bag
from storage.database import open_database
from storage.dossiers import Records
from storage.letters import Hand, LetterView
from storage.rebuild import rebuild
from storage.values import Claim
from storage.vault import read
from storage.verify import verify
from tests.simulators.mailbox import MemoryMailbox
from tests.unit.bot.test_matching import MADE, content, mail, pdf
from tests.unit.intake.post.near_duplicates import Made
from tests.unit.intake.post.paper import printed, scanned_pdf, tiff

SAID = "Hierbij dienen wij ons bestuurlijk signaal formeel in. Het ondertekende signaal is bijgevoegd."
A, B, C = MADE
PERSON = "jansen"


def submission(made: Made, subject: str = "Indiening bestuurlijk signaal") -> bytes:
    """The mail with which a signal is submitted."""
    return mail(subject, SAID, "Mon, 02 Nov 2026 09:00:00 +0100", (f"{made.ref}.pdf", pdf(made)))


def paper(made: Made) -> Pixels:
    """The same on paper."""
    return printed(content(made))


def blank() -> Pixels:
    """A back on which nothing stands."""
    return printed(b"")


def report(found: Comparison, number: str) -> str:
    """As the composition root makes it."""
    return render_report(found, number=number)


@dataclass
class Desk:
    """A house with a mailbox in memory and a folder of scans."""

    folder: Path
    sandbox: Sandbox
    scanner: MalwareScanner = field(default_factory=NoScanner)

    def __post_init__(self) -> None:
        self.clock = SystemClock()
        database = open_database(f"sqlite:///{self.folder / 'loketbs.sqlite'}")
        self.records = Records(database, LocalVault(self.folder / "vault"))
        self.mailbox, self.scans = MemoryMailbox(), self.folder / "scans"
        self.scans.mkdir(exist_ok=True)
        self.begin()

    def begin(self) -> None:
        """A service that remembers nothing, as after a restart."""
        card = CardPerformer(self.records, LocalDesk(self.records, self.clock), self.clock, "http://127.0.0.1:8765")
        done: dict[str, Performer] = {CARD: card, NEWS: self.records.work.finish}
        self.service = Service(self.records, self.sandbox, Context(), self.scanner, self.clock, done, report)
        self.watch = Watch(self.service, self.mailbox, "worker-1")
        self.scan_watch = Watch(
            self.service, ScanFolder(self.scans, settle_seconds=0.05), "worker-1", scans=True, wakes=self.watch
        )

    def drain(self, *mails: bytes) -> None:
        """Deliver and do all that is due."""
        for raw in mails:
            self.mailbox.deliver(raw)
        self.scan_watch.sweep()
        self.watch.drain()

    def scan(self, data: bytes, name: str = "scan.pdf") -> str:
        """Lay a scan in the folder and do all that follows; its record."""
        (self.scans / name).write_bytes(data)
        self.drain()
        return self.records.messages()[-1].record

    def letters(self, record: str) -> tuple[LetterView, ...]:
        return self.service.post.letters.of(record)

    def post(self, number: str) -> str:
        return self.records.dossier(number).tracks["post"]

    def number(self, made: Made) -> str:
        """The dossier of a signal, by the name of its file."""
        for message in self.records.messages():
            names = [a["name"] for a in self.records.about(message.record).get("attachments", ())]
            if message.dossier and f"{made.ref}.pdf" in names:
                return message.dossier
        raise AssertionError(made.ref)

    def assert_whole(self) -> None:
        """Nothing waits, and the archive proves itself."""
        assert set(self.records.work.count()) <= {"done"}
        assert rebuild(self.records.engine, self.records.vault).differences == ()
        assert [c for c in verify(self.records) if c.verdict != "pass"] == []


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as door:
        yield door


@pytest.fixture
def desk(tmp_path: Path, sandbox: Sandbox) -> Iterator[Desk]:
    house = Desk(tmp_path, sandbox)
    yield house
    house.records.close()


def test_a_scan_after_its_mail_is_laid_compared_and_shown(desk: Desk) -> None:
    """The right one of three; score, runner-up and reason are kept; the card says how it compares and nothing else."""
    desk.drain(*(submission(made) for made in MADE))
    record = desk.scan(scanned_pdf([paper(B)]))
    (letter,) = desk.letters(record)
    assert (letter.dossier, letter.why.reason) == (desk.number(B), "text_alike")
    assert letter.why.score > 0.9
    assert letter.verdict in {PostVerdict.IDENTICAL, PostVerdict.SIGNATURE_PAGE_ONLY}
    assert desk.post(desk.number(B)) in {"komt_overeen", "alleen_handtekening"}
    card = next(str(p.card) for p in desk.records.channel.posts() if desk.number(B) in str(p.card))
    assert "Post komt overeen" in card
    found = StoredPaper(desk.records).comparison(desk.number(B))
    assert found is not None
    assert found.verdict == letter.verdict
    assert all(face.frozen and face.scan for face in found.faces)
    assert letter.package_key is not None
    package = read_bag(read(desk.records.vault, letter.package_key))
    assert any(name.endswith(".html") and desk.number(B).encode() in data for name, data in package.items())
    told = [e.type for e in desk.records.timeline(desk.number(B)) if e.record == record]
    assert told[:2] == ["Ontvangst", "Registratie"]
    desk.assert_whole()


def test_a_scan_before_its_mail_waits_in_sight_and_finds_it(desk: Desk) -> None:
    """Through a restart; another mail in between does not take it."""
    record = desk.scan(scanned_pdf([paper(A)]))
    assert desk.records.message(record).attention == ("scan_waits_for_its_mail",)
    assert len(desk.records.channel.posts()) == 1
    desk.drain(submission(B))
    assert desk.letters(record)[0].why.reason == "unknown_document"
    desk.begin()
    desk.drain(submission(A))
    (letter,) = desk.letters(record)
    assert (letter.dossier, letter.verdict != "") == (desk.number(A), True)
    assert desk.records.message(record).attention == ()
    desk.assert_whole()


def test_two_letters_in_one_scan_go_to_two_dossiers(desk: Desk) -> None:
    """A fax of two signals with a blank back between, one of which was not mailed yet when it came."""
    desk.drain(submission(A))
    record = desk.scan(tiff([paper(A), blank(), paper(C)]), "fax.tif")
    assert desk.letters(record)[0].dossier == desk.number(A)
    desk.drain(submission(C))
    first, second = desk.letters(record)
    assert (first.pages, first.dossier) == ((1, 2), desk.number(A))
    assert (second.pages, second.dossier) == ((3,), desk.number(C))
    assert [(s.page, s.role) for s in desk.service.post.letters.sheets(record)] == [(2, "blank")]
    for number in (desk.number(A), desk.number(C)):
        assert desk.post(number) in {"komt_overeen", "alleen_handtekening"}
        assert record in desk.records.dossier(number).messages
    shown = StoredPaper(desk.records).comparison(desk.number(C))
    assert shown is not None
    assert [pair.sheet for pair in shown.pages if pair.page] == [3]
    desk.assert_whole()


def test_a_person_unlinks_and_links_and_is_obeyed(desk: Desk) -> None:
    """What a person took out is not put back by the software, also not when new signals come; the tracks follow."""
    desk.drain(submission(A), submission(B))
    record = desk.scan(scanned_pdf([paper(A)]))
    room, hand = desk.service.post, Hand(desk.clock.now(), PERSON, PERSON, "ligt in de verkeerde map")
    assert room.unlink(record, 1, hand) == desk.number(A)
    desk.drain(submission(C))
    assert desk.letters(record)[0].dossier is None
    assert desk.records.message(record).attention == ("scan_unlinked",)
    assert desk.post(desk.number(A)) == "nog_niet"
    room.link(record, 1, desk.number(B), Hand(desk.clock.now(), PERSON, PERSON, "toch hier"))
    desk.drain()
    (letter,) = desk.letters(record)
    assert (letter.dossier, letter.linked_by, letter.why.reason) == (desk.number(B), PERSON, "by_person")
    assert desk.post(desk.number(B)) == "wijkt_af"
    assert desk.records.message(record).attention == ()
    desk.assert_whole()


def test_the_same_bytes_are_one_record(desk: Desk) -> None:
    """Twice in the folder, and by the command: one record, and nothing is read again."""
    data = scanned_pdf([paper(A)])
    record = desk.scan(data)
    desk.scan(data, "kopie.pdf")
    again = desk.service.receive_scan(data, "scan-command", "key", desk.clock.now())
    assert (again.record, again.known) == (record, True)
    desk.begin()
    desk.drain()
    assert len(desk.records.messages()) == 1
    desk.assert_whole()


def test_what_cannot_be_read_is_kept_and_seen(desk: Desk) -> None:
    """A torn PDF and a file that is no scan: frozen, numbered, a point of attention; the others go on."""
    torn = desk.scan(scanned_pdf([paper(A)])[:2000], "stuk.pdf")
    assert desk.records.message(torn).attention == ("scan_not_readable", "scan_waits_for_its_mail", "threat_corrupt")
    strange = desk.scan(b"PK\x03\x04 no scan", "brief.docx")
    assert desk.records.message(strange).attention == ("not_a_scan",)
    assert desk.records.raw(strange) == b"PK\x03\x04 no scan"
    desk.drain(submission(A))
    good = desk.scan(scanned_pdf([paper(A)]), "goed.pdf")
    assert desk.letters(good)[0].dossier == desk.number(A)
    desk.assert_whole()


class Suspicious:
    """A scanner that finds something in everything."""

    def scan(self, parts: object) -> ScanResult:
        del parts
        return ScanResult(scanned=True, clean=False, name="Test.Signature")


def test_a_scan_with_malware_is_not_opened(tmp_path: Path, sandbox: Sandbox) -> None:
    """It is kept, and a person sees a danger; no page of it is shown to any reader."""
    house = Desk(tmp_path, sandbox, Suspicious())
    record = house.scan(scanned_pdf([paper(A)]))
    assert "threat_executable" in house.records.message(record).attention
    assert house.letters(record) == ()
    house.records.close()


def test_a_text_that_was_lost_is_read_again(desk: Desk) -> None:
    """The kept texts are no evidence: emptied, they are made anew from the frozen mails."""
    desk.drain(submission(A), submission(B))
    for message in desk.records.messages():
        desk.records.held.put(message.record, ())
    desk.begin()
    record = desk.scan(scanned_pdf([paper(B)]))
    assert desk.letters(record)[0].dossier == desk.number(B)
    desk.assert_whole()


def test_a_long_comparison_keeps_its_lease(desk: Desk) -> None:
    """With a lease shorter than the work another worker finds nothing to take while it goes on."""
    desk.drain(submission(A))
    desk.watch.lease = dt.timedelta(seconds=0.9)
    taken: list[Claim] = []
    other = Watch(desk.service, None, "worker-2", kinds=("compare", "process"))
    (desk.scans / "scan.pdf").write_bytes(scanned_pdf([paper(A)]))
    desk.scan_watch.sweep()
    work = threading.Thread(target=desk.watch.drain)
    work.start()
    while work.is_alive():
        time.sleep(0.3)
        if desk.records.work.count().get("leased"):
            claim = desk.records.work.claim(other.worker, desk.clock.now(), ("compare", "process"))
            taken += [claim] if claim and claim.attempts > 1 else []
    work.join()
    assert taken == []


def test_a_nearly_equal_revision_that_was_not_mailed_deviates(desk: Desk) -> None:
    """One word on the paper is another."""
    desk.drain(submission(A))
    words = A.text.split(" ")
    place = next(n for n, word in enumerate(words) if word in {"de", "het", "een"})
    changed = Made(A.ref, A.family, " ".join([*words[:place], "nooit", *words[place + 1 :]]))
    record = desk.scan(scanned_pdf([paper(changed)]))
    (letter,) = desk.letters(record)
    assert (letter.dossier, letter.verdict) == (desk.number(A), PostVerdict.DEVIATES)
    assert letter.deviations >= 1
    assert desk.post(desk.number(A)) == "wijkt_af"
    assert "nooit" not in str([dict(e.details) for e in desk.records.timeline(desk.number(A))])
