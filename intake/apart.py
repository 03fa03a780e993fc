"""What a mailbox hands over beside a message: kept as plain files, and laid beside what was read from the message.

Exchange keeps no MIME but makes it anew at every export, so its attachments are fetched by themselves as well. Mostly they equal
those in the message; where they do not, or have no bytes at all, a person sees it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from intake.model import Attachment, Defect, Mail
from intake.ports import Apart, FileApart
from intake.read.sniff import sniff

_LIST = "apart.json"
_SHELL = frozenset(
    {"multipart/signed", "application/pkcs7-mime", "application/x-pkcs7-mime", "application/pkcs7-signature"}
)
"""What Exchange shows as one attachment of a signed or encrypted mail: the mail itself."""


def packed(apart: Apart) -> dict[str, bytes]:
    """The files to keep, by name, with a list of what each is; empty when there is nothing to tell."""
    if not apart.files and not apart.defects:
        return {}
    kept = {f"{n:03}.bin": f.content for n, f in enumerate(apart.files, 1) if f.content is not None}
    told = {
        "files": [
            {"name": f.name, "sort": f.sort, "media_type": f.media_type, "inline": f.inline, "file": _kept_as(n, f)}
            for n, f in enumerate(apart.files, 1)
        ],
        "defects": [{"code": d.code, "where": d.where, "detail": d.detail} for d in apart.defects],
    }
    return {**kept, _LIST: json.dumps(told, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass")}


def unpacked(files: Mapping[str, bytes]) -> Apart:
    """What `packed` packed."""
    if _LIST not in files:
        return Apart()
    told: dict[str, Any] = json.loads(files[_LIST].decode("utf-8", "surrogatepass"))
    return Apart(
        tuple(
            FileApart(
                f["name"], f["sort"], f["media_type"], files[f["file"]] if f["file"] else None, inline=f["inline"]
            )
            for f in told["files"]
        ),
        tuple(Defect(**d) for d in told["defects"]),
    )


def joined(mail: Mail, apart: Apart) -> Mail:
    """The mail with what the message alone did not show: files of other bytes, links without bytes, and what they mean."""
    known = {a.sha256 for a in mail.attachments}
    added: list[Attachment] = []
    defects = list(apart.defects)
    for file in apart.files:
        if file.content is None:
            defects.append(Defect("file_by_reference" if file.sort == "link" else "attachment_not_given", file.name))
            continue
        found = Attachment(file.name or "bijlage", sniff(file.content, file.name), file.media_type, file.content)
        if found.sha256 in known or file.sort == "item" or _is_shell(file, mail):
            continue
        added.append(replace(found, inline=file.inline))
        defects.append(Defect("attachment_differs", file.name))
    if not added and not defects:
        return mail
    return replace(mail, attachments=(*mail.attachments, *added), defects=(*mail.defects, *defects))


def _is_shell(file: FileApart, mail: Mail) -> bool:
    return mail.smime is not None and file.media_type.lower() in _SHELL


def _kept_as(number: int, file: FileApart) -> str | None:
    return None if file.content is None else f"{number:03}.bin"
