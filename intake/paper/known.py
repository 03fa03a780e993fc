"""The frozen documents as post is held against them: an index of all texts, kept up to date from the records."""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from intake.model import Kind
from intake.paper.texts import TEXTS_OF, reference_marks
from intake.post.codes import Code
from intake.post.likeness import Reading, lay
from intake.post.match import Frozen, Index, Match
from intake.text import words
from storage.dossiers import Records
from storage.errors import StorageError
from storage.held import HeldText

log = logging.getLogger(__name__)

_HEAD = 3000  # characters
_TOP = 90  # words at the top of a document that tell where it begins
_NEARLY = 0.03  # of likeness: two forms of one text
_TOP_ALIKE = 0.6  # a letterhead and a stamp cost more than the middle of a page
KINDS = tuple(sorted(TEXTS_OF))


class Known:
    """What scans are held against: the texts, and the fingerprints and first words of the documents of each dossier."""

    def __init__(self) -> None:
        self.index = Index()
        self.prints: defaultdict[str, set[str]] = defaultdict(set)
        self._tops: defaultdict[str, list[Reading]] = defaultdict(list)

    def add(self, ref: str, texts: Iterable[HeldText]) -> None:
        """Take over the texts of a mail or document; one that cannot be opened by its references alone."""
        kept = list(texts)
        for held in [text for text in kept if text.pages] or kept[:1]:
            self.index.add(Frozen(ref, held.text, frozenset(held.marks)))
            if top := words(held.text[:_HEAD])[:_TOP]:
                self._tops[ref].append(Reading(tuple(top)))
        self.prints[ref] |= {held.sha256 for held in kept if held.sha256}

    def coded(self, codes: Iterable[Code]) -> str | None:
        """The one dossier that codes name, when it holds a document of that fingerprint."""
        named = {c.number for c in codes if any(c.fits(sha256) for sha256 in self.prints.get(c.number, ()))}
        return next(iter(named)) if len(named) == 1 else None

    def find(self, pages: Sequence[str], codes: Collection[Code], *, whole: bool) -> Match:
        """Where pages of a scan belong."""
        return self.index.match(pages, reference_marks(pages), self.coded(codes), whole=whole)

    def tops(self, ref: str, page: str) -> frozenset[int]:
        """Which of a dossier's documents have their top on a page."""
        said = Reading(words(page))
        tops = enumerate(self._tops.get(ref, ()))
        return frozenset(n for n, top in tops if lay(top, said).likeness >= _TOP_ALIKE)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A frozen document: the record that it came in, and its text."""

    record: str
    text: HeldText


class KnownTexts:
    """`Known` over the records: what was frozen since the last look is added at the next. Threads may share it.

    Texts that are not kept (frozen by an earlier version) are read once more, by `read`, from the frozen mail.
    """

    def __init__(self, records: Records, read: Callable[[str], tuple[HeldText, ...]]) -> None:
        self._records, self._read = records, read
        self._known, self._seen = Known(), set[int]()
        self._lock = threading.Lock()

    def now(self) -> Known:
        """The index with everything that was frozen until now."""
        with self._lock:
            self._keep_lacking()
            linked = self._records.held.linked(KINDS)
            fresh = {key: place for key, place in linked.items() if key not in self._seen}
            texts = self._records.held.load(fresh)
            of_record: defaultdict[tuple[str, str], list[HeldText]] = defaultdict(list)
            for key, place in fresh.items():
                if key in texts:
                    of_record[place].append(texts[key])
            for (_, dossier), kept in of_record.items():
                self._known.add(dossier, kept)
            self._seen |= texts.keys()
            return self._known

    def document(self, number: str, pages: Sequence[str]) -> Chosen | None:
        """What pages are compared with: of the documents of a dossier the one that they are most like; None when there is none.

        What was submitted is the measure: later versions and supplements count only where no submitted document is like the pages.
        Where no text tells, it is the first document that was submitted.
        """
        submitted = self._documents(number, (Kind.SUBMISSION.value,))
        chosen = _likest(submitted, pages) or _likest(self._documents(number, KINDS), pages)
        return chosen or next(iter(submitted), None)

    def _documents(self, number: str, kinds: Sequence[str]) -> list[Chosen]:
        linked = {key: record for key, (record, other) in self._records.held.linked(kinds).items() if other == number}
        return [Chosen(linked[key], text) for key, text in sorted(self._records.held.load(linked).items())]

    def _keep_lacking(self) -> None:
        for record in self._records.held.lacking(KINDS):
            try:
                self._records.held.put(record, self._read(record))
            except (StorageError, OSError):
                log.exception("a frozen text cannot be read again", extra={"action": "held", "record": record})


def _likest(documents: Sequence[Chosen], pages: Sequence[str]) -> Chosen | None:
    """The document that pages are most like; of two that are nearly equal (a PDF and its source) the one that has pages."""
    index = Index(Frozen(str(n), one.text.text) for n, one in enumerate(documents) if one.text.pages)
    found = index.match(pages, whole=False)
    if found.ref is None:
        return None
    best, other = documents[int(found.ref)], found.runner_up
    if other and other.score >= found.score - _NEARLY:
        return max(best, documents[int(other.ref)], key=lambda one: len(one.text.pages))
    return best
