"""What `loketbs doctor` tries of outgoing mail: the desk's address, the way out, and what waits or did not arrive."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.errors import SettingsError
from intake.errors import DeskBusy, IntakeError, MailRefused

if TYPE_CHECKING:
    from bot.app import App
    from bot.doctor import Point

_RECEIPTS, _WAY, _TIDY = "receipts", "outgoing mail", "tidying the mailbox"
_UNDELIVERED = frozenset({"receipt_failed", "mail_failed", "mail_unsure"})


def examine_outgoing(house: App) -> Iterator[Point]:
    """Receipts, the way out, and the mailbox as display; nothing is sent."""
    from bot.doctor import Point
    from bot.outlook.wiring import desk_of

    settings = house.settings.outgoing
    try:
        address = desk_of(settings, house.context.register).address
    except SettingsError:
        return  # the register's own point tells of it
    if settings.receipt == "off":
        told = "off: nobody hears that his mail arrived"
        yield Point(_RECEIPTS, "undetermined", told, "set outgoing.receipt to draft, then to send")
    elif not address:
        mend = "set loket.mailbox in the register, or outgoing.sender"
        yield Point(_RECEIPTS, "fail", "the desk has no address to write from", mend)
    else:
        yield Point(_RECEIPTS, "pass", f"by {settings.receipt}, at most {settings.most_a_day} a day to one address")
    yield _way(house)
    yield from _left(house)
    yield _tidied(house)


def _way(house: App) -> Point:
    from bot.doctor import Point
    from intake.outgoing.smtp import SmtpSender

    kind = house.settings.outgoing.kind
    try:
        sender = house.sender
        encrypted = sender.check() if isinstance(sender, SmtpSender) else ""
    except SettingsError as error:
        return Point(_WAY, "fail", str(error), "set it in the environment, or name its file in …_FILE")
    except MailRefused as error:
        return Point(_WAY, "fail", str(error), "mend the [outgoing] section or its secret")
    except DeskBusy as error:
        return Point(_WAY, "fail", str(error), "check outgoing.host and outgoing.port, and the firewall between")
    except IntakeError as error:
        return Point(_WAY, "fail", str(error), "mend the [mailbox] section first: mail goes out by it")
    if kind == "folder":
        told, mend = "files only: nothing leaves this machine", "set outgoing.kind to smtp or graph"
        receipts = house.settings.outgoing.receipt != "off"
        return Point(_WAY, "undetermined" if receipts else "pass", told, mend if receipts else "")
    if kind == "graph":
        told = "Graph; whether the application may send shows at the first mail (the role 'Application Mail.Send')"
        return Point(_WAY, "undetermined", told, "assign the role over this mailbox; docs/microsoft365.md")
    if house.settings.mailbox.kind != "imap":
        told, mend = (
            f"SMTP takes mail ({encrypted}), but there is no folder of drafts",
            "use an IMAP mailbox for drafts",
        )
        return Point(_WAY, "undetermined", told, mend)
    return Point(_WAY, "pass", f"SMTP takes mail ({encrypted})")


def _left(house: App) -> Iterator[Point]:
    from bot.doctor import Point

    failed = sum(1 for item in house.records.attention() if item.code in _UNDELIVERED)
    if failed:
        mend = "see `loketbs list`; reach them in another way"
        yield Point("mail that did not arrive", "fail", f"{failed} mails of ours", mend)


def _tidied(house: App) -> Point:
    from bot.doctor import Point

    tidy, kind = house.settings.tidy, house.settings.mailbox.kind
    shown = [*(["labels"] if tidy.labels else []), *([f"the folder {tidy.folder!r}"] if tidy.folder else [])]
    if not shown:
        return Point(_TIDY, "pass", "off: the mailbox stays as it is")
    if kind == "maildir" or (kind == "folder" and not tidy.folder):
        return Point(_TIDY, "pass", f"a {kind} has nowhere to show labels")
    return Point(_TIDY, "pass", f"shown by {' and '.join(shown)}, where the mailbox keeps them")
