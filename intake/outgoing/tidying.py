"""The job that shows in the mailbox what became of its mail: its kind, and what its payload may name."""

from __future__ import annotations

from intake.outgoing.receipts import RECEIPT_JOB
from intake.outgoing.returns import RESEND

TIDY = "tidy"
EVERYTHING, PLACE = "everything", "place"
"""Beside `record` and `dossier`: every open dossier, or whatever lies under a mailbox's key."""
AT_THE_MAILBOX = frozenset({TIDY, RECEIPT_JOB, RESEND})
"""What only the process does that watches the mailbox: Exchange counts requests by application, not by process."""
