"""The known dossiers, as new mail is compared with them: remembered between mails, renewed where a dossier got another mail."""

from __future__ import annotations

import logging
from dataclasses import replace

from intake.relate import Item, KnownItem, from_plain, known_dossier
from storage.dossiers import Records
from storage.errors import CopyAltered, CopyMissing

log = logging.getLogger(__name__)


class KnownDossiers:
    """Every dossier of the records as one `KnownItem`. Not for several threads at once."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._items: dict[str, Item] = {}
        self._dossiers: dict[str, tuple[tuple[str, ...], KnownItem]] = {}

    def without(self, record: str) -> list[KnownItem]:
        """Every dossier with its mails, one mail (the one that is being judged) left out."""
        members, ours = self._records.members().items(), self._records.outgoing.ids()
        others = ((number, tuple(r for r in records if r != record)) for number, records in members)
        return [
            _with_ours(self._dossier(number, records), ours.get(number, ())) for number, records in others if records
        ]

    def item(self, record: str) -> Item:
        """What a registered mail is compared by, as it was kept; where the vault lost it, what the tables still have of it."""
        if record not in self._items:
            try:
                self._items[record] = from_plain(self._records.about(record)["item"])
            except (CopyMissing, CopyAltered):
                log.exception("a kept copy is gone", extra={"action": "copy_gone", "record": record})
                self._items[record] = self._from_tables(record)
        return self._items[record]

    def _dossier(self, number: str, records: tuple[str, ...]) -> KnownItem:
        remembered = self._dossiers.get(number)
        if remembered is None or remembered[0] != records:
            known = known_dossier(number, [self.item(record) for record in records])
            remembered = self._dossiers[number] = (records, known)
        return remembered[1]

    def _from_tables(self, record: str) -> Item:
        """Which of its files was the signal is not known any more, so that none of them proves a repetition."""
        (known,) = self._records.known_items(record)
        return Item(
            sha256=known.raw_sha256,
            thread=frozenset(known.threads),
            annexes=frozenset(d.sha256 for d in known.documents),
            sketches=tuple(d.sketch for d in known.documents),
            sender=known.sender,
        )


def _with_ours(known: KnownItem, message_ids: tuple[str, ...]) -> KnownItem:
    """What we wrote about a dossier is a thread of it too: an answer to our mail belongs there."""
    if not message_ids:
        return known
    return replace(known, item=replace(known.item, thread=known.item.thread | set(message_ids)))
