"""The parts of an OOXML package around its text: relationships, macros, objects, remote templates, title (ECMA-376 part 2)."""

from __future__ import annotations

import posixpath
import re

from intake.documents.limits import Refused
from intake.documents.package import Package
from intake.model import Defect, Threat

_REL = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_TYPE = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_HARMLESS = {"hyperlink"}
"""Relationship types whose external target is opened only by a person's click."""
_FETCHED = {
    "attachedTemplate": "external_template",
    "oleObject": "external_object",
    "frame": "external_frame",
    "subDocument": "external_frame",
}
_DDE = re.compile(rb"\bDDE(?:AUTO)?\b")
_FIELD = re.compile(rb"<w:(?:instrText\b[^>]*>([^<]*)|fldSimple\b[^>]*w:instr=[\"']([^\"']*))")


def relations(package: Package, part: str) -> list[tuple[str, str, str, bool]]:
    """The relationships of a part ("" for the package): (id, short type, target as part name or URL, external)."""
    folder, _, name = part.rpartition("/")
    rels = f"{folder}/_rels/{name}.rels".lstrip("/")
    if rels not in package:
        return []
    found = []
    for rel in package.xml(rels).iter(_REL):
        target, external = rel.get("Target", ""), rel.get("TargetMode") == "External"
        full = target if external else posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        found.append((rel.get("Id", ""), rel.get("Type", "").rpartition("/")[2], full, external))
    return found


def document_part(package: Package) -> str:
    """The name of the main text part, usually word/document.xml. Raises `Refused` when there is none."""
    named = [t for _, kind, t, external in relations(package, "") if kind == "officeDocument" and not external]
    for name in [*named, "word/document.xml"]:
        if name in package:
            return name
    raise Refused(Defect("part_missing", where="word/document.xml"), Threat.CORRUPT)


def related(package: Package, part: str, kind: str) -> str | None:
    """The first internal part that `part` relates to by that short type ("styles", "header", …)."""
    return next(
        (t for _, k, t, external in relations(package, part) if k == kind and not external and t in package), None
    )


def dangers(package: Package) -> tuple[Threat | None, list[Defect]]:
    """Macros, embedded programs and fields that run programs: the threat, and a defect for each."""
    problems = [
        Defect("macro", where=n) for n in package.names if n.lower().endswith(("vbaproject.bin", "vbadata.xml"))
    ]
    if not problems and "[Content_Types].xml" in package:
        types = package.xml("[Content_Types].xml").iter(_TYPE + "Override", _TYPE + "Default")
        if any("macroenabled" in t.get("ContentType", "").lower() for t in types):
            problems.append(Defect("macro", where="[Content_Types].xml"))
    threat = Threat.MACRO if problems else None
    for name in package.names:
        low = name.lower()
        if "/embeddings/" in low or "/activex/" in low:
            problems.append(Defect("embedded_object", where=name))
        if re.fullmatch(r"word/[^/]+\.xml", low) and _has_dde(package.read(name)):
            problems.append(Defect("dde_field", where=name))
            threat = threat or Threat.MACRO
    return threat, problems


def _has_dde(xml: bytes) -> bool:
    """Whether the field codes of a part, joined as Word joins them, start a program by DDE."""
    return bool(_DDE.search(b"".join(a or b for a, b in _FIELD.findall(xml)).upper()))


def external_targets(package: Package) -> list[Defect]:
    """Parts that Word would fetch from elsewhere on opening, and text in other formats that only Word shows.

    A link that a person clicks is not among them.
    """
    found = []
    for rels in (n for n in package.names if n.endswith(".rels")):
        folder, _, name = rels.removesuffix(".rels").rpartition("_rels/")
        for _, kind, target, external in relations(package, folder + name):
            if kind == "aFChunk":
                found.append(Defect("foreign_text", where=target))
            if external and kind not in _HARMLESS:
                found.append(Defect(_FETCHED.get(kind, "external_part"), where=rels, detail=f"{kind}: {target[:200]}"))
    return found


def title_of(package: Package) -> str:
    """The title of the core properties, read by python-docx once our own gate has passed the part; empty where there is none."""
    part = related(package, "", "core-properties")
    if part is None:
        return ""
    from docx.oxml.coreprops import CT_CoreProperties
    from docx.oxml.parser import parse_xml

    try:
        package.xml(part)
    except Refused:
        return ""
    properties = parse_xml(package.read(part))
    return properties.title_text.strip() if isinstance(properties, CT_CoreProperties) else ""
