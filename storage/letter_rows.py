"""The letters of scans as rows: what an event about a scan changes. Called by the projection only.

`letters` reads "1:0:2-5;2:0:7": number, file, pages; `sheets` reads "0:1=cover_sheet;0:6=blank": file, page, what it is.
"""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select, update

from storage._tables import ATTENTION, LETTER, MESSAGE, SHEET
from storage.canonical import instant
from storage.ledger import Event


def sorted_out(conn: Connection, event: Event) -> None:
    """Which pages are which letter. A letter that keeps its number and pages keeps all that is known of it."""
    told = dict(_letter(text) for text in event.text("letters").split(";") if text)
    rows = conn.execute(select(LETTER).where(LETTER.c.record == event.record)).all()
    kept = {row.part for row in rows if told.get(row.part) == (row.file, row.pages)}
    for row in rows:
        if row.part not in kept:
            conn.execute(delete(LETTER).where(LETTER.c.record == event.record, LETTER.c.part == row.part))
    for part, (file, pages) in told.items():
        if part not in kept:
            conn.execute(insert(LETTER).values(record=event.record, part=part, file=file, pages=pages, **_NOTHING))
    conn.execute(delete(SHEET).where(SHEET.c.record == event.record))
    for text in filter(None, event.text("sheets").split(";")):
        place, _, role = text.partition("=")
        number, _, page = place.partition(":")
        conn.execute(insert(SHEET).values(record=event.record, file=int(number), page=int(page), role=role))
    _find_home(conn, event.record)


def linked(conn: Connection, event: Event) -> None:
    """A letter lies in a dossier, and why."""
    names = ("reason", "score", "runner_up", "runner_up_score")
    why = {name: event.text(name) for name in names}
    _set(conn, event, dossier=event.text("dossier"), linked_at=instant(event.at), linked_by=event.actor, **why)
    _forget_comparison(conn, event)
    _find_home(conn, event.record)


def unlinked(conn: Connection, event: Event) -> None:
    """A person took a letter out of a dossier; the software does not put it back there by itself."""
    of = (LETTER.c.record == event.record) & (LETTER.c.part == event.details["part"])
    before = conn.execute(select(LETTER.c.refused).where(of)).scalar_one().split()
    refused = " ".join(dict.fromkeys((*before, event.text("dossier"))))
    _set(conn, event, dossier=None, reason="", score="", runner_up="", runner_up_score="", refused=refused)
    _set(conn, event, linked_at=None, linked_by="")
    _forget_comparison(conn, event)
    _find_home(conn, event.record)


def tried(conn: Connection, event: Event) -> None:
    """A letter found no dossier, and why."""
    names = ("reason", "score", "runner_up", "runner_up_score")
    _set(conn, event, **{name: event.text(name) for name in names})


def compared(conn: Connection, event: Event) -> None:
    """How a letter was compared."""
    counts = {name: event.details[name] for name in ("deviations", "unreadable")}
    told = {"verdict": event.text("compared"), "against": event.text("against"), "compared_at": instant(event.at)}
    _set(conn, event, **told, **counts)


def frozen(conn: Connection, event: Event) -> None:
    """The package that holds a comparison."""
    _set(conn, event, package_sha256=event.text("package_sha256"))


def raised(conn: Connection, event: Event) -> None:
    """A point of attention stands open, perhaps again."""
    code = event.text("raised")
    conn.execute(delete(ATTENTION).where(ATTENTION.c.record == event.record, ATTENTION.c.code == code))
    conn.execute(insert(ATTENTION).values(record=event.record, code=code, since=instant(event.at)))


_NOTHING = {
    **dict.fromkeys(("reason", "score", "runner_up", "runner_up_score", "linked_by", "refused", "against"), ""),
    "verdict": "",
    "package_sha256": "",
    "deviations": 0,
    "unreadable": 0,
}


def _letter(text: str) -> tuple[int, tuple[int, str]]:
    part, file, pages = text.split(":")
    return int(part), (int(file), pages)


def _forget_comparison(conn: Connection, event: Event) -> None:
    nothing = {"against": "", "verdict": "", "deviations": 0, "unreadable": 0, "compared_at": None}
    _set(conn, event, **nothing, package_sha256="")


def _set(conn: Connection, event: Event, **values: object) -> None:
    row = update(LETTER).where(LETTER.c.record == event.record, LETTER.c.part == event.details["part"])
    conn.execute(row.values(**values))


def _find_home(conn: Connection, record: str) -> None:
    """A scan stands among the messages of the dossier of its first letter that has one."""
    first = select(LETTER.c.dossier).where(LETTER.c.record == record, LETTER.c.dossier.is_not(None))
    home = conn.execute(first.order_by(LETTER.c.part).limit(1)).scalar()
    values = {"dossier": home, "relation": "postal_scan" if home else None}
    conn.execute(update(MESSAGE).where(MESSAGE.c.record == record).values(**values))
