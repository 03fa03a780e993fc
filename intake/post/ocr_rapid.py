"""RapidOCR: models inside its wheel, so it reads on a machine that has only pip. Slower, heavier (1 GB), and a second opinion.

Its angle classifier turns long Dutch lines upside down, so it stays off (documents.md §4).
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import io
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from intake.post.pages import Rect, Sheet, Word

NEEDS = ("rapidocr", "onnxruntime")
_ENTRY = 3  # text, score, corners
_QUIET_ONE_THREAD = {
    "Global.use_cls": False,
    "Global.log_level": "error",
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
}


def rapid_name() -> str | None:
    """Name and version as a person sees it; None where it is not installed. Loads nothing."""
    if any(importlib.util.find_spec(name) is None for name in NEEDS):
        return None
    return f"RapidOCR {importlib.metadata.version('rapidocr')}"


@cache
def loaded() -> Any:
    """The engine with its models, loaded once per process."""
    from rapidocr import RapidOCR

    return RapidOCR(params=_QUIET_ONE_THREAD)


@cache
def recogniser() -> Any:
    """An engine for reading lines, its model loaded: one of its own, since it keeps what it was last asked to do."""
    import numpy as np
    from rapidocr import RapidOCR

    engine = RapidOCR(params=_QUIET_ONE_THREAD)
    engine(np.full((48, 96, 3), 255, np.uint8), use_det=False, use_cls=False, use_rec=True)
    return engine


def read_png(png: bytes) -> tuple[Word, ...]:
    """The words of a picture, in this process: run it in a child with 4 GiB."""
    import numpy as np
    from PIL import Image

    with Image.open(io.BytesIO(png)) as image:
        pixels = np.asarray(image.convert("RGB"))
    found = loaded()(pixels, return_word_box=True)
    return tuple(_words(found.word_results)) if found.txts else ()


def read_lines(pngs: Sequence[bytes]) -> tuple[str, ...]:
    """What stands on pictures of a single line each, in this process; recognition alone, so some thirty times as fast as a page."""
    import numpy as np
    from PIL import Image

    read = []
    for png in pngs:
        with Image.open(io.BytesIO(png)) as image:
            pixels = np.asarray(image.convert("RGB"))
        found = recogniser()(pixels, use_det=False, use_cls=False, use_rec=True)
        read.append(" ".join(found.txts) if found.txts else "")
    return tuple(read)


def _words(lines: Any) -> Iterator[Word]:
    """The words of each line it found, from the top as it gives them."""
    for number, line in enumerate(lines):
        for entry in line:
            if len(entry) != _ENTRY or not entry[0].strip():
                continue  # a line in which it recognised nothing
            text, score, corners = entry
            xs, ys = [c[0] for c in corners], [c[1] for c in corners]
            box = Rect(max(0, int(min(xs))), max(0, int(min(ys))), int(max(xs)), int(max(ys)))
            yield Word(text.strip(), box, float(score), number)


class RapidHere:
    """RapidOCR in this process, for pictures that we made ourselves; keeps to no time limit."""

    def __init__(self, name: str) -> None:
        self.name = name

    def words(self, sheet: Sheet, seconds: float) -> tuple[Word, ...]:  # noqa: ARG002 - the port's own parameter
        """The words of an upright sheet."""
        return read_png(sheet.png)
