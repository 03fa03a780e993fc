"""Receipts through the whole house: who gets one, once, over crashes; what comes back is tied to it."""

from __future__ import annotations

import datetime as dt
import email
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from bot import samples_of
from bot.app import App
from bot.config import parse
from bot.outlook.command import lay_draft
from bot.outlook.drafts import NoDraft
from intake.errors import MailRefused, MailUnsure, SenderAway
from intake.outgoing.delivery import Delivery
from intake.outgoing.returns import RESEND
from intake.ports import Fate, OutgoingMail
from storage.verify import verify

DESK = "loketbs@loket.example"


def sample(name: str) -> bytes:
    """A sample mail by a part of its name."""
    return next(samples_of("mails").glob(f"*{name}*.eml")).read_bytes()


def opened(folder: Path, **outgoing: object) -> App:
    """A house over folders; outgoing mail is files."""
    found = {
        "desk": {"register_file": str(samples_of("partners.toml")), "trust_dir": str(samples_of("trust"))},
        "outgoing": {"receipt": "send", **outgoing},
    }
    return App(parse(found, folder))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[App]:
    """A house that sends receipts."""
    with opened(tmp_path) as made:
        yield made


def drop(folder: Path, *mails: bytes) -> None:
    """Mails come in."""
    box = folder / "postvak"
    box.mkdir(exist_ok=True)
    for raw in mails:
        place = box / f"{len(list(box.iterdir())):03}.eml"
        place.write_bytes(raw)


def sent(folder: Path, kind: str = "verzonden") -> list[EmailMessage]:
    """What left the house, in the order of writing."""
    files = sorted((folder / "uitgaand" / kind).glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    return [email.message_from_bytes(path.read_bytes(), EmailMessage, policy=SMTP) for path in files]


def text(mail: EmailMessage) -> str:
    """The letter itself."""
    body = mail.get_body()
    assert isinstance(body, EmailMessage)
    return str(body.get_content())


def bounce(ours: EmailMessage, status: str, action: str = "failed") -> bytes:
    """What a mail server sends back (RFC 3464), with our headers."""
    own = f"Message-ID: {ours['Message-ID']}\r\nSubject: weg\r\nFrom: {DESK}\r\n"
    parts = [
        ("text/plain", "Uw bericht is niet bezorgd."),
        (
            "message/delivery-status",
            f"Reporting-MTA: dns; mx.example\r\n\r\nAction: {action}\r\nStatus: {status}\r\n",
        ),
        ("text/rfc822-headers", own),
    ]
    body = "".join(f"--grens\r\nContent-Type: {kind}\r\n\r\n{content}\r\n" for kind, content in parts)
    head = (
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example\r\nTo: loketbs@loket.example\r\nSubject: Undelivered Mail\r\n"
        "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="grens"\r\n\r\n'
    )
    return f"{head}{body}--grens--\r\n".encode()


def test_a_submission_gets_one_receipt_that_judges_nothing(house: App, tmp_path: Path) -> None:
    """T1 with files, fingerprints and cover sheet; no title in the subject; RFC 3834; frozen, with the answer, in the ledger."""
    drop(tmp_path, sample("handelaarskenteken"))
    house.drain()
    house.drain()
    ((mail,), (dossier,)) = sent(tmp_path), house.records.dossiers()
    about = house.records.about(dossier.opened_with)
    original = email.message_from_bytes(sample("handelaarskenteken"))
    assert mail["Subject"] == f"Ontvangstbevestiging – dossier {dossier.number}"
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["In-Reply-To"] == original["Message-ID"].strip()
    assert DESK in mail["From"]
    assert mail["To"] in str(original["From"])
    for file in (a for a in about["attachments"] if a["inside"] is None):
        assert file["name"] in text(mail)
        assert file["sha256"][:8] in text(mail)
    (annex,) = mail.iter_attachments()
    assert annex.get_content_type() == "application/pdf"
    assert annex.get_content().startswith(b"%PDF")
    assert dossier.title not in mail.as_string()
    assert not [word for word in ("volledig is ingediend", "goedgekeurd", "akkoord") if word in text(mail)]
    (kept,) = house.records.outgoing.of(dossier.number)
    assert (kept.state, kept.form, kept.way) == ("sent", "receipt", "send")
    assert email.message_from_bytes(house.records.outgoing.raw(kept))["Message-ID"] == mail["Message-ID"]
    told = [e for e in house.records.timeline(dossier.number) if e.details.get("mail") == "sent"]
    assert [(e.type, e.details["reference"]) for e in told] == [("Verzending", mail["Message-ID"])]
    assert {c.verdict for c in verify(house.records)} == {"pass"}
    assert house.rebuild().differences == ()


@pytest.mark.parametrize("name", ["spam", "vraag", "afwezig", "bestuurlijke_rapportage", "vervalste", "concept_v03"])
def test_what_is_no_submission_gets_none(house: App, tmp_path: Path, name: str) -> None:
    """Questions, spam, robots, forged senders, drafts, what is not for this desk."""
    drop(tmp_path, sample(name))
    house.drain()
    assert sent(tmp_path) == []


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        (b"Auto-Submitted: auto-generated", "auto_submitted"),
        (b"Return-Path: <>", "empty_return_path"),
        (b"List-Id: <alle.example>", "mailing_list"),
        (b"Precedence: bulk", "bulk"),
        (b"X-Auto-Response-Suppress: OOF, AutoReply", "answers_suppressed"),
    ],
)
def test_a_machine_is_not_answered_and_the_dossier_says_why(
    house: App, tmp_path: Path, header: bytes, reason: str
) -> None:
    """Whatever its content: nothing leaves, and the timeline tells it."""
    drop(tmp_path, header + b"\r\n" + sample("handelaarskenteken"))
    house.drain()
    assert sent(tmp_path) == []
    told = [e.details for r in house.records.messages() for e in house.records.timeline(r.record)]
    assert len(house.records.dossiers()) == 1, "a machine's header must not hide a signal"
    assert [d["reason"] for d in told if d.get("mail") == "withheld"] == [reason]


def test_the_same_document_again_gets_no_second_receipt(house: App, tmp_path: Path) -> None:
    """M17: it was acknowledged already."""
    drop(tmp_path, sample("handelaarskenteken"), sample("dubbel"))
    house.drain()
    assert len(sent(tmp_path)) == 1


def test_as_draft_nothing_leaves(tmp_path: Path) -> None:
    """A person reads and sends it."""
    drop(tmp_path, sample("handelaarskenteken"))
    with opened(tmp_path, receipt="draft") as house:
        house.drain()
        (mail,) = house.records.outgoing.of(house.records.dossiers()[0].number)
    assert (len(sent(tmp_path)), len(sent(tmp_path, "concepten"))) == (0, 1)
    assert mail.state == "drafted"


def test_off_writes_nothing(tmp_path: Path) -> None:
    """The default: no file, no event."""
    drop(tmp_path, sample("handelaarskenteken"))
    with opened(tmp_path, receipt="off") as house:
        house.drain()
        assert house.records.outgoing.of(house.records.dossiers()[0].number) == ()
    assert not (tmp_path / "uitgaand").exists()


def test_one_address_gets_no_more_than_so_many_a_day(tmp_path: Path) -> None:
    """Two robots that each find the other worth a receipt are stopped."""
    first = sample("handelaarskenteken")
    sender = email.message_from_bytes(first, EmailMessage, policy=SMTP)["From"]
    second = email.message_from_bytes(sample("dagbesteding"), EmailMessage, policy=SMTP)
    second.replace_header("From", str(sender))
    with opened(tmp_path, most_a_day=1) as house:
        drop(tmp_path, first, second.as_bytes())
        house.drain()
        assert len(house.records.dossiers()) == 2
        told = [e.details for r in house.records.messages() for e in house.records.timeline(r.record)]
        assert [d["reason"] for d in told if d.get("mail") == "withheld"] == ["too_many"]
    assert len(sent(tmp_path)) == 1


class Faulty:
    """A way out that fails as told, in front of one that works; `taken`: it takes the mail all the same."""

    name = "faulty"

    def __init__(self, house: App, *failures: Exception, taken: bool = False) -> None:
        self.inner = house.sender
        self.failures = list(failures)
        self.taken = taken
        self.asks = True

    def prepare(self, mail: OutgoingMail) -> str:
        return self.inner.prepare(mail)

    def send(self, mail: OutgoingMail, reference: str) -> str:
        if self.failures:
            if self.taken:
                self.inner.send(mail, reference)
            raise self.failures.pop(0)
        return self.inner.send(mail, reference)

    def fate(self, mail: OutgoingMail, reference: str) -> Fate:
        return self.inner.fate(mail, reference) if self.asks else Fate.UNKNOWN

    def draft(self, mail: OutgoingMail) -> str:
        return self.inner.draft(mail)

    def close(self) -> None:
        pass


def prepared(house: App, tmp_path: Path, sender: Faulty) -> Delivery:
    """A receipt whose sending has failed once; its delivery, to try again."""
    house.__dict__["sender"] = sender
    drop(tmp_path, sample("handelaarskenteken"))
    house.drain()
    performer = house.service.performers["receipt"]
    return performer.delivery  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize("taken", [True, False])
def test_a_lost_line_is_followed_by_the_question_what_became_of_it(house: App, tmp_path: Path, taken: bool) -> None:
    """Taken: found, not sent again. Not taken: sent once."""
    delivery = prepared(house, tmp_path, Faulty(house, MailUnsure("weg"), taken=taken))
    (mail,) = house.records.outgoing.of(house.records.dossiers()[0].number)
    assert mail.state == "prepared"
    delivery.deliver(mail)
    (mail,) = house.records.outgoing.find(mail.message_id)
    assert (mail.state, len(sent(tmp_path))) == ("sent", 1)


def test_what_nobody_can_know_is_a_task_and_is_not_sent_again(house: App, tmp_path: Path) -> None:
    """SMTP after a line that was lost: a person looks."""
    sender = Faulty(house, MailUnsure("weg"), taken=True)
    sender.asks = False
    delivery = prepared(house, tmp_path, sender)
    (mail,) = house.records.outgoing.of(house.records.dossiers()[0].number)
    delivery.deliver(mail)
    delivery.deliver(house.records.outgoing.find(mail.message_id)[0])
    assert house.records.outgoing.find(mail.message_id)[0].state == "unsure"
    assert "mail_unsure" in house.records.dossiers()[0].attention
    assert len(sent(tmp_path)) == 1


def test_a_refused_mail_is_a_task_and_one_that_is_put_off_is_tried_again(house: App, tmp_path: Path) -> None:
    """550 for a person, 450 for later; after two days of 450 for a person too."""
    delivery = prepared(
        house, tmp_path, Faulty(house, SenderAway("450", 60.0), SenderAway("450", 60.0), MailRefused("5.1.1", "nee"))
    )
    (mail,) = house.records.outgoing.of(house.records.dossiers()[0].number)
    assert mail.state == "prepared"
    with pytest.raises(SenderAway):
        delivery.deliver(mail)
    delivery.deliver(mail)
    (mail,) = house.records.outgoing.find(mail.message_id)
    assert (mail.state, mail.reason, sent(tmp_path)) == ("refused", "5.1.1", [])
    assert "receipt_failed" in house.records.dossiers()[0].attention


def test_after_two_days_of_later_a_person_is_told(house: App, tmp_path: Path) -> None:
    """It does not wait for ever in silence."""
    delivery = prepared(house, tmp_path, Faulty(house, *[SenderAway("450", 60.0)] * 3))
    (mail,) = house.records.outgoing.of(house.records.dossiers()[0].number)
    old = dt.datetime.fromisoformat(mail.prepared_at) - dt.timedelta(days=3)
    delivery.deliver(replace(mail, prepared_at=old.isoformat()))
    assert house.records.outgoing.find(mail.message_id)[0].reason == "too_long"


def test_a_hard_bounce_is_tied_to_the_receipt_and_becomes_a_task(house: App, tmp_path: Path) -> None:
    """5.1.1: told in the timeline, shown as a point of attention, not answered, and lies in the dossier."""
    drop(tmp_path, sample("handelaarskenteken"))
    house.drain()
    (mail,) = sent(tmp_path)
    drop(tmp_path, bounce(mail, "5.1.1"))
    house.drain()
    (dossier,) = house.records.dossiers()
    (kept,) = house.records.outgoing.of(dossier.number)
    assert (kept.state, kept.reason) == ("bounced", "5.1.1")
    assert "receipt_failed" in dossier.attention
    assert house.records.messages()[-1].dossier == dossier.number
    assert len(sent(tmp_path)) == 1
    assert house.rebuild().differences == ()


def test_a_soft_bounce_is_sent_once_more_and_the_second_is_a_task(house: App, tmp_path: Path) -> None:
    """4.4.7 twice; the repetition has a Message-ID of its own and otherwise the same bytes."""
    drop(tmp_path, sample("handelaarskenteken"))
    house.drain()
    (first,) = sent(tmp_path)
    drop(tmp_path, bounce(first, "4.4.7"))
    house.drain()
    assert house.records.dossiers()[0].attention == ()
    claim = house.records.work.claim("me", house.clock.now() + dt.timedelta(hours=1), [RESEND])
    assert claim is not None
    house.service.performers[RESEND](claim)
    second = sent(tmp_path)[-1]
    assert second["Message-ID"] != first["Message-ID"]
    assert (
        second.as_bytes().replace(str(second["Message-ID"]).encode(), str(first["Message-ID"]).encode())
        == first.as_bytes()
    )
    drop(tmp_path, bounce(second, "4.4.7"))
    house.drain()
    assert "receipt_failed" in house.records.dossiers()[0].attention
    assert house.records.work.claim("me", house.clock.now() + dt.timedelta(days=9), [RESEND]) is None
    assert len(sent(tmp_path)) == 2


def test_a_delay_and_an_absence_are_only_told(house: App, tmp_path: Path) -> None:
    """The other server goes on trying; an absent reader got it."""
    drop(tmp_path, sample("handelaarskenteken"))
    house.drain()
    (mail,) = sent(tmp_path)
    away = (
        f"From: jan@x.example\r\nTo: {DESK}\r\nSubject: Automatisch antwoord: weg\r\nAuto-Submitted: auto-replied\r\n"
        f"In-Reply-To: {mail['Message-ID']}\r\n\r\nIk ben afwezig.\r\n"
    )
    for raw, state in ((bounce(mail, "4.4.1", "delayed"), "delayed"), (away.encode(), "away")):
        drop(tmp_path, raw)
        house.drain()
        (dossier,) = house.records.dossiers()
        assert house.records.outgoing.of(dossier.number)[0].state == state
        assert dossier.attention == ()
    assert len(sent(tmp_path)) == 1


def test_a_report_about_a_mail_that_is_not_ours_changes_nothing(house: App, tmp_path: Path) -> None:
    """Message-IDs of ours cannot be guessed."""
    drop(tmp_path, sample("handelaarskenteken"))
    house.drain()
    strange = EmailMessage(policy=SMTP)
    strange["Message-ID"] = "<geraden@loket.example>"
    drop(tmp_path, bounce(strange, "5.1.1"))
    house.drain()
    (mail,) = house.records.outgoing.of(house.records.dossiers()[0].number)
    assert mail.state == "sent"


def test_staff_lay_drafts_of_what_the_records_know(house: App, tmp_path: Path) -> None:
    """T2 names what is missing; what cannot be said is refused; nothing leaves."""
    drop(tmp_path, sample("geen_conclusie"))
    house.drain()
    (dossier,) = house.records.dossiers()
    before = len(sent(tmp_path))
    told = lay_draft(house, dossier.number, "supplement_request")
    assert "read it and send it yourself" in told
    (draft,) = sent(tmp_path, "concepten")
    assert draft["Subject"] == f"Verzoek om aanvulling – dossier {dossier.number}"
    assert draft["Auto-Submitted"] is None
    assert "Wij missen nog het volgende" in text(draft)
    with pytest.raises(NoDraft, match="no post that differs"):
        lay_draft(house, dossier.number, "post_deviates")
    lay_draft(house, dossier.number, "post_deviates", (3, 5))
    assert "pagina: 3, 5" in text(sent(tmp_path, "concepten")[-1])
    with pytest.raises(NoDraft, match="no later version"):
        lay_draft(house, dossier.number, "later_version")
    assert len(sent(tmp_path)) == before
    drafted = [e.actor for e in house.records.timeline(dossier.number) if e.details.get("mail") == "drafted"]
    assert drafted
    assert "loketbs" not in drafted
