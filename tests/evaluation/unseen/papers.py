"""The texts of the unseen sets as Word files, PDFs and scans, with pen strokes drawn here."""

from __future__ import annotations

import io
import itertools
import random
import re
import shutil
from pathlib import Path
from typing import Any

import docx
import lxml.html
import pypdfium2
from docx.shared import Cm, Pt
from lxml.html import HtmlElement
from PIL import Image, ImageDraw, ImageFilter
from playwright.sync_api import Browser

INK = re.compile(r"<ink seed=(\d+)>")
SHEET = """
body { font: %(size)spt %(font)s; line-height: 1.35 } @page { margin: 22mm; size: A4 }
.right { text-align: right } .cols { column-count: 2; column-gap: 8mm } .cover { break-after: page; padding-top: 60mm }
.page { break-after: page } .small { font-size: 60%% } table { border-collapse: collapse; width: 100%% }
td, th { border: 1px solid #555; padding: 1.5mm; vertical-align: top; text-align: left } .plain td { border: 0 }
.slide { break-after: page; font-size: 20pt; padding: 10mm } img { height: 16mm; display: block }
"""
FONTS = ("Liberation Serif", "Liberation Sans", "DejaVu Sans", "DejaVu Serif", "Liberation Sans Narrow")


def ink(seed: int) -> bytes:
    """A PNG of a made-up signature: a few wild curves with a pen that presses and lifts."""
    draw_of = random.Random(seed)
    picture = Image.new("RGB", (480, 160), "white")
    pen = ImageDraw.Draw(picture)
    colour = draw_of.choice([(20, 30, 110), (10, 10, 30), (30, 50, 140)])
    x, y = 40.0, 90.0
    for _ in range(draw_of.randint(4, 7)):
        points = [(x, y)] + [(x := x + draw_of.uniform(-25, 45), draw_of.uniform(15, 145)) for _ in range(3)]
        for step in range(120):
            t = step / 119
            spots = points
            while len(spots) > 1:
                spots = [((1 - t) * a + t * c, (1 - t) * b + t * d) for (a, b), (c, d) in itertools.pairwise(spots)]
            ((px, py),) = spots
            width = 1.5 + 2.2 * abs(t - 0.5)
            pen.ellipse((px - width, py - width, px + width, py + width), fill=colour)
        x, y = points[-1]
    out = io.BytesIO()
    picture.filter(ImageFilter.GaussianBlur(0.6)).quantize(16).save(out, "PNG")
    return out.getvalue()


def word(html: str, font: str) -> bytes:
    """The text as a Word file: headings as heading styles, tables as tables, ink as pictures."""
    paper = docx.Document()
    paper.styles["Normal"].font.name = font
    paper.styles["Normal"].font.size = Pt(10.5)
    root = lxml.html.fragment_fromstring(INK.sub(r'<p><img data-seed="\1"></p>', html), create_parent="div")
    _blocks(paper, root)
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def _blocks(paper: Any, parent: HtmlElement) -> None:
    for element in parent:
        tag = str(element.tag)
        if tag in {"h1", "h2", "h3"}:
            paper.add_heading(element.text_content().strip(), int(tag[1]))
        elif tag in {"ul", "ol"}:
            for item in element:
                _fill(paper.add_paragraph(style="List Bullet" if tag == "ul" else "List Number"), item)
        elif tag == "table":
            _table(paper, element)
        elif tag == "div":
            _blocks(paper, element)
        else:
            _fill(paper.add_paragraph(), element)


def _table(paper: Any, element: HtmlElement) -> None:
    rows = element.xpath(".//tr")
    grid = paper.add_table(len(rows), max(len(row) for row in rows))
    grid.style = "Normal Table" if element.get("class") == "plain" else "Table Grid"
    for row, cells in zip(grid.rows, rows, strict=True):
        for cell, content in zip(row.cells, cells, strict=False):
            _fill(cell.paragraphs[0], content)


def _fill(paragraph: Any, element: HtmlElement, *, bold: bool = False) -> None:
    tag = element.tag
    if tag == "img":
        paragraph.add_run().add_picture(io.BytesIO(ink(int(element.get("data-seed", "1")))), height=Cm(1.6))
    if tag == "br":
        paragraph.add_run().add_break()
    bold = bold or tag in {"b", "th"}
    if element.text and element.text.strip():
        paragraph.add_run(element.text).bold = bold
    for child in element:
        _fill(paragraph, child, bold=bold)
        if child.tail and child.tail.strip():
            paragraph.add_run(child.tail).bold = bold


def pdf(browser: Browser, html: str, seed: int, build: Path) -> bytes:
    """The text as a PDF with a text layer, laid out by Chromium."""

    def picture(match: re.Match[str]) -> str:
        name = f"ink{match[1]}.png"
        (build / name).write_bytes(ink(int(match[1])))
        return f'<img src="{name}">'

    sheet = SHEET % {"size": (10, 10.5, 11, 11.5)[seed % 4], "font": FONTS[seed % len(FONTS)]}
    page_file = build / "page.html"
    page_file.write_text(f"<meta charset=utf-8><style>{sheet}</style>" + INK.sub(picture, html), encoding="utf-8")
    page = browser.new_page()
    page.goto(page_file.as_uri())
    made = page.pdf(prefer_css_page_size=True, landscape="class=slide" in html)
    page.close()
    return made


def scan(printed: bytes) -> bytes:
    """The printed pages as a scanner gives them: grey pictures without a text layer."""
    pages = []
    for page in pypdfium2.PdfDocument(printed):
        sheet = page.render(scale=130 / 72).to_pil().convert("L")
        pages.append(sheet.rotate(0.6, expand=False, fillcolor=250).filter(ImageFilter.GaussianBlur(0.5)))
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=130, quality=45)
    return out.getvalue()


def chromium_path() -> str | None:
    """Where Debian's Chromium stands, if it does."""
    return shutil.which("chromium")
