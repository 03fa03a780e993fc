"""The failures of `intake` that a caller can act on; a bad mail is never one of them, it is a finding."""

from __future__ import annotations


class IntakeError(Exception):
    """Base of the package; the text says what happened, to what, and what to do now."""


class MailboxError(IntakeError):
    """The mailbox cannot be read now; wait and try again (RFC 3501 NO/BYE, a lost line, a full disk on the other side)."""


class PersonNeeded(MailboxError):  # noqa: N818 - states the fact
    """Base of the states of a mailbox that no retry mends: stop, say so, wait for a person."""


class LoginRefused(PersonNeeded):
    """The server refused the login: a person must mend the credentials; trying again only locks the account."""


class FolderMissing(PersonNeeded):
    """The configured folder does not exist: stop in a clear state, a person must mend the setting."""


class UntrustedServer(PersonNeeded):
    """The server's certificate does not check out, or it offers no TLS where TLS is asked: nothing was sent to it."""


class MessageGone(MailboxError):  # noqa: N818 - states the fact
    """A listed message can no longer be fetched: somebody deleted or moved it between listing and fetching."""


class MessageTooLarge(MailboxError):  # noqa: N818 - states the fact
    """A message is larger than the limit of the adapter: it stays in the mailbox and a person must look at it there."""


class ScannerError(IntakeError):
    """The malware scanner gave no verdict; nothing is opened until it does, and the mail is tried again."""


class MessageUnreadable(MailboxError):  # noqa: N818 - states the fact
    """A listed message cannot be read though it is there (rights, a bad disk): it stays, a person is told, the others go on."""


class DeskError(IntakeError):
    """The desk's channel did not take a card; the outbox tries again."""


class DeskBusy(DeskError):  # noqa: N818 - states the fact
    """The channel cannot be had now, which is no fault of the card: it is throttled, down, or our app is not in it.

    The outbox tries again after `rest` seconds, however often it takes.
    """

    def __init__(self, told: str, rest: float) -> None:
        super().__init__(told)
        self.rest = rest


class SenderAway(DeskBusy):
    """Mail cannot be handed over now, and nothing was sent: no line, a full queue, greylisting. It is tried again."""


class MailRefused(IntakeError):  # noqa: N818 - states the fact
    """The server will not take this mail, or there is no way to do what was asked: nothing was sent, a person must act.

    `code` says why in a word; the text never quotes the server, who may name an address.
    """

    def __init__(self, code: str, told: str) -> None:
        super().__init__(told)
        self.code = code


class MailUnsure(IntakeError):  # noqa: N818 - states the fact
    """The line was lost when the mail was handed over: the server may have taken it or not."""


class SandboxError(IntakeError):
    """The child process gave no answer: killed by a limit, crashed, or answered nonsense. `reason` is the short cause."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the reading process gave no answer ({reason}); the file is kept for a person to look at")
        self.reason = reason


class UnreadableFile(IntakeError):  # noqa: N818 - states the fact
    """A file named on the command line or in a setting cannot be read."""


class OcrError(IntakeError):
    """An OCR engine gave no answer for one page: it took too long or failed. `reason` is the short cause."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the page was not read by OCR ({reason})")
        self.reason = reason
