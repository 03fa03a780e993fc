"""Signature blocks: where ink or "w.g." stands, the words around it, and which organisation those words speak for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from intake.model import Block, Box, Document, Organisation, Picture, Register, Role
from intake.text import fold

_ABOVE, _BELOW = 80.0, 90.0  # points: how far from the ink its function and name may stand
_TAIL = 140  # characters of the paragraph above that may end in the function
_LINE = 160  # characters: a line of a signature block is shorter
_LINES = 3
_TYPED = re.compile(
    r"^\W*(?:w\.?\s?g\.?|was getekend|get(?:ekend)?\.?|/s/|origineel getekend|signed)(?:\W.{0,60})?$", re.IGNORECASE
)
_MANDATE = re.compile(
    r"(?:^|\W)(?:b\.a\.|i\.o\.|i\.a\.|o\.l\.|p\.o\.|bij afwezigheid|in opdracht|voor deze|namens deze|plv\.?|plaatsvervangend"
    r"|loco-?|waarnemend|wnd\.?)(?=\W|$)",
    re.IGNORECASE,
)
_HEAD = re.compile(r"handtekening|paraaf|ondertekening|signature", re.IGNORECASE)
_GENERIC = frozenset(
    re.findall(
        r"\S+",
        """de het een van der den en in te aan voor op bij gemeente politie eenheid provincie ministerie dienst regio regionale
        nationale landelijk landelijke nederlandse koninklijke inspectie omgevingsdienst waterschap arrondissementsparket parket
        riec veiligheidsregio openbaar brigade district team afdeling directie rijksdienst stichting vereniging zeehavenpolitie
        douane""",
    )
)
_OFFICES = {
    "gemeente": ("burgemeester", "college van b", "gemeentesecretaris", "wethouder"),
    "politie": (
        "politiechef",
        "korpschef",
        "districtschef",
        "sectorhoofd",
        "teamchef",
        "brigadecommandant",
        "dienst regionale recherche",
    ),
    "om": ("officier van justitie", "hoofdofficier", "hovj", "procureur"),
    "riec": ("voorzitter van de stuurgroep", "stuurgroep", "hoofd riec"),
    "inspectie": ("inspecteur-generaal", "inspecteur"),
    "waterschap": ("dijkgraaf",),
    "uitvoering": ("raad van bestuur", "bestuurder", "directeur"),
    "opsporing": ("directeur",),
    "omgevingsdienst": ("directeur",),
    "provincie": ("commissaris van de koning", "gedeputeerde"),
    "veiligheidsregio": ("voorzitter",),
    "rijksdienst": ("hoofdingenieur", "directeur"),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that stands where one signs: "ink" or "typed" (w.g.). `words` are the lines around it, "" on an unread scan."""

    kind: str
    words: str
    page: int | None
    file: str

    @property
    def mandate(self) -> bool:
        """Whether somebody signed for somebody else (b.a., i.o., namens deze)."""
        return _MANDATE.search(self.words) is not None


def marks(document: Document) -> tuple[Mark, ...]:
    """Ink and typed marks of a document, each with the words around it. Ink in the first half of a text does not sign it."""
    blocks = document.blocks
    found = [
        Mark("ink", _around_picture(p, blocks), p.page, document.name)
        for p in document.pictures
        if p.looks == "ink" and _may_sign(p, document)
    ]
    for index, block in enumerate(blocks):
        last = block.text.strip().rpartition("\n")[2]
        if block.role not in {Role.HEADER, Role.FOOTER} and (_TYPED.match(block.text.strip()) or _TYPED.match(last)):
            found.append(Mark("typed", _around_block(index, blocks), block.page, document.name))
    return tuple(found)


def _may_sign(picture: Picture, document: Document) -> bool:
    """Ink signs at the end of a text, or in a table or near words of signing; on a picture of a page it may stand anywhere."""
    blocks = document.blocks
    if not document.text_layer or not blocks or _on_scan(picture):
        return True
    text_blocks = [i for i, b in enumerate(blocks) if b.role not in {Role.HEADER, Role.FOOTER}]
    late = picture.after >= text_blocks[len(text_blocks) // 2] if text_blocks else True
    return late or _HEAD.search(_around_picture(picture, blocks)) is not None


def _on_scan(picture: Picture) -> bool:
    """Whether the ink was found on the picture of a page, whose words are known only once somebody (OCR) has read it."""
    return "scanned page" in picture.detail


def _around_picture(picture: Picture, blocks: Sequence[Block]) -> str:
    if _on_scan(picture) and (picture.box is None or not any(b.page == picture.page for b in blocks)):
        return ""
    if picture.cell is not None:
        return _cells(picture.cell, blocks)
    if picture.box is not None and picture.page is not None:
        return _nearby(picture.box, picture.page, blocks)
    return _neighbours(picture.after, picture.after + 1, blocks)


def _around_block(index: int, blocks: Sequence[Block]) -> str:
    block = blocks[index]
    if block.cell is not None:
        return _cells(block.cell, blocks)
    if block.box is not None and block.page is not None:
        return _nearby(block.box, block.page, blocks)
    return _neighbours(index - 1, index + 1, blocks)


def _cells(cell: tuple[int, int, int], blocks: Sequence[Block]) -> str:
    """The cells of the signatory whose mark stands in `cell`: its column, or its row when the table has heads for each column."""
    table, row, column = cell
    same = [b for b in blocks if b.cell is not None and b.cell[0] == table]
    heads = [b for b in same if b.cell is not None and b.cell[1] == 0 and _HEAD.search(b.text)]
    by_row = any(h.cell is not None and h.cell[2] == column for h in heads) and row > 0 and len(heads) == 1
    axis, value = (1, row) if by_row else (2, column)
    return "\n".join(b.text for b in same if b.cell is not None and b.cell[axis] == value)


def _nearby(box: Box, page: int, blocks: Sequence[Block]) -> str:
    """Lines of the same page above and below a box, in its column, the nearest first."""
    above, below = [], []
    for block in blocks:
        if block.page != page or block.box is None or block.role in {Role.HEADER, Role.FOOTER} or block.box == box:
            continue
        if not (block.box.x0 < box.x1 and box.x0 < block.box.x1):
            continue
        middle = (box.y0 + box.y1) / 2
        if block.box.y0 >= middle and block.box.y0 - box.y1 < _ABOVE:
            above.append((block.box.y0, block.text[-_TAIL:]))
        elif block.box.y1 < middle + 12 and box.y0 - block.box.y1 < _BELOW:  # a line that the stroke crosses counts
            below.append((-block.box.y1, block.text[:_LINE]))
    lines = [t for _, t in sorted(above)[:_LINES]] + [t for _, t in sorted(below)[:_LINES]]
    return "\n".join(lines)


def _neighbours(last_above: int, first_below: int, blocks: Sequence[Block]) -> str:
    """Lines before and after a place in a text without coordinates."""
    above = [b.text[-_TAIL:] for b in blocks[max(0, last_above - 1) : last_above + 1]]
    below = []
    for block in blocks[first_below : first_below + _LINES]:
        if len(block.text) > _LINE or block.role in {Role.HEADER, Role.FOOTER, Role.HEADING}:
            break
        below.append(block.text)
    return "\n".join(above + below)


def owner(words: str, organisations: Sequence[str], register: Register) -> str | None:
    """The organisation that the words of a signature block speak for; None when they name none, or two equally well."""
    scored = sorted(((_score(words, o, register), o) for o in organisations), reverse=True)
    if not scored or scored[0][0] == 0 or (len(scored) > 1 and scored[0][0] == scored[1][0]):
        return None
    return scored[0][1]


def _score(words: str, organisation: str, register: Register) -> int:
    text = fold(words)
    partner = partner_named(organisation, register)
    names = {fold(organisation), *(fold(n) for n in ((partner.name, *partner.aliases) if partner else ()))}
    score = 4 if any(_has(text, n) for n in names) else 0
    special = [t for t in re.findall(r"[\w’'-]+", fold(organisation)) if t not in _GENERIC]
    score += 3 if special and all(_has(text, t) for t in special) else 0
    for person in partner.representatives if partner else ():
        score += 5 * _has(text, fold(person.name)) + 2 * _has(text, fold(person.function))
    kind = partner.kind if partner else fold(organisation).split(" ")[0]
    return score + any(o in text for o in _OFFICES.get(kind, ()))


def _has(text: str, words: str) -> bool:
    return bool(words) and re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text) is not None


def partner_named(name: str, register: Register) -> Organisation | None:
    """The partner of the register with this name or alias, also when the name carries an abbreviation in brackets."""
    wanted = _bare(name)
    for organisation in register.organisations:
        if wanted in {_bare(n) for n in (organisation.name, *organisation.aliases)}:
            return organisation
    return None


def same_party(a: str, b: str, register: Register) -> bool:
    """Whether two names mean one organisation."""
    one, other = partner_named(a, register), partner_named(b, register)
    if one is not None and other is not None:
        return one.id == other.id
    return _bare(a) == _bare(b)


def _bare(name: str) -> str:
    plain = re.sub(r"\s*\([^)]*\)", "", fold(name)) or fold(name)
    return re.sub(r"^(?:de|het)\s|[.,]", "", plain).strip()


def signer_in(words: str, organisation: str, register: Register, known: Iterable[str]) -> str:
    """Who signs, as far as the words say: a representative of the organisation, else a name in the lines, else ""."""
    partner = partner_named(organisation, register)
    text = fold(words)
    registered = (p.name for p in partner.representatives) if partner else iter(())
    return next((n for n in (*registered, *known) if _has(text, fold(n))), "")
