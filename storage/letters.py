"""The letters of scans: which pages they are on, which dossier they lie in, how they compare. Each act is one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, Row, select

from storage import jobs as queue
from storage._tables import LETTER, MESSAGE, SHEET
from storage.database import reading, writing
from storage.errors import NotKnown, StatusConflict
from storage.ledger import Detail, EventType
from storage.pen import Pen, dossier_row, message_row, track_details, track_values
from storage.shelf import IndexEntry, Shelf
from storage.values import SOFTWARE, Claim, NewJob
from storage.vault import PACKAGES, FrozenCopy, Vault, key_for

RELATION = "postal_scan"
"""How a scan belongs to a dossier; the kind of every message whose letters are kept here."""

FOREIGN = "foreign"
"""The role of a sheet with a text of which nothing is known."""

Tracks = Callable[["Sequence[LetterView]"], Mapping[str, str]]
"""What the side tracks of a dossier are, given the letters in it: the caller's words."""


@dataclass(frozen=True, slots=True)
class Why:
    """Why a letter lies in a dossier or in none: a stable code, how alike (0 to 1), and the next likely dossier."""

    reason: str
    score: float = 0.0
    runner_up: str = ""
    runner_up_score: float = 0.0

    def details(self) -> dict[str, str | None]:
        """As details of an event, which knows no fractions."""
        other = (
            {"runner_up": self.runner_up, "runner_up_score": f"{self.runner_up_score:.4f}"} if self.runner_up else {}
        )
        return {"reason": self.reason, "score": f"{self.score:.4f}", **other}


@dataclass(frozen=True, slots=True)
class Slip:
    """A letter to be: its number in the scan, the place of its file among the scan's files, its pages (from 1)."""

    part: int
    file: int
    pages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LetterView:
    """A letter as it stands. Times are RFC 3339 text; `against` is the SHA-256 of the document it was compared with.

    `refused` are dossiers that a person took it out of. `verdict` is "" while it was not compared.
    """

    record: str
    part: int
    file: int
    pages: tuple[int, ...]
    dossier: str | None
    why: Why
    linked_at: str | None = None
    linked_by: str = ""
    refused: tuple[str, ...] = ()
    against: str = ""
    verdict: str = ""
    deviations: int = 0
    unreadable: int = 0
    compared_at: str | None = None
    package_key: str | None = None

    @property
    def slip(self) -> Slip:
        """Its number, file and pages."""
        return Slip(self.part, self.file, self.pages)


@dataclass(frozen=True, slots=True)
class SheetView:
    """A page of a scan that is no page of a document, and what it is."""

    file: int
    page: int
    role: str


@dataclass(frozen=True, slots=True)
class Hand:
    """Who acts, and when. `note` is a person's reason: it goes to the vault, and only its digest stands in the event."""

    at: dt.datetime
    actor: str = SOFTWARE
    name: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a letter was compared: the caller's verdict, counts, the document's SHA-256, and the package that holds it all."""

    verdict: str
    deviations: int
    unreadable: int
    against: str
    package: FrozenCopy


@dataclass(frozen=True)
class Letters:
    """The letters of one database. `tracks` says what follows for a dossier's side tracks from the letters in it."""

    engine: Engine
    vault: Vault
    tracks: Tracks = field(default=lambda _: {})

    def of(self, record: str) -> tuple[LetterView, ...]:
        """The letters of a scan, in their order."""
        return self._found(LETTER.c.record == record)

    def within(self, number: str) -> tuple[LetterView, ...]:
        """The letters in a dossier, in the order in which they were put there."""
        return tuple(
            sorted(self._found(LETTER.c.dossier == number), key=lambda v: (v.linked_at or "", v.record, v.part))
        )

    def sheets(self, record: str) -> tuple[SheetView, ...]:
        """The pages of a scan that are no page of a document."""
        query = select(SHEET).where(SHEET.c.record == record).order_by(SHEET.c.file, SHEET.c.page)
        with reading(self.engine) as conn:
            return tuple(SheetView(row.file, row.page, row.role) for row in conn.execute(query))

    def note(self, digest: str) -> str:
        """What a person said with an act, by the digest in its event. Raises `CopyMissing`, `CopyAltered`."""
        return str(Shelf(self.vault).entry(digest).about["note"])

    def unsure(self) -> tuple[str, ...]:
        """The scans of which a letter lies in no dossier, or a sheet is of nothing known, in the order of arrival here."""
        strange = select(SHEET.c.record).where(SHEET.c.role == FOREIGN)
        with reading(self.engine) as conn:
            return tuple(sorted({*self.waiting(), *conn.execute(strange).scalars()}))

    def waiting(self) -> tuple[str, ...]:
        """The scans that have a letter in no dossier, in the order of arrival here."""
        query = select(MESSAGE.c.record).join(LETTER, LETTER.c.record == MESSAGE.c.record)
        query = query.where(LETTER.c.dossier.is_(None)).distinct().order_by(MESSAGE.c.record)
        with reading(self.engine) as conn:
            return tuple(conn.execute(query).scalars())

    def sort_out(
        self, record: str, slips: Sequence[Slip], sheets: Iterable[SheetView], hand: Hand, claim: Claim | None = None
    ) -> None:
        """Tell which pages are which letter. StatusConflict when a letter would change that a person put into a dossier.

        One that the software put there and that changes lies in no dossier any more, until it is linked again.
        """
        with writing(self.engine) as conn:
            standing = _views(conn, LETTER.c.record == record)
            changed = [v for v in standing if v.dossier and v.slip not in slips]
            if any(v.linked_by != SOFTWARE for v in changed):
                raise StatusConflict(f"a letter of {record} that a person put into a dossier would change; look again")
            told = ";".join(f"{s.part}:{s.file}:{_span(s.pages)}" for s in slips)
            roles = ";".join(f"{s.file}:{s.page}={s.role}" for s in sheets)
            if claim:
                queue.heartbeat(conn, claim, hand.at)
            self._pen(conn, hand).tell(EventType.WIJZIGING, record, letters=told, sheets=roles or None)

    def tried(self, record: str, part: int, why: Why, hand: Hand) -> None:
        """Tell why a letter lies in no dossier yet; the same again tells nothing."""
        with writing(self.engine) as conn:
            letter = _letter(conn, record, part)
            if letter.dossier is None and letter.why.details() != why.details():
                self._pen(conn, hand).tell(EventType.WIJZIGING, record, part=part, tried=True, **why.details())

    def link(
        self,
        record: str,
        part: int,
        number: str,
        why: Why,
        hand: Hand,
        *,
        jobs: Sequence[NewJob] = (),
        left: Sequence[NewJob] = (),
    ) -> None:
        """Put a letter into a dossier, out of another one where it lies in one. NotKnown, StatusConflict when it lies there.

        `jobs` follow with record, dossier and the letter's number in their payload, `left` those about a dossier that it left.
        """
        with reading(self.engine) as conn:  # an act that is refused must leave no note behind
            _linkable(conn, record, part, number)
        note = self._noted(record, hand)
        with writing(self.engine) as conn:
            letter = _linkable(conn, record, part, number)
            pen = self._pen(conn, hand)
            if letter.dossier:
                gone = self._take_out(pen, letter, letter.dossier, note)
                pen.follow_up([_about(j, part) for j in left], gone, record, letter.dossier)
            told = {"part": part, "relation": RELATION, "note_sha256": note, **why.details()}
            seq = pen.tell(EventType.OPNAME, record, dossier=number, **told)
            self._tell_tracks(pen, record, number)
            pen.follow_up([_about(j, part) for j in jobs], seq, record, number)

    def unlink(self, record: str, part: int, hand: Hand, *, jobs: Sequence[NewJob] = ()) -> str:
        """Take a letter out of its dossier; returns that dossier's number. NotKnown, StatusConflict when it lies in none."""
        with reading(self.engine) as conn:
            _linked(conn, record, part)
        note = self._noted(record, hand)
        with writing(self.engine) as conn:
            letter, number = _linked(conn, record, part)
            pen = self._pen(conn, hand)
            seq = self._take_out(pen, letter, number, note)
            pen.follow_up([_about(j, part) for j in jobs], seq, record, number)
            return number

    def compared(
        self, claim: Claim, letter: LetterView, outcome: Outcome, hand: Hand, *, jobs: Sequence[NewJob] = ()
    ) -> bool:
        """Record how a letter was compared and finish the job; False when it lies elsewhere by now. Raises `LostClaim`."""
        with writing(self.engine) as conn:
            queue.finish(conn, claim)
            now = next(iter(_views(conn, (LETTER.c.record == letter.record) & (LETTER.c.part == letter.part))), None)
            if now is None or now.dossier is None or now.dossier != letter.dossier or now.slip != letter.slip:
                return False
            pen, package = self._pen(conn, hand), outcome.package
            about: dict[str, Detail] = {"dossier": now.dossier, "part": now.part}
            digests = {"package_sha256": package.name, "package_file_sha256": package.sha256}
            pen.tell(EventType.BEVRIEZING, now.record, **about, **digests, package_file_size=package.size)
            counts: dict[str, Detail] = {"deviations": outcome.deviations, "unreadable": outcome.unreadable}
            told = {**about, **counts, "compared": outcome.verdict, "against": outcome.against}
            seq = pen.tell(EventType.WIJZIGING, now.record, **told)
            self._tell_tracks(pen, now.record, now.dossier)
            pen.follow_up(jobs, seq, now.record, now.dossier)
            return True

    def raise_point(self, record: str, code: str, hand: Hand) -> None:
        """Let a point of attention stand open; one that does already tells nothing."""
        with writing(self.engine) as conn:
            message_row(conn, record)
            pen = self._pen(conn, hand)
            if not pen.stands_open(record, code):
                pen.tell(EventType.WIJZIGING, record, raised=code)

    def settle_points(self, record: str, codes: Sequence[str], hand: Hand) -> None:
        """Points of attention that are dealt with, where they stand open."""
        with writing(self.engine) as conn:
            self._pen(conn, hand).settle(record, message_row(conn, record).dossier, codes)

    def _pen(self, conn: Connection, hand: Hand) -> Pen:
        return Pen(conn, Shelf(self.vault), hand.actor, hand.at, hand.name)

    def _noted(self, record: str, hand: Hand) -> str | None:
        """What a person said, in the vault, before any lock is taken; its digest."""
        return Shelf(self.vault).place(IndexEntry(record, about={"note": hand.note})) if hand.note else None

    def _take_out(self, pen: Pen, letter: LetterView, number: str, note: str | None) -> int:
        told = {"part": letter.part, "unlinked": True, "note_sha256": note}
        seq = pen.tell(EventType.WIJZIGING, letter.record, dossier=number, **told)
        self._tell_tracks(pen, letter.record, number)
        return seq

    def _tell_tracks(self, pen: Pen, record: str, number: str) -> None:
        """Say how the dossier's side tracks stand, where that changed."""
        wanted, current = self.tracks(_views(pen.conn, LETTER.c.dossier == number)), track_values(pen.conn, number)
        if changed := {name: value for name, value in wanted.items() if current.get(name) != value}:
            pen.tell(EventType.WIJZIGING, record, dossier=number, **track_details(changed))

    def _found(self, where: Any) -> tuple[LetterView, ...]:
        with reading(self.engine) as conn:
            return _views(conn, where)


def _about(job: NewJob, part: int) -> NewJob:
    return NewJob(job.kind, {**job.payload, "part": part})


def _views(conn: Connection, where: Any) -> tuple[LetterView, ...]:
    query = select(LETTER).where(where).order_by(LETTER.c.record, LETTER.c.part)
    return tuple(_view(row) for row in conn.execute(query))


def _letter(conn: Connection, record: str, part: int) -> LetterView:
    message_row(conn, record)
    found = _views(conn, (LETTER.c.record == record) & (LETTER.c.part == part))
    if not found:
        raise NotKnown(f"{record} has no letter {part}: it is no scan of the post, or was not read yet")
    return found[0]


def _linkable(conn: Connection, record: str, part: int, number: str) -> LetterView:
    """A letter that can be put into a dossier. Raises `NotKnown`, `StatusConflict`."""
    letter = _letter(conn, record, part)
    dossier_row(conn, number)
    if letter.dossier == number:
        raise StatusConflict(f"{record} part {part} lies in {number} already")
    return letter


def _linked(conn: Connection, record: str, part: int) -> tuple[LetterView, str]:
    """A letter that lies in a dossier, with that. Raises `NotKnown`, `StatusConflict`."""
    letter = _letter(conn, record, part)
    if letter.dossier is None:
        raise StatusConflict(f"{record} part {part} lies in no dossier")
    return letter, letter.dossier


def _view(row: Row[Any]) -> LetterView:
    why = Why(row.reason, float(row.score or 0), row.runner_up, float(row.runner_up_score or 0))
    return LetterView(
        record=row.record,
        part=row.part,
        file=row.file,
        pages=_pages(row.pages),
        dossier=row.dossier,
        why=why,
        linked_at=row.linked_at,
        linked_by=row.linked_by,
        refused=tuple(row.refused.split()),
        against=row.against,
        verdict=row.verdict,
        deviations=row.deviations,
        unreadable=row.unreadable,
        compared_at=row.compared_at,
        package_key=key_for(PACKAGES, row.package_sha256, "tar") if row.package_sha256 else None,
    )


def _span(pages: Sequence[int]) -> str:
    """Page numbers in short: "1-3,5"."""
    spans: list[list[int]] = []
    for n in sorted(pages):
        if spans and n == spans[-1][1] + 1:
            spans[-1][1] = n
        else:
            spans.append([n, n])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in spans)


def _pages(text: str) -> tuple[int, ...]:
    bounds = (part.partition("-") for part in text.split(",") if part)
    return tuple(n for first, _, last in bounds for n in range(int(first), int(last or first) + 1))
