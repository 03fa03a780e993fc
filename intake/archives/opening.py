"""Which container is opened how, and the bookkeeping that keeps it bounded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from intake.archives.contents import Contents, File
from intake.archives.limits import ArchiveLimits, Budget
from intake.archives.outlook import read_msg
from intake.archives.tars import open_compressed, open_tar
from intake.archives.tnef import open_tnef
from intake.archives.zips import open_zip
from intake.model import Attachment, Defect, Mail
from intake.read import ReadLimits, read_mail
from intake.read.defects import Notes
from intake.read.names import made_name, safe_name
from intake.read.smime import open_envelope
from intake.read.sniff import CMS, MAIL, MSG, TNEF, ZIP, sniff

_COMPRESSED = frozenset({"application/gzip", "application/x-bzip2", "application/x-xz"})
_TAR = "application/x-tar"
_CLOSED = frozenset({"application/x-7z-compressed", "application/vnd.rar", "application/vnd.ms-cab-compressed"})
_MAILS = frozenset({MAIL, MSG})
CONTAINERS = frozenset({ZIP, TNEF, CMS, _TAR}) | _COMPRESSED | _MAILS | _CLOSED
"""Media types (sniffed) that hold other files and are, or cannot be, opened here; office documents are no containers."""


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What came out of a container, nested ones included: files in order, mails, its own body text, defects."""

    attachments: tuple[Attachment, ...] = ()
    forwarded: tuple[Mail, ...] = ()
    text: str = ""
    defects: tuple[Defect, ...] = ()


class Opener:
    """Opens containers against one shared budget."""

    def __init__(self, limits: ArchiveLimits, reading: ReadLimits) -> None:
        self.limits, self.reading = limits, reading
        self.budget = Budget(limits)
        self.notes = Notes()
        self.forwarded: list[Mail] = []
        self.texts: list[str] = []

    def follow(self, attachment: Attachment, depth: int = 0) -> Iterator[Attachment]:
        """What is inside an attachment, and inside that; nothing for what is no container."""
        kind = attachment.media_type
        if kind not in CONTAINERS:
            return
        where = path_of(attachment)
        if depth >= self.limits.depth:
            self.notes.add("archive_too_deep", where, str(self.limits.depth))
        elif kind in _CLOSED:
            self.notes.add("archive_not_opened", where, kind)
        elif kind in _MAILS:
            yield from self._follow_mail(attachment, depth)
        else:
            contents = self._open(attachment)
            for code, inner, detail in contents.defects:
                self.notes.add(code, "/".join(filter(None, (where, safe_name(inner)))), detail)
            if contents.text and depth == 0:
                self.texts.append(contents.text)
            for number, file in enumerate(contents.files, 1):
                inside = self._attachment(file, number, where)
                yield inside
                yield from self.follow(inside, depth + 1)

    def follow_all(self, mail: Mail, depth: int = 0) -> Iterator[Attachment]:
        """The attachments of a mail, each followed by what is inside it; `read_mail` opened the attached mails already."""
        for attachment in mail.attachments:
            yield attachment
            if attachment.media_type != MAIL or (mail.media_type == MSG and not mail.forwarded):
                yield from self.follow(attachment, depth)

    def _follow_mail(self, attachment: Attachment, depth: int) -> Iterator[Attachment]:
        read = read_msg if attachment.media_type == MSG else read_mail
        mail = read(attachment.content, self.reading)
        where = path_of(attachment)
        self.forwarded.append(mail)
        self.notes.extend(mail.defects, where)
        for code in filter(None, (self.budget.take(a.size) for a in mail.attachments)):
            self.notes.add(code, where)
            return
        moved = tuple(replace(a, inside="/".join(filter(None, (where, a.inside)))) for a in mail.attachments)
        yield from self.follow_all(replace(mail, attachments=moved), depth + 1)

    def _open(self, attachment: Attachment) -> Contents:
        content, kind = attachment.content, attachment.media_type
        if kind == ZIP:
            return open_zip(content, self.budget)
        if kind == TNEF:
            return open_tnef(content, self.budget)
        if kind == CMS:
            return _open_cms(attachment, self.budget)
        if kind == _TAR:
            return open_tar(content, self.budget)
        return open_compressed(content, kind, attachment.name, self.budget)

    def _attachment(self, file: File, number: int, where: str) -> Attachment:
        media_type = sniff(file.content, file.name, file.declared)
        name = safe_name(file.name) or made_name(number, media_type)
        if name.startswith(("/", "\\")) or ".." in name.split("/") or ":" in name:
            self.notes.add("name_is_path", where, name)
        if "\ufffd" in name:
            self.notes.add("name_control_characters", f"{where}/{name}")
        cid = file.content_id
        return Attachment(name, media_type, file.declared, file.content, where, inline=file.inline, content_id=cid)


def path_of(attachment: Attachment) -> str:
    """Where a file stands, containers first: `zaak.zip/bijlage.pdf`."""
    return "/".join(filter(None, (attachment.inside, attachment.name)))


def _open_cms(attachment: Attachment, budget: Budget) -> Contents:
    """The file in a signed envelope (CAdES, `contract.pdf.p7m`); an encrypted one is noted."""
    contents = Contents()
    envelope = open_envelope(attachment.content)
    if envelope.form != "opaque":
        contents.note("smime_encrypted" if envelope.form == "enveloped" else "smime_unreadable")
    elif code := budget.take(len(envelope.content)):
        contents.note(code)
    else:
        name = attachment.name
        contents.files.append(File(name[:-4] if name.lower().endswith(".p7m") else f"{name}.bin", envelope.content))
    return contents
