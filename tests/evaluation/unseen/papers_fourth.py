"""The texts of the fourth set in the forms other offices give them: odd Word files, forms, OpenDocument, noisy scans."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import docx
import lxml.html
import numpy as np
import pypdfium2
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Cm, Pt
from lxml.html import HtmlElement
from PIL import Image, ImageFilter

from tests.evaluation.unseen.papers import INK, ink

PLACEHOLDER = "Klik of tik om tekst in te voeren."
ODF = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
    "svg": "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0",
    "xlink": "http://www.w3.org/1999/xlink",
    "manifest": "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0",
}


def odd_word(html: str) -> bytes:
    """A Word file by somebody who knows no heading styles: everything by hand, own style names, bullets as typed dashes."""
    paper = docx.Document()
    own = paper.styles.add_style("Broodtekst AH", WD_STYLE_TYPE.PARAGRAPH)
    own.base_style, own.font.name, own.font.size = paper.styles["Body Text 3"], "Comic Sans MS", Pt(11)
    kop = paper.styles.add_style("Kopje vet blauw", WD_STYLE_TYPE.CHARACTER)
    kop.font.bold, kop.font.size = True, Pt(12)
    for element in _blocks(html):
        if element.tag == "img":
            _picture(paper, element)
        elif element.tag == "li":
            paper.add_paragraph(f"-\t{element.text_content()}", style=own)
        else:
            bold = element.find("b") is not None
            paragraph = paper.add_paragraph(style=own)
            for number, line in enumerate(_lines(element)):
                if number:
                    paragraph.add_run().add_break()
                paragraph.add_run(line, style=kop if bold else None)
    return _saved(paper)


def boxed_word(html: str) -> bytes:
    """A letter with a text box for the letterhead and another for the sender's name."""
    paper = docx.Document()
    elements = list(_blocks(html))
    for element in elements:
        lines = _lines(element)
        if element.get("class") == "box" or element is elements[-1]:
            paper.add_paragraph()._p.append(_text_box(lines))
        else:
            paper.add_paragraph(" ".join(lines), style="No Spacing").paragraph_format.space_after = Pt(9)
    return _saved(paper)


def form_word(html: str) -> bytes:
    """A form: questions in the left column, answers in content controls on the right; an empty answer shows the placeholder."""
    paper = docx.Document()
    paper.sections[0].header.paragraphs[0].text = "Formulier"
    rows = lxml.html.fragment_fromstring(html, create_parent="div").xpath(".//tr")
    grid = paper.add_table(len(rows), 2)
    grid.style = "Light Grid Accent 1"
    for row, (question, answer) in zip(grid.rows, rows, strict=True):
        row.cells[0].text = question.text_content()
        row.cells[1].paragraphs[0]._p.append(_control(question.text_content(), answer.text_content().strip()))
    return _saved(paper)


def odt(html: str) -> bytes:
    """The text as an OpenDocument file, written straight from the format."""
    spaces = " ".join(f'xmlns:{name}="{uri}"' for name, uri in ODF.items() if name != "manifest")
    pictures: dict[str, bytes] = {}
    body = []
    for element in _blocks(html):
        if element.tag == "img":
            name = f"Pictures/{len(pictures)}.png"
            pictures[name] = ink(int(element.get("data-seed", "1")))
            image = f'<draw:image xlink:href="{name}" xlink:type="simple"/>'
            body.append(
                '<text:p><draw:frame text:anchor-type="as-char" svg:width="5cm" svg:height="1.7cm">'
                f"{image}</draw:frame></text:p>"
            )
        else:
            line = "<text:line-break/>".join(_escaped(each) for each in _lines(element))
            level = str(element.tag)[1:]
            head = f'<text:h text:outline-level="{level}">{line}</text:h>'
            body.append(head if level.isdigit() else f"<text:p>{line}</text:p>")
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} office:version="1.3">'
        f"<office:body><office:text>{''.join(body)}</office:text></office:body></office:document-content>"
    )
    return _packed(content, pictures)


def noisy(printed: bytes, seed: int) -> bytes:
    """The printed pages as an old scanner gives them: grey, askew, with specks, without a text layer."""
    draw = np.random.default_rng(seed)
    pages = []
    for page in pypdfium2.PdfDocument(printed):
        sheet = page.render(scale=150 / 72).to_pil().convert("L")
        sheet = sheet.rotate(draw.uniform(-0.7, 0.7), fillcolor=247).filter(ImageFilter.GaussianBlur(0.6))
        grey = np.asarray(sheet, dtype=np.int16) + draw.normal(0, 7, (sheet.height, sheet.width)).astype(np.int16)
        grey[draw.random(grey.shape) < 0.0004] = 40
        pages.append(Image.fromarray(np.clip(grey, 0, 250).astype(np.uint8)))
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=150, quality=38)
    return out.getvalue()


def changed(sealed: bytes) -> bytes:
    """The sealed memo after a document system counted up the number in its properties, in place."""
    before, after = b"memo tankpassen 0001", b"memo tankpassen 0002"
    if before not in sealed:
        message = "the title of the memo does not stand in the file readable"
        raise ValueError(message)
    return sealed.replace(before, after)


def _blocks(html: str) -> Iterator[HtmlElement]:
    root = lxml.html.fragment_fromstring(INK.sub(r'<img data-seed="\1">', html), create_parent="div")
    for element in root:
        yield from element if element.tag == "ul" else [element]


def _lines(element: HtmlElement) -> list[str]:
    for rest in element.xpath(".//br"):
        rest.tail = "\u2028" + (rest.tail or "").lstrip()
    text = re.sub(r"[ \n]+", " ", element.text_content())
    return [line.strip() for line in text.split("\u2028")]


def _picture(paper: Any, element: HtmlElement) -> None:
    stroke = io.BytesIO(ink(int(element.get("data-seed", "1"))))
    paper.add_paragraph().add_run().add_picture(stroke, height=Cm(1.7))


def _text_box(lines: list[str]) -> Any:
    inner = "".join(f"<w:p><w:r><w:t>{_escaped(line)}</w:t></w:r></w:p>" for line in lines)
    return parse_xml(
        f'<w:r {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml"><w:pict>'
        '<v:shape style="width:220pt;height:60pt" type="#_x0000_t202"><v:textbox>'
        f"<w:txbxContent>{inner}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    )


def _control(question: str, answer: str) -> Any:
    standing = not answer or answer == PLACEHOLDER
    shown = "<w:showingPlcHdr/>" if standing else ""
    style = '<w:rPr><w:rStyle w:val="PlaceholderText"/></w:rPr>' if standing else ""
    text = _escaped(answer or PLACEHOLDER)
    return parse_xml(
        f'<w:sdt {nsdecls("w")}><w:sdtPr><w:alias w:val="{_escaped(question)}"/>{shown}<w:text/></w:sdtPr>'
        f"<w:sdtContent><w:r>{style}<w:t>{text}</w:t></w:r></w:sdtContent></w:sdt>"
    )


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def _packed(content: str, pictures: dict[str, bytes]) -> bytes:
    kind = "application/vnd.oasis.opendocument.text"
    entries = [("/", kind), ("content.xml", "text/xml"), *((name, "image/png") for name in pictures)]
    lines = "".join(
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{media}"/>' for path, media in entries
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", kind, zipfile.ZIP_STORED)
        package.writestr("content.xml", content)
        package.writestr(
            "META-INF/manifest.xml",
            f'<manifest:manifest xmlns:manifest="{ODF["manifest"]}" manifest:version="1.3">{lines}</manifest:manifest>',
        )
        for name, data in pictures.items():
            package.writestr(name, data)
    return out.getvalue()


def _saved(paper: Any) -> bytes:
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()
