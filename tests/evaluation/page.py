"""The scoreboard as one self-contained HTML page, its plots drawn as SVG."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

_STYLE = """body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:62rem;padding:0 1rem;color:#1b2733}
table{border-collapse:collapse;margin:.5rem 0 1.5rem}td,th{padding:.2rem .6rem;border-bottom:1px solid #d5dde5;text-align:left}
td.n{text-align:right;font-variant-numeric:tabular-nums}td.bad{background:#fbe3df}td.good{background:#e2f2e6}
svg text{font:12px system-ui,sans-serif}th.up{writing-mode:vertical-rl;transform:rotate(180deg);vertical-align:bottom}
li{margin:.2rem 0;overflow-wrap:anywhere}"""
_BAR, _LABEL, _ROW = 420, 250, 20


def as_html(found: Mapping[str, Any]) -> str:
    """The whole page."""
    rates = {n: found[n]["rate"] for n in ("kind", "document", "title", "sections", "signature", "complete", "threat")}
    items = {n: s["f1"] for n, s in found["elements"].items()}
    personal = {n: s["f1"] for n, s in found["personal_data"].items()}
    parts = [
        f"<h1>loketbs: {found['mails']} labelled mails</h1>",
        _summary(found),
        "<h2>Right answers</h2>",
        _bars(rates, 0.95),
        "<h2>Items, F1</h2>",
        _bars(items, 0.88),
        "<h2>Personal data, F1</h2>",
        _bars(personal, 0.92),
        "<h2>Kinds: expected (rows) and found (columns)</h2>",
        _confusion(found),
        "<h2>Misses</h2>",
        *_misses(found),
    ]
    head = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>loketbs evaluation</title><style>{_STYLE}</style>'
    )
    return head + "\n".join(parts) + "</html>\n"


def _summary(found: Mapping[str, Any]) -> str:
    formal = found["possibly_formal"]
    return (
        f"<p>possibly_formal recall {formal['recall']:.3f}; opened for nothing {formal['opened_for_nothing_rate']:.1%}; "
        f"median {found['seconds']['median']} s per mail.</p>"
    )


def _bars(values: Mapping[str, float], target: float) -> str:
    height = _ROW * len(values) + 4
    rows = []
    for index, (name, value) in enumerate(values.items()):
        y, colour = index * _ROW, "#2f7d4f" if value >= target else "#c0492f"
        rows.append(
            f'<text x="0" y="{y + 14}">{escape(name)}</text>'
            f'<rect x="{_LABEL}" y="{y + 3}" width="{_BAR * value:.1f}" height="13" fill="{colour}"/>'
            f'<text x="{_LABEL + _BAR + 8}" y="{y + 14}">{value:.3f}</text>'
        )
    line = _LABEL + _BAR * target
    rows.append(f'<line x1="{line}" x2="{line}" y1="0" y2="{height}" stroke="#1b2733" stroke-dasharray="3 3"/>')
    return f'<svg width="{_LABEL + _BAR + 60}" height="{height}" role="img">{"".join(rows)}</svg>'


def _confusion(found: Mapping[str, Any]) -> str:
    counts = {(row["expected"], row["found"]): row["count"] for row in found["confusion"]}
    kinds = sorted({kind for pair in counts for kind in pair})
    head = "".join(f"<th class=up>{kind}</th>" for kind in kinds)
    rows = [
        f"<tr><th>{e}</th>" + "".join(_cell(counts.get((e, f), 0), right=e == f) for f in kinds) + "</tr>"
        for e in kinds
    ]
    return f"<table><tr><th></th>{head}</tr>{''.join(rows)}</table>"


def _cell(count: int, *, right: bool) -> str:
    colour = "" if not count else " good" if right else " bad"
    return f'<td class="n{colour}">{count or ""}</td>'


def _misses(found: Mapping[str, Any]) -> Iterator[str]:
    """Every miss with its reason, by label; then why each mail was taken for what it is not."""
    names = ("kind", "document", "title", "sections", "signature", "complete", "threat")
    kinds = [f"{name}: {line}" for name, said in found["reasons"].items() for line in said]
    groups = {n: found[n]["wrong"] for n in names} | {
        "names": found["name_misses"],
        "items": found["element_misses"],
        "personal data": found["personal_misses"],
        "why these kinds": kinds,
    }
    for name, lines in groups.items():
        if lines:
            yield f"<h3>{escape(name)} ({len(lines)})</h3><ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>"
