"""A desk that lives by a clock of our own: records in a folder, random but repeatable life, and a channel that counts its posts."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.desk import LocalDesk
from intake.model import Kind
from intake.states import Status, following
from storage.backends.local import LocalVault
from storage.database import open_database
from storage.dossiers import Records
from storage.values import Arrival, DossierView, Join, Registration

KINDS = (Kind.QUESTION, Kind.DRAFT, Kind.CASE_REPORT, Kind.AUTOMATIC, Kind.OTHER, Kind.OTHER, Kind.WITHDRAWAL)
POINTS = ("possibly_formal", "threat_spoofed_sender", "signature_undetermined", "post_deviates")
POST = ("nog_niet", "verwacht", "ontvangen", "komt_overeen", "wijkt_af")
WHY = ("other_desk", "advertises", "press", "spam_flag", "nothing")
PERSON = "6f0f4c1e-0000-4000-8000-000000000001"


class SetClock:
    """The port `Clock`, set by the test."""

    def __init__(self, at: dt.datetime) -> None:
        self.at = at

    def now(self) -> dt.datetime:
        return self.at


class CountingDesk(LocalDesk):
    """The local channel, that tells how often it was asked to post."""

    def __init__(self, records: Records, clock: SetClock) -> None:
        super().__init__(records, clock)
        self.posts: list[tuple[str, dt.datetime]] = []
        self._clock_of_test = clock

    def post(self, key: str, card: Mapping[str, Any]) -> str:
        self.posts.append((key, self._clock_of_test.at))
        return super().post(key, card)


def opened(folder: Path) -> Records:
    """Records whose database and vault lie in a folder."""
    return Records(open_database(f"sqlite:///{folder}/loketbs.sqlite"), LocalVault(folder / "vault"))


class Life:
    """Does random things to records; the same seed does the same."""

    def __init__(self, records: Records, seed: int) -> None:
        self.records, self._chance, self._mails = records, random.Random(seed), 0

    def happen(self, at: dt.datetime) -> None:
        """One thing happens."""
        doings = (self._mail, self._mail, self._status, self._status, self._track, self._settle)
        self._chance.choice(doings)(at)

    def _mail(self, at: dt.datetime) -> None:
        records, chance = self.records, self._chance
        self._mails += 1
        copy = records.freeze_raw(f"mail {self._mails}".encode())
        record = records.receive(Arrival("postvak", f"1:{self._mails}", at, copy, at)).record
        claim = records.work.claim("life", at, ["process"])
        if claim is None or chance.random() < 0.05:
            return  # not judged yet
        opens, numbers = chance.random() < 0.5, [d.number for d in records.dossiers()]
        joins = Join(chance.choice(numbers), "supplement") if not opens and numbers and chance.random() < 0.3 else None
        kind = Kind.SUBMISSION if opens else Kind.SUPPLEMENT if joins else chance.choice(KINDS)
        signed = chance.choice(("nog_niet", "aanwezig"))
        tracks = {"post": chance.choice(POST[:2]), "ondertekening": signed, "organisaties": "1"} if opens else {}
        if opens and chance.random() < 0.2:
            tracks["persoonsgegevens"] = "aanwijzing"
        reasons = [{"rule": "herkenning", "verdict": "pass", "why": chance.choice(WHY), "file": "", "page": None}]
        records.register(
            claim,
            Registration(
                str(claim.payload["record"]),
                kind.value,
                possibly_formal=opens,
                at=at,
                opens_dossier=opens,
                joins=joins,
                statuses=(Status.ONTVANGEN.value,) if opens else (),
                tracks=tracks,
                about={"reasons": reasons, "record": record},
                attention=tuple(p for p in POINTS if chance.random() < 0.15),
            ),
        )

    def _running(self) -> DossierView | None:
        found = [d for d in self.records.dossiers() if following(Status(d.status))]
        return self._chance.choice(found) if found else None

    def _status(self, at: dt.datetime) -> None:
        if dossier := self._running():
            target = self._chance.choice(sorted(following(Status(dossier.status))))
            self.records.set_status(dossier.number, target.value, actor=PERSON, at=at)

    def _track(self, at: dt.datetime) -> None:
        if dossier := self._running():
            name, states = self._chance.choice((("post", POST), ("ondertekening", ("nog_niet", "aanwezig"))))
            self.records.set_tracks(dossier.number, {name: self._chance.choice(states)}, actor=PERSON, at=at)

    def _settle(self, at: dt.datetime) -> None:
        points = [p for p in self.records.attention() if p.job is None]
        if points:
            point = self._chance.choice(points)
            self.records.settle(point.record, point.code, actor=PERSON, at=at)
