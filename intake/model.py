"""The vocabulary of `intake`: what a mail, a document, a finding and an assessment are. Frozen values, no behaviour but views.

Text in these values never holds a NUL or a lone surrogate (SQLite, PostgreSQL and JSON refuse them): readers replace such
characters by U+FFFD and add a `Defect`. Pages count from 1. Times are timezone-aware. Boxes are PDF points, origin bottom left.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, ClassVar

BYTES_AS_BASE64: dict[str, Any] = {"ser_json_bytes": "base64", "val_json_bytes": "base64"}
"""pydantic's way of carrying bytes through the JSON that leaves the child process."""


class Verdict(StrEnum):
    """Every judgement has three values (after ETSI EN 319 102-1: PASSED, FAILED, INDETERMINATE)."""

    PASS = "pass"  # noqa: S105 - a verdict
    FAIL = "fail"
    UNDETERMINED = "undetermined"


class Kind(StrEnum):
    """What a mail is to the desk; exactly one per mail."""

    SUBMISSION = "submission"
    SUPPLEMENT = "supplement"
    CORRECTION = "correction"
    WITHDRAWAL = "withdrawal"
    DRAFT = "draft"
    QUESTION = "question"
    CASE_REPORT = "case_report"
    MINISTER_RESPONSE = "minister_response"
    POSTAL_SCAN = "postal_scan"
    AUTOMATIC = "automatic"
    OTHER = "other"


class Threat(StrEnum):
    """Why an item must not be opened by a careless hand; at most one is named, the worst."""

    EXECUTABLE = "executable"
    MACRO = "macro"
    ZIP_BOMB = "zip_bomb"
    PDF_BOMB = "pdf_bomb"
    ENCRYPTED = "encrypted"
    SPOOFED_SENDER = "spoofed_sender"
    LINK_INSTEAD_OF_ATTACHMENT = "link_instead_of_attachment"
    CORRUPT = "corrupt"


@dataclass(frozen=True, slots=True)
class Defect:
    """Something that could not be read as its author meant it; shown to a person, never swallowed.

    `code` is stable and has a Dutch sentence in `bot/texts.py`; `where` names the header, part or file; `detail` is for experts.
    """

    code: str
    where: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox of RFC 5322: display name as decoded, address in lower case."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


@dataclass(frozen=True)
class Attachment:
    """A file that came with a mail, or was found inside such a file.

    `name` is for people and evidence, never a path. `media_type` is what the bytes are (sniffed), `declared_type` what the mail
    says. `inside` names the container (zip, winmail.dat, attached mail) or is None. `inline` parts are shown in the body.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = BYTES_AS_BASE64

    name: str
    media_type: str
    declared_type: str
    content: bytes
    inside: str | None = None
    inline: bool = False
    content_id: str | None = None

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def size(self) -> int:
        return len(self.content)


@dataclass(frozen=True)
class Smime:
    """The cryptographic shell of a mail (RFC 8551). `signed` are the exact signed octets of a detached signature, else None."""

    __pydantic_config__: ClassVar[dict[str, Any]] = BYTES_AS_BASE64

    form: str  # "detached" | "opaque" | "enveloped"
    cms: bytes
    signed: bytes | None = None


@dataclass(frozen=True)
class Mail:
    """One message, read. Headers keep their order and doubles; `text` is the body as a person would read it.

    `attachments` are flattened: files in containers follow their container, with `inside` set. `forwarded` are the mails
    attached as message/rfc822, read the same way (their files stand in `attachments` too).
    """

    message_id: str | None
    subject: str
    senders: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    date: dt.datetime | None
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    headers: tuple[tuple[str, str], ...]
    media_type: str
    text: str
    html: str
    attachments: tuple[Attachment, ...] = ()
    forwarded: tuple[Mail, ...] = ()
    smime: Smime | None = None
    defects: tuple[Defect, ...] = ()

    @property
    def sender(self) -> Address | None:
        return self.senders[0] if self.senders else None

    def header(self, name: str) -> str | None:
        """The topmost header of that name, or None."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def all_headers(self, name: str) -> tuple[str, ...]:
        """Every header of that name, topmost first."""
        return tuple(value for key, value in self.headers if key.lower() == name.lower())


class Role(StrEnum):
    """What a block of text is on its page."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    CELL = "cell"
    HEADER = "header"
    FOOTER = "footer"
    FOOTNOTE = "footnote"
    TEXT_BOX = "text_box"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page in PDF points, origin bottom left."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, cell, … in reading order.

    `page` is None where the format has no pages (DOCX, ODT). `cell` is (table, row, column), from 0. `change` is "inserted" or
    "deleted" for tracked changes; `hidden` text does not print. `bold` means all of it. `size` is the font size in points or 0.
    """

    text: str
    role: Role = Role.PARAGRAPH
    page: int | None = None
    level: int = 0
    cell: tuple[int, int, int] | None = None
    bold: bool = False
    size: float = 0.0
    box: Box | None = None
    change: str | None = None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in a document: where it stands and what it looks like; the pixels stay in the child process.

    `looks` is "ink" (a pen stroke), "stamp", "logo", "photo", "page" (a scanned page) or "unknown"; `after` is the index of the
    last block before it; `box` None where the format has no coordinates; `cell` the table cell it stands in, as for blocks.
    """

    looks: str
    width: int
    height: int
    after: int
    page: int | None = None
    box: Box | None = None
    detail: str = ""
    cell: tuple[int, int, int] | None = None


@dataclass(frozen=True, slots=True)
class DigitalSignature:
    """One cryptographic signature and what could be established about it. None = could not be checked.

    `covers` says whether it covers the whole document, later harmless revisions included. `verdict` is PASS only for intact,
    trusted and covering; FAIL for broken, untrusted or not covering; UNDETERMINED for the rest. `reason` is a stable code.
    """

    means: str  # "pades" | "smime" | "ooxml" | "odf"
    verdict: Verdict
    reason: str
    signer: str = ""
    organisation: str = ""
    intact: bool | None = None
    trusted: bool | None = None
    covers: bool | None = None
    signed_at: dt.datetime | None = None
    stamped_at: dt.datetime | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A file that a person would read: its text with places, its pictures, its signatures, and what is wrong with it.

    `format` is "pdf", "docx", "odt", "image", "text" or "unknown"; `pages` is 0 where unknown. `text_layer` is False where pages
    are pictures only. `readable` is False when nothing of it could be opened; `problems` then says why.
    """

    name: str
    sha256: str
    format: str
    readable: bool
    pages: int = 0
    text_layer: bool = True
    blocks: tuple[Block, ...] = ()
    pictures: tuple[Picture, ...] = ()
    signatures: tuple[DigitalSignature, ...] = ()
    title: str = ""
    problems: tuple[Defect, ...] = ()
    threat: Threat | None = None
    inside: str | None = None

    @property
    def text(self) -> str:
        """All that prints, block by block; deleted, hidden and comment text left out."""
        return "\n".join(
            b.text for b in self.blocks if b.change != "deleted" and not b.hidden and b.role is not Role.COMMENT
        )


@dataclass(frozen=True, slots=True)
class Place:
    """Where a finding rests: a file (or "mail"), a page where known, and the words themselves."""

    file: str
    page: int | None = None
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule's verdict on one mail. `rule` is an id of `formats/` or of a check; `reason` a stable code with a Dutch sentence
    in `bot/texts.py`, `values` fill its gaps. `confidence` runs from 0 to 1.
    """

    rule: str
    verdict: Verdict
    reason: str
    place: Place | None = None
    values: tuple[str, ...] = ()
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Recognition:
    """What kind of mail this is, and why. `possibly_formal` is the safe side: true whenever a submission cannot be ruled out."""

    kind: Kind
    possibly_formal: bool
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class SignatureVerdict:
    """Whether every submitting organisation signed: "valid", "invalid", "absent" or "unclear" (conventions: the labels)."""

    verdict: str
    means: tuple[str, ...] = ()
    signers: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonalDatum:
    """A datum on a subject or object of the investigation, which brochure §3.3 forbids. `text` never leaves `assess --json`."""

    type: str
    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Assessment:
    """Everything loketbs has to say about one mail or document, without deciding anything.

    `document` names the signal itself ("body" where the mail's text is the signal). `sections` and `elements` map the ids of
    `formats/bestuurlijk_signaal.toml` to whether their content is there.
    """

    sha256: str
    recognition: Recognition
    mail: Mail | None = None
    documents: tuple[Document, ...] = ()
    document: str | None = None
    title: str | None = None
    organisations: tuple[str, ...] = ()
    ministers: tuple[str, ...] = ()
    signature: SignatureVerdict = field(default_factory=lambda: SignatureVerdict("absent"))
    sections: Mapping[str, bool] = field(default_factory=dict)
    elements: Mapping[str, bool] = field(default_factory=dict)
    personal_data: tuple[PersonalDatum, ...] = ()
    findings: tuple[Finding, ...] = ()
    threat: Threat | None = None
    complete: bool = False

    @property
    def defects(self) -> tuple[Defect, ...]:
        """What could not be read, in the mail and in its documents."""
        return (self.mail.defects if self.mail else ()) + tuple(p for d in self.documents for p in d.problems)


@dataclass(frozen=True)
class Trust:
    """The trust material of the administrator: DER certificates. Empty roots = nothing can be trusted, so nothing is valid.

    `moment` (aware) is when certificates are judged: the receipt of the item, so that the same bytes judged again later give the
    same verdict. None = the present, as the validating library's own clock has it.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = BYTES_AS_BASE64

    roots: tuple[bytes, ...] = ()
    intermediates: tuple[bytes, ...] = ()
    moment: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Representative:
    """A *strategisch vertegenwoordiger*: mail from this address, authenticated, counts as a signature (brochure §3.1)."""

    name: str
    function: str
    email: str


@dataclass(frozen=True, slots=True)
class Organisation:
    """A partner of the register. `domains` are mail domains in lower case."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    kind: str = ""
    domains: tuple[str, ...] = ()
    representatives: tuple[Representative, ...] = ()


@dataclass(frozen=True, slots=True)
class Register:
    """The register of the desk (`partners.toml`): who we are, who our partners and the ministries are."""

    desk: str = ""
    mailbox: str = ""
    authserv_ids: tuple[str, ...] = ()
    post_room: tuple[str, ...] = ()
    organisations: tuple[Organisation, ...] = ()
    ministries: tuple[Organisation, ...] = ()
