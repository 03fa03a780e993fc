"""Opening DOCX and ODT, which are zips of XML: a gate on counts, sizes and DTDs before any parser sees a byte."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING, Self

from lxml import etree

from intake.documents.limits import DocumentLimits, Refused
from intake.model import Defect, Threat
from intake.read.members import BROKEN_ZIP, member_bytes

if TYPE_CHECKING:
    from types import TracebackType

_DTD = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_PROLOG = 64 << 10  # bytes; a document type declaration must stand before the root element
_UTF16 = (b"\xff\xfe", b"\xfe\xff", b"\x00<", b"<\x00")
_ENCRYPTED_FLAG = 0x1


class Package:
    """A checked OOXML or ODF package. Raises `Refused` on opening when it is no zip or goes over a limit."""

    def __init__(self, data: bytes, limits: DocumentLimits) -> None:
        self._limits = limits
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            self.names = tuple(self._zip.namelist())
        except BROKEN_ZIP as error:
            raise Refused(Defect("damaged_package", detail=type(error).__name__), Threat.CORRUPT) from error
        self._check()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    def _check(self) -> None:
        limits, infos = self._limits, self._zip.infolist()
        if len(infos) > limits.zip_entries:
            raise Refused(Defect("too_many_parts", detail=str(len(infos))), Threat.ZIP_BOMB)
        if sum(i.file_size for i in infos) > limits.zip_bytes:
            raise Refused(Defect("unpacks_too_large"), Threat.ZIP_BOMB)
        for info in infos:
            if info.flag_bits & _ENCRYPTED_FLAG:
                raise Refused(Defect("password_needed", where=info.filename), Threat.ENCRYPTED)
            if info.file_size > limits.ratio_floor and info.file_size > limits.zip_ratio * max(1, info.compress_size):
                raise Refused(Defect("unpacks_too_large", where=info.filename), Threat.ZIP_BOMB)
            if info.filename.lower().endswith((".xml", ".rels")) and info.file_size > limits.xml_bytes:
                raise Refused(Defect("part_too_large", where=info.filename), Threat.ZIP_BOMB)

    def __contains__(self, name: str) -> bool:
        return name in self.names

    def read(self, name: str) -> bytes:
        """The bytes of one part. Raises `Refused` when it is absent, damaged or larger than the directory says."""
        try:
            info = self._zip.getinfo(name)
            return member_bytes(self._zip, info, info.file_size)
        except KeyError as error:
            raise Refused(Defect("part_missing", where=name), Threat.CORRUPT) from error
        except BROKEN_ZIP as error:
            raise Refused(Defect("part_damaged", where=name, detail=type(error).__name__), Threat.CORRUPT) from error

    def xml(self, name: str) -> etree._Element:
        """The root of one XML part. Raises `Refused` when it is absent, not well-formed or declares a DTD."""
        return parse_xml(self.read(name), name)


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )


def parse_xml(data: bytes, where: str) -> etree._Element:
    """Parse untrusted XML without entities, network or DTD; raises `Refused` when it is damaged or declares one."""
    head = data[:_PROLOG]
    if head.startswith(_UTF16):  # the pattern is ASCII; the parser itself knows the encoding
        head = head.replace(b"\x00", b"")
    if _DTD.search(head):
        raise Refused(Defect("dtd_in_part", where=where), Threat.CORRUPT)
    try:
        root = etree.fromstring(data, _parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refused(Defect("part_damaged", where=where, detail=str(error)[:200]), Threat.CORRUPT) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise Refused(Defect("dtd_in_part", where=where), Threat.CORRUPT)
    return root
