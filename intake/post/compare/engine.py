"""`compare`: one scan beside one frozen document. The order of the work; what it rests on stands in the modules beside it."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from intake.documents.kinds import kind_of
from intake.documents.limits import Refused
from intake.model import Defect, Document
from intake.post.compare.align import Aligned, align
from intake.post.compare.bench import Bench
from intake.post.compare.concluding import conclude
from intake.post.compare.flow import beside, flowing, page_of, running_words, swapped, without_running
from intake.post.compare.laying import Laying
from intake.post.compare.looking import Files, Seen, differences
from intake.post.compare.pairs import FrozenPage, Pair, drawn, laid, loose, photographed, sequences
from intake.post.compare.signed import unlaid_lines
from intake.post.compare.stack import Stack, sort_out
from intake.post.comparison import Comparison, Faces, PagePair, PostVerdict
from intake.post.pagematch import Pairing, ScannedPage, pair_pages
from intake.post.pages import OcrPage

_WITHOUT_PAGES = frozenset({"docx", "odt", "text"})
_READ = 0.75  # of a page's words: with fewer read, the rest may as well be noise
_ELSEWHERE = 0.5  # of a missing page's words: with so many on other sheets it is not missing


def compare(frozen: bytes, scan: bytes, bench: Bench, *, faces: bool = False) -> Comparison:
    """Lay a scan (PDF, TIFF, JPEG, PNG) beside a frozen document (PDF, DOCX, ODT or a picture); `faces` asks for the pictures.

    Raises `Refused` or `SandboxError` when the scan cannot be opened; a frozen document that cannot makes it undetermined.
    """
    job = _Job(Files(frozen, scan), bench, time.monotonic() + bench.reader.limits.seconds, faces)
    sheets = job.read(scan, range(1, len(bench.printed(scan)) + 1))
    read = [s for s in sheets if isinstance(s, OcrPage)]
    if len(read) < len(sheets):
        return Comparison(PostVerdict.UNDETERMINED, reasons=("sheets_not_read",))
    try:
        found = job.beside(read)
    except Refused as refused:
        lines = tuple(unlaid_lines(read))
        return Comparison(PostVerdict.UNDETERMINED, signatures=lines, reasons=(f"frozen_{refused.problem.code}",))
    engines = [s.engine for s in read if s.engine] + [bench.second] * bool(bench.second)
    return replace(found, engines=tuple(dict.fromkeys(engines)))


@dataclass(frozen=True, slots=True)
class _Job:
    """One comparison as it goes; `deadline` is a moment of `time.monotonic`."""

    files: Files
    bench: Bench
    deadline: float
    faces: bool

    def read(self, data: bytes, numbers: Sequence[int]) -> list[OcrPage | Defect]:
        """Pages read by OCR, side by side."""
        sha256, reader = hashlib.sha256(data).hexdigest(), self.bench.reader
        with ThreadPoolExecutor(max(1, reader.limits.workers)) as pool:
            return list(pool.map(lambda n: reader.page(sha256, data, n, self.deadline), numbers))

    def beside(self, sheets: Sequence[OcrPage]) -> Comparison:
        """The way that fits the frozen document. Raises `Refused`."""
        kind = kind_of(self.files.frozen)
        if kind not in _WITHOUT_PAGES:
            return self.paged(sheets)
        pdf = self.bench.laid_out(self.files.frozen, kind)
        if pdf is None:
            return self.flowing(sheets)
        return replace(replace(self, files=Files(pdf, self.files.scan)).paged(sheets), rendering="libreoffice")

    def paged(self, sheets: Sequence[OcrPage]) -> Comparison:
        """Against a document with pages. Raises `Refused`."""
        pages = self._pages()
        texts = [p.text for p in pages]
        pairing = pair_pages(texts, [ScannedPage(s.text, s.turned) for s in sheets])
        stack = sort_out(pairing, texts, sheets)
        pairs = laid(pairing, pages, sheets)
        parts = {n for p in pairing.placed if p.part for n in p.frozen}
        layers = [align(left, right) for left, right in sequences(pairs, pages, parts)]
        lost = {p.sheet.page for p in pairs if not p.registered and _read_badly(p, layers)}
        seen = [self._seen([p for p in pairs if p.sheet.page not in lost], aligned) for aligned in layers]
        stack = stack.without(_found_elsewhere(layers[0], pairing) if layers else frozenset())
        found = conclude(seen, stack, pairs, sheets, self.bench.reader.limits.least_dpi)
        by_place = {(p.frozen.page, p.sheet.page): p for p in pairs}
        if lost and found.verdict is not PostVerdict.UNKNOWN_DOCUMENT:
            found = replace(found, verdict=_doubted(found), reasons=(*found.reasons, "sheets_not_read"))
        shown = tuple(_page_pairs(pairing, by_place, stack, sheets))
        return replace(found, pages=shown, faces=self._faces(shown, by_place, {p.page: p for p in pages}, sheets))

    def flowing(self, sheets: Sequence[OcrPage]) -> Comparison:
        """Against a document without pages, by its text. Raises `Refused`."""
        document = self.bench.extracted(self.files.frozen)
        if not document.readable:
            raise Refused(_why(document))
        words = flowing(document)
        text = " ".join(t.text for t in words)
        pairing = pair_pages([text], [ScannedPage(s.text, s.turned) for s in sheets])
        pairing = replace(pairing, missing=())
        stack = sort_out(pairing, [text], sheets)
        stack = replace(
            stack, benign=tuple(b for b in stack.benign if b.kind != "page_twice")
        )  # all sheets are of one page here
        bodies = without_running(sheets, running_words(document))
        ours = [loose(sheets[p.scan - 1], p.score, bodies[p.scan - 1]) for p in pairing.placed if p.frozen]
        frozen, scan, order = beside(words, ours)
        pairs = [page_of(pair, order.index(pair.sheet.page) + 1) for pair in ours]
        seen = [self._seen(pairs, align(frozen, scan))] if pairs else []
        stack = replace(stack, deviations=(*stack.deviations, *swapped(order)))
        found = conclude(seen, stack, pairs, sheets, self.bench.reader.limits.least_dpi)
        by_sheet = {pair.sheet.page: pair for pair in pairs}
        told_pages = tuple(_sheet_pairs(pairing, by_sheet, stack, sheets))
        by_place = {(p.frozen.page, p.sheet.page): p for p in pairs}
        return replace(found, pages=told_pages, rendering="text", faces=self._faces(told_pages, by_place, {}, sheets))

    def _faces(
        self,
        shown: Sequence[PagePair],
        by_place: Mapping[tuple[int, int], Pair],
        pages: Mapping[int, FrozenPage],
        sheets: Sequence[OcrPage],
    ) -> tuple[Faces, ...]:
        """The pictures of every pair, one after the other."""
        return tuple(self._face(one, by_place, pages, sheets) for one in shown) if self.faces else ()

    def _face(
        self,
        one: PagePair,
        by_place: Mapping[tuple[int, int], Pair],
        pages: Mapping[int, FrozenPage],
        sheets: Sequence[OcrPage],
    ) -> Faces:
        pair = by_place.get((one.page or 0, one.sheet or 0))
        page = pages.get(one.page or 0)
        if pair is None and one.sheet is not None:
            pair = loose(sheets[one.sheet - 1], 0.0, ())
        size = page.size if page else pair.frozen.size if pair else (1, 1)
        frozen = (page.side or page.page) if page else None
        laid = self.bench.laid(
            self.files.frozen, self.files.scan, Laying(frozen, size, pair.side if pair else None, faces=True)
        )
        return Faces(laid.frozen, laid.scan, *size)

    def _seen(self, pairs: Sequence[Pair], aligned: Aligned) -> Seen:
        """What differs on the pairs whose sheets take part in one pass through the document."""
        sheets = {(p.page, p.sheet) for p in aligned.scan}
        return differences(
            self.files, self.bench, [p for p in pairs if (p.frozen.page, p.sheet.page) in sheets], aligned
        )

    def _pages(self) -> list[FrozenPage]:
        """The pages of the frozen document, those that are pictures read by OCR. Raises `Refused`."""
        printed = self.bench.printed(self.files.frozen)
        pictures = [p.page for p in printed if p.pictured]
        read = dict(zip(pictures, self.read(self.files.frozen, pictures), strict=True))
        return [photographed(p.page, _page(read[p.page])) if p.pictured else drawn(p) for p in printed]


def _read_badly(pair: Pair, layers: Sequence[Aligned]) -> bool:
    """Whether a sheet that cannot be laid on its page was not read well enough to compare its words either."""
    equal = sum(a.scan[j].sheet == pair.sheet.page for a in layers for _, j in a.equal)
    return equal < _READ * max(1, len(pair.frozen.tokens))


def _doubted(found: Comparison) -> PostVerdict:
    """What remains of a verdict when a sheet could not be compared: a deviation elsewhere stands, equality does not."""
    return found.verdict if found.deviations else PostVerdict.UNDETERMINED


def _page(read: OcrPage | Defect) -> OcrPage:
    if isinstance(read, Defect):
        raise Refused(read)
    return read


def _why(document: Document) -> Defect:
    return document.problems[0] if document.problems else Defect("damaged_file")


def _found_elsewhere(aligned: Aligned, pairing: Pairing) -> frozenset[int]:
    """The missing pages whose words stand on other sheets: what came before them on paper left room."""
    words = Counter(p.page for p in aligned.frozen if not p.running)
    equal = Counter(aligned.frozen[i].page for i, _ in aligned.equal if not aligned.frozen[i].running)
    return frozenset(n for n in pairing.missing if words[n] and equal[n] >= _ELSEWHERE * words[n])


def _page_pairs(
    pairing: Pairing, by_place: Mapping[tuple[int, int], Pair], stack: Stack, sheets: Sequence[OcrPage]
) -> Iterator[PagePair]:
    for placed in pairing.placed:
        dpi = sheets[placed.scan - 1].scanned_dpi
        for number in placed.frozen:
            mode = "registered" if by_place[number, placed.scan].registered else "reflow"
            yield PagePair(number, placed.scan, placed.turned, placed.score, mode, dpi=dpi)
        if not placed.frozen:
            yield PagePair(None, placed.scan, placed.turned, placed.score, role=stack.roles[placed.scan], dpi=dpi)
    for number in pairing.missing:
        yield PagePair(number, None)


def _sheet_pairs(
    pairing: Pairing, by_sheet: Mapping[int, Pair], stack: Stack, sheets: Sequence[OcrPage]
) -> Iterator[PagePair]:
    for placed in pairing.placed:
        pair, dpi = by_sheet.get(placed.scan), sheets[placed.scan - 1].scanned_dpi
        page, mode = (pair.frozen.page, "reflow") if pair else (None, "none")
        yield PagePair(page, placed.scan, placed.turned, placed.score, mode, stack.roles.get(placed.scan, ""), dpi)
