"""What follows from the letters in a dossier for its track `post` (the desk's list of side tracks). Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from intake.post.comparison import PostVerdict
from storage.letters import LetterView

STATE_OF: Mapping[str, str] = {
    PostVerdict.IDENTICAL.value: "komt_overeen",
    PostVerdict.SIGNATURE_PAGE_ONLY.value: "alleen_handtekening",
    PostVerdict.DEVIATES.value: "wijkt_af",
    PostVerdict.WRONG_VERSION.value: "wijkt_af",
    PostVerdict.UNKNOWN_DOCUMENT.value: "wijkt_af",
    PostVerdict.UNDETERMINED.value: "niet_te_beoordelen",
    "": "scan_toegevoegd",
}
"""What a letter's comparison means for its dossier; "" while it was not compared."""
_GRAVEST = ("wijkt_af", "niet_te_beoordelen", "scan_toegevoegd", "alleen_handtekening", "komt_overeen")
"""With several letters in a dossier the gravest tells: one signed copy that deviates is not made good by another."""


def post_track(letters: Sequence[LetterView]) -> dict[str, str]:
    """The state of the track, given every letter in the dossier."""
    states = {STATE_OF[letter.verdict] for letter in letters}
    return {"post": next((state for state in _GRAVEST if state in states), "nog_niet")}
