"""doctor names what is wrong with outgoing mail, and the mend; and one house over IMAP and SMTP, as most will have it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot import samples_of
from bot.app import App
from bot.config import parse
from bot.doctor import Point
from bot.doctor_outgoing import examine_outgoing
from bot.errors import SettingsError
from tests.integration.test_receipts import sample
from tests.simulators.certificates import server_certificate
from tests.simulators.dovecot import Dovecot
from tests.simulators.imap_server import PASSWORD as IMAP_PASSWORD
from tests.simulators.imap_server import USER as IMAP_USER
from tests.simulators.process import free_port
from tests.simulators.smtp_server import PASSWORD, USER, SmtpStandIn

REGISTER = {"register_file": str(samples_of("partners.toml"))}


def points(folder: Path, outgoing: dict[str, Any], **others: Any) -> dict[str, Point]:
    """What doctor says, by name."""
    with App(parse({"outgoing": outgoing, "desk": REGISTER, **others}, folder)) as house:
        return {point.name: point for point in examine_outgoing(house)}


def test_off_and_files_are_said_as_such(tmp_path: Path) -> None:
    """The default sends nothing, and says so."""
    found = points(tmp_path, {})
    assert (found["receipts"].verdict, found["receipts"].mend != "") == ("undetermined", True)
    assert found["outgoing mail"].verdict == "pass"
    assert "nothing leaves this machine" in found["outgoing mail"].told
    assert points(tmp_path, {"receipt": "send"})["outgoing mail"].verdict == "undetermined"


def test_a_desk_without_an_address_cannot_write(tmp_path: Path) -> None:
    """Neither register nor setting names one."""
    found = points(tmp_path, {"receipt": "draft"}, desk={})
    assert found["receipts"].verdict == "fail"
    assert "outgoing.sender" in found["receipts"].mend
    assert points(tmp_path, {"receipt": "draft", "sender": "a@b.example"}, desk={})["receipts"].verdict == "pass"


@pytest.mark.parametrize(
    ("changes", "password", "told"),
    [
        ({}, PASSWORD, ""),
        ({"port": 1}, PASSWORD, "cannot be reached"),
        ({}, "fout", "refuses the login"),
        ({}, None, "LOKETBS_SMTP_PASSWORD"),
        ({"ca_file": None}, PASSWORD, "not trusted"),
        ({"tls": "implicit"}, PASSWORD, "cannot be reached"),
    ],
    ids=["right", "port", "password", "no_password", "authority", "tls"],
)
def test_each_wrong_setting_of_smtp_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any], password: str | None, told: str
) -> None:
    """One thing wrong at a time; nothing is sent."""
    if password is not None:
        monkeypatch.setenv("LOKETBS_SMTP_PASSWORD", password)
    tls = server_certificate(tmp_path / "tls")
    with SmtpStandIn(certificate=tls, login=True).running() as server:
        plain = {
            "kind": "smtp",
            "host": "127.0.0.1",
            "port": server.port,
            "user": USER,
            "ca_file": str(tls.certificate),
        }
        wanted = {key: value for key, value in (plain | changes).items() if value is not None}
        wanted |= {"port": free_port()} if wanted["port"] == 1 else {}
        point = points(tmp_path, wanted)["outgoing mail"]
        assert server.got == []
    if told:
        assert (point.verdict, told in point.told, point.mend != "") == ("fail", True, True), point
    else:
        assert "TLSv1" in point.told
        assert "no folder of drafts" in point.told


@pytest.mark.parametrize(
    "wrong",
    [
        {"outgoing": {"kind": "smtp"}},
        {"outgoing": {"kind": "graph"}},
        {"outgoing": {"sender": "a@b\r\nBcc: c@d"}},
        {"outgoing": {"kind": "smtp", "host": "mail.example", "tls": "none_only_for_loopback"}},
        {"tidy": {"folder": "a/b"}},
    ],
)
def test_settings_that_cannot_work_are_refused(wrong: dict[str, Any]) -> None:
    """At the start, and not at the first mail."""
    with pytest.raises(SettingsError):
        parse(wrong, Path())


@pytest.mark.server
def test_a_house_over_imap_and_smtp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The receipt leaves by SMTP, its copy lies in Sent, the draft of staff in Drafts, the labels on the mail."""
    from bot.outlook.command import lay_draft

    monkeypatch.setenv("LOKETBS_IMAP_PASSWORD", IMAP_PASSWORD)
    with Dovecot() as dovecot, SmtpStandIn().running() as smtp:
        dovecot.deliver("INBOX", sample("geen_conclusie"))
        none = "none_only_for_loopback"
        found = {
            "desk": REGISTER,
            "mailbox": {"kind": "imap", "host": "127.0.0.1", "port": dovecot.port, "tls": none, "user": IMAP_USER},
            "outgoing": {"receipt": "send", "kind": "smtp", "host": "127.0.0.1", "port": smtp.port, "tls": none},
        }
        with App(parse(found, tmp_path)) as house:
            assert {p.verdict for p in examine_outgoing(house)} == {"pass"}
            house.drain()
            number = house.records.dossiers()[0].number
            lay_draft(house, number, "supplement_request")
            states = {mail.form: mail.state for mail in house.records.outgoing.of(number)}
        assert states == {"receipt": "sent", "supplement_request": "drafted"}
        ((sender, recipients, raw),) = smtp.got
        assert (sender, len(recipients)) == ("loketbs@loket.example", 1)
        assert b"Auto-Submitted: auto-replied" in raw
        with dovecot.desk("Sent") as client:
            (copy,) = client.fetch(client.search(), ["BODY.PEEK[]"]).values()
        assert copy[b"BODY[]"] == raw
        assert len(dovecot.flags("Drafts")) == 1
        assert b"Wacht_op_post" in next(iter(dovecot.flags("INBOX").values()))
