"""What a comparison needs of the world: pages read, sheets laid on pages, crops read again. Child processes in the service."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Protocol

from intake.documents import extract
from intake.model import Document, Trust
from intake.post.compare.laying import Laid, Laying, lay
from intake.post.compare.printed import PrintedPage, printed_pages
from intake.post.here import EyesHere
from intake.post.ocr_rapid import rapid_name, read_lines, read_png
from intake.post.office import laid_out
from intake.post.scan import ScanReader

OFFICE_SECONDS = 60.0
"""What laying out one document may take by the clock."""
_PDFIUM = threading.Lock()


class Bench(Protocol):
    """What opens the bytes of strangers and reads pictures."""

    reader: ScanReader
    """Reads whole pages."""
    second: str
    """The engine that reads crops, as a person sees it; empty where there is none."""

    def printed(self, data: bytes) -> tuple[PrintedPage, ...]:
        """The pages of a PDF or picture file. Raises `Refused` or `SandboxError`."""
        ...

    def extracted(self, data: bytes) -> Document:
        """A document without pages, as text."""
        ...

    def laid_out(self, data: bytes, kind: str) -> bytes | None:
        """A DOCX or ODT as a PDF; None where nothing here can lay it out."""
        ...

    def laid(self, frozen: bytes, scan: bytes, task: Laying) -> Laid:
        """One sheet on its frozen page. Raises `Refused` or `SandboxError`."""
        ...

    def lines(self, crops: Sequence[bytes]) -> tuple[str, ...]:
        """What the second engine reads in pictures of one line each, made here. Raises `OcrError`."""
        ...

    def regions(self, pngs: Sequence[bytes]) -> tuple[str, ...]:
        """What it reads in pictures of several lines. Raises `OcrError`."""
        ...


class BenchHere:
    """Everything in this process, for bytes of our own."""

    def __init__(self, reader: ScanReader | None = None) -> None:
        self.reader = reader or ScanReader(EyesHere())
        self.second = rapid_name() or ""

    def printed(self, data: bytes) -> tuple[PrintedPage, ...]:
        """The pages of a PDF or picture file. Raises `Refused`."""
        with _PDFIUM:
            return printed_pages(data)

    def extracted(self, data: bytes) -> Document:
        """A document without pages, as text."""
        return extract(data, "", "", trust=Trust())

    def laid_out(self, data: bytes, kind: str) -> bytes | None:
        """A DOCX or ODT as a PDF; None where LibreOffice is not installed."""
        return laid_out(data, kind, OFFICE_SECONDS)

    def laid(self, frozen: bytes, scan: bytes, task: Laying) -> Laid:
        """One sheet on its frozen page. Raises `Refused`."""
        with _PDFIUM:
            return lay(frozen, scan, task)

    def lines(self, crops: Sequence[bytes]) -> tuple[str, ...]:
        """What RapidOCR reads in pictures of one line each."""
        return read_lines(crops)

    def regions(self, pngs: Sequence[bytes]) -> tuple[str, ...]:
        """What RapidOCR reads in pictures of several lines."""
        return tuple(" ".join(word.text for word in read_png(png)) for png in pngs)
