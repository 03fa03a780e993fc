"""The overview as a mail (RFC 5322): plain text, HTML with the chart in it, and the headers of what a machine sends (RFC 3834)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from bot.digest import words
from bot.digest.chart import WIDTH, chart
from bot.digest.counting import Digest
from bot.digest.weeks import Week
from bot.texts import week as text
from bot.texts.moments import ZONE
from intake.ports import OutgoingMail

HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All", "Content-Language": "nl"}
"""No answer to anything (RFC 3834 §5: auto-generated), and nobody's out-of-office is wanted back."""
_PICTURE = "wachtend"


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who sends the overview, and to whom."""

    sender: str
    recipients: tuple[str, ...]


def message_id(week: Week, sender: str) -> str:
    """The same for the same week, so that who gets it twice can know."""
    return f"<weekoverzicht.{week}.loketbs@{sender.rpartition('@')[2]}>"


def digest_mail(digest: Digest, envelope: Envelope, base: str) -> OutgoingMail:
    """The mail, with CRLF line ends; equal input gives equal bytes. `base` is where staff reach the pages, "" for no links.

    ValueError for an address that is none.
    """
    name = message_id(digest.week, envelope.sender)
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(text.FROM, addr_spec=envelope.sender)
    mail["To"] = [Address(addr_spec=recipient) for recipient in envelope.recipients]
    mail["Subject"] = text.SUBJECT.format(week=digest.week)
    mail["Date"] = format_datetime(digest.house.made.astimezone(ZONE))
    mail["Message-ID"] = name
    for header, value in HEADERS.items():
        mail[header] = value
    address = page_address(digest.week, base)
    mail.set_content(words.plain(digest, address), cte="quoted-printable")
    mail.add_alternative(html(digest, base, f"cid:{_PICTURE}"), subtype="html", cte="quoted-printable")
    if digest.ages:
        body = mail.get_body(("html",))
        assert isinstance(body, EmailMessage)
        picture, name_of_file = chart(digest), f"{_PICTURE}.png"
        body.add_related(picture, "image", "png", cid=f"<{_PICTURE}>", filename=name_of_file, disposition="inline")
        body.set_boundary(_boundary(name, "related"))
    mail.set_boundary(_boundary(name, "alternative"))
    return OutgoingMail(name, envelope.sender, envelope.recipients, mail.as_bytes())


def html(digest: Digest, base: str, picture: str) -> str:
    """The HTML of the mail: styles at each element, since mail programs know no others. `picture` is where the chart is."""
    from bot.dossier.templating import environment

    template = environment().get_template("week_mail.html")
    address = page_address(digest.week, base)
    return template.render(digest=digest, words=words, w=text, base=base, address=address, picture=picture, width=WIDTH)


def page_address(week: Week, base: str) -> str:
    """Where the page of a week is; "" without an address of the pages."""
    return f"{base}/weekoverzicht/{week}" if base else ""


def _boundary(name: str, part: str) -> str:
    return f"=_{hashlib.sha256(f'{part} {name}'.encode()).hexdigest()[:32]}"
