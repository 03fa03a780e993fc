"""Small documents made by hand: PDFs object by object, DOCX and ODT part by part."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence


def pdf(objects: Sequence[bytes], *, root: int = 1, extra: bytes = b"") -> bytes:
    """A PDF of the objects given, numbered from 1; `extra` goes into the trailer."""
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(b"trailer\n<</Size %d/Root %d 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, root, extra, start))
    return out.getvalue()


def stream(content: bytes, entries: bytes = b"", *, packed: bool = False) -> bytes:
    """A stream object, flate-packed if asked."""
    if packed:
        content, entries = zlib.compress(content), entries + b"/Filter/FlateDecode"
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (entries, len(content), content)


_FONT = b"/%s<</Type/Font/Subtype/Type1/BaseFont/%s/Encoding/WinAnsiEncoding>>"
FONTS = b"<<" + _FONT % (b"F1", b"Helvetica") + _FONT % (b"F2", b"Helvetica-Bold") + b">>"


def text_at(x: float, y: float, text: str, *, size: float = 11, bold: bool = False) -> bytes:
    """Content stream operators that show a text."""
    shown = text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    return b"BT /F%d %g Tf %g %g Td (%s) Tj ET\n" % (2 if bold else 1, size, x, y, shown)


def pages_pdf(
    pages: Sequence[bytes], *, entries: bytes = b"", catalog: bytes = b"", more: Sequence[bytes] = ()
) -> bytes:
    """A PDF of A4 pages with these content streams. Object numbers: 1 catalog, 2 pages, 3, 5, … pages; `more` comes last."""
    kids = b" ".join(b"%d 0 R" % (3 + 2 * i) for i in range(len(pages)))
    objects = [b"<</Type/Catalog/Pages 2 0 R%s>>" % catalog, b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(pages), kids)]
    for index, content in enumerate(pages):
        resources = b"<</Font%s>>" % FONTS
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources%s/Contents %d 0 R%s>>"
            % (resources, 4 + 2 * index, entries)
        )
        objects.append(stream(content))
    return pdf([*objects, *more])


def minimal_pdf(lines: Sequence[str]) -> bytes:
    """One A4 page with these lines under each other."""
    return pages_pdf([b"".join(text_at(70, 760 - 14 * i, line) for i, line in enumerate(lines))])


def package(parts: Mapping[str, str | bytes]) -> bytes:
    """A zip of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)


def relationships(*entries: tuple[str, str, str]) -> str:
    """A .rels part of (type, target, mode) entries; the short type is made long."""
    inner = "".join(
        f'<Relationship Id="rId{i}" Type="{_OFFICE}/{kind}" Target="{target}"{mode and f" TargetMode={chr(34)}{mode}{chr(34)}"}/>'
        for i, (kind, target, mode) in enumerate(entries, 1)
    )
    return f'<Relationships xmlns="{_RELS}">{inner}</Relationships>'


def docx(body: str, more: Mapping[str, str | bytes] | None = None) -> bytes:
    """A DOCX with this content of w:body."""
    return package(
        {
            "[Content_Types].xml": _TYPES,
            "_rels/.rels": relationships(("officeDocument", "word/document.xml", "")),
            "word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>",
            **(more or {}),
        }
    )


def p(text: str, *, properties: str = "", run: str = "") -> str:
    """A Word paragraph of one run."""
    return (
        f'<w:p><w:pPr>{properties}</w:pPr><w:r><w:rPr>{run}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'
    )


_ODF = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
    for short, long in (
        ("office", "office"),
        ("style", "style"),
        ("text", "text"),
        ("table", "table"),
        ("draw", "drawing"),
        ("fo", "xsl-fo-compatible"),
    )
)


def odt(body: str, *, styles: str = "", more: Mapping[str, str | bytes] | None = None) -> bytes:
    """An ODT with this content of office:text and these automatic styles."""
    content = (
        f"<office:document-content {_ODF}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    return package({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content, **(more or {})})


def odt_styles(inner: str) -> str:
    """A styles.xml part."""
    return f"<office:document-styles {_ODF}>{inner}</office:document-styles>"
