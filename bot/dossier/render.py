"""Adaptive Cards as HTML, made on the server from the very JSON that Teams gets.

Only the elements our cards use, as Adaptive Cards 1.5 describes them. An element, action or style we do not know is shown as a
visible placeholder, never left out. All text is escaped; links must be http(s); no inline style, so that a strict CSP holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from bot.texts import pages as text

Element = Mapping[str, Any]

_STYLES = frozenset({"default", "emphasis", "good", "attention", "warning", "accent"})
_SIZES = frozenset({"default", "small", "medium", "large", "extralarge"})
_WEIGHTS = frozenset({"default", "lighter", "bolder"})
_SPACINGS = frozenset({"none", "default", "small", "medium", "large", "extralarge", "padding"})
_WIDTHS = frozenset({"auto", "stretch"})
_MAX_DEPTH = 12
_HEADING_LEVEL = 3


def render(card: Element) -> Markup:
    """The card as one `<div class="card">`. Raises nothing: what cannot be shown is a placeholder."""
    if card.get("type") != "AdaptiveCard":
        return _placeholder(card.get("type"))
    body = _elements(card.get("body"), 0)
    actions = _action_row(card.get("actions"))
    language = card.get("lang")
    attribute = Markup(' lang="{}"').format(language) if isinstance(language, str) else Markup()
    return Markup('<div class="card"{}>{}{}</div>').format(attribute, body, actions)


def _placeholder(kind: object) -> Markup:
    message = text.CARD_UNKNOWN.format(kind=kind if isinstance(kind, str) else "?")
    return Markup('<p class="ac-unknown">{}</p>').format(message)


def _list(value: object) -> list[Element]:
    return [item if isinstance(item, Mapping) else {} for item in value] if isinstance(value, list) else []


def _elements(value: object, depth: int) -> Markup:
    return Markup().join(_element(item, depth) for item in _list(value))


def _element(element: Element, depth: int) -> Markup:
    show = _SHOW.get(str(element.get("type")))
    if show is None or depth > _MAX_DEPTH:
        return _placeholder(element.get("type"))
    if element.get("isVisible") is False:
        return Markup()
    return show(element, depth)


def _option(element: Element, key: str, known: frozenset[str]) -> str:
    value = str(element.get(key, "default")).lower()
    return value if value in known else "default"


def _classes(element: Element, base: str, *, container: bool = False) -> str:
    """CSS classes for what the element asks; unknown values fall back to the default look, as Adaptive Cards prescribes."""
    found = {"spacing": _option(element, "spacing", _SPACINGS)}
    if container:
        found["style"] = _option(element, "style", _STYLES)
    else:
        found |= {"size": _option(element, "size", _SIZES), "weight": _option(element, "weight", _WEIGHTS)}
        found["color"] = _option(element, "color", _STYLES)
    extra = ["ac-subtle"] if element.get("isSubtle") is True else []
    extra += ["ac-separator"] if element.get("separator") is True else []
    return " ".join([base, *extra, *(f"ac-{key}-{value}" for key, value in found.items() if value != "default")])


def _text_block(element: Element, depth: int) -> Markup:
    del depth
    tag = f"h{_HEADING_LEVEL}" if element.get("style") == "heading" else "p"
    classes = _classes(element, "ac-text")
    return Markup('<{0} class="{1}">{2}</{0}>').format(Markup(tag), classes, str(element.get("text", "")))  # noqa: S704 - our own tag


def _rich_text(element: Element, depth: int) -> Markup:
    del depth
    runs = element.get("inlines")
    return Markup('<p class="{}">{}</p>').format(
        _classes(element, "ac-text"), Markup().join(_run(run) for run in (runs if isinstance(runs, list) else []))
    )


def _run(run: object) -> Markup:
    if isinstance(run, str):
        return escape(run)
    if not isinstance(run, Mapping) or run.get("type") != "TextRun":
        return _placeholder(run.get("type") if isinstance(run, Mapping) else None)
    return Markup('<span class="{}">{}</span>').format(_classes(run, "ac-run"), str(run.get("text", "")))


def _fact_set(element: Element, depth: int) -> Markup:
    del depth
    pairs = Markup().join(
        Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(str(fact.get("title", "")), str(fact.get("value", "")))
        for fact in _list(element.get("facts"))
    )
    return Markup('<dl class="{}">{}</dl>').format(_classes(element, "ac-facts", container=True), pairs)


def _container(element: Element, depth: int) -> Markup:
    inner = _elements(element.get("items"), depth + 1)
    return Markup('<div class="{}">{}</div>').format(_classes(element, "ac-container", container=True), inner)


def _column_set(element: Element, depth: int) -> Markup:
    columns = Markup().join(_column(column, depth + 1) for column in _list(element.get("columns")))
    return Markup('<div class="{}">{}</div>').format(_classes(element, "ac-columns", container=True), columns)


def _column(element: Element, depth: int) -> Markup:
    width = element.get("width", "stretch")
    base = f"ac-column ac-width-{width}" if width in _WIDTHS else "ac-column ac-width-stretch"
    inner = _elements(element.get("items"), depth + 1)
    return Markup('<div class="{}">{}</div>').format(_classes(element, base, container=True), inner)


def _action_set(element: Element, depth: int) -> Markup:
    del depth
    return _action_row(element.get("actions"))


def _action_row(value: object) -> Markup:
    actions = Markup().join(_action(action) for action in _list(value))
    return Markup('<div class="ac-actions">{}</div>').format(actions) if actions else Markup()


def _action(action: Element) -> Markup:
    title = str(action.get("title", ""))
    match action.get("type"):
        case "Action.OpenUrl" if _is_web(action.get("url")):
            return Markup('<a class="button" href="{}">{}</a>').format(action["url"], title)
        case "Action.Execute" | "Action.Submit":
            return Markup('<button type="button" disabled class="button">{} <small>{}</small></button>').format(
                title, text.CARD_BUTTON_ELSEWHERE
            )
        case kind:
            return _placeholder(kind)


def _is_web(url: object) -> bool:
    if not isinstance(url, str):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc)


_SHOW: dict[str, Callable[[Element, int], Markup]] = {
    "TextBlock": _text_block,
    "RichTextBlock": _rich_text,
    "FactSet": _fact_set,
    "Container": _container,
    "ColumnSet": _column_set,
    "ActionSet": _action_set,
}
