"""A mailbox that hands attachments over by themselves: they are scanned, frozen and judged with the mail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from intake.model import Defect
from intake.ports import Apart, FileApart, ScanResult
from intake.sandbox import Sandbox
from storage.bag import read_bag
from storage.vault import read
from storage.verify import verify
from tests.integration.test_service import Desk, sample
from tests.simulators.mailbox import MemoryMailbox

EICAR = b"X5O!P%@AP[4" + rb"\PZX54(P^)7CC)7}$EICAR"
PDF = b"%PDF-1.4\nniet in de mail\n%%EOF\n"


class ApartMailbox(MemoryMailbox):
    """Hands over the same files beside every mail."""

    def __init__(self, apart: Apart) -> None:
        super().__init__()
        self.apart = apart

    def fetch_apart(self, key: str) -> Apart:
        """Beside any mail."""
        del key
        return self.apart


class FindsEicar:
    """The port `MalwareScanner` that finds one thing, and only where it begins a file, as ClamAV does with EICAR."""

    def scan(self, parts: Iterable[bytes]) -> ScanResult:
        """Look at the beginning."""
        return ScanResult(scanned=True, clean=not b"".join(parts).startswith(EICAR), name="Eicar")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """One door for all tests here."""
    with Sandbox() as door:
        yield door


def desk_with(folder: Path, sandbox: Sandbox, *files: FileApart, defects: tuple[Defect, ...] = ()) -> Desk:
    """A house whose mailbox hands these over."""
    desk = Desk(folder, sandbox, FindsEicar())
    desk.mailbox = ApartMailbox(Apart(files, defects))
    desk.watch.mailbox = desk.mailbox
    return desk


def test_a_file_that_is_not_in_the_message_is_frozen_with_it(tmp_path: Path, sandbox: Sandbox) -> None:
    """In the package, named as different, and the archive proves itself."""
    desk = desk_with(tmp_path, sandbox, FileApart("later.pdf", "file", "application/pdf", PDF))
    desk.drain(sample("handelaarskenteken"))
    (message,) = desk.records.messages()
    assert message.package_key
    assert PDF in read_bag(read(desk.records.vault, message.package_key)).values()
    defects = desk.records.about(message.record)["defects"]
    assert ("attachment_differs", "later.pdf") in [(d["code"], d["where"]) for d in defects]
    assert {c.verdict for c in verify(desk.records)} == {"pass"}
    desk.close()


def test_a_link_and_an_invitation_are_told(tmp_path: Path, sandbox: Sandbox) -> None:
    """What has no bytes, and what Exchange made up."""
    link = FileApart("Signaal.docx", "link", "", None)
    desk = desk_with(tmp_path, sandbox, link, defects=(Defect("meeting_request"),))
    desk.drain(sample("handelaarskenteken"))
    (message,) = desk.records.messages()
    codes = {d["code"] for d in desk.records.about(message.record)["defects"]}
    assert {"file_by_reference", "meeting_request"} <= codes
    desk.close()


def test_malware_that_only_the_attachment_by_itself_shows_is_found(tmp_path: Path, sandbox: Sandbox) -> None:
    """Each file is scanned by itself: behind the end of a mail a scanner would not look for one."""
    desk = desk_with(tmp_path, sandbox, FileApart("x.com", "file", "application/octet-stream", EICAR))
    desk.drain(sample("handelaarskenteken"))
    (message,) = desk.records.messages()
    reasons = desk.records.about(message.record)["reasons"]
    assert "malware_found" in [reason["why"] for reason in reasons]
    desk.close()
