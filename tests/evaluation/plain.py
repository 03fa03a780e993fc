"""The scoreboard as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

TARGETS = {
    "kind": 0.97,
    "title": 0.95,
    "signature": 0.97,
    "signature_digital": 1.0,
    "sections": 0.97,
    "complete": 0.95,
}
ITEM_TARGET, NAME_TARGET = 0.88, 0.95


def as_text(found: Mapping[str, Any]) -> str:
    """One screen of figures, then every miss."""
    return "\n".join([*_figures(found), "", *_confusion(found), "", *_misses(found)])


def _figures(found: Mapping[str, Any]) -> Iterator[str]:
    formal = found["possibly_formal"]
    yield f"{found['mails']} mails, median {found['seconds']['median']} s"
    missed, opened = len(formal["missed_submissions"]), formal["opened_for_nothing_rate"]
    yield f"{_mark(missed == 0)} possibly_formal    recall {formal['recall']:.3f}, opened for nothing {opened:.1%}"
    for name in (
        "kind",
        "document",
        "title",
        "sections",
        "signature",
        "signature_digital",
        "signature_means",
        "complete",
        "threat",
    ):
        score, target = found[name], TARGETS.get(name)
        sign = " " if target is None else _mark(score["rate"] >= target)
        yield f"{sign} {name:<18} {score['rate']:.3f}  ({score['right']}/{score['total']})"
    for name in ("organisations", "ministers", "elements_overall", "elements_readable"):
        yield f"{_mark(found[name]['f1'] >= NAME_TARGET)} {name:<18} {_prf(found[name])}"
    for name, score in found["elements"].items():
        yield f"{_mark(score['f1'] >= ITEM_TARGET)}   {name:<30} {_prf(score)}"
    for name, score in found["personal_data"].items():
        good = score["recall"] >= NAME_TARGET and score["precision"] >= 0.9
        yield f"{_mark(good)}   personal {name:<21} {_prf(score)}  ({score['hit']}/{score['hit'] + score['missed']})"


def _mark(good: bool) -> str:
    return "+" if good else "-"


def _prf(score: Mapping[str, Any]) -> str:
    return f"P {score['precision']:.3f}  R {score['recall']:.3f}  F1 {score['f1']:.3f}"


def _confusion(found: Mapping[str, Any]) -> Iterator[str]:
    yield "confusion (expected -> found)"
    for row in found["confusion"]:
        if row["expected"] != row["found"]:
            yield f"  {row['expected']} -> {row['found']}: {row['count']}"


def _misses(found: Mapping[str, Any]) -> Iterator[str]:
    formal = found["possibly_formal"]
    yield from (f"MISSED SUBMISSION {name}" for name in formal["missed_submissions"])
    yield from (f"opened for nothing {name}" for name in formal["opened_for_nothing"])
    for name in (
        "kind",
        "document",
        "title",
        "sections",
        "sections_readable",
        "signature",
        "signature_means",
        "complete",
        "threat",
    ):
        yield from (f"{name}: {line}" for line in found[name]["wrong"])
    for name in ("name_misses", "element_misses", "personal_misses"):
        yield from (f"{name.removesuffix('_misses')}: {line}" for line in found[name])
    for mail, lines in found["reasons"].items():
        yield f"why {mail}"
        yield from (f"    {line}" for line in lines)
