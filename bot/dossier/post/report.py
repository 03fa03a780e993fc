"""A comparison as one HTML file: pictures, style and script inside it, nothing from elsewhere, and no way to load any."""

from __future__ import annotations

import datetime as dt
from base64 import b64encode
from hashlib import sha256

from markupsafe import Markup

from bot import texts
from bot.dossier.post.pictures import data_uri
from bot.dossier.post.view import view_of
from bot.dossier.templating import STATIC, environment
from bot.texts import comparison as words
from intake.post.comparison import Comparison


def render_report(
    comparison: Comparison, *, document: str = "", scan: str = "", number: str = "", made: dt.datetime | None = None
) -> str:
    """The report of a comparison, in Dutch. `document` and `scan` are file names, `number` that of the dossier, `made` aware.

    Its pictures are those of `Comparison.faces`; without them it tells of the differences in words alone.
    """
    style, script = _own("dossier.css", "comparison.css"), _own("comparison.js")
    return (
        environment()
        .get_template("report.html")
        .render(
            view=view_of(comparison, lambda _row, _side, picture: data_uri(picture)),
            heading=words.POST_OF.format(number=number) if number else words.TITLE,
            names=[(label, name) for label, name in ((words.DOCUMENT, document), (words.SCAN, scan)) if name],
            made=words.MADE.format(moment=texts.when(made)) if made else "",
            policy=_policy(style, script),
            style=Markup(style),  # noqa: S704 - our own file
            script=Markup(script),  # noqa: S704 - our own file
        )
    )


def _own(*names: str) -> str:
    return "\n".join((STATIC / name).read_text(encoding="utf-8") for name in names)


def _policy(style: str, script: str) -> str:
    """The report may run the script and follow the style in it, by their digests, and show the pictures in it. Nothing else."""
    allowed = {
        "default-src": "'none'",
        "img-src": "data:",
        "style-src": _digest(style),
        "script-src": _digest(script),
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in allowed.items())


def _digest(text: str) -> str:
    """As a source of CSP level 3, §2.3.1."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode('ascii')}'"
