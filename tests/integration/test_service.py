"""The shell over real records and a real sandbox: what happens to a mail, and what one bad thing may not do to the others."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot import samples_of
from bot.app import NoScanner, SystemClock
from bot.channel import CardPerformer, NewsPerformer
from bot.desk import LocalDesk
from bot.register import load_register, load_trust
from intake.assess import Context
from intake.errors import FolderMissing, LoginRefused, MailboxError, MessageTooLarge, MessageUnreadable
from intake.ports import MalwareScanner, ScanResult
from intake.relate import Item, from_plain, to_plain
from intake.sandbox import Sandbox
from intake.service import CARD, NEWS, TOO_LARGE, UNREADABLE, Performer, Service
from intake.watch import Watch
from storage.backends.local import LocalVault
from storage.database import open_database
from storage.dossiers import Records
from storage.values import Claim
from storage.verify import verify
from tests.simulators.mailbox import MemoryMailbox

REGISTER = load_register(samples_of("partners.toml"))
CONTEXT = Context(REGISTER, load_trust(samples_of("trust")), REGISTER.authserv_ids)


def sample(name: str) -> bytes:
    """A sample mail by a part of its name."""
    return next(samples_of("mails").glob(f"*{name}*.eml")).read_bytes()


@dataclass
class Desk:
    """A house with a mailbox in memory."""

    folder: Path
    sandbox: Sandbox
    scanner: MalwareScanner = field(default_factory=NoScanner)
    performers: dict[str, Performer] = field(default_factory=dict)

    def __post_init__(self) -> None:
        clock = SystemClock()
        database = open_database(f"sqlite:///{self.folder / 'loketbs.sqlite'}")
        self.records = Records(database, LocalVault(self.folder / "vault"))
        self.mailbox = MemoryMailbox()
        channel, pages = LocalDesk(self.records, clock), "http://127.0.0.1:8765"
        card, news = (make(self.records, channel, clock, pages) for make in (CardPerformer, NewsPerformer))
        performers: dict[str, Performer] = {CARD: card, NEWS: news, **self.performers}
        service = Service(self.records, self.sandbox, CONTEXT, self.scanner, clock, performers)
        self.watch = Watch(service, self.mailbox, "worker-1")

    def drain(self, *mails: bytes) -> None:
        """Deliver and do all that is due."""
        for mail in mails:
            self.mailbox.deliver(mail)
        self.watch.drain()

    def close(self) -> None:
        """End connections."""
        self.records.engine.dispose()


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """One door to child processes for all tests here; each task has a child of its own anyway."""
    with Sandbox() as door:
        yield door


@pytest.fixture
def desk(tmp_path: Path, sandbox: Sandbox) -> Iterator[Desk]:
    """A house of its own for each test."""
    house = Desk(tmp_path, sandbox)
    yield house
    house.close()


def test_a_submission_becomes_a_frozen_numbered_dossier_with_a_card(desk: Desk) -> None:
    """The whole way, once."""
    desk.drain(sample("handelaarskenteken"))
    (dossier,) = desk.records.dossiers()
    (message,) = desk.records.messages()
    assert (dossier.status, dossier.opened_with, message.dossier) == ("ontvangen", message.record, dossier.number)
    assert dossier.title.startswith("Handelaarskentekens")
    assert message.package_key is not None
    (post,) = desk.records.channel.posts()
    assert dossier.number in str(post.card)
    assert dossier.title not in str(post.card)
    kinds = [e.type for e in desk.records.timeline(dossier.number)]
    assert kinds == ["Ontvangst", "Registratie", "Bevriezing", "Creatie", "Verzending"]
    assert {c.verdict for c in verify(desk.records)} == {"pass"}


def test_the_same_document_again_joins_and_edits_the_same_card(desk: Desk) -> None:
    """No second dossier, no second card."""
    desk.drain(sample("handelaarskenteken"), sample("dubbel"))
    (dossier,) = desk.records.dossiers()
    assert len(dossier.messages) == 2
    assert len(desk.records.channel.posts()) == 1


def test_a_withdrawal_that_came_first_finds_its_dossier_later(desk: Desk) -> None:
    """What waited is tried again when a dossier opens, and its point of attention is settled."""
    desk.drain(sample("intrekking"))
    assert [item.code for item in desk.records.attention()] == ["dossier_not_found"]
    desk.drain(sample("concept_toch_formeel"))
    (dossier,) = desk.records.dossiers()
    assert len(dossier.messages) == 2
    assert "dossier_not_found" not in [item.code for item in desk.records.attention()]


def test_a_restored_mailbox_lists_everything_again_and_adds_nothing(desk: Desk) -> None:
    """UIDVALIDITY changed: known mails are recognised by their bytes."""
    desk.drain(sample("spam"), sample("vraag"))
    desk.mailbox.restore_from_backup()
    desk.drain()
    assert len(desk.records.messages()) == 2
    desk.drain(sample("afwezig"))
    assert len(desk.records.messages()) == 3


def test_a_mail_that_was_gone_does_not_stop_the_next(desk: Desk) -> None:
    """Somebody deleted it between listing and fetching."""
    listed = desk.mailbox.list_new(None)
    assert listed.envelopes == ()
    first = desk.mailbox.deliver(sample("spam"))
    desk.mailbox.deliver(sample("vraag"))
    listing = desk.mailbox.list_new(None)
    del desk.mailbox.messages[first]
    desk.mailbox.list_new = lambda bookmark: listing  # type: ignore[method-assign]
    desk.drain()
    assert [m.kind for m in desk.records.messages()] == ["question"]


@pytest.mark.parametrize(
    ("failure", "action"), [(MessageTooLarge("no"), TOO_LARGE), (MessageUnreadable("no"), UNREADABLE)]
)
def test_a_mail_that_cannot_be_fetched_stays_and_is_told_once(
    tmp_path: Path, sandbox: Sandbox, failure: MailboxError, action: str
) -> None:
    """It is not fetched, not forgotten, and does not hold up the others."""
    told: list[str] = []
    house = Desk(tmp_path, sandbox)

    def tell(job: Claim) -> None:
        told.append(job.kind)
        house.records.work.finish(job)

    house.performers[action] = tell
    house.__post_init__()
    house.mailbox.left[house.mailbox.deliver(sample("handelaarskenteken"))] = failure
    house.drain(sample("vraag"))
    house.drain()
    assert [m.kind for m in house.records.messages()] == ["question"]
    assert told == [action]
    house.mailbox.left.clear()
    house.drain()
    assert len(house.records.messages()) == 2
    house.close()


def test_one_failing_action_does_not_stop_the_others(tmp_path: Path, sandbox: Sandbox) -> None:
    """It is tried again later; everything else goes on, and nothing is lost."""

    def refuse(job: Claim) -> None:
        raise MailboxError(f"no channel for {job.kind}")

    house = Desk(tmp_path, sandbox, performers={CARD: refuse})
    try:
        house.drain(sample("handelaarskenteken"), sample("spam"))
        assert {m.kind for m in house.records.messages()} == {"submission", "other"}
        assert house.records.work.count()["ready"] == 1
    finally:
        house.close()


def test_malware_is_kept_recorded_and_never_opened(tmp_path: Path, sandbox: Sandbox) -> None:
    """BIO2 8.07.04: scanned before anything parses it."""

    class Finds:
        def scan(self, parts: object) -> ScanResult:
            return ScanResult(scanned=True, clean=False, name="Eicar-Test-Signature")

    house = Desk(tmp_path, sandbox, scanner=Finds())
    try:
        house.drain(sample("handelaarskenteken"))
        (message,) = house.records.messages()
        assert "threat_executable" in message.attention
        assert house.records.raw(message.record) == sample("handelaarskenteken")
        assert house.records.about(message.record).get("title") is None
    finally:
        house.close()


@pytest.mark.parametrize(
    ("failure", "state"),
    [
        (LoginRefused("no"), "login_refused"),
        (FolderMissing("no"), "folder_missing"),
        (MailboxError("no"), "unreachable"),
    ],
)
def test_a_mailbox_in_trouble_gives_one_clear_state(desk: Desk, failure: MailboxError, state: str) -> None:
    """A refused login is not tried again; a lost line is."""
    desk.mailbox.failing = failure
    (thread,) = [t for t in desk.watch.threads() if t.name == "receive"]
    thread.start()
    thread.join(1.0)
    assert desk.watch.state == state
    assert desk.watch.lost_since is not None
    assert thread.is_alive() == (state != "login_refused")
    desk.watch.end()
    thread.join(5.0)
    assert not thread.is_alive()


def test_a_copy_that_vanished_stops_no_later_mail(desk: Desk) -> None:
    """What the lost copy said is not known any more, and verify tells of it; the desk goes on."""
    desk.drain(sample("handelaarskenteken"))
    for key in (*desk.records.vault.list("index"), *desk.records.vault.list("packages")):
        (desk.folder / "vault" / key).unlink()
    again = Desk(desk.folder, desk.sandbox)
    again.mailbox = again.watch.mailbox = desk.mailbox
    again.drain(sample("dubbel"), sample("vraag"))
    assert [m.kind for m in again.records.messages()] == ["submission", "submission", "question"]
    assert again.records.work.count().keys() == {"done"}
    assert {(c.rule, c.reason) for c in verify(again.records) if c.verdict == "fail"} >= {("index", "missing")}
    again.close()


def test_an_old_item_that_lacks_what_was_added_since_is_still_compared() -> None:
    """Kept items are frozen for ever, in the form of their time."""
    plain = to_plain(Item(digests=frozenset({"d1"})))
    del plain["annexes"]
    assert from_plain(plain) == Item(digests=frozenset({"d1"}))


def test_a_long_piece_of_work_keeps_its_lease(tmp_path: Path, sandbox: Sandbox) -> None:
    """A thick scan takes longer than a lease; another worker must not begin it anew, again and again."""
    taken: list[Claim | None] = []

    def slow(job: Claim) -> None:
        time.sleep(0.6)
        taken.append(house.records.work.claim("worker-2", SystemClock().now(), [CARD]))
        house.records.work.finish(job)

    house = Desk(tmp_path, sandbox, performers={CARD: slow})
    house.watch.lease = dt.timedelta(seconds=0.3)
    house.records.work.put(CARD, "card:slow", {}, SystemClock().now())
    try:
        house.drain()
        assert taken == [None]
    finally:
        house.close()


def test_a_lease_that_was_lost_stops_no_loop(tmp_path: Path, sandbox: Sandbox) -> None:
    """The other worker's result stands; ours is dropped, and the next piece is done."""

    def stolen(job: Claim) -> None:
        house.records.work.free([job.owner])
        house.records.work.finish(house.records.work.claim("worker-2", SystemClock().now(), [CARD]) or job)
        raise MailboxError("too late")

    house = Desk(tmp_path, sandbox, performers={CARD: stolen})
    house.records.work.put(CARD, "card:stolen", {}, SystemClock().now())
    try:
        house.drain(sample("spam"))
        assert house.records.work.count() == {"done": 2}
    finally:
        house.close()


def test_a_lost_line_comes_back_by_itself(desk: Desk) -> None:
    """Nothing is lost meanwhile, and the state says so."""
    desk.mailbox.failure = MailboxError("the line was lost")
    desk.mailbox.deliver(sample("vraag"))
    threads = desk.watch.threads()
    for thread in threads:
        thread.start()
    end = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=20)
    while not any(m.kind for m in desk.records.messages()) and dt.datetime.now(dt.UTC) < end:
        threads[0].join(0.05)
    desk.watch.end()
    for thread in threads:
        thread.join(10.0)
    assert [m.kind for m in desk.records.messages()] == ["question"]
    assert (desk.watch.state, desk.watch.lost_since) == ("watching", None)
