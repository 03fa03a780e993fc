"""A Maildir in which a mail program works meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from intake.errors import FolderMissing, MessageGone
from intake.mailboxes.maildir import MaildirMailbox

MAIL = b"Subject: Signaal\r\n\r\n"


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    """An empty Maildir."""
    for name in ("tmp", "new", "cur"):
        (tmp_path / name).mkdir()
    return tmp_path


def keys(mailbox: MaildirMailbox) -> list[str]:
    """What it lists."""
    return [envelope.key for envelope in mailbox.list_new(None).envelopes]


def test_the_key_outlives_the_move_to_cur_and_every_flag(maildir: Path) -> None:
    """A mail program reads and answers the mail: no new message, and the key still leads to the bytes."""
    path = maildir / "new" / "1.M1.host,S=20"
    path.write_bytes(MAIL)
    mailbox = MaildirMailbox(maildir)
    (key,) = keys(mailbox)
    for flags in ("", "S", "RS"):
        path = path.rename(maildir / "cur" / f"1.M1.host,S=20:2,{flags}")
        assert mailbox.fetch(key) == MAIL
        assert keys(mailbox) == [key] == ["1.M1.host,S=20"]


def test_a_mail_is_never_read_from_tmp(maildir: Path) -> None:
    """There it is being written."""
    (maildir / "tmp" / "1.M1.host").write_bytes(MAIL)
    mailbox = MaildirMailbox(maildir)
    assert keys(mailbox) == []
    with pytest.raises(MessageGone):
        mailbox.fetch("1.M1.host")


def test_a_mail_in_both_places_is_one_mail(maildir: Path) -> None:
    """As a listing sees it that looks while the mail moves."""
    (maildir / "new" / "1.M1.host").write_bytes(MAIL)
    (maildir / "cur" / "1.M1.host:2,S").write_bytes(MAIL)
    assert keys(MaildirMailbox(maildir)) == ["1.M1.host"]


def test_links_and_hidden_files_are_no_mail(maildir: Path) -> None:
    """Maildir leaves names that start with a dot alone; a link leads elsewhere."""
    (maildir / "secret").write_bytes(b"secret")
    (maildir / "new" / "1.M1.host").symlink_to(maildir / "secret")
    (maildir / "cur" / ".nfs0001").write_bytes(MAIL)
    assert keys(MaildirMailbox(maildir)) == []


def test_the_key_of_a_link_put_in_a_mails_place_leads_nowhere(maildir: Path) -> None:
    """Between listing and reading."""
    path = maildir / "new" / "1.M1.host"
    path.write_bytes(MAIL)
    (maildir / "secret").write_bytes(b"secret")
    mailbox = MaildirMailbox(maildir)
    (key,) = keys(mailbox)
    path.unlink()
    path.symlink_to(maildir / "secret")
    with pytest.raises(MessageGone):
        mailbox.fetch(key)


def test_a_folder_that_is_no_maildir_is_a_missing_folder(tmp_path: Path) -> None:
    """Without new and cur there is nothing to watch, and that is no empty mailbox."""
    with pytest.raises(FolderMissing):
        MaildirMailbox(tmp_path).list_new(None)
