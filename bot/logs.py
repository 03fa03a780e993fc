"""Logging: one JSON line per event on stderr, with `action` as the stable hook; never a subject, name, address or content.

Only the keys of FIELDS are written, so that a careless `extra=` cannot carry content out.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import sys
from typing import TextIO

FIELDS = (
    "action", "record", "dossier", "kind", "job", "attempt", "seconds", "count", "mailbox", "error", "reason", "state",
    "size", "port",
)  # fmt: skip


class JsonLines(logging.Formatter):
    """A record as one JSON object: `at`, `level`, `logger`, `message`, and the fields we know."""

    def format(self, record: logging.LogRecord) -> str:
        """Exceptions are told by type and place, not by text: a parser's message may quote the mail."""
        line: dict[str, object] = {
            "at": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: record.__dict__[name] for name in FIELDS if name in record.__dict__}
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["trace"] = _places(record)
        return json.dumps(line, ensure_ascii=False, default=str)


def _places(record: logging.LogRecord) -> list[str]:
    places, trace = [], record.exc_info[2] if record.exc_info else None
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_name}:{trace.tb_lineno}")
        trace = trace.tb_next
    return places[-8:]


def configure(*, verbose: bool = False, quiet: bool = False, stream: TextIO | None = None) -> None:
    """Send the logs of our three packages to stderr as JSON lines; libraries are heard from WARNING up, without their text."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines())
    level = logging.ERROR if quiet else logging.DEBUG if verbose else logging.INFO
    for package in ("bot", "intake", "storage"):
        logger = logging.getLogger(package)
        logger.handlers[:] = [handler]
        logger.setLevel(level)
        logger.propagate = False
    logging.getLogger().handlers[:] = [logging.NullHandler()]
