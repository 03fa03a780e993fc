"""One spelling for what is hashed and kept: canonical JSON, times, digests."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any


def encode(value: Any) -> bytes:
    """Canonical JSON: keys sorted, no spaces, UTF-8, no NaN. Equal values give equal bytes."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8")


def instant(moment: dt.datetime) -> str:
    """An aware time as UTC with six decimals (RFC 3339), so that text order is time order. ValueError for a naive time."""
    if moment.utcoffset() is None:
        raise ValueError("a time without zone cannot be kept")
    return moment.astimezone(dt.UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def moment(text: str) -> dt.datetime:
    """The time that `instant` wrote."""
    return dt.datetime.fromisoformat(text)


def sha256(data: bytes) -> str:
    """SHA-256 in lower-case hexadecimal."""
    return hashlib.sha256(data).hexdigest()
