"""What the pages say of records: nothing that arrived is hidden, and nothing is said that was not looked at."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import html

from bot.dossier.app import pages
from bot.dossier.stored import StoredArchive
from bot.texts import pages as words
from storage.dossiers import Records
from storage.values import Registration
from tests.simulators.asgi import get
from tests.unit.storage.house import NOW, claimed, opened, opening, receive


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    """Empty records in a folder of their own."""
    with opened(tmp_path) as fresh:
        yield fresh


def loose(records: Records) -> str:
    """The page of messages without dossier, as a reader gets it."""
    answer = get(pages(StoredArchive(records)), "/berichten")
    return " ".join(" ".join(str(text) for text in html.fromstring(answer.text).itertext()).split())


def judged(records: Records, about: dict[str, object]) -> None:
    """One message that opened no dossier, with what was kept about it."""
    receipt = receive(records, b"mail")
    records.register(
        claimed(records), Registration(receipt.record, "draft", possibly_formal=False, at=NOW, about=about)
    )


def test_a_message_that_could_not_be_judged_is_shown_as_such(records: Records) -> None:
    """Its work may have failed for good: then a person must see it here, and not only the administrator in a log."""
    receive(records, b"mail")
    assert StoredArchive(records).overview().loose == 1
    assert words.NOT_JUDGED in loose(records)
    assert words.NOT_KEPT in loose(records)


def test_files_that_were_not_frozen_by_themselves_are_not_denied(records: Records) -> None:
    """A draft has no package: its attachments lie in the mail, and the page says so."""
    file = {"name": "concept.docx", "sha256": "0" * 64, "type": "text/plain", "size": 1, "inside": None, "threat": None}
    judged(records, {"subject": "concept", "sender": "", "attachments": [file]})
    assert words.FILES_INSIDE in loose(records)
    assert words.NO_SENDER in loose(records)


def test_a_message_without_attachments_says_so(records: Records) -> None:
    """Known to have none, package or not."""
    judged(records, {"subject": "vraag", "sender": "A <a@example.nl>", "attachments": []})
    assert words.NO_FILES in loose(records)
    assert words.NOT_KEPT not in loose(records)


def test_what_was_not_kept_is_not_called_absent(records: Records) -> None:
    """Of a case report neither sender nor files are kept: that is another thing than having none."""
    judged(records, {"reasons": [], "defects": []})
    assert words.NOT_KEPT in loose(records)
    assert words.FILES_INSIDE in loose(records)
    assert words.NO_SENDER not in loose(records)


def test_the_list_warns_of_personal_data_as_the_card_does(records: Records) -> None:
    """One list of points for card and page: who filters on attention misses nothing that the card shouts."""
    receipt = receive(records, b"mail")
    opens = dataclasses.replace(opening(receipt.record, None), tracks={"persoonsgegevens": "aanwijzing"})
    records.register(claimed(records), opens)
    (row,) = StoredArchive(records).overview().dossiers
    assert "personal_data" in row.attention
