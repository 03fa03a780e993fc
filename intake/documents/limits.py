"""What a document may cost, and how a reader says that it went over (reference: documents.md §12)."""

from __future__ import annotations

from dataclasses import dataclass

from intake.errors import IntakeError
from intake.model import Defect, Threat


@dataclass(frozen=True, slots=True)
class DocumentLimits:
    """Bounds on one document; each is far above what a signal of some pages needs and far below what hurts."""

    pages: int = 200  # pages read of a PDF; further ones are counted and reported
    page_mm: float = 1500  # longest side of a page, millimetres, before anything is rendered
    objects_per_page: int = 20_000  # page objects looked at for pictures and drawn ink
    chars_per_page: int = 60_000  # characters of one page
    blocks: int = 50_000  # paragraphs, cells, … of one document
    stream_bytes: int = 100 << 20  # one PDF stream, unpacked
    zip_entries: int = 2_000  # files in a DOCX or ODT
    zip_bytes: int = 100 << 20  # all of them, unpacked
    zip_ratio: int = 200  # unpacked / packed, tested on members over `ratio_floor`
    ratio_floor: int = 1 << 20  # bytes; small members of ordinary files compress very well
    xml_bytes: int = 60 << 20  # one XML part, unpacked
    pictures: int = 500  # pictures looked at per document
    pixels: int = 50_000_000  # pixels of one picture before it is decoded


class Refused(IntakeError):  # noqa: N818 - states the fact
    """A reader will not go on with this file; `problem` is what a person sees, `threat` why it may be dangerous."""

    def __init__(self, problem: Defect, threat: Threat | None = None) -> None:
        super().__init__(problem.code)
        self.problem = problem
        self.threat = threat
