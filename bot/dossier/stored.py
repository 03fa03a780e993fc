"""The port `Archive` of the pages over the records: views made of rows, of what was kept about each mail, and of the vault."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from bot import kept
from bot.dossier.views import (
    ChannelPost,
    DossierView,
    Entry,
    FileView,
    MailboxState,
    MessageView,
    Original,
    Overview,
    Row,
)
from bot.kept import RECOGNITION
from bot.teams.buttons import without_buttons
from intake.model import Kind, Threat
from intake.states import Status
from storage import values
from storage.bag import read_bag
from storage.canonical import sha256 as sha256_of
from storage.dossiers import Records
from storage.errors import NotKnown
from storage.letters import Letters
from storage.vault import read

_CHUNK = 1 << 16  # bytes


class StoredArchive:
    """What was kept, read-only. `mailbox` tells how the mailbox is doing, `verified` when the archive was last seen to agree."""

    def __init__(
        self,
        records: Records,
        mailbox: Callable[[], MailboxState] = MailboxState,
        verified: Callable[[], dt.datetime | None] = lambda: None,
    ) -> None:
        self._records = records
        self._mailbox = mailbox
        self._verified = verified

    def overview(self) -> Overview:
        """All dossiers, the channel and the state of the house."""
        opened = {m.record: m for m in self._records.messages()}
        posts = tuple(ChannelPost(without_buttons(p.card), _moment(p.posted_at)) for p in self._records.channel.posts())
        return Overview(
            dossiers=tuple(_row(d, opened[d.opened_with]) for d in self._records.dossiers()),
            posts=posts,
            loose=sum(1 for m in opened.values() if m.dossier is None),
            mailbox=self._mailbox(),
            verified=self._verified(),
        )

    def dossier(self, number: str) -> DossierView | None:
        """One dossier with its mails and timeline, newest first."""
        try:
            found = self._records.dossier(number)
        except NotKnown:
            return None
        about = kept.about(self._records, found.opened_with)
        signature: Mapping[str, Any] = about.get("signature", {})
        return DossierView(
            row=_row(found, self._records.message(found.opened_with)),
            title=found.title,
            organisations=found.organisations,
            ministers=found.ministers,
            signature=signature.get("verdict", "unclear"),
            means=tuple(signature.get("means", ())),
            signers=tuple(signature.get("signers", ())),
            tracks=found.tracks,
            findings=tuple(f for f in kept.findings(about) if f.rule != RECOGNITION),
            timeline=tuple(_entry(e) for e in reversed(self._records.timeline(number))),
            messages=tuple(self._message(m) for m in reversed(self._records.messages(number))),
            letters=Letters(self._records.engine, self._records.vault).within(number),
        )

    def loose_messages(self) -> tuple[MessageView, ...]:
        """The mails that opened no dossier and belong to none, newest first; also those not judged yet."""
        loose = [m for m in self._records.messages() if m.dossier is None]
        return tuple(self._message(m) for m in reversed(loose))

    def original(self, sha256: str) -> Original | None:
        """A frozen file: a raw mail, or a file out of a package."""
        for message in self._records.messages():
            if message.raw.sha256 == sha256:
                name = f"{message.record}.{message.raw.key.rpartition('.')[2]}"
                return _original(name, read(self._records.vault, message.raw.key))
            for file in self._files(message) or ():
                if file.sha256 == sha256 and message.package_key:
                    return self._packed(message.package_key, file)
        return None

    def _packed(self, key: str, file: FileView) -> Original | None:
        members = read_bag(read(self._records.vault, key)).values()
        data = next((member for member in members if sha256_of(member) == file.sha256), None)
        return _original(file.name, data, dangerous=file.threat is not None) if data is not None else None

    def _message(self, message: values.MessageView) -> MessageView:
        about = kept.about(self._records, message.record)
        threat = about.get("threat")
        return MessageView(
            sha256=message.raw.sha256,
            received=_moment(message.received_at),
            kind=Kind(message.kind) if message.kind else None,
            possibly_formal=bool(message.possibly_formal),
            subject=about.get("subject"),
            sender=about.get("sender"),
            findings=tuple(f for f in kept.findings(about) if f.rule == RECOGNITION),
            defects=kept.defects(about),
            threat=Threat(threat) if threat else None,
            files=self._files(message),
        )

    def _files(self, message: values.MessageView) -> tuple[FileView, ...] | None:
        attachments = kept.about(self._records, message.record).get("attachments")
        if attachments and not message.package_key:
            return None
        frozen = _moment(message.registered_at or message.recorded_at)
        return tuple(_file(f, frozen) for f in attachments) if attachments is not None else None


def _row(dossier: values.DossierView, opened: values.MessageView) -> Row:
    found, _, total = dossier.tracks.get("onderdelen", "0/0").partition("/")
    return Row(
        number=dossier.number,
        status=Status(dossier.status),
        kind=Kind(opened.kind or Kind.OTHER),
        received=_moment(opened.received_at),
        signature=dossier.tracks.get("ondertekening", "niet_te_beoordelen"),
        post=dossier.tracks.get("post", "nog_niet"),
        items_found=int(found),
        items_total=int(total),
        attention=kept.attention(dossier),
    )


def _file(found: Mapping[str, Any], frozen: dt.datetime) -> FileView:
    threat = Threat(found["threat"]) if found["threat"] else None
    name, digest, media_type, size = (found[key] for key in ("name", "sha256", "type", "size"))
    return FileView(name, digest, media_type, size, frozen, inside=found["inside"], threat=threat)


def _entry(entry: values.TimelineEntry) -> Entry:
    actor = str(entry.details.get("actor_name") or entry.actor)
    return Entry(_moment(entry.at), entry.type, actor, entry.details)


def _original(name: str, data: bytes, *, dangerous: bool = False) -> Original:
    chunks = (data[start : start + _CHUNK] for start in range(0, len(data), _CHUNK))
    return Original(name, len(data), chunks, dangerous)


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)
