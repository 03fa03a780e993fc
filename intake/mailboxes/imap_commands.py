"""What is said over an open IMAP line: list, read, wait, label. Functions over an imapclient that raise what it raises.

Traps of imapclient 4.1 that are handled here: `search("n:*")` always names the last mail; `fetch` merges answers nobody asked for;
`idle_check` cannot tell a dead line from silence, and misses what came in one packet with the server's "+ idling".
"""

from __future__ import annotations

import contextlib
import datetime as dt
import imaplib
import re
import selectors
import ssl
from typing import Any

from intake.errors import MessageGone, MessageTooLarge

PART_BYTES = 1 << 20
"""Messages are read in parts of this size, so that a time-out bounds one part and not the whole message."""
_DESCRIBED_AT_ONCE = 500
"""UIDs in one FETCH; a few kB of command line."""

Description = tuple[int, dt.datetime, int]
"""UID, INTERNALDATE (aware), RFC822.SIZE in octets, which Exchange may have wrong."""


def new_uids(client: Any, last: int) -> list[int]:
    """The UIDs above `last`, ascending. The NOOP makes the server look; a line that died meanwhile shows here."""
    client.noop()
    return sorted(uid for uid in client.search(["UID", f"{last + 1}:*"]) if uid > last)


def describe(client: Any, uids: list[int]) -> list[Description]:
    """Time of receipt and size of each message; one that was deleted since the search is left out.

    Raises `imaplib.IMAP4.error` when the server keeps silent about a message that it still has: leaving that one out would lose it.
    """
    found: list[Description] = []
    for start in range(0, len(uids), _DESCRIBED_AT_ONCE):
        some = uids[start : start + _DESCRIBED_AT_ONCE]
        answers = client.fetch(some, ["INTERNALDATE", "RFC822.SIZE"])
        described = {uid: answer for uid, answer in answers.items() if answer.get(b"INTERNALDATE") is not None}
        silent = set(some) - described.keys()
        if silent and silent & set(client.search(["UID", ",".join(map(str, sorted(silent)))])):
            raise imaplib.IMAP4.error(f"the server does not describe {len(silent)} of its messages")
        found += [(uid, answer[b"INTERNALDATE"], answer.get(b"RFC822.SIZE", 0)) for uid, answer in described.items()]
    return found


def read_message(client: Any, uid: int, max_bytes: int) -> bytes:
    """The whole message as the server gives it, in parts. Raises `MessageGone` and `MessageTooLarge`.

    A short part alone is not the end: with an inexact RFC822.SIZE only an empty part is.
    """
    raw = bytearray()
    size = _size(client, uid)
    while True:
        if max(size, len(raw)) > max_bytes:
            raise MessageTooLarge(
                f"message {uid} has more than {max_bytes} bytes; it stays in the mailbox, look at it there"
            )
        part, whole = _read_part(client, uid, len(raw))
        raw += part
        if whole or not part or (len(part) < PART_BYTES and len(raw) >= size):
            return bytes(raw)


def has_news(client: Any) -> bool:
    """Ask with a NOOP whether anything changed in the folder since the last command."""
    return bool(client.noop()[1])


def idle(client: Any, seconds: float) -> None:
    """Wait in IDLE until the server says something, the line is cut or `seconds` passed. Raises when the line is dead or hung.

    The NOOP is for servers that do not say in IDLE what came before it (pymap); Dovecot says it together with "+ idling".
    """
    if has_news(client):
        return
    client.idle()
    if not _has_read_ahead(client):
        with selectors.DefaultSelector() as selector:
            selector.register(client.socket(), selectors.EVENT_READ)
            selector.select(seconds)
    _, answers = client.idle_done()
    if any(answer[0] == b"BYE" for answer in answers):
        raise imaplib.IMAP4.abort("the server said goodbye")


def add_keyword(client: Any, folder: str, uidvalidity: int, uid: int, keyword: str) -> bool:
    r"""Open the folder for writing and set a keyword; False where the server keeps none (PERMANENTFLAGS without \*).

    pymap drops keywords in silence, so they are read back. Raises `MessageGone`.
    """
    try:
        opened = client.select_folder(folder)
    except imaplib.IMAP4.readonly:
        return False
    if opened.get(b"UIDVALIDITY") != uidvalidity:
        raise MessageGone(f"message {uid} is of an earlier life of the folder")
    if not {rb"\*", keyword.encode()} & set(opened.get(b"PERMANENTFLAGS", ())):
        return False
    client.add_flags([uid], [keyword], silent=True)
    flags = client.get_flags([uid])
    if uid not in flags:
        raise MessageGone(f"message {uid} is no longer in the folder")
    return keyword.lower().encode() in {flag.lower() for flag in flags[uid]}


def keyword_of(label: str) -> str:
    """A label as an IMAP keyword: an atom of ASCII letters, digits, dot, hyphen and underscore."""
    return re.sub(r"[^A-Za-z0-9._-]+", "_", label) or "_"


def _size(client: Any, uid: int) -> int:
    answer = client.fetch([uid], ["RFC822.SIZE"]).get(uid)
    if answer is None:
        raise MessageGone(f"message {uid} is no longer in the folder")
    return int(answer.get(b"RFC822.SIZE", 0))


def _read_part(client: Any, uid: int, start: int) -> tuple[bytes, bool]:
    """One part, and whether it is the whole message, from a server that knows no parts."""
    answer = client.fetch([uid], [f"BODY.PEEK[]<{start}.{PART_BYTES}>"]).get(uid)
    if answer is None:
        raise MessageGone(f"message {uid} is no longer in the folder")
    part_key = b"BODY[]<%d>" % start
    for key in (part_key, b"BODY[]"):
        if key in answer:
            part = answer[key]
            break
    else:
        raise imaplib.IMAP4.error("the answer to FETCH holds no body")
    if part is None:
        return b"", False
    if not isinstance(part, bytes):
        raise imaplib.IMAP4.error("the answer to FETCH holds no text")
    return part, key == b"BODY[]" and start == 0


def _has_read_ahead(client: Any) -> bool:
    """Whether something the server said waits in our own buffers, where no poll of the socket can see it.

    `peek` does one read at most, here without blocking; what it reads stays in the buffer. b"" is silence or the end of the line;
    the latter shows at once when the socket is waited on.
    """
    sock = client.socket()
    limit = sock.gettimeout()
    sock.settimeout(0)
    try:
        with contextlib.suppress(ssl.SSLWantReadError):
            if client._imap.file.peek(1):  # noqa: SLF001 - imapclient shows its buffer nowhere
                return True
        return isinstance(sock, ssl.SSLSocket) and sock.pending() > 0
    finally:
        sock.settimeout(limit)
