"""A comparison's bench in child processes: strangers' bytes are opened in fresh children, crops read in RapidOCR's own helper."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from intake.documents.limits import Refused
from intake.model import Defect, Document, Trust
from intake.post.compare.bench import OFFICE_SECONDS
from intake.post.compare.laying import Laid, Laying
from intake.post.compare.printed import PrintedPage
from intake.post.office import laid_out
from intake.post.pages import Sheet
from intake.post.scan import ScanReader
from intake.sandbox.scans import Call, RapidApart, checked
from intake.sandbox.tasks import adapter

_SECONDS = 60.0  # for the crops of one page

Extract = Callable[[bytes, str, str, str | None, Trust], Document]


class BenchApart:
    """Works through `call`, the door to the children; `rapid` is None where RapidOCR is not installed."""

    def __init__(self, call: Call, extract: Extract, reader: ScanReader, rapid: RapidApart | None) -> None:
        self._call, self._extract, self._rapid = call, extract, rapid
        self.reader = reader
        self.second = rapid.name if rapid else ""

    def printed(self, data: bytes) -> tuple[PrintedPage, ...]:
        """The pages of a PDF or picture file. Raises `Refused` or `SandboxError`."""
        kind = tuple[PrintedPage, ...] | Defect
        found: tuple[PrintedPage, ...] | Defect = checked(kind, self._call("printed", data, {}))
        if isinstance(found, Defect):
            raise Refused(found)
        return found

    def extracted(self, data: bytes) -> Document:
        """A document without pages, as text."""
        return self._extract(data, "", "", None, Trust())

    def laid_out(self, data: bytes, kind: str) -> bytes | None:
        """A DOCX or ODT as a PDF; None where LibreOffice is not installed. It runs under limits of its own, not in a child."""
        return laid_out(data, kind, OFFICE_SECONDS)

    def laid(self, frozen: bytes, scan: bytes, task: Laying) -> Laid:
        """One sheet on its frozen page. Raises `Refused` or `SandboxError`."""
        given = {"laying": adapter(Laying).dump_python(task, mode="json"), "first": len(frozen)}
        found: Laid | Defect = checked(Laid | Defect, self._call("laid", frozen + scan, given))
        if isinstance(found, Defect):
            raise Refused(found)
        return found

    def lines(self, crops: Sequence[bytes]) -> tuple[str, ...]:
        """What RapidOCR reads in pictures of one line each. Raises `OcrError`."""
        return self._rapid.lines(crops, _SECONDS) if self._rapid else ()

    def regions(self, pngs: Sequence[bytes]) -> tuple[str, ...]:
        """What RapidOCR reads in pictures of several lines. Raises `OcrError`."""
        if self._rapid is None:
            return ()
        sheets = (Sheet(1, png, 0, 0, 0, 0) for png in pngs)
        return tuple(" ".join(w.text for w in self._rapid.words(sheet, _SECONDS)) for sheet in sheets)
