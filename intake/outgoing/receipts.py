"""Which mail gets a receipt, of which sort, and to whom; what a person or a machine needs to answer it later. Pure.

After the desk's table of kinds of mail, column *ontvangstbevestiging*. Doubt is silence, for a receipt in wrong hands
cannot be called back, and a person can still write one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from intake.model import Address, Assessment, Kind, Mail, Register, Threat
from intake.outgoing.loops import why_silent
from intake.outgoing.reports import Report, report_of


class Form(StrEnum):
    """The letters of the desk (T1 to T5 of its text proposal); JOINED is T1 for what comes to an existing dossier."""

    RECEIPT = "receipt"
    JOINED = "joined"
    CANNOT_OPEN = "cannot_open"
    SUPPLEMENT_REQUEST = "supplement_request"
    POST_DEVIATES = "post_deviates"
    LATER_VERSION = "later_version"


RECEIPT_JOB = "receipt"
"""The job that writes a receipt, where a message opened a dossier or joined one."""
RECEIPTS = frozenset({Form.RECEIPT, Form.JOINED, Form.CANNOT_OPEN})
"""What the software writes by itself."""

_NEVER = frozenset({Kind.CASE_REPORT, Kind.POSTAL_SCAN, Kind.AUTOMATIC})
_NEVER_JOINED = frozenset({Kind.QUESTION, Kind.DRAFT, Kind.OTHER})
_UNTRUSTED = frozenset({Threat.SPOOFED_SENDER, Threat.EXECUTABLE, Threat.ZIP_BOMB, Threat.PDF_BOMB})
_UNOPENED = frozenset({Threat.ENCRYPTED, Threat.LINK_INSTEAD_OF_ATTACHMENT, Threat.CORRUPT})
_DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class Answering:
    """How a mail can be answered. `silent` is why no machine may; `check`: only after a person looked; `threat` a reason of T5.

    `known` says that the sender's domain is that of a partner or a ministry.
    """

    to: str = ""
    message_id: str = ""
    references: tuple[str, ...] = ()
    silent: str = ""
    check: bool = False
    known: bool = False
    threat: str = ""
    pages: Mapping[str, int] | None = None

    def plain(self) -> dict[str, Any]:
        """As JSON, for the records."""
        names = ("to", "message_id", "silent", "check", "known", "threat")
        return {name: getattr(self, name) for name in names} | {
            "references": list(self.references),
            "pages": dict(self.pages or {}),
        }

    @classmethod
    def of_plain(cls, found: Mapping[str, Any]) -> Answering:
        """From what `plain` made; of an older record, which has none, one that names nobody."""
        kept = {k: v for k, v in found.items() if k in cls.__slots__}
        return cls(**(kept | {"references": tuple(kept.get("references", ()))}))


def answering(assessment: Assessment, register: Register) -> Answering:
    """How this mail can be answered; an unread mail names nobody."""
    mail = assessment.mail
    if mail is None or not mail.senders:
        return Answering(silent="no_sender")
    own = (register.mailbox, *register.post_room)
    inside = _is_house(mail.senders[0], register)
    to = _first_outside(mail, register) if inside else mail.senders[0]
    threat = assessment.threat
    return Answering(
        to=to.address if to else "",
        message_id=mail.message_id or "",
        references=(*mail.references, *(i for i in mail.in_reply_to if i not in mail.references)),
        silent=why_silent(mail, own) or (f"threat_{threat.value}" if threat in _UNTRUSTED else "") or _whom(to),
        check=inside,
        known=to is not None and _is_known(to, register),
        threat=threat.value if threat in _UNOPENED and assessment.document is None else "",
        pages={d.sha256: d.pages for d in assessment.documents if d.pages},
    )


def form_of(kind: Kind, relation: str, answer: Answering) -> Form | None:
    """The receipt for a mail that lies in a dossier, as `relation` says ("opened", "supplement", …); None for no receipt.

    What joined a dossier gets one only when its sender is a partner or a ministry: the tie may be a likeness, and a dossier's
    number is nothing for strangers.
    """
    if kind in _NEVER:
        return None
    if relation == "opened":
        return Form.CANNOT_OPEN if answer.threat else Form.RECEIPT
    if kind in _NEVER_JOINED or relation == _DUPLICATE or not answer.known:
        return None
    return Form.JOINED


def reported(assessment: Assessment) -> Report | None:
    """What a mail reports about another one."""
    return report_of(assessment.mail) if assessment.mail else None


def _whom(to: Address | None) -> str:
    return "" if to and "@" in to.address else "no_sender"


def _is_house(address: Address, register: Register) -> bool:
    """A colleague who passed a mail on: the receipt is for who wrote it, once a person looked."""
    return bool(register.mailbox) and address.domain == register.mailbox.rpartition("@")[2]


def _first_outside(mail: Mail, register: Register) -> Address | None:
    inner = (m.sender for m in mail.forwarded if m.sender)
    return next((a for a in inner if not _is_house(a, register)), None)


def _is_known(address: Address, register: Register) -> bool:
    domains = {d for o in (*register.organisations, *register.ministries) for d in o.domains}
    return any(address.domain == d or address.domain.endswith(f".{d}") for d in domains)
