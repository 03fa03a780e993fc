"""What laying a scanned letter beside the frozen document says: pairs of pages, deviations with both readings, what is harmless.

Boxes are shares (0 to 1) of the width and height of the frozen page, origin top left; a page that has no frozen counterpart is
measured by its own sheet. Both faces of a pair are pictures of the same size: the scan is laid onto the frozen page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar

from intake.model import BYTES_AS_BASE64, Verdict


class PostVerdict(StrEnum):
    """The answer for the whole scan (`compare --json`, DESIGN §9)."""

    IDENTICAL = "identical"
    SIGNATURE_PAGE_ONLY = "signature_page_only"
    DEVIATES = "deviates"
    WRONG_VERSION = "wrong_version"
    UNKNOWN_DOCUMENT = "unknown_document"
    UNDETERMINED = "undetermined"


class DeviationKind(StrEnum):
    """What differs (LABELS.md of the corpus)."""

    WORD_CHANGED = "word_changed"
    WORD_MISSING = "word_missing"
    WORD_ADDED = "word_added"
    NUMBER_CHANGED = "number_changed"
    PARAGRAPH_MISSING = "paragraph_missing"
    PAGE_MISSING = "page_missing"
    PAGE_ADDED = "page_added"
    PAGES_SWAPPED = "pages_swapped"
    HANDWRITTEN_NOTE = "handwritten_note"
    ANNEX_MISSING = "annex_missing"


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle on a page: left, top, right and bottom as shares of its width and height."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """One independent sign about a spot: who or what says it (an engine's name, "missing_ink", "added_ink"), what it reads or
    measures, and whether that speaks for a deviation (FAIL), for noise (PASS) or neither.
    """

    source: str
    reading: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Deviation:
    """A real difference, or, in `Comparison.unreadable`, a spot whose picture does not let one decide.

    `page` is the frozen page (for an added page: None), `sheet` the scan's page (for a missing page: None), both from 1. `frozen`
    and `scan` are the two readings, `before` and `after` some frozen words around the spot.
    """

    kind: DeviationKind
    page: int | None
    sheet: int | None
    frozen: str = ""
    scan: str = ""
    confidence: float = 1.0
    region: Region | None = None
    before: str = ""
    after: str = ""
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Benign:
    """A difference without meaning: `kind` as of LABELS.md ("stamp", "skew", "signature_ink", "blank_backside", "ocr_noise" …)."""

    kind: str
    sheet: int
    page: int | None = None
    region: Region | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class PagePair:
    """A page of the scan and the frozen page it is of, either None where it has no other.

    `role` says what a sheet without frozen page is: "foreign", "blank", "cover_sheet", "cover_letter", "envelope". `mode` is how
    they were compared: "registered" (laid on one another), "reflow" (by text alone) or "none".
    """

    page: int | None
    sheet: int | None
    turned: int = 0
    score: float = 0.0
    mode: str = "none"
    role: str = ""
    dpi: int = 0


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """Ink at one signatory's line on the paper: `ink` is "signature", "paraph", "stamp", "empty" or "unclear"."""

    name: str
    ink: str
    page: int | None = None
    sheet: int | None = None
    region: Region | None = None
    confidence: float = 1.0


@dataclass(frozen=True)
class Faces:
    """The pictures of one pair for a person to look at, WebP or PNG, of one size where both are there."""

    __pydantic_config__: ClassVar[dict[str, Any]] = BYTES_AS_BASE64

    frozen: bytes | None
    scan: bytes | None
    width: int
    height: int


@dataclass(frozen=True)
class Comparison:
    """Everything that laying one scan beside one frozen document says.

    `rendering` tells what the frozen page pictures were made from: "file" (the PDF itself), "libreoffice", or "text" (no picture:
    compared by text alone). `unreadable` are spots to look at; they are no deviations, and not called equal. `reasons` are
    stable codes with a Dutch sentence in `bot/texts`. `faces` belong to `pages` one by one; empty unless asked for.
    """

    verdict: PostVerdict
    pages: tuple[PagePair, ...] = ()
    deviations: tuple[Deviation, ...] = ()
    unreadable: tuple[Deviation, ...] = ()
    benign: tuple[Benign, ...] = ()
    signatures: tuple[SignatureLine, ...] = ()
    rendering: str = "file"
    engines: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    faces: tuple[Faces, ...] = ()
    timings: Mapping[str, float] = field(default_factory=dict)

    @property
    def wet_signature(self) -> bool:
        """Whether at least one signatory's line bears a pen's signature or paraph."""
        return any(line.ink in {"signature", "paraph"} for line in self.signatures)
