"""What a child that reads pictures can do: RapidOCR on a picture of ours. Its helper holds the models, which take 1 GB."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from intake.post.pages import Pictures, Word
from intake.sandbox.tasks import adapter

PRELOAD = ("rapidocr",)
"""Loaded once by the helper; children inherit it."""


def words(data: bytes, parameters: Mapping[str, Any]) -> bytes:  # noqa: ARG001 - every task has the same form
    """The words of a picture."""
    from intake.post.ocr_rapid import read_png

    return adapter(tuple[Word, ...]).dump_json(read_png(data))


def lines(data: bytes, parameters: Mapping[str, Any]) -> bytes:  # noqa: ARG001 - every task has the same form
    """What stands on pictures of one line each."""
    from intake.post.ocr_rapid import read_lines

    return adapter(tuple[str, ...]).dump_json(read_lines(adapter(Pictures).validate_json(data).pngs))


def warm() -> None:
    """Load the models in the helper; children inherit them."""
    from intake.post.ocr_rapid import loaded, recogniser

    loaded()
    recogniser()


TASKS: Mapping[str, Callable[[bytes, Mapping[str, Any]], bytes]] = {"words": words, "lines": lines}
