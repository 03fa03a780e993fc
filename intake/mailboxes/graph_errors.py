"""What Graph says when it says no: status, code and Retry-After, and which failure of ours that is."""

from __future__ import annotations

import datetime as dt
import email.utils
from collections.abc import Mapping
from typing import Any

from intake.errors import FolderMissing, LoginRefused, MailboxError, MessageGone, MessageUnreadable

LOST_FOLDER = frozenset({"ErrorFolderNotFound", "ErrorParentFolderNotFound"})
NO_MAILBOX = frozenset(
    {
        "ErrorInvalidUser",
        "Request_ResourceNotFound",
        "ResourceNotFound",
        "MailboxNotEnabledForRESTAPI",
        "ErrorNonExistentMailbox",
    }
)
NO_SUCH_ITEM = frozenset({"ErrorItemNotFound", "ErrorInvalidIdMalformed", "ErrorInvalidId", "ErrorMessageNotFound"})
LOST_STATE = frozenset({"syncstatenotfound", "syncstateinvalid", "resyncrequired"})
CANNOT_CONVERT = frozenset({"ErrorMimeContentConversionFailed", "ErrorContentConversionFailed", "ErrorCorruptData"})


class Refusal(Exception):  # noqa: N818 - it is what Graph gave
    """An answer that is not 2xx. `code` is Graph's own; `rest` the seconds that Retry-After asks for, None where it is absent."""

    def __init__(self, status: int, code: str = "", rest: float | None = None) -> None:
        super().__init__(f"{status} {code}".strip())
        self.status = status
        self.code = code
        self.rest = rest

    @property
    def passes(self) -> bool:
        """Trouble of the server, not with the request: worth another try (throttling, gateway, time-out)."""
        return self.status in {408, 429} or self.status >= 500  # noqa: PLR2004 - HTTP

    @property
    def lost_state(self) -> bool:
        """The server forgot where we were in the folder: list all again."""
        return self.status == 410 or self.code.lower() in LOST_STATE  # noqa: PLR2004 - HTTP Gone


def rest_of(headers: Mapping[str, Any], now: dt.datetime | None) -> float | None:
    """The seconds that Retry-After asks for (RFC 9110 §10.2.3: a number or a date); `now` is the answer's own Date."""
    low = {str(name).lower(): _first(value) for name, value in headers.items()}
    value = low.get("retry-after", "").strip()
    if value.isdecimal():
        return float(value)
    now = now or _moment(low.get("date", ""))
    until = _moment(value)
    return max(0.0, (until - now).total_seconds()) if until and now else None


def told(refusal: Refusal, name: str, folder: str) -> MailboxError:
    """The failure of ours that a final refusal is, with one sentence; never Graph's own text, which may quote a subject."""
    match refusal.status, refusal.code:
        case (401, _):
            return LoginRefused(
                f"{name}: Graph refuses the token of the application; check graph.tenant and the application"
            )
        case (403, _):
            return LoginRefused(
                f"{name}: the application may not do this in the mailbox; give it RBAC for Applications in Exchange"
                " (docs/microsoft365.md) and allow two hours"
            )
        case (_, code) if code in NO_MAILBOX:
            return FolderMissing(f"{name}: there is no such mailbox in Exchange Online; check graph.mailbox")
        case (_, code) if code in LOST_FOLDER:
            return FolderMissing(f"{name}: the folder {folder!r} does not exist in the mailbox; check graph.folder")
        case (_, code) if code in NO_SUCH_ITEM:
            return MessageGone("the message is no longer in the mailbox")
        case (500, code) if code in CANNOT_CONVERT:
            return MessageUnreadable("Exchange cannot export a message; it stays in the mailbox, look at it there")
    return MailboxError(f"{name}: Graph answered {refusal.status} {code_of(refusal)}; it is tried again")


def code_of(refusal: Refusal) -> str:
    """Graph's code where it is one: letters only, for it stands in a log."""
    return refusal.code if refusal.code.isalnum() else ""


def _first(value: Any) -> str:
    return value if isinstance(value, str) else next((str(v) for v in value), "")


def _moment(text: str) -> dt.datetime | None:
    try:
        return email.utils.parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
