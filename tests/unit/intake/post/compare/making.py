"""Words laid out as tokens, and pages made here, for the tests of the comparison."""

from __future__ import annotations

from collections.abc import Sequence

from intake.post.compare.align import Placed
from intake.post.compare.tokens import Token, tokens
from intake.post.pages import OcrPage, Rect, Word
from tests.evaluation.post.printing import Style, printed

TEXT = (
    "In 2024 zijn in Wolfsdal 148 bedrijven bezocht, waarvan er 31 niet in het register stonden.",
    "De gemeente Wolfsdal kan op grond van artikel 13 geen vergunning weigeren aan deze bedrijven.",
    "De schade bedroeg ten minste 475.500 euro en komt ten laste van de ondernemers in de regio.",
    "Wij vragen de minister van Financiën om artikel 13 van de wet aan te vullen voor 2027.",
)
_LETTER, _HIGH, _STEP = 11, 20, 34  # pixels


def laid(lines: Sequence[str], *, left: int = 200, top: int = 300, confidence: float = 0.95) -> tuple[Token, ...]:
    """The words of lines below each other, as a typewriter would set them."""
    return tokens(
        (word, box, number, confidence)
        for number, line in enumerate(lines)
        for word, box in _boxes(line, left, top + number * _STEP)
    )


def _boxes(line: str, left: int, top: int) -> list[tuple[str, Rect]]:
    found, x = [], left
    for word in line.split():
        wide = _LETTER * len(word)
        found.append((word, Rect(x, top, x + wide, top + _HIGH)))
        x += wide + _LETTER
    return found


def placed(lines: Sequence[str], page: int = 1, sheet: int = 0, **given: int) -> list[Placed]:
    """The words of lines in a sequence."""
    return [Placed(token, page, sheet) for token in laid(lines, **given)]


def sheet(text: str, page: int = 1, *, turned: int = 0, dpi: int = 200, engine: str = "reader") -> OcrPage:
    """A sheet on which an engine read these lines."""
    words = [
        Word(word, box, 0.9, number)
        for number, line in enumerate(text.split("\n"))
        for word, box in _boxes(line, 200, 200 + number * _STEP)
    ]
    return OcrPage(page, 1654, 2339, dpi, dpi, turned, 0.0, engine, tuple(words))


def pdf(sentences: Sequence[str] = TEXT, style: Style | None = None) -> bytes:
    """A page of text with these paragraphs."""
    return printed([sentence.split() for sentence in sentences], style or Style())
