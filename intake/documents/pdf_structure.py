"""What a PDF carries beside its pages, by pypdf and by a look at its packed streams: attachments, actions, bombs, encryption.

None of it is opened or run. Everything here is done before pdfium sees the file, because a packed bomb ends pdfium's process.
"""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pypdf import PdfReader
from pypdf.errors import LimitReachedError, PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from intake.documents.limits import DocumentLimits
from intake.documents.text import clean, squeeze
from intake.model import Defect, Threat

_STREAM = re.compile(rb"stream\r?\n")
_ZLIB_HEADS = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda", b"\x68\xde", b"\x58\x85", b"\x48\x89")
_STEP = 1 << 20
_LAYERS = 3  # packings over each other that are looked through
_ACTIONS = {
    "/JavaScript": "javascript",
    "/Launch": "launch_action",
    "/ImportData": "import_action",
    "/RichMedia": "rich_media",
}
_DEEPEST = 30  # levels of a name tree
_MOST_NAMES = 200
_MOST_ANNOTATIONS = 2_000  # per page
_BEST_RATIO = 1032  # deflate cannot do better, so smaller streams need no look
_DICT_BYTES = 400  # of a stream's dictionary, before the word "stream"
_FILTERS = re.compile(rb"/Filter\s*(\[[^\]]*\]|\d+\s+\d+\s+R)")

PARSER_FAULTS: tuple[type[Exception], ...] = (
    PyPdfError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    RuntimeError,
    OSError,
    EOFError,
    MemoryError,
    zlib.error,
    struct.error,
)
"""What pypdf lets out on broken files; its own errors are only the first of them."""


@dataclass(frozen=True, slots=True)
class Structure:
    """`pages` is 0 where pypdf could not tell; `bombs` are the pages whose content unpacks beyond the limit; `fields` the values
    of form fields, which a page need not show.
    """

    pages: int = 0
    problems: tuple[Defect, ...] = ()
    threat: Threat | None = None
    bombs: frozenset[int] = frozenset()
    fields: tuple[str, ...] = ()


def structure_of(data: bytes, limits: DocumentLimits) -> Structure:
    """Look at the structure; of a file that pypdf cannot parse only its bombs are known (pdfium repairs more than pypdf)."""
    bomb = has_bomb(data, limits.stream_bytes)
    problems = [Defect("unpacks_too_large")] if bomb else []
    pages, bombs, fields = 0, frozenset[int](), list[str]()
    try:
        reader = PdfReader(io.BytesIO(data))
        pages = len(reader.pages)
        problems += _attached(reader)
        if _sound(reader):
            problems += _actions(reader, min(pages, limits.pages))
        else:
            problems.append(Defect("structure_unclear", detail="cross-reference table"))
        fields += _fields(reader)
        bombs = frozenset(_bomb_pages(reader, min(pages, limits.pages))) if bomb else bombs
    except PARSER_FAULTS as error:
        problems.append(Defect("structure_unclear", detail=type(error).__name__))
    return Structure(pages, tuple(problems), Threat.PDF_BOMB if bomb else None, bombs, tuple(fields))


def has_bomb(data: bytes, most: int) -> bool:
    """Whether any packed stream of the file unpacks to more than `most` bytes. Counts, keeps nothing."""
    for found in _STREAM.finditer(data):
        start = found.end()
        if not data.startswith(_ZLIB_HEADS, start):
            continue
        end = data.find(b"endstream", start)
        length = (end if end >= 0 else len(data)) - start
        filters = _FILTERS.search(data, max(0, found.start() - _DICT_BYTES), found.start())
        layered = filters is not None and (filters[1].endswith(b"R") or filters[1].count(b"/") > 1)
        if (length * _BEST_RATIO > most or layered) and _unpacks_beyond(data[start : start + length], most):
            return True
    return False


def _unpacks_beyond(packed: bytes, most: int) -> bool:
    """Whether a stream, and a stream packed in it, grows beyond `most` bytes."""
    layers = [zlib.decompressobj() for _ in range(_LAYERS)]
    totals = [0] * _LAYERS
    open_layers = 1

    def feed(level: int, piece: bytes) -> bool:
        nonlocal open_layers
        while piece:
            out = layers[level].decompress(piece, _STEP)
            piece = layers[level].unconsumed_tail
            first = totals[level] == 0
            totals[level] += len(out)
            if totals[level] > most:
                return True
            if first and level + 1 == open_layers < _LAYERS and out.startswith(_ZLIB_HEADS):
                open_layers += 1
            if level + 1 < open_layers and feed(level + 1, out):
                return True
            if not out and not piece:
                break
        return False

    try:
        return feed(0, packed)
    except zlib.error:
        return False


def _bomb_pages(reader: PdfReader, count: int) -> Iterator[int]:
    """Numbers of the pages whose own content is the bomb."""
    for number in range(count):
        try:
            contents = reader.pages[number].get_contents()
            if contents is not None:
                contents.get_data()
        except (LimitReachedError, MemoryError):
            yield number + 1
        except PARSER_FAULTS:
            continue


def _resolved(value: Any) -> Any:
    return value.get_object() if isinstance(value, IndirectObject) else value


def _sound(reader: PdfReader) -> bool:
    """Whether the cross-reference table knows the first page; if not, pypdf searches the whole file for every object."""
    first = reader.pages[0].indirect_reference if reader.pages else None
    return first is None or first.idnum in reader.xref.get(first.generation, {}) or first.idnum in reader.xref_objStm


def _attached(reader: PdfReader) -> list[Defect]:
    """Files inside the file: a signal may hide in one, so each is named; a portfolio is nothing but such files."""
    root = reader.root_object
    names = _resolved(root.get("/Names")) or {}
    problems = [Defect("embedded_file", where=name) for name in _names(names.get("/EmbeddedFiles"))]
    if "/Collection" in root:
        problems.append(Defect("portfolio"))
    form = _resolved(root.get("/AcroForm")) or {}
    if "/XFA" in form:
        problems.append(Defect("xfa_form"))
    return problems


def _names(tree: Any, depth: int = 0) -> list[str]:
    """The keys of a name tree (ISO 32000-2 §7.9.6)."""
    node = _resolved(tree)
    if not isinstance(node, DictionaryObject) or depth > _DEEPEST:
        return []
    own = _resolved(node.get("/Names"))
    found = [clean(str(_resolved(key)))[0] for key in own[::2]] if isinstance(own, ArrayObject) else []
    for kid in _resolved(node.get("/Kids")) or ():
        if len(found) >= _MOST_NAMES:
            break
        found += _names(kid, depth + 1)
    return found[:_MOST_NAMES]


def _actions(reader: PdfReader, pages: int) -> list[Defect]:
    """Actions that run something when the file is opened or clicked; links to web pages are not among them."""
    root = reader.root_object
    kinds = [*_kinds(root.get("/OpenAction")), *_kinds_of_events(root)]
    if _names((_resolved(root.get("/Names")) or {}).get("/JavaScript")):
        kinds.append("/JavaScript")
    for number in range(pages):
        page = reader.pages[number]
        kinds += _kinds_of_events(page)
        for entry in list(_resolved(page.get("/Annots")) or ())[:_MOST_ANNOTATIONS]:
            annotation = _resolved(entry)
            if isinstance(annotation, DictionaryObject):
                kinds += [*_kinds(annotation.get("/A")), *_kinds_of_events(annotation), str(annotation.get("/Subtype"))]
    return [Defect(_ACTIONS[kind]) for kind in dict.fromkeys(kinds) if kind in _ACTIONS]


def _kinds(action: Any, depth: int = 0) -> list[str]:
    """The types of an action and of those that follow it."""
    node = _resolved(action)
    if not isinstance(node, DictionaryObject) or depth > _DEEPEST:
        return []
    return [str(node.get("/S")), *_kinds(node.get("/Next"), depth + 1)]


def _kinds_of_events(owner: DictionaryObject) -> list[str]:
    """The types of the actions of /AA, which events such as opening a page start."""
    events = _resolved(owner.get("/AA"))
    return [k for action in events.values() for k in _kinds(action)] if isinstance(events, DictionaryObject) else []


def _fields(reader: PdfReader) -> list[str]:
    """The values of text and choice fields of a form."""
    fields = (reader.get_fields() or {}).values()
    values = [f.get("/V") for f in fields if f.get("/FT") in ("/Tx", "/Ch")]
    texts = [squeeze(clean(value)[0]) for value in values if isinstance(value, str)]
    return [text for text in texts if text][:_MOST_NAMES]
