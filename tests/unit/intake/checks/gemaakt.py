"""Reads the made-up signals of `signalen/`: labels, and the document as a reader would hand it over."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from pathlib import Path

from intake.formats.signaal import load_format
from intake.model import Block, Document, Role

FOLDER = Path(__file__).parent / "signalen"
_ROLES = {"# ": (Role.HEADING, 1), "## ": (Role.HEADING, 2), "T: ": (Role.HEADING, 0), "B: ": (Role.PARAGRAPH, 0)}
_SIZES = {"# ": 14.0, "## ": 11.5, "T: ": 20.0, "B: ": 11.0}
_OCR = str.maketrans({"l": "1", "o": "0", "e": "c", "i": "l"})
_LINE = 55


@dataclass(frozen=True, slots=True)
class Gemaakt:
    """A made-up signal with its labels."""

    name: str
    title: str
    organisations: frozenset[str]
    ministers: frozenset[str]
    missing: frozenset[str]
    document: Document

    @property
    def elements(self) -> dict[str, bool]:
        return {i.id: i.id not in self.missing for i in load_format().items}

    @property
    def sections(self) -> dict[str, bool]:
        form = load_format()
        return {s.id: any(i.id not in self.missing for i in form.of_section(s.id)) for s in form.sections}


def read_folder(folder: str) -> tuple[Gemaakt, ...]:
    """The signals of one folder, by name."""
    return tuple(read_signal(path) for path in sorted((FOLDER / folder).glob("*.txt")))


def read_signal(path: Path) -> Gemaakt:
    """One signal from its text."""
    head, _, body = path.read_text(encoding="utf-8").partition("\n%%\n")
    said = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in head.splitlines())}
    return Gemaakt(
        name=path.stem,
        title=said["titel"],
        organisations=_names(said["indieners"], ";"),
        ministers=_names(said["bewindspersonen"], ";"),
        missing=_names(said["ontbreekt"], ","),
        document=as_document(path.name, body, said.get("opmaak", "")),
    )


def _names(text: str, mark: str) -> frozenset[str]:
    return frozenset(name.strip() for name in text.split(mark) if name.strip())


def as_document(name: str, body: str, layout: str = "") -> Document:
    """Text in the notation of `signalen/README.md` as a document; `layout` "ocr" spoils letters, "regels" breaks lines."""
    blocks: list[Block] = []
    table, row, before = -1, 0, ""
    for line in filter(str.strip, body.splitlines()):
        if line.startswith("| "):
            table, row = (table, row + 1) if before.startswith("|") else (table + 1, 0)
            cells = enumerate(c.strip(" |") for c in line[2:].split(" | "))
            blocks += [Block(c, Role.CELL, cell=(table, row, n), size=10.0) for n, c in cells if c]
        else:
            blocks += _laid_out(_block(line), layout, len(blocks))
        before = line
    return Document(name=name, sha256="", format="text", readable=True, blocks=tuple(blocks))


def _block(line: str) -> Block:
    for mark, (role, level) in sorted(_ROLES.items(), key=lambda pair: -len(pair[0])):
        if line.startswith(mark):
            return Block(line[len(mark) :], role, level=level, bold=True, size=_SIZES[mark])
    if line.startswith("H: "):
        return Block(line[3:], Role.HEADER, size=8.0)
    if line.startswith("- "):
        return Block(line[2:], Role.LIST_ITEM, size=11.0)
    return Block(line.removeprefix("P: "), size=11.0)


def _laid_out(block: Block, layout: str, place: int) -> list[Block]:
    if layout == "ocr":
        spoilt = "".join(c.translate(_OCR) if (n * 7 + place * 3) % 67 == 0 else c for n, c in enumerate(block.text))
        return [Block(spoilt, page=1)]
    if layout == "regels" and block.role is Role.PARAGRAPH and len(block.text) > _LINE:
        return [Block(line, size=11.0) for line in textwrap.wrap(block.text, _LINE)]
    return [block]
