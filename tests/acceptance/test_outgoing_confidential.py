"""Nothing that leaves by a subject line, an event or a log says what a signal is about."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from bot import samples_of
from tests.integration.test_receipts import drop, opened, sent


def test_no_title_name_or_file_of_a_signal_stands_in_subject_event_or_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Every sample through the house: subjects hold the number, events and log lines hold codes."""
    caplog.set_level(logging.DEBUG)
    with opened(tmp_path) as house:
        drop(tmp_path, *(path.read_bytes() for path in sorted(samples_of("mails").glob("*.eml"))))
        house.drain()
        mails, dossiers = sent(tmp_path), house.records.dossiers()
        abouts = [house.records.about(m.record) for m in house.records.messages()]
        events = " ".join(str(e.details) for m in house.records.messages() for e in house.records.timeline(m.record))
    assert len(mails) > 3
    assert all(str(mail["Subject"]).startswith("Ontvangstbevestiging – dossier BS-") for mail in mails)
    secrets = {d.title for d in dossiers} | {o for d in dossiers for o in d.organisations}
    secrets |= {a["name"] for about in abouts for a in about.get("attachments", ())}
    secrets |= {about["answer"]["to"] for about in abouts if about.get("answer")}
    told = events + caplog.text + " ".join(str(mail["Subject"]) for mail in mails)
    assert {secret for secret in secrets if len(secret) > 5 and secret in told} == set()
    assert not [mail for mail in mails if "@" not in str(mail["To"])]
