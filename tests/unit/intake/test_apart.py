"""What a mailbox hands over beside a message: kept whole, and shown where it says more than the message."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from intake.apart import joined, packed, unpacked
from intake.model import Defect, Smime
from intake.ports import Apart, FileApart
from intake.read.mail import read_mail
from storage.bag import read_bag, write_bag

PDF = b"%PDF-1.4 een"
MAIL = (
    b'Subject: Signaal\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nZie bijlage.\r\n--b\r\n'
    b'Content-Type: application/pdf\r\nContent-Disposition: attachment; filename="a.pdf"\r\n\r\n%PDF-1.4 een\r\n--b--\r\n'
)
files = st.builds(
    FileApart,
    st.text(),
    st.sampled_from(["file", "item", "link"]),
    st.text(),
    st.none() | st.binary(),
    inline=st.booleans(),
)
defects = st.builds(Defect, st.sampled_from(["meeting_request"]), st.text(), st.text())


@given(st.builds(Apart, st.lists(files).map(tuple), st.lists(defects).map(tuple)))
def test_what_is_kept_comes_back_as_it_was(apart: Apart) -> None:
    """Names with anything in them, files without bytes; through the bag in which they lie."""
    kept = packed(apart)
    bag = read_bag(write_bag(kept, {}))
    assert unpacked({name.removeprefix("data/"): data for name, data in bag.items()}) == apart


def test_nothing_beside_a_message_keeps_nothing() -> None:
    """A mail without attachments needs no copy of its own."""
    assert packed(Apart()) == {}
    mail = read_mail(MAIL)
    assert joined(mail, Apart()) is mail


def test_an_attachment_that_equals_the_one_in_the_message_adds_nothing() -> None:
    """The ordinary case: the same file by two ways."""
    mail = read_mail(MAIL)
    assert joined(mail, Apart((FileApart("a.pdf", "file", "application/pdf", PDF),))) == mail


def test_an_attachment_with_other_bytes_is_kept_beside_and_told() -> None:
    """Exchange made one of the two anew: both stay, and a person compares."""
    mail = joined(read_mail(MAIL), Apart((FileApart("a.pdf", "file", "application/pdf", PDF + b" twee"),)))
    assert [a.content for a in mail.attachments] == [PDF, PDF + b" twee"]
    assert [d.code for d in mail.defects][-1] == "attachment_differs"


def test_a_link_without_bytes_is_a_visible_defect() -> None:
    """A file in somebody's OneDrive did not come with the mail; the partner must send it."""
    mail = joined(read_mail(MAIL), Apart((FileApart("Signaal.docx", "link", "", None),)))
    assert [(d.code, d.where) for d in mail.defects][-1] == ("file_by_reference", "Signaal.docx")


def test_a_file_that_exchange_does_not_export_is_a_visible_defect() -> None:
    """The message itself came; a person looks whether it is whole."""
    mail = joined(read_mail(MAIL), Apart((FileApart("a.pdf", "file", "application/pdf", None),)))
    assert [d.code for d in mail.defects][-1] == "attachment_not_given"


def test_the_shell_of_a_signed_mail_is_no_further_attachment() -> None:
    """Exchange lists a signed mail's whole content as smime.p7m."""
    signed = replace(read_mail(MAIL), smime=Smime("opaque", b"0"))
    shell = FileApart("smime.p7m", "file", "application/pkcs7-mime", b"whole")
    assert joined(signed, Apart((shell,))) == signed
