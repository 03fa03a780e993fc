"""Cards as HTML: nothing of a card is left out, nothing in it is obeyed."""

from __future__ import annotations

from typing import Any

import pytest

from bot.dossier.render import render


def shown(*body: dict[str, Any], **card: Any) -> str:
    return str(render({"type": "AdaptiveCard", "version": "1.5", "body": list(body), **card}))


@pytest.mark.parametrize("kind", ["Image", "Table", "Input.Text", "<b>", ""])
def test_an_unknown_element_leaves_a_visible_mark(kind: str) -> None:
    """What the page cannot show, the reader is told of, by name."""
    assert 'class="ac-unknown"' in shown({"type": kind, "text": "x"})
    assert "<b>" not in shown({"type": kind})


def test_what_is_no_card_is_said_to_be_none() -> None:
    """A stored value of another kind gives a mark, not a page that breaks."""
    for wrong in ({}, {"type": "Message"}, {"type": 3}):
        assert "ac-unknown" in str(render(wrong))


def test_text_is_escaped_everywhere() -> None:
    """Markup in any text of a card arrives as text."""
    evil = "<script>alert(1)</script>\"'"
    html = shown(
        {"type": "TextBlock", "text": evil, "style": "heading"},
        {"type": "RichTextBlock", "inlines": [evil, {"type": "TextRun", "text": evil}]},
        {"type": "FactSet", "facts": [{"title": evil, "value": evil}]},
        {
            "type": "ActionSet",
            "actions": [{"type": "Action.OpenUrl", "title": evil, "url": f"https://x.example/{evil}"}],
        },
        lang=evil,
    )
    assert "<script" not in html
    assert html.count("&lt;script&gt;") == 8


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//x.example", "/dossier/1", "http://[", None, 7]
)
def test_only_web_addresses_become_links(url: Any) -> None:
    """Another scheme, a broken address or none at all is a mark and no link."""
    html = shown(actions=[{"type": "Action.OpenUrl", "title": "Open", "url": url}])
    assert "href" not in html
    assert "ac-unknown" in html


def test_buttons_of_the_bot_are_shown_but_cannot_be_pressed_here() -> None:
    """Action.Execute needs the bot; the page says where it works."""
    html = shown(actions=[{"type": "Action.Execute", "title": "In beoordeling nemen", "verb": "take"}])
    assert "<button" in html
    assert "disabled" in html
    assert "(werkt alleen in Teams)" in html


def test_columns_and_containers_keep_their_order_and_style() -> None:
    """Nesting arrives as nesting; a style we do not know falls back to the plain look."""
    html = shown(
        {
            "type": "ColumnSet",
            "columns": [
                {"type": "Column", "width": "auto", "items": [{"type": "TextBlock", "text": "een"}]},
                {
                    "type": "Column",
                    "width": "40px",
                    "items": [
                        {
                            "type": "Container",
                            "style": "good",
                            "items": [{"type": "TextBlock", "text": "twee", "color": "purple"}],
                        }
                    ],
                },
            ],
        }
    )
    assert html.index("een") < html.index("twee")
    assert "ac-width-auto" in html
    assert "ac-style-good" in html
    assert "purple" not in html
    assert "style=" not in html


def test_an_endless_nest_ends() -> None:
    """Thousands of containers in each other cost neither the stack nor a silent loss."""
    nest: dict[str, Any] = {"type": "TextBlock", "text": "bodem"}
    for _ in range(200):
        nest = {"type": "Container", "items": [nest]}
    assert "ac-unknown" in shown(nest)


def test_hidden_elements_stay_hidden() -> None:
    """isVisible false is part of the card's own meaning."""
    assert "geheim" not in shown({"type": "TextBlock", "text": "geheim", "isVisible": False})


@pytest.mark.parametrize(
    "broken", [{"body": "x"}, {"body": [None, 3]}, {"body": [{"type": "FactSet", "facts": 3}]}, {"actions": {}}]
)
def test_a_broken_card_breaks_no_page(broken: dict[str, Any]) -> None:
    """The channel shows stored JSON; one bad value must not take the overview down."""
    assert str(render({"type": "AdaptiveCard", **broken})).startswith('<div class="card"')
