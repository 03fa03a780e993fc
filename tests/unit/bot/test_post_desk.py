"""The page of the post over real records: what it takes, what it refuses, what it tells, and who may send a form."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from lxml import html
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from bot.app import NoScanner, SystemClock
from bot.dossier.app import pages
from bot.dossier.forms import parts_of
from bot.dossier.post.stored import StoredPaper, StoredPost
from bot.dossier.stored import StoredArchive
from intake.assess import Context
from intake.paper.post import PostRoom
from intake.sandbox import Sandbox
from intake.service import Service
from storage.dossiers import Records
from storage.letters import Hand, SheetView, Slip, Why
from storage.values import Registration
from tests.simulators.asgi import Answer, get
from tests.unit.storage.house import NOW, claimed, opened, submit

PDF = b"%PDF-1.4 a scan\r\n--not-the-boundary\r\n\x00\xff"
OURS = {"Sec-Fetch-Site": "same-origin"}
BOUNDARY = "----WebKitFormBoundaryAbC123"
LIMIT = 1 << 20


class House:
    """Records with one dossier, and the pages over them; nobody does the work."""

    def __init__(self, records: Records, sandbox: Sandbox) -> None:
        self.records, self.woken = records, 0
        self.service = Service(records, sandbox, Context(), NoScanner(), SystemClock(), {})
        post = StoredPost(self.service, LIMIT, self._wake)
        self.app: ASGIApp = pages(StoredArchive(records), paper=StoredPaper(records), post=post)
        submit(records, b"first", "1:1")

    def _wake(self) -> None:
        self.woken += 1

    @property
    def post(self) -> PostRoom:
        return self.service.post

    def scan(self, *letters: Slip, sheets: tuple[SheetView, ...] = ()) -> str:
        """A scan that was read."""
        receipt = self.service.receive_scan(PDF, "test", "k", NOW)
        registration = Registration(receipt.record, "postal_scan", possibly_formal=False, at=NOW)
        self.records.register(claimed(self.records, at=self.service.clock.now()), registration)
        self.post.letters.sort_out(receipt.record, letters, sheets, Hand(NOW))
        return receipt.record

    def send(self, url: str, fields: dict[str, str], headers: dict[str, str] = OURS) -> Answer:
        """A form without files."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return get(self.app, url, method="POST", headers=kind | headers, body=urlencode(fields).encode())

    def upload(self, *files: bytes, headers: dict[str, str] = OURS) -> Answer:
        """The form with files."""
        body = multipart(*files)
        kind = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", "Content-Length": str(len(body))}
        return get(self.app, "/post", method="POST", headers=kind | headers, body=body)


def multipart(*files: bytes) -> bytes:
    """As a browser sends it."""
    head = 'Content-Disposition: form-data; name="bestand"; filename="scan één.pdf"\r\nContent-Type: application/pdf'
    parts = [f"--{BOUNDARY}\r\n{head}\r\n\r\n".encode() + data + b"\r\n" for data in files]
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def words(answer: Answer) -> str:
    """The text of a page as a reader gets it."""
    tree: Any = html.fromstring(answer.text)
    return " ".join(tree.text_content().split())


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as door:
        yield door


@pytest.fixture
def house(tmp_path: Path, sandbox: Sandbox) -> Iterator[House]:
    with opened(tmp_path) as records:
        yield House(records, sandbox)


def test_an_uploaded_scan_is_frozen_byte_for_byte_and_only_once(house: House) -> None:
    """Bytes that look like a boundary, NUL and line ends come through; twice is once; somebody is told that there is work."""
    for _ in range(2):
        answer = house.upload(PDF)
        assert (answer.status, answer.headers["location"]) == (303, "/post#M-2026-000002")
    (scan,) = [m for m in house.records.messages() if m.raw.key.endswith(".pdf")]
    assert house.records.raw(scan.record) == PDF
    assert house.woken == 2
    assert "De software leest deze scan nog" in words(get(house.app, "/post"))


def test_several_files_are_several_scans(house: House) -> None:
    """One form, two letters."""
    assert house.upload(PDF, b"II*\x00 fax").status == 303
    assert sorted(m.raw.key[-4:] for m in house.records.messages()) == [".eml", ".pdf", ".tif"]


@pytest.mark.parametrize(
    ("files", "status", "told"),
    [
        ((), 400, "Kies eerst een bestand"),
        ((b"",), 400, "Kies eerst een bestand"),
        ((PDF, b"PK\x03\x04 a document"), 400, "geen scan"),
        ((PDF + bytes(LIMIT + (64 << 10)),), 413, "groter dan 1 MB"),
    ],
)
def test_what_is_no_scan_is_refused_and_nothing_is_kept(
    house: House, files: tuple[bytes, ...], status: int, told: str
) -> None:
    """With what to do, and with the other file of the form left out as well."""
    answer = house.upload(*files)
    assert answer.status == status
    assert told in words(answer)
    assert len(house.records.messages()) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://127.0.0.1:8765"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:8765.evil.example"},
    ],
)
def test_a_form_of_another_site_does_nothing(house: House, headers: dict[str, str]) -> None:
    """CSRF: a page elsewhere can let the browser send this, but cannot say that it comes from here."""
    record = house.scan(Slip(1, 0, (1,)))
    assert house.upload(PDF + b"2", headers=headers).status == 403
    told = {"dossier": "BS-2026-0001", "naam": "J. Jansen", "reden": "post"}
    assert house.send(f"/post/{record}/1/koppelen", told, headers).status == 403
    assert house.send(f"/post/{record}/1/losmaken", {"naam": "J", "reden": "x"}, headers).status == 403
    assert len(house.records.messages()) == 2
    assert house.post.letters.of(record)[0].dossier is None


def test_an_older_browser_says_its_origin(house: House) -> None:
    """Without Sec-Fetch-Site the origin decides."""
    assert house.upload(PDF, headers={"Origin": "http://127.0.0.1:8765"}).status == 303


def test_a_person_links_and_unlinks_with_name_and_reason(house: House) -> None:
    """The event has the name, the page has it as well; the comparison follows as a job."""
    record = house.scan(Slip(1, 0, (1, 2)), sheets=(SheetView(0, 3, "blank"),))
    url = f"/post/{record}/1"
    answer = house.send(
        f"{url}/koppelen", {"dossier": " bs-2026-0001 ", "naam": "J. Jansen", "reden": "nummer op de envelop"}
    )
    assert (answer.status, answer.headers["location"]) == (303, f"/post#{record}")
    (letter,) = house.post.letters.of(record)
    assert (letter.dossier, letter.linked_by, letter.why.reason) == ("BS-2026-0001", "J. Jansen", "by_person")
    shown = words(get(house.app, "/post"))
    for part in (
        "Brief 1: bladzijden 1-2",
        "Gekoppeld door J. Jansen",
        "Scan toegevoegd",
        "bladzijde 3: lege bladzijde",
    ):
        assert part in shown
    assert "nummer op de envelop" not in shown
    assert "Post bij dit dossier" in words(get(house.app, "/dossier/BS-2026-0001"))
    assert house.records.work.claim("one", NOW.replace(year=2090), ["compare"]) is not None
    assert house.send(f"{url}/losmaken", {"naam": "P. de Boer", "reden": "hoort bij een ander"}).status == 303
    assert house.post.letters.of(record)[0].dossier is None
    assert house.records.message(record).attention == ("scan_unlinked",)
    assert "P. de Boer" in [e.details.get("actor_name") for e in house.records.timeline(record)]


@pytest.mark.parametrize(
    ("told", "status", "sentence"),
    [
        ({"dossier": "BS-2026-0001", "naam": " ", "reden": "x"}, 400, "Vul alle velden in"),
        ({"dossier": "BS-2026-0001", "naam": "J"}, 400, "Vul alle velden in"),
        ({"dossier": "BS-2026-0001", "naam": "J" * 81, "reden": "x"}, 400, "te lang"),
        ({"dossier": "BS-2026-0009", "naam": "J", "reden": "x"}, 404, "bestaat niet"),
    ],
)
def test_an_incomplete_act_changes_nothing(house: House, told: dict[str, str], status: int, sentence: str) -> None:
    """And says what is wrong."""
    record = house.scan(Slip(1, 0, (1,)))
    answer = house.send(f"/post/{record}/1/koppelen", told)
    assert (answer.status, sentence in words(answer)) == (status, True)
    assert house.post.letters.of(record)[0].dossier is None


def test_an_act_that_came_too_late_says_so(house: House) -> None:
    """A colleague was faster; a mail is no scan."""
    record = house.scan(Slip(1, 0, (1,)))
    assert house.send(f"/post/{record}/1/losmaken", {"naam": "J", "reden": "x"}).status == 409
    told = {"dossier": "BS-2026-0001", "naam": "J", "reden": "x"}
    assert house.send("/post/M-2026-000001/1/koppelen", told).status == 409


def test_a_strangers_text_stays_text(house: House) -> None:
    """A name with markup is shown as it was typed."""
    record = house.scan(Slip(1, 0, (1,)))
    why = Hand(NOW, "<script>alert(1)</script>", "<script>", "x")
    house.post.letters.link(record, 1, "BS-2026-0001", Why("by_person"), why)
    page = get(house.app, "/post")
    assert "<script" not in page.text
    assert "form-action 'self'" in page.headers["content-security-policy"]
    assert "script-src" not in page.headers["content-security-policy"]


@pytest.mark.parametrize("body", [b"", b"--x\r\n", multipart(PDF)[:-30], multipart(PDF).replace(b"name=", b"nam=")])
def test_a_broken_form_is_refused(body: bytes) -> None:
    """No part of it is taken."""
    with pytest.raises(HTTPException):
        parts_of(body, f"multipart/form-data; boundary={BOUNDARY}")


def test_pages_without_post_have_no_such_page(house: House) -> None:
    """A house that takes no scans says nothing of them."""
    app = pages(StoredArchive(house.records))
    assert get(app, "/post").status == 404
    assert 'href="/post"' not in get(app, "/").text
