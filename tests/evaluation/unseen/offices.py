"""The texts of unseen sets as OpenDocument files, and as Word files with text boxes."""

from __future__ import annotations

import io
import zipfile
from typing import Any
from xml.sax.saxutils import escape

import docx
import lxml.html
from docx.oxml import parse_xml
from lxml.html import HtmlElement

from tests.evaluation.unseen.papers import INK, ink, word

MARK = "[[box]]"
SPACES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
    "svg": "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0",
    "xlink": "http://www.w3.org/1999/xlink",
}
ODT = "application/vnd.oasis.opendocument.text"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
BOX = (
    '<w:r xmlns:w="{word}" xmlns:v="urn:schemas-microsoft-com:vml"><w:pict><v:shape id="Tekstvak{number}" '
    'style="width:430pt;height:70pt"><v:textbox><w:txbxContent><w:p><w:r><w:t xml:space="preserve">{text}</w:t></w:r>'
    "</w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
)


def boxed(html: str, font: str) -> bytes:
    """The Word file of the text in which paragraphs marked [[box]] stand in text boxes."""
    paper = docx.Document(io.BytesIO(word(html, font)))
    for number, paragraph in enumerate(paper.paragraphs):
        if paragraph.text.startswith(MARK):
            text = escape(paragraph.text.removeprefix(MARK))
            for run in paragraph.runs:
                run.text = ""
            paragraph._p.append(parse_xml(BOX.format(word=WORD, number=number, text=text)))
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def odt(html: str) -> bytes:
    """The text as an OpenDocument file: headings, paragraphs, tables, and ink as pictures."""
    pictures: dict[str, bytes] = {}
    root: Any = lxml.html.fragment_fromstring(INK.sub(r'<p><img data-seed="\1"></p>', html), create_parent="div")
    body = "".join(_block(element, pictures) for element in root)
    spaces = " ".join(f'xmlns:{name}="{uri}"' for name, uri in SPACES.items())
    content = f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} office:version="1.3">'
    content += f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    entries = {"/": ODT, "content.xml": "text/xml"} | dict.fromkeys(pictures, "image/png")
    listed = "".join(
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{kind}"/>'
        for path, kind in entries.items()
    )
    manifest = '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest manifest:version="1.3" '
    manifest += f'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">{listed}</manifest:manifest>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("mimetype", ODT, zipfile.ZIP_STORED)
        pack.writestr("content.xml", content)
        for path, picture in pictures.items():
            pack.writestr(path, picture)
        pack.writestr("META-INF/manifest.xml", manifest)
    return out.getvalue()


def _block(element: HtmlElement, pictures: dict[str, bytes]) -> str:
    tag = str(element.tag)
    if tag in {"h1", "h2", "h3"}:
        return f'<text:h text:outline-level="{tag[1]}">{_inline(element, pictures)}</text:h>'
    if tag == "table":
        rows: Any = element.xpath(".//tr")
        cells = ["".join(_cell(cell, pictures) for cell in row) for row in rows]
        lines = "".join(f"<table:table-row>{row}</table:table-row>" for row in cells)
        columns = f'<table:table-column table:number-columns-repeated="{max(map(len, rows))}"/>'
        return f"<table:table>{columns}{lines}</table:table>"
    return f"<text:p>{_inline(element, pictures)}</text:p>"


def _cell(cell: HtmlElement, pictures: dict[str, bytes]) -> str:
    return f'<table:table-cell office:value-type="string"><text:p>{_inline(cell, pictures)}</text:p></table:table-cell>'


def _inline(element: HtmlElement, pictures: dict[str, bytes]) -> str:
    made = escape(element.text or "")
    for child in element:
        if child.tag == "br":
            made += "<text:line-break/>"
        elif child.tag == "img":
            name = f"Pictures/{len(pictures) + 1}.png"
            pictures[name] = ink(int(child.get("data-seed", "1")))
            made += '<draw:frame text:anchor-type="as-char" svg:width="4.8cm" svg:height="1.6cm">'
            made += f'<draw:image xlink:href="{name}" xlink:type="simple"/></draw:frame>'
        else:
            made += _inline(child, pictures)
        made += escape(child.tail or "")
    return made
