"""The port `Sender` over Microsoft Graph: a reply as draft (createReply in MIME form), put right, then sent by its immutable id.

Not `sendMail`: between draft and sending a crash can be seen. Only `send` makes mail leave, and never twice blindly; whether
it worked shows on the very draft. MIME, because `Auto-Submitted` (RFC 3834) cannot be set otherwise.
"""

from __future__ import annotations

import base64
import email
from collections.abc import Callable, Coroutine
from email.message import EmailMessage
from email.policy import SMTP
from typing import TYPE_CHECKING, Any, TypeVar

from intake.errors import MailboxError, MailRefused, MailUnsure, PersonNeeded, SenderAway
from intake.mailboxes.graph_errors import NO_SUCH_ITEM, Refusal, code_of
from intake.mailboxes.graph_line import IMMUTABLE
from intake.ports import Fate, OutgoingMail

if TYPE_CHECKING:
    from intake.mailboxes.graph import GraphMailbox

_Result = TypeVar("_Result")
_REST = 60.0  # seconds
_NOT_TAKEN = frozenset({401, 429, 503})
"""Answers to a `send` that was not begun."""
_SELECT = ["id", "isDraft", "subject", "toRecipients", "internetMessageId"]


class GraphSender:
    """Sends from the mailbox that is watched, over its line."""

    def __init__(self, mailbox: GraphMailbox) -> None:
        self.name = mailbox.name
        self._line = mailbox.line
        self._calls = mailbox.calls

    def prepare(self, mail: OutgoingMail) -> str:
        """The draft's immutable id; one that lies there already is taken up."""
        return self._run(lambda: self._draft(mail))

    def send(self, mail: OutgoingMail, reference: str) -> str:
        """202 means that Exchange took it, not that it arrived."""
        del mail

        async def post() -> str:
            at = self._user.messages.by_message_id(reference).send
            try:
                await self._calls.request(at.post, repeat=False)
            except Refusal as refusal:
                if refusal.status in _NOT_TAKEN:
                    raise
                if 400 <= refusal.status < 500 and refusal.code not in NO_SUCH_ITEM and refusal.status != 408:  # noqa: PLR2004
                    raise
                raise MailUnsure(f"{self.name}: Graph answered {refusal.status} to the sending") from refusal
            return f"202 accepted by Graph, draft {reference}"

        return self._run(post)

    def fate(self, mail: OutgoingMail, reference: str) -> Fate:
        """A draft that is one no longer was sent; one that still is, was not; where it is gone, a copy may tell."""

        async def look() -> Fate:
            try:
                at = self._user.messages.by_message_id(reference)
                found = [await self._calls.request(at.get, select=_SELECT)]
            except Refusal as refusal:
                if refusal.code not in NO_SUCH_ITEM:
                    raise
                found = await self._found(mail.message_id)
            if not found:
                return Fate.UNKNOWN
            return Fate.NOT_SENT if all(message.is_draft for message in found) else Fate.SENT

        return self._run(look)

    def draft(self, mail: OutgoingMail) -> str:
        """As `prepare`: a person finds it among the drafts."""
        return self.prepare(mail)

    def close(self) -> None:
        """The line is the mailbox's."""

    async def _draft(self, mail: OutgoingMail) -> str:
        drafts = [message for message in await self._found(mail.message_id) if message.is_draft]
        made = drafts[0] if drafts else await self._made(mail)
        await self._put_right(made, mail)
        return str(made.id)

    async def _found(self, message_id: str) -> list[Any]:
        wanted = message_id.replace("'", "''")
        query = f"internetMessageId eq '{wanted}'"
        page = await self._calls.request(self._user.messages.get, filter=query, select=_SELECT, top=5)
        return list(page.value or ())

    async def _made(self, mail: OutgoingMail) -> Any:
        """A reply where the message that is answered is still there, else a mail of its own."""
        if mail.answers:
            try:
                return await self._posted(("createReply",), mail, mail.answers)
            except Refusal as refusal:
                if refusal.code not in NO_SUCH_ITEM:
                    raise
        return await self._posted((), mail)

    async def _posted(self, action: tuple[str, ...], mail: OutgoingMail, key: str = "") -> Any:
        from kiota_abstractions.method import Method
        from kiota_abstractions.request_information import RequestInformation
        from msgraph.generated.models.message import Message
        from msgraph.generated.models.o_data_errors.o_data_error import ODataError

        adapter = self._line.sdk.request_adapter
        places = {"baseurl": adapter.base_url, "user%2Did": self._line.server.mailbox, "message%2Did": key}
        template = "{+baseurl}/users/{user%2Did}/messages" + ("/{message%2Did}" if key else "")

        def once() -> Any:
            asked = RequestInformation(Method.POST, "/".join((template, *action)), places)
            asked.set_stream_content(base64.b64encode(mail.raw), "text/plain")
            asked.headers.add("Prefer", IMMUTABLE)
            return adapter.send_async(asked, Message, {"XXX": ODataError})

        return await self._line.ask(once, repeat=False)

    async def _put_right(self, made: Any, mail: OutgoingMail) -> None:
        """Exchange may make "RE: …" of the subject, which quotes the sender's, and address whom it thinks right."""
        from msgraph.generated.models.email_address import EmailAddress
        from msgraph.generated.models.message import Message
        from msgraph.generated.models.recipient import Recipient

        subject = str(email.message_from_bytes(mail.raw, EmailMessage, policy=SMTP)["Subject"])
        to = [r.email_address.address.lower() for r in made.to_recipients or () if r.email_address]
        if made.subject == subject and to == [r.lower() for r in mail.recipients]:
            return
        recipients = [Recipient(email_address=EmailAddress(address=r)) for r in mail.recipients]
        change = Message(subject=subject, to_recipients=recipients, cc_recipients=[])
        at = self._user.messages.by_message_id(made.id)
        await self._calls.request(lambda c: at.patch(change, c))

    @property
    def _user(self) -> Any:
        return self._line.sdk.users.by_user_id(self._line.server.mailbox)

    def _run(self, work: Callable[[], Coroutine[Any, Any, _Result]]) -> _Result:
        """Nothing was sent when a refusal ends here: what is not certain is a `MailUnsure` before."""

        async def told() -> _Result:
            try:
                return await work()
            except Refusal as refusal:
                if refusal.passes or refusal.status == 401:  # noqa: PLR2004 - HTTP
                    rest = max(_REST, refusal.rest or 0.0)
                    raise SenderAway(f"{self.name}: Graph cannot be had now ({refusal.status})", rest) from refusal
                code = "not_allowed" if refusal.status == 403 else f"graph_{refusal.status}"  # noqa: PLR2004
                raise MailRefused(code, f"{self.name}: Graph answered {refusal.status} {code_of(refusal)}") from refusal

        try:
            return self._line.run(told)
        except PersonNeeded as error:
            raise MailRefused("login_refused", str(error)) from error
        except MailboxError as error:
            raise SenderAway(str(error), _REST) from error
