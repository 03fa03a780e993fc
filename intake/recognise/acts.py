"""What the sentences of a mail do, by the model of `mail_model`: for writers whose turns of phrase no cue foresees."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import islice

from intake.formats import kind_model
from intake.formats.mail_model import ACTS, log_chances
from intake.model import Place
from intake.recognise.evidence import Evidence, spoken
from intake.text import excerpt

LIKELY, SURE = math.log(0.25), math.log(0.6)
READS, SURELY = math.log(0.25), math.log(0.5)
_SILENT = frozenset({"neutral", "sends"})
_MOST = 60  # sentences: who says more does not say it there


def search_acts(own: str, found: Evidence) -> None:
    """Add "act_X" for each act that some sentence of the sender likely does, "sure_X" where surely, with the likeliest sentence."""
    best: dict[str, tuple[float, Place]] = {}
    for n, (sentence, place) in enumerate(spoken(own, "mail")):
        if n == _MOST:
            break
        for act, chance in zip(ACTS, log_chances(sentence).tolist(), strict=True):
            if act not in _SILENT and chance >= best.get(act, (LIKELY, place))[0]:
                best[act] = (chance, Place(place.file, place.page, excerpt(sentence)))
    for act, (chance, place) in best.items():
        found[f"act_{act}"] = place
        if chance >= SURE:
            found[f"sure_{act}"] = place


def search_kind(subject: str, own: str, files: Sequence[str], found: Evidence) -> None:
    """Add "reads_as_X" for the kind that the whole mail reads as, "surely_X" where that is sure."""
    said = [sentence for sentence, _ in islice(spoken(own, "mail"), _MOST)]
    model = kind_model.kind_model()
    for kind, chance in zip(
        model.classes, model.log_chances(kind_model.features(subject, said, files)).tolist(), strict=True
    ):
        if chance >= READS:
            found[f"reads_as_{kind}"] = None
        if chance >= SURELY:
            found[f"surely_{kind}"] = None
