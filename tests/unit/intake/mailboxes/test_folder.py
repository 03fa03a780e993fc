"""A folder of files that people and programs change while we look."""

from __future__ import annotations

import logging
import os
import threading
import time
from pathlib import Path

import pytest

from intake.errors import FolderMissing, MailboxError, MessageGone, MessageTooLarge
from intake.mailboxes.folder import FolderMailbox, Problem

MAIL = b"Subject: Signaal\r\n\r\nGeachte heer,\r\n"
YESTERDAY = time.time() - 86_400


def put(folder: Path, name: str, raw: bytes = MAIL, *, changed: float = YESTERDAY) -> Path:
    """A file that came to rest long ago."""
    path = folder / name
    path.write_bytes(raw)
    os.utime(path, (changed, changed))
    return path


def keys(mailbox: FolderMailbox) -> list[str]:
    """What it lists."""
    return [envelope.key for envelope in mailbox.list_new(None).envelopes]


def test_oldest_mail_comes_first(tmp_path: Path) -> None:
    """By change time, which is when the mail was put there; not by name."""
    put(tmp_path, "a.eml", b"young", changed=YESTERDAY + 60)
    put(tmp_path, "b.eml", b"old")
    mailbox = FolderMailbox(tmp_path)
    assert [mailbox.fetch(key) for key in keys(mailbox)] == [b"old", b"young"]


def test_a_resting_folder_is_listed_without_a_pause(tmp_path: Path) -> None:
    """Only fresh files cost a second look."""
    put(tmp_path, "a.eml")
    started = time.monotonic()
    assert len(keys(FolderMailbox(tmp_path, settle_seconds=5))) == 1
    assert time.monotonic() - started < 1


def test_a_fresh_file_at_rest_is_listed_in_the_same_listing(tmp_path: Path) -> None:
    """`loketbs run --once` right after a copy finds the mail."""
    (tmp_path / "a.eml").write_bytes(MAIL)
    assert len(keys(FolderMailbox(tmp_path, settle_seconds=0.1))) == 1


def test_a_growing_file_waits_until_it_rests(tmp_path: Path) -> None:
    """Not listed while it grows, listed whole afterwards, and `wait` does not sleep over it."""
    mailbox = FolderMailbox(tmp_path, settle_seconds=0.4)
    path, begun, enough = tmp_path / "groot.eml", threading.Event(), threading.Event()

    def copy_slowly() -> None:
        with path.open("wb", buffering=0) as file:
            while not enough.wait(0.02):
                file.write(b"x" * 1000)
                begun.set()

    writer = threading.Thread(target=copy_slowly)
    writer.start()
    try:
        assert begun.wait(5)
        assert keys(mailbox) == []
    finally:
        enough.set()
        writer.join()
    started = time.monotonic()
    while not (found := keys(mailbox)):
        mailbox.wait(20)
    assert time.monotonic() - started < 3
    assert mailbox.fetch(found[0]) == path.read_bytes() != b""


def test_a_stop_during_the_second_look_lists_no_fresh_file(tmp_path: Path) -> None:
    """The pause was cut short, so nobody knows whether the file rests; the next start lists it."""
    put(tmp_path, "oud.eml")
    (tmp_path / "vers.eml").write_bytes(MAIL)
    mailbox = FolderMailbox(tmp_path, settle_seconds=5)
    timer = threading.Timer(0.1, mailbox.close)
    timer.start()
    assert [key.partition("/")[0] for key in keys(mailbox)] == ["oud.eml"]
    timer.join()


def test_a_file_that_grew_after_the_listing_is_not_read_half(tmp_path: Path) -> None:
    """A writer that paused for long: the listed state is gone, the new state is a new message."""
    path = put(tmp_path, "a.eml", b"Subject: h")
    mailbox = FolderMailbox(tmp_path)
    (half,) = keys(mailbox)
    put(tmp_path, path.name, MAIL, changed=YESTERDAY + 1)
    with pytest.raises(MessageGone, match="changed since"):
        mailbox.fetch(half)
    (whole,) = keys(mailbox)
    assert whole != half
    assert mailbox.fetch(whole) == MAIL


def test_another_mail_under_a_known_name_is_a_new_message(tmp_path: Path) -> None:
    """Mail programs save as "subject.eml": a name that was read and cleared away comes back."""
    mailbox = FolderMailbox(tmp_path)
    put(tmp_path, "Signaal.eml")
    (first,) = keys(mailbox)
    put(tmp_path, "Signaal.eml", b"Subject: een ander\r\n\r\n", changed=YESTERDAY + 60)
    (second,) = keys(mailbox)
    assert first != second


def test_what_is_no_eml_is_named_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """In `problems()` by name, in the log by number only: names of saved mails are subjects."""
    put(tmp_path, "Ondermijning haven.msg")
    put(tmp_path, "a.EML")
    put(tmp_path, ".verborgen.eml")
    (tmp_path / "map.eml").mkdir()
    mailbox = FolderMailbox(tmp_path)
    with caplog.at_level(logging.WARNING):
        assert len(keys(mailbox)) == 1
        first = len(caplog.records)
        keys(mailbox)
    assert mailbox.problems() == (
        Problem("Ondermijning haven.msg", "not_eml"),
        Problem("map.eml", "not_a_regular_file"),
    )
    assert (first, len(caplog.records)) == (2, 2)
    assert "haven" not in caplog.text


def test_links_and_pipes_are_not_followed(tmp_path: Path) -> None:
    """Neither listed nor, when one is put in a file's place afterwards, read or waited on."""
    secret = put(tmp_path, "geheim.txt", b"secret")
    folder = tmp_path / "postvak"
    folder.mkdir()
    (folder / "link.eml").symlink_to(secret)
    os.mkfifo(folder / "pipe.eml")
    mailbox = FolderMailbox(folder)
    assert keys(mailbox) == []
    assert {problem.code for problem in mailbox.problems()} == {"not_a_regular_file"}
    path = put(folder, "a.eml")
    (key,) = keys(mailbox)
    path.unlink()
    path.symlink_to(secret)
    _is_gone(mailbox, key)
    path.unlink()
    os.mkfifo(path)
    _is_gone(mailbox, key)
    path.unlink()
    path.mkdir()
    _is_gone(mailbox, key)


@pytest.mark.parametrize("name", [b"caf\xe9.eml", "é🗎.eml".encode(), b"new\nline.eml", b"50%25.eml", b"a.eml\t.eml"])
def test_any_file_name_has_a_key_that_a_database_takes(tmp_path: Path, name: bytes) -> None:
    """Also one that is not UTF-8; the key leads back to the file."""
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))
    path.write_bytes(MAIL)
    os.utime(path, (YESTERDAY, YESTERDAY))
    mailbox = FolderMailbox(tmp_path)
    (key,) = keys(mailbox)
    key.encode()
    assert mailbox.fetch(key) == MAIL


@pytest.mark.parametrize("changed", [-1e9, 0.0, 4e9, 1e11, 4e11])
def test_an_absurd_change_time_hides_no_mail(tmp_path: Path, changed: float) -> None:
    """Before 1970, far in the future: listed and read."""
    put(tmp_path, "a.eml", changed=changed)
    mailbox = FolderMailbox(tmp_path, settle_seconds=0.05)
    (key,) = keys(mailbox)
    assert mailbox.fetch(key) == MAIL


def test_an_empty_file_is_a_mail(tmp_path: Path) -> None:
    """What it lacks is for the reader to say."""
    put(tmp_path, "leeg.eml", b"")
    mailbox = FolderMailbox(tmp_path)
    (key,) = keys(mailbox)
    assert mailbox.fetch(key) == b""


def test_a_file_over_the_limit_is_refused(tmp_path: Path) -> None:
    """By its size, before a byte is read."""
    put(tmp_path, "a.eml")
    mailbox = FolderMailbox(tmp_path, max_bytes=len(MAIL) - 1)
    (key,) = keys(mailbox)
    with pytest.raises(MessageTooLarge):
        mailbox.fetch(key)


def test_a_file_in_the_place_of_the_folder_is_a_missing_folder(tmp_path: Path) -> None:
    """A setting to mend."""
    with pytest.raises(FolderMissing):
        FolderMailbox(put(tmp_path, "postvak")).list_new(None)


def test_a_folder_that_disappears_ends_the_wait(tmp_path: Path) -> None:
    """A network drive that went away is an error, not an empty mailbox."""
    folder = tmp_path / "postvak"
    folder.mkdir()
    mailbox = FolderMailbox(folder)
    mailbox.list_new(None)
    timer = threading.Timer(0.2, folder.rmdir)
    timer.start()
    with pytest.raises(MailboxError):
        _wait_often(mailbox)
    timer.join()


def _wait_often(mailbox: FolderMailbox) -> None:
    for _ in range(10):
        mailbox.wait(2)


def _is_gone(mailbox: FolderMailbox, key: str) -> None:
    with pytest.raises(MessageGone):
        mailbox.fetch(key)
