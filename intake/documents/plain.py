"""Text files and pictures as documents: a text file is its paragraphs, a picture has no text layer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from intake.documents.content import Content
from intake.documents.limits import DocumentLimits, Refused
from intake.documents.pictures import Frame, broken_picture, is_sheet, opened, picture_of
from intake.documents.text import clean, is_list_item, squeeze
from intake.model import Block, Defect, Picture, Role, Threat

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_PARAGRAPHS = re.compile(r"\n\s*\n")


def read_text(data: bytes, limits: DocumentLimits) -> Content:
    """Read a text file: UTF-8, UTF-16 with its mark, else Windows-1252; paragraphs are parted by empty lines."""
    text, problems = _decoded(data)
    fixed, odd = clean(text.replace("\r\n", "\n").replace("\r", "\n"))
    pieces = [squeeze(piece) for piece in _PARAGRAPHS.split(fixed)]
    blocks = [Block(p, Role.LIST_ITEM if is_list_item(p) else Role.PARAGRAPH) for p in pieces if p]
    if len(blocks) > limits.blocks:
        raise Refused(Defect("too_many_blocks"))
    return Content("text", tuple(blocks), (), (*problems, *([Defect("odd_characters")] if odd else [])))


def _decoded(data: bytes) -> tuple[str, tuple[Defect, ...]]:
    encoding = next((name for bom, name in _BOMS if data.startswith(bom)), "utf-8")
    try:
        return data.decode(encoding), ()
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace"), (Defect("guessed_encoding", detail="cp1252"),)


def read_image(data: bytes, limits: DocumentLimits) -> Content:
    """Read a picture file (also a TIFF of several pages): its frames as pages, without text. Raises `Refused`."""
    try:
        with opened(data) as image:
            frames = int(getattr(image, "n_frames", 1))
            width, height = image.size
    except broken_picture() as error:
        raise Refused(Defect("damaged_picture", detail=type(error).__name__), Threat.CORRUPT) from error
    problems = [Defect("too_many_pages", detail=str(frames))] if frames > limits.pages else []
    if frames > 1 or is_sheet(width, height):
        pictures = tuple(_sheets(data, min(frames, limits.pages), limits, problems))
    else:
        picture, problem = picture_of(data, Frame(-1), limits)
        problems += [problem] if problem else []
        pictures = (replace(picture, page=1),)
    return Content("image", (), pictures, tuple(problems), pages=frames, text_layer=False)


def _sheets(data: bytes, frames: int, limits: DocumentLimits, problems: list[Defect]) -> Iterator[Picture]:
    """Every frame as a page, each followed by what a pen may have written on it; a page that cannot be looked at is a problem."""
    from intake.documents.page_ink import pen_strokes

    with opened(data) as image:
        for number in range(1, frames + 1):
            grey = None
            try:
                image.seek(number - 1)
                if image.width * image.height > limits.pixels:
                    problems.append(
                        Defect("picture_too_large", where=str(number), detail=f"{image.width}x{image.height}")
                    )
                else:
                    grey = np.asarray(image.convert("L"))
            except broken_picture() as error:
                problems.append(Defect("damaged_page", where=str(number), detail=type(error).__name__))
            yield Picture("page", image.width, image.height, -1, page=number)
            for _, _, width, height in () if grey is None else pen_strokes(grey):
                yield Picture("ink", width, height, -1, page=number, detail="on a scanned page")
