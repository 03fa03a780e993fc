"""Outgoing mail from the settings: the way out, the desk's own address, and the performers of its jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.config import secret
from bot.errors import SettingsError
from bot.outlook.drafts import Drafts
from bot.outlook.receipts import OFF, ReceiptPerformer
from bot.outlook.tidy import ThenTidy, TidyPerformer
from bot.outlook.writing import Desk
from intake.outgoing.delivery import CARD, Delivery
from intake.outgoing.receipts import RECEIPT_JOB
from intake.outgoing.returns import RESEND, RETURNED, Resend, Returns
from intake.outgoing.tidying import TIDY

if TYPE_CHECKING:
    from bot.app import App
    from bot.config import OutgoingSettings, Settings
    from intake.model import Register
    from intake.ports import Sender
    from intake.service import Performer


def desk_of(settings: OutgoingSettings, register: Register) -> Desk:
    """The desk as sender: as set, else as the register names it; no address where neither does."""
    return Desk(settings.sender or register.mailbox, settings.sender_name or register.desk)


def sender_of(house: App) -> Sender:
    """The way out that the settings name. Raises SettingsError for a secret that is not set."""
    settings = house.settings
    if settings.outgoing.kind == "graph":
        from intake.mailboxes.graph import GraphMailbox
        from intake.mailboxes.graph_sender import GraphSender

        assert isinstance(house.mailbox, GraphMailbox)
        return GraphSender(house.mailbox)
    if settings.outgoing.kind == "smtp":
        return _smtp(settings)
    from intake.outgoing.folder import FolderSender

    return FolderSender(settings.outgoing.path)


def _smtp(settings: Settings) -> Sender:
    from bot.app import imap_server
    from intake.mailboxes.imap_line import Encryption
    from intake.outgoing.imap_folders import ImapFolders
    from intake.outgoing.smtp import SmtpSender, SmtpServer

    ours = settings.outgoing
    password = secret("SMTP_PASSWORD") if ours.user else ""
    if password is None:
        raise SettingsError(
            "LOKETBS_SMTP_PASSWORD: the SMTP password is not set; set it, or LOKETBS_SMTP_PASSWORD_FILE"
        )
    server = SmtpServer(ours.host, ours.user, password, ours.port, Encryption(ours.tls), ours.ca_file)
    imap = settings.mailbox.kind == "imap"
    return SmtpSender(
        server, ImapFolders(imap_server(settings.mailbox), ours.drafts_folder, ours.sent_folder) if imap else None
    )


def delivery_of(house: App) -> Delivery:
    """Hands mail over for the desk."""
    desk = desk_of(house.settings.outgoing, house.context.register)
    return Delivery(house.records, lambda: house.sender, house.clock, desk.address)


def drafts_of(house: App) -> Drafts:
    """Writes drafts for staff."""
    return Drafts(delivery_of(house), desk_of(house.settings.outgoing, house.context.register))


def _tidies(house: App) -> bool:
    """Whether there is anything to show, and a mailbox that can show it."""
    tidy, kind = house.settings.tidy, house.settings.mailbox.kind
    return (tidy.labels and kind in {"imap", "graph"}) or (bool(tidy.folder) and kind != "maildir")


def performers_of(house: App) -> dict[str, Performer]:
    """Who does the jobs of outgoing mail and of tidying the mailbox."""
    settings, delivery = house.settings.outgoing, delivery_of(house)
    desk = desk_of(settings, house.context.register)
    found: dict[str, Performer] = {RETURNED: Returns(delivery), RESEND: Resend(delivery)}
    if _tidies(house):
        tidy = house.settings.tidy
        found[TIDY] = TidyPerformer(house.records, lambda: house.tidied, house.clock, tidy.labels, tidy.folder)
        found[CARD] = ThenTidy(house.cards, house.records, house.clock)
    if settings.receipt != OFF:
        found[RECEIPT_JOB] = ReceiptPerformer(delivery, desk, settings.receipt, settings.most_a_day)
    return found
