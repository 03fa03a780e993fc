"""What stands on a PDF page beside its text: ruled lines, drawn curves, pictures. By pdfium's page objects, forms included."""

from __future__ import annotations

import ctypes
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

import pypdfium2.raw as pdfium
from pypdfium2 import PdfPage

from intake.documents.limits import DocumentLimits
from intake.documents.pdf_lines import Box4, turn_of
from intake.documents.pdf_tables import Rule, rules_of

_DEEPEST = 4  # forms inside forms
_FEW_SEGMENTS = 6  # a rectangle with its closing line, and one to spare
_MOST_SEGMENTS = 4_000  # of one path; maps and charts have more and are no signature
_SHOWN = {
    pdfium.FPDF_ANNOT_WIDGET,
    pdfium.FPDF_ANNOT_FREETEXT,
    pdfium.FPDF_ANNOT_STAMP,
    pdfium.FPDF_ANNOT_INK,
}
"""Annotations that a reader sees as part of the page: filled-in fields, typed-on text, stamps, pen strokes on a tablet."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Curve:
    """A drawn path with bends: its points (curves flattened) as displayed, in points; `filled` when it is an outline."""

    points: tuple[tuple[Point, ...], ...]
    box: Box4
    filled: bool
    width: float


@dataclass(slots=True)
class Marks:
    """What was found on one page."""

    rules: list[Rule] = field(default_factory=list)
    curves: list[Curve] = field(default_factory=list)
    images: list[tuple[object, Box4]] = field(default_factory=list)
    complete: bool = True


def flatten(page: PdfPage) -> bool:
    """Draw the shown annotations into the page, so that text and pictures of filled-in fields are read; True when there are any.

    Only the copy in memory changes; the caller loads the page again.
    """
    for index in range(pdfium.FPDFPage_GetAnnotCount(page.raw)):
        annotation = pdfium.FPDFPage_GetAnnot(page.raw, index)
        subtype = pdfium.FPDFAnnot_GetSubtype(annotation)
        pdfium.FPDFPage_CloseAnnot(annotation)
        if subtype in _SHOWN:
            return bool(pdfium.FPDFPage_Flatten(page.raw, pdfium.FLAT_NORMALDISPLAY) == pdfium.FLATTEN_SUCCESS)
    return False


class _Collector:
    """The walk over the objects of one page."""

    def __init__(self, page: PdfPage, limits: DocumentLimits) -> None:
        self.marks = Marks()
        self.left = limits.objects_per_page
        self.turn = turn_of(page)
        self.floats = [ctypes.c_float() for _ in range(4)]
        self.page = page

    def collect(self) -> Marks:
        raw = self.page.raw
        for index in range(pdfium.FPDFPage_CountObjects(raw)):
            self.visit(pdfium.FPDFPage_GetObject(raw, index), None, 0)
        return self.marks

    def visit(self, handle: object, form: pdfium.FS_MATRIX | None, depth: int) -> None:
        kind = pdfium.FPDFPageObj_GetType(handle)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            return
        self.left -= 1
        if self.left < 0:
            self.marks.complete = False
            return
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            self.path(handle, form)
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            self.marks.images.append((handle, self.box(handle, form)))
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _DEEPEST:
            matrix = pdfium.FS_MATRIX()
            pdfium.FPDFPageObj_GetMatrix(handle, matrix)
            inner = matrix if form is None else _times(matrix, form)
            for index in range(pdfium.FPDFFormObj_CountObjects(handle)):
                self.visit(pdfium.FPDFFormObj_GetObject(handle, index), inner, depth + 1)

    def box(self, handle: object, form: pdfium.FS_MATRIX | None) -> Box4:
        left, bottom, right, top = self.floats
        pdfium.FPDFPageObj_GetBounds(handle, left, bottom, right, top)
        corners = [_at(form, x, y) for x in (left.value, right.value) for y in (bottom.value, top.value)]
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        return self.turn(min(xs), min(ys), max(xs), max(ys))

    def path(self, handle: object, form: pdfium.FS_MATRIX | None) -> None:
        count = pdfium.FPDFPath_CountSegments(handle)
        box = self.box(handle, form)
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDFPath_GetDrawMode(handle, fill, stroke)
        if not fill.value and not stroke.value:
            return
        if count <= _FEW_SEGMENTS and not self.bent(handle, count):
            self.marks.rules += rules_of(box)
        elif count <= _MOST_SEGMENTS:
            self.curved(handle, form, box, filled=bool(fill.value))

    def bent(self, handle: object, count: int) -> bool:
        return any(
            pdfium.FPDFPathSegment_GetType(pdfium.FPDFPath_GetPathSegment(handle, i)) == pdfium.FPDF_SEGMENT_BEZIERTO
            for i in range(count)
        )

    def curved(self, handle: object, form: pdfium.FS_MATRIX | None, box: Box4, *, filled: bool) -> None:
        """Keep a path of many segments: its level and upright pieces as rules of a table, else as a curve."""
        matrix = pdfium.FS_MATRIX()
        pdfium.FPDFPageObj_GetMatrix(handle, matrix)
        whole = matrix if form is None else _times(matrix, form)
        strokes = [tuple(self.displayed(whole, x, y) for x, y in stroke) for stroke in self.strokes(handle)]
        straight = [_ruled(a, b) for stroke in strokes for a, b in itertools.pairwise(stroke)]
        if straight and all(straight):
            self.marks.rules += [rule for rule in straight if rule]
            return
        width = ctypes.c_float()
        pdfium.FPDFPageObj_GetStrokeWidth(handle, width)
        self.marks.curves.append(Curve(tuple(s for s in strokes if len(s) > 1), box, filled, width.value))

    def displayed(self, matrix: pdfium.FS_MATRIX, x: float, y: float) -> Point:
        there = _at(matrix, x, y)
        return self.turn(*there, *there)[:2]

    def strokes(self, handle: object) -> Iterator[list[Point]]:
        """The strokes of a path in its own space; Bézier curves as five pieces."""
        x, y = ctypes.c_float(), ctypes.c_float()
        stroke: list[Point] = []
        controls: list[Point] = []
        for index in range(pdfium.FPDFPath_CountSegments(handle)):
            segment = pdfium.FPDFPath_GetPathSegment(handle, index)
            pdfium.FPDFPathSegment_GetPoint(segment, x, y)
            kind, point = pdfium.FPDFPathSegment_GetType(segment), (x.value, y.value)
            if kind == pdfium.FPDF_SEGMENT_MOVETO:
                yield stroke
                stroke = [point]
            elif kind == pdfium.FPDF_SEGMENT_BEZIERTO:
                controls.append(point)
                if len(controls) == 3:  # noqa: PLR2004 - a cubic curve has three points beyond its start
                    stroke += _bezier(stroke[-1] if stroke else controls[0], *controls)
                    controls = []
            else:
                stroke.append(point)
            if pdfium.FPDFPathSegment_GetClose(segment) and stroke:
                stroke.append(stroke[0])
        yield stroke


def marks_of(page: PdfPage, limits: DocumentLimits) -> Marks:
    """The rules, curves and pictures of a page; `complete` is False when it has more objects than the limit."""
    return _Collector(page, limits).collect()


def _at(matrix: pdfium.FS_MATRIX | None, x: float, y: float) -> Point:
    if matrix is None:
        return x, y
    return matrix.a * x + matrix.c * y + matrix.e, matrix.b * x + matrix.d * y + matrix.f


def _times(inner: pdfium.FS_MATRIX, outer: pdfium.FS_MATRIX) -> pdfium.FS_MATRIX:
    """One matrix that does `inner` and then `outer` (ISO 32000-2 §8.3.4)."""
    return pdfium.FS_MATRIX(
        inner.a * outer.a + inner.b * outer.c,
        inner.a * outer.b + inner.b * outer.d,
        inner.c * outer.a + inner.d * outer.c,
        inner.c * outer.b + inner.d * outer.d,
        *_at(outer, inner.e, inner.f),
    )


def _bezier(a: Point, b: Point, c: Point, d: Point) -> list[Point]:
    found = []
    for step in range(1, 6):
        t = step / 5
        w = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
        found.append(
            (
                w[0] * a[0] + w[1] * b[0] + w[2] * c[0] + w[3] * d[0],
                w[0] * a[1] + w[1] * b[1] + w[2] * c[1] + w[3] * d[1],
            )
        )
    return found


def _ruled(a: Point, b: Point) -> Rule | None:
    """The rule between two points when it is level or upright, else None."""
    if abs(a[0] - b[0]) < 0.5:  # noqa: PLR2004 - points
        return Rule(a[0], min(a[1], b[1]), a[0], max(a[1], b[1]))
    if abs(a[1] - b[1]) < 0.5:  # noqa: PLR2004 - points
        return Rule(min(a[0], b[0]), a[1], max(a[0], b[0]), a[1])
    return None
