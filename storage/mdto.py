"""MDTO metadata (Nationaal Archief, XSD 1.0.1) as XML: one record for the archiefstuk, one beside each file of a package.

Strict to the stricter readings: one SHA-256 per bestand with the hyphenated label, one beperkingGebruik with code and label, no
empty texts. Element order is the schema's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

NAMESPACE = "https://www.nationaalarchief.nl/mdto"

Node = tuple[str, "str | list[Node]"]

_NSMAP: Any = {None: NAMESPACE}
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PRONOM = {
    "eml": ("fmt/278", "Internet Message Format"),
    "msg": ("x-fmt/430", "Microsoft Outlook Email Message"),
    "docx": ("fmt/412", "Microsoft Word for Windows 2007 onwards"),
    "json": ("fmt/817", "JSON Data Interchange Format"),
    "zip": ("x-fmt/263", "ZIP Format"),
}
"""Formats whose PRONOM number follows from the name alone; of others (PDF has one per version) the name's ending is told."""


@dataclass(frozen=True, slots=True)
class Bestand:
    """One file: `identification` within `source`, its received `name`, `size` in bytes, `suffix` lower case, time of the digest."""

    identification: str
    source: str
    name: str
    size: int
    suffix: str
    sha256: str
    hashed_at: str
    represents: tuple[str, str]
    """Name and identification of the archiefstuk."""


@dataclass(frozen=True, slots=True)
class Archiefstuk:
    """One received item. `events` are (type of MDTO's list, RFC 3339 time, actor), `files` (name, identification)."""

    identification: str
    source: str
    name: str
    creator: str
    events: tuple[tuple[str, str, str], ...]
    files: tuple[tuple[str, str], ...]


def bestand(item: Bestand) -> bytes:
    """The MDTO XML of a file."""
    checksum: list[Node] = [
        ("checksumAlgoritme", _begrip("SHA-256", "Begrippenlijst ChecksumAlgoritme MDTO")),
        ("checksumWaarde", item.sha256),
        ("checksumDatum", item.hashed_at),
    ]
    return _document(
        "bestand",
        [
            ("identificatie", _identification(item.identification, item.source)),
            ("naam", item.name),
            ("omvang", str(item.size)),
            ("bestandsformaat", _format(item.suffix)),
            ("checksum", checksum),
            ("isRepresentatieVan", _reference(*item.represents, item.source)),
        ],
    )


def archiefstuk(item: Archiefstuk) -> bytes:
    """The MDTO XML of an item; its value and its openness are not judged yet, and that is what it says."""
    unjudged = _begrip(
        "openbaarheid niet beoordeeld (Archiefwet 1995)",
        "Begrippenlijst BeperkingGebruikType",
        code="Openbaarheid/AW1995/NietBeoordeeld/1.0",
    )
    return _document(
        "informatieobject",
        [
            ("identificatie", _identification(item.identification, item.source)),
            ("naam", item.name),
            ("aggregatieniveau", _begrip("Archiefstuk", "Begrippenlijst Aggregatieniveaus MDTO")),
            *(("event", _event(*event)) for event in item.events),
            ("waardering", _begrip("Nader te bepalen", "Begrippenlijst Waarderingen MDTO", code="N")),
            *(("heeftRepresentatie", _reference(*file, item.source)) for file in item.files),
            ("archiefvormer", _reference(item.creator)),
            ("beperkingGebruik", [("beperkingGebruikType", unjudged)]),
        ],
    )


def _event(kind: str, at: str, actor: str) -> list[Node]:
    return [
        ("eventType", _begrip(kind, "Begrippenlijst EventType MDTO")),
        ("eventTijd", at),
        ("eventVerantwoordelijkeActor", _reference(actor)),
    ]


def _format(suffix: str) -> list[Node]:
    if suffix in _PRONOM:
        code, label = _PRONOM[suffix]
        return _begrip(label, "PRONOM-register", code=code)
    return _begrip(suffix, "Bestandsnaamextensie")


def _identification(kenmerk: str, source: str) -> list[Node]:
    return [("identificatieKenmerk", kenmerk), ("identificatieBron", source)]


def _reference(name: str, identification: str = "", source: str = "") -> list[Node]:
    if not identification:
        return [("verwijzingNaam", name)]
    return [("verwijzingNaam", name), ("verwijzingIdentificatie", _identification(identification, source))]


def _begrip(label: str, vocabulary: str, *, code: str = "") -> list[Node]:
    coded: list[Node] = [("begripCode", code)] if code else []
    return [("begripLabel", label), *coded, ("begripBegrippenlijst", _reference(vocabulary))]


def _document(kind: str, children: list[Node]) -> bytes:
    from lxml import etree

    root = etree.Element(f"{{{NAMESPACE}}}MDTO", nsmap=_NSMAP)
    pending: list[tuple[etree._Element, Node]] = [(root, (kind, children))]
    while pending:
        parent, (tag, content) = pending.pop(0)
        element = etree.SubElement(parent, f"{{{NAMESPACE}}}{tag}")
        if isinstance(content, str):
            element.text = _printable(content)
        else:
            pending += [(element, node) for node in content]
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _printable(text: str) -> str:
    """What XML can hold, never empty: a received name may hold anything."""
    return _NOT_XML.sub("\ufffd", text).strip() or "-"
