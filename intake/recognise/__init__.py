"""The stage `recognise`: mail and documents to one of the eleven kinds, with the words it rests on."""

from __future__ import annotations

from intake.recognise.choose import choose_document
from intake.recognise.kinds import recognise
from intake.recognise.papers import Paper, look_at

__all__ = ["Paper", "choose_document", "look_at", "recognise"]
