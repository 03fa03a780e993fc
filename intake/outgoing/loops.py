"""Whether a machine may answer a mail (RFC 3834 §2, and what Exchange and mailing lists say of themselves). Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection

from intake.model import Mail

NO_LOCAL_PARTS = frozenset(
    {"mailer-daemon", "postmaster", "no-reply", "noreply", "do-not-reply", "donotreply", "bounce", "bounces", "nobody"}
)
"""Names of robots (RFC 3834 §2 names the first; `owner-…` and `…-request` are those of lists)."""
_REPORTS = frozenset(
    {
        "message/delivery-status",
        "message/disposition-notification",
        "message/global-delivery-status",
        "message/feedback-report",
    }
)
_SUPPRESSED = frozenset({"autoreply", "oof", "all"})


def why_silent(mail: Mail, own: Collection[str] = ()) -> str:
    """The code of the first reason for which a machine must not answer; "" when it may. `own` are the desk's addresses."""
    return next((code for code, applies in _RULES if applies(mail, frozenset(a.lower() for a in own))), "")


def _auto_submitted(mail: Mail, _: frozenset[str]) -> bool:
    values = [v.partition(";")[0].partition("(")[0].strip().lower() for v in mail.all_headers("Auto-Submitted")]
    return any(v != "no" for v in values)


def _empty_return_path(mail: Mail, _: frozenset[str]) -> bool:
    """Only the topmost one: it is our own server's, and the mail it fetched may hold older ones."""
    path = mail.header("Return-Path")
    return path is not None and path.strip() in {"", "<>"}


def _list(mail: Mail, _: frozenset[str]) -> bool:
    return any(name.lower().startswith("list-") for name, _value in mail.headers)


def _bulk(mail: Mail, _: frozenset[str]) -> bool:
    return any(v.strip().lower() in {"bulk", "list", "junk"} for v in mail.all_headers("Precedence"))


def _suppressed(mail: Mail, _: frozenset[str]) -> bool:
    asked = {part.strip().lower() for v in mail.all_headers("X-Auto-Response-Suppress") for part in v.split(",")}
    return not asked.isdisjoint(_SUPPRESSED)


def _autoresponder(mail: Mail, _: frozenset[str]) -> bool:
    """Headers of programs that are older than RFC 3834."""
    return any(mail.header(name) is not None for name in ("X-Autoreply", "X-Autorespond", "X-AutoReply-From"))


def _report(mail: Mail, _: frozenset[str]) -> bool:
    declared = (mail.header("Content-Type") or "").lower().lstrip()
    types = {mail.media_type, *(a.declared_type for a in mail.attachments if a.inside is None)}
    return declared.startswith("multipart/report") or not types.isdisjoint(_REPORTS | {"multipart/report"})


def _own_address(mail: Mail, own: frozenset[str]) -> bool:
    return any(a.address in own for a in (*mail.senders, *mail.reply_to))


def _no_sender(mail: Mail, _: frozenset[str]) -> bool:
    """Nobody, or several: whom to answer is not certain."""
    return len({a.address for a in mail.senders}) != 1 or "@" not in mail.senders[0].address


def _robot(mail: Mail, _: frozenset[str]) -> bool:
    name = mail.senders[0].address.partition("@")[0].lower().replace("_", "-") if mail.senders else ""
    return name in NO_LOCAL_PARTS or name.startswith(("owner-", "bounce-", "bounces+")) or name.endswith("-request")


_RULES: tuple[tuple[str, Callable[[Mail, frozenset[str]], bool]], ...] = (
    ("auto_submitted", _auto_submitted),
    ("empty_return_path", _empty_return_path),
    ("mailing_list", _list),
    ("bulk", _bulk),
    ("answers_suppressed", _suppressed),
    ("auto_submitted", _autoresponder),
    ("report", _report),
    ("own_address", _own_address),
    ("no_sender", _no_sender),
    ("robot", _robot),
)
REASONS = frozenset(code for code, _ in _RULES)
