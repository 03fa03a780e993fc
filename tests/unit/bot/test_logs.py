"""Log lines: JSON, known fields only, no content."""

from __future__ import annotations

import io
import json
import logging

from bot import logs

CANARY = "Handelaarskentekens als schuilplaats"


def test_a_line_holds_known_fields_and_no_text_of_an_exception() -> None:
    """A parser's message may quote the mail; its type and place are enough."""
    stream = io.StringIO()
    logs.configure(stream=stream)
    log = logging.getLogger("intake.test")
    try:
        int(CANARY)
    except ValueError:
        log.exception("work failed", extra={"action": "failed", "record": "M-2026-000001", "subject": CANARY})
    line = json.loads(stream.getvalue())
    assert (line["action"], line["record"], line["error"]) == ("failed", "M-2026-000001", "ValueError")
    assert CANARY not in stream.getvalue()
    assert "subject" not in line


def test_quiet_says_errors_only() -> None:
    """Commands that print a table do not log beside it."""
    stream = io.StringIO()
    logs.configure(quiet=True, stream=stream)
    logging.getLogger("bot.test").warning("nothing")
    assert stream.getvalue() == ""
