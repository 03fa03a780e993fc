"""An HTML body as the text that a reader would see. Links are written out, never opened; nothing is loaded."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from html import unescape
from typing import Any

_BLOCKS = frozenset(
    re.findall(
        r"\w+",
        """address article aside blockquote body caption center dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4
        h5 h6 header hr html li main nav ol p pre section table tbody tfoot thead tr ul""",
    )
)
_SPACED = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote", "pre", "dl"})
_SILENT = frozenset(
    {
        "head",
        "title",
        "style",
        "script",
        "template",
        "noscript",
        "object",
        "applet",
        "svg",
        "math",
        "select",
        "textarea",
    }
)
_VOID = frozenset(
    {"br", "hr", "img", "input", "meta", "link", "area", "base", "col", "embed", "source", "track", "wbr"}
)
_UNCLOSED = _VOID | {
    "p",
    "li",
    "td",
    "th",
    "tr",
    "dt",
    "dd",
    "option",
    "thead",
    "tbody",
    "tfoot",
    "html",
    "head",
    "body",
}
_TAG = re.compile(r"<(/?)([a-zA-Z][\w:-]{0,40})[^<>]{0,2000}>?")
_SCRIPT = re.compile(r"<(/?)(?:script|style)\b", re.IGNORECASE)
_CHARSET = re.compile(rb"<meta\b[^>]{0,500}?charset\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
_DEEPEST = 2000
_LONGEST = 20_000  # characters of a line, which grows by copying
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|font-size\s*:\s*0(?![.\d]*[1-9])|opacity\s*:\s*0(?![.\d]*[1-9])",
    re.IGNORECASE,
)
_LINKS = ("http:", "https:", "mailto:", "ftp:", "file:")
_INVISIBLE = re.compile("[\u00ad\u034f\u200b-\u200d\u2060\ufeff]")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rendered:
    """The readable text, the ids of pictures it shows (`cid:`), and whether text was left out because it is hidden."""

    text: str
    cids: frozenset[str] = frozenset()
    hidden: bool = False
    broken: bool = False


def render(html: str) -> Rendered:
    """The text of an HTML body: blocks as lines, cells a tab apart, items with a dash, quoted mail with "> ".

    A link is written as `text <target>` where its text does not say its target.
    """
    from lxml import etree

    source = _DECLARATION.sub("", html.replace("\x00", ""))
    if not source.strip():
        return Rendered("")
    if _depth(source) > _DEEPEST:  # libxml2 looks through all open elements at every end tag
        return Rendered(unescape(_TAG.sub(" ", _without_scripts(source))).strip(), broken=True)
    page = _Page()
    target: Any = page  # the stubs ask for a target that takes bytes too
    parser = etree.HTMLParser(target=target, encoding="utf-8", huge_tree=True, no_network=True)
    broken = False
    try:
        parser.feed(source.encode("utf-8", "replace"))
        parser.close()
    except (etree.LxmlError, AssertionError):
        broken = True
    text = page.text()
    return Rendered(text, frozenset(page.cids), page.hidden, broken)


def meta_charset(html: bytes) -> str:
    """The character set that an HTML file names in its head, "" where it names none."""
    match = _CHARSET.search(html[:4096])
    return match[1].decode("ascii") if match else ""


def _without_scripts(source: str) -> str:
    """The source without scripts and styles; one that is never closed stays, as it may hold all the rest."""
    kept: list[str] = []
    start, opened = 0, -1
    for match in _SCRIPT.finditer(source):
        if not match[1] and opened < 0:
            opened = match.start()
        elif match[1] and opened >= 0:
            kept.append(source[start:opened])
            start, opened = match.start(), -1
    return " ".join([*kept, source[start:]])


def _depth(source: str) -> int:
    """How many elements stay open at most, those left out whose end tags may be omitted."""
    depth = deepest = 0
    for match in _TAG.finditer(source):
        if match[2].lower() not in _UNCLOSED:
            depth = max(0, depth - 1) if match[1] else depth + 1
            deepest = max(deepest, depth)
    return deepest


class _Shown(Enum):
    """Whether the text of an element is read."""

    YES = 0
    HIDDEN = 1  # by its style: the author wrote text that the reader does not see
    SILENT = 2  # by its nature: scripts, styles


class _Page:
    """A target of lxml's parser: receives the events, keeps the lines. Builds no tree, so depth costs nothing."""

    def __init__(self) -> None:
        self.lines: list[str] = [""]
        self.cids: set[str] = set()
        self.hidden = False
        self._open: list[tuple[str, _Shown]] = []
        self._depth: Counter[str] = Counter()
        self._muted = {_Shown.YES: 0, _Shown.HIDDEN: 0, _Shown.SILENT: 0}
        self._pre = 0
        self._pending: list[str] = []
        self._quotes: list[int] = []
        self._links: list[tuple[str, int, int]] = []

    def start(self, tag: str, attrib: Mapping[str, str]) -> None:
        self._flush()
        self._note_picture(attrib)
        if tag == "br":
            self._break()
        if tag not in _VOID:
            shown = _Shown.SILENT if tag in _SILENT else _Shown.HIDDEN if _is_hidden(tag, attrib) else _Shown.YES
            self._open.append((tag, shown))
            self._depth[tag] += 1
            self._muted[shown] += 1
            self._pre += tag == "pre"
        if not self._is_muted():
            self._start_shown(tag, attrib)

    def _start_shown(self, tag: str, attrib: Mapping[str, str]) -> None:
        if tag == "blockquote" and _is_quote(attrib):
            self._paragraph(blank=False)
            self._quotes.append(len(self._open))
        elif tag in _BLOCKS:
            self._paragraph(blank=tag in _SPACED)
        if tag == "li":
            self._write("- ")
        elif tag in {"td", "th"} and self.lines[-1].strip():
            self._write("\t")
        elif tag == "a":
            self._links.append((attrib.get("href", "").strip(), len(self.lines), len(self.lines[-1])))

    def end(self, tag: str) -> None:
        self._flush()
        while self._depth[tag] and self._end_innermost() != tag:
            pass

    def _end_innermost(self) -> str:
        depth = len(self._open)
        tag, shown = self._open.pop()
        muted = self._is_muted()
        self._depth[tag] -= 1
        self._muted[shown] -= 1
        self._pre -= tag == "pre"
        if muted:
            return tag
        if tag == "a" and self._links:
            self._end_link()
        if self._quotes and self._quotes[-1] == depth:
            self._paragraph(blank=False)
            self._quotes.pop()
        elif tag in _BLOCKS:
            self._paragraph(blank=tag in _SPACED)
        return tag

    def data(self, text: str) -> None:
        self._pending.append(text)

    def _flush(self) -> None:
        """Write the text since the last tag at once: the parser hands over odd signs one by one."""
        text = "".join(self._pending)
        self._pending.clear()
        if not text:
            return
        if self._is_muted():
            seen = not self._muted[_Shown.SILENT] and _INVISIBLE.sub("", text).strip()
            self.hidden = self.hidden or bool(seen)
        elif self._pre:
            first, *rest = text.split("\n")
            self._write(first)
            for line in rest:
                self._break()
                self._write(line)
        else:
            words = " ".join(text.split())
            lead = " " if text[:1].isspace() else ""
            trail = " " if words and text[-1:].isspace() else ""
            self._write(lead + words + trail)

    def comment(self, text: str) -> None:
        """Comments are not shown."""

    def close(self) -> None:
        """Called by the parser at the end."""

    def text(self) -> str:
        """The lines, with at most one blank line in a row."""
        self._flush()
        out: list[str] = []
        for line in self.lines:
            tidy = line.rstrip()
            if tidy.strip("> ") or (out and out[-1].strip("> ")):
                out.append(tidy)
        return "\n".join(out).strip("\n")

    def _is_muted(self) -> bool:
        return bool(self._muted[_Shown.HIDDEN] or self._muted[_Shown.SILENT])

    def _write(self, text: str) -> None:
        if len(self.lines[-1]) > _LONGEST:
            self.lines.append("")
        line = self.lines[-1]
        if not self._pre and (not line or line[-1] in " \t"):
            text = text.lstrip(" ")
        if not line and text:
            line = "> " * len(self._quotes)
        if text:
            self.lines[-1] = line + text

    def _break(self) -> None:
        if not self._is_muted():
            self.lines.append("")

    def _paragraph(self, *, blank: bool) -> None:
        if self.lines[-1].strip():
            self.lines.append("")
        if blank and len(self.lines) > 1 and self.lines[-2].strip("> "):
            self.lines.append("")

    def _note_picture(self, attrib: Mapping[str, str]) -> None:
        for key in ("src", "background"):
            source = attrib.get(key, "")
            if source[:4].lower() == "cid:":
                self.cids.add(source[4:].strip().strip("<>").lower())

    def _end_link(self) -> None:
        target, line, column = self._links.pop()
        shown = "".join([self.lines[line - 1][column:], *self.lines[line:]])
        bare = target.removeprefix("mailto:").rstrip("/")
        if target.lower().startswith(_LINKS) and bare not in shown:
            self._write(f" <{target}>")


def _is_hidden(tag: str, attrib: Mapping[str, str]) -> bool:
    return tag not in {"html", "body"} and ("hidden" in attrib or bool(_HIDDEN.search(attrib.get("style", ""))))


def _is_quote(attrib: Mapping[str, str]) -> bool:
    return attrib.get("type", "").lower() == "cite" or "quote" in attrib.get("class", "").lower()
