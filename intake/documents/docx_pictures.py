"""The pictures of a DOCX: drawings, old VML pictures, pen strokes drawn in Word (ECMA-376 part 1, §20; [MS-ODRAWXML] ink)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from intake.documents.docx_parts import relations
from intake.documents.limits import DocumentLimits, Refused
from intake.documents.package import Package
from intake.documents.pictures import Frame, picture_of
from intake.model import Defect, Picture

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_BLIP = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"
_EXTENT = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}extent"
_VML = "{urn:schemas-microsoft-com:vml}imagedata"
_EMU_PER_MM = 36_000


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing met on the walk: in which part, behind which block, in which cell."""

    part: str
    element: etree._Element
    after: int
    cell: tuple[int, int, int] | None


def pictures_of(
    package: Package, drawings: Sequence[Drawing], limits: DocumentLimits, problems: list[Defect]
) -> tuple[Picture, ...]:
    """Look at the pictures of all drawings; what cannot be looked at is named in `problems`."""
    seen: list[Picture] = []
    for drawing in drawings:
        for target in _targets(package, drawing):
            if len(seen) >= limits.pictures:
                problems.append(Defect("too_many_pictures"))
                return tuple(seen)
            try:
                frame = Frame(drawing.after, drawing.cell, _area(drawing.element))
                picture, problem = picture_of(package.read(target), frame, limits)
            except Refused as refused:
                problems.append(refused.problem)
                continue
            if problem:
                problems.append(Defect(problem.code, target, problem.detail))
            seen.append(picture)
    return tuple(seen)


def _targets(package: Package, drawing: Drawing) -> Iterator[str]:
    """The picture parts that a drawing shows; linked pictures are elsewhere and stay there."""
    ids = [blip.get(_R + "embed") for blip in drawing.element.iter(_BLIP)]
    ids += [data.get(_R + "id") for data in drawing.element.iter(_VML)]
    if not ids:
        return
    try:
        known = {i: target for i, _, target, external in relations(package, drawing.part) if not external}
    except Refused:
        return
    for name in ids:
        if name in known and known[name] in package:
            yield known[name]


def _area(element: etree._Element) -> float:
    """Square millimetres of a drawing, 0 where it says nothing."""
    extent = next(element.iter(_EXTENT), None)
    sides = [extent.get(side, "") for side in ("cx", "cy")] if extent is not None else []
    if len(sides) == 2 and all(s.isdigit() and len(s) <= 10 for s in sides):  # noqa: PLR2004 - two sides
        return int(sides[0]) * int(sides[1]) / _EMU_PER_MM**2
    return 0.0
