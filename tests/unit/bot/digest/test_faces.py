"""Card, mail and words of the overview: their exact form, their limits, and that everyone can read them.

Golden files are written anew by `GOLDEN=write pytest tests/unit/bot/digest`; read the difference before committing.
"""

from __future__ import annotations

import dataclasses
import itertools
import json
import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from PIL import Image

from bot.digest import words
from bot.digest.card import MOST, digest_card
from bot.digest.chart import WIDTH, chart
from bot.digest.counting import Digest
from bot.digest.mail import Envelope, digest_mail, html, message_id
from bot.digest.steps import ON_WHOM, RUNNING, Step, Whom, next_step
from bot.digest.weeks import Week
from bot.dossier.app import pages
from bot.texts import status
from bot.texts import week as text
from intake.states import FINAL, Status
from tests.golden import assert_golden
from tests.simulators.archive import FictitiousArchive
from tests.simulators.asgi import get
from tests.simulators.weeks import ALL, BASE, GOOD, LARGEST, MADE, QUIET, TROUBLED, USUAL, WEEK
from tests.unit.bot.test_cards import elements, microsofts_schema, texts_of

GOLDEN = Path(__file__).parent / "golden"
ENVELOPE = Envelope("loket@liec.example", ("team@liec.example", "hoofd@liec.example"))
CARDS = {name: digest_card(digest, f"{BASE}/weekoverzicht/{WEEK}") for name, digest in ALL.items()}
MAX_BYTES = 25_000


def mail(digest: Digest) -> EmailMessage:
    """The mail as a mail program reads it."""
    read = message_from_bytes(digest_mail(digest, ENVELOPE, BASE).raw, policy=policy.default)
    assert isinstance(read, EmailMessage)
    return read


def part(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    assert found is not None
    return str(found.get_content())


@pytest.mark.parametrize("name", ["usual", "quiet", "troubled"])
def test_card_and_text_are_what_was_agreed(name: str) -> None:
    """A change of what the desk reads is seen and meant."""
    assert_golden(GOLDEN / f"{name}.json", json.dumps(CARDS[name], ensure_ascii=False, indent=2) + "\n")
    assert_golden(GOLDEN / f"{name}.txt", words.plain(ALL[name], f"{BASE}/weekoverzicht/{WEEK}"))


@pytest.mark.parametrize("name", CARDS)
def test_a_card_fits_in_every_channel(name: str) -> None:
    """Under 25 KB as sent, with thousands of dossiers too."""
    assert len(json.dumps(CARDS[name]).encode()) < MAX_BYTES


@pytest.mark.shared
@pytest.mark.parametrize("name", CARDS)
def test_a_card_is_an_adaptive_card_1_5(name: str) -> None:
    """Microsoft's published schema accepts it."""
    assert list(microsofts_schema().iter_errors(CARDS[name])) == []


@pytest.mark.parametrize("name", CARDS)
def test_a_card_is_accessible(name: str) -> None:
    """Dutch, spoken summary, headings, wrapping; what is good or wrong is said in words and signs, not by colour alone."""
    card = CARDS[name]
    blocks = [b for b in elements(card) if b.get("type") == "TextBlock"]
    assert card["lang"] == "nl"
    assert card["speak"] == card["fallbackText"] != ""
    assert any(block.get("style") == "heading" for block in blocks)
    assert all(block["wrap"] is True for block in blocks)
    wrong = name in {"troubled", "largest"}
    assert any(b["text"].startswith(text.WRONG if wrong else text.GOOD) for b in blocks)


@pytest.mark.parametrize("name", ["usual", "quiet", "troubled"])
def test_it_answers_the_six_questions(name: str) -> None:
    """What is new, what waits, on whom, since when, is the mailbox being read, is the archive intact: in all three faces."""
    digest = ALL[name]
    card = "\n".join(texts_of(CARDS[name]))
    sent = mail(digest)
    rendered = "".join(map(str, lxml.html.fromstring(part(sent, "html")).itertext()))
    for said in (card, part(sent, "plain"), re.sub(r"\s+", " ", rendered)):
        assert words.news(digest) in said
        assert words.waits(digest) in said
        assert all(sentence in said for _, sentence in words.house(digest.house))
        assert all(label in said and value in said for label, value in words.figures(digest))
        assert all(heading in said for heading, _ in words.groups(digest))
        for line in digest.lines:
            assert line.number in said
            assert text.NEXT[line.step] in said
            assert text.how_long(line.days) in said
    assert len(words.groups(digest)) == (0 if name == "quiet" else 3)


def test_a_quiet_week_says_so_only_as_far_as_it_is_known() -> None:
    """That the mailbox was read is not claimed when it was not, or when it was lost before the week ended."""
    assert words.news(QUIET) == text.NO_NEWS_READ
    early = dataclasses.replace(GOOD, read=WEEK.start)
    assert words.news(dataclasses.replace(QUIET, house=early)) == text.NO_NEWS
    assert words.news(dataclasses.replace(TROUBLED, new=())) == text.NO_NEWS


def test_a_mailbox_that_stopped_being_read_is_a_warning() -> None:
    """A time long past is no reassurance: after an hour, or two days for the archive, the sentence and the sign change."""
    assert [good for good, _ in words.house(GOOD)] == [True, True]
    stale = dataclasses.replace(GOOD, made=MADE.replace(day=26))
    assert [good for good, _ in words.house(stale)] == [False, False]
    assert [good for good, _ in words.house(dataclasses.replace(GOOD, read=None, verified=None))] == [False, False]


def test_a_card_names_how_many_it_leaves_out() -> None:
    """Nothing is cut without a word."""
    said = "\n".join(texts_of(CARDS["largest"]))
    for whom in Whom:
        assert text.MORE.format(count=len(LARGEST.of(whom)) - MOST) in said


def test_the_mail_is_what_a_machine_may_send() -> None:
    """RFC 5322 and RFC 3834: who, to whom, when, which; automatic, and nobody's out-of-office wanted."""
    sent = mail(USUAL)
    assert sent["Auto-Submitted"] == "auto-generated"
    assert sent["X-Auto-Response-Suppress"] == "All"
    assert sent["Message-ID"] == message_id(WEEK, ENVELOPE.sender) == "<weekoverzicht.2026-W47.loketbs@liec.example>"
    assert sent["From"].addresses[0].addr_spec == ENVELOPE.sender
    assert [a.addr_spec for a in sent["To"].addresses] == list(ENVELOPE.recipients)
    assert sent["Date"].datetime == MADE
    assert "In-Reply-To" not in sent
    assert str(WEEK) in sent["Subject"]
    raw = digest_mail(USUAL, ENVELOPE, BASE).raw
    assert raw == digest_mail(USUAL, ENVELOPE, BASE).raw, "equal input gives equal bytes"
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert sent.get_content_type() == "multipart/alternative"
    assert [p.get_content_type() for p in sent.iter_parts()] == ["text/plain", "multipart/related"]
    assert not sent.defects


def test_no_subject_or_header_can_hold_another_line() -> None:
    """An address with a line end would add a header: it is refused."""
    with pytest.raises(ValueError, match=r"."):
        digest_mail(USUAL, Envelope("loket@liec.example", ("x@y.example\r\nBcc: z@z.example",)), BASE)


@pytest.mark.parametrize("name", ALL)
def test_the_html_is_accessible(name: str) -> None:
    """Language, title, one h1, levels in order, captions, scopes, and a text for the picture that says the figures."""
    page = lxml.html.document_fromstring(part(mail(ALL[name]), "html"))
    assert page.get("lang") == "nl"
    assert page.findtext("head/title")
    levels = [int(h.tag[1]) for h in page.iter("h1", "h2", "h3")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert all(table.find("caption") is not None for table in page.iter("table"))
    assert all(th.get("scope") in {"row", "col"} for th in page.iter("th"))
    for picture in page.iter("img"):
        alternative = picture.get("alt") or ""
        assert all(f"{status(stage)}: {sum(row)}" in alternative for stage, row in ALL[name].ages.items())
    assert all("".join(map(str, a.itertext())).strip() for a in page.iter("a"))


@pytest.mark.parametrize("name", ALL)
def test_the_html_fetches_nothing(name: str) -> None:
    """No script, no remote picture, no style sheet: the picture comes with the mail, links lead to our own pages."""
    rendered = part(mail(ALL[name]), "html")
    page = lxml.html.document_fromstring(rendered)
    assert [e.tag for e in page.iter("script", "link", "iframe", "style", "object")] == []
    assert {img.get("src") for img in page.iter("img")} <= {"cid:wachtend"}
    assert all((a.get("href") or "").startswith(BASE) for a in page.iter("a"))
    assert "url(" not in rendered


def test_the_picture_comes_with_the_mail_and_is_no_attachment() -> None:
    """Its Content-ID is what the HTML names; a quiet week has none."""
    sent = mail(USUAL)
    (picture,) = [p for p in sent.walk() if p.get_content_type() == "image/png"]
    assert picture["Content-ID"] == "<wachtend>"
    assert picture.get_content_disposition() == "inline"
    content = picture.get_content()
    assert isinstance(content, bytes)
    opened = Image.open(BytesIO(content))
    assert opened.width == 2 * WIDTH
    assert [p for p in mail(QUIET).walk() if p.get_content_maintype() == "image"] == []


@pytest.mark.parametrize("name", ALL)
def test_the_chart_is_readable_without_colour(name: str) -> None:
    """In grey the four patterns stay four: each legend box has a mean lightness or a texture of its own."""
    grey = Image.open(BytesIO(chart(ALL[name]))).convert("L")
    boxes = [(28, 28, 76, 56), (628, 28, 676, 56), (28, 88, 76, 116), (628, 88, 676, 116)]
    seen = []
    for box in boxes:
        values = sorted(grey.crop(box).tobytes())
        seen.append((values[len(values) // 10], values[-len(values) // 10]))
    assert len(set(seen)) == 4
    plain, dots, stripes, solid = seen
    assert plain[0] == plain[1] == 255
    assert solid[1] < 90
    assert stripes[1] - stripes[0] > 60, "dark lines on a lighter ground"
    assert dots[1] - dots[0] > 60
    assert dots[1] - stripes[1] > 15


def test_everything_that_can_be_said_has_its_words() -> None:
    """Each next step, each who, each sort of message, each age."""
    assert set(text.NEXT) == set(Step) == set(ON_WHOM)
    assert set(text.ON_WHOM) == set(Whom)
    assert set(text.SORTS) == {f.name for f in dataclasses.fields(USUAL.unprocessed)}
    assert {next_step(s, {}) for s in RUNNING} <= set(Step)
    assert set(RUNNING) == set(Status) - FINAL


class Told:
    """The port `Weeks` over one fictitious overview."""

    def now(self) -> Any:
        return MADE

    def of(self, week: Week) -> Digest:
        return dataclasses.replace(USUAL, week=week, until=min(week.end, MADE))


def test_the_page_shows_a_week_and_leads_to_others() -> None:
    """The last week that ended by itself; one that has begun is shown as such; one to come, or none, is not found."""
    shown = pages(FictitiousArchive(), weeks=Told())
    assert get(shown, "/weekoverzicht").headers["location"] == f"/weekoverzicht/{WEEK}"
    answer = get(shown, f"/weekoverzicht/{WEEK}")
    assert answer.status == 200
    page = lxml.html.document_fromstring(answer.text)
    links = {a.get("href") for a in page.iter("a")}
    assert {"/weekoverzicht/2026-W46", "/weekoverzicht/2026-W48", "/dossier/BS-2026-0031"} <= links
    assert get(shown, f"/weekoverzicht/{WEEK}/grafiek.png").body.startswith(b"\x89PNG")
    assert "loopt nog" in get(shown, "/weekoverzicht/2026-W48").text
    for wrong in ("2026-W49", "2026-W60", "x", "2027-W01"):
        assert get(shown, f"/weekoverzicht/{wrong}").status == 404
    assert "Weekoverzicht" not in get(pages(FictitiousArchive()), "/").text


def test_the_html_needs_no_address() -> None:
    """A house whose pages have no address sends no dead links."""
    assert "<a " not in html(USUAL, "", "cid:wachtend")
