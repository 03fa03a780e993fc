"""The texts of frozen documents and scans, page by page, so that no mail is read again for every scan. Not evidence.

What is lost here is made again from the frozen copies; `lacking` tells of what.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, Row, delete, select
from sqlalchemy.dialects.sqlite import insert

from storage._tables import HELD, MESSAGE
from storage.database import reading, writing


@dataclass(frozen=True, slots=True)
class HeldText:
    """A file's text: one for each page, None for a page that could not be read. `sha256` is the file's, "" for a mail's own words.

    `marks` are the sender's references that it bears, `codes` what the codes on each page say.
    """

    position: int
    sha256: str
    pages: tuple[str | None, ...]
    marks: tuple[str, ...] = ()
    codes: tuple[tuple[str, ...], ...] = ()

    @property
    def text(self) -> str:
        """All that was read."""
        return "\n".join(page or "" for page in self.pages)


class Held:
    """The texts of one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(self, record: str, texts: Iterable[HeldText]) -> None:
        """Keep the texts of a record's files; those that it had before are replaced."""
        with writing(self._engine) as conn:
            conn.execute(delete(HELD).where(HELD.c.record == record))
            for text in texts:
                values = {
                    "record": record,
                    "position": text.position,
                    "sha256": text.sha256,
                    "pages": _packed(text.pages),
                }
                codes = [list(each) for each in text.codes]
                conn.execute(insert(HELD).values(**values, marks=sorted(text.marks), codes=codes))

    def of(self, record: str) -> tuple[HeldText, ...]:
        """The texts of a record's files, in their order; empty where none were kept."""
        with reading(self._engine) as conn:
            rows = conn.execute(select(HELD).where(HELD.c.record == record).order_by(HELD.c.position))
            return tuple(_text(row) for row in rows)

    def linked(self, kinds: Sequence[str]) -> Mapping[int, tuple[str, str]]:
        """The texts of messages of these kinds that lie in a dossier: key → record and dossier, the oldest first."""
        query = select(HELD.c.id, HELD.c.record, MESSAGE.c.dossier).join(MESSAGE, MESSAGE.c.record == HELD.c.record)
        query = query.where(MESSAGE.c.dossier.is_not(None), MESSAGE.c.kind.in_(kinds)).order_by(HELD.c.id)
        with reading(self._engine) as conn:
            return {row.id: (row.record, row.dossier) for row in conn.execute(query)}

    def load(self, keys: Collection[int]) -> Mapping[int, HeldText]:
        """Texts by their keys; one that was replaced meanwhile is left out."""
        found: dict[int, HeldText] = {}
        wanted = sorted(keys)
        with reading(self._engine) as conn:
            for start in range(0, len(wanted), 500):
                rows = conn.execute(select(HELD).where(HELD.c.id.in_(wanted[start : start + 500])))
                found |= {row.id: _text(row) for row in rows}
        return found

    def lacking(self, kinds: Sequence[str]) -> tuple[str, ...]:
        """The registered messages of these kinds of which nothing is kept here, the oldest first."""
        kept = select(HELD.c.record)
        query = select(MESSAGE.c.record).where(MESSAGE.c.kind.in_(kinds), MESSAGE.c.record.not_in(kept))
        with reading(self._engine) as conn:
            return tuple(conn.execute(query.order_by(MESSAGE.c.record)).scalars())


def _packed(pages: Sequence[str | None]) -> bytes:
    return zlib.compress(json.dumps(list(pages), ensure_ascii=False).encode())


def _text(row: Row[Any]) -> HeldText:
    pages = tuple(json.loads(zlib.decompress(row.pages)))
    return HeldText(row.position, row.sha256, pages, tuple(row.marks), tuple(tuple(each) for each in row.codes))
