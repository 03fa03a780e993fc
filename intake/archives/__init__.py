"""Opening what mails bring in containers: zip, tar, mails in mails, Outlook items, winmail.dat, signed envelopes."""

from __future__ import annotations

from dataclasses import replace

from intake.archives.limits import ArchiveLimits
from intake.archives.opening import CONTAINERS, Opener, Unpacked
from intake.archives.outlook import read_msg
from intake.model import Attachment, Mail
from intake.read import ReadLimits, read_mail
from intake.read.defects import Notes
from intake.read.sniff import MSG, sniff

__all__ = ["CONTAINERS", "ArchiveLimits", "Unpacked", "open_containers", "read_any", "read_msg", "unpack"]


def unpack(attachment: Attachment, limits: ArchiveLimits | None = None, reading: ReadLimits | None = None) -> Unpacked:
    """Open one container and all containers inside it, within limits. What is no container gives nothing. Never raises."""
    opener = Opener(limits or ArchiveLimits(), reading or ReadLimits())
    found = tuple(opener.follow(attachment))
    return Unpacked(found, tuple(opener.forwarded), "\n\n".join(opener.texts), opener.notes.all())


def open_containers(mail: Mail, limits: ArchiveLimits | None = None, reading: ReadLimits | None = None) -> Mail:
    """The mail with the contents of every container among its attachments put after that container.

    The body of a winmail.dat becomes the mail's text where the mail has none of its own.
    """
    opener = Opener(limits or ArchiveLimits(), reading or ReadLimits())
    attachments = tuple(opener.follow_all(mail))
    notes = Notes()
    notes.extend(mail.defects)
    notes.extend(opener.notes.all())
    text = mail.text if mail.text.strip() else "\n\n".join(opener.texts)
    forwarded = (*mail.forwarded, *opener.forwarded)
    return replace(mail, attachments=attachments, forwarded=forwarded, text=text, defects=notes.all())


def read_any(
    raw: bytes, name: str = "", limits: ArchiveLimits | None = None, reading: ReadLimits | None = None
) -> Mail:
    """Read a mail in either form, `.eml` or `.msg`, told apart by content, with all its containers opened. Never raises."""
    mail = read_msg(raw, reading) if sniff(raw, name) == MSG else read_mail(raw, reading)
    return open_containers(mail, limits, reading)
