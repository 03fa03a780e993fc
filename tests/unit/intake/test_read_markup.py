"""HTML bodies as a reader sees them."""

from __future__ import annotations

import pytest

from intake.read.markup import render


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Geachte&nbsp;heer,</p><p>bijgaand<br>het <b>sig</b>naal</p>", "Geachte heer,\n\nbijgaand\nhet signaal"),
        ("<div>een</div><div>twee</div>", "een\ntwee"),
        ("<ul><li>een<li>twee</ul>", "- een\n- twee"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c<td>d</table>", "a\tb\nc\td"),
        (
            "<blockquote type=cite>oud<blockquote type=cite>ouder</blockquote></blockquote>nieuw",
            "> oud\n> > ouder\nnieuw",
        ),
        ('<a href="https://x.example/a">klik hier</a>', "klik hier <https://x.example/a>"),
        ('<a href="https://x.example/a">https://x.example/a</a>', "https://x.example/a"),
        ('<a href="mailto:a@b.example">a@b.example</a>', "a@b.example"),
        ("<pre>een\n  twee</pre>", "een\n  twee"),
        ("<style>p{}</style><script>x()</script><title>t</title>tekst<!-- weg -->", "tekst"),
        ("zonder <b>sluit", "zonder sluit"),
    ],
)
def test_text_of_html(html: str, text: str) -> None:
    """Blocks are lines, links are written out."""
    assert render(html).text == text


@pytest.mark.parametrize(
    "style", ["display:none", "DISPLAY : none", "visibility:hidden", "font-size:0", "mso-hide:all", "opacity:0"]
)
def test_hidden_text_is_left_out_and_said(style: str) -> None:
    """The author wrote something that the reader does not see; a person must know."""
    result = render(f'<p>zichtbaar<span style="{style}">ver<b>bor</b>gen</span> weer</p>')
    assert (result.text, result.hidden) == ("zichtbaar weer", True)


def test_small_type_is_not_hidden() -> None:
    """0.8em is small, not nothing."""
    assert not render('<p style="font-size:0.8em;opacity:0.5">klein</p>').hidden


def test_scripts_are_no_hidden_text() -> None:
    """Only prose counts."""
    assert not render("<script>var x = 1;</script><p>ja</p>").hidden


def test_pictures_of_the_mail_are_known_by_their_id() -> None:
    """RFC 2392."""
    assert render('<img src="cid:Logo@X"><td background="cid:b@x">').cids == {"logo@x", "b@x"}


def test_absurd_depth_is_read_roughly_and_said() -> None:
    """libxml2 takes quadratic time there."""
    result = render("<font>" * 5000 + "tekst")
    assert ("tekst" in result.text, result.broken) == (True, True)
