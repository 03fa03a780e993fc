"""Which OCR engines this machine has, and in which order they read: no setting, what is installed decides."""

from __future__ import annotations

from collections.abc import Callable

from intake.post.ocr_rapid import RapidHere, rapid_name
from intake.post.ocr_tesseract import find_tesseract
from intake.post.pages import Engine


def engines_here(rapid: Callable[[str], Engine] = RapidHere) -> tuple[Engine, ...]:
    """The engines of this machine, the first one first: Tesseract is three times as fast, RapidOCR needs no installation.

    `rapid` makes the engine of RapidOCR's name: in this process, or in one of its own.
    """
    tesseract, name = find_tesseract(), rapid_name()
    found: tuple[Engine, ...] = (tesseract,) if tesseract else ()
    return (*found, rapid(name)) if name else found


def available_engines() -> tuple[str, ...]:
    """Name and version of each engine of this machine, in the order in which they are tried."""
    return tuple(engine.name for engine in engines_here())
