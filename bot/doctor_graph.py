"""What `loketbs doctor` tries of Microsoft 365: login, rights, reach, certificate, notifications; each with its mend."""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.doctor import Point
from bot.errors import SettingsError
from intake.errors import FolderMissing, LoginRefused, MailboxError

if TYPE_CHECKING:
    from pathlib import Path

    from bot.app import App
    from bot.config import GraphSettings
    from intake.mailboxes.graph import GraphMailbox

_SOON = dt.timedelta(days=30)
_GUIDE = "docs/microsoft365.md"


def examine_graph(house: App, reads: Callable[[], Iterator[Point]]) -> Iterator[Point]:
    """In the order in which it would stop the service; `reads` tries the reading, without which the rest says nothing."""
    from intake.mailboxes.graph import GraphMailbox

    settings = house.settings.graph
    if settings.login == "certificate" and settings.certificate_file:
        yield from _certificate(settings.certificate_file, house.clock.now())
    try:
        mailbox = house.mailbox
        assert isinstance(mailbox, GraphMailbox)
        token = mailbox.line.server.tokens.token()
    except (SettingsError, MailboxError) as error:
        yield Point("Entra", "fail", str(error), f"mend it in Entra or in [graph]; {_GUIDE} leads through it")
        return
    yield Point("Entra", "pass", f"gives a token for login by {settings.login}")
    yield _whole_tenant(token)
    read = tuple(reads())
    yield from read
    if not all(point.good for point in read):
        return
    yield from _writing(mailbox)
    yield _elsewhere(settings, mailbox)
    yield _notifications(settings)


def _certificate(file: Path, now: dt.datetime) -> Iterator[Point]:
    from cryptography import x509

    try:
        ends = x509.load_pem_x509_certificate(file.read_bytes()).not_valid_after_utc
    except (OSError, ValueError):
        return  # a PFX, or unreadable, which the login tells
    if ends < now:
        told = f"{file} ended on {ends.date()}"
        yield Point(
            "certificate", "fail", told, "make a new one and upload its public part to the application in Entra"
        )
    elif ends < now + _SOON:
        told = f"{file} ends on {ends.date()}"
        yield Point("certificate", "undetermined", told, "make a new one in time; Entra takes both for a while")


def _whole_tenant(token: str) -> Point:
    """Application permissions stand in the token; RBAC for Applications, which is per mailbox, does not."""
    wide = [role for role in _roles(token) if role.startswith("Mail")]
    if not wide:
        return Point("reach in Entra", "pass", "no right to the mail of the whole tenant")
    told = f"the application may open every mailbox of the tenant ({', '.join(wide)})"
    return Point(
        "reach in Entra", "fail", told, "remove this consent in Entra: RBAC for Applications limits nothing beside it"
    )


def _roles(token: str) -> list[str]:
    parts = token.split(".")
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
        return [str(role) for role in claims.get("roles", ())]
    except (IndexError, ValueError, AttributeError, TypeError):
        return []  # a token is Entra's and Graph's; nothing says that we can read it


def _writing(mailbox: GraphMailbox) -> Iterator[Point]:
    try:
        may = mailbox.may_mark()
    except MailboxError as error:
        yield Point("marking mail", "undetermined", str(error), "try again later")
        return
    if may:
        yield Point("marking mail", "pass", "categories can be set")
        return
    mend = f"assign the role 'Application Mail.ReadWrite' over this mailbox; {_GUIDE}"
    yield Point("marking mail", "undetermined", "the application may only read: nothing is shown in Outlook", mend)


def _elsewhere(settings: GraphSettings, mailbox: GraphMailbox) -> Point:
    other, name = settings.other_mailbox, "other mailboxes"
    if not other:
        mend = "set graph.other_mailbox to a mailbox that the application must not open"
        return Point(name, "undetermined", "not tried whether the application is kept out of them", mend)
    from intake.mailboxes.graph import GraphMailbox

    there = GraphMailbox(replace(mailbox.line.server, mailbox=other, folder="inbox"))
    try:
        there.list_new(None)
    except LoginRefused:
        return Point(name, "pass", "graph.other_mailbox is refused, as it should be")
    except FolderMissing:
        return Point(name, "undetermined", "graph.other_mailbox does not exist", "name one that does")
    except MailboxError as error:
        return Point(name, "undetermined", str(error), "try again later")
    finally:
        there.close()
    mend = f"scope the role assignment to the one mailbox, and allow two hours; {_GUIDE}"
    return Point(name, "fail", "the application can open graph.other_mailbox", mend)


def _notifications(settings: GraphSettings) -> Point:
    """The handshake of Graph, from here: it proves proxy and service, not that Microsoft can reach the address."""
    name = "notifications"
    if not settings.notification_url:
        return Point(name, "pass", "off: the mailbox is looked at every mailbox.poll_seconds")
    import httpx

    from intake.mailboxes.graph_subscription import LIFECYCLE, NOTIFICATIONS

    for path in (NOTIFICATIONS, LIFECYCLE):
        address = settings.notification_url.rstrip("/") + path
        try:
            answer = httpx.post(address, params={"validationToken": "loketbs doctor"}, timeout=10)
        except httpx.HTTPError as error:
            told = f"{address} cannot be reached ({type(error).__name__})"
            return Point(name, "fail", told, "start the service, and lead the proxy's /graph/ to the port of the pages")
        if answer.status_code != httpx.codes.OK or answer.text != "loketbs doctor":
            told = f"{address} does not answer Graph's handshake"
            return Point(name, "fail", told, "lead the proxy's /graph/, with its query, to the port of the pages")
    return Point(name, "pass", "both addresses answer Graph's handshake from here")
