"""Drafts and sending at the Graph stand-in, as unhelpful as Exchange may be: a reply gets "RE: …" and another recipient."""

from __future__ import annotations

import base64
import email
import json
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from tests.simulators.graph_store import GraphStore, Stored


@dataclass
class Draft:
    """What of a message is only known of one of ours. `sent` are its bytes as they went."""

    stored: Stored
    subject: str
    to: list[str]
    is_draft: bool = True

    @property
    def message_id(self) -> str:
        return str(email.message_from_bytes(self.stored.raw)["Message-ID"])

    def as_json(self) -> dict[str, Any]:
        """As Graph shows it."""
        return {
            "@odata.type": "#microsoft.graph.message",
            "id": self.stored.id,
            "isDraft": self.is_draft,
            "subject": self.subject,
            "internetMessageId": self.message_id,
            "parentFolderId": self.stored.folder,
            "toRecipients": [{"emailAddress": {"address": address}} for address in self.to],
        }


@dataclass
class Outbox:
    """The drafts of one mailbox, and what left it: recipients and bytes."""

    store: GraphStore
    drafts: dict[str, Draft] = field(default_factory=dict)
    sent: list[tuple[list[str], bytes]] = field(default_factory=list)

    def create(self, body: bytes, answered: Stored | None) -> Draft:
        """A draft from MIME in base64; as a reply it is made to look like one."""
        raw = base64.b64decode(body, validate=True)
        message = email.message_from_bytes(raw, EmailMessage, policy=SMTP)
        subject, to = str(message["Subject"]), [str(message["To"].addresses[0].addr_spec)]
        if answered:
            original = email.message_from_bytes(answered.raw, EmailMessage, policy=SMTP)
            subject, to = f"RE: {original['Subject']}", [str(original["From"].addresses[0].addr_spec)]
        draft = Draft(self.store.deliver(raw, "drafts"), subject, to)
        self.drafts[draft.stored.id] = draft
        return draft

    def change(self, draft: Draft, body: bytes) -> None:
        """PATCH."""
        sent = json.loads(body)
        draft.subject = sent.get("subject", draft.subject)
        if "toRecipients" in sent:
            draft.to = [recipient["emailAddress"]["address"] for recipient in sent["toRecipients"]]

    def send(self, draft: Draft) -> None:
        """It leaves, and lies among what was sent."""
        message = email.message_from_bytes(draft.stored.raw, EmailMessage, policy=SMTP)
        message.replace_header("Subject", draft.subject)
        self.sent.append((draft.to, message.as_bytes()))
        draft.is_draft = False
        self.store.move(draft.stored, "sentitems")

    def found(self, query: str) -> list[Draft]:
        """By `internetMessageId eq '…'`."""
        wanted = query.partition("eq '")[2].rstrip("'").replace("''", "'")
        return [draft for draft in self.drafts.values() if draft.message_id == wanted]
