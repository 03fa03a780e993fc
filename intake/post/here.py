"""Scans read in this process, for bytes we made ourselves; pdfium is not made for threads, so one page at a time is shown."""

from __future__ import annotations

import threading

from intake.post.engines import engines_here
from intake.post.looks import looks_of_sheet
from intake.post.pages import Engine, Looks, OcrPage, Sheet
from intake.post.sheets import prepared, sheet_of

_PDFIUM = threading.Lock()


class EyesHere:
    """Renders and looks in this process."""

    def __init__(self, engines: tuple[Engine, ...] | None = None) -> None:
        self.engines = engines_here() if engines is None else engines

    def sheet(self, data: bytes, page: int, turned: int | None) -> Sheet:
        """A page made ready. Raises `Refused`."""
        with _PDFIUM:
            return sheet_of(data, page, turned=turned)

    def looks(self, data: bytes, page: OcrPage) -> Looks:
        """What the page shows beside its words. Raises `Refused`."""
        with _PDFIUM:
            return page_looks(data, page)


def page_looks(data: bytes, page: OcrPage) -> Looks:
    """The page prepared again, as it was read, and looked at. Raises `Refused`."""
    picture, _, _ = prepared(data, page.page, turned=page.turned, skew=page.skew)
    return looks_of_sheet(picture.pixels, picture.dpi, page.words)
