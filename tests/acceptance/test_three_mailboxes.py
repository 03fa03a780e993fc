"""One archive by each of three ways, folder, IMAP and Graph, from the same mails: the same dossiers."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot import kept, samples_of
from bot.app import App
from bot.config import Settings, parse
from intake.mailboxes.folder import FolderMailbox
from intake.mailboxes.imap import ImapMailbox
from intake.ports import Mailbox
from storage.canonical import sha256
from storage.dossiers import Records
from tests.acceptance.house import mails
from tests.acceptance.test_a_day_at_the_desk import served
from tests.paths import SHARED
from tests.simulators.dovecot import Dovecot
from tests.simulators.graph_house import Microsoft
from tests.simulators.graph_store import is_meeting_request

pytestmark = [pytest.mark.server, pytest.mark.timeout(900)]


@contextlib.contextmanager
def by_folder(folder: Path, delivered: list[bytes]) -> Iterator[Mailbox]:
    """Files in a directory, one by one in order of arrival."""
    place = folder / "postvak"
    place.mkdir()
    for number, raw in enumerate(delivered):
        (place / f"{number:03}.eml").write_bytes(raw)
    yield FolderMailbox(place, settle_seconds=0.05)


@contextlib.contextmanager
def by_imap(folder: Path, delivered: list[bytes]) -> Iterator[Mailbox]:
    """A real Dovecot."""
    del folder
    with Dovecot() as server:
        name = server.new_folder()
        for raw in delivered:
            server.drop(raw, name)
        yield ImapMailbox(server.settings(name))


@contextlib.contextmanager
def by_graph(folder: Path, delivered: list[bytes]) -> Iterator[Mailbox]:
    """The real SDK against the stand-in, which the schema judged."""
    with Microsoft(folder) as servers:
        for raw in delivered:
            servers.graph.deliver(raw)
        yield servers.mailbox()
        assert servers.graph.wrong == []


WAYS: dict[str, Callable[[Path, list[bytes]], contextlib.AbstractContextManager[Mailbox]]] = {
    "file": by_folder,
    "imap": by_imap,
    "graph": by_graph,
}


def settings(folder: Path) -> Settings:
    """The desk of the corpus, or that of our own samples."""
    corpus = SHARED / "corpus"
    desk = (
        {"register_file": corpus / "partners.toml", "trust_dir": corpus / "pki"}
        if corpus.is_dir()
        else {"register_file": samples_of("partners.toml"), "trust_dir": samples_of("trust")}
    )
    return parse({"desk": desk, "storage": {"data_dir": folder / "data"}}, folder)


def told(records: Records) -> list[dict[str, Any]]:
    """What the desk sees of every mail and its dossier, under names that do not depend on the order of arrival."""
    named = {m.record: m.raw.sha256 for m in records.messages()}
    opened = {d.number: named[d.opened_with] for d in records.dossiers()}
    dossiers = {d.number: (d.status, d.title, d.organisations, d.ministers, dict(d.tracks)) for d in records.dossiers()}
    rows = []
    for message in records.messages():
        about = dict(kept.about(records, message.record))
        about.pop("item", None)
        rows.append(
            {
                "raw": named[message.record],
                "kind": message.kind,
                "possibly_formal": message.possibly_formal,
                "dossier": opened.get(message.dossier or ""),
                "state": dossiers.get(message.dossier or ""),
                "relation": message.relation,
                "attention": sorted(message.attention),
                "about": about,
            }
        )
    return sorted(rows, key=lambda row: str(row["raw"]))


def by(way: str, folder: Path, delivered: list[bytes]) -> list[dict[str, Any]]:
    """Everything that came by one way, judged."""
    folder.mkdir()
    with App(settings(folder)) as house, WAYS[way](folder, delivered) as mailbox:
        house.__dict__["mailbox"] = mailbox
        drained = house.watch().drain()
        assert (drained.received, drained.waiting) == (len(delivered), 0)
        ways = {e.details.get("retrieval") for m in house.records.messages() for e in house.records.timeline(m.record)}
        assert ways - {None} == {way}
        assert [c for c in house.verify() if c.verdict != "pass"] == []
        return told(house.records)


def test_the_same_mails_make_the_same_dossiers_by_every_way(tmp_path: Path) -> None:
    """Kind, verdicts, reasons, defects, attachments, relations, dossiers and their state, mail for mail."""
    delivered = [wire(path.read_bytes()) for path in chosen()]
    found = {way: by(way, tmp_path / way, delivered) for way in WAYS}
    invited = {sha256(raw) for raw in delivered if is_meeting_request(raw)}
    assert {row["raw"] for row in found["graph"] if told_as_invitation(row)} == invited
    for way in ("imap", "graph"):
        for here, there in zip(found["file"], found[way], strict=True):
            assert here == there, f"{way} differs from the folder"


def told_as_invitation(row: dict[str, Any]) -> bool:
    """Whether Graph told that this is an invitation, which no other way can; takes that away, so that the rest can be compared."""
    defects = row["about"].get("defects", [])
    rest = [d for d in defects if d["code"] != "meeting_request"]
    row["about"]["defects"] = rest
    if defects and not rest:
        row["attention"] = [code for code in row["attention"] if code != "defects"]
    return len(rest) < len(defects)


def chosen() -> list[Path]:
    """Every tenth mail, and those whose form is a matter of the mailbox: mail in mail, winmail.dat, S/MIME, invitations, links.

    With WHOLE_CORPUS set in the environment all of them, which takes some minutes.
    """
    whole = bool(os.environ.get("WHOLE_CORPUS"))
    forms = ("rfc822", "winmail", "smime", "agenda", "link", "zip", "bijlage", "dubbel", "bounce")
    return [p for n, p in enumerate(mails()) if whole or n % 10 == 0 or any(form in p.name for form in forms)]


def wire(raw: bytes) -> bytes:
    """The mail as an IMAP server serves it, so that all three ways start from the same bytes."""
    lines = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n").replace(b"\0", b"\x80")
    assert served(raw) == served(lines)
    return lines
