"""Passages as documents, and what the rules make of them beside what their labels say."""

from __future__ import annotations

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from intake.checks.persoonsgegevens import find_personal_data
from intake.model import Block, Document, Register, Role
from intake.text import fold
from tests.evaluation.scores import Tally

HERE = Path(__file__).parent
BEFORE = (  # a passage stands within a text, not in its letterhead
    "Dit signaal wordt door de partners samen ingediend.",
    "Hieronder beschrijven wij wat is vastgesteld.",
)
_MARKS = {"# ": Role.HEADING, "[voetnoot] ": Role.FOOTNOTE}


@dataclass(frozen=True, slots=True)
class Passage:
    """A text of some sentences, the data (type, words) that must be found in it, and those that may be."""

    id: str
    text: str
    data: frozenset[tuple[str, str]]
    allowed: frozenset[tuple[str, str]]


@dataclass
class Found:
    """The score over one file of passages."""

    types: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    misses: list[str] = field(default_factory=list)
    passages: int = 0
    without: int = 0
    quiet: int = 0

    @property
    def whole(self) -> Tally:
        """All types together."""
        tallies = self.types.values()
        return Tally(sum(t.hit for t in tallies), sum(t.false for t in tallies), sum(t.missed for t in tallies))


def load(name: str) -> list[Passage]:
    """The passages of one file."""
    entries: list[dict[str, Any]] = tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))["passage"]
    return [Passage(e["id"], e["text"].strip(), _pairs(e["data"]), _pairs(e.get("allowed", ()))) for e in entries]


def score(passages: Iterable[Passage]) -> Found:
    """Find the data in every passage and count."""
    found = Found()
    for passage in passages:
        given = {(d.type, d.text) for d in find_personal_data(document(passage.text), Register())}
        labelled, made = _plain(passage.data), _plain(given) - (_plain(passage.allowed) - _plain(passage.data))
        for kind in {k for k, _ in labelled | made}:
            found.types[kind].compare([t for k, t in labelled if k == kind], [t for k, t in made if k == kind])
        found.passages += 1
        found.without += not labelled
        found.quiet += not labelled and not made
        found.misses += [f"{passage.id} missed {k}: {t}" for k, t in sorted(labelled - made)]
        found.misses += [f"{passage.id} false {k}: {t}" for k, t in sorted(made - labelled)]
    return found


def document(text: str) -> Document:
    """A readable document of two sentences and these paragraphs (see open.toml for the marks)."""
    blocks = (*map(Block, BEFORE), *_blocks(text))
    return Document("passage.pdf", "0", "pdf", readable=True, blocks=blocks)


def _blocks(text: str) -> Iterator[Block]:
    for table, paragraph in enumerate(re.split(r"\n\s*\n", text)):
        if paragraph.startswith("| "):
            for row, line in enumerate(paragraph.splitlines()):
                cells = enumerate(line.strip("| ").split(" | "))
                yield from (Block(cell, Role.CELL, cell=(table, row, column)) for column, cell in cells)
            continue
        mark = next((m for m in _MARKS if paragraph.startswith(m)), "")
        yield Block(paragraph.removeprefix(mark), _MARKS.get(mark, Role.PARAGRAPH))


def _pairs(entries: Iterable[list[str]]) -> frozenset[tuple[str, str]]:
    return frozenset((kind, text) for kind, text in entries)


def _plain(data: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Letters and digits only: how much of a bracket belongs to a datum is no matter."""
    return {(kind, "".join(c for c in fold(text) if c.isalnum())) for kind, text in data}


def types(passages: Iterable[Passage]) -> Counter[str]:
    """How many data of each type are labelled."""
    return Counter(kind for passage in passages for kind, _ in passage.data)
