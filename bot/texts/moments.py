"""Times, days, sizes and fingerprints as the desk writes them."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Amsterdam")
_STEP = 1000
_UNITS = ("kB", "MB", "GB", "TB")


def _local(moment: dt.datetime) -> dt.datetime:
    if moment.tzinfo is None:
        raise ValueError("a time without a zone has no place on a page: take it from the Clock port")
    return moment.astimezone(ZONE)


def when(moment: dt.datetime) -> str:
    """Day and minute in Dutch time: "23-11-2026 09:14". Raises ValueError for a time without zone."""
    return _local(moment).strftime("%d-%m-%Y %H:%M")


def second(moment: dt.datetime) -> str:
    """Day and second in Dutch time, for evidence: "23-11-2026 09:14:07"."""
    return _local(moment).strftime("%d-%m-%Y %H:%M:%S")


def day(moment: dt.datetime) -> str:
    """Day in Dutch time: "23-11-2026"."""
    return _local(moment).strftime("%d-%m-%Y")


def clock(moment: dt.datetime) -> str:
    """Minute in Dutch time: "09:14"."""
    return _local(moment).strftime("%H:%M")


def size(count: int) -> str:
    """Bytes as people write them, decimal units and a comma: "812 bytes", "1,3 MB"."""
    if count < _STEP:
        return "1 byte" if count == 1 else f"{count} bytes"
    value, unit = count / _STEP, _UNITS[0]
    for larger in _UNITS[1:]:
        if round(value, 1) < _STEP:
            break
        value, unit = value / _STEP, larger
    return f"{value:.1f} {unit}".replace(".0 ", " ").replace(".", ",")


def fingerprint(sha256: str) -> str:
    """A SHA-256 short enough to compare by eye: first and last eight digits."""
    return f"{sha256[:8]} … {sha256[-8:]}"
