"""What is asked of Graph: folder, changes, message, attachments, category. Every request asks for immutable ids."""

from __future__ import annotations

import asyncio
import datetime as dt
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from intake.errors import FolderMissing, MailboxError
from intake.mailboxes.graph_errors import LOST_FOLDER, NO_SUCH_ITEM, Refusal
from intake.mailboxes.graph_line import IMMUTABLE, GraphLine
from intake.model import Defect
from intake.ports import Apart, FileApart

PAGE = 100
"""Messages a page of changes."""
MEETING = "#microsoft.graph.eventMessage"
_SORTS = {
    "#microsoft.graph.fileAttachment": "file",
    "#microsoft.graph.itemAttachment": "item",
    "#microsoft.graph.referenceAttachment": "link",
}
_NO_BYTES = frozenset({404, 405, 400, 501})


@dataclass(frozen=True, slots=True)
class Change:
    """A message that came or changed. `received` is None where the server tells only of another change."""

    id: str
    received: dt.datetime | None


class GraphCalls:
    """The requests of one mailbox over its line; all run in the line's loop and raise `Refusal`."""

    def __init__(self, line: GraphLine) -> None:
        self._line = line

    async def folder(self) -> str:
        """The constant id of the configured folder. Raises `FolderMissing`."""
        name = self._line.server.folder
        try:
            found = await self.request(lambda c: self._user.mail_folders.by_mail_folder_id(_well_known(name)).get(c))
            return str(found.id)
        except Refusal as refusal:
            if refusal.code not in LOST_FOLDER | NO_SUCH_ITEM:
                raise
        wanted = name.replace("'", "''")
        page = await self.request(
            self._user.mail_folders.get, filter=f"displayName eq '{wanted}'", select=["id"], top=2
        )
        if not page.value:
            raise FolderMissing(
                f"{self._line.name}: the folder {name!r} does not exist at the top of the mailbox; check graph.folder"
            )
        return str(page.value[0].id)

    async def changes(self, folder: str, link: str | None) -> AsyncIterator[tuple[tuple[Change, ...], str | None]]:
        """Pages of changes since `link` (None: all); with the last comes the link for the next time."""
        delta = self._user.mail_folders.by_mail_folder_id(folder).messages.delta
        size = f"odata.maxpagesize={PAGE}"
        while True:
            if link is None:
                page = await self.request(delta.get, size, select=["receivedDateTime"])
            else:
                page = await self.request(delta.with_url(link).get, size)
            removed = {item.id for item in page.value or () if "@removed" in (item.additional_data or {})}
            yield (
                tuple(Change(m.id, m.received_date_time) for m in page.value or () if m.id not in removed),
                page.odata_delta_link,
            )
            link = page.odata_next_link
            if not link:
                return
            if not is_ours(link, self._line.server.url):
                raise MailboxError(f"{self._line.name}: Graph names a page on another host; it is not asked")

    async def received(self, key: str) -> dt.datetime | None:
        """When the server received a message; None for one that is gone."""
        try:
            message = await self._message(key, ["receivedDateTime"])
        except Refusal as refusal:
            if refusal.code in NO_SUCH_ITEM:
                return None
            raise
        found: dt.datetime | None = message.received_date_time
        return found

    async def mime(self, key: str, limit: int) -> bytes:
        """The message as Exchange exports it now."""
        return await self._line.read(("messages", key, "$value"), limit)

    async def apart(self, key: str, limit: int) -> Apart:
        """Every attachment by its own `$value`, and what the mailbox says of the message that its bytes do not."""
        message, listed = await asyncio.gather(self._message(key, ["id"]), self._attachments(key))
        meeting = str(message.odata_type or "").startswith(MEETING)
        files = await asyncio.gather(*(self._file(key, found, limit) for found in listed))
        return Apart(tuple(files), (Defect("meeting_request"),) if meeting else ())

    async def categories(self, key: str) -> list[str]:
        """The categories of a message."""
        return list((await self._message(key, ["categories"])).categories or ())

    async def set_categories(self, key: str, categories: list[str]) -> None:
        """Replace the categories of a message; the same again changes nothing."""
        from msgraph.generated.models.message import Message

        at = self._user.messages.by_message_id(key)
        await self.request(lambda c: at.patch(Message(categories=categories), c))

    async def _attachments(self, key: str) -> list[Any]:
        at = self._user.messages.by_message_id(key).attachments
        found: list[Any] = []
        page = await self.request(at.get, select=["id", "name", "contentType", "size", "isInline"])
        while page is not None:
            found += page.value or ()
            link = page.odata_next_link
            page = await self.request(at.with_url(link).get) if link else None
        return found

    async def _file(self, key: str, found: Any, limit: int) -> FileApart:
        sort = _SORTS.get(found.odata_type, "file")
        content: bytes | None = None
        try:
            if sort != "link":
                content = await self._line.read(("messages", key, "attachments", found.id, "$value"), limit)
        except Refusal as refusal:
            if refusal.status not in _NO_BYTES:
                raise
        return FileApart(found.name or "", sort, found.content_type or "", content, inline=bool(found.is_inline))

    async def _message(self, key: str, select: list[str]) -> Any:
        at = self._user.messages.by_message_id(key)
        return await self.request(at.get, select=select)

    @property
    def _user(self) -> Any:
        return self._line.sdk.users.by_user_id(self._line.server.mailbox)

    async def request(
        self, send: Callable[[Any], Awaitable[Any]], *prefer: str, repeat: bool = True, **query: Any
    ) -> Any:
        """Ask with our headers: `send` is a method of an SDK builder that takes its configuration. `repeat` False for a POST."""
        from kiota_abstractions.base_request_configuration import RequestConfiguration

        def once() -> Awaitable[Any]:
            configuration = RequestConfiguration(query_parameters=_Query(**query) if query else None)
            for value in (IMMUTABLE, *prefer):
                configuration.headers.add("Prefer", value)
            configuration.headers.add(
                "client-request-id", str(uuid.uuid4())
            )  # the SDK sets it for Graph's own hosts only
            return send(configuration)

        return await self._line.ask(once, repeat=repeat)


@dataclass
class _Query:
    """OData query parameters by the SDK's names."""

    select: list[str] | None = None
    filter: str | None = None
    top: int | None = None

    def get_query_parameter(self, name: str) -> str:
        return f"%24{name}"


def is_ours(link: str, server_url: str) -> bool:
    """Whether a link leads to the Graph that we know; the token goes nowhere else."""
    ours, other = urlsplit(server_url), urlsplit(link)
    return (ours.scheme, ours.netloc) == (other.scheme, other.netloc) and other.path.startswith(ours.path + "/users")


def _well_known(name: str) -> str:
    """`INBOX`, as IMAP says it, is Graph's `inbox`."""
    return name.lower() if name.isalpha() and name.isascii() else name
