"""Keywords and folders over an open IMAP line: where a message lies, which keywords it bears, and moving it.

A message that was moved is named "UIDVALIDITY:UID@folder", both of that folder; one that was not, as `ImapMailbox` lists it.
"""

from __future__ import annotations

import contextlib
import imaplib
import re
from dataclasses import dataclass
from typing import Any

from intake.errors import MessageGone

_KEY = re.compile(r"([1-9][0-9]*):([0-9]+)(?:@(.+))?", re.ASCII | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Place:
    """A message in a folder of a certain life (UIDVALIDITY)."""

    folder: str
    uidvalidity: int
    uid: int


def place_of(key: str, folder: str) -> Place:
    """The place that a key names; `folder` is the one that is watched. Raises `MessageGone` for a key that names none."""
    named = _KEY.fullmatch(key)
    if named is None:
        raise MessageGone(f"{key!r} names no message of an IMAP folder")
    return Place(named[3] or folder, int(named[1]), int(named[2]))


def change_keywords(client: Any, place: Place, add: frozenset[str], remove: frozenset[str]) -> bool | None:
    r"""Whether keywords had to change; None where the folder keeps none (PERMANENTFLAGS without \*). Raises `MessageGone`.

    Keywords know no case (RFC 3501 §2.3.2).
    """
    try:
        opened = _opened(client, place)
    except imaplib.IMAP4.readonly:
        return None
    now = _keywords(client, place)
    missing = sorted(word for word in add if word.lower() not in now)
    extra = sorted(word for word in remove if word.lower() in now)
    if not missing and not extra:
        return False
    kept = {flag.decode("ascii", "replace").lower() for flag in opened.get(b"PERMANENTFLAGS", ())}
    if r"\*" not in kept and any(word.lower() not in kept for word in missing):
        return None
    if missing:
        client.add_flags([place.uid], missing, silent=True)
    if extra:
        client.remove_flags([place.uid], extra, silent=True)
    now = _keywords(client, place)
    return True if all(word.lower() in now for word in missing) else None


def move_message(client: Any, place: Place, folder: str) -> str | None:
    """Move with UID MOVE; the key in the new folder, None where the server cannot say it. Raises `MessageGone`."""
    if not (client.has_capability("MOVE") and client.has_capability("UIDPLUS")):
        return None
    if not client.folder_exists(folder):
        with contextlib.suppress(imaplib.IMAP4.error):  # somebody else made it meanwhile
            client.create_folder(folder)
    _opened(client, place)
    answers = client._imap.untagged_responses  # noqa: SLF001 - imapclient drops the server's COPYUID
    answers.pop("COPYUID", None)
    client.move([place.uid], folder)
    said = answers.pop("COPYUID", None)
    if not said:  # RFC 6851: MOVE of a message that is gone answers OK
        raise MessageGone(f"message {place.uid} is no longer in the folder")
    uidvalidity, _, uid = said[-1].split()
    return f"{int(uidvalidity)}:{int(uid)}@{folder}"


def _opened(client: Any, place: Place) -> Any:
    try:
        opened = client.select_folder(place.folder)
    except imaplib.IMAP4.abort:  # also `readonly`
        raise
    except imaplib.IMAP4.error as error:
        if not client.list_folders("", place.folder):
            raise MessageGone(f"message {place.uid} was in a folder that is gone") from error
        raise
    if opened.get(b"UIDVALIDITY") != place.uidvalidity:
        raise MessageGone(f"message {place.uid} is of an earlier life of the folder")
    return opened


def _keywords(client: Any, place: Place) -> set[str]:
    flags = client.get_flags([place.uid])
    if place.uid not in flags:
        raise MessageGone(f"message {place.uid} is no longer in the folder")
    return {flag.decode("ascii", "replace").lower() for flag in flags[place.uid]}
