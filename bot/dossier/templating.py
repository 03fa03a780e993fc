"""The templates of the pages and of the report: they escape everything, and hold no words of their own."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot import texts
from bot.dossier import tones
from bot.dossier.render import render
from bot.dossier.visible import visible
from bot.texts import comparison, post, scans, week
from bot.texts import pages as words

_HERE = Path(__file__).parent
STATIC = _HERE / "static"
"""Where style sheets, icon and script lie."""


def environment() -> Environment:
    """Templates that escape everything and fail on a name that does not exist; their words come from `bot.texts`."""
    made = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {
        "t": words,
        "c": comparison,
        "p": post,
        "s": scans,
        "w": week,
        "has_post": False,
        "has_weeks": False,
        "say": texts,
        "tone": tones,
        "render_card": render,
    }
    made.filters |= {"visible": visible}
    return made
