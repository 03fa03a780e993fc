"""Reading the scans among the documents of one mail: which pages need it, page by page, and the same documents with their text."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Protocol

from intake.documents.limits import Refused
from intake.errors import OcrError, SandboxError
from intake.model import Defect, Document
from intake.post.pages import Engine, Looks, OcrLimits, OcrPage, Sheet, Word
from intake.post.reading import pages_to_read, with_text

_READ = 0.6  # of the letters read surely: the page lies the right way up
_KEPT_PAGES = 400  # pages remembered
_TURNS = (0, 180, 90, 270)


class Eyes(Protocol):
    """What opens the bytes of a scan: child processes in the service, this process for bytes of our own."""

    engines: tuple[Engine, ...]
    """What reads, the first one first; the others where it fails."""

    def sheet(self, data: bytes, page: int, turned: int | None) -> Sheet:
        """A page made ready. Raises `Refused` or `SandboxError`."""
        ...

    def looks(self, data: bytes, page: OcrPage) -> Looks:
        """What the page shows beside its words. Raises `Refused` or `SandboxError`."""
        ...


class ScanReader:
    """Reads scans through `eyes` within limits; pages read once are remembered by the content of their file."""

    def __init__(self, eyes: Eyes, limits: OcrLimits | None = None) -> None:
        self.eyes, self.limits = eyes, limits or OcrLimits()
        self._known: OrderedDict[tuple[str, int], OcrPage] = OrderedDict()
        self._lock = threading.Lock()

    def read(self, scans: Sequence[tuple[Document, bytes]]) -> tuple[Document, ...]:
        """The same documents, those of pictured pages with the text read from them. Never raises on bad input.

        All share one budget of pages and time; what goes over it stays unread and becomes a defect.
        """
        wanted = [(n, page) for n, (document, _) in enumerate(scans) for page in pages_to_read(document)]
        if not wanted:
            return tuple(document for document, _ in scans)
        read: list[dict[int, OcrPage | Defect]] = [{} for _ in scans]
        deadline = time.monotonic() + self.limits.seconds
        with ThreadPoolExecutor(max(1, self.limits.workers)) as pool:
            jobs = [
                pool.submit(self.page, scans[n][0].sha256, scans[n][1], page, deadline)
                for n, page in wanted[: self.limits.pages]
            ]
            for (n, page), job in zip(wanted, jobs, strict=False):
                read[n][page] = job.result()
        for n, page in wanted[self.limits.pages :]:
            read[n][page] = Defect("page_not_read", where=str(page), detail=f"{len(wanted)} > {self.limits.pages}")
        return tuple(with_text(document, pages, self.limits) for (document, _), pages in zip(scans, read, strict=True))

    def page(self, sha256: str, data: bytes, number: int, deadline: float) -> OcrPage | Defect:
        """One page read, or why not; `deadline` is a moment of `time.monotonic`."""
        with self._lock:
            if known := self._known.get((sha256, number)):
                return known
        if time.monotonic() >= deadline:
            return Defect("page_not_read", where=str(number), detail="time")
        try:
            page = self._read(data, number, deadline)
        except Refused as refused:
            return replace(refused.problem, where=str(number))
        except (OcrError, SandboxError) as error:
            return Defect("page_not_read", where=str(number), detail=error.reason)
        with self._lock:
            self._known[sha256, number] = page
            while len(self._known) > _KEPT_PAGES:
                self._known.popitem(last=False)
        return page

    def _read(self, data: bytes, number: int, deadline: float) -> OcrPage:
        """The page by the first engine that reads it, the way up in which most of it can be read. Raises `OcrError`."""
        first = self.eyes.sheet(data, number, None)
        if first.blank:
            return page_of(first, "", ())
        best: OcrPage | None = None
        failure = OcrError("no engine")
        for engine in self.eyes.engines:
            turns = _TURNS if best is None else ((best.turned - first.turned) % 360,)
            for turned in ((first.turned + t) % 360 for t in turns):
                sheet = first if turned == first.turned else self.eyes.sheet(data, number, turned)
                seconds = max(1.0, min(self.limits.page_seconds, deadline - time.monotonic()))
                try:
                    page = page_of(sheet, engine.name, engine.words(sheet, seconds))
                except OcrError as error:
                    failure = error
                    break
                best = page if best is None or page.share_read > best.share_read else best
                if best.share_read >= _READ or time.monotonic() >= deadline:
                    return replace(best, looks=self.eyes.looks(data, best))
        if best is None:
            raise failure
        return replace(best, looks=self.eyes.looks(data, best))


def page_of(sheet: Sheet, engine: str, words: Sequence[Word]) -> OcrPage:
    """What an engine read on a sheet."""
    return OcrPage(
        page=sheet.page,
        width=sheet.width,
        height=sheet.height,
        dpi=sheet.dpi,
        scanned_dpi=sheet.scanned_dpi,
        turned=sheet.turned,
        skew=sheet.skew,
        engine=engine,
        words=tuple(words),
    )
