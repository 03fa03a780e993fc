"""Every Dutch sentence that a LIEC employee or a partner reads, at language level B1, by meaning.

`moments` writes times and sizes; `states`, `kinds` and `items` name what the desk's list and the brochure name; `reasons` and
`defects` turn the stable codes of intake into sentences; `events` tells what happened; `cards`, `pages` and `letters` hold the
texts of Teams, of the local pages and of outgoing mail (T1-T8 of the desk's own text proposal).

No text in `cards`, `events` or a mail subject can hold a title, a name or content: their gaps take numbers, times and codes only.
"""

from __future__ import annotations

from bot.texts.attention import attention
from bot.texts.defects import defect
from bot.texts.events import actor, event, relation
from bot.texts.items import rule
from bot.texts.kinds import kind, means, signature, threat, verdict
from bot.texts.moments import clock, day, fingerprint, second, size, when
from bot.texts.reasons import why
from bot.texts.states import status, status_help, track, track_state

__all__ = [
    "actor",
    "attention",
    "clock",
    "day",
    "defect",
    "event",
    "fingerprint",
    "kind",
    "means",
    "relation",
    "rule",
    "second",
    "signature",
    "size",
    "status",
    "status_help",
    "threat",
    "track",
    "track_state",
    "verdict",
    "when",
    "why",
]
