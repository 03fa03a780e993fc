"""Builders for the values of `intake.model`, so that a test states only what it is about."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from intake.model import (
    Address,
    Attachment,
    Block,
    Document,
    Mail,
    Organisation,
    Register,
    Representative,
    Role,
)

DESK = "loket@desk.example"
REGISTER = Register(
    desk="Landelijk Loket Bestuurlijke Signalen",
    mailbox=DESK,
    authserv_ids=("mx.desk.example",),
    post_room=("post@desk.example",),
    organisations=(
        Organisation(
            "wolfsdal",
            "Gemeente Wolfsdal",
            (),
            "gemeente",
            ("wolfsdal.example",),
            (Representative("Ilse Brandenburg", "burgemeester", "i.brandenburg@wolfsdal.example"),),
        ),
        Organisation("polkust", "Politie, Eenheid Kustland", (), "politie", ("politie-kustland.example",)),
        Organisation("odmeren", "Omgevingsdienst Meren en Plassen", (), "omgevingsdienst", ("odmerenplassen.example",)),
    ),
    ministries=(Organisation("jenv", "Ministerie van Justitie en Veiligheid", domains=("minjenv.example",)),),
)
PASSED = (
    "mx.desk.example; spf=pass smtp.mailfrom=x@{domain}; dkim=pass header.d={domain}; dmarc=pass header.from={domain}"
)


def mail(
    text: str = "",
    *,
    subject: str = "",
    sender: str = "k.jansen@wolfsdal.example",
    name: str = "",
    files: Sequence[Attachment] = (),
    headers: Sequence[tuple[str, str]] = (),
    in_reply_to: Sequence[str] = (),
    media_type: str = "text/plain",
    passed: bool = True,
) -> Mail:
    """A mail to the desk, authenticated by the desk's own server unless `passed` is False."""
    own = (("Authentication-Results", PASSED.format(domain=sender.rpartition("@")[2])),) if passed else ()
    return Mail(
        message_id="<1@test.example>",
        subject=subject,
        senders=(Address(name, sender),) if sender else (),
        to=(Address("", DESK),),
        cc=(),
        reply_to=(),
        date=None,
        in_reply_to=tuple(in_reply_to),
        references=tuple(in_reply_to),
        headers=(*own, *headers),
        media_type=media_type,
        text=text,
        html="",
        attachments=tuple(files),
    )


def file(name: str, media_type: str = "application/pdf", content: bytes = b"", inside: str | None = None) -> Attachment:
    """An attachment; its bytes are its own name unless given."""
    return Attachment(name, media_type, media_type, content or name.encode(), inside)


def paper(name: str, text: str = "", *, pages: int = 2, text_layer: bool = True, readable: bool = True) -> Document:
    """A document whose paragraphs are the blocks of `text`; a line that starts with '# ' is a heading, '@ ' a page header."""
    blocks = []
    for part in filter(None, (p.strip() for p in text.split("\n\n"))):
        role = {"# ": Role.HEADING, "@ ": Role.HEADER}.get(part[:2], Role.PARAGRAPH)
        blocks.append(Block(part.removeprefix("# ").removeprefix("@ "), role, page=1))
    kind = {"pdf": "pdf", "docx": "docx", "odt": "odt", "tif": "image"}.get(name.rpartition(".")[2], "unknown")
    return Document(name, hashlib.sha256(name.encode()).hexdigest(), kind, readable, pages, text_layer, tuple(blocks))
